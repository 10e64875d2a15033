"""Size budgets: functions, classes and modules stay small enough to read in one go."""

from __future__ import annotations

import ast
import statistics

from tests.architecture.sources import functions, length, sources

FUNCTION_LINES = 60
CLASS_LINES = 400
MODULE_LINES = 500
MEDIAN_FUNCTION_LINES = 10


def test_functions_fit_on_a_screen() -> None:
    too_long = [
        f"{source.at(node)} {node.name}: {length(node)} lines"
        for source in sources("spkcore", "gui", "tests", "benchmarks")
        for node in functions(source)
        if length(node) > FUNCTION_LINES
    ]
    assert not too_long


def test_classes_have_one_job() -> None:
    too_long = [
        f"{source.at(node)} {node.name}: {length(node)} lines"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and length(node) > CLASS_LINES
    ]
    assert not too_long


def test_modules_have_one_owner_idea() -> None:
    too_long = [
        f"{source.path}: {lines} lines"
        for source in sources("spkcore", "gui", "tests", "benchmarks")
        if (lines := source.text.count("\n")) > MODULE_LINES
    ]
    assert not too_long


def test_the_usual_function_is_short() -> None:
    median = statistics.median(length(node) for source in sources() for node in functions(source))

    assert median <= MEDIAN_FUNCTION_LINES
