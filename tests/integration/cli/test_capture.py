"""`spk capture` against a real sshd with sudo: what it prints, how it ends, what it leaves."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from spkcore.cli.main import run
from spkcore.nas.session import Session
from tests.integration.capture.packagecenter import Install, synology_archive
from tests.integration.capture.runs import install, leftovers
from tests.integration.nasbench.nas import PASSWORDS, BenchNas, wait_until

pytestmark = pytest.mark.integration

_SYNOPKG = """#!/bin/sh
# Stands for Package Center's command line: asks the test to install, and answers as DSM 7 does.
if [ "$2" = Known ]; then
    echo '{"results":[{"success":true}]}'
    exit 0
fi
if [ "$2" != Sample ]; then
    echo '{"results":[{"success":false,"error":{"code":255,"description":"No such package"}}]}'
    exit 1
fi
echo "$*" > /volume1/@tmp/wanted
while [ ! -e /volume1/@tmp/installed ]; do sleep 0.1; done
if [ -s /volume1/@tmp/installed ]; then
    echo '{"results":[{"success":false,"error":{"code":277,"description":"Port conflict"}}]}'
    exit 1
fi
echo '{"results":[{"action":"install","success":true}]}'
"""


def spk_capture(
    bench: BenchNas, home: Path, *arguments: str, password: str = PASSWORDS["alice"]
) -> subprocess.Popen[str]:
    """Start `spk capture` as a person would, with the password on standard input."""
    target = bench.target()
    command = [sys.executable, "-m", "spkcore.cli", "capture", target.host, "--port", str(target.port)]
    process = subprocess.Popen(
        [*command, "--user", target.user, "--password-stdin", "-o", str(home / "caught"), *arguments],
        env={**os.environ, "SPK_CREATOR_HOME": str(home / "settings")},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(f"{password}\n")
    process.stdin.flush()
    return process


def wait_for_line(process: subprocess.Popen[str], text: str) -> str:
    """What the program has said on stderr, up to the line with `text`."""
    assert process.stderr is not None
    said = ""
    while text not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    return said


def fingerprint(session: Session) -> str:
    """The bench's host key, as a person reads it on the NAS."""
    return next(line.split()[-1] for line in session.log.lines if "SHA256:" in line)


@pytest.fixture
def synopkg(nas: BenchNas, tmp_path: Path) -> Path:
    """Gives the NAS a synopkg; returns the file by which it asks for an installation."""
    program = nas.path("/usr/syno/bin/synopkg")
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(_SYNOPKG, encoding="utf-8")
    program.chmod(0o755)
    wanted, installed = nas.path("/volume1/@tmp/wanted"), nas.path("/volume1/@tmp/installed")
    wanted.unlink(missing_ok=True)
    installed.unlink(missing_ok=True)
    return wanted


def test_capture_with_install(nas: BenchNas, synopkg: Path, session: Session, tmp_path: Path) -> None:
    process = spk_capture(nas, tmp_path, "--host-key", fingerprint(session), "--install", "Sample", "--json")
    wait_until(lambda: synopkg.exists() or process.poll() is not None, 30)
    with install(nas, Install(name="Sample", version="1.2-0003")) as center:
        center.wait(60)
    synopkg.with_name("installed").touch()
    out, err = process.communicate(timeout=60)

    assert process.returncode == 0, err
    document = json.loads(out)
    package = next(item for item in document["packages"] if item["package"] == "Sample")
    assert package["version"] == "1.2-0003"
    assert Path(package["spk"]).is_file()
    assert all(item["complete"] for item in document["files"])
    assert PASSWORDS["alice"] not in out + err
    assert leftovers(nas) == []


def test_an_install_that_the_nas_refuses_ends_the_capture(
    nas: BenchNas, synopkg: Path, session: Session, tmp_path: Path
) -> None:
    process = spk_capture(nas, tmp_path, "--host-key", fingerprint(session), "--install", "NoSuchPackage")
    _out, err = process.communicate(timeout=60)

    assert process.returncode == 4
    assert "255 No such package" in err
    assert leftovers(nas) == []


def test_an_unknown_nas_is_not_trusted_without_a_person(nas: BenchNas, tmp_path: Path) -> None:
    before = nas.auth_log.count("password")
    _out, err = spk_capture(nas, tmp_path).communicate(timeout=60)

    assert "--host-key SHA256:" in err
    assert nas.auth_log.count("password") == before


