"""Shell scripts as structure: `parse` turns the text of one into commands, words, functions and cases.

The only package that uses tree-sitter; the library is loaded by the first script that is read.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from spkcore.checks.shell.endings import endings
from spkcore.checks.shell.model import (
    Assignment,
    Branch,
    Case,
    Command,
    Construct,
    End,
    Ending,
    Expansion,
    Function,
    Part,
    Place,
    Redirection,
    Role,
    ShellScript,
    Word,
)
from spkcore.checks.shell.statements import StatementReader
from spkcore.checks.shell.words import Scope

if TYPE_CHECKING:
    from tree_sitter import Parser

__all__ = [
    "Assignment",
    "Branch",
    "Case",
    "Command",
    "Construct",
    "End",
    "Ending",
    "Expansion",
    "Function",
    "Part",
    "Place",
    "Redirection",
    "Role",
    "ShellScript",
    "Word",
    "as_read",
    "parse",
]

BOM = b"\xef\xbb\xbf"


def as_read(data: bytes) -> bytes:
    """The bytes that are read: without a byte order mark, lines ended by LF. Rules of their own speak of both."""
    return data.removeprefix(BOM).replace(b"\r\n", b"\n")


def parse(data: bytes) -> ShellScript:
    """The script in `data`, in whatever state it is; what cannot be understood is left out."""
    text = as_read(data)
    root = _parser().parse(text).root_node
    reader = StatementReader(text)
    reader.read(root, Scope())
    return ShellScript(
        data=text,
        commands=tuple(sorted(reader.commands.values(), key=_start)),
        functions=tuple(reader.functions),
        assignments=tuple(reader.assignments),
        expansions=tuple(reader.expansions),
        redirections=tuple(reader.redirections),
        cases=tuple(reader.cases),
        constructs=tuple(reader.constructs),
        endings=tuple(endings(root, reader.commands)),
        has_errors=root.has_error,
    )


@cache
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


def _start(command: Command) -> int:
    return command.place.start
