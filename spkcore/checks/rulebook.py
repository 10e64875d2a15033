"""The rules as data: what each one is about, how sure it is, why it matters, how to mend it, and who says so.

The texts lie in resources/reference/rules/<area>.toml, one table for each rule; the functions that look for them in
spkcore/checks/rules/<area>.py. `functions` in spkcore/checks/rules/__init__.py brings the two together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from spkcore.base.reference import table
from spkcore.checks.problem import Hit, Problem
from spkcore.checks.targets import Targets, parse_range
from spkcore.package.findings import Severity

_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of characters, as a broken name or a JSON escape may hold them: no terminal and no file takes them."""

AREAS = ("archive", "info", "icons", "scripts", "wizard", "conf", "desktop")
"""The areas of the rules, in the order of their ids in the reference (spk-format.md chapter 7)."""


class Certainty(StrEnum):
    """How sure it is that a rule is right about DSM (the marks of spk-format.md chapter 0)."""

    SEEN = "seen"
    """A log, an issue or a package in wide use shows it."""
    DOCUMENTED = "documented"
    """Synology's guide or toolkit says it."""
    DERIVED = "derived"
    """It follows from how tar, JSON, shells and networks work."""
    UNCERTAIN = "uncertain"
    """A single source, contradicting sources, or our inference."""


class Scope(StrEnum):
    """What a rule can look at."""

    PACKAGE = "package"
    """Holds for an .spk, for a package folder and in the editor."""
    ARCHIVE = "archive"
    """About an .spk as it is: in a package folder the next build decides it."""


class Profile(StrEnum):
    """Whose demands are checked. `rules` of a profile are those that name it."""

    DSM = "dsm"
    """What DSM refuses, and what cannot work."""
    GUIDE = "guide"
    """And what Synology's guide asks for. The usual choice."""
    PUBLICATION = "publication"
    """And what Synology's review of published packages looks at."""
    SPKREPO = "spkrepo"
    """And what SynoCommunity's package source demands."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `message` and `variants` are templates whose `{names}` a hit fills in.

    `dsm` is the range of DSM versions that the rule is about, as in ">=7.0", "<6.0" or "" for all. `code` is the
    error code with which DSM answers (spk-format.md 6.1), 0 where none is known; `refuses` marks a rule without a code
    with which DSM refuses the package all the same, and `stops` names the files in which its problem ends the
    installation, with the code. `adapted` says how and why the rule differs from the reference; `is_own` marks a rule
    that the reference does not have. `mend` says what its quick fix does, as on a button; it is empty where there is
    none. `mend_alone` keeps a fix that takes a decision (as whom a package runs) out of "fix all": it is done only when
    its problem or its rule is chosen.
    """

    id: str
    area: str
    title: str
    severity: Severity
    certainty: Certainty
    message: str
    why: str
    fix: str
    source: str
    profiles: frozenset[Profile]
    dsm: str = ""
    scope: Scope = Scope.PACKAGE
    code: int = 0
    refuses: bool = False
    stops: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    adapted: str = ""
    is_own: bool = False
    mend: str = ""
    mend_alone: bool = False
    variants: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def concerns(self, targets: Targets) -> bool:
        """Whether one of the targets lies in the range of DSM versions that the rule is about."""
        low, high = parse_range(self.dsm)
        return targets.overlaps(low, high)

    def problem(self, hit: Hit, *, fixable: bool) -> Problem:
        """The problem that `hit` stands for, in words."""
        template = self.variants[hit.variant] if hit.variant else self.message
        message = _HALVES.sub("\ufffd", template.format_map(dict(hit.arguments)))
        severity = hit.severity or self.severity
        place = (hit.path, hit.line, hit.column)
        return Problem(self.id, severity, *place, message, hit.field, fixable and hit.fixable, hit.arguments)


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by id, area by area."""
    return MappingProxyType({name: _rule(area, name, row) for area in AREAS for name, row in _rows(area)})


def rules_of(profile: Profile) -> frozenset[str]:
    """The ids of the rules of a profile."""
    return _by_profile()[profile]


@cache
def _by_profile() -> Mapping[Profile, frozenset[str]]:
    return {profile: frozenset(rule.id for rule in rules().values() if profile in rule.profiles) for profile in Profile}


def _rows(area: str) -> list[tuple[str, dict[str, Any]]]:
    return list(table(f"rules/{area}").items())


def _rule(area: str, name: str, row: Mapping[str, Any]) -> Rule:
    known = dict(row)
    return Rule(
        id=name,
        area=area,
        title=known.pop("title"),
        severity=Severity(known.pop("severity")),
        certainty=Certainty(known.pop("certainty")),
        message=known.pop("message", row["title"] + "."),
        why=known.pop("why"),
        fix=known.pop("fix"),
        source=known.pop("source"),
        profiles=_profiles(known.pop("profiles")),
        scope=Scope(known.pop("scope", "package")),
        is_own=known.pop("own", False),
        stops=MappingProxyType(known.pop("stops", {})),
        variants=MappingProxyType(known.pop("variants", {})),
        **known,
    )


def _profiles(first: str) -> frozenset[Profile]:
    """`first` and the stricter ones; spkrepo is a branch of its own beside publication, so "spkrepo" is only that."""
    order = list(Profile)
    return frozenset(
        profile
        for profile in order[order.index(Profile(first)) :]
        if not (first == Profile.PUBLICATION and profile is Profile.SPKREPO)
    )
