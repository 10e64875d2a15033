"""Runs the command line in this process and hands out what it printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from spkcore.cli.main import run


@dataclass(frozen=True)
class Outcome:
    """What one command line did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def spk(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """`spk("build", folder)` → its exit code and output."""

    def call(*arguments: str | Path) -> Outcome:
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture
def folder(tmp_path: Path, spk: Callable[..., Outcome]) -> Path:
    """A package folder made from a template."""
    made = tmp_path / "My Package"
    assert spk("new", made, "--template", "minimal-dsm7", "--set", "package=Demo").code == 0
    return made
