"""Problems as SARIF 2.1.0, the form in which GitHub, GitLab and editors show the findings of a checker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spkcore import __version__
from spkcore.checks.overrides import Override
from spkcore.checks.problem import Problem
from spkcore.checks.rulebook import Rule, rules
from spkcore.package.findings import Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif(problems: Sequence[Problem], accepted: Sequence[tuple[Problem, Override]] = (), prefix: str = "") -> Any:
    """One SARIF document. `prefix` stands before each path, so that it counts from the root of the repository.

    Overridden problems are in it too, as suppressed results with the reason.
    """
    used = sorted({item.rule for item in problems} | {item.rule for item, _ in accepted})
    places = {name: index for index, name in enumerate(used)}
    results = [_result(item, places, prefix) for item in problems]
    results += [
        _result(item, places, prefix)
        | {"suppressions": [{"kind": "external", "status": "accepted", "justification": override.reason}]}
        for item, override in accepted
    ]
    driver = {"name": "SPK Creator", "version": __version__, "rules": [_rule(rules()[name]) for name in used]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why} {rule.fix}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"certainty": str(rule.certainty), "source": rule.source, "dsm": rule.dsm, "tags": [rule.area]},
    }


def _result(problem: Problem, places: dict[str, int], prefix: str) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(prefix, problem.path)}}
    if problem.line:
        region = {"startLine": problem.line}
        location["region"] = region | ({"startColumn": problem.column} if problem.column else {})
    return {
        "ruleId": problem.rule,
        "ruleIndex": places[problem.rule],
        "level": _LEVELS[problem.severity],
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": location}],
    }


def _uri(prefix: str, path: str) -> str:
    """A relative URI; a problem of the package as a whole points to INFO."""
    from urllib.parse import quote

    return quote("/".join(part for part in (prefix.strip("/"), path or "INFO") if part), errors="surrogateescape")
