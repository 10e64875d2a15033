"""The tables and assets are found in a checkout and in the frozen program."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import pytest

from spkcore.base import reference


def test_every_table_and_schema_of_the_checkout_can_be_read() -> None:
    folder = reference.resources_folder() / "reference"
    tables = [path.stem for path in folder.glob("*.toml")]
    assert "folder" in tables
    for name in tables:
        assert reference.table(name) == tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    for path in folder.glob("*_schema.json"):
        assert reference.schema(path.name.removesuffix("_schema.json")) == json.loads(path.read_text(encoding="utf-8"))


def test_a_table_is_read_once() -> None:
    assert reference.table("folder") is reference.table("folder")


def test_the_frozen_program_brings_its_own_resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert reference.resources_folder() == tmp_path / "resources"
