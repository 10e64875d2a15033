"""Tests of the starter packages: rules of DSM, escaping, atomic creation, and scripts that really run."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.base.errors import Cancelled, UsageError, WriteError
from spkcore.base.reference import resources_folder, schema, table
from spkcore.base.tasks import TaskContext, quiet
from spkcore.package import icons, templates
from spkcore.package.attributes import default_mode
from spkcore.package.entries import Entry, Kind
from spkcore.package.infokeys import info_keys

IDS = [template.id for template in templates.list_templates()]
SEVEN = ("preinst", "postinst", "preuninst", "postuninst", "preupgrade", "postupgrade", "start-stop-status")
NASTY = {
    "package": "My_Pack-1.x",
    "display_name": "It's <b>&amp; 'quoted' ü 日本; rm -rf ~",
    "version": "12.0.3-0042",
    "description": "A {tidy} <description> & 'more' – with @ signs, @@package@@ and 100 % of it.",
    "maintainer": "O'Hara & Söhne",
}


def rendered(template_id: str, values: dict[str, str] | None = None) -> dict[str, Entry]:
    return templates.render(templates.find_template(template_id), values or {})


def content(entries: dict[str, Entry], path: str) -> bytes:
    found = entries[path].content
    assert found is not None
    return found.read()


def info_of(entries: dict[str, Entry]) -> dict[str, str]:
    lines = content(entries, "INFO").decode().removesuffix("\n").split("\n")
    pairs = (line.split("=", 1) for line in lines)
    return {key: value.removeprefix('"').removesuffix('"') for key, value in pairs}


def write(entries: dict[str, Entry], folder: Path) -> Path:
    for path, entry in entries.items():
        if entry.kind is Kind.FILE:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content(entries, path))
    return folder


def scripts_in(entries: dict[str, Entry]) -> list[str]:
    return [path for path, entry in entries.items() if is_script(path) and entry.kind is Kind.FILE]


def is_script(path: str) -> bool:
    """Everything that a shell reads."""
    if path.startswith("WIZARD_UIFILES/"):
        return path.endswith((".sh", "/trace"))
    return path.endswith(".cgi") or (path.startswith(("scripts/", "package/bin/")) and not path.endswith(".py"))


def test_the_promised_templates_are_there_in_order() -> None:
    assert IDS == [
        "minimal-dsm7", "minimal-dsm6", "service", "web-application", "web-site", "command-line", "docker-project",
        "spk-tracer", "spk-tracer-dsm6",
    ]  # fmt: skip
    assert all(template.title and template.summary and template.dsm for template in templates.list_templates())
    assert all(icons.describe(template.icon).width == 256 for template in templates.list_templates())


@pytest.mark.parametrize("template_id", IDS)
@pytest.mark.parametrize("values", [{}, NASTY], ids=["defaults", "nasty"])
def test_every_template_meets_the_rules_of_dsm(template_id: str, values: dict[str, str]) -> None:
    entries = rendered(template_id, values)
    info = info_of(entries)
    for key in ("package", "version", "os_min_ver", "displayname", "description", "arch", "maintainer"):
        assert info[key]
    assert {f"scripts/{name}" for name in SEVEN} <= set(entries)
    privilege = json.loads(content(entries, "conf/privilege"))
    assert privilege["defaults"] == {"run-as": "package"}
    assert set(privilege) <= {"defaults", "username"}
    dsm7 = info["os_min_ver"] in {"7.0-40000", "7.2-69057"}
    assert dsm7 or info["os_min_ver"] == "6.1-15047"
    assert "maintainer_url" not in info, "a question left empty leaves no line"
    for role in icons.package_icons(7 if dsm7 else 6):
        picture = icons.describe(content(entries, role.path))
        assert (picture.format, picture.width, picture.height) == ("PNG", role.size, role.size)
    assert any(path.startswith("package/") for path in entries)


@pytest.mark.parametrize("template_id", IDS)
def test_texts_are_utf8_with_lf_and_no_token_is_left(template_id: str) -> None:
    for path, entry in rendered(template_id).items():
        assert "@@" not in path
        data = entry.content.read() if entry.content else b""
        if b"\x00" in data:
            continue
        data.decode("utf-8")
        assert b"\r" not in data
        assert b"@@" not in data
        assert not data or data.endswith(b"\n")


@pytest.mark.parametrize("template_id", IDS)
def test_folders_come_before_what_is_in_them(template_id: str) -> None:
    seen: set[str] = set()
    for path in rendered(template_id):
        parent = path.rpartition("/")[0]
        assert not parent or parent in seen
        seen.add(path)


@pytest.mark.parametrize("template_id", IDS)
def test_json_parts_meet_the_schemas(template_id: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    kinds = {"conf/privilege": "privilege", "conf/resource": "resource", "package/ui/config": "ui_config"}
    entries = rendered(template_id, NASTY)
    for path, name in kinds.items():
        if path in entries:
            assert (resources_folder() / "reference" / f"{name}_schema.json").exists()
            jsonschema.validate(json.loads(content(entries, path)), schema(name))


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="needs shellcheck")
@pytest.mark.parametrize("template_id", IDS)
@pytest.mark.parametrize("values", [{}, NASTY], ids=["defaults", "nasty"])
def test_scripts_pass_shellcheck(template_id: str, values: dict[str, str], tmp_path: Path) -> None:
    entries = rendered(template_id, values)
    folder = write(entries, tmp_path)
    command = ["shellcheck", "-s", "sh", *(str(folder / path) for path in scripts_in(entries))]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("template_id", IDS)
def test_scripts_begin_with_an_interpreter(template_id: str) -> None:
    entries = rendered(template_id)
    for path in scripts_in(entries):
        if path.rpartition("/")[2] not in {"trace", "settings"}:
            assert content(entries, path).startswith(b"#!/bin/sh\n")


def test_answers_are_escaped_for_their_file() -> None:
    entries = rendered("web-application", NASTY)
    assert info_of(entries)["description"] == NASTY["description"]
    config = json.loads(content(entries, "package/ui/config"))[".url"]["My_Pack-1.x.Application"]
    assert config["title"] == NASTY["display_name"]
    assert info_of(entries)["dsmappname"] == "My_Pack-1.x.Application"
    page = content(entries, "package/ui/index.html").decode()
    assert "It&#x27;s &lt;b&gt;&amp;amp;" in page
    assert NASTY["display_name"] in content(entries, "package/ui/texts/enu/strings").decode()


def test_the_desktop_entry_points_to_files_that_exist() -> None:
    entries = rendered("web-application")
    (entry,) = json.loads(content(entries, "package/ui/config"))[".url"].values()
    assert entry["url"] == "/webman/3rdparty/MyWebApp/index.html"
    assert "package/ui/index.html" in entries
    for size, path in icons.desktop_icon_paths(entry["icon"]).items():
        assert icons.describe(content(entries, f"package/ui/{path}")).width == size


def test_the_service_agrees_on_its_port_and_user() -> None:
    entries = rendered("service", {"package": "my_service", "port": "9999"})
    assert info_of(entries)["adminport"] == "9999"
    resource = json.loads(content(entries, "conf/resource"))
    protocol_file = content(entries, "package/" + resource["port-config"]["protocol-file"]).decode()
    assert "[my-service]" in protocol_file
    assert 'dst.ports="9999/tcp"' in protocol_file
    assert json.loads(content(entries, "conf/privilege"))["username"] == "sc-my-service"


@pytest.mark.parametrize(
    ("template_id", "values", "name"),
    [
        ("minimal-dsm7", {"package": "a b"}, "package"),
        ("minimal-dsm7", {"package": "a/b"}, "package"),
        ("minimal-dsm7", {"package": "../x"}, "package"),
        ("minimal-dsm7", {"package": "con"}, "package"),
        ("minimal-dsm7", {"package": "trailing."}, "package"),
        ("minimal-dsm7", {"package": "x" * 33}, "package"),
        ("minimal-dsm7", {"version": "1.0b"}, "version"),
        ("minimal-dsm7", {"version": "9999999999"}, "version"),
        ("minimal-dsm7", {"display_name": 'a "quoted" name'}, "display_name"),
        ("minimal-dsm7", {"display_name": "   "}, "display_name"),
        ("minimal-dsm7", {"description": "two\nlines"}, "description"),
        ("minimal-dsm7", {"description": "$HOME"}, "description"),
        ("service", {"port": "80"}, "port"),
        ("service", {"port": "70000"}, "port"),
        ("service", {"port": "80a"}, "port"),
        ("service", {"user": "root"}, "user"),
        ("spk-tracer", {"log_file": "tracer.log"}, "log_file"),
    ],
)
def test_bad_answers_are_refused_with_advice(template_id: str, values: dict[str, str], name: str) -> None:
    with pytest.raises(UsageError) as caught:
        rendered(template_id, values)
    assert caught.value.where == name
    assert caught.value.what_to_do


def test_one_thing_has_one_name_in_questions_and_editors() -> None:
    questions = {
        parameter.name: parameter for template in templates.list_templates() for parameter in template.parameters
    }
    keys = {"package": "package", "display_name": "displayname", "port": "adminport"}
    keys |= {name: name for name in ("version", "description", "maintainer", "maintainer_url")}
    assert {name: questions[name].label for name in keys} == {
        name: info_keys()[key].label for name, key in keys.items()
    }
    assert questions["user"].label == schema("privilege")["properties"]["username"]["x-label"]
    for question in questions.values():
        assert "changed later" not in question.help, "the package can be renamed"


@pytest.mark.parametrize("name", ["http", "Admin", "postgres", "administrators"])
def test_accounts_of_the_nas_are_refused(name: str) -> None:
    (user,) = (item for item in templates.find_template("service").parameters if item.name == "user")
    assert "reserved" in user.problem(name)


@pytest.mark.parametrize("package", ["7zip", "1_2", "A.b_C-9", "X"])
def test_no_default_is_refused_for_an_id_that_is_good(package: str) -> None:
    for template in templates.list_templates():
        answers = template.complete({"package": package})
        assert template.problems(answers) == {}, template.id


def test_unknown_questions_and_templates_are_refused() -> None:
    with pytest.raises(UsageError, match="does not ask"):
        rendered("minimal-dsm7", {"port": "8080"})
    with pytest.raises(UsageError, match="minimal-dsm7"):
        templates.find_template("nothing")


@settings(max_examples=60)
@given(st.text(min_size=1, max_size=40))
def test_whatever_passes_the_check_is_safe_everywhere(text: str) -> None:
    template = templates.find_template("service")
    values = template.complete({"display_name": text, "description": text})
    if template.problems(values):
        return
    entries = templates.render(template, values)
    assert info_of(entries)["displayname"] == text
    assert content(entries, "INFO").decode().count("\n") == 15
    assert shlex.split(content(entries, "scripts/start-stop-status").decode(), comments=True)


def test_the_folder_is_created_and_opened(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "Package"
    package = templates.create_package(templates.find_template("service"), {}, folder, quiet())
    assert package.folder == folder
    expected = rendered("service")
    assert set(package.entries) == set(expected)
    assert not package.is_dirty
    for path, entry in expected.items():
        if entry.content:
            assert (folder / path).read_bytes() == entry.content.read()
    assert sorted(item.name for item in folder.parent.iterdir()) == ["Package"]


def test_modes_come_from_the_roles_of_the_files() -> None:
    for template_id in IDS:
        for path, entry in rendered(template_id).items():
            head = content({path: entry}, path)[:64] if entry.content else b""
            mode = default_mode(path, entry.kind, head)
            runs = entry.kind is Kind.DIRECTORY or head.startswith(b"#!") or path.startswith("scripts/")
            assert mode == (0o755 if runs else 0o644), path


def test_an_empty_folder_may_be_used_but_no_other(tmp_path: Path) -> None:
    template = templates.find_template("minimal-dsm7")
    templates.create_package(template, {}, tmp_path, quiet())
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match="not empty"):
        templates.create_package(template, {"package": "other"}, tmp_path, quiet())
    with pytest.raises(UsageError, match="already a file"):
        templates.create_package(template, {}, tmp_path / "INFO", quiet())
    assert sorted(tmp_path.rglob("*")) == before


def test_cancelling_leaves_nothing_behind(tmp_path: Path) -> None:
    context = TaskContext(on_progress=lambda report: context.cancel())
    with pytest.raises(Cancelled):
        templates.create_package(templates.find_template("service"), {}, tmp_path / "a" / "b", context)
    assert list(tmp_path.iterdir()) == []


def test_a_failing_disk_leaves_the_empty_folder_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    (tmp_path / "p").mkdir()
    with pytest.raises(WriteError, match="No space"):
        templates.create_package(templates.find_template("service"), {}, tmp_path / "p", quiet())
    assert [item.name for item in tmp_path.iterdir()] == ["p"]
    assert list((tmp_path / "p").iterdir()) == []


# The scripts at work


class Nas:
    """A package unpacked into a temporary folder, whose scripts can be run as DSM would."""

    def __init__(self, root: Path, shell: list[str], template_id: str, values: dict[str, str]) -> None:
        self.shell = shell
        self.package = write(rendered(template_id, values), root / "it's a package")
        self.var = root / "var"
        self.var.mkdir()
        self.message = root / "message"
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "SYNOPKG_PKGNAME": "tested",
            "SYNOPKG_PKGVER": "1.0",
            "SYNOPKG_PKGDEST": str(self.package / "package"),
            "SYNOPKG_PKGVAR": str(self.var),
            "SYNOPKG_TEMP_LOGFILE": str(self.message),
            "SYNOPKG_DSM_VERSION_MAJOR": "7",
            "SYNOPKG_DSM_VERSION_MINOR": "2",
        }

    def run(self, path: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [*self.shell, str(self.package / path), *arguments]
        environment = {**self.environment, **variables}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=30)

    def action(self, name: str, **variables: str) -> int:
        return self.run("scripts/start-stop-status", name, **variables).returncode


SHELLS = [shell for shell in (["dash"], ["busybox", "ash"], ["bash", "--posix"]) if shutil.which(shell[0])]
posix = pytest.mark.skipif(os.name != "posix" or not SHELLS, reason="needs a POSIX shell")
with_shells = pytest.mark.parametrize("shell", SHELLS or [[]], ids=[shell[0] for shell in SHELLS] or ["none"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("", 0))
        port: int = probe.getsockname()[1]
        return port


@posix
@with_shells
def test_lifecycle_scripts_of_the_minimal_package_succeed(shell: list[str], tmp_path: Path) -> None:
    nas = Nas(tmp_path, shell, "minimal-dsm7", {})
    assert [nas.run(f"scripts/{name}").returncode for name in SEVEN[:-1]] == [0] * 6
    assert [nas.action(name) for name in ("prestart", "start", "status", "prestop", "stop")] == [0] * 5
    assert nas.action("nonsense") == 1


@posix
@with_shells
def test_the_service_starts_answers_and_stops(shell: list[str], tmp_path: Path) -> None:
    port = free_port()
    nas = Nas(tmp_path, shell, "service", {"package": "tested", "port": str(port)})
    assert nas.action("status") == 3
    assert nas.action("prestart") == 0
    try:
        assert nas.action("start") == 0, (nas.var / "tested.log").read_text()
        assert nas.action("status") == 0
        assert nas.action("start") == 0
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            assert json.load(answer)["pid"] == int((nas.var / "tested.pid").read_text())
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            assert b"My Service is running" in answer.read()
    finally:
        assert nas.action("stop") == 0
    assert nas.action("status") == 3
    assert nas.action("stop") == 0


@posix
def test_the_service_tells_why_it_did_not_start(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        nas = Nas(tmp_path, SHELLS[0], "service", {"package": "tested", "port": str(taken.getsockname()[1])})
        assert nas.action("start") == 1
    assert "did not start" in nas.message.read_text()
    assert "Address already in use" in (nas.var / "tested.log").read_text()
    assert nas.action("status") == 3


@posix
def test_a_left_over_pid_file_is_reported_and_another_process_is_left_alone(tmp_path: Path) -> None:
    nas = Nas(tmp_path, SHELLS[0], "service", {"package": "tested"})
    (nas.var / "tested.pid").write_text(str(os.getpid()))
    assert nas.action("status") == 1
    assert nas.action("stop") == 0
    assert nas.action("status") == 3


@pytest.mark.parametrize("template_id", ["spk-tracer", "spk-tracer-dsm6"])
def test_the_tracer_knows_every_variable_of_dsm(template_id: str) -> None:
    text = content(rendered(template_id), "scripts/trace").decode()
    known = text.partition('trace_known="')[2].partition('"')[0].replace("\\\n", " ").split()
    assert sorted(known) == sorted(table("script_env")["variables"])


@posix
@with_shells
def test_the_tracer_writes_down_every_step(shell: list[str], tmp_path: Path) -> None:
    log = tmp_path / "trace.log"
    nas = Nas(tmp_path, shell, "spk-tracer", {"log_file": str(log)})
    environment = {"tracer_text": 'two words "quoted"', "tracer_password": "hunter2", "SYNOPKG_PKG_STATUS": "INSTALL"}
    result = nas.run("scripts/preinst", **environment)
    assert (result.returncode, result.stdout) == (0, "")
    text = log.read_text()
    assert text == result.stderr
    assert text.startswith("#" * 79 + "\n***********\n* preinst *\n***********\n")
    assert 'SYNOPKG_PKG_STATUS = "INSTALL"' in text
    assert f'SYNOPKG_PKGDEST = "{nas.package / "package"}" (dir exist and contains data)' in text
    assert f'SYNOPKG_PKGVAR = "{nas.var}" (dir exist)' in text
    assert "SYNOPKG_TEMP_SPKFILE (not defined)" in text
    assert 'tracer_text = "two words "quoted""' in text
    assert "hunter2" not in text
    assert log.stat().st_mode & 0o077 == 0


@posix
@with_shells
def test_the_tracer_wizards_write_pages(shell: list[str], tmp_path: Path) -> None:
    log = tmp_path / "trace.log"
    nas = Nas(tmp_path, shell, "spk-tracer", {"log_file": str(log)})
    for name, title in (("install", "Installation"), ("upgrade", "Upgrade"), ("uninstall", "Uninstallation")):
        assert nas.run(f"WIZARD_UIFILES/{name}_uifile.sh", SYNOPKG_OLD_PKGVER="0.9").returncode == 0
        pages = json.loads(nas.message.read_text())
        assert pages[0]["items"]
        assert f"* {title} Wizard *" in log.read_text()


@posix
def test_the_tracer_follows_no_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    (tmp_path / "trace.log").symlink_to(victim)
    nas = Nas(tmp_path, SHELLS[0], "spk-tracer", {"log_file": str(tmp_path / "trace.log")})
    assert nas.run("scripts/postinst").returncode == 0
    assert not victim.exists()
