"""Rules about the desktop folder: the branches beside the tried packages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spkcore.package.entries import Attributes, BytesContent, Entry, Kind
from spkcore.package.icons import describe
from tests.data.recipes.spk import png
from tests.unit.spkcore.checks.confpackages import entries, ids, mended, problems, text_of

ENTRY = {"type": "url", "title": "Sample", "icon": "icon.png", "url": "http://example.com/"}
APP = {"type": "app", "title": "Sample", "icon": "icon.png"}
INFO = 'dsmuidir="ui"\ndsmappname="sample.App"\n'
PORTS = '[sample]\ntitle="a"\ndesc="a"\nport_forward="no"\ndst.ports="8080:8090/tcp"\n'
PORTAL = {"service": "site", "name": "a", "type": "alias", "alias": "a", "app": "sample.App"}
WEB = {
    "webservice": {
        "services": [{"service": "site", "display_name": "a", "type": "static", "root": "a"}],
        "portals": [PORTAL],
    }
}


def desktop(config: Any, info: str = INFO, **files: Any) -> dict[str, Entry]:
    """A package whose desktop folder has this config and an icon."""
    return entries({"package/ui/config": config, "package/ui/icon.png": png(64), **files}, info)


def links(change: dict[str, Any] | None = None, name: str = "sample.App") -> dict[str, Any]:
    return {".url": {name: ENTRY | (change or {})}}


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ("", [("U002", "error", "")]),
        ("[]", [("U002", "error", "")]),
        ({".url": {"sample.App": {**ENTRY, "typ": 1}}}, [("U002", "warning", "/.url/sample.App/typ")]),
        ({"a.txt": {}, **links()}, [("U002", "warning", "/a.txt")]),
        ({"a.js": {"sample.App": {**APP, "bad": 1}}}, [("U002", "warning", "/a.js/sample.App/bad")]),
        ({".url": {"sample.App": {**ENTRY, "port": 70000}}}, [("U002", "error", "/.url/sample.App/port")]),
        ('\ufeff{".url": {"sample.App": ' + json.dumps(ENTRY) + "}}", [("U019", "warning", "")]),
        (None, [("U002", "warning", "")]),
    ],
)
def test_configs(config: Any, found: list[tuple[str, str, str]]) -> None:
    seen = problems(desktop(config, **{"package/ui/a.js": "1"}), "7.2")
    assert [(item.rule, str(item.severity), item.field) for item in seen if item.rule in {"U002", "U019"}] == found


def test_a_package_of_web_station_needs_no_config() -> None:
    package = entries({"conf/resource": WEB, "package/ui/x": "x"}, INFO + 'install_dep_packages="WebStation"\n')
    assert ids(package) == []


def test_only_the_desktop_folder_of_info_is_looked_at() -> None:
    assert ids(desktop("[]", info="")) == []
    assert ids(entries({}, 'dsmuidir="ui"\n')) == ["U001"]
    assert ids(entries({"package/ui": "a file"}, 'dsmuidir="ui"\n')) == ["U001"]
    assert ids(desktop(links(), 'dsmuidir="sample:ui other:gone"\ndsmappname="sample.App"\n')) == ["U001"]


@pytest.mark.parametrize(
    ("info", "found"),
    [
        ('dsmappname="other"\n', [("U003", "warning", True)]),
        ('dsmappname="sample"\n', [("U003", "info", False)]),
        ('dsmappname="sample.App other"\n', [("U003", "warning", True)]),
        ("", [("U005", "warning", True)]),
    ],
)
def test_the_open_button(info: str, found: list[tuple[str, str, bool]]) -> None:
    package = desktop(links(), 'dsmuidir="ui"\n' + info)
    assert [(item.rule, str(item.severity), item.fixable) for item in problems(package)] == found
    if found[0][2]:
        after = mended(package, found[0][0])
        assert 'dsmappname="sample.App"' in text_of(after, "INFO")
        assert ids(after) == []


def test_which_of_two_entries_is_opened_is_for_people_to_say() -> None:
    two = {".url": {"a.A": ENTRY, "b.B": ENTRY}}
    assert [(item.rule, item.fixable) for item in problems(desktop(two, 'dsmuidir="ui"\n'))] == [("U005", False)]
    hidden = {".url": {"a.A": ENTRY | {"hidden": True}}}
    assert ids(desktop(hidden, 'dsmuidir="ui"\n')) == []


def test_icons_of_all_sizes_are_made_from_the_largest() -> None:
    pictures: dict[str, Any] = {"package/ui/i_256.png": png(256), "package/ui/i_16.png": png(17)}
    package = desktop(links({"icon": "i_{0}.png"}), **pictures)
    assert ids(package) == ["U006", "U006"]
    after = mended(package, "U006")
    assert ids(after) == []
    content = after["package/ui/i_48.png"].content
    assert content is not None
    assert describe(content.read()).width == 48
    assert after["package/ui/i_256.png"] is package["package/ui/i_256.png"]


@pytest.mark.parametrize(
    ("icon", "rules"),
    [("none.png", ["U006"]), ("/usr/x.png", []), ("http://x/y.png", []), ("far/x.png", []), ("i_{0}.png", ["U006"])],
)
def test_icons(icon: str, rules: list[str]) -> None:
    link: dict[str, Any] = {"package/ui/far": Entry(Kind.SYMLINK, target="/elsewhere")}
    found = problems(desktop(links({"icon": icon}), **link))
    assert [item.rule for item in found] == rules
    assert not any(item.fixable for item in found)


@pytest.mark.parametrize(
    ("url", "rules"),
    [
        ("/webman/3rdparty/sample/icon.png", []),
        ("webman/3rdparty/sample/none.html", ["U008"]),
        ("3rdparty/sample/", []),
        ("3rdparty/sample", []),
        ("3rdparty/sample/run.cgi/some/path", []),
        ("3rdparty/sample/../sample/icon.png", ["U008"]),
        ("3rdparty/other/icon.png", ["U007"]),
        ("/elsewhere", []),
    ],
)
def test_addresses(url: str, rules: list[str]) -> None:
    package = desktop(links({"url": url}), **{"package/ui/run.cgi": "# authenticate.cgi"})
    assert ids(package) == rules
    assert ids(mended(package, "U007")) in ([], ["U008"])


def test_addresses_of_several_folders() -> None:
    info = 'dsmuidir="one:ui two:web"\ndsmappname="sample.App"\n'
    files = {"package/web/page.html": "x"}
    assert ids(desktop(links({"url": "3rdparty/two/page.html"}), info, **files)) == []
    assert ids(desktop(links({"url": "3rdparty/one/page.html"}), info, **files)) == ["U008"]
    assert ids(desktop(links({"url": "3rdparty/sample/page.html"}), info, **files)) == ["U007"]


def test_scripts_with_an_honest_time_stamp_need_no_version() -> None:
    config = {"app.js": {"sample.App": APP}}
    stamped = desktop(config)
    file = Entry(Kind.FILE, Attributes(0o644, mtime=1_700_000_000), stamped["package/ui/config"].content)
    assert ids(stamped | {"package/ui/app.js": file}) == []
    assert ids(stamped | {"package/ui/app.js": stamped["package/ui/config"]}) == ["U010"]


def test_vue_needs_dsm_7_2() -> None:
    package = desktop({"app-1.js": {"sample.App": APP}}, **{"package/ui/app-1.js": "x=Vue.extend({})"})
    assert (ids(package, "7.1"), ids(package, "7.2")) == (["U016"], [])


def test_programs() -> None:
    program = Entry(Kind.FILE, Attributes(0o640), BytesContent(b"#!/bin/sh\n"))
    compiled = Entry(Kind.FILE, Attributes(0o755), BytesContent(b"\x7fELF\0"))
    alone: dict[str, Any] = {"package/ui/a.cgi": compiled}
    assert ids(desktop(links(), **alone)) == []
    programs: dict[str, Any] = {"package/ui/a.cgi": program, "package/lib/b.cgi": program}
    package = desktop(links(), **programs)
    assert sorted(ids(package)) == ["U011", "U012"]
    attributes = mended(package, "U011")["package/ui/a.cgi"].attributes
    assert attributes is not None
    assert attributes.permissions == 0o750
    assert ids(package | desktop(links(), **{"package/ui/auth.py": "authenticate.cgi"})) == ["U011"]


def test_texts() -> None:
    config = links({"title": "app:title", "desc": "plain: text", "preloadTexts": ["app:gone"], "texts": "t"})
    files = {
        "package/ui/t/enu/strings": '[app]\ntitle="Sample"\nstop="Stop"\n[menu]\na="b"\n',
        "package/ui/t/ger/strings": '[app]\ntitle="Beispiel"\nold="Alt"\n',
    }
    package = desktop(config, **files)
    found = problems(package)
    assert [(item.rule, item.path.rpartition("/")[2], str(item.severity), item.fixable) for item in found] == [
        ("U013", "config", "warning", False),
        ("U013", "strings", "warning", True),
        ("U013", "strings", "info", False),
    ]
    assert text_of(mended(package, "U013"), "package/ui/t/ger/strings") == (
        '[app]\ntitle="Beispiel"\nold="Alt"\nstop="Stop"\n\n[menu]\na="b"\n'
    )


def test_plain_titles_with_a_colon_are_no_texts() -> None:
    assert ids(desktop(links({"title": "NAS:Tool"}))) == []
    assert ids(desktop(links({"title": "NAS:Tool", "texts": "texts"}))) == ["U013"]


def test_help_and_index_named_by_a_worker() -> None:
    worker = {"indexdb": {"app-index": {"conf-relpath": "more/index.conf", "db-relpath": "db"}}}
    files: dict[str, Any] = {"conf/resource": worker, "package/more/index.conf": '{"app": "x"}'}
    package = desktop(links(), **files)
    assert [(item.rule, item.path) for item in problems(package)] == [
        ("U014", "package/more/index.conf"),
        ("U015", "package/more/index.conf"),
    ]
    toc = '{"app": "sample.App", "title": "a", "content": "a.html", "toc": []}'
    assert ids(desktop(links(), **{"package/ui/helptoc.conf": toc})) == []
    assert ids(desktop(links(), **{"package/ui/helptoc.conf": toc.replace("toc", "tocs")})) == ["U014", "U014"]


def test_names_of_others() -> None:
    assert ids(desktop(links(name="SYNO.SDS.Mine"), 'dsmuidir="ui"\ndsmappname="SYNO.SDS.Mine"\n')) == ["U017"]
    portal = {"webservice": {**WEB["webservice"], "portals": [PORTAL | {"app": "com.mycompany.app"}]}}
    package = entries({"conf/resource": portal}, 'install_dep_packages="WebStation"\n')
    assert [(item.rule, item.path) for item in problems(package)] == [("U017", "conf/resource")]


@pytest.mark.parametrize(
    ("port", "info", "rules"),
    [
        (8085, "", []),
        ("8085", 'adminport="8080"\n', []),
        (9000, "", ["U018"]),
        (80, "", []),
        ("", "", []),
        (8085, 'adminport="9000"\n', ["U018"]),
        (8085, 'adminport="5000"\n', []),
    ],
)
def test_ports(port: int | str, info: str, rules: list[str]) -> None:
    files = {"conf/resource": {"port-config": {"protocol-file": "sample.sc"}}, "package/sample.sc": PORTS}
    entry = {"url": "/", "protocol": "http", "port": port}
    assert ids(desktop(links(entry), INFO + info, **files)) == rules


def test_ports_without_a_port_file() -> None:
    entry = {"url": "/", "port": 8080}
    assert ids(desktop(links(entry), INFO + 'adminport="8080"\n')) == []
    assert ids(desktop(links(entry), INFO + 'adminport="8081"\n')) == ["U018"]


def test_what_lies_behind_a_link_is_not_judged() -> None:
    link = Entry(Kind.SYMLINK, target="/usr/local/ui")
    assert ids(entries({"package/ui": link}, INFO)) == []
    assert ids(entries({"package/share": link}, 'dsmuidir="share/ui"\n')) == []
