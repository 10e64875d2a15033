"""Reads the tables of DSM facts and the other assets under resources/, in a checkout and in the frozen program."""

from __future__ import annotations

import json
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any


def resources_folder() -> Path:
    """The folder resources/: beside the packages, or inside the frozen program."""
    frozen_root = getattr(sys, "_MEIPASS", None)
    root = Path(frozen_root) if frozen_root else _checkout()
    return root / "resources"


@cache
def _checkout() -> Path:
    """Asked for with every icon; looking it up on disk takes a while."""
    return Path(__file__).resolve().parents[2]


@cache
def table(name: str) -> dict[str, Any]:
    """The table resources/reference/<name>.toml; shared, so treat it as read-only."""
    with (resources_folder() / "reference" / f"{name}.toml").open("rb") as stream:
        return tomllib.load(stream)


@cache
def schema(name: str) -> dict[str, Any]:
    """The JSON schema resources/reference/<name>_schema.json; shared, so treat it as read-only."""
    text = (resources_folder() / "reference" / f"{name}_schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
