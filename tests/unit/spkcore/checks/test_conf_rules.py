"""Rules about conf/privilege, conf/resource, port files and dependencies: the branches beside the tried packages."""

from __future__ import annotations

from typing import Any

import pytest

from spkcore.checks.rules.conf import four_digits
from spkcore.package.entries import Entry, Kind
from tests.unit.spkcore.checks.confpackages import PACKAGE, entries, ids, mended, problems, text_of

PORTS = '[sample]\ntitle="Sample"\ndesc="Sample"\nport_forward="no"\ndst.ports="8080/tcp"\n'
PORT_CONFIG = {"port-config": {"protocol-file": "sample.sc"}}
TOOL = {"relpath": "bin/tool", "user": "package", "group": "package", "permission": "0755"}
PHP = {"profile_name": "x", "profile_desc": "", "backend": 11, "user": "sample", "group": "http"}
SITE = {"service": "site", "display_name": "Site", "type": "apache_php", "root": "x", "backend": 2, "php": PHP}
DEPENDS = 'install_dep_packages="WebStation:PHP8.2:Apache2.4"\n'


def privilege(value: Any, info: str = "", **more: Any) -> dict[str, Entry]:
    return entries({"conf/privilege": value, "package/bin/tool": "x", **more}, info)


def resource(value: Any, info: str = "", **more: Any) -> dict[str, Entry]:
    return entries({"conf/resource": value, "package/sample.sc": PORTS, **more}, info)


def with_ports(text: str, **more: Any) -> dict[str, Entry]:
    return resource(PORT_CONFIG | more, **{"package/sample.sc": text})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", ("P002", 1, 1, "")),
        ("[]", ("P002", 1, 1, "")),
        ('{"defaults": {}}', ("P002", 1, 14, "/defaults")),
        ('{"defaults": {"run-as": "nobody"}}', ("P002", 1, 25, "/defaults/run-as")),
        ('{"defaults": {"run-as": ["package"]}}', ("P002", 1, 25, "/defaults/run-as")),
        ('{"defaults": {"run-as": "package"}\n "username": "a"}', ("P002", 1, 35, "")),
        ('{"defaults": {"run-as": "root"}}', ("P003", 1, 25, "/defaults/run-as")),
        ('{"defaults": {"run-as": "package"}, "ctrl-script": []}', ("P003", 1, 37, "/ctrl-script")),
        ('{"defaults": {"run-as": "package"}, "executable": []}', ("P003", 1, 37, "/executable")),
        ('{"defaults": {"run-as": "system"}}', ("P005", 1, 25, "/defaults/run-as")),
        ('{"defaults": {"run-as": "package"}, "user": "a"}', ("P011", 1, 37, "/user")),
        ('{"defaults": {"run-as": "package", "a": 1}}', ("P011", 1, 36, "/defaults/a")),
        ('{"defaults": {"run-as": "package"}, "username": "a b"}', ("P011", 1, 49, "/username")),
        ('{"defaults": {"run-as": "package"}} // note', ("P012", 1, 37, "")),
        ('\ufeff{"defaults": {"run-as": "package"}}', ("P012", 1, 1, "")),
        ('{"defaults": {"run-as": "package"}, "join-groupname": "http,admin"}', ("P009", 1, 55, "/join-groupname")),
    ],
)
def test_each_fault_of_a_privilege_file_is_found_once_and_where_it_is(text: str, place: tuple[Any, ...]) -> None:
    found = [problem for problem in problems(privilege(text)) if "http,admin" not in text or problem.rule != "P011"]
    assert [(problem.rule, problem.line, problem.column, problem.field) for problem in found] == [place]


def test_places_count_the_byte_order_mark() -> None:
    found = problems(privilege('\ufeff{"defaults": {"run-as": "root"}}'), only="P003")
    assert [(problem.line, problem.column) for problem in found] == [(1, 26)]


@pytest.mark.parametrize("text", ['{"defaults": {"run-as": "root"}}', '{"defaults": {"run-as": "system"}}'])
def test_dsm6_lets_packages_run_as_root(text: str) -> None:
    assert ids(privilege(text), dsm="6.2") == []
    assert ids(privilege(text), dsm="7.2") != []


def test_dsm6_has_its_own_word_for_a_file_that_it_cannot_use() -> None:
    package = privilege('{"defaults": {}}')
    assert (ids(package, dsm="6.2"), ids(package, dsm="7.0"), ids(package, dsm="5.2")) == (["P010"], ["P002"], [])


