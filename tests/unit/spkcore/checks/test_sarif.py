"""Tests for spkcore.checks.sarif: the document that GitHub reads."""

from __future__ import annotations

from spkcore.checks.overrides import Override
from spkcore.checks.problem import Problem
from spkcore.checks.sarif import sarif
from spkcore.package.findings import Severity

PROBLEMS = [
    Problem("S003", Severity.ERROR, "scripts/post inst", 3, 1, "CRLF"),
    Problem("A001", Severity.WARNING, "", 0, 0, "compressed"),
]


def test_places_levels_and_rules() -> None:
    run = sarif(PROBLEMS, prefix="packages/demo")["runs"][0]
    first, second = run["results"]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "packages/demo/scripts/post%20inst"},
        "region": {"startLine": 3, "startColumn": 1},
    }
    assert (first["level"], second["level"]) == ("error", "warning")
    assert second["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "packages/demo/INFO"}}
    names = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [names[item["ruleIndex"]] for item in run["results"]] == ["S003", "A001"]


def test_overridden_problems_are_suppressed_with_their_reason() -> None:
    run = sarif([], [(PROBLEMS[0], Override("S003", "Made so."))])["runs"][0]
    assert run["results"][0]["suppressions"][0]["justification"] == "Made so."
