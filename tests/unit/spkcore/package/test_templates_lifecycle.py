"""Starter packages live a whole life under real shells: installed, started, stopped, upgraded, removed, as DSM does."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from spkcore.package.entries import Entry
from spkcore.package.templates import find_template, list_templates, render
from tests.unit.spkcore.package.fakenas import FakeNas

SHELLS = [shell for shell in (["dash"], ["busybox", "ash"], ["bash", "--posix"]) if shutil.which(shell[0])]
pytestmark = pytest.mark.skipif(os.name != "posix" or not SHELLS, reason="needs a POSIX shell")
with_shells = pytest.mark.parametrize("shell", SHELLS or [[]], ids=[shell[0] for shell in SHELLS] or ["none"])

IDS = [template.id for template in list_templates()]
WITH_SCRIPTS = ("service", "docker-project", "spk-tracer")
LIVES = [
    (name, " ".join(shell)) for name in IDS for shell in (SHELLS or [["none"]])[: 2 if name in WITH_SCRIPTS else 1]
]
"""Templates whose scripts do something live under two shells; bash has its turn in the other tests."""
TRACERS = ("spk-tracer", "spk-tracer-dsm6")
LANGUAGES = ("enu", "ger", "fre", "jpn")


@pytest.fixture
def values(tmp_path: Path) -> dict[str, str]:
    """Answers of the author that suit the test's machine."""
    with socket.socket() as probe:
        probe.bind(("", 0))
        port = probe.getsockname()[1]
    return {"package": "tested", "port": str(port), "log_file": str(tmp_path / "trace.log")}


def made(template_id: str, values: dict[str, str], **more: str) -> dict[str, Entry]:
    template = find_template(template_id)
    asked = {parameter.name for parameter in template.parameters}
    return render(template, {name: value for name, value in {**values, **more}.items() if name in asked})


def nas_for(template_id: str, root: Path, shell: list[str], **answers: str) -> FakeNas:
    return FakeNas(root / "nas", shell, 6 if template_id.endswith("-dsm6") else 7, answers=answers)


@pytest.mark.parametrize(("template_id", "shell"), LIVES, ids=str)
def test_every_template_lives_a_whole_life(
    template_id: str, shell: str, tmp_path: Path, values: dict[str, str]
) -> None:
    nas = nas_for(template_id, tmp_path, shell.split())
    nas.install(made(template_id, values))
    try:
        has_status = nas.info["ctl_stop"] == "yes"
        assert nas.action("status") == 0
        assert nas.action("stop", "STOP") == 0
        assert nas.action("status") == (3 if has_status else 0)
        assert nas.action("prestart", "START") == nas.action("start", "START") == 0
        if nas.dsm == 7:
            (nas.var / "of the user").write_text("precious")
        nas.upgrade(made(template_id, values, version="1.0.0-0002"))
        assert nas.action("status") == 0
        assert nas.dsm == 6 or (nas.var / "of the user").read_text() == "precious"
    finally:
        nas.action("stop", "STOP")
    nas.uninstall()
    assert not nas.place.exists()
    assert nas.dsm == 6 or (nas.var / "of the user").exists()
    assert [call for call in nas.calls if "not found" in call.error or "Syntax" in call.error] == []


def test_the_service_keeps_its_settings_in_an_upgrade(tmp_path: Path, values: dict[str, str]) -> None:
    nas = nas_for("service", tmp_path, SHELLS[0])
    try:
        nas.install(made("service", values))
        (nas.var / "settings.conf").write_text("colour=red\n")
        nas.upgrade(made("service", values, version="2.0.0-0001"))
        assert (nas.var / "settings.conf").read_text() == "colour=red\n"
    finally:
        nas.action("stop")
    nas.uninstall()
    assert sorted(path.name for path in nas.var.iterdir()) == ["settings.conf"]


# Container project


