"""Rules about conf/PKG_DEPS and conf/PKG_CONX, and which packages a package needs (spk-format.md 5.3)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from spkcore.base.reference import table
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.jsonparts import is_known
from spkcore.checks.subject import Subject
from spkcore.checks.targets import Targets, parse_range

DEPS = "conf/PKG_DEPS"
CONFLICTS = "conf/PKG_CONX"
_SECTION = re.compile(r"\s*\[\s*(?P<name>[^\]]*?)\s*\]\s*(?:[;#].*)?")
_ENTRY = re.compile(r"(?P<before>\s*)(?P<key>[^\s=\[\];#]+)\s*=.*")


@dataclass(frozen=True, slots=True)
class DependencyKey:
    """One key of a file of dependencies: its name, its package and its place."""

    name: str
    package: str
    line: int
    column: int

    @property
    def field(self) -> str:
        """What names it in its file."""
        return f"{self.package}/{self.name}"


def needed_packages(subject: Subject) -> frozenset[str]:
    """The packages that have to be installed before: those of conf/PKG_DEPS and of install_dep_packages."""
    named = {item.name for item in subject.info.dependencies("install_dep_packages")}
    sections = (_SECTION.fullmatch(line) for line in subject.text(DEPS).splitlines())
    return frozenset(named | {section["name"] for section in sections if section})


@rule("R018")
def dependency_keys(subject: Subject) -> Iterator[Hit]:
    """Some keys are read by some DSM versions only."""
    paths = [path for path in (DEPS, CONFLICTS) if is_known(subject, path)]
    return subject.per_file(paths, _dependency_keys, subject.targets)


def _dependency_keys(subject: Subject, path: str, targets: Targets) -> Iterator[Hit]:
    ranges, counterparts = table("pkg_deps")["keys"], table("pkg_deps")["counterparts"]
    keys = list(dependency_lines(subject.text(path)))
    present = {(key.package, key.name) for key in keys}
    for key in keys:
        if key.name not in ranges:
            near = difflib.get_close_matches(key.name, ranges, 1, 0.7)
            variant = "meant" if near else "unknown"
            where = (path, key.line, key.column)
            yield hit(*where, field=key.field, variant=variant, key=key.name, near="".join(near), fixable=False)
            continue
        low, high = parse_range(ranges[key.name])
        deaf = [item.name for item in targets.releases() if not low <= item.version < high]
        other = counterparts.get(key.name, "")
        if deaf and other and (key.package, other) not in present:
            yield hit(path, key.line, key.column, field=key.field, key=key.name, dsm=deaf[-1], other=other)


def dependency_lines(text: str) -> Iterator[DependencyKey]:
    """The keys of a file of dependencies, in their order."""
    package = ""
    for number, line in enumerate(text.splitlines(), start=1):
        section, entry = _SECTION.fullmatch(line), _ENTRY.fullmatch(line)
        if section:
            package = section["name"]
        elif entry:
            yield DependencyKey(entry["key"], package, number, len(entry["before"]) + 1)
