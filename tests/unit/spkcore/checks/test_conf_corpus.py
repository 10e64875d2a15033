"""The rules about conf and the desktop folder on real files, where they are at hand: every finding was looked at."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from spkcore.package.entries import Entry
from tests.unit.spkcore.checks.confpackages import PACKAGE, entries, problems

CORPUS = Path(__file__).resolve().parents[5] / "shared" / "corpus"
NAMES = {"web_package_example": "MyApplication"}
"""Package IDs that the file name does not tell."""

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not beside the repository")


def package_of(path: Path) -> dict[str, Entry]:
    """A package with this one real file: everything that it refers to is missing."""
    name = path.name.removeprefix("spk__").split("__")[0]
    user = f"sc-{name}" if path.name.startswith("spk__") else NAMES[name]
    package = f'package="{NAMES.get(name, name)}"\n'
    if path.parent.name == "ui_config":
        return entries({"package/app/config": path.read_bytes()}, package + 'dsmuidir="app"\n')
    privilege = {"conf/privilege": PACKAGE | {"username": user}}
    return entries(privilege | {f"conf/{path.parent.name}": path.read_bytes()}, package)


def found(folder: str) -> dict[str, set[str]]:
    """The files in which each rule finds something, on DSM 7.2."""
    result: dict[str, set[str]] = defaultdict(set)
    for path in sorted((CORPUS / folder).iterdir()):
        for problem in problems(package_of(path), "7.2"):
            result[problem.rule].add(path.name.removeprefix("spk__").split("__")[0])
    return dict(result)


def test_privileges() -> None:
    assert found("privilege") == {"P003": {"fengoffice", "mantisbt"}}


def test_resources() -> None:
    asks = {"demowebservice", "nextcloud", "wallabag"}
    web = {path.name.removeprefix("spk__").split("__")[0] for path in (CORPUS / "resource").iterdir()}
    web -= {"chromaprint"}
    assert found("resource") == {"R011": web, "R015": asks, "U017": {"web_package_example"}}


def test_desktop_entries() -> None:
    result = found("ui_config")
    everything = {path.name.removeprefix("spk__").split("__")[0] for path in (CORPUS / "ui_config").iterdir()}
    assert result == {
        "U005": everything,
        "U006": everything,
        "U008": {"squidguard"},
        "U009": {"debian-chroot"},
        "U013": {"debian-chroot"},
    }
