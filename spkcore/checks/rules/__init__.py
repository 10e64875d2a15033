"""The functions that look for problems, by the id of their rule: one module for each area of the rulebook."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType

from spkcore.checks.problem import Hit
from spkcore.checks.rulebook import AREAS
from spkcore.checks.subject import Subject

RuleFunction = Callable[[Subject], Iterator[Hit]]

_functions: dict[str, RuleFunction] = {}


def rule(name: str) -> Callable[[RuleFunction], RuleFunction]:
    """Make the function below the one that looks for the problems of the rule `name`.

    It yields a hit for each, reads only what `Subject` gives it, and changes nothing.
    """

    def register(function: RuleFunction) -> RuleFunction:
        if name in _functions:
            raise ValueError(f"two functions for the rule {name}")
        _functions[name] = function
        return function

    return register


@cache
def functions() -> Mapping[str, RuleFunction]:
    """All rule functions. Imports the areas on the first call."""
    for area in AREAS:
        importlib.import_module(f"{__name__}.{area}")
    return MappingProxyType(_functions)