def test_a_wrong_password_is_tried_once(nas: BenchNas, session: Session, tmp_path: Path) -> None:
    before = nas.auth_log.count("Failed password")
    process = spk_capture(nas, tmp_path, "--host-key", fingerprint(session), password="wrong")
    _out, err = process.communicate(timeout=60)

    assert process.returncode == 4
    assert "spk: " in err
    wait_until(lambda: nas.auth_log.count("Failed password") > before)  # sshd answers before it logs
    assert nas.auth_log.count("Failed password") == before + 1


def test_a_package_that_was_caught_is_shown_although_it_could_not_be_installed(
    nas: BenchNas, synopkg: Path, session: Session, tmp_path: Path
) -> None:
    process = spk_capture(nas, tmp_path, "--host-key", fingerprint(session), "--install", "Sample", "--json")
    wait_until(lambda: synopkg.exists() or process.poll() is not None, 30)
    with install(nas, Install(name="Sample", files=5)) as center:
        center.wait(60)
    synopkg.with_name("installed").write_text("port conflict", encoding="utf-8")
    out, err = process.communicate(timeout=60)

    assert process.returncode == 0, err
    document = json.loads(out)
    assert [item["complete"] for item in document["files"]] == [True]
    assert "277 Port conflict" in " ".join(document["warnings"])


def test_an_installation_that_brings_nothing_ends_the_capture(
    nas: BenchNas, synopkg: Path, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spkcore.nas import order

    monkeypatch.setattr(order, "LATE_SECONDS", 0.5)
    monkeypatch.setenv("SPK_CREATOR_HOME", str(tmp_path / "settings"))
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORDS["alice"]))
    target = ["127.0.0.1", "--port", str(nas.port), "--user", "alice", "--host-key", fingerprint(session)]

    assert run(["capture", *target, "--password-stdin", "--install", "Known", "-o", str(tmp_path / "caught")]) == 1
    assert leftovers(nas) == []


_WEB_API = r"""#!/bin/sh
# Stands for DSM's web API: a list of packages; "install" only downloads; "delete" removes what was downloaded.
echo '[Line 1] Exec WebAPI' >&2
place=/volume1/@tmp/synopkg/download.abcdef
case "$*" in
    *Package.Server*method=list*)
        printf %s '{"data": {"packages": [{"id": "Sample", "version": "1.2-0003", '
        echo '"link": "https://x.example/S.spk"}]}, "success": true}' ;;
    *method=install*name=*Sample*)
        [ ! -e /volume1/@tmp/refuse ] || { echo '{"error": {"code": 4501}, "success": false}'; exit 1; }
        mkdir -p $place && cp /volume1/@tmp/offer $place/@SYNOPKG_DOWNLOAD_Sample
        echo '{"data": {"taskid": "@SYNOPKG_DOWNLOAD_Sample"}, "success": true}' ;;
    *Download*method=check*)
        echo "{\"data\": {\"filename\": \"$place/@SYNOPKG_DOWNLOAD_Sample\"}, \"success\": true}" ;;
    *method=delete*path=*$place*) rm -r $place; echo '{"success": true}' ;;
    *) echo '{"error": {"code": 103}, "success": false}' ;;
esac
"""


@pytest.fixture
def offered(nas: BenchNas) -> Iterator[bytes]:
    """Gives the NAS a list with one package, an encrypted one; returns its bytes."""
    program = nas.path("/usr/syno/bin/synowebapi")
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(_WEB_API, encoding="utf-8")
    program.chmod(0o755)
    data = synology_archive(os.urandom(500_000))
    nas.path("/volume1/@tmp/offer").write_bytes(data)
    yield data
    for path in (program, nas.path("/volume1/@tmp/offer"), nas.path("/volume1/@tmp/refuse")):
        path.unlink(missing_ok=True)


def test_the_nas_downloads_without_installing(nas: BenchNas, offered: bytes, session: Session, tmp_path: Path) -> None:
    process = spk_capture(nas, tmp_path, "--host-key", fingerprint(session), "--download", "sample", "--json")
    out, err = process.communicate(timeout=60)

    assert process.returncode == 0, err
    [file] = json.loads(out)["files"]
    assert (Path(file["path"]).name, file["complete"]) == ("Sample-1.2-0003.spk", True)
    assert Path(file["path"]).read_bytes() == offered
    assert not nas.path("/volume1/@tmp/synopkg/download.abcdef").exists()
    assert leftovers(nas) == []


