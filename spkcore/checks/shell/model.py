"""What a shell script consists of: commands, words, assignments, functions and cases with their places.

`spkcore.checks.shell.parse` makes these out of text. Lines and columns count characters from 1; `start` and `end` are
offsets in bytes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

_MOST_STEPS = 8
"""How deep variables are followed that hold other variables."""


class Role(StrEnum):
    """Where a variable is read. The shell splits an unquoted value only in arguments, tests and lists."""

    ARGUMENT = "argument"
    TEST = "test"
    """Inside [ ], or an argument of test."""
    CONDITION = "condition"
    """Inside [[ ]]."""
    VALUE = "value"
    """The value of an assignment."""
    TARGET = "target"
    """The file of a redirection."""
    SUBJECT = "subject"
    """The word that case looks at."""
    TEXT = "text"
    """The text of a here-document."""
    LIST = "list"
    """The words that for goes through."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of the script."""

    line: int
    column: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Expansion:
    """`$NAME` or `${NAME…}`. `operator` is what follows the name (":-", ":?", "%") or "#" for a length."""

    name: str
    place: Place
    is_quoted: bool
    role: Role
    operator: str = ""


Part = str | Expansion | None
"""A piece of a word: known text, a variable, or what is only known at run time."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command, with quotes taken away in `parts`. `text` is how it is written."""

    text: str
    parts: tuple[Part, ...]
    place: Place

    @property
    def literal(self) -> str | None:
        """Its value; None where that is only known at run time."""
        return _joined(self.parts)

    @property
    def expansions(self) -> tuple[Expansion, ...]:
        """The variables in it."""
        return tuple(part for part in self.parts if isinstance(part, Expansion))


@dataclass(frozen=True, slots=True)
class Redirection:
    """`>file`: `descriptor` is the number in front ("" if none), `target` the file, or None for a here-document."""

    operator: str
    descriptor: str
    target: Word | None
    place: Place

    @property
    def writes(self) -> bool:
        """Whether it writes into a file."""
        return self.target is not None and self.operator in {">", ">>", "&>", "&>>", ">|"}


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command. `words` starts with its name; [ ] and [[ ]] are commands of that name. `name` is the name
    without the folder, empty where it is only known at run time.

    `guards` are the conditions that decide whether it runs, as text; `function` is the function it stands in.
    `is_condition`: its status decides what runs next; `is_piped`: its output goes into another command;
    `is_captured`: it stands in $(…).
    """

    name: str
    words: tuple[Word, ...]
    redirections: tuple[Redirection, ...]
    place: Place
    function: str = ""
    guards: tuple[str, ...] = ()
    is_condition: bool = False
    is_piped: bool = False
    is_captured: bool = False
    heredoc: tuple[Expansion, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """A variable gets a value: by NAME=…, export, local, for or read. `value` is None where there is none."""

    name: str
    value: Word | None
    place: Place
    guards: tuple[str, ...] = ()


class End(StrEnum):
    """How a status becomes the one of a script."""

    LAST = "last"
    AND = "and"
    """The left side of `a && b` in the last place: if it fails, so does the script."""


@dataclass(frozen=True, slots=True)
class Ending:
    """One command whose status may become that of the script or function."""

    command: Command
    kind: End = End.LAST


@dataclass(frozen=True, slots=True)
class Function:
    """A function; `place` is all of it, `endings` the commands that give it its status."""

    name: str
    place: Place
    endings: tuple[Ending, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch of a case; `patterns` as they are written, quotes taken away."""

    patterns: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Case:
    """A case statement."""

    subject: Word
    branches: tuple[Branch, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Construct:
    """Syntax that only bash and its like know; `kind` is a key of the table shell.constructs."""

    kind: str
    place: Place


@dataclass(frozen=True)
class ShellScript:
    """A script that was read. `data` are the bytes that the offsets count (line ends as LF).

    `has_errors` says that the reader did not understand all of it: then what is there may be incomplete.
    """

    data: bytes
    commands: tuple[Command, ...] = ()
    functions: tuple[Function, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    redirections: tuple[Redirection, ...] = ()
    cases: tuple[Case, ...] = ()
    constructs: tuple[Construct, ...] = ()
    endings: tuple[Ending, ...] = ()
    has_errors: bool = False

    @cached_property
    def constants(self) -> Mapping[str, Word]:
        """The variables that get a value in one place only, whatever the circumstances."""
        counted: dict[str, list[Assignment]] = {}
        for item in self.assignments:
            counted.setdefault(item.name, []).append(item)
        single = ((name, found[0]) for name, found in counted.items() if len(found) == 1)
        return {name: item.value for name, item in single if item.value is not None and not item.guards}

    @cached_property
    def function_names(self) -> frozenset[str]:
        """The names of its functions."""
        return frozenset(item.name for item in self.functions)

    @cached_property
    def given(self) -> frozenset[str]:
        """The names of all variables that it gives a value."""
        return frozenset(item.name for item in self.assignments)

    @cached_property
    def used(self) -> frozenset[str]:
        """The names of all variables that it reads."""
        return frozenset(item.name for item in self.expansions)

    def parts(self, word: Word) -> tuple[Part, ...]:
        """The parts of a word, with the values of constants put in."""
        if not word.expansions:
            return word.parts
        return tuple(self._resolved(word, _MOST_STEPS))

    def value(self, word: Word) -> str | None:
        """The value of a word, where it is known."""
        return _joined(self.parts(word))

    def beginning(self, word: Word) -> str:
        """The value of a word as far as it is known from its start: "/etc/" of "/etc/$NAME"."""
        known = []
        for part in self.parts(word):
            if not isinstance(part, str):
                break
            known.append(part)
        return "".join(known)

    def file_name(self, word: Word) -> str:
        """The last name of a path, where it is known: "common" of "$(dirname "$0")/common"."""
        parts = self.parts(word)
        last = parts[-1] if parts else None
        name = last.rpartition("/")[2] if isinstance(last, str) else ""
        return name if len(parts) == 1 or "/" in str(last) else ""

    def sourced(self) -> Iterator[Word]:
        """The files that it reads in with `.` or `source`."""
        for command in self.commands:
            if command.name in {".", "source"} and len(command.words) > 1:
                yield command.words[1]

    def inside(self, place: Place) -> Iterator[Command]:
        """The commands that stand in this piece."""
        return (item for item in self.commands if place.start <= item.place.start < place.end)

    def function(self, name: str) -> Function | None:
        """The function of this name."""
        return next((item for item in self.functions if item.name == name), None)

    def program(self, command: Command) -> str:
        """The name of the program that a command runs, also where a constant holds it (RM="/bin/rm -rf")."""
        if command.name or not command.words:
            return command.name
        return posixpath.basename((self.value(command.words[0]) or "").split(" ", 1)[0].strip())

    def _resolved(self, word: Word, steps: int) -> Iterator[Part]:
        for part in word.parts:
            if isinstance(part, Expansion) and not part.operator and steps and part.name in self.constants:
                yield from self._resolved(self.constants[part.name], steps - 1)
            else:
                yield part


def _joined(parts: tuple[Part, ...]) -> str | None:
    """The text of the parts; None where one of them is not known."""
    if len(parts) == 1:
        return parts[0] if isinstance(parts[0], str) else None
    pieces = [part for part in parts if isinstance(part, str)]
    return "".join(pieces) if len(pieces) == len(parts) else None