def test_old_dsm_needs_no_privilege_file() -> None:
    assert ids(privilege(None), dsm="6.2") == []
    assert ids(privilege(None), dsm="7.1") == ["P001"]
    assert ids(privilege(Entry(Kind.DIRECTORY))) == ["P001"]


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"capabilities": "cap_net_raw"}, ["P004"]),
        ({"user": "root"}, ["P013"]),
        ({"group": "root"}, ["P011"]),
        ({"permission": "4755"}, ["P006"]),
        ({"permission": 755}, ["P006"]),
        ({"permission": "rwx"}, ["P006"]),
        ({"relpath": "bin/none"}, ["P007"]),
        ({"relpath": "/bin/tool"}, ["P011"]),
        ({"relpath": "lib/tool"}, []),
        ({"user": "nobody"}, ["P011", "P013"]),
    ],
)
def test_tools(change: dict[str, Any], rules: list[str]) -> None:
    link: dict[str, Any] = {"package/lib": Entry(Kind.SYMLINK, target="/usr/lib")}
    package = privilege(PACKAGE | {"tool": [TOOL | change]}, **link)
    assert sorted(ids(package)) == rules


@pytest.mark.parametrize(
    ("value", "digits"), [("755", "0755"), (755, "0755"), ("0o755", "0755"), ("4755", "4755"), ("789", ""), (True, "")]
)
def test_four_digits(value: Any, digits: str) -> None:
    assert four_digits(value) == digits


def test_the_package_id_is_the_user_where_none_is_named() -> None:
    assert ids(entries({}, 'package="Guest"\n')) == ["P008"]
    assert ids(entries({}, f'package="{"long" * 9}"\n')) == ["P008"]
    assert ids(privilege(PACKAGE | {"username": "sc-guest"}, 'package="guest"\n')) == []


def test_fixes_of_privileges_keep_the_rest() -> None:
    text = '{\n  "username": "sc-a",\n  "defaults": {"run-as": "root"},\n  "ctrl-script": [],\n  "executable": []\n}\n'
    assert text_of(mended(privilege(text), "P003"), "conf/privilege") == (
        '{\n  "username": "sc-a",\n  "defaults": {"run-as": "package"}\n}\n'
    )
    broken = '{\n  "defaults": {"run-as": "package"}\n  "username": "a"\n}\n'
    assert text_of(mended(privilege(broken), "P002"), "conf/privilege") == broken.replace("}\n  ", "},\n  ")
    assert ids(mended(privilege(""), "P002")) == []
    assert ids(mended(privilege('{"defaults": 1}'), "P002")) == []


def test_what_is_beyond_a_fix_says_so() -> None:
    assert [problem.fixable for problem in problems(privilege('{"defaults" }'))] == [False] * len(
        problems(privilege('{"defaults" }'))
    )
    assert [problem.fixable for problem in problems(privilege("[]"))] == [False]


@pytest.mark.parametrize(
    ("value", "places"),
    [
        ("", [("R001", "")]),
        ("[]", [("R001", "")]),
        ({"port": {}}, [("R002", "/port")]),
        ({"port-config": "sample.sc"}, [("R003", "/port-config")]),
        ({"port-config": {"protocol-file": "sample.sc", "x": 1}}, [("R021", "/port-config/x")]),
        ({"data-share": {"shares": [{"name": "a", "once": "maybe"}]}}, [("R003", "/data-share/shares/0/once")]),
        (
            {"webservice": {"services": [SITE], "portals": [{"service": "site", "name": "a", "type": "alias"}]}},
            [("R003", "/webservice/portals/0")],
        ),
        (
            {"webservice": {"services": [SITE | {"php": PHP | {"backend": 2}}]}},
            [("R012", "/webservice/services/0/php/backend")],
        ),
        (
            {"webservice": {"services": [SITE | {"php": PHP | {"backend": "8"}}]}},
            [("R003", "/webservice/services/0/php/backend")],
        ),
        ({"webservice": {"services": [SITE | {"bad": 1}]}}, [("R021", "/webservice/services/0/bad")]),
        ({"systemd-user-unit": {}, "_comment": "{{nobody_asks}}"}, []),
    ],
)
def test_formats_of_workers(value: Any, places: list[tuple[str, str]]) -> None:
    assert [(problem.rule, problem.field) for problem in problems(resource(value, DEPENDS))] == places


def test_a_higher_php_number_is_a_note() -> None:
    package = resource({"webservice": {"services": [SITE | {"php": PHP | {"backend": 14}}]}}, DEPENDS)
    assert [(str(problem.severity)) for problem in problems(package, only="R012")] == ["info"]


