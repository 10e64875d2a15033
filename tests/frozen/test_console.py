"""The frozen console program: output, exit codes, names beyond ASCII, the same bytes as on Linux, a real capture."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from installer.product import read_product
from tests.frozen.program import Frozen, wait_until
from tests.integration.nasbench.nas import PASSWORDS, missing_requirement, running_nas

_SYNOPKG = """#!/bin/sh
# Stands for Package Center's command line: asks the test to install, and says when that is done.
touch /volume1/@tmp/wanted
while [ ! -e /volume1/@tmp/installed ]; do sleep 0.1; done
echo '{"results":[{"action":"install","success":true}]}'
"""


def test_it_says_its_version(frozen: Frozen) -> None:
    outcome = frozen.spk("--version")
    assert (outcome.code, outcome.out) == (0, f"spk {read_product().version}\n")


def test_every_command_starts(frozen: Frozen) -> None:
    from spkcore.cli.main import COMMANDS

    for name in COMMANDS:
        outcome = frozen.spk(name, "--help")
        assert outcome.code == 0, outcome.err
        assert outcome.out.startswith(f"Usage: spk {name} ")


def test_wrong_usage_and_unreadable_input_have_their_exit_codes(frozen: Frozen, tmp_path: Path) -> None:
    broken = tmp_path / "kaputt größer.spk"
    broken.write_bytes(b"PK\x03\x04 no package at all")
    assert frozen.spk("build").code == 2
    outcome = frozen.spk("inspect", broken, "--json")
    assert outcome.code == 3
    assert outcome.document["kind"] == "zip"


def test_a_build_gives_the_same_bytes_as_from_the_sources(frozen: Frozen, package_folder: Path, tmp_path: Path) -> None:
    ours, reference = tmp_path / "windows.spk", tmp_path / "sources.spk"
    outcome = frozen.spk("build", package_folder, "-o", ours, "--json")
    assert outcome.code == 0, outcome.err
    command = [sys.executable, "-m", "spkcore.cli", "build", str(package_folder), "-o", str(reference), "--json"]
    subprocess.run(command, check=True, capture_output=True)
    digest = hashlib.sha256(ours.read_bytes()).hexdigest()
    assert outcome.document["sha256"] == digest
    assert digest == hashlib.sha256(reference.read_bytes()).hexdigest()


def test_it_packs_and_unpacks_long_paths(frozen: Frozen, package_folder: Path, tmp_path: Path) -> None:
    """The folder itself stays shorter than 260 letters: Wine 8 cannot tell the final path of longer ones."""
    inside = "/".join(["package", *["ein langer Ordner mit vielen Bibliotheken"] * 6, "tief unten.txt"])
    file = package_folder / inside
    file.parent.mkdir(parents=True)
    file.write_text("gefunden", encoding="utf-8")
    assert len(str(file)) > 260
    assert frozen.spk("build", package_folder, "-o", tmp_path / "langes.spk").code == 0
    outcome = frozen.spk("unpack", tmp_path / "langes.spk", tmp_path / "wieder", "--json")
    assert outcome.code == 0, outcome.err
    assert (tmp_path / "wieder" / inside).read_text(encoding="utf-8") == "gefunden"


def test_check_speaks_json_and_answers_by_its_exit_code(frozen: Frozen, package_folder: Path) -> None:
    good = frozen.spk("check", package_folder, "--format", "json")
    assert good.code == 0, good.out + good.err
    info = package_folder / "INFO"
    info.write_text("\n".join(x for x in info.read_text("utf-8").splitlines() if "version=" not in x), "utf-8")
    bad = frozen.spk("check", package_folder, "--format", "json")
    assert bad.code == 1, bad.err
    assert "version" in bad.out
    assert json.loads(bad.out)


def test_check_reads_scripts(frozen: Frozen, package_folder: Path) -> None:
    """What the rules for scripts need (the grammar, shellcheck) is in the frozen folder."""
    script = package_folder / "scripts" / "postinst"
    script.parent.mkdir(exist_ok=True)
    script.write_bytes(b'#!/bin/sh\nif [ "$1" == x ]; then\n  rm -rf $SYNOPKG_PKGDEST/tmp\nfi\nexit 0\n')
    outcome = frozen.spk("check", package_folder, "--format", "json")
    command = [sys.executable, "-m", "spkcore.cli", "check", str(package_folder), "--format", "json"]
    reference = json.loads(subprocess.run(command, check=False, capture_output=True).stdout)
    assert reference["problems"]
    assert outcome.document["problems"] == reference["problems"], outcome.err


def test_demo_goes_the_whole_way(frozen: Frozen, tmp_path: Path, home: Path) -> None:
    outcome = frozen.spk("demo", tmp_path / "Vorführung", "--json", home=home)
    assert outcome.code == 0, outcome.err
    assert frozen.windows.path(str(outcome.document["path"])).is_file()


def test_capture_from_a_real_sshd(frozen: Frozen, tmp_path: Path, home: Path) -> None:
    """The password comes through a pipe, the host key is confirmed by its fingerprint, files come home by SFTP."""
    reason = missing_requirement()
    if reason:
        pytest.skip(reason)
    from tests.integration.capture.packagecenter import Install
    from tests.integration.capture.runs import install, leftovers

    with running_nas(tmp_path / "nas") as nas:
        key = nas.path("/etc/ssh/ssh_host_ed25519_key")
        words = subprocess.run(["ssh-keygen", "-lf", key], check=True, capture_output=True, text=True).stdout.split()
        synopkg = nas.path("/usr/syno/bin/synopkg")
        synopkg.parent.mkdir(parents=True, exist_ok=True)
        synopkg.write_text(_SYNOPKG, encoding="utf-8")
        synopkg.chmod(0o755)
        program = frozen.windows.start_listening(
            frozen.console, "capture", "127.0.0.1", "--port", str(nas.port), "--user", "alice", "--password-stdin",
            "--host-key", words[1], "--install", "Sample", "-o", tmp_path / "gefangen", "--json", home=home,
        )  # fmt: skip
        assert program.stdin is not None
        program.stdin.write(f"{PASSWORDS['alice']}\n".encode())
        program.stdin.flush()
        wanted = nas.path("/volume1/@tmp/wanted")
        wait_until(lambda: wanted.exists() or program.poll() is not None, "the installation to be asked for")
        with install(nas, Install(name="Sample", version="1.2-0003")) as center:
            center.wait(60)
        wanted.with_name("installed").touch()
        out, err = program.communicate(timeout=120)
        assert program.returncode == 0, err.decode()
        document = json.loads(out)
        package = next(item for item in document["packages"] if item["package"] == "Sample")
        assert frozen.windows.path(package["spk"]).is_file()
        assert all(item["complete"] for item in document["files"])
        assert leftovers(nas) == []
