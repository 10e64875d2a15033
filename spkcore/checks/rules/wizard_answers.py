"""Rules about the answers of wizards: whether all languages ask for the same, and whether anything uses them (4.6)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from spkcore.checks.memory import memory
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.jsonparts import document, hit_at
from spkcore.checks.rules.wizard_code import scripts_of
from spkcore.checks.rules.wizard_fields import SELECTS, is_usable
from spkcore.checks.rules.wizard_reading import below, json_wizards, pages
from spkcore.checks.subject import PAYLOAD_PREFIX, Subject
from spkcore.package.wizard import ACTIONS, FOLDER, WizardField, WizardGroup, wizard_file

_WORD = re.compile(r"[A-Za-z0-9_]+")
_NAME = re.compile(r"[\w.+-]+")
_WHOLE_ENVIRONMENT = re.compile(
    r"(?m)(?:^|[;&|(`]|\$\()[ \t]*(?:env|printenv|set|export(?:[ \t]+-p)?|declare[ \t]+-[px]+)[ \t]*(?:$|[|>;)`])"
)
"""A command that lists all variables, so that any answer may go anywhere."""
_USERS = ("scripts/", "conf/", FOLDER + "/")
_MOST_PROGRAMS = 200
"""Payload files that scripts name and that are read; a package whose scripts name more is left alone."""


@rule("W017")
def languages_differ(subject: Subject) -> Iterator[Hit]:
    """The scripts find other variables, depending on the language of the user."""
    for action in ACTIONS:
        found = [
            path for path in json_wizards(subject) if _action(path) == action and document(subject, path).is_readable
        ]
        first = min(found, key=_rank, default="")
        expected = frozenset(_keys(subject, first)) if first else frozenset()
        others = [path for path in found if path != first]
        yield from subject.per_file(others, _other_keys, first, expected)


def _other_keys(subject: Subject, path: str, first: str, expected: frozenset[str]) -> Iterator[Hit]:
    found = frozenset(_keys(subject, path))
    if found != expected:
        missing, more = ", ".join(sorted(expected - found)), ", ".join(sorted(found - expected))
        variant = "both" if missing and more else "more" if more else ""
        yield hit(path, variant=variant, missing=missing, more=more, first=first.rpartition("/")[2])


def _action(path: str) -> str:
    wizard = wizard_file(path)
    return wizard.action if wizard else ""


def _rank(path: str) -> tuple[bool, bool, str]:
    """The file for all users comes first, then the English one."""
    return path != f"{FOLDER}/{_action(path)}_uifile", not path.endswith("_enu"), path


def _keys(subject: Subject, path: str) -> Iterator[str]:
    return (field.key for page in pages(subject, path) for field in page.fields if field.key)


@rule("W018")
def answer_not_used(subject: Subject) -> Iterator[Hit]:
    """A question whose answer nothing reads only costs time."""
    uses = _Uses(subject)
    reported: set[str] = set()
    for path in sorted(json_wizards(subject), key=_rank):
        for page in pages(subject, path):
            for group in page.groups:
                dead = [field for field in _dead(group, uses) if field.key not in reported]
                reported.update(field.key for field in dead)
                for field in dead:
                    yield hit_at(path, document(subject, path), below(field, "key"), key=field.key)


def _dead(group: WizardGroup, uses: _Uses) -> list[WizardField]:
    """The fields of a group whose answers nothing uses. One option of a single choice stands for all of them.

    Hidden fields ask nobody, a key that no variable can have is another rule's matter, and a select field with a rule
    is there to hold people back, not to be read.
    """
    asking = [field for field in group.fields if is_usable(field.key) and not field.is_hidden]
    if group.type == "singleselect" and any(uses.has(field.key) for field in group.fields):
        return []
    is_gate = group.type in SELECTS
    dead = [field for field in asking if not (is_gate and field.validator) and not uses.has(field.key)]
    return dead[:1] if group.type == "singleselect" else dead


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one file, its words as names of files ("setup.py"), and whether it lists all variables."""

    words: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    takes_all: bool = False


@dataclass
class _Uses:
    """Everything in the package that can use an answer."""

    subject: Subject

    def has(self, key: str) -> bool:
        """Whether something uses the answer, as a whole name or put together from a start of it and more."""
        pieces = key.split("_")
        starts = {"_".join(pieces[:count]) + "_" for count in range(1, len(pieces))}
        return self._all.takes_all or not self._all.words.isdisjoint({key, *starts})

    @cached_property
    def _all(self) -> _Words:
        asking = set(json_wizards(self.subject))
        near = _together(
            _words(self.subject, path)
            for path in self.subject.outside
            if path.startswith(_USERS) and path not in asking and self.subject.is_file(path)
        )
        return _together([near, *self._code(asking), *self._programs(near.names)])

    def _code(self, asking: set[str]) -> Iterator[_Words]:
        """The JavaScript of the wizards: fields that others are compared with are used."""
        for path in asking:
            for _pointer, code in scripts_of(pages(self.subject, path)):
                yield _Words(frozenset(_WORD.findall(code)))

    def _programs(self, names: frozenset[str]) -> Iterator[_Words]:
        """The payload files that scripts name: they may be sourced, or run with the same variables."""
        by_name = self.subject.per_payload(_by_name)
        called = [path for name in names & by_name.keys() for path in by_name[name]]
        if len(called) > _MOST_PROGRAMS:
            yield _Words(takes_all=True)
            return
        for path in called:
            yield _words(self.subject, path)


def _together(files: Iterable[_Words]) -> _Words:
    found = list(files)
    words = frozenset[str]().union(*(file.words for file in found))
    names = frozenset[str]().union(*(file.names for file in found))
    return _Words(words, names, any(file.takes_all for file in found))


def _words(subject: Subject, path: str) -> _Words:
    return memory.get(("words", path), subject.entries.get(path), lambda: _read_words(subject, path))


def _read_words(subject: Subject, path: str) -> _Words:
    """The words of a file. A text that is not known uses everything; programs in machine code use nothing."""
    if path.startswith(PAYLOAD_PREFIX) and b"\0" in subject.head(path):
        return _Words()
    if subject.entries[path].size and not subject.data(path):
        return _Words(takes_all=True)
    text = subject.text(path)
    words = frozenset(_WORD.findall(text))
    return _Words(words, frozenset(_NAME.findall(text)), bool(_WHOLE_ENVIRONMENT.search(text)))


def _by_name(subject: Subject) -> dict[str, list[str]]:
    """The payload files by their names."""
    found: dict[str, list[str]] = {}
    for path in subject.payload.files:
        found.setdefault(path.rpartition("/")[2], []).append(path)
    return found
