"""`spk capture` against a real sshd with sudo: what it prints, how it ends, what it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from spkcore.nas.session import Session
from tests.integration.capture.packagecenter import Install
from tests.integration.capture.test_capture import install, leftovers
from tests.integration.nasbench.nas import PASSWORDS, BenchNas, wait_until

pytestmark = pytest.mark.integration

_SYNOPKG = """#!/bin/sh
# Stands for Package Center's command line: asks the test to install, and answers as DSM 7 does.
if [ "$2" != Sample ]; then
    echo '{"results":[{"success":false,"error":{"code":255,"description":"No such package"}}]}'
    exit 1
fi
echo "$*" > /volume1/@tmp/wanted
while [ ! -e /volume1/@tmp/installed ]; do sleep 0.1; done
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
    assert nas.auth_log.count("Failed password") == before + 1
