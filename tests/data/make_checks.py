"""Writes tests/data/checks/<id>/{fails,passes}.spk from the recipes: `python -m tests.data.make_checks [ID …]`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from spkcore.checks.rulebook import AREAS
from tests.data.recipes.spk import Case

CHECKS = Path(__file__).parent / "checks"


@cache
def cases() -> Mapping[str, Case]:
    """All cases by rule id."""
    modules = [importlib.import_module(f"tests.data.recipes.{area}") for area in AREAS]
    return {name: found for module in modules for name, found in module.CASES.items()}


def main(names: Sequence[str]) -> int:
    """Write the packages of these rules, or of all."""
    for name, found in cases().items():
        if not names or name in names:
            folder = CHECKS / name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "fails.spk").write_bytes(found.fails)
            (folder / "passes.spk").write_bytes(found.passes)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
