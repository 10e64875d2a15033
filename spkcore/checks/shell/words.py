"""Reads the words of a shell script: quotes, variables, redirections, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from spkcore.checks.shell.model import Construct, Expansion, Part, Place, Redirection, Role, Word

if TYPE_CHECKING:
    from tree_sitter import Node

WORDS = frozenset(
    {
        "word", "string", "raw_string", "ansi_c_string", "translated_string", "concatenation", "simple_expansion",
        "expansion", "command_substitution", "number", "process_substitution", "arithmetic_expansion",
        "brace_expression", "extglob_pattern", "regex",
    }
)  # fmt: skip
TESTS = frozenset({"binary_expression", "unary_expression", "parenthesized_expression", "ternary_expression"})
REDIRECTS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_IN_QUOTES = re.compile(r'\\([$`"\\\n])')


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the reader is: the circumstances of everything below a node."""

    function: str = ""
    guards: tuple[str, ...] = ()
    redirections: tuple[Redirection, ...] = ()
    heredoc: tuple[Expansion, ...] = ()
    is_condition: bool = False
    is_piped: bool = False
    is_captured: bool = False
    role: Role = Role.ARGUMENT
    is_quoted: bool = False


@dataclass
class WordReader:
    """Collects the variables and redirections of a tree; what it finds below a word, it gives to `read`."""

    data: bytes
    expansions: list[Expansion] = field(default_factory=list)
    redirections: list[Redirection] = field(default_factory=list)
    constructs: list[Construct] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._is_ascii = self.data.isascii()

    def read(self, node: Node, scope: Scope) -> None:
        """Collect everything in a node."""
        raise NotImplementedError

    def read_children(self, node: Node, scope: Scope) -> None:
        """Collect everything in the parts of a node."""
        for child in node.named_children:
            self.read(child, scope)

    # ------------------------------------------------------------------------------------------ places and text

    def place(self, node: Node) -> Place:
        """Where a node is."""
        row, column = node.start_point
        if not self._is_ascii:
            line = self.data[node.start_byte - column : node.start_byte]
            column = len(line.decode("utf-8", "surrogateescape"))
        return Place(row + 1, column + 1, node.start_byte, node.end_byte)

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape")

    # ------------------------------------------------------------------------------------------ words

    def words(self, node: Node, scope: Scope) -> list[Word]:
        """The words below a node."""
        return [self.word(child, scope) for child in node.named_children if child.type in WORDS]

    def word(self, node: Node, scope: Scope) -> Word:
        """One word, and everything inside it."""
        return Word(self.text(node), tuple(_joined(self.parts(node, scope))), self.place(node))

    def unquoted(self, node: Node, scope: Scope) -> str:
        """The text of a pattern without its quotes."""
        literal = self.word(node, scope).literal
        return self.text(node) if literal is None else literal

    def parts(self, node: Node, scope: Scope) -> Iterator[Part]:
        """The pieces of a word."""
        kind = node.type
        if kind in {"simple_expansion", "expansion"}:
            yield from self.expansion(node, scope)
        elif kind in {"string", "translated_string", "concatenation"}:
            yield from self.pieces(node, scope)
        elif kind == "raw_string":
            yield self.text(node)[1:-1]
        elif kind in {"word", "number", "extglob_pattern", "regex"} and not node.named_children:
            yield _ESCAPED.sub(r"\1", self.text(node))
        else:
            if kind in {"ansi_c_string", "process_substitution", "brace_expression"}:
                self.constructs.append(Construct(kind, self.place(node)))
            inner = replace(scope, is_quoted=False, role=Role.OTHER)
            if kind in {"command_substitution", "process_substitution"}:
                inner = replace(
                    inner, role=Role.ARGUMENT, is_captured=True, redirections=(), heredoc=(), is_condition=False,
                    is_piped=False,
                )  # fmt: skip
            self.read_children(node, inner)
            yield None

    def pieces(self, node: Node, scope: Scope) -> Iterator[Part]:
        """The pieces of "…" or of a word that is put together."""
        is_string = node.type != "concatenation"
        inner = scope if scope.is_quoted or not is_string else replace(scope, is_quoted=True)
        start, end = (node.start_byte + 1, node.end_byte - 1) if is_string else (node.start_byte, node.end_byte)
        for child in node.named_children:
            if is_string and child.type in {"string_content", "string"}:
                continue
            if is_string and start < child.start_byte:
                yield self.quoted(start, child.start_byte)
            yield from self.parts(child, inner)
            start = child.end_byte
        if is_string and start < end:
            yield self.quoted(start, end)

    def quoted(self, start: int, end: int) -> str:
        """Text inside double quotes."""
        return _ESCAPED_IN_QUOTES.sub(r"\1", self.data[start:end].decode("utf-8", "surrogateescape"))

    def expansion(self, node: Node, scope: Scope) -> Iterator[Part]:
        """$NAME or ${NAME…}."""
        operator = ""
        name = next((child for child in node.named_children if child.type == "variable_name"), None)
        if node.type == "expansion":
            symbols = [child for child in node.children if not child.is_named and child.type not in {"${", "}", "$"}]
            operator = symbols[0].type if symbols else ""
            self.note_expansion(node, operator)
            inner = replace(scope, role=Role.OTHER)
            for child in node.named_children:
                if child != name:
                    self.read(child, inner)
        if name is None:
            yield None
            return
        found = Expansion(self.text(name), self.place(node), scope.is_quoted, scope.role, operator)
        self.expansions.append(found)
        yield found

    def note_expansion(self, node: Node, operator: str) -> None:
        """Remember ${…} that only bash knows."""
        kind = {"//": "replace", "/": "replace", "^": "case", "^^": "case", ",": "case", ",,": "case"}.get(operator)
        if operator == ":" or kind:
            self.constructs.append(Construct(kind or "substring", self.place(node)))
        elif operator == "!":
            self.constructs.append(Construct("indirect", self.place(node)))
        elif any(child.type == "subscript" for child in node.named_children):
            self.constructs.append(Construct("array", self.place(node)))

    # ------------------------------------------------------------------------------------------ redirections

    def redirects(self, node: Node, scope: Scope) -> Iterator[Redirection]:
        """The redirections of a node: one, or those behind a here-document."""
        if node.type == "heredoc_redirect":
            for child in node.named_children:
                if child.type in REDIRECTS:
                    yield from self.redirects(child, scope)
                elif child.type not in {"heredoc_start", "heredoc_body", "heredoc_end", "heredoc_content"}:
                    self.read(child, scope)
            return
        descriptor = next((self.text(child) for child in node.named_children if child.type == "file_descriptor"), "")
        operator = next((child.type for child in node.children if not child.is_named), "")
        if node.type == "herestring_redirect":
            self.constructs.append(Construct("<<<", self.place(node)))
        elif operator in {"&>", "&>>"}:
            self.constructs.append(Construct("&>", self.place(node)))
        target = next(iter(self.words(node, replace(scope, role=Role.TARGET))), None)
        found = Redirection(operator, descriptor, target, self.place(node))
        self.redirections.append(found)
        yield found

    def texts(self, node: Node) -> Iterator[Expansion]:
        """The variables in the text of a here-document."""
        scope = Scope(role=Role.TEXT, is_quoted=True)
        for body in (child for child in node.named_children if child.type == "heredoc_body"):
            for child in body.named_children:
                if child.type in WORDS:
                    yield from self.word(child, scope).expansions


def _joined(parts: Iterator[Part]) -> Iterator[Part]:
    """Neighbouring pieces of text as one."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield text
        text = ""
        yield part
    if text:
        yield text
