"""Finds the problems of a package: runs the rules that concern its DSM versions and the chosen profile."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from spkcore.base.tasks import TaskContext
from spkcore.checks.fixes import fixes
from spkcore.checks.problem import Problem
from spkcore.checks.rulebook import Profile, Rule, Scope, rules, rules_of
from spkcore.checks.rules import functions
from spkcore.checks.subject import Subject
from spkcore.checks.targets import Targets
from spkcore.package.entries import Entry
from spkcore.package.findings import Severity
from spkcore.package.parts import list_parts

__all__ = ["Options", "Problem", "Severity", "check", "find_problems", "needs_second_look"]


class HasEntries(Protocol):
    """A package, as far as the checks look at it."""

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Paths and entries."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is checked: whose demands, and for which DSM versions (None: those that INFO names).

    `only` limits the check to these rules.
    """

    profile: Profile = Profile.GUIDE
    targets: Targets | None = None
    only: frozenset[str] | None = None


DEFAULT = Options()


def find_problems(package: HasEntries, context: TaskContext, options: Options = DEFAULT) -> list[Problem]:
    """The problems of `package`, in the order of the tree. Raises `Cancelled`."""
    return check(Subject.of(package.entries, options.targets, context=context), options)


def check(subject: Subject, options: Options = DEFAULT) -> list[Problem]:
    """The problems of `subject`, in the order of the tree, and by line within a file. Raises `Cancelled`."""
    chosen = rules_of(options.profile) if options.only is None else rules_of(options.profile) & options.only
    found = [problem for rule in _applicable(subject, chosen) for problem in problems_of(rule, subject)]
    return _in_order(subject, found)


def needs_second_look(subject: Subject) -> bool:
    """Whether a quick subject had to leave findings out that a full one will have."""
    from spkcore.checks.rules.scripts_language import is_waiting

    return subject.quick and is_waiting(subject)


def problems_of(rule: Rule, subject: Subject) -> Iterator[Problem]:
    """The problems that one rule sees."""
    subject.context.check()
    look = functions().get(rule.id)
    fixable = rule.id in fixes() and subject.spk is None
    if look is not None:
        for item in look(subject):
            yield rule.problem(item, fixable=fixable)


def _applicable(subject: Subject, chosen: Collection[str]) -> Iterator[Rule]:
    for rule in rules().values():
        is_visible = subject.is_readable if rule.scope is Scope.PACKAGE else subject.spk is not None
        if rule.id in chosen and is_visible and rule.concerns(subject.targets):
            yield rule


def _in_order(subject: Subject, problems: Sequence[Problem]) -> list[Problem]:
    order = {part.path: rank for rank, part in enumerate(list_parts(subject.entries, subject.info))}
    last = len(order)

    def place(problem: Problem) -> tuple[int, str, int, int]:
        return order.get(problem.path, last if problem.path else -1), problem.path, problem.line, problem.column

    return sorted(problems, key=place)
