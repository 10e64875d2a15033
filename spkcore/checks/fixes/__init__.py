"""Quick fixes: for each rule whose problems can be mended mechanically, the change that mends one of them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

from spkcore.checks.problem import Problem
from spkcore.checks.rulebook import AREAS
from spkcore.checks.subject import Subject
from spkcore.package.changes import Change

Fix = Callable[[Subject, Problem], Change | None]

_fixes: dict[str, Fix] = {}


def fix(*names: str) -> Callable[[Fix], Fix]:
    """Make the function below the one that mends the problems of the rules `names`.

    It gets a problem and the package as it is now (lines and columns may have moved since the problem was found; path
    and field have not) and gives the change that mends it, or None where there is nothing left to mend. A problem
    without a field is mended in its whole file at once. It never guesses what only a person can know.
    """

    def register(function: Fix) -> Fix:
        for name in names:
            if name in _fixes:
                raise ValueError(f"two fixes for the rule {name}")
            _fixes[name] = function
        return function

    return register


@cache
def fixes() -> Mapping[str, Fix]:
    """All fixes by rule id. Imports the areas on the first call."""
    for area in AREAS:
        importlib.import_module(f"{__name__}.{area}")
    return MappingProxyType(_fixes)
