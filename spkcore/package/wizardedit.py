"""Edits of a wizard by its outline (pages, items, fields), as pure functions; everything else in the file stays.

Places are JSON pointers: "/0" is a page, "/0/items/1" an item, "/0/items/1/subitems/2" a field. What is moved or copied
is carried over as text, so that spelling, unknown members and comments inside it survive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from spkcore.base.errors import UsageError
from spkcore.base.reference import table
from spkcore.package import jsonedit
from spkcore.package.jsontext import JsonDocument, Node, join_pointer, parse, require_node, split_pointer
from spkcore.package.wizard import WizardField, is_vue, text_of, wizard_pages
from spkcore.package.wizardkeys import propose_key, unique_key

PAGE, ITEM, FIELD = "page", "item", "field"
SELECTS = frozenset({"singleselect", "multiselect"})
TYPES = ("textfield", "password", "singleselect", "multiselect", "combobox")

Edited = tuple[JsonDocument, str]
"""The new document, and where the thing stands in it."""

_LEVELS = {1: PAGE, 3: ITEM, 5: FIELD}
_PLACEHOLDER = "\u2063wizardedit\u2063"
_LINES = re.compile(r'"(?:[^"\\]|\\.)*"|\n[ \t]*', re.DOTALL)
"""Strings, which may hold raw line breaks, and the starts of lines outside of them."""
_COMMENTS = re.compile(r'"(?:[^"\\]|\\.)*"|//|/\*', re.DOTALL)
"""Strings, and the starts of comments outside of them."""


def level(pointer: str) -> str:
    """What stands at `pointer`: page, item or field; empty for every other place."""
    tokens = split_pointer(pointer)
    is_place = tokens[1:2] in ([], ["items"]) and tokens[3:4] in ([], ["subitems"])
    return _LEVELS.get(len(tokens), "") if is_place and all(map(str.isdecimal, tokens[::2])) else ""


def owner(pointer: str) -> str:
    """The page, item or field that the place belongs to; empty for the file itself."""
    tokens = split_pointer(pointer)
    for count in (5, 3, 1):
        found = join_pointer("", *tokens[:count])
        if len(tokens) >= count and level(found):
            return found
    return ""


def parent(pointer: str) -> str:
    """The item of a field, the page of an item; empty for a page."""
    return owner(pointer.rpartition("/")[0])


def list_of(pointer: str) -> str:
    """The list that holds what is below a page, an item, or ("") the file."""
    return {"": "", PAGE: f"{pointer}/items", ITEM: f"{pointer}/subitems"}[level(pointer)]


def index_of(pointer: str) -> int:
    """The position in its list."""
    return int(pointer.rpartition("/")[2])


def all_fields(document: JsonDocument) -> Iterator[WizardField]:
    """The fields of all pages."""
    return (field for page in wizard_pages(document) for field in page.fields)


def all_keys(document: JsonDocument) -> list[str]:
    """The keys of all fields, as often as they stand there."""
    return [field.key for field in all_fields(document) if field.key]


def kind_of(document: JsonDocument, pointer: str) -> str:
    """page, vue, text (an item without type), or the type of an item or of the item of a field."""
    node = require_node(document, pointer)
    if level(pointer) == PAGE:
        return "vue" if is_vue(node) else PAGE
    if level(pointer) == FIELD:
        node = require_node(document, parent(pointer))
    return text_of(node, "type") or "text"


# -------------------------------------------------------------------------------------------------- text of one node


def text_at(document: JsonDocument, pointer: str) -> str:
    """The JSON text of a page, item or field, for the clipboard."""
    return _reindented(document, require_node(document, pointer), "")


def insert_text(document: JsonDocument, holder: str, text: str, index: int | None = None) -> Edited:
    """Put JSON text into the list at `holder`, which is made if it is missing, before its item number `index`."""
    node = document.node(holder)
    if node is None:
        place = join_pointer(holder, 0)
        document = jsonedit.set_value(document, holder, [_PLACEHOLDER])
    else:
        place = join_pointer(holder, len(node.items) if index is None else min(index, len(node.items)))
        document = jsonedit.insert_item(document, holder, _PLACEHOLDER, index)
    spot = require_node(document, place)
    line = document.text.rfind("\n", 0, spot.start)
    indent = _blanks(document.text, spot.start) if line >= 0 else None
    new = _indented(text, indent)
    if "\r\n" in document.text:
        new = _LINES.sub(lambda match: match[0] if match[0].startswith('"') else "\r" + match[0], new)
    return parse(document.text[: spot.start] + new + document.text[spot.end :]), place


def _reindented(document: JsonDocument, node: Node, indent: str) -> str:
    old = _blanks(document.text, node.start)
    return _each_line(document.text[node.start : node.end].replace("\r\n", "\n"), old, indent)


def _each_line(text: str, old: str, new: str) -> str:
    def moved(match: re.Match[str]) -> str:
        if match[0].startswith('"'):
            return match[0]
        return "\n" + new + match[0][1:].removeprefix(old)

    return _LINES.sub(moved, text)


def _indented(text: str, indent: str | None) -> str:
    """The text for a line that starts with `indent`; None where the file is one line: then it stays one."""
    if indent is None:
        if any(match[0].startswith("/") for match in _COMMENTS.finditer(text)):
            text = jsonedit.strict(parse(text)).text  # a comment would swallow what follows it
        return _LINES.sub(lambda match: match[0] if match[0].startswith('"') else " ", text)
    return _each_line(text, "", indent)


def _blanks(text: str, offset: int) -> str:
    start = text.rfind("\n", 0, offset) + 1
    line = text[start:offset]
    return line[: len(line) - len(line.lstrip(" \t"))]


# -------------------------------------------------------------------------------------------------- outline edits


def add(document: JsonDocument, kind: str, near: str = "", label: str = "") -> Edited:
    """Add what the table calls `kind` (page, vue, text, textfield … ) behind what is at `near`, or at the end.

    An item needs a page: without one, a page is made for it. The new thing gets keys that no other field has.
    """
    row: dict[str, Any] = table("wizard_parts")["kinds"][kind]
    document = _with_list(document)
    text = jsonedit.dumps(parse(row["json"]).value(), _unit(document))
    if row["level"] == PAGE:
        index = index_of(split_page(near)) + 1 if near else None
        document, place = insert_text(document, "", text, index)
    else:
        if not split_page(near) and not wizard_pages(document):
            document, near = add(document, PAGE)
        page = split_page(near) or wizard_pages(document)[-1].pointer
        item = near if level(near) == ITEM else parent(near) if level(near) == FIELD else ""
        document, place = insert_text(document, list_of(page), text, index_of(item) + 1 if item else None)
    if label:
        document = jsonedit.set_value(document, join_pointer(place, row.get("label", "desc")), label)
    return _with_fresh_keys(document, place, label), place


def add_field(document: JsonDocument, pointer: str) -> Edited:
    """Add a field to the item at `pointer`, or behind the field there: one more option, one more input."""
    item = pointer if level(pointer) == ITEM else parent(pointer)
    kind = kind_of(document, item)
    row: dict[str, Any] = table("wizard_parts")["kinds"].get(kind, {})
    if level(item) != ITEM or "subitems" not in row.get("json", ""):
        raise UsageError("This item has no type, so it can have no fields", item or "/", "Choose a type first.")
    value = parse(row["json"]).value()["subitems"][-1]
    if kind in SELECTS:
        value.pop("defaultValue", None)
    index = index_of(pointer) + 1 if level(pointer) == FIELD else None
    document, place = insert_text(document, list_of(item), jsonedit.dumps(value, _unit(document)), index)
    return _with_fresh_keys(document, place, ""), place


def split_page(pointer: str) -> str:
    """The page that the place is on; empty for the file."""
    tokens = split_pointer(pointer)
    return join_pointer("", tokens[0]) if tokens else ""


def remove(document: JsonDocument, pointer: str) -> Edited:
    """Without the page, item or field; the place is what to look at next: the one behind, before or above it."""
    document = jsonedit.remove(document, pointer)
    above, _, index = pointer.rpartition("/")
    if document.node(pointer) is not None:
        return document, pointer
    before = join_pointer(above, int(index) - 1)
    return document, before if int(index) else owner(above)


def duplicate(document: JsonDocument, pointer: str) -> Edited:
    """With a copy behind it, whose fields get keys of their own."""
    text = text_at(document, pointer)
    document, place = insert_text(document, pointer.rpartition("/")[0], text, index_of(pointer) + 1)
    return _with_fresh_keys(document, place, ""), place


def move(document: JsonDocument, pointer: str, holder: str, index: int) -> Edited:
    """Move a page, item or field into the list at `holder`, before what is number `index` there now.

    A field that is moved onto a page gets an item of its own, of the type that it had. Raises `UsageError` where it
    does not belong.
    """
    if holder == pointer.rpartition("/")[0]:
        target = index - 1 if index > index_of(pointer) else index
        return jsonedit.move(document, holder, index_of(pointer), target), join_pointer(holder, target)
    refusal = move_refusal(document, pointer, holder)
    if refusal:
        raise UsageError(refusal, pointer, "Move it to another place.")
    text = text_at(document, pointer)
    if level(pointer) == FIELD and level(join_pointer(holder, 0)) == ITEM:
        shell = f'{{"type": "{kind_of(document, pointer)}", "subitems": []}}'
        document = jsonedit.remove(document, pointer)
        document, item = insert_text(document, holder, jsonedit.dumps(parse(shell).value(), _unit(document)), index)
        return insert_text(document, list_of(item), text)
    document = jsonedit.remove(document, pointer)
    return insert_text(document, holder, text, index)


def move_refusal(document: JsonDocument, pointer: str, holder: str) -> str:
    """Why the thing at `pointer` cannot go into the list at `holder`; empty when it can."""
    what, where = level(pointer), level(join_pointer(holder, 0))
    if what == where == PAGE:
        return ""
    above = owner(holder)
    if kind_of(document, above) == "vue":
        return "A page that a Vue bundle draws has no items"
    if what == FIELD and where == FIELD and kind_of(document, above) == "text":
        return "An item without a type has no fields"
    if what == where or (what == FIELD and where == ITEM):
        return ""
    return "It does not belong there"


def step(document: JsonDocument, pointer: str, direction: int) -> Edited | None:
    """Move it one place up (-1) or down (1), over the border of its page or item too; None at the end."""
    holder, _, _ = pointer.rpartition("/")
    count, index = len(require_node(document, holder).items), index_of(pointer)
    if 0 <= index + direction < count:
        return move(document, pointer, holder, index + direction + (direction > 0))
    above = owner(holder)
    while above:
        siblings = require_node(document, above.rpartition("/")[0]).items
        at = index_of(above) + direction
        if not 0 <= at < len(siblings):
            return None
        above = join_pointer(above.rpartition("/")[0], at)
        target = list_of(above)
        if not move_refusal(document, pointer, target):
            node = document.node(target)
            end = len(node.items) if node else 0
            return move(document, pointer, target, end if direction < 0 else 0)
    return None


def paste(document: JsonDocument, text: str, near: str = "") -> Edited:
    """Put pages, items or fields given as JSON text behind what is at `near`; keys that are taken get new names.

    Raises `UsageError` when the text is no part of a wizard, or has no place here.
    """
    copied = parse(text.strip())
    root = copied.root
    if root is None or not copied.is_readable or root.kind not in {"object", "array"}:
        raise UsageError("The clipboard holds no part of a wizard", "", "Copy a page, an item or a field first.")
    nodes = list(root.items) if root.kind == "array" else [root]
    if not nodes or any(node.kind != "object" for node in nodes):
        raise UsageError("The clipboard holds no part of a wizard", "", "Copy a page, an item or a field first.")
    place, first = near, ""
    document = _with_list(document)
    for node in nodes:
        document, place = _paste_one(document, _reindented(copied, node, ""), guess_level(node), place)
        first = first or place
    return document, first


def _paste_one(document: JsonDocument, text: str, what: str, near: str) -> Edited:
    if what != PAGE and not split_page(near):
        pages = wizard_pages(document)
        document, near = (document, pages[-1].pointer) if pages else add(document, PAGE)
    if what == FIELD and level(near) == PAGE:
        raise UsageError("A field needs an item around it", near, "Select an item of the same type first.")
    holder, index = _target(near, what)
    above = owner(holder)
    if above and (kind_of(document, above) == "vue" or (what == FIELD and kind_of(document, above) == "text")):
        raise UsageError("This place takes no items and no fields", above, "Select another place.")
    document, place = insert_text(document, holder, text, index)
    return _with_fresh_keys(document, place, ""), place


def _target(near: str, what: str) -> tuple[str, int | None]:
    """The list and position behind `near` for something of the level `what`."""
    while (
        near and level(near) != what and list(_LEVELS.values()).index(level(near)) >= list(_LEVELS.values()).index(what)
    ):
        near = parent(near)
    if near and level(near) == what:
        return near.rpartition("/")[0], index_of(near) + 1
    return list_of(near), None


def guess_level(node: Node) -> str:
    """Whether an object is a page, an item or a field, by its members."""
    names = {member.name for member in node.members}
    if names & {"items", "step_title", "custom_render_fn", "custom_render_name"}:
        return PAGE
    return ITEM if names & {"type", "subitems"} or names <= {"desc"} else FIELD


def with_type(document: JsonDocument, pointer: str, new_type: str) -> JsonDocument:
    """With the item at `pointer` of another type; starting values that the new type cannot have go, and the lists of
    a drop-down with them. An empty type makes a text of it, which keeps its fields until they are removed."""
    old = kind_of(document, pointer)
    if not new_type:
        return jsonedit.remove(document, join_pointer(pointer, "type")) if old != "text" else document
    if document.node(join_pointer(pointer, "type")) is None:
        document = jsonedit.insert_member(document, pointer, "type", new_type, 0)
    else:
        document = jsonedit.set_value(document, join_pointer(pointer, "type"), new_type)
    if document.node(list_of(pointer)) is None:
        return add_field(document, pointer)[0]
    if (old in SELECTS) != (new_type in SELECTS):
        for field in [field for field in all_fields(document) if parent(field.pointer) == pointer]:
            if field.node.find("defaultValue"):
                document = jsonedit.remove(document, join_pointer(field.pointer, "defaultValue"))
    return document


def choose_only(document: JsonDocument, pointer: str) -> JsonDocument:
    """With the option at `pointer` chosen at first, and no other of its item."""
    for field in list(all_fields(document)):
        if parent(field.pointer) == parent(pointer) and field.pointer != pointer and field.node.find("defaultValue"):
            document = jsonedit.remove(document, join_pointer(field.pointer, "defaultValue"))
    return jsonedit.set_value(document, join_pointer(pointer, "defaultValue"), value=True)


# -------------------------------------------------------------------------------------------------- keys


def set_label(document: JsonDocument, pointer: str, label: str) -> JsonDocument:
    """With the title of a page or the text of an item or field changed; an empty one takes the member away."""
    place = join_pointer(pointer, "step_title" if level(pointer) == PAGE else "desc")
    if label:
        return jsonedit.set_value(document, place, label)
    return jsonedit.remove(document, place) if document.node(place) is not None else document


def _with_fresh_keys(document: JsonDocument, place: str, label: str) -> JsonDocument:
    """With keys that no other field has, for all fields at or below `place`."""
    below = place + "/"
    for pointer in [field.pointer for field in all_fields(document)]:
        if pointer != place and not pointer.startswith(below):
            continue
        key = text_of(require_node(document, pointer), "key")
        taken = [field.key for field in all_fields(document) if field.pointer != pointer and field.key]
        mine = key if key and key != "?" else propose_key(label or _label_near(document, pointer), taken)
        fresh = unique_key(mine, taken)
        if fresh != key and (key or document.node(join_pointer(pointer, "key"))):
            document = jsonedit.set_value(document, join_pointer(pointer, "key"), fresh)
    return document


def _label_near(document: JsonDocument, pointer: str) -> str:
    """What a field is called: by itself, else by its item."""
    item = require_node(document, parent(pointer))
    return text_of(require_node(document, pointer), "desc") or text_of(item, "desc")


def _with_list(document: JsonDocument) -> JsonDocument:
    """A list of pages, where the file is empty."""
    return parse("[\n]\n") if document.root is None and not document.text.strip() else document


def _unit(document: JsonDocument) -> str:
    match = re.search(r"\n([ \t]+)\S", document.text)
    return match[1] if match else "    "
