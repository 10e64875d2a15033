"""Wizards in several languages: what one lacks that the general file has, and how it gets it, without losing a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spkcore.package.changes import Entries
from spkcore.package.entries import Kind
from spkcore.package.infokeys import languages
from spkcore.package.jsontext import JsonDocument
from spkcore.package.wizard import ACTIONS, WizardFile, WizardPage, wizard_file, wizard_pages
from spkcore.package.wizardedit import all_keys, index_of, insert_text, list_of, parent, text_at
from spkcore.package.wizardkeys import plain_text


@dataclass(frozen=True, slots=True)
class Lack:
    """A page or field that another file has. `pointer` is where it stands there, `name` its title or key."""

    kind: str
    pointer: str
    name: str


def files_of(entries: Entries, action: str) -> list[WizardFile]:
    """The files of one wizard that hold JSON: the general one first, then the languages in their usual order."""
    found = [
        wizard
        for path, entry in entries.items()
        if entry.kind is not Kind.DIRECTORY and (wizard := wizard_file(path)) and wizard.action == action
    ]
    order = ["", *languages()]
    known = [wizard for wizard in found if not wizard.is_script]
    return sorted(known, key=lambda wizard: (_rank(order, wizard.language), wizard.language))


def wizards_of(entries: Entries) -> list[str]:
    """The wizards that the package has in any language, as JSON or script."""
    found = {wizard.action for path in entries if (wizard := wizard_file(path))}
    return [action for action in ACTIONS if action in found]


def lacks(general: JsonDocument, other: JsonDocument) -> list[Lack]:
    """What `general` has and `other` lacks: pages, known by the keys on them or (without any) by their number, and
    fields, known by their keys."""
    keys = set(all_keys(other))
    missing = list(_missing_pages(wizard_pages(general), wizard_pages(other), keys))
    gone = {page.pointer for page in missing}
    found = [Lack("page", page.pointer, plain_text(page.title) or page.pointer[1:]) for page in missing]
    for page in wizard_pages(general):
        if page.pointer not in gone:
            found.extend(
                Lack("field", field.pointer, field.key) for field in page.fields if field.key and field.key not in keys
            )
    return found


def with_lacks(other: JsonDocument, general: JsonDocument) -> JsonDocument:
    """With copies of all that `lacks` names, each where it stands in `general`."""
    for lack in lacks(general, other):
        if lack.kind == "page":
            count = len(wizard_pages(other))
            other, _ = insert_text(other, "", text_at(general, lack.pointer), min(index_of(lack.pointer), count))
        elif lack.name not in all_keys(other):
            other = _with_field(other, general, lack.pointer)
    return other


def _with_field(other: JsonDocument, general: JsonDocument, pointer: str) -> JsonDocument:
    """Into the item that has the fields beside it, else with its item into the page that has others of its page."""
    keys = {field.key: field.pointer for page in wizard_pages(other) for field in page.fields if field.key}
    siblings = {field.key: field.pointer for page in wizard_pages(general) for field in page.fields if field.key}
    beside = [key for key, place in siblings.items() if parent(place) == parent(pointer) and key in keys]
    if beside:
        return insert_text(other, list_of(parent(keys[beside[-1]])), text_at(general, pointer), index_of(pointer))[0]
    page = parent(parent(pointer))
    near = [key for key, place in siblings.items() if parent(parent(place)) == page and key in keys]
    pages = wizard_pages(other)
    target = parent(parent(keys[near[-1]])) if near else pages[min(index_of(page), len(pages) - 1)].pointer
    item = parent(pointer)
    return insert_text(other, list_of(target), text_at(general, item), index_of(item))[0]


def _missing_pages(
    general: tuple[WizardPage, ...], other: tuple[WizardPage, ...], keys: set[str]
) -> Iterator[WizardPage]:
    without_keys = sum(not _keys(page) for page in other)
    for page in general:
        mine = _keys(page)
        if mine:
            if not mine & keys:
                yield page
        elif without_keys:
            without_keys -= 1
        else:
            yield page


def _keys(page: WizardPage) -> set[str]:
    return {field.key for field in page.fields if field.key}


def _rank(order: list[str], code: str) -> int:
    return order.index(code) if code in order else len(order)
