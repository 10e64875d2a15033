"""Reads the statements of a shell script: commands, conditions, loops, cases and functions."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from spkcore.checks.shell.endings import endings
from spkcore.checks.shell.model import Assignment, Branch, Case, Command, Construct, Function, Redirection, Role, Word
from spkcore.checks.shell.words import REDIRECTS, TESTS, WORDS, Scope, WordReader

if TYPE_CHECKING:
    from tree_sitter import Node

_DEEPEST = 60
"""Levels of nesting that are read; scripts of people stay below 30."""


@dataclass
class StatementReader(WordReader):
    """Collects what a tree holds, from top to bottom."""

    commands: dict[int, Command] = field(default_factory=dict)
    functions: list[Function] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    depth: int = 0

    def read(self, node: Node, scope: Scope) -> None:
        """Collect everything in a statement."""
        kind = node.type
        if kind == "ERROR" or self.depth > _DEEPEST:
            return
        self.depth += 1
        reader = _READERS.get(kind)
        if reader is not None:
            reader(self, node, scope)
        elif kind in WORDS:
            self.word(node, scope)
        else:
            self.read_children(node, scope)
        self.depth -= 1

    def read_command(self, node: Node, scope: Scope) -> None:
        """A simple command."""
        words, redirections = [], list(scope.redirections)
        role = Role.ARGUMENT
        for child in node.named_children:
            if child.type == "command_name":
                words.extend(self.words(child, scope))
                role = Role.TEST if words and words[0].literal == "test" else Role.ARGUMENT
            elif child.type in REDIRECTS:
                redirections.extend(self.redirects(child, scope))
            elif child.type in WORDS:
                words.append(self.word(child, scope if role is scope.role else replace(scope, role=role)))
            else:
                self.read(child, scope)
        self.add_command(node, words, redirections, scope)
        self.note_read(words)

    def read_test(self, node: Node, scope: Scope) -> None:
        """[ … ], [[ … ]] or (( … ))."""
        opening = self.text(node)[:2]
        if opening == "((":
            self.constructs.append(Construct("((", self.place(node)))
            self.read_children(node, replace(scope, role=Role.OTHER))
            return
        name = "[[" if opening == "[[" else "["
        if name == "[[":
            self.constructs.append(Construct("[[", self.place(node)))
        role = Role.CONDITION if name == "[[" else Role.TEST
        place = self.place(node)
        words = [Word(name, (name,), place), *self.operands(node, replace(scope, role=role))]
        self.add_command(node, words, list(scope.redirections), scope)
        if name == "[" and any(word.text == "==" for word in words):
            self.constructs.append(Construct("==", place))

    def operands(self, node: Node, scope: Scope, depth: int = 0) -> Iterator[Word]:
        """The words of a test in their order, operators too."""
        for child in node.children:
            if child.type in WORDS:
                yield self.word(child, scope)
            elif child.type in TESTS:
                yield from self.operands(child, scope, depth + 1) if depth < _DEEPEST else ()
            elif child.type not in {"[", "]", "[[", "]]"} and not child.is_error:
                text = self.text(child)
                yield Word(text, (text,), self.place(child))

    def read_declaration(self, node: Node, scope: Scope) -> None:
        """Export, local, readonly, declare."""
        keyword = self.text(node.children[0])
        if keyword in {"declare", "typeset"}:
            self.constructs.append(Construct(keyword, self.place(node)))
        first = Word(keyword, (keyword,), self.place(node.children[0]))
        words = [first]
        for child in node.named_children:
            if child.type == "variable_name":
                text = self.text(child)
                words.append(Word(text, (text,), self.place(child)))
            elif child.type in WORDS:
                words.append(self.word(child, scope))
            else:
                self.read(child, scope)
        self.add_command(node, words, list(scope.redirections), scope)

    def read_assignment(self, node: Node, scope: Scope) -> None:
        """NAME=value."""
        name = node.child_by_field_name("name")
        value = node.child_by_field_name("value")
        word = None
        if value is not None and value.type == "array":
            self.constructs.append(Construct("array", self.place(node)))
            self.read_children(value, replace(scope, role=Role.LIST))
        elif value is not None:
            word = self.word(value, replace(scope, role=Role.VALUE))
        else:
            word = Word("", (), self.place(node))
        if name is not None:
            target = name.child_by_field_name("name") or name
            self.assignments.append(Assignment(self.text(target), word, self.place(node), scope.guards))

    def read_redirected(self, node: Node, scope: Scope) -> None:
        """A statement with redirections behind it. Those behind `a && b` and `a | b` belong to `b` alone."""
        found = [
            item for child in node.named_children if child.type in REDIRECTS for item in self.redirects(child, scope)
        ]
        texts = tuple(
            item for child in node.named_children if child.type == "heredoc_redirect" for item in self.texts(child)
        )
        is_piped = scope.is_piped or any(
            inner.type == "pipeline" for child in node.named_children for inner in child.named_children
            if child.type == "heredoc_redirect"
        )  # fmt: skip
        body = node.child_by_field_name("body")
        if body is None:
            self.add_command(node, [], [*scope.redirections, *found], scope)
            return
        inner = replace(scope, redirections=(*scope.redirections, *found), heredoc=texts, is_piped=is_piped)
        if body.type in {"list", "pipeline"}:
            _READERS[body.type](self, body, replace(inner, redirections=scope.redirections, heredoc=()), inner)
        else:
            self.read(body, inner)

    def read_list(self, node: Node, scope: Scope, last: Scope | None = None) -> None:
        """A && b, a || b: the left side decides about the right one."""
        parts = [child for child in node.named_children if child.type != "comment"]
        if len(parts) != 2:
            self.read_children(node, scope)
            return
        self.read(parts[0], replace(scope, is_condition=True))
        right = last or scope
        self.read(parts[1], replace(right, guards=(*right.guards, self.text(parts[0]))))

    def read_pipeline(self, node: Node, scope: Scope, last: Scope | None = None) -> None:
        """A | b: all but the last are piped."""
        parts = [child for child in node.named_children if child.type != "comment"]
        for child in parts[:-1]:
            self.read(child, replace(scope, is_piped=True))
        if parts:
            self.read(parts[-1], last or scope)

    def read_if(self, node: Node, scope: Scope) -> None:
        """If, elif, while and until: the condition guards all that follows."""
        condition = node.child_by_field_name("condition") or next(iter(node.named_children), None)
        inner = scope
        for child in node.named_children:
            if child == condition:
                self.read(child, replace(scope, is_condition=True, redirections=()))
                inner = replace(scope, guards=(*scope.guards, self.text(child)))
            else:
                self.read(child, inner)

    def read_for(self, node: Node, scope: Scope) -> None:
        """For NAME in …; do."""
        variable = node.child_by_field_name("variable")
        if self.text(node).startswith("select"):
            self.constructs.append(Construct("select", self.place(node)))
        if variable is not None:
            self.assignments.append(Assignment(self.text(variable), None, self.place(variable), scope.guards))
        for child in node.named_children:
            if child.type in WORDS:
                self.word(child, replace(scope, role=Role.LIST))
            elif child != variable:
                self.read(child, scope)

    def read_counting_for(self, node: Node, scope: Scope) -> None:
        """For ((…))."""
        self.constructs.append(Construct("for ((", self.place(node)))
        self.read_children(node, replace(scope, role=Role.OTHER))

    def read_case(self, node: Node, scope: Scope) -> None:
        """Case … esac."""
        value = node.child_by_field_name("value")
        if value is None:
            return
        subject = self.word(value, replace(scope, role=Role.SUBJECT))
        branches = []
        for item in node.named_children:
            if item.type != "case_item":
                continue
            patterns = item.children_by_field_name("value")
            names = tuple(self.unquoted(pattern, scope) for pattern in patterns)
            branches.append(Branch(names, self.place(item)))
            inner = replace(scope, guards=(*scope.guards, f"{subject.text} {'|'.join(names)}"))
            for child in item.named_children:
                if child not in patterns:
                    self.read(child, inner)
        self.cases.append(Case(subject, tuple(branches), self.place(node)))

    def read_function(self, node: Node, scope: Scope) -> None:
        """A function."""
        name = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        if name is None or body is None:
            return
        if self.text(node).startswith("function"):
            self.constructs.append(Construct("function", self.place(node)))
        self.read(body, replace(scope, function=self.text(name), is_condition=False))
        self.functions.append(Function(self.text(name), self.place(node), tuple(endings(body, self.commands))))

    def read_arithmetic_statement(self, node: Node, scope: Scope) -> None:
        """{ … } or (( … )): the reader calls both a compound statement."""
        if self.data[node.start_byte : node.start_byte + 2] == b"((":
            self.constructs.append(Construct("((", self.place(node)))
            scope = replace(scope, role=Role.OTHER)
        self.read_children(node, scope)

    # ------------------------------------------------------------------------------------------ commands

    def add_command(self, node: Node, words: list[Word], redirections: list[Redirection], scope: Scope) -> None:
        """Keep one command."""
        name = posixpath.basename(words[0].literal or "") if words else ""
        self.commands[node.id] = Command(
            name=name,
            words=tuple(words),
            redirections=tuple(redirections),
            place=self.place(node),
            function=scope.function,
            guards=scope.guards,
            is_condition=scope.is_condition,
            is_piped=scope.is_piped,
            is_captured=scope.is_captured,
            heredoc=scope.heredoc,
        )

    def note_read(self, words: list[Word]) -> None:
        """Remember the variables that read and getopts fill."""
        literal = words[0].literal if words else None
        if literal not in {"read", "getopts", "printf", "mapfile", "readarray"}:
            return
        for word in words[1:]:
            if word.literal and word.literal.isidentifier():
                self.assignments.append(Assignment(word.literal, None, word.place))


_READERS: dict[str, Callable[..., None]] = {
    "command": StatementReader.read_command,
    "test_command": StatementReader.read_test,
    "declaration_command": StatementReader.read_declaration,
    "variable_assignment": StatementReader.read_assignment,
    "redirected_statement": StatementReader.read_redirected,
    "list": StatementReader.read_list,
    "pipeline": StatementReader.read_pipeline,
    "if_statement": StatementReader.read_if,
    "elif_clause": StatementReader.read_if,
    "while_statement": StatementReader.read_if,
    "for_statement": StatementReader.read_for,
    "c_style_for_statement": StatementReader.read_counting_for,
    "case_statement": StatementReader.read_case,
    "function_definition": StatementReader.read_function,
    "compound_statement": StatementReader.read_arithmetic_statement,
}
