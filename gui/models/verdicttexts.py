"""The verdict in words: one chip for each group of releases, a summary of all, and what is said about a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gui.qt.i18n import tr
from spkcore.checks.problem import Problem
from spkcore.checks.verdict import Outcome, Verdict, group, range_text

_TONES = {Outcome.ACCEPTED: "success", Outcome.CONSEQUENCES: "warning", Outcome.REFUSED: "danger"}
TONE_ICONS = {"success": "success", "warning": "warning", "danger": "error"}
_MOST_PLATFORMS = 6


@dataclass(frozen=True, slots=True)
class Chip:
    """`tone` is success, warning or danger; `verdicts` are the releases behind it."""

    tone: str
    text: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is said about a group: what it is, and the words."""

    label: str
    text: str


def chips(verdicts: Sequence[Verdict]) -> list[Chip]:
    """One for each group of releases that say the same, oldest first."""
    return [Chip(_TONES[items[0].outcome], _says(items), items) for items in group(verdicts)]


def summary(verdicts: Sequence[Verdict]) -> Chip | None:
    """All of them in one chip; None while there is no verdict."""
    if not verdicts:
        return None
    everything = tuple(verdicts)
    worst = max((item.outcome for item in verdicts), key=list(Outcome).index)
    alike = sum(item.outcome is worst for item in verdicts)
    if alike == len(verdicts):
        return Chip(_TONES[worst], _says(everything), everything)
    texts = {
        Outcome.CONSEQUENCES: tr("Accepted, with consequences on {n} of {all} DSM", n=alike, all=len(verdicts)),
        Outcome.REFUSED: tr("Refused by {n} of {all} DSM", n=alike, all=len(verdicts)),
    }
    return Chip(_TONES[worst], texts[worst], everything)


def lines(verdicts: Sequence[Verdict]) -> list[Line]:
    """What there is to know about a group, in the order in which people ask."""
    first = verdicts[0]
    found = [
        Line(tr("Package Center shows"), first.message),
        Line(tr("The log says"), _log(first)),
        Line(tr("Why"), first.why),
        Line(tr("NAS platforms"), _platforms(verdicts)),
    ]
    return [line for line in found if line.text]


def causes(verdicts: Sequence[Verdict]) -> list[Problem]:
    """The problems behind a group, the deciding one first; one for each place, whatever each DSM says about it."""
    found: dict[tuple[object, ...], Problem] = {}
    for item in verdicts:
        for problem in item.causes:
            place = problem.rule, problem.path, problem.field, problem.line, problem.column
            found.setdefault(place, problem)
    return list(found.values())


def _says(verdicts: Sequence[Verdict]) -> str:
    releases, count = range_text(verdicts), 1 if verdicts[0].dsm == verdicts[-1].dsm else 2
    if verdicts[0].outcome is Outcome.REFUSED:
        return tr("{releases} refuses it", "{releases} refuse it", n=count, releases=releases)
    if verdicts[0].outcome is Outcome.CONSEQUENCES:
        return tr(
            "{releases} accepts it, with consequences",
            "{releases} accept it, with consequences",
            n=count,
            releases=releases,
        )
    return tr("{releases} accepts it", "{releases} accept it", n=count, releases=releases)


def _log(verdict: Verdict) -> str:
    if verdict.code and verdict.log:
        return tr("{log} (code {code})", log=verdict.log, code=verdict.code)
    return verdict.log or (tr("code {code}", code=verdict.code) if verdict.code else "")


def _platforms(verdicts: Sequence[Verdict]) -> str:
    """The platforms that INFO names; nothing is said where it is for all."""
    named = sorted({name for item in verdicts for name in item.platforms})
    more = len(named) - _MOST_PLATFORMS
    shown = ", ".join(named[:_MOST_PLATFORMS])
    return tr("{names} and {more} more", names=shown, more=more) if more > 0 else shown
