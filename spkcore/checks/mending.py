"""Applies quick fixes: one, all of a rule, or all at once, as one change with what it mended and what it left."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from spkcore.base.errors import UnreadableError, UsageError
from spkcore.base.tasks import TaskContext
from spkcore.checks.engine import DEFAULT, Options, check
from spkcore.checks.fixes import fixes
from spkcore.checks.overrides import Override, split
from spkcore.checks.problem import Problem
from spkcore.checks.rulebook import rules
from spkcore.checks.subject import Subject
from spkcore.checks.targets import targets_of
from spkcore.package.changes import Change, apply, difference
from spkcore.package.entries import Entry
from spkcore.package.parts import read_info

_MOST_PASSES = 8
"""Fixes can bring up others (a file in UTF-8 can be read, and then its JSON mended); real packages need two passes."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What fixing did. `change` leads from the package before to the one after; `left` are the problems after it."""

    change: Change
    fixed: tuple[Problem, ...]
    left: tuple[Problem, ...]


def mend(
    entries: Mapping[str, Entry],
    context: TaskContext,
    *,
    chosen: Collection[str] | None = None,
    problem: Problem | None = None,
    options: Options = DEFAULT,
    overrides: Sequence[Override] = (),
) -> Mended:
    """Mend one `problem`, all problems of the `chosen` rules, or (neither given) all that need no decision.

    What `overrides` accept is left alone. Never changes `entries`. Where many are mended, one that cannot be (its
    file cannot be read, or something is in the way) is left and keeps nobody from mending the others; the one `problem`
    raises `SpkError` then. Raises `Cancelled`.
    """
    working = dict(entries)
    options = _fixed_targets(entries, options)
    fixed: list[Problem] = []
    tried: set[tuple[str, str, str]] = set()
    problems = check(Subject.of(working, options.targets, context=context), options)
    for _ in range(_MOST_PASSES):
        counting, _ = split(problems, overrides)
        wanted = [item for item in counting if _is_wanted(item, chosen, problem) and _key(item) not in tried]
        attempt = _mend_one if problem is not None else _try_to_mend
        done = [item for item in wanted if attempt(working, item, options, context, tried)]
        if not done:
            break
        fixed.extend(done)
        problems = check(Subject.of(working, options.targets, context=context), options)
    left = {_key(item) for item in problems}
    really = tuple(item for item in fixed if _key(item) not in left)
    return Mended(difference(entries, working), really, tuple(problems))


def _fixed_targets(entries: Mapping[str, Entry], options: Options) -> Options:
    """The targets stay those of the start: a fix of os_min_ver must not change what the next fix does."""
    return options if options.targets else replace(options, targets=targets_of(read_info(entries)))


def _is_wanted(item: Problem, chosen: Collection[str] | None, problem: Problem | None) -> bool:
    if item.rule not in fixes():
        return False
    if problem is not None:
        return _key(item) == _key(problem)
    if chosen is not None:
        return item.rule in chosen
    return not rules()[item.rule].mend_alone


def _key(problem: Problem) -> tuple[str, str, str]:
    """What a fix mends at once: the same rule in the same file, at the same field."""
    return problem.rule, problem.path, problem.field


def _try_to_mend(
    working: dict[str, Entry], item: Problem, options: Options, context: TaskContext, tried: set[tuple[str, str, str]]
) -> bool:
    try:
        return _mend_one(working, item, options, context, tried)
    except (UsageError, UnreadableError):
        return False


def _mend_one(
    working: dict[str, Entry], item: Problem, options: Options, context: TaskContext, tried: set[tuple[str, str, str]]
) -> bool:
    context.check()
    if _key(item) in tried:
        return False
    tried.add(_key(item))
    change = fixes()[item.rule](Subject.of(working, options.targets, context=context), item)
    if change is None or change.is_empty:
        return False
    apply(working, change)
    return True
