"""Fixtures of the frozen programs' tests. They run only where `installer/wine/test_frozen` or CI names the programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from spkcore.base.tasks import quiet
from spkcore.package.templates import create_package, list_templates
from tests.frozen.program import ENVIRONMENT_VARIABLE, OUTPUT_VARIABLE, Frozen, Windows

if OUTPUT_VARIABLE not in os.environ:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def windows() -> Windows:
    """This Windows, or the Wine environment."""
    if sys.platform == "win32":
        return Windows(None)
    return Windows(Path(os.environ[ENVIRONMENT_VARIABLE]).resolve())


@pytest.fixture(scope="session")
def frozen(windows: Windows) -> Frozen:
    """The programs to test."""
    return Frozen(windows, Path(os.environ[OUTPUT_VARIABLE]).resolve())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A fresh folder for the program's settings."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def package_folder(tmp_path: Path) -> Path:
    """A package folder whose path has spaces and letters beyond ASCII."""
    return make_package(tmp_path / "Päckchen für Größen" / "mein Paket")


def make_package(folder: Path) -> Path:
    """A package folder made from the first template; the package is called like its folder, also in window titles."""
    template = list_templates()[0]
    folder.parent.mkdir(parents=True, exist_ok=True)
    create_package(template, template.complete({"display_name": folder.name}), folder, quiet())
    return folder
