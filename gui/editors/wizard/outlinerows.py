"""The rows of the outline of a wizard, page by page; pages whose text did not change keep theirs."""

from __future__ import annotations

from dataclasses import dataclass

from gui.editors.wizard import members
from gui.qt.i18n import tr
from spkcore.package.jsontext import JsonDocument, Node, join_pointer
from spkcore.package.wizard import is_vue, text_of
from spkcore.package.wizardedit import FIELD, ITEM, PAGE, SELECTS
from spkcore.package.wizardkeys import plain_text

_BELOW = {PAGE: "items", ITEM: "subitems"}
_NEXT = {PAGE: ITEM, ITEM: FIELD}


@dataclass(frozen=True, slots=True)
class OutlineNode:
    """One row of the outline. `kind` as in `wizardedit.kind_of`; `note` is the key of a field, or the type; `label` is
    the text that F2 edits."""

    pointer: str
    kind: str
    title: str
    note: str
    label: str = ""
    children: tuple[OutlineNode, ...] = ()


class OutlineRows:
    """Makes the rows of one document after the other."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], OutlineNode] = {}

    def rows(self, document: JsonDocument) -> list[OutlineNode]:
        """Pages, items and fields, as far as they are objects. What did not change is the same object as before."""
        found: dict[tuple[str, str], OutlineNode] = {}
        for at, node in enumerate(document.root.items if document.root is not None else ()):
            if node.kind == "object":
                pointer = join_pointer("", at)
                key = pointer, document.text[node.start : node.end]
                found[key] = self._known.get(key) or _row(pointer, node, PAGE, "")
        self._known = found
        return list(found.values())


def kind_in_words(kind: str, level: str) -> str:
    """What a page, item or field is."""
    if level == FIELD and kind in SELECTS:
        return tr("Option")
    return members.type_names().get(kind) or tr("Unknown type {name}", name=kind)


def label_of(node: Node, level: str) -> str:
    """The text that names it in the file."""
    return text_of(node, "step_title" if level == PAGE else "desc")


def title_of(pointer: str, node: Node, level: str, kind: str) -> str:
    """What a page, item or field is called: its text without HTML."""
    text = plain_text(label_of(node, level))
    if text or level == FIELD:
        return text or text_of(node, "key") or tr("Field")
    if level == PAGE:
        return text_of(node, "custom_render_name") or tr("Page {number}", number=int(pointer[1:]) + 1)
    return kind_in_words(kind, level)


def _row(pointer: str, node: Node, level: str, above: str) -> OutlineNode:
    kind = _kind(node, level, above)
    title = title_of(pointer, node, level, kind)
    return OutlineNode(
        pointer, kind, title, _note(node, level, kind), label_of(node, level), _below(pointer, node, level, kind)
    )


def _below(pointer: str, node: Node, level: str, kind: str) -> tuple[OutlineNode, ...]:
    member = node.find(_BELOW[level]) if level in _BELOW else None
    if member is None:
        return ()
    holder = join_pointer(pointer, member.name)
    places = ((f"{holder}/{at}", item) for at, item in enumerate(member.node.items) if item.kind == "object")
    return tuple(_row(place, item, _NEXT[level], kind) for place, item in places)


def _kind(node: Node, level: str, above: str) -> str:
    if level == PAGE:
        return "vue" if is_vue(node) else PAGE
    return above if level == FIELD else text_of(node, "type") or "text"


def _note(node: Node, level: str, kind: str) -> str:
    if level == FIELD:
        return text_of(node, "key")
    return kind_in_words(kind, level) if kind not in {PAGE, "text"} else ""
