"""Desktop entries begun, renamed and removed; and the page that runs a script, with a real shell."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from spkcore.base.errors import UsageError
from spkcore.base.reference import resources_folder
from spkcore.package.changes import Change, apply
from spkcore.package.desktop import desktop_entries
from spkcore.package.desktopedit import (
    Wish,
    add_entry,
    entry_kind,
    own_folder,
    parse_address,
    recipes,
    remove_entry,
    rename_entry,
    wish_problem,
)
from spkcore.package.entries import Entry, Kind, file_entry
from spkcore.package.jsontext import parse

CONFIG = "package/ui/config"
KEPT = (
    b'{\n    // mine\n    ".url": {\n'
    b'        "a.b": {"type": "url", "title": "A", "icon": "images/a_{0}.png", "url": "/a", "odd": [1]}\n    }\n}\n'
)


def package(config: bytes | None = None) -> dict[str, Entry]:
    entries = {
        "INFO": file_entry(b'package="demo"\ndsmuidir="ui"\n'),
        "package": Entry(Kind.DIRECTORY),
        "package/ui": Entry(Kind.DIRECTORY),
    }
    return entries if config is None else {**entries, CONFIG: file_entry(config)}


def after(entries: dict[str, Entry], change: Change) -> dict[str, Entry]:
    changed = dict(entries)
    apply(changed, change)
    return changed


def text(entries: dict[str, Entry], path: str) -> str:
    content = entries[path].content
    assert content is not None
    return content.read().decode()


def config(entries: dict[str, Entry]) -> dict[str, Any]:
    value: dict[str, Any] = parse(text(entries, CONFIG)).value()[".url"]
    return value


@pytest.mark.parametrize(
    ("typed", "members"),
    [
        ("https://example.org/x", {"url": "https://example.org/x"}),
        (":8080/admin", {"url": "/admin", "protocol": "http", "port": "8080"}),
        (":8080", {"url": "/", "protocol": "http", "port": "8080"}),
        ("/photo", {"url": "/photo"}),
        ("example", {}),
        ("http://", {}),
        (":99999", {}),
        ("", {}),
    ],
)
def test_addresses_are_read_as_people_type_them(typed: str, members: dict[str, object]) -> None:
    assert parse_address(typed) == members


def test_the_first_entry_becomes_what_the_open_button_opens() -> None:
    entries = after(
        package(), add_entry(package(), CONFIG, Wish("port", "My Photos!", protocol="https", port="8443", path="/x"))
    )
    assert config(entries) == {
        "demo.MyPhotos": {
            "type": "url", "title": "My Photos!", "icon": "images/my-photos_{0}.png", "allUsers": True,
            "url": "/x", "protocol": "https", "port": "8443",
        }
    }  # fmt: skip
    assert 'dsmappname="demo.MyPhotos"' in text(entries, "INFO")
    again = after(entries, add_entry(entries, CONFIG, Wish("address", "my photos", address="/y")))
    assert list(config(again)) == ["demo.MyPhotos", "demo.MyPhotos2"]
    assert 'dsmappname="demo.MyPhotos"\n' in text(again, "INFO")


def test_an_entry_is_added_without_touching_the_others() -> None:
    entries = package(KEPT)
    changed = text(after(entries, add_entry(entries, CONFIG, Wish("address", "B", address="/b"))), CONFIG)
    assert changed.startswith(KEPT.decode().rpartition("}}")[0].rpartition("\n    }")[0].rstrip()[:60])
    assert '"odd": [1]' in changed
    assert "// mine" in changed


def test_a_page_inside_the_package_brings_its_files() -> None:
    entries = after(package(), add_entry(package(), CONFIG, Wish("page", "A < B & C")))
    assert config(entries)["demo.ABC"]["url"] == "/webman/3rdparty/demo/a-b-c/index.html"
    page = text(entries, "package/ui/a-b-c/index.html")
    assert "<title>A &lt; B &amp; C</title>" in page
    again = after(entries, add_entry(entries, CONFIG, Wish("page", "a b c")))
    assert "package/ui/a-b-c-2/index.html" in again


def test_a_script_page_is_for_administrators_and_its_programs_are_executable() -> None:
    entries = after(package(), add_entry(package(), CONFIG, Wish("script", "Tidy up")))
    made = config(entries)["demo.TidyUp"]
    assert (made["allUsers"], made["type"]) == (False, "legacy")
    for name in ("run.cgi", "script.sh"):
        attributes = entries[f"package/ui/tidy-up/{name}"].attributes
        assert attributes is not None
        assert attributes.permissions == 0o755
    assert entries["package/ui/tidy-up/index.html"].attributes is None
    assert "/var/packages/demo/var" in text(entries, "package/ui/tidy-up/run.cgi")


@pytest.mark.parametrize(
    "wish",
    [
        Wish("address", " "),
        Wish("address", "A", address="x"),
        Wish("port", "A", port="0"),
        Wish("port", "A", port="80", path="x"),
    ],
)
def test_wishes_that_make_no_entry_are_refused(wish: Wish) -> None:
    assert wish_problem(wish)
    with pytest.raises(UsageError):
        add_entry(package(), CONFIG, wish)


def test_a_name_changes_in_config_and_info() -> None:
    entries = package(KEPT)
    entries["INFO"] = file_entry(b'package="demo"\ndsmuidir="ui"\ndsmappname="x.y a.b"\n')
    (entry,) = desktop_entries(parse(KEPT.decode()))
    renamed = after(entries, rename_entry(entries, CONFIG, entry, "c.d"))
    assert list(config(renamed)) == ["c.d"]
    assert 'dsmappname="x.y c.d"' in text(renamed, "INFO")
    with pytest.raises(UsageError):
        rename_entry(entries, CONFIG, entry, "c d")


def test_removing_takes_the_folder_that_nobody_else_opens() -> None:
    entries = after(package(), add_entry(package(), CONFIG, Wish("page", "One")))
    (entry,) = desktop_entries(parse(text(entries, CONFIG)))
    assert own_folder(entries, CONFIG, entry) == "package/ui/one"
    gone = after(entries, remove_entry(entries, CONFIG, entry, with_files=True))
    assert not any(path.startswith("package/ui/one") for path in gone)
    assert "dsmappname" not in text(gone, "INFO")
    kept = after(entries, remove_entry(entries, CONFIG, entry, with_files=False))
    assert "package/ui/one/index.html" in kept
    twin = text(entries, CONFIG).replace('"demo.One"', '"demo.Two"')
    both = parse(twin).value()[".url"] | config(entries)
    shared = {**entries, CONFIG: file_entry(json.dumps({".url": both}).encode())}
    assert own_folder(shared, CONFIG, entry) == ""


def test_a_page_of_a_second_desktop_folder_has_the_address_of_its_own_link() -> None:
    entries = {**package(), "INFO": file_entry(b'package="demo"\ndsmuidir="demo:ui tools:app/tools"\n')}
    config_path = "package/app/tools/config"
    made = after(entries, add_entry(entries, config_path, Wish("page", "One")))
    (entry,) = desktop_entries(parse(text(made, config_path)))
    assert json.loads(text(made, config_path))[".url"][entry.name]["url"] == "/webman/3rdparty/tools/one/index.html"
    assert own_folder(made, config_path, entry) == "package/app/tools/one"


def test_every_recipe_and_type_says_what_it_does() -> None:
    assert [recipe.id for recipe in recipes()] == ["address", "port", "page", "script"]
    assert entry_kind("legacy").title == "Window in DSM"
    assert entry_kind("odd").title == "odd"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The script page in a folder, with a stand-in for the program of DSM that knows who is logged in."""
    folder = tmp_path / "ui" / "tidy"
    folder.mkdir(parents=True)
    source = resources_folder() / "desktop" / "script"
    for name in ("run.cgi", "script.sh"):
        shutil.copy(source / name, folder / name)
    asked = tmp_path / "authenticate.cgi"
    asked.write_text('#!/bin/sh\nprintf %s "$TEST_USER"\n')
    known = tmp_path / "bin" / "id"
    known.parent.mkdir()
    known.write_text(
        '#!/bin/sh\n[ "$1 $2" = "-Gn boss" ] && echo "users administrators" && exit\n'
        '[ "$1" = -u ] && exec /usr/bin/id -u\necho users\n'
    )
    script = (folder / "run.cgi").read_text().replace("/usr/syno/synoman/webman/modules/authenticate.cgi", str(asked))
    (folder / "run.cgi").write_text(script.replace("@@package@@", "demo"))
    for program in (asked, known, folder / "run.cgi", folder / "script.sh"):
        program.chmod(0o755)
    return folder


