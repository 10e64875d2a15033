"""Every rule of the rulebook finds its failing package, leaves its passing one alone, and has both (design, 5)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from spkcore.archive.extract import extract_package
from spkcore.base.tasks import quiet
from spkcore.checks.engine import Options, check, find_problems
from spkcore.checks.fixes import fixes
from spkcore.checks.problem import Problem
from spkcore.checks.rulebook import Profile, Scope, rules
from spkcore.checks.rules import functions
from spkcore.checks.spkfile import read_spk
from spkcore.checks.subject import Subject, Unread
from spkcore.checks.targets import Targets, asked_targets
from spkcore.package.entries import Kind
from spkcore.package.project import open_package
from tests.data.make_checks import CHECKS, cases

RULES = sorted(rules())
PACKAGE_RULES = [name for name in RULES if rules()[name].scope is Scope.PACKAGE]
Unpack = Callable[[str, str], Path]


def targets(rule: str) -> Targets | None:
    asked = cases()[rule].dsm
    return asked_targets(asked) if asked else None


def profile_of(rule: str) -> Profile:
    """The profile under which a rule is tried: the usual one, where that has it."""
    known = rules()[rule].profiles
    return Profile.GUIDE if Profile.GUIDE in known else min(known, key=list(Profile).index)


@cache
def problems_of_file(rule: str, which: str) -> tuple[Problem, ...]:
    """All problems of one of a rule's two packages, as an .spk, by the profile under which it is tried."""
    subject = read_spk(CHECKS / rule / f"{which}.spk", quiet(), targets(rule))
    return tuple(check(subject, Options(profile_of(rule), targets(rule))))


def lay_out(source: Path, folder: Path) -> None:
    """The files of an .spk as a folder that somebody made by hand; those of the payload only with their first bytes."""
    folder.mkdir()
    for path, entry in read_spk(source, quiet()).entries.items():
        if entry.kind is Kind.DIRECTORY:
            (folder / path).mkdir(exist_ok=True)
        elif entry.content is not None:
            content = entry.content
            (folder / path).write_bytes(content.head if isinstance(content, Unread) else content.read())


@pytest.fixture
def unpacked(tmp_path: Path) -> Unpack:
    """Unpacks one of a rule's two packages to a folder."""

    def unpack(rule: str, which: str) -> Path:
        folder = tmp_path / which
        source = CHECKS / rule / f"{which}.spk"
        if cases()[rule].by_hand and which == "fails":
            lay_out(source, folder)
        else:
            extract_package(source, folder, quiet())
        return folder

    return unpack


def test_every_rule_has_a_function_a_case_and_both_packages() -> None:
    assert set(functions()) == set(RULES)
    assert set(cases()) == set(RULES)
    found = {path.relative_to(CHECKS).as_posix() for path in CHECKS.rglob("*.spk")}
    assert found == {f"{rule}/{which}.spk" for rule in RULES for which in ("fails", "passes")}


def test_what_can_be_mended_says_how() -> None:
    assert {name for name, rule in rules().items() if rule.mend} == set(fixes())


@pytest.mark.parametrize("rule", RULES)
def test_the_packages_are_those_of_the_recipes(rule: str) -> None:
    assert (CHECKS / rule / "fails.spk").read_bytes() == cases()[rule].fails, "run python -m tests.data.make_checks"
    assert (CHECKS / rule / "passes.spk").read_bytes() == cases()[rule].passes, "run python -m tests.data.make_checks"


@pytest.mark.parametrize("rule", RULES)
def test_the_failing_package_fails(rule: str) -> None:
    found = [problem for problem in problems_of_file(rule, "fails") if problem.rule == rule]
    assert found
    assert all("{" not in problem.message or "{{" in rules()[rule].message for problem in found)


@pytest.mark.parametrize("rule", RULES)
def test_the_passing_package_passes_everything(rule: str) -> None:
    found = {problem.rule: problem.message for problem in problems_of_file(rule, "passes")}
    assert {name: text for name, text in found.items() if name not in cases()[rule].beside} == {}


@pytest.mark.parametrize("rule", PACKAGE_RULES)
def test_a_package_folder_is_judged_as_the_file_is(rule: str, unpacked: Unpack) -> None:
    options = Options(profile_of(rule), targets(rule))
    for which in ("fails", "passes"):
        found = find_problems(open_package(unpacked(rule, which), quiet()), quiet(), options)
        expected = [problem for problem in problems_of_file(rule, which) if problem.rule == rule]
        places = [(problem.path, problem.line, problem.column, problem.field, problem.message) for problem in expected]
        assert [
            (problem.path, problem.line, problem.column, problem.field, problem.message)
            for problem in found
            if problem.rule == rule
        ] == places


@pytest.mark.parametrize("rule", sorted(fixes()))
def test_a_fix_mends_its_problem_and_breaks_nothing(rule: str, unpacked: Unpack) -> None:
    package = open_package(unpacked(rule, "fails"), quiet())
    options = Options(profile_of(rule), targets(rule))
    before = find_problems(package, quiet(), options)
    for problem in [item for item in before if item.rule == rule]:
        assert problem.fixable
        subject = Subject.of(package.entries, targets(rule))
        if (change := fixes()[rule](subject, problem)) is not None:
            package.apply(change)
    after = find_problems(package, quiet(), options)
    assert [item for item in after if item.rule == rule] == []
    assert {item.rule for item in after} <= {item.rule for item in before}
