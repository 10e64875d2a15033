"""The locked packages of the Windows environment are those that pyproject.toml and tools.in ask for."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT

WINE = ROOT / "installer" / "wine"
_PIN = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>\S+) \\$(?P<hashes>(\n    --hash=sha256:[0-9a-f]{64}( \\)?)+)", re.MULTILINE
)


def _wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (WINE / "tools.in").read_text(encoding="utf-8").splitlines()
    tools = [line for line in lines if line and not line.startswith("#")]
    return [Requirement(line) for line in (*project["dependencies"], *tools)]


def _locked() -> dict[str, str]:
    text = (WINE / "requirements.txt").read_text(encoding="utf-8")
    return {canonicalize_name(pin["name"]): pin["version"] for pin in _PIN.finditer(text)}


@pytest.mark.parametrize("wanted", _wanted(), ids=str)
def test_what_is_wanted_is_locked_in_a_version_that_fits(wanted: Requirement) -> None:
    version = _locked().get(canonicalize_name(wanted.name))

    assert version is not None, f"{wanted} is not locked: python -m installer.wine.lock_requirements"
    assert wanted.specifier.contains(version), f"{version} is locked: python -m installer.wine.lock_requirements"


def test_everything_in_the_lock_has_a_hash() -> None:
    text = (WINE / "requirements.txt").read_text(encoding="utf-8")

    assert len(_locked()) == len(re.findall(r"^[\w.-]+==", text, re.MULTILINE)) > 30