def call(page: Path, shell: list[str], query: str, user: str = "boss", **more: str) -> tuple[str, str]:
    """Head and body of the answer."""
    environment = {
        "PATH": f"{page.parents[1] / 'bin'}:{os.environ['PATH']}", "TMPDIR": str(page.parents[1]),
        "QUERY_STRING": query, "TEST_USER": user, "REQUEST_METHOD": "GET", **more,
    }  # fmt: skip
    answer = subprocess.run(
        [*shell, str(page / "run.cgi")], env=environment, capture_output=True, text=True, check=True
    )
    head, _, body = answer.stdout.partition("\n\n")
    return head, body


def at_rest(page: Path, shell: list[str], run: str = "") -> tuple[list[str], str]:
    """The words of the first line once the script does not run any more, and the output."""
    deadline = time.monotonic() + 60
    while (body := call(page, shell, f"from=0&run={run}")[1]).split()[1] == "running":
        assert time.monotonic() < deadline
    first, _, output = body.partition("\n")
    return first.split(), output


def press(page: Path, shell: list[str], button: str) -> str:
    """The answer to a button of the page."""
    return call(page, shell, f"{button}=1", REQUEST_METHOD="POST", HTTP_X_REQUESTED_WITH="run")[1]


with_shells = pytest.mark.parametrize("shell", [["sh"], ["dash"], ["busybox", "ash"], ["bash"]], ids=" ".join)
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the page runs on the NAS")