def environment_of(nas: FakeNas) -> dict[str, str]:
    lines = (nas.target / "project/.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


@with_shells
def test_answers_of_the_wizard_reach_the_compose_file_and_the_icon(
    shell: list[str], tmp_path: Path, values: dict[str, str]
) -> None:
    nas = nas_for("docker-project", tmp_path, shell, app_port="4711", app_share="My-Share_2")
    (tmp_path / "nas/volume2/My-Share_2").mkdir(parents=True)
    nas.install(made("docker-project", values))
    expected = {"APP_PORT": "4711", "APP_FOLDER": str(tmp_path / "nas/volume2/My-Share_2")}
    assert environment_of(nas) == expected
    config = json.loads((nas.target / "ui/config").read_text(encoding="utf-8"))
    assert config[".url"]["tested.Application"]["port"] == "4711"

    nas.answers.clear()
    nas.upgrade(made("docker-project", values, version="1.0.0-0002"))
    assert environment_of(nas) == expected, "the page of the upgrade offers what was answered"
    nas.uninstall()
    assert not (nas.var / "settings").exists()


@with_shells
def test_the_worker_that_makes_the_containers_finds_the_answers(
    shell: list[str], tmp_path: Path, values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker runs before postinst: what preinst wrote into the unpacked package has to be enough."""
    nas = nas_for("docker-project", tmp_path, shell, app_port="4711")
    found: list[str] = []
    place = FakeNas._put_in_place

    def put_in_place(self: FakeNas) -> None:
        found.append((self.root / "volume1/@tmp/pkginstall/package/project/.env").read_text())
        place(self)

    monkeypatch.setattr(FakeNas, "_put_in_place", put_in_place)
    nas.install(made("docker-project", values))
    assert found == [f"APP_PORT=4711\nAPP_FOLDER={nas.root}/volume1/tested\n"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_upgrade_asks_in_the_language_of_the_user(tmp_path: Path, values: dict[str, str], language: str) -> None:
    nas = nas_for("docker-project", tmp_path, SHELLS[0], app_port="4711", app_share="photos")
    nas.language = language
    nas.install(made("docker-project", values))
    nas.answers.clear()
    assert nas.wizard("upgrade") == {"app_port": "4711", "app_share": "photos"}
    titles = {"ger": "Einstellungen", "fre": "Paramètres"}
    assert json.loads(nas.calls[-1].message)[0]["step_title"] == titles.get(language, "Settings")


@pytest.mark.parametrize(
    ("name", "value"), [("app_port", "80"), ("app_port", "70000"), ("app_port", "1a"), ("app_share", "../etc")]
)
def test_the_wizard_refuses_bad_answers(tmp_path: Path, values: dict[str, str], name: str, value: str) -> None:
    nas = nas_for("docker-project", tmp_path, SHELLS[0], **{name: value})
    with pytest.raises(AssertionError, match="Complaint"):
        nas.install(made("docker-project", values))


@with_shells
@pytest.mark.parametrize(("name", "value"), [("app_port", "80"), ("app_port", "8x"), ("app_share", "a/../b")])
def test_an_installation_without_wizard_checks_its_answers(
    shell: list[str], tmp_path: Path, values: dict[str, str], name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeNas, "wizard", lambda self, action: {name: value})
    nas = nas_for("docker-project", tmp_path, shell)
    with pytest.raises(AssertionError, match="preinst"):
        nas.install(made("docker-project", values))
    assert nas.calls[-1].message, "Package Center shows why"


def test_a_taken_port_stops_the_installation(tmp_path: Path, values: dict[str, str]) -> None:
    nas = nas_for("docker-project", tmp_path, SHELLS[0])
    tool = nas.root / "usr/syno/bin/servicetool"
    tool.parent.mkdir(parents=True)
    tool.write_text("#!/bin/sh\necho IsConflict: true\n")
    tool.chmod(0o755)
    with pytest.raises(AssertionError, match="preinst"):
        nas.install(made("docker-project", values))
    assert f"port {values['port']}" in nas.calls[-1].message


def test_a_mark_from_before_a_power_failure_does_not_count(tmp_path: Path, values: dict[str, str]) -> None:
    for template_id, name in (("docker-project", "started"), ("spk-tracer", "started")):
        nas = nas_for(template_id, tmp_path / template_id, SHELLS[0])
        nas.install(made(template_id, values))
        (nas.var / name).write_text("another boot\n")
        assert nas.action("status") == 3


# Command-line tool


@with_shells
def test_the_command_works_through_its_link(shell: list[str], tmp_path: Path, values: dict[str, str]) -> None:
    nas = nas_for("command-line", tmp_path, shell)
    nas.install(made("command-line", values, command="nasinfo", version="3.2.1-0007"))
    (nas.root / "etc.defaults/VERSION").write_text('majorversion="7"\nproductversion="7.2.2"\n')
    (relative,) = json.loads((nas.place / "conf/resource").read_text())["usr-local-linker"]["bin"]
    assert os.access(nas.target / relative, os.X_OK)
    link = tmp_path / "usr-local-bin" / "nasinfo"
    link.parent.mkdir()
    link.symlink_to(nas.target / relative)

    def ask(*words: str) -> tuple[int, str]:
        ran = subprocess.run([*shell, str(link), *words], capture_output=True, text=True, check=False)
        return ran.returncode, ran.stdout

    assert ask("version") == (0, "3.2.1-0007\n")
    assert "DSM:        7.2.2\n" in ask()[1]
    assert ask("help")[1].startswith("Usage: nasinfo")
    assert ask("nonsense")[0] == 2

    program = nas.target / "libexec" / os.uname().machine / "nasinfo"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "program $*"\n')
    program.chmod(0o755)
    assert ask("a", "b c") == (0, "program a b c\n")


# Web site


def test_the_web_site_agrees_with_itself(values: dict[str, str]) -> None:
    entries = made("web-site", values, package="My_Site.2", alias="home")

    def text(path: str) -> str:
        data = entries[path].content
        assert data is not None
        return data.read().decode()

    web = json.loads(text("conf/resource"))["webservice"]
    (service,), (portal,), (folder,) = web["services"], web["portals"], web["pkg_dir_prepare"]
    assert service["service"] == portal["service"]
    assert service["root"] == folder["target"] == "my-site-2"
    assert portal["alias"] == "home"
    assert f'dsmappname="{portal["app"]}"' in text("INFO")
    assert folder["user"] == json.loads(text("conf/privilege"))["username"]
    assert folder["source"] == "/var/packages/My_Site.2/target/web"
    assert "package/web/index.html" in entries
    assert all(f"package/{service['icon'].format(size)}" in entries for size in (16, 24, 32, 48, 64, 72, 256))


# SPK Tracer


@pytest.mark.parametrize(
    ("template_id", "shell"), list(zip(TRACERS, map(" ".join, SHELLS or [["none"]]), strict=False))
)
def test_the_tracer_writes_down_the_whole_life(
    template_id: str, shell: str, tmp_path: Path, values: dict[str, str]
) -> None:
    log = Path(values["log_file"])
    nas = nas_for(template_id, tmp_path, shell.split(), tracer_text='a "b" <c> $(d) `e` ü', tracer_password="hunter2")
    nas.install(made(template_id, values))
    nas.upgrade(made(template_id, values, version="1.0.0-0002"))
    nas.uninstall()
    text = log.read_text(encoding="utf-8")
    titles = [line[2:-2] for line in text.splitlines() if line.startswith("* ") and line.endswith(" *")]
    assert titles == [
        "Installation Wizard", "preinst", "postinst", "prestart", "start",
        "Upgrade Wizard", "prestop", "stop", "preupgrade", "preuninst", "postuninst", "preinst", "postinst",
        "postupgrade", "prestart", "start",
        "Uninstallation Wizard", "prestop", "stop", "preuninst", "postuninst",
    ]  # fmt: skip
    assert 'tracer_text = "a "b" <c> $(d) `e` ü"' in text
    assert 'tracer_choice = "one"' in text
    assert "hunter2" not in text
    groups = subprocess.run(["id", "-Gn"], capture_output=True, text=True, check=True).stdout.strip()
    assert f'CURRENT_GROUPS = "{groups}"' in text
    mask = subprocess.run([*shell.split(), "-c", "umask"], capture_output=True, text=True, check=True).stdout.strip()
    assert f"Mode mask {mask}," in text
    assert "Called in /" in text
    assert "Script is /" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wizards_of_the_tracer_show_what_their_script_sees(
    tmp_path: Path, values: dict[str, str], language: str
) -> None:
    nas = nas_for("spk-tracer", tmp_path, SHELLS[-1])
    nas.language = language
    nas.install(made("spk-tracer", values, display_name="It's <b>nasty</b> & 'so'"))
    titles = {"ger": "Ihre Antworten", "fre": "Vos réponses"}
    pages = json.loads(nas.calls[0].message)
    assert pages[0]["step_title"] == titles.get(language, "Your answers")
    seen = pages[-1]["items"][-1]["desc"]
    assert 'SYNOPKG_PKGNAME = "tested"' in seen
    assert "\n" not in seen
    assert nas.wizard("uninstall") == {"tracer_keep_log": "true"}


def test_nothing_in_the_environment_breaks_the_pages(
    tmp_path: Path, values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nas = nas_for("spk-tracer", tmp_path, SHELLS[0])
    real = FakeNas._variables
    odd = {"TERM": 'a"b\\c\td\x07<script>&amp;\ne', "Z": "\\"}
    monkeypatch.setattr(FakeNas, "_variables", lambda self, path, status: real(self, path, status) | odd)
    nas.install(made("spk-tracer", values))
    seen = json.loads(nas.calls[0].message)[-1]["items"][-1]["desc"]
    assert 'TERM = "a"b\\c d&lt;script&gt;&amp;amp;<br>e"' in seen


@pytest.mark.parametrize("keep", ["true", "false"])
def test_the_log_goes_only_when_the_user_says_so(
    tmp_path: Path, values: dict[str, str], keep: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nas = nas_for("spk-tracer", tmp_path, SHELLS[0])
    nas.install(made("spk-tracer", values))
    asked = FakeNas.wizard
    monkeypatch.setattr(FakeNas, "wizard", lambda self, action: {**asked(self, action), "tracer_keep_log": keep})
    nas.upgrade(made("spk-tracer", values, version="1.0.0-0002"))
    assert Path(values["log_file"]).exists(), "an upgrade keeps the log whatever was said"
    nas.uninstall()
    assert Path(values["log_file"]).exists() is (keep == "true")


# The page of the tracer


class Page:
    """log.cgi of an installed tracer, called as DSM's web server does."""

    def __init__(self, nas: FakeNas) -> None:
        self.nas = nas
        asked = nas.root / "usr/syno/synoman/webman/modules/authenticate.cgi"
        asked.parent.mkdir(parents=True)
        asked.write_text('#!/bin/sh\nprintf %s "$TEST_USER"\n')
        known = nas.root / "bin/id"
        known.parent.mkdir()
        known.write_text(
            '#!/bin/sh\n[ "$1 $2" = "-Gn boss" ] && echo "users administrators" && exit\n'
            '[ $# = 2 ] && echo users && exit\nexec /usr/bin/id "$@"\n'
        )
        for program in (asked, known):
            program.chmod(0o755)

    def call(self, query: str, user: str = "boss", **more: str) -> tuple[str, str]:
        """Head and body."""
        environment = {
            "PATH": f"{self.nas.root / 'bin'}:{os.environ['PATH']}", "QUERY_STRING": query, "TEST_USER": user,
            "REQUEST_METHOD": "GET", **more,
        }  # fmt: skip
        command = [*self.nas.shell, str(self.nas.target / "ui/log.cgi")]
        answer = subprocess.run(command, env=environment, capture_output=True, check=True)
        head, _, body = answer.stdout.decode().partition("\r\n\r\n")
        return head, body


@with_shells
def test_the_page_gives_the_log_to_administrators_only(
    shell: list[str], tmp_path: Path, values: dict[str, str]
) -> None:
    nas = nas_for("spk-tracer", tmp_path, shell)
    nas.install(made("spk-tracer", values))
    page = Page(nas)
    log = Path(values["log_file"])
    assert page.call("")[1] == log.read_text(encoding="utf-8")
    head, body = page.call("download")
    assert 'Content-Disposition: attachment; filename="tested.log"' in head
    assert body == log.read_text(encoding="utf-8")
    assert page.call("show&SynoToken=abc")[1] == body
    assert "attachment" in page.call("download&SynoToken=abc")[0]
    for user in ("", "guest", "boss; id"):
        head, body = page.call("", user)
        assert head.startswith("Status: 403")
        assert "preinst" not in body
    for more in ({}, {"REQUEST_METHOD": "POST"}, {"HTTP_X_REQUESTED_WITH": "tracer"}):
        assert page.call("clear", **more)[0].startswith("Status: 405")
    assert log.stat().st_size > 0
    head, body = page.call("clear", REQUEST_METHOD="POST", HTTP_X_REQUESTED_WITH="tracer")
    assert (head.startswith("Content-Type"), body, log.stat().st_size) == (True, "", 0)


def test_the_page_finds_no_log_behind_a_link(tmp_path: Path, values: dict[str, str]) -> None:
    nas = nas_for("spk-tracer", tmp_path, SHELLS[0])
    nas.install(made("spk-tracer", values))
    log = Path(values["log_file"])
    log.unlink()
    secret = tmp_path / "secret"
    secret.write_text("secret")
    log.symlink_to(secret)
    assert "secret" not in Page(nas).call("")[1]


@with_shells
def test_the_page_gets_the_token_that_dsm_wants(shell: list[str], tmp_path: Path, values: dict[str, str]) -> None:
    """Where DSM protects against requests of other sites, authenticate.cgi answers only with the session's token."""
    nas = nas_for("spk-tracer", tmp_path, shell)
    nas.install(made("spk-tracer", values))
    page = Page(nas)
    web = nas.root / "usr/syno/synoman/webman"
    (web / "modules/authenticate.cgi").write_text(
        '#!/bin/sh\n[ "$REQUEST_METHOD" = GET ] && [ "$HTTP_X_SYNO_TOKEN" = s3cret ] &&'
        ' case $QUERY_STRING in *SynoToken=s3cret*) printf %s "$TEST_USER" ;; esac\n'
    )
    (web / "login.cgi").write_text('#!/bin/sh\necho \'{"SynoToken" : "s3cret", "result" : "success"}\'\n')
    (web / "login.cgi").chmod(0o755)
    assert "* preinst *" in page.call("show")[1]
    assert page.call("show", "guest")[0].startswith("Status: 403")
    head, body = page.call("clear", REQUEST_METHOD="POST", HTTP_X_REQUESTED_WITH="tracer")
    assert (head.startswith("Content-Type"), body) == (True, "")
