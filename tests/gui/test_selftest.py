"""The self-test, as the installer's tests call it: in a process of its own, with a report."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from spkcore.archive.build import BuildOptions, build_package
from spkcore.base.tasks import quiet
from spkcore.package.project import open_package
from tests.gui.conftest import make_package

ROOT = Path(__file__).resolve().parents[2]
STEPS = [
    *("show the window", "open", "edit", "undo", "build", "drop a folder", "edit again", "save", "keep a password"),
    "close",
]


def run(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    environment = {**os.environ, "SPK_CREATOR_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "gui", "--self-test", *arguments]
    outcome = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=200
    )
    return outcome.returncode, outcome.stdout + outcome.stderr


def read(report: Path) -> dict[str, Any]:
    seen: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return seen


def test_it_opens_the_given_package_and_reports_every_step(tmp_path: Path) -> None:
    folder = make_package(tmp_path / "Über Paket")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    report = tmp_path / "out" / "report.json"
    code, said = run(tmp_path, str(report), str(folder))

    assert code == 0, said
    seen = read(report)
    assert seen["passed"]
    assert [step["name"] for step in seen["steps"]] == STEPS
    assert seen["package"] == "My Package"
    assert seen.get("password") == ("geheim: größer & ⌘" if sys.platform == "win32" else None)
    assert seen["imported"] == []
    assert 0 < seen["timings"]["application"] <= seen["timings"]["painted"] <= seen["timings"]["usable"] < 60
    assert {"SPK Creator", "System", "Qt", "Screens"} <= set(seen["system"])
    data = (tmp_path / "out" / "self-test.spk").read_bytes()
    assert seen["built"]["sha256"] == hashlib.sha256(data).hexdigest()
    assert (tmp_path / "out" / "self-test-open.png").read_bytes().startswith(b"\x89PNG")
    assert {path: path.read_bytes() for path in before} == before
    # The edit was undone before the build: it is the package as it lies on disk.
    build_package(open_package(folder, quiet()), tmp_path / "again.spk", BuildOptions(), quiet())
    assert (tmp_path / "again.spk").read_bytes() == data


def test_what_cannot_be_opened_fails_it(tmp_path: Path) -> None:
    (tmp_path / "no.spk").write_bytes(b"nothing")
    report = tmp_path / "report.json"
    code, said = run(tmp_path, str(report), str(tmp_path / "no.spk"))

    assert code == 1, said
    seen = read(report)
    assert not seen["passed"]
    assert seen["errors"][0].startswith("open: ")
    assert (tmp_path / "self-test-failed.png").exists()


@pytest.mark.parametrize("arguments", [(), ("report.json",)])
def test_it_needs_no_package(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, said = run(tmp_path, *(str(tmp_path / name) for name in arguments))

    assert code == 0, said
    assert "self-test: build (" in said