@pytest.mark.parametrize(
    ("worker", "rules"),
    [
        ({"syslog-config": {"patterninc": [{"target-dir": "not2msg", "conf-relpath": "log.conf"}]}}, ["R004"]),
        ({"indexdb": {"app-index": {"conf-relpath": "ui/index.conf", "db-relpath": "made/later"}}}, ["R004"]),
        ({"docker-project": {"projects": [{"name": "a", "path": "app"}]}}, ["R004"]),
        ({"docker-project": {"projects": [{"name": "a", "path": "web"}]}}, []),
        ({"docker-project": {"projects": [{"name": "a", "path": "empty"}]}}, ["R004"]),
        ({"port-config": {"protocol-file": "./sample.sc"}}, []),
        ({"usr-local-linker": {"bin": ["bin/none"], "lib": ["web/compose.yaml"]}}, ["R022"]),
        ({"sysnotify": {"texts_dir": "{{folder}}"}}, []),
    ],
)
def test_files_of_workers(worker: Any, rules: list[str]) -> None:
    files = {"package/web/compose.yaml": "x", "package/empty/x": "x"}
    found = [rule for rule in ids(resource(worker, DEPENDS, **files), dsm="7.2") if rule in {"R004", "R022"}]
    assert found == rules


@pytest.mark.parametrize(
    ("value", "dsm", "since"),
    [
        ({"systemd-user-unit": {}}, "6.2", "7.0-40761"),
        ({"systemd-user-unit": {}}, "7.0", ""),
        ({"systemd-user-unit": {}}, "", ""),
        ({"data-share": {"shares": []}}, "6.0", ""),
        ({"web-config": {"nginx-static-config": {"enable": [{"alias": ["a"]}]}}}, "7.0", "7.1-42446"),
        ({"web-config": {"nginx-static-config": {"enable": [{"alias": ["a"]}]}}}, "7.1", ""),
        ({"docker-project": {"projects": [{"name": "a", "path": "b"}]}}, "7.2-64570", "7.2.1"),
        ({"docker-project": {"projects": [{"name": "a", "path": "b"}]}}, "7.2.1", ""),
    ],
)
def test_workers_and_the_dsm_that_knows_them(value: Any, dsm: str, since: str) -> None:
    found = problems(resource(value), dsm, "R014")
    assert [problem.argument("since") for problem in found] == ([since] if since else [])


def test_answers_of_wizards() -> None:
    asks = '[{"items": [{"type": "textfield", "subitems": [{"key": "share"}]}]}]'
    share = {"data-share": {"shares": [{"name": "{{share}}", "permission": {"rw": ["sample"]}}]}}
    once = {"data-share": {"shares": [{"name": "{{share}}", "once": True}]}}
    install, upgrade = "WIZARD_UIFILES/install_uifile", "WIZARD_UIFILES/upgrade_uifile"

    def found(value: Any, **files: str) -> list[str]:
        return [problem.message for problem in problems(resource(value, **files), only="R015")]

    assert len(found(share)) == 1
    assert "upgraded" in found(share, **{install: asks})[0]
    assert found(share, **{install: asks, upgrade: asks}) == []
    assert found(share, **{install: asks, upgrade + ".sh": "#!/bin/sh\n"}) == []
    assert found(share, **{install: '[{"custom_render_fn": "x", "items": []}]', upgrade: asks}) == []
    assert found(once, **{install: asks}) == []
    assert found(share, **{"WIZARD_UIFILES/uninstall_uifile": asks}) == []
    assert len(found(share, **{"WIZARD_UIFILES/uninstall_uifile.sh": "#!/bin/sh\n"})) == 1
    assert len(found({"data-share": {"shares": [{"name": "{{#other}}a{{/other}}"}]}}, **{install: asks})) == 1


def test_ports_of_port_files() -> None:
    assert ids(with_ports(PORTS.replace("8080", "80"))) == ["R016"]
    assert "R016" not in ids(with_ports(PORTS.replace("8080", "80"), docker={"services": []}))
    as_root = with_ports(PORTS.replace("8080", "80")) | privilege('{"defaults": {"run-as": "root"}}', package=None)
    assert "R016" not in ids(as_root, dsm="6.2")


@pytest.mark.parametrize(
    ("change", "place", "mended_text"),
    [
        (("8080/tcp", "53/udp,53/tcp"), (5, 12), 'dst.ports="53/tcp,udp"'),
        (("8080/tcp", "8080 - 8090"), (5, 12), 'dst.ports="8080:8090"'),
        (('"no"', '"No"'), (4, 15), 'port_forward="no"'),
        (("[sample]", "[my tool]"), (1, 2), "[my_tool]"),
        (('title="Sample"', 'title="Sample'), (2, 8), 'title="Sample"'),
        (("8080/tcp", "99999/tcp"), (5, 12), ""),
        (("[sample]", "[sample"), (1, 2), ""),
        (("dst.ports", "dst.port"), (1, 2), ""),
        (("[sample]\n", ""), (1, 1), ""),
        (('desc="Sample"', "desc"), (3, 1), ""),
    ],
)
def test_port_files(change: tuple[str, str], place: tuple[int, int], mended_text: str) -> None:
    package = with_ports(PORTS.replace(*change))
    first = problems(package, only="R006")[0]
    assert (first.path, first.line, first.column) == ("package/sample.sc", *place)
    assert first.fixable is bool(mended_text)
    assert mended_text in text_of(mended(package, "R006"), "package/sample.sc").splitlines() or not mended_text


