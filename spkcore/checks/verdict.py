"""The verdict: what each DSM will say to a package, with the message, the code, and the sentence that explains it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from spkcore.base.errors import UsageError
from spkcore.checks.answers import Answer, answer_to, platform_answer
from spkcore.checks.engine import problems_of
from spkcore.checks.problem import Problem
from spkcore.checks.rulebook import Profile, Rule, Scope, rules
from spkcore.checks.subject import Subject
from spkcore.checks.targets import Release, Targets, highest_of
from spkcore.package.arch import NOARCH, expand, platforms
from spkcore.package.findings import Severity

_GENERATION = "I008"
_RANGE = ("I057", "I011", "I033", "I034")
"""The rules about INFO's range of versions and its platforms: what DSM answers to that, range and platform decide."""


class Outcome(StrEnum):
    """What becomes of the package on one DSM."""

    ACCEPTED = "accepted"
    CONSEQUENCES = "accepted-with-consequences"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one DSM release says, on these platforms ("" for all of them is an empty tuple).

    `code` is what the log and `synopkg install` say (0: none is known), `log` its words, `message` what Package Center
    shows. `why` explains in a sentence; `causes` are the problems behind it, the deciding one first.
    """

    dsm: str
    platforms: tuple[str, ...]
    outcome: Outcome
    code: int = 0
    message: str = ""
    log: str = ""
    why: str = ""
    causes: tuple[Problem, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether Package Center installs it."""
        return self.outcome is not Outcome.REFUSED

    def as_json(self) -> dict[str, object]:
        """The object of docs/cli.md."""
        return {
            "dsm": self.dsm,
            "platforms": list(self.platforms),
            "accepted": self.accepted,
            "outcome": str(self.outcome),
            "code": self.code or None,
            "message": self.message,
            "log": self.log,
            "why": self.why,
            "rules": list(dict.fromkeys(problem.rule for problem in self.causes)),
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """A problem with which DSM refuses the package, and how it says so."""

    problem: Problem
    rule: Rule
    answer: Answer

    @property
    def is_first(self) -> bool:
        """Whether DSM sees it when it opens the file and reads INFO, before it compares platforms and versions."""
        return self.rule.area in {"archive", "info"} and bool(self.rule.code)


def verdict(subject: Subject, platform: str = "") -> list[Verdict]:
    """What each DSM release of the subject's targets says, oldest first; on `platform` only, where one is named.

    Raises `UsageError` for a platform that no NAS has, `Cancelled`.
    """
    if platform and platform not in platforms():
        raise UsageError("No NAS has this platform", platform, "Write it as DSM does, for example apollolake.")
    return [_of_release(subject, release, platform) for release in subject.targets.releases()]


def is_refused_everywhere(verdicts: Sequence[Verdict]) -> bool:
    """Whether no DSM takes the package."""
    return bool(verdicts) and not any(item.accepted for item in verdicts)


def group(verdicts: Sequence[Verdict]) -> list[tuple[Verdict, ...]]:
    """Neighbours that say the same about different releases, together: what people read is the difference."""
    groups: list[tuple[Verdict, ...]] = []
    for item in verdicts:
        if groups and _answer_of(groups[-1][-1]) == _answer_of(item):
            groups[-1] = (*groups[-1], item)
        else:
            groups.append((item,))
    return groups


def _answer_of(item: Verdict) -> tuple[object, ...]:
    """What a person reads of it; the words of a cause may name the release."""
    places = tuple((problem.rule, problem.path, problem.line, problem.field) for problem in item.causes)
    return item.outcome, item.code, item.message, item.log, item.why, places


def range_text(verdicts: Sequence[Verdict]) -> str:
    """The releases of a group: "DSM 7.0 to 7.3"."""
    first, last = verdicts[0].dsm, verdicts[-1].dsm
    return f"DSM {first}" if first == last else f"DSM {first} to {last}"


def package_platforms(subject: Subject) -> tuple[str, ...]:
    """The platforms that INFO names, families expanded; empty for every platform (noarch)."""
    values = subject.info.words("arch")
    excluded = set(expand(subject.info.words("exclude_arch")))
    if not values or NOARCH in values:
        return tuple(name for name in platforms() if name not in excluded) if excluded else ()
    return tuple(name for name in expand(values) if name in platforms() and name not in excluded)


def _of_release(subject: Subject, release: Release, platform: str) -> Verdict:
    """One release: first the file and its INFO, then the range of versions and the platform, then what is left."""
    subject.context.check()
    narrow = replace(subject, targets=Targets(release.version, release.version, asked=release.name))
    named = package_platforms(subject)
    base = Verdict(release.name, (platform,) if platform else _running(named, release), Outcome.ACCEPTED)
    refusals = sorted(_refusals(narrow), key=_rank)
    problems = [item.problem for item in refusals]
    if refusals and refusals[0].is_first:
        return _refused(base, refusals[0].answer, _why(refusals[0]), problems)
    why = _range_problem(subject, release) or _platform_problem(subject, named, platform)
    if why:
        return _refused(base, _range_answer(subject, release), why, [*_range_causes(narrow), *problems])
    if refusals:
        return _refused(base, refusals[0].answer, _why(refusals[0]), problems)
    left = list(_consequences(narrow))
    if left:
        return replace(base, outcome=Outcome.CONSEQUENCES, why=_summary(left), causes=tuple(left))
    return base


def _running(named: tuple[str, ...], release: Release) -> tuple[str, ...]:
    """Those of the platforms for which Synology builds this DSM, as far as known (table architectures)."""
    known = {version for item in platforms().values() for version in item.dsm}
    wanted = f"{release.version.major}.{release.version.minor}"
    if wanted not in known:
        return named
    return tuple(name for name in named if not platforms()[name].dsm or wanted in platforms()[name].dsm)


def _refused(base: Verdict, answer: Answer, why: str, causes: Iterable[Problem]) -> Verdict:
    return replace(
        base,
        outcome=Outcome.REFUSED,
        code=answer.code,
        message=answer.message,
        log=answer.log,
        why=why,
        causes=tuple(causes),
    )


def _refusals(subject: Subject) -> Iterator[Refusal]:
    """The problems with which this DSM refuses the package."""
    for rule in rules().values():
        if not (_refuses(rule) or rule.stops) or not rule.concerns(subject.targets) or not _sees(rule, subject):
            continue
        for problem in problems_of(rule, subject):
            if problem.severity is Severity.ERROR and _is_refusal(rule, problem):
                yield Refusal(problem, rule, answer_to(rule.id, rule.stops.get(problem.path, rule.code)))


def _is_refusal(rule: Rule, problem: Problem) -> bool:
    return _refuses(rule) or problem.path in rule.stops


def _rank(item: Refusal) -> int:
    """DSM opens the file before it reads INFO, and INFO before the rest; of INFO the generation decides, whatever
    else is missing. When it sees what has no known code is not known, so that comes last."""
    if item.is_first:
        return 0 if item.rule.area == "archive" or item.rule.id == _GENERATION else 1
    return 2 if item.rule.code else 3


def _why(item: Refusal) -> str:
    return f"{item.problem.message} {item.rule.why}"


def _consequences(subject: Subject) -> Iterator[Problem]:
    """The errors that DSM does not refuse: the package installs, and something in it does not work."""
    for rule in rules().values():
        is_grave = not _refuses(rule) and rule.severity is Severity.ERROR and Profile.DSM in rule.profiles
        if is_grave and rule.id not in _RANGE and rule.concerns(subject.targets) and _sees(rule, subject):
            yield from (problem for problem in problems_of(rule, subject) if problem.severity is Severity.ERROR)


def _refuses(rule: Rule) -> bool:
    """Whether DSM does not install what has this problem; some codes are only warnings."""
    return rule.refuses or (bool(rule.code) and not answer_to(rule.id, rule.code).installs)


def _sees(rule: Rule, subject: Subject) -> bool:
    return subject.is_readable if rule.scope is Scope.PACKAGE else subject.spk is not None


def _summary(problems: Sequence[Problem]) -> str:
    first = f"It installs, but something in it will not work. {problems[0].message}"
    more = len(problems) - 1
    return f"{first} And {more} more {'error' if more == 1 else 'errors'}." if more else first


def _range_causes(subject: Subject) -> Iterator[Problem]:
    """The problems that lie behind a wrong range of versions or platforms."""
    for name in _RANGE:
        yield from (problem for problem in problems_of(rules()[name], subject) if problem.severity is Severity.ERROR)


def _range_problem(subject: Subject, release: Release) -> str:
    low, high = subject.lowest, highest_of(subject.info)
    if low is not None and low > release.version:
        return f"INFO asks for DSM {low} or later."
    if low is not None and low.major < 7 <= release.version.major:
        return f"INFO asks for DSM {low}; DSM 7 takes only packages made for DSM 7."
    if high is not None and release.version > high:
        return f"INFO allows DSM only up to {subject.info.get('os_max_ver').strip()}."
    return ""


def _range_answer(subject: Subject, release: Release) -> Answer:
    """DSM 7 checks the generation before anything else, and has a code for it."""
    low = subject.lowest
    is_generation = low is not None and low.major < 7 <= release.version.major
    return answer_to(_GENERATION, 261) if is_generation else platform_answer()


def _platform_problem(subject: Subject, named: Sequence[str], platform: str) -> str:
    if subject.info.words("arch") and not named and NOARCH not in subject.info.words("arch"):
        return "INFO names no platform that a NAS has."
    if platform and named and platform not in named:
        return f"The package is not for the platform {platform}; INFO names {subject.info.get('arch')}."
    return ""
