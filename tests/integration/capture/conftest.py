"""Fixtures of the agents' tests: a bare NAS as a folder, and what starts agents of every kind in it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from spkcore.nas.agents import Engine
from tests.integration.capture.local import LocalAgent, LocalRoot, busybox_path, find_python_2, local_setup
from tests.integration.capture.packagecenter import make_volumes

SHELLS = ("dash", "bash", "busybox")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A bare NAS with two volumes."""
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("the agents run as root")
    make_volumes(tmp_path / "nas", 2)
    return tmp_path / "nas"


class Starter:
    """Starts agents and ends them with the test. Programs in `shims` come before those of the system."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.roots: list[LocalRoot] = []
        self.shims: dict[str, str] = {}

    def engine(self, kind: str) -> tuple[LocalRoot, Engine]:
        """Where an agent of this kind runs, and how."""
        path = None
        if kind == "busybox":
            path = busybox_path(self._folder / "applets")
            engine = Engine("sh", f"{path}/sh")
        elif kind in SHELLS:
            program = shutil.which(kind)
            assert program is not None, f"{kind} is missing: see CONTRIBUTING.md"
            engine = Engine("sh", program)
        elif kind == "python3":
            engine = Engine("python", sys.executable)
        else:
            python_2 = find_python_2()
            assert python_2 is not None
            engine = Engine("python", python_2)
        self.roots.append(LocalRoot(self._with_shims(path or os.environ["PATH"])))
        return self.roots[-1], engine

    def __call__(self, kind: str, root: Path, **changes: int) -> LocalAgent:
        shell, engine = self.engine(kind)
        return LocalAgent(shell, engine, local_setup(root, **changes))

    def _with_shims(self, path: str) -> str:
        if not self.shims:
            return path
        folder = self._folder / "shims"
        folder.mkdir(exist_ok=True)
        for name, text in self.shims.items():
            (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            (folder / name).chmod(0o755)
        return f"{folder}:{path}"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    """Starts agents."""
    starter = Starter(tmp_path)
    yield starter
    for shell in starter.roots:
        shell.kill()
