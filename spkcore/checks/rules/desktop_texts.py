"""Rules about the translated texts of the desktop folder (spk-format.md 5.5)."""

from __future__ import annotations

from collections.abc import Iterator

from spkcore.checks.memory import memory
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.deskentries import ConfigEntry, config_entries
from spkcore.checks.rules.jsonparts import hit_at, is_known, items_at, text_at
from spkcore.checks.subject import Subject
from spkcore.package.findings import Severity
from spkcore.package.infokeys import languages
from spkcore.package.texts import DEFAULT_LANGUAGE, FOLDER, NAME, Texts, reference

_SHOWN = 3
"""Keys that a message names; the others are counted."""


def strings(subject: Subject, path: str) -> Texts:
    """The texts of one language."""
    return memory.get(("strings", path), subject.entries.get(path), lambda: Texts.parse(subject.data(path)))


def default_strings(path: str) -> str:
    """The file of the default language beside the one at `path`."""
    return "/".join([*path.split("/")[:-2], DEFAULT_LANGUAGE, NAME])


@rule("U013")
def text_missing(subject: Subject) -> Iterator[Hit]:
    """People see the key instead of the text."""
    folders = dict.fromkeys(_folder(item) for item in config_entries(subject))
    for item in config_entries(subject):
        path = f"{_folder(item)}/{DEFAULT_LANGUAGE}/{NAME}"
        if not _has_texts(subject, item) or (path in subject.entries and not is_known(subject, path)):
            continue
        for pointer, key in _references(item):
            if key not in strings(subject, path):
                shown = path.removeprefix(item.folder + "/")
                yield hit_at(item.path, item.document, pointer, key=key, file=shown, fixable=False)
    for folder in folders:
        yield from _translations(subject, folder)


def _translations(subject: Subject, folder: str) -> Iterator[Hit]:
    default = f"{folder}/{DEFAULT_LANGUAGE}/{NAME}"
    if not is_known(subject, default):
        return
    wanted = strings(subject, default).texts
    for code in languages():
        path = f"{folder}/{code}/{NAME}"
        if code == DEFAULT_LANGUAGE or not is_known(subject, path):
            continue
        texts = strings(subject, path).texts
        missing = [key for key in wanted if key not in texts]
        if missing:
            yield hit(path, variant="language", keys=_listed(missing), count=len(missing))
        foreign = [key for key in texts if key not in wanted]
        if foreign:
            line = texts[foreign[0]].line
            extra = _listed(foreign)
            yield hit(path, line, 1, variant="extra", severity=Severity.INFO, keys=extra, fixable=False)


def _listed(keys: list[str]) -> str:
    more = len(keys) - _SHOWN
    return ", ".join(keys[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _folder(item: ConfigEntry) -> str:
    return f"{item.folder}/{item.text('texts').strip('/') or FOLDER}"


def _has_texts(subject: Subject, item: ConfigEntry) -> bool:
    """Whether the entry means texts at all: it names their folder, or the folder is there."""
    below = _folder(item) + "/"
    return bool(item.text("texts")) or any(path.startswith(below) for path in _text_files(subject))


def _text_files(subject: Subject) -> tuple[str, ...]:
    return subject.per_payload(_named_strings)


def _named_strings(subject: Subject) -> tuple[str, ...]:
    return tuple(path for path in subject.payload.entries if path.endswith("/" + NAME))


def _references(item: ConfigEntry) -> Iterator[tuple[str, str]]:
    """The places of an entry that name a text."""
    pointers = [f"{item.entry.pointer}/{name}" for name in ("title", "desc")]
    pointers.extend(pointer for pointer, _ in items_at(item.document, f"{item.entry.pointer}/preloadTexts"))
    for pointer in pointers:
        key = reference(text_at(item.document, pointer))
        if key:
            yield pointer, key
