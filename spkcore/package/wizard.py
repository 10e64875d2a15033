"""Wizards: which files they are, and which answers they ask for (spk-format.md chapter 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spkcore.package.infokeys import languages
from spkcore.package.jsontext import JsonDocument, Node, join_pointer

FOLDER = "WIZARD_UIFILES"
SCHEMA = "wizard"
ACTIONS = ("install", "upgrade", "uninstall")
_FILE = re.compile(FOLDER + r"/(?P<action>install|upgrade|uninstall)_uifile(?:_(?P<language>[a-z]{3}))?(?P<sh>\.sh)?")


@dataclass(frozen=True, slots=True)
class WizardFile:
    """What the name of a wizard file says. `language` is a DSM code, or empty for the file of all other users."""

    action: str
    language: str = ""
    is_script: bool = False

    @property
    def path(self) -> str:
        """Its path in the package."""
        language = f"_{self.language}" if self.language else ""
        return f"{FOLDER}/{self.action}_uifile{language}{'.sh' if self.is_script else ''}"

    @property
    def language_name(self) -> str:
        """The language in words; empty for the file of all other users."""
        return languages().get(self.language, self.language)


@dataclass(frozen=True, slots=True)
class WizardKey:
    """One answer: the environment variable that scripts get, the type of its field, and where it stands."""

    name: str
    type: str
    pointer: str


def wizard_file(path: str) -> WizardFile | None:
    """What kind of wizard file `path` is; None for other files, which DSM ignores."""
    match = _FILE.fullmatch(path)
    return WizardFile(match["action"], match["language"] or "", bool(match["sh"])) if match else None


def wizard_keys(document: JsonDocument) -> list[WizardKey]:
    """The answers that the pages of a wizard ask for, in order, as often as they stand there."""
    return [key for pointer, item in _items(document) for key in _keys_of_item(pointer, item)]


def _items(document: JsonDocument) -> Iterator[tuple[str, Node]]:
    pages = document.root.items if document.root else ()
    for page_index, page in enumerate(pages):
        member = page.find("items")
        for index, item in enumerate(member.node.items if member else ()):
            yield join_pointer("", page_index, "items", index), item


def _keys_of_item(pointer: str, item: Node) -> Iterator[WizardKey]:
    kind, subitems = item.find("type"), item.find("subitems")
    for index, subitem in enumerate(subitems.node.items if subitems else ()):
        key = subitem.find("key")
        if kind and key and isinstance(key.node.scalar, str):
            place = join_pointer(pointer, "subitems", index, "key")
            yield WizardKey(key.node.scalar, str(kind.node.scalar), place)
