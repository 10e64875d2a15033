"""Tests for spkcore.checks.explain: from messages, results and logs to causes."""

from __future__ import annotations

import json

import pytest

from spkcore.checks.explain import explain
from spkcore.checks.problem import Problem
from spkcore.package.findings import Severity

RESULT = json.dumps(
    {"results": [{"action": "install", "error": {"code": 319, "description": "x"}, "success": False}], "success": False}
)
LOG = "2026/11/22 10:00:00\tinstall demo 1.0-1 Begin\n10:00:01\t(system) failed to acquire postinst worker [278]"


def problem(rule: str, path: str = "") -> Problem:
    return Problem(rule, Severity.ERROR, path, 1, 1, f"{rule} is broken")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (RESULT, {319}),
        (f"some words\n{RESULT}\nmore", {319}),
        ("error code: 263", {263}),
        ("263", {263}),
        ("[313]", {313}),
        (LOG, {278}),
        ("package should have same major number of current os in os_min_ver / firmware", {261}),
        ("Invalid file format. Please contact the package developer.", {261, 263, 319}),
        ("invalid file format", {261, 263, 319}),
        ("nothing that anybody knows 12345", set()),
        ("took 313 seconds", set()),
        ("preinst: exit code 255", set()),
    ],
)
def test_codes_come_from_json_words_logs_and_messages(text: str, codes: set[int]) -> None:
    assert {cause.code for cause in explain(text) if cause.code} == codes


def test_what_the_package_really_has_comes_first() -> None:
    causes = explain("Invalid file format. Please contact the package developer.", [problem("P001", "conf/privilege")])
    assert causes[0].code == 319
    assert [item.rule for item in causes[0].problems] == ["P001"]
    assert all(not cause.problems for cause in causes[1:])


def test_exact_words_of_the_log_rule_out_the_rest() -> None:
    causes = explain("261: package does not have preupgrade / postupgrade script")
    assert len([cause for cause in causes if cause.code == 261]) == 1
    assert causes[0].is_certain


def test_a_log_line_about_a_script_puts_that_script_first() -> None:
    problems = [problem("S003", "scripts/preinst"), problem("S003", "scripts/postinst")]
    causes = explain("/var/packages/demo/scripts/postinst: /bin/sh^M: bad interpreter", problems)
    assert causes[0].problems[0].path == "scripts/postinst"
    assert "bad interpreter" in causes[0].said


def test_a_broken_document_is_no_obstacle() -> None:
    assert explain('{"results": [ {"error": {"code": 319} ', []) == explain("code: 319")


def test_a_line_of_a_script_that_the_log_names_comes_first() -> None:
    lines = [Problem("S009", Severity.ERROR, "scripts/postinst", line, 1, "needs root") for line in (3, 15)]
    causes = explain("/var/packages/demo/scripts/postinst: line 15: mkdir: Operation not permitted", lines)
    assert [item.line for item in causes[0].problems] == [15, 3]


@pytest.mark.parametrize(
    "text",
    [
        "md5 of download ok",
        "synopkg wizard start",
        "insufficient privilege",
        "an executable was started",
        "port 80 open",
    ],
)
def test_words_that_mean_nothing_alone_explain_nothing(text: str) -> None:
    assert explain(text) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("failed to parse install_uifile: invalid json", "W001"),
        ("ctrl-script and executable section should not exist", "P004"),
        ("checksum of package.tgz does not match", "I029"),
        ("No space left on device", "I031"),
        ("Port configured for this package is either used by another service or reserved", "R006"),
        ("mkdir: cannot create directory '/usr/local/x': Permission denied", "S023"),
    ],
)
def test_lines_of_logs_lead_to_the_rules_behind_them(text: str, rule: str) -> None:
    causes = explain(text, [problem(rule)])
    assert [item.rule for cause in causes for item in cause.problems] == [rule]
