"""Lists of packages in INFO, such as install_dep_packages: reading, judging and editing them item by item.

Grammar: spk-format.md 2.7. Items that cannot be read are kept as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from spkcore.package.version import compare_versions, is_version

OPERATORS = (">=", "<=", "=", ">", "<")
_NAME = r"[^\s=<>:,|/]+"
_DEPENDENCY = re.compile(rf"^\s*(?P<name>{_NAME})\s*(?:(?P<operator>>=|<=|=|<|>)\s*(?P<version>[^\s=<>:]+)\s*)?$")


@dataclass(frozen=True, slots=True)
class Dependency:
    """One item of a dependency list: a package ID, and a version limit or empty strings."""

    name: str
    operator: str = ""
    version: str = ""

    def __str__(self) -> str:
        return self.name + (self.operator + self.version if self.version else "")


@dataclass(frozen=True, slots=True)
class Item:
    """One item as it is written, with the blanks round it; `dependency` is None where it cannot be read."""

    text: str
    dependency: Dependency | None

    def with_dependency(self, dependency: Dependency) -> Item:
        """The item with another content, in the same blanks."""
        start = self.text[: len(self.text) - len(self.text.lstrip())]
        end = self.text[len(self.text.rstrip()) :] if self.text.strip() else ""
        return Item(start + str(dependency) + end, dependency)


def read_items(value: str) -> tuple[Item, ...]:
    """The items of a list, in order; `write_items` gives back the same value."""
    return tuple(Item(text, read_dependency(text)) for text in value.split(":")) if value.strip() else ()


def write_items(items: Iterable[Item]) -> str:
    """The value that holds these items."""
    return ":".join(item.text for item in items)


def read_dependency(text: str) -> Dependency | None:
    """What one item says; None where it cannot be read."""
    match = _DEPENDENCY.match(text)
    return Dependency(match["name"], match["operator"] or "", match["version"] or "") if match else None


def parse_dependencies(value: str) -> tuple[Dependency, ...]:
    """The items of a dependency list; items that cannot be read are left out (`dependencies_problem` tells them)."""
    found = (read_dependency(item) for item in value.split(":"))
    return tuple(item for item in found if item is not None)


def dependencies_problem(value: str) -> str:
    """Why the first unreadable item of a list is wrong, as a sentence; empty when all can be read."""
    return next((problem for problem in map(item_problem, value.split(":")) if problem), "")


def item_problem(text: str) -> str:
    """Why one item cannot be read, as a sentence; empty when it can."""
    item = text.strip()
    if not item:
        return "There is an empty item: remove the extra colon."
    if _DEPENDENCY.match(text):
        return ""
    for wrong, right in (("=>", ">="), ("=<", "<="), ("==", "=")):
        if wrong in item:
            return f"'{item}' cannot be read. Write {right} instead of {wrong}."
    if "," in item or " " in item:
        return f"'{item}' cannot be read. Separate packages with a colon."
    if re.search("[=<>]$", item):
        return f"'{item}' cannot be read. The version behind the sign is missing."
    return f"'{item}' cannot be read. Write a package ID, or one with a limit such as PHP8.2>=8.2.0."


def name_problem(name: str) -> str:
    """Why this is no package ID, as a sentence; empty when it is one."""
    if not name.strip():
        return "The package ID is missing."
    if re.fullmatch(_NAME, name.strip()):
        return ""
    return f"'{name.strip()}' is no package ID: blanks and = < > : , | / are not allowed."


def limit_problem(dependency: Dependency) -> str:
    """Why the version limit does not work, as a sentence; empty when it does."""
    if dependency.operator and not dependency.version:
        return f"The version behind {dependency.operator} is missing."
    if dependency.version and not dependency.operator:
        return "Say how the version is meant: at least, at most, exactly."
    if dependency.version and not is_version(dependency.version):
        return f"'{dependency.version}' is no version: DSM compares numbers joined by dots and dashes."
    return ""


def range_problem(dependencies: Iterable[Dependency]) -> str:
    """Whether two limits on one package leave no version, as a sentence; empty when they do not.

    A package may be named twice, for a range (spk-format.md 2.7).
    """
    items = [item for item in dependencies if item.version]
    lows = [item for item in items if item.operator in {">", ">=", "="}]
    highs = [item for item in items if item.operator in {"<", "<=", "="}]
    for low, high in product(lows, highs):
        if low.name == high.name and _excludes(low, high):
            return f"No version of {low.name} is both {low.operator} {low.version} and {high.operator} {high.version}."
    return ""


def _excludes(low: Dependency, high: Dependency) -> bool:
    order = compare_versions(low.version, high.version)
    return order > 0 or (order == 0 and (low.operator == ">" or high.operator == "<"))
