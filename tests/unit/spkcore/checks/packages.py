"""Packages for the tests of the checks: the recipes' .spk files as entries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spkcore.base.tasks import quiet
from spkcore.checks.spkfile import read_spk
from spkcore.checks.subject import Subject
from spkcore.checks.targets import Targets
from spkcore.package.entries import Entry
from tests.data.recipes.spk import spk


def entries(tmp_path: Path, **recipe: Any) -> dict[str, Entry]:
    """The entries of the package that `spk(**recipe)` makes, as a folder would have them."""
    return dict(subject(tmp_path, **recipe).entries)


def subject(tmp_path: Path, targets: Targets | None = None, **recipe: Any) -> Subject:
    """The package that `spk(**recipe)` makes, as the rules see an .spk."""
    path = tmp_path / "recipe.spk"
    path.write_bytes(spk(**recipe))
    return read_spk(path, quiet(), targets)
