"""The project's own source files as syntax trees, for the architecture tests."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """One Python file: its path relative to the project, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    def at(self, node: ast.expr | ast.stmt) -> str:
        """`path:line` of a node."""
        return f"{self.path}:{node.lineno}"


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file below these folders (default: engine and GUI)."""
    found = tuple(
        _load(path) for folder in folders or ("spkcore", "gui") for path in sorted((ROOT / folder).rglob("*.py"))
    )
    gc.freeze()  # a million nodes, which each garbage collection of the later tests would visit
    return found


def _load(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text))


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.stmt) -> int:
    """Lines from the first to the last of a function or class, without its decorators."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def calls(source: Source) -> Iterator[ast.Call]:
    """Every call in a file."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield node


def called_name(call: ast.Call) -> str:
    """The last part of what is called: `a.b.connect(x)` → 'connect'."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""
