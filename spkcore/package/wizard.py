"""Wizards: which files they are, and which answers they ask for (spk-format.md chapter 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

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
class WizardField:
    """One field of a group (a "subitem"): its place in the file, its object, and the type of its group."""

    pointer: str
    node: Node
    type: str

    @property
    def key(self) -> str:
        """The environment variable that scripts get; empty where there is none."""
        return text_of(self.node, "key")

    @property
    def validator(self) -> Node | None:
        """The object with the rules for the input."""
        member = self.node.find("validator")
        return member.node if member and member.node.kind == "object" else None

    @property
    def is_hidden(self) -> bool:
        """Whether people never see it."""
        return is_set(self.node, "hidden")


@dataclass(frozen=True, slots=True)
class WizardGroup:
    """One entry of a page (an "item"): a plain text where `type` is empty, else fields of one type."""

    pointer: str
    node: Node
    type: str
    fields: tuple[WizardField, ...]


@dataclass(frozen=True, slots=True)
class WizardPage:
    """One page (a "step"). A page that a Vue bundle draws (DSM 7.2.2) has no groups."""

    pointer: str
    node: Node
    groups: tuple[WizardGroup, ...]

    @property
    def title(self) -> str:
        """Its headline."""
        return text_of(self.node, "step_title")

    @property
    def is_vue(self) -> bool:
        """Whether a Vue bundle draws it."""
        return is_vue(self.node)

    @property
    def fields(self) -> Iterator[WizardField]:
        """The fields of all its groups."""
        return (field for group in self.groups for field in group.fields)


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


@lru_cache(maxsize=16)
def wizard_pages(document: JsonDocument) -> tuple[WizardPage, ...]:
    """The pages of a wizard, as far as they are objects; pages, groups and fields of another kind are left out.

    One edit asks for them a dozen times: those of the last documents are remembered, which are immutable."""
    return tuple(_page(pointer, node) for pointer, node in _objects("", document.root))


def wizard_keys(document: JsonDocument) -> list[WizardKey]:
    """The answers that the pages of a wizard ask for, in order, as often as they stand there."""
    fields = (field for page in wizard_pages(document) for field in page.fields)
    return [
        WizardKey(field.key, field.type, join_pointer(field.pointer, "key"))
        for field in fields
        if field.type and field.key
    ]


def is_vue(page: Node) -> bool:
    """Whether a Vue bundle draws the page."""
    return page.find("custom_render_fn") is not None or page.find("custom_render_name") is not None


def text_of(node: Node, name: str) -> str:
    """The text of a member; empty where there is none, or no text."""
    member = node.find(name)
    return member.node.scalar if member and isinstance(member.node.scalar, str) else ""


def is_set(node: Node, name: str) -> bool:
    """Whether a flag counts as true in the dialog, where every text but the empty one does."""
    member = node.find(name)
    return bool(member and member.node.scalar)


def _page(pointer: str, node: Node) -> WizardPage:
    return WizardPage(pointer, node, tuple(_group(*item) for item in _children(pointer, node, "items")))


def _group(pointer: str, node: Node) -> WizardGroup:
    kind = text_of(node, "type")
    fields = (WizardField(place, field, kind) for place, field in _children(pointer, node, "subitems"))
    return WizardGroup(pointer, node, kind, tuple(fields))


def _children(pointer: str, node: Node, name: str) -> Iterator[tuple[str, Node]]:
    member = node.find(name)
    return _objects(join_pointer(pointer, name), member.node if member else None)


def _objects(pointer: str, node: Node | None) -> Iterator[tuple[str, Node]]:
    items = node.items if node else ()
    return ((join_pointer(pointer, index), item) for index, item in enumerate(items) if item.kind == "object")