@on_linux
@with_shells
def test_the_page_runs_its_script_for_administrators_only(page: Path, shell: list[str]) -> None:
    if shutil.which(shell[0]) is None:
        pytest.skip(f"no {shell[0]} here")
    (page / "script.sh").write_text("#!/bin/sh\necho one\nread -r _ < /dev/null\necho two >&2\nexit 3\n")
    assert "403" in call(page, shell, "from=0", user="")[0]
    assert "403" in call(page, shell, "from=0", user="guest")[0]
    assert call(page, shell, "from=0")[1] == "never\n"
    assert "405" in call(page, shell, "start=1")[0]
    before = int(time.time())
    press(page, shell, "start")
    (run, how, begin, since, code), output = at_rest(page, shell)
    assert (run, how, begin, code, output) == ("1", "ended", "0", "3", "one\ntwo\n")
    assert before <= int(since) <= time.time()
    assert call(page, shell, "from=4&run=1&SynoToken=x")[1] == f"1 ended 4 {since} 3\ntwo\n"
    for odd in ("from=4&run=7", "from=$(id)&run=1", "from=08&run=1", "from=4", "", "run=1"):
        assert call(page, shell, odd)[1] == f"1 ended 0 {since} 3\none\ntwo\n", "of another run, all is shown"
    state = next(page.parents[1].glob("demo-*")) / "run-tidy"
    (state / "1.status").unlink()
    assert call(page, shell, "from=0")[1].startswith("1 broken 0 "), "as after a power cut"
    press(page, shell, "start")
    assert at_rest(page, shell)[0][:2] == ["2", "ended"]
    assert {file.name.partition(".")[0] for file in state.iterdir()} == {"2"}


@on_linux
@with_shells
def test_the_script_can_be_stopped(page: Path, shell: list[str]) -> None:
    if shutil.which(shell[0]) is None:
        pytest.skip(f"no {shell[0]} here")
    (page / "script.sh").write_text(
        "#!/bin/sh\ntrap 'echo no' TERM\necho ready\nfor _ in $(seq 3000); do sleep 0.02; done\n"
    )
    press(page, shell, "start")
    assert press(page, shell, "start").startswith("1 running "), "it runs once"
    deadline = time.monotonic() + 60
    while "ready" not in call(page, shell, "from=0")[1]:
        assert time.monotonic() < deadline
    assert press(page, shell, "stop").startswith("1 running ")
    press(page, shell, "stop")
    assert at_rest(page, shell)[0][:2] == ["1", "stopped"]
    assert press(page, shell, "stop").startswith("1 stopped "), "and that is all"


@on_linux
def test_two_who_press_the_button_at_once_start_it_once(page: Path) -> None:
    (page / "script.sh").write_text(
        f"#!/bin/sh\necho $$ >> '{page}/runs'\nuntil [ -e '{page}/go' ]; do sleep 0.02; done\n"
    )
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(press, [page] * 4, [["sh"]] * 4, ["start"] * 4))
    assert {answer.split()[0] for answer in answers} == {"1"}
    (page / "go").touch()
    at_rest(page, ["sh"])
    assert len((page / "runs").read_text().split()) == 1


@on_linux
def test_of_long_output_only_the_end_is_sent(page: Path) -> None:
    (page / "script.sh").write_text("#!/bin/sh\nhead -c 700000 /dev/zero | tr '\\0' a\n")
    press(page, ["sh"], "start")
    (_, _, begin, *_), output = at_rest(page, ["sh"])
    assert (begin, len(output)) == ("200000", 500_000)
    assert len(call(page, ["sh"], "from=300000&run=1")[1].partition("\n")[2]) == 400_000


@on_linux
def test_a_folder_of_somebody_else_is_not_used(page: Path) -> None:
    theirs = page.parents[1] / "theirs"
    theirs.mkdir()
    (page.parents[1] / f"demo-{os.getuid()}").symlink_to(theirs)
    assert "500" in call(page, ["sh"], "from=0")[0]
    assert list(theirs.iterdir()) == []
