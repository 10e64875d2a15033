"""The answers that the wizards of a package ask for: the variable, its page and field, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from spkcore.base.errors import UnreadableError
from spkcore.package import jsontext
from spkcore.package.entries import Entry, Kind
from spkcore.package.findings import decode
from spkcore.package.wizard import FOLDER, WizardPage, text_of, wizard_file, wizard_pages

_KEY = re.compile(r'\\?"key\\?"\s*:\s*\\?"([A-Za-z_][A-Za-z0-9_]*)\\?"')
_LARGEST = 1 << 20
"""Bytes of a wizard file that is looked through."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of one wizard file. `page` and `field` are what people read there, `kind` is the type of the field
    (textfield, combobox …); all three are empty where a script prints the wizard. Lines and columns count from 1."""

    name: str
    path: str
    page: str = ""
    field: str = ""
    kind: str = ""
    line: int = 0
    column: int = 0


def answers(entries: Mapping[str, Entry]) -> Iterator[Answer]:
    """What all wizards ask for, file by file, each key once in a file."""
    for path in wizard_paths(entries):
        content = entries[path].content
        if content is not None and content.size <= _LARGEST:
            try:
                yield from _answers(path, decode(content.read()))
            except UnreadableError:
                continue


def wizard_paths(entries: Mapping[str, Entry]) -> Iterable[str]:
    """The wizard files of a package."""
    return [path for path in entries if path.startswith(f"{FOLDER}/") and _is_wizard(path, entries[path])]


def wizard_keys(text: str) -> list[str]:
    """The keys that a wizard file asks for, each once, in order; works on JSON and on scripts that print it."""
    return list(dict.fromkeys(_KEY.findall(text)))


def _is_wizard(path: str, entry: Entry) -> bool:
    return entry.kind is Kind.FILE and wizard_file(path) is not None


@lru_cache(maxsize=256)
def _answers(path: str, text: str) -> tuple[Answer, ...]:
    described = {} if path.endswith(".sh") else _described(text)
    found: dict[str, Answer] = {}
    for match in _KEY.finditer(text):
        name = match[1]
        if name not in found:
            line = text.count("\n", 0, match.start(1)) + 1
            column = match.start(1) - text.rfind("\n", 0, match.start(1))
            found[name] = Answer(name, path, *described.get(name, ("", "", "")), line, column)
    return tuple(found.values())


def _described(text: str) -> dict[str, tuple[str, str, str]]:
    """Page, field and type by key."""
    found: dict[str, tuple[str, str, str]] = {}
    for page in wizard_pages(jsontext.parse(text.removeprefix("\ufeff"))):
        for name, words in _fields(page):
            found.setdefault(name, words)
    return found


def _fields(page: WizardPage) -> Iterator[tuple[str, tuple[str, str, str]]]:
    for group in page.groups:
        about = text_of(group.node, "desc")
        for field in group.fields:
            yield field.key, (page.title, text_of(field.node, "desc") or about, field.type)
