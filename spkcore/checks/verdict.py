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
from spkcore.checks.targets import Release, Targets, read_version
from spkcore.package.arch import NOARCH, expand, platforms
from spkcore.package.findings import Severity


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
        if groups and replace(groups[-1][-1], dsm="", platforms=()) == replace(item, dsm="", platforms=()):
            groups[-1] = (*groups[-1], item)
        else:
            groups.append((item,))
    return groups


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
    refusals = list(_refusals(narrow))
    if refusals:
        problem, rule = refusals[0]
        answer = answer_to(rule.id, rule.code)
        why = f"{problem.message} {rule.why}"
        return _refused(base, answer, why, [item for item, _ in refusals])
    why = _range_problem(subject, release) or _platform_problem(subject, named, platform)
    if why:
        return _refused(base, _range_answer(subject, release), why, [])
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


def _refusals(subject: Subject) -> Iterator[tuple[Problem, Rule]]:
    """The problems with which this DSM refuses the package; those of the file before those of INFO, and so on."""
    for rule in rules().values():
        if _refuses(rule) and rule.concerns(subject.targets) and _sees(rule, subject):
            for problem in problems_of(rule, subject):
                if problem.severity is Severity.ERROR:
                    yield problem, rule


def _consequences(subject: Subject) -> Iterator[Problem]:
    """The errors that DSM does not refuse: the package installs, and something in it does not work."""
    for rule in rules().values():
        is_grave = not _refuses(rule) and rule.severity is Severity.ERROR and Profile.DSM in rule.profiles
        if is_grave and rule.concerns(subject.targets) and _sees(rule, subject):
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


def _range_problem(subject: Subject, release: Release) -> str:
    low, high = subject.lowest, read_version(subject.info.get("os_max_ver"))
    if low is not None and low > release.version:
        return f"INFO asks for DSM {low} or later."
    if low is not None and low.major < 7 <= release.version.major:
        return f"INFO asks for DSM {low}; DSM 7 takes only packages made for DSM 7."
    if high is not None and release.version > high:
        return f"INFO allows DSM only up to {high}."
    return ""


def _range_answer(subject: Subject, release: Release) -> Answer:
    """DSM 7 checks the generation before anything else, and has a code for it."""
    low = subject.lowest
    is_generation = low is not None and low.major < 7 <= release.version.major
    return answer_to("I008", 261) if is_generation else platform_answer()


def _platform_problem(subject: Subject, named: Sequence[str], platform: str) -> str:
    if subject.info.words("arch") and not named and NOARCH not in subject.info.words("arch"):
        return "INFO names no platform that a NAS has."
    if platform and named and platform not in named:
        return f"The package is not for the platform {platform}; INFO names {subject.info.get('arch')}."
    return ""