def test_a_download_that_the_nas_refuses_or_does_not_offer_is_explained(
    nas: BenchNas, offered: bytes, session: Session, tmp_path: Path
) -> None:
    key = ("--host-key", fingerprint(session))
    _out, err = spk_capture(nas, tmp_path, *key, "--download", "Other").communicate(timeout=60)
    assert "offers no package Other" in err
    nas.path("/volume1/@tmp/refuse").touch()
    process = spk_capture(nas, tmp_path, *key, "--download", "Sample")
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 4
    assert "did not download Sample" in err
    assert "4501" in err
    assert leftovers(nas) == []


def test_what_a_killed_program_left_is_told_and_taken_later(nas: BenchNas, session: Session, tmp_path: Path) -> None:
    key = ("--host-key", fingerprint(session))
    killed = spk_capture(nas, tmp_path, *key)
    wait_for_line(killed, "Now install")
    with install(nas, Install(name="Sample", files=5)) as center:
        wait_until(lambda: list(nas.path("/volume1/@tmp").glob("spkcap-*/tree/synopkg/download.*/@SYNO*")))
        killed.kill()
        center.wait(60)
    killed.communicate()
    [folder] = nas.path("/volume1/@tmp").glob("spkcap-*")
    for pid, command in nas.processes().items():
        if command.endswith(folder.name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)  # sooner than the minute it takes by itself
    wait_until(lambda: not any("spkcap-" in command for command in nas.processes().values()))

    waiting = spk_capture(nas, tmp_path, *key)
    said = wait_for_line(waiting, "Now install")
    waiting.send_signal(signal.SIGINT)
    waiting.communicate(timeout=30)
    assert waiting.returncode == 5
    assert f"/volume1/@tmp/{folder.name}" in said
    assert "--earlier" in said

    out, err = spk_capture(nas, tmp_path, *key, "--earlier", "take", "--json").communicate(timeout=60)
    [file] = json.loads(out)["files"]
    assert (Path(file["path"]).name, file["complete"]) == ("Sample-1.2-0003-noarch.spk", True)
    assert leftovers(nas) == []
    _out, err = spk_capture(nas, tmp_path, *key, "--earlier", "remove").communicate(timeout=60)
    assert "nothing to remove" in err


def test_a_closed_pipe_leaves_nothing_on_the_nas(nas: BenchNas, session: Session, tmp_path: Path) -> None:
    with spk_capture(nas, tmp_path, "--host-key", fingerprint(session)) as process:
        wait_for_line(process, "Now install")
        assert process.stderr is not None
        process.stderr.close()
        with install(nas, Install(name="Sample", files=5)) as center:
            center.wait(60)
        process.wait(30)
    assert leftovers(nas) == []


@pytest.mark.parametrize(
    ("password", "arguments", "message"),
    [("", (), "No password came"), ("x", ("--volume", "volume1"), "not the path of a volume")],
)
def test_what_makes_no_sense_is_said_before_the_nas_hears_of_it(
    nas: BenchNas, tmp_path: Path, password: str, arguments: tuple[str, ...], message: str
) -> None:
    before = nas.auth_log.count("Connection from")  # of sessions before, the end may still be logged
    process = spk_capture(nas, tmp_path, *arguments, password=password)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert message in err
    assert nas.auth_log.count("Connection from") == before


def test_a_download_that_the_nas_cannot_make_says_why_and_installs_only_when_asked(
    nas: BenchNas, synopkg: Path, session: Session, tmp_path: Path
) -> None:
    """As on DSM 6: there is no web API that could download without installing."""
    key = ("--host-key", fingerprint(session))
    process = spk_capture(nas, tmp_path, *key, "--download", "Sample")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (4, "")
    assert "cannot download Sample without installing it" in err
    assert "--or-install" in err
    assert not synopkg.exists()
    process = spk_capture(nas, tmp_path, *key, "--download", "Sample", "--or-install", "--json")
    wait_until(lambda: synopkg.exists() or process.poll() is not None, 30)
    with install(nas, Install(files=5)) as package_center:
        package_center.wait()
    synopkg.with_name("installed").touch()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "the NAS installs Sample instead" in err
    assert [Path(file["path"]).name for file in json.loads(out)["files"]] == ["Sample-1.2-0003-noarch.spk"]


def test_or_install_alone_makes_no_sense(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["capture", "nas", "--or-install", "--password-stdin", "-o", str(tmp_path)])
    assert (code, "--or-install belongs to --download" in capsys.readouterr().err) == (2, True)
