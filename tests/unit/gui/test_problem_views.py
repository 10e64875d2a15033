"""What the problems panel shows, without widgets: rows, filters, order, words, and the chips of the verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from gui.models.problemfilter import ProblemFilter, Sorting, parts_with_problems, rows_of, shown_rows
from gui.models.problems import PLACE, RULE, ProblemRow, ProblemsModel, copied_text, place_text, spoken_text
from gui.models.problemtexts import certainty_text, copied_details, dsm_text, fix_text, profile_text
from gui.models.verdicttexts import causes, chips, lines, summary
from gui.qt.theme import Theme
from spkcore.checks.engine import Problem, Severity
from spkcore.checks.overrides import Override
from spkcore.checks.rulebook import Certainty, Profile, rules
from spkcore.checks.verdict import Outcome, Verdict

_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFO}


def problem(
    path: str, line: int = 0, severity: str = "error", rule: str = "S003", message: str = "", column: int = 0
) -> Problem:
    return Problem(rule, _SEVERITIES[severity], path, line, column, message or f"{rule} in {path}", fixable=True)


def owner(path: str) -> str:
    return "package" if path.startswith("package/") else path


CRLF = problem("scripts/postinst", 1)
QUOTES = problem("scripts/postinst", 7, "warning", "S022")
JUNK = problem("package/.DS_Store", 0, "info", "A013")
WHOLE = problem("", 0, "warning", "A024")
ALL = [JUNK, QUOTES, WHOLE, CRLF]


def test_the_worst_comes_first_and_accepted_ones_last() -> None:
    rows = rows_of(ALL[:3], [(CRLF, Override("S003", "ours"))])
    shown = shown_rows(rows, ProblemFilter(with_accepted=True), owner)
    assert [row.problem for row in shown.rows] == [WHOLE, QUOTES, JUNK, CRLF]
    assert [row.problem for row in shown_rows(rows, ProblemFilter(), owner).rows] == [WHOLE, QUOTES, JUNK]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ProblemFilter(part=""), [WHOLE]),
        (ProblemFilter(part="package"), [JUNK]),
        (ProblemFilter(part="scripts/postinst"), [CRLF, QUOTES]),
        (ProblemFilter(severities=frozenset({"warning"})), [WHOLE, QUOTES]),
        (ProblemFilter(text="postinst s022"), [QUOTES]),
        (ProblemFilter(text="LINE 7"), [QUOTES]),
        (ProblemFilter(text="nothing of this"), []),
    ],
)
def test_filters(wanted: ProblemFilter, expected: list[Problem]) -> None:
    assert [row.problem for row in shown_rows(rows_of(ALL), wanted, owner).rows] == expected
    assert wanted.hides_something


def test_counts_tell_what_a_severity_would_bring() -> None:
    wanted = ProblemFilter(severities=frozenset({"error"}), part="scripts/postinst")
    assert shown_rows(rows_of(ALL), wanted, owner).counts == {"error": 1, "warning": 1}


def test_columns_sort() -> None:
    by_place = shown_rows(rows_of(ALL), ProblemFilter(), owner, Sorting(PLACE)).rows
    assert [row.problem for row in by_place] == [WHOLE, JUNK, CRLF, QUOTES]
    by_rule = shown_rows(rows_of(ALL), ProblemFilter(), owner, Sorting(RULE, descending=True)).rows
    assert [row.problem.rule for row in by_rule] == ["S022", "S003", "A024", "A013"]


def test_the_parts_with_problems_are_offered_once() -> None:
    assert parts_with_problems(rows_of(ALL), owner) == ["package", "scripts/postinst", ""]


def test_a_place_is_told_as_exactly_as_it_is_known() -> None:
    assert place_text(WHOLE) == "Package"
    assert place_text(QUOTES) == "scripts/postinst, line 7"
    assert place_text(problem("INFO", 3, column=9)) == "INFO, line 3, column 9"
    pointer = Problem("R001", Severity.ERROR, "conf/resource", 0, 0, "x", field="/data-share")
    assert place_text(pointer) == "conf/resource, /data-share"


def test_a_row_is_spoken_and_copied_whole() -> None:
    assert spoken_text(ProblemRow(QUOTES)) == "Warning: S022 in scripts/postinst"
    assert spoken_text(ProblemRow(QUOTES, Override("S022", "x"))) == "Accepted: S022 in scripts/postinst"
    assert copied_text(ProblemRow(QUOTES)) == "scripts/postinst, line 7: Warning: S022 in scripts/postinst [S022]"
    assert rules()["S022"].why in copied_details(QUOTES)


# --- the model ------------------------------------------------------------------------------------------------------


@pytest.fixture
def model(qapp: QApplication) -> ProblemsModel:
    theme = Theme(qapp)
    made = ProblemsModel(theme)
    made.set_rows(rows_of(ALL))
    return made


class Seen:
    """What a model tells its views."""

    def __init__(self, model: ProblemsModel) -> None:
        self.news: list[tuple[str, int, int]] = []
        model.modelReset.connect(lambda: self.news.append(("reset", 0, 0)))
        model.rowsRemoved.connect(lambda _parent, first, last: self.news.append(("removed", first, last)))
        model.rowsInserted.connect(lambda _parent, first, last: self.news.append(("inserted", first, last)))
        model.dataChanged.connect(lambda one, two: self.news.append(("changed", one.row(), two.row())))


def test_the_same_rows_again_are_no_news(model: ProblemsModel) -> None:
    seen = Seen(model)
    assert model.set_rows(rows_of(ALL))
    assert seen.news == []


def test_a_row_more_and_a_row_less_touch_no_other(model: ProblemsModel) -> None:
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    seen = Seen(model)
    more = problem("INFO", 2)
    model.set_rows(rows_of([JUNK, QUOTES, more, WHOLE, CRLF]))
    model.set_rows(rows_of([JUNK, more, WHOLE, CRLF]))
    assert seen.news == [("inserted", 2, 2), ("removed", 1, 1)]
    assert [row.problem for row in model.rows] == [JUNK, more, WHOLE, CRLF]


def test_a_problem_that_moved_to_another_line_stays_the_same_row(model: ProblemsModel) -> None:
    seen = Seen(model)
    moved = problem("scripts/postinst", 8, "warning", "S022")
    model.set_rows(rows_of([JUNK, moved, WHOLE, CRLF]))
    assert seen.news == [("changed", 1, 1)]
    assert model.problem(1) == moved
    assert model.row_of(moved) == 1


def test_scattered_changes_keep_what_stays(model: ProblemsModel) -> None:
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    old = [problem(f"scripts/{number}", number) for number in range(60)]
    new = [item for number, item in enumerate(old) if number % 7] + [problem("z")]
    model.set_rows(rows_of(old))
    seen = Seen(model)
    assert model.set_rows(rows_of(new))
    assert [row.problem for row in model.rows] == new
    assert all(kind != "reset" for kind, _, _ in seen.news)


def test_a_wholly_new_list_starts_anew(model: ProblemsModel) -> None:
    model.set_rows(rows_of([problem(f"a{number}") for number in range(900)]))
    seen = Seen(model)
    new = [problem(f"b{number}") for number in range(900)]
    assert not model.set_rows(rows_of(new))
    assert seen.news == [("reset", 0, 0)]
    assert model.rowCount() == 900


def test_what_is_accepted_shows_its_reason(model: ProblemsModel) -> None:
    model.set_rows(rows_of([], [(CRLF, Override("S003", "it is for Windows"))]))
    assert model.index(0, 0).data() == "S003 in scripts/postinst (accepted: it is for Windows)"
    assert model.headerData(2, Qt.Orientation.Horizontal) == "Rule"


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("", "Every DSM"),
        (">=7.0", "DSM 7.0 and later"),
        ("<6.0", "Before DSM 6.0"),
        (">=6.0 <7.0", "From DSM 6.0 until before 7.0"),
    ],
)
def test_dsm_versions_of_a_rule_in_words(condition: str, words: str) -> None:
    assert dsm_text(condition) == words


def test_every_rule_can_be_explained() -> None:
    for rule in rules().values():
        assert dsm_text(rule.dsm)
        assert certainty_text(rule.certainty)
    assert len({certainty_text(item) for item in Certainty}) == len(Certainty)
    assert len({profile_text(item) for item in Profile}) == len(Profile)


def test_a_fix_that_takes_a_decision_has_dots() -> None:
    assert fix_text(CRLF) == "Use LF line ends"
    assert fix_text(problem("conf/privilege", rule="P003")).endswith("…")
    assert fix_text(Problem("S003", Severity.ERROR, "x", 0, 0, "cannot be fixed")) == ""


# --- verdict --------------------------------------------------------------------------------------------------------


def said(dsm: str, outcome: Outcome = Outcome.ACCEPTED, **values: Any) -> Verdict:
    return Verdict(dsm, (), outcome, **values)


def test_one_chip_for_each_group_of_releases() -> None:
    verdicts = [said("6.2", Outcome.REFUSED, code=263, message="No"), said("7.0"), said("7.1"), said("7.2")]
    assert [(chip.tone, chip.text) for chip in chips(verdicts)] == [
        ("danger", "DSM 6.2 refuses it"),
        ("success", "DSM 7.0 to 7.2 accept it"),
    ]


def test_the_summary_tells_the_worst() -> None:
    grave = said("7.1", Outcome.CONSEQUENCES, why="It does not start.")
    refused = said("7.2", Outcome.REFUSED)
    texts = {
        (said("7.0"), said("7.1")): "DSM 7.0 to 7.1 accept it",
        (said("7.0"), grave): "Accepted, with consequences on 1 of 2 DSM",
        (said("7.0"), grave, refused): "Refused by 1 of 3 DSM",
        (refused,): "DSM 7.2 refuses it",
    }
    for verdicts, text in texts.items():
        chip = summary(verdicts)
        assert chip is not None
        assert chip.text == text
    assert summary(()) is None


def test_a_refusal_is_told_with_message_code_log_and_reason() -> None:
    verdict = said("7.2", Outcome.REFUSED, code=319, message="Needs root.", log="runs as root", why="Root is gone.")
    told = {line.label: line.text for line in lines([verdict])}
    assert told == {
        "Package Center shows": "Needs root.",
        "The log says": "runs as root (code 319)",
        "Why": "Root is gone.",
    }


def test_many_platforms_are_not_all_named() -> None:
    verdict = Verdict("7.2", tuple(f"p{number}" for number in range(9)), Outcome.ACCEPTED)
    (line,) = lines([verdict])
    assert line.text == "p0, p1, p2, p3, p4, p5 and 3 more"


def test_the_causes_of_a_group_are_listed_once() -> None:
    verdicts = [said("7.0", Outcome.REFUSED, causes=(CRLF,)), said("7.1", Outcome.REFUSED, causes=(CRLF, QUOTES))]
    assert causes(verdicts) == [CRLF, QUOTES]
    other_words = replace(CRLF, message="As DSM 7.2 says it.")
    assert causes([*verdicts, said("7.2", Outcome.REFUSED, causes=(other_words,))]) == [CRLF, QUOTES]
