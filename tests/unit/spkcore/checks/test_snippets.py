"""Tests of snippets and templates: shells run them, shellcheck and our own rules have nothing to say."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from spkcore.base.tasks import quiet
from spkcore.checks import shellcheck
from spkcore.checks.engine import find_problems
from spkcore.package import scripts
from spkcore.package.changes import set_content
from spkcore.package.project import Package
from spkcore.package.snippets import HELPER, PLACEHOLDER, Snippet, role_of, snippets, templates_for
from spkcore.package.templates import create_package, find_template

NAMES = (*scripts.lifecycle(), "common")
TEMPLATES = [(name, item) for name in NAMES for item in templates_for(f"scripts/{name}")]
WIZARD = b"""[{"step_title": "a", "items": [
  {"type": "textfield", "desc": "b", "subitems": [{"key": "wizard_answer"}]}
]}]
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """A sound package for DSM 7 with a wizard."""
    template = find_template("service")
    package = create_package(template, {}, tmp_path_factory.mktemp("service") / "package", quiet())
    for action in ("install", "upgrade", "uninstall"):
        package.apply(set_content(package.entries, f"WIZARD_UIFILES/{action}_uifile", WIZARD))
    return package


def _problems(package: Package, path: str, text: str) -> set[tuple[str, str]]:
    """What is wrong with this script in the package."""
    copy = package.snapshot()
    copy.apply(set_content(copy.entries, path, text.encode()))
    return {(item.rule, item.message) for item in find_problems(copy, quiet()) if item.path == path}


def _id(value: object) -> str:
    return value.id if isinstance(value, Snippet) else str(value)


@pytest.mark.skipif(not shellcheck.available(), reason="needs shellcheck")
@pytest.mark.parametrize("snippet", snippets(), ids=_id)
def test_our_checks_have_nothing_to_say_about_a_snippet(snippet: Snippet, service: Package) -> None:
    name = "common" if not snippet.scripts else snippet.scripts[0].replace(HELPER, "common")
    text = f"#!/bin/sh\n\n{snippet.text.replace(PLACEHOLDER, 'wizard_answer')}"
    if snippet.id == "helper":
        text += "tell hello\n"
    if name == "start-stop-status" and snippet.id != "status-cases":
        status = next(item for item in snippets() if item.id == "status-cases")
        text += status.text
    assert _problems(service, f"scripts/{name}", text) == set()


@pytest.mark.skipif(not shellcheck.available(), reason="needs shellcheck")
@pytest.mark.parametrize(("name", "template"), TEMPLATES, ids=_id)
def test_our_checks_have_nothing_to_say_about_a_template(name: str, template: Snippet, service: Package) -> None:
    assert _problems(service, f"scripts/{name}", template.text) == set()


@pytest.mark.skipif(not shutil.which("dash"), reason="needs dash")
@pytest.mark.parametrize(("name", "template"), TEMPLATES, ids=_id)
def test_templates_are_read_by_a_plain_shell(name: str, template: Snippet) -> None:
    assert subprocess.run(["dash", "-n"], input=template.text.encode(), check=False).returncode == 0


@pytest.mark.skipif(not shellcheck.available(), reason="needs shellcheck")
def test_a_careless_snippet_would_be_found(service: Package) -> None:
    assert _problems(service, "scripts/postinst", "#!/bin/sh\n\ncd /x\n")


def test_every_script_has_a_template_and_the_first_does_nothing_yet() -> None:
    for name in NAMES:
        path = f"scripts/{name}"
        assert templates_for(path)[0].text.encode() == scripts.starter(path)


def test_every_snippet_says_where_it_fits() -> None:
    known = {*scripts.lifecycle(), HELPER}
    for snippet in snippets():
        assert set(snippet.scripts) <= known
        assert snippet.dsm in {"6", "7", "6 and 7"}
        assert snippet.title
        assert snippet.about.endswith(".")
    assert role_of("scripts/postinst") == "postinst"
    assert role_of("scripts/common") == HELPER


def _run(text: str, tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": "/usr/bin:/bin", "SYNOPKG_PKGVAR": str(tmp_path), **variables}
    return subprocess.run(["dash", "-s"], input=text.encode(), env=environment, capture_output=True, check=False)


def _snippet(name: str) -> str:
    return next(item.text for item in snippets() if item.id == name)


@pytest.mark.skipif(not shutil.which("dash"), reason="needs dash")
@pytest.mark.parametrize(
    ("old", "is_before"),
    [("1.9-0099", True), ("2.0-0000", True), ("2.0-0001", False), ("2.0.1-1", False), ("10.0-1", False), ("", False)],
)
def test_versions_are_compared_number_by_number(old: str, is_before: bool, tmp_path: Path) -> None:
    outcome = _run(_snippet("version-compare"), tmp_path, SYNOPKG_OLD_PKGVER=old)
    assert (b"before 2.0" in outcome.stdout) is is_before


@pytest.mark.skipif(not shutil.which("dash") or not Path("/proc/net/tcp").exists(), reason="needs dash and Linux")
def test_waiting_ends_when_the_port_answers(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        outcome = _run(_snippet("wait-port").replace("left=30", "left=1"), tmp_path, SYNOPKG_PKGPORT=port)
        assert outcome.returncode == 0
    outcome = _run(_snippet("wait-port").replace("left=30", "left=0"), tmp_path, SYNOPKG_PKGPORT=port)
    assert outcome.returncode == 1


@pytest.mark.skipif(not shutil.which("dash"), reason="needs dash")
def test_the_program_of_the_template_is_started_told_of_and_stopped(tmp_path: Path) -> None:
    script = next(item.text for name, item in TEMPLATES if item.id == "daemon").replace("sleep 1\n", "sleep 0.1\n")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "program"
    program.write_text("#!/bin/sh\nsleep 60\n", encoding="utf-8")
    program.chmod(0o755)
    path = tmp_path / "start-stop-status"
    path.write_text(script, encoding="utf-8")

    def call(word: str) -> int:
        variables = {"PATH": "/usr/bin:/bin", "SYNOPKG_PKGDEST": str(tmp_path), "SYNOPKG_PKGVAR": str(tmp_path)}
        return subprocess.run(["dash", str(path), word], env=variables, check=False).returncode

    assert call("status") == 3
    assert call("start") == 0
    try:
        assert call("status") == 0
    finally:
        assert call("stop") == 0
    assert call("status") == 3
    assert [call(word) for word in ("prestart", "prestop")] == [0, 0]
