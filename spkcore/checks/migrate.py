"""Turns a package for DSM 6 into one for DSM 7: what can be done mechanically is done, the rest becomes a checklist.

Facts: resources/reference/migration.toml. The steps are the quick fixes of the rules about DSM 7, so that a migration
does nothing that the problems panel would not offer one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from spkcore.base.errors import UsageError
from spkcore.base.reference import table
from spkcore.base.tasks import TaskContext
from spkcore.checks.engine import Options, check
from spkcore.checks.fixes import fixes
from spkcore.checks.hints import Hint, script_hints
from spkcore.checks.linking import worker_change
from spkcore.checks.mending import mend
from spkcore.checks.problem import Problem
from spkcore.checks.rulebook import Profile, rules
from spkcore.checks.subject import Subject
from spkcore.checks.targets import Targets, asked_targets, parse_range, read_version, targets_of
from spkcore.checks.verdict import Verdict, verdict
from spkcore.package.buildtargets import BuildTarget, target_from
from spkcore.package.changes import Change, apply, difference, set_content
from spkcore.package.entries import Entry
from spkcore.package.findings import Severity
from spkcore.package.info import PATH as INFO_PATH
from spkcore.package.info import Info
from spkcore.package.parts import info_to_edit, read_info

DSM6_TARGET = "dsm6"
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that the migration does by itself: a heading, and one line for each thing done, with its path."""

    title: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that a person must decide: where (path, line, field), what is wrong, why, and what to do."""

    path: str
    line: int
    column: int
    field: str
    what: str
    why: str
    how: str
    rule: str = ""
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Migration:
    """The outcome, before anything is written. `change` leads to the migrated package; `before` and `after` are the
    verdicts of the same DSM releases, `problems_before` and `problems_after` the counts of errors and warnings."""

    change: Change
    steps: tuple[Step, ...]
    todos: tuple[Todo, ...]
    before: tuple[Verdict, ...]
    after: tuple[Verdict, ...]
    problems_before: int
    problems_after: int

    @property
    def is_unfinished(self) -> bool:
        """Whether something is left that must be done, not only looked at."""
        return any(todo.severity is not Severity.INFO for todo in self.todos)

    def as_json(self) -> dict[str, object]:
        """The object of docs/cli.md, without the diff."""
        return {
            "before": [item.as_json() for item in self.before],
            "after": [item.as_json() for item in self.after],
            "problems_before": self.problems_before,
            "problems_after": self.problems_after,
            "steps": [
                {"title": step.title, "details": [{"path": path, "text": text} for path, text in step.details]}
                for step in self.steps
            ],
            "todos": [
                {
                    "path": todo.path,
                    "line": todo.line,
                    "column": todo.column,
                    "field": todo.field,
                    "rule": todo.rule,
                    "severity": str(todo.severity),
                    "what": todo.what,
                    "why": todo.why,
                    "how": todo.how,
                }
                for todo in self.todos
            ],
        }


def migrate(entries: Mapping[str, Entry], to: str, context: TaskContext) -> Migration:
    """Migrate the package to DSM `to` ("7.2"). Never changes `entries`.

    Raises `UsageError` when `to` is older than DSM 7, `UnreadableError` when INFO cannot be read, `Cancelled`.
    """
    targets = _targets(to)
    options = Options(Profile.GUIDE, targets)
    start = Subject.of(entries, targets, context=context)
    working = dict(entries)
    steps = [step for step in (_adapt_info(working), _adapt_scripts(working)) if step is not None]
    mended = mend(working, context, chosen=migration_rules(), options=options)
    apply(working, mended.change)
    end = Subject.of(working, targets, context=context)
    left = check(end, options)
    return Migration(
        difference(entries, working),
        tuple(_merged([*steps, *_steps(mended.fixed)])),
        todo_list(end, left),
        tuple(verdict(start)),
        tuple(verdict(end)),
        _grave(check(start, options)),
        _grave(left),
    )


def is_for_dsm6(entries: Mapping[str, Entry]) -> bool:
    """Whether INFO says that the package is for DSM 6 or before."""
    return targets_of(read_info(entries)).low.major < 7


def dsm6_target(main: Mapping[str, Entry], other: Mapping[str, Entry]) -> BuildTarget:
    """The build target that makes the package `other` for DSM 6 out of `main`, which was migrated."""
    return target_from(DSM6_TARGET, "DSM 6", main, other)


def migration_rules() -> frozenset[str]:
    """The rules whose quick fixes belong to a migration: those that are only about DSM 7, and those of the table."""
    low = parse_range(">=7.0")[0]
    only_7 = {rule.id for rule in rules().values() if rule.dsm and parse_range(rule.dsm)[0] >= low}
    return frozenset((only_7 | set(table("migration")["rules"])) & set(fixes()))


def _targets(to: str) -> Targets:
    last = asked_targets(to).high
    if last.major < 7:
        raise UsageError("Packages are migrated to DSM 7 or later", to, "Name a version such as 7.2.")
    low = read_version(table("migration")["lowest"])
    assert low is not None  # the table's own value, tried by its test
    return Targets(low, last)


def _adapt_info(working: dict[str, Entry]) -> Step | None:
    """Say in INFO that the package is for DSM 7, and leave out what only older systems read."""
    info = info_to_edit(working)
    new = _info_for_dsm7(info)
    if new == info:
        return None
    apply(working, set_content(working, INFO_PATH, new.to_bytes()))
    changed = [
        (INFO_PATH, _changed_key(key, info, new))
        for key in dict.fromkeys([*info, *new])
        if (key in info) != (key in new) or info.get(key) != new.get(key)
    ]
    return Step(table("migration")["groups"][0]["title"], tuple(changed))


def _changed_key(key: str, info: Info, new: Info) -> str:
    if key not in new:
        return f'{key}="{info.get(key)}" is taken out'
    return f'{key} is "{new.get(key)}"' + (f', it was "{info.get(key)}"' if key in info else "")


def _info_for_dsm7(info: Info) -> Info:
    facts: dict[str, Any] = table("migration")
    lowest = read_version(facts["lowest"])
    low, high = read_version(info.get("os_min_ver")), read_version(info.get("os_max_ver"))
    if lowest is not None and (low is None or low < lowest):
        info = info.set("os_min_ver", facts["lowest"])
    if high is not None and high.major < 7:
        info = info.remove("os_max_ver")
    if "startable" in info and "ctl_stop" not in info:
        info = info.rename("startable", "ctl_stop")
    for key in (*facts["info"]["remove"], "startable"):
        info = info.remove(key)
    return info


def _adapt_scripts(working: dict[str, Entry]) -> Step | None:
    """Let resource workers do what scripts plainly did as root."""
    change, details = worker_change(Subject.of(working))
    if change is None:
        return None
    apply(working, change)
    return Step("Resource workers do what scripts did as root", details)


def _steps(fixed: Sequence[Problem]) -> list[Step]:
    groups: list[dict[str, Any]] = table("migration")["groups"]
    titles = {rule: group["title"] for group in groups for rule in group["rules"]}
    found: dict[str, list[tuple[str, str]]] = {}
    for problem in fixed:
        line = (problem.path, f"{rules()[problem.rule].mend}: {problem.message}")
        found.setdefault(titles.get(problem.rule, "Further problems are mended"), []).append(line)
    order = [group["title"] for group in groups]
    ordered = sorted(found, key=lambda title: order.index(title) if title in order else len(order))
    return [Step(title, tuple(dict.fromkeys(found[title]))) for title in ordered]


def _merged(steps: Iterable[Step]) -> list[Step]:
    """Steps of the same title as one."""
    found: dict[str, Step] = {}
    for step in steps:
        old = found.get(step.title)
        found[step.title] = replace(old, details=(*old.details, *step.details)) if old else step
    return list(found.values())


def todo_list(subject: Subject, problems: Sequence[Problem]) -> tuple[Todo, ...]:
    """What is left to do in a package for DSM 7, the gravest first: its problems, and what its scripts do as on DSM 6.

    A hint at a line where a problem stands says how to mend that one.
    """
    by_place: dict[tuple[str, int], list[Hint]] = {}
    for hint in script_hints(subject):
        by_place.setdefault((hint.path, hint.line), []).append(hint)
    todos = []
    for problem in problems:
        if problem.severity is not Severity.INFO:
            is_same = problem.rule in table("migration")["hinted"]
            todos.append(_todo(problem, by_place.pop((problem.path, problem.line), []) if is_same else []))
    for found in by_place.values():
        first = found[0]
        severity = Severity.WARNING if first.needs_root else Severity.INFO
        todos.append(
            Todo(first.path, first.line, first.column, "", first.what, first.why, _how(found), severity=severity)
        )
    return tuple(sorted(todos, key=lambda todo: (_ORDER[todo.severity], todo.path, todo.line)))


def left_to_do(entries: Mapping[str, Entry], to: str, context: TaskContext) -> tuple[Todo, ...]:
    """What is left to do in a package that was migrated to DSM `to` and edited since. Raises as `migrate` does."""
    options = Options(Profile.GUIDE, _targets(to))
    subject = Subject.of(entries, options.targets, context=context)
    return todo_list(subject, check(subject, options))


def checklist(todos: Sequence[Todo], done: Collection[Todo] = ()) -> str:
    """The list as Markdown, to be kept beside the package or put into an issue."""
    lines = []
    for todo in todos:
        place = f"{todo.path}:{todo.line}" if todo.line else todo.path
        where = f"`{place}`: " if place else ""
        lines += [f"- [{'x' if todo in done else ' '}] {where}{todo.what}", f"      {todo.how}"]
    return "\n".join(lines) + "\n" if lines else ""


def _how(hints: Sequence[Hint]) -> str:
    return " ".join(dict.fromkeys(hint.instead for hint in hints))


def _todo(problem: Problem, hints: Sequence[Hint]) -> Todo:
    rule = rules()[problem.rule]
    how = _how(hints) or rule.fix
    return Todo(
        problem.path,
        problem.line,
        problem.column,
        problem.field,
        problem.message,
        rule.why,
        how,
        problem.rule,
        problem.severity,
    )


def _grave(problems: Iterable[Problem]) -> int:
    return sum(problem.severity is not Severity.INFO for problem in problems)