def test_port_files_of_old_packages() -> None:
    package = entries({"conf/other.sc": PORTS})
    assert ids(package) == ["R005"]
    assert "conf/sample.sc" in mended(package, "R005")


def test_the_renamed_port_file_is_named_in_the_resources() -> None:
    worker = {"port-config": {"protocol-file": "etc/x.sc"}}
    after = mended(resource(worker, **{"package/etc/x.sc": PORTS}), "R005")
    assert "package/etc/sample.sc" in after
    assert '"etc/sample.sc"' in text_of(after, "conf/resource")


@pytest.mark.parametrize(
    ("users", "rules"),
    [(["sample"], []), (["http", "sample"], []), (["http"], ["R008"]), (["{{user}}"], ["R015"]), ([], [])],
)
def test_users_of_shares(users: list[str], rules: list[str]) -> None:
    worker = {"data-share": {"shares": [{"name": "a", "permission": {"rw": users}}]}}
    assert ids(resource(worker)) == rules


def test_other_users_of_web_services() -> None:
    web = {"webservice": {"services": [SITE | {"php": PHP | {"user": "http"}}]}}
    assert ids(resource(web, DEPENDS)) == ["R008"]
    own = {"conf/privilege": PACKAGE | {"username": "http2"}}
    assert ids(resource(web, DEPENDS, **own)) == ["R008"]


@pytest.mark.parametrize(
    ("value", "info", "wanted"),
    [
        ({"mariadb10-db": {}}, "", ["MariaDB10"]),
        ({"mariadb10-db": {}}, 'install_dep_packages="MariaDB10>=10.0.30-0005"\n', []),
        ({"docker": {"services": []}}, 'install_dep_packages="Docker"\n', []),
        ({"docker": {"services": []}}, "", ["Docker or ContainerManager"]),
        ({"php73": {}}, "", ["PHP7.3"]),
        ({"webservice": {"services": [SITE]}}, 'install_dep_packages="WebStation"\n', ["PHP8.2", "Apache2.4"]),
        ({"webservice": {"services": [SITE]}}, DEPENDS, []),
    ],
)
def test_providers(value: Any, info: str, wanted: list[str]) -> None:
    package = resource(value, info)
    assert {problem.argument("packages") for problem in problems(package, only="R011")} == set(wanted)
    assert problems(mended(package, "R011"), only="R011") == []


def test_dependencies_named_in_a_file_of_their_own_count() -> None:
    package = resource({"mariadb10-db": {}}, **{"conf/PKG_DEPS": "[MariaDB10] ; the database\n"})
    assert problems(package, only="R011") == []


@pytest.mark.parametrize(
    ("text", "dsm", "messages"),
    [
        ("[A]\ndsm_min_ver=5.0-4300\n", "5.2", []),
        ("[A]\ndsm_min_ver=5.0-4300\n", "7.2", ["os_min_ver"]),
        ("[A]\nos_min_ver=5.0-4300\n", "7.1", ["dsm_min_ver"]),
        ("; os_min_ver=1\n[A]\npkg_min_ver=1\n", "7.1", []),
    ],
)
def test_keys_of_dependencies(text: str, dsm: str, messages: list[str]) -> None:
    package = entries({"conf/PKG_CONX": text})
    assert [problem.argument("other") for problem in problems(package, dsm, "R018")] == messages
    assert ids(mended(package, "R018", dsm), dsm) == []


def test_misspelt_keys_of_dependencies() -> None:
    found = problems(entries({"conf/PKG_DEPS": "[A]\npkg_minver=1\nfoo=1\n"}), only="R018")
    assert [(problem.line, problem.fixable, "probably" in problem.message) for problem in found] == [
        (2, False, True),
        (3, False, False),
    ]


def test_nginx_is_restarted_where_settings_are_switched() -> None:
    worker = {"web-config": {"nginx-static-config": {"disable": [{"alias": ["a"]}]}}}
    package = resource(worker, 'instuninst_restart_services="nginx"\n')
    assert [problem.argument("key") for problem in problems(package, only="R017")] == ["startstop_restart_services"]
    assert 'startstop_restart_services="nginx.service"' in text_of(mended(package, "R017"), "INFO")
