"""A JSON part as forms see it: read as a tree, edited member by member without touching the rest; knows no widgets."""

from __future__ import annotations

from typing import Any

from gui.editors.text.presenter import TextPresenter
from gui.models.sourcetext import decode
from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.base.errors import SpkError
from spkcore.package import jsonedit
from spkcore.package.changes import set_content
from spkcore.package.jsontext import JsonDocument, Node, join_pointer, parse, split_pointer


class JsonPart(TextPresenter):
    """One JSON file of the package. `tree` is the file as it is now; every edit is one undo step that keeps all else.

    Edits raise `SpkError` where the place does not allow them. Texts name the edit in the undo menu.
    """

    tree: JsonDocument = parse("")

    def __init__(self, path: str, document: Document) -> None:
        super().__init__(path, document)
        self.tree = parse(self.source.text)
        self._places: dict[str, int] = {}
        """Where members stood that were cleared: typing again puts them back there."""

    def reload(self) -> bool:
        """Read the file again; True when it holds other bytes than before."""
        changed = super().reload()
        if changed:
            self.tree = parse(self.source.text)
        return changed

    @property
    def trouble(self) -> str:
        """Why no form can show the file; empty when one can."""
        if self.error is not None:
            return f"{self.error.what}. {self.error.what_to_do}"
        if self.tree.root is None or not self.tree.is_readable:
            first = self.tree.problems[0] if self.tree.problems else None
            if first is None:
                return tr("The file is empty.")
            return tr("Line {line}: {message}", line=first.line, message=first.message)
        return ""

    def value(self, pointer: str, default: Any = None) -> Any:
        """The value at `pointer` as Python has it."""
        node = self.tree.node(pointer)
        return default if node is None else node.value()

    def set(self, pointer: str, value: Any, text: str, *, typed: bool = False) -> None:
        """Put `value` at `pointer`, adding what is missing above it; None takes it away."""
        if value is None:
            self.remove(pointer, text, typed=typed)
        else:
            self.put(self._with(pointer, value), pointer, text, typed=typed)

    def remove(self, pointer: str, text: str, *, typed: bool = False) -> None:
        """Take the member or item at `pointer` away, if it is there."""
        if self.tree.node(pointer) is not None:
            tree = jsonedit.remove(self.tree, pointer)
            self._remember(pointer)
            self.put(tree, pointer, text, typed=typed)

    def insert(self, pointer: str, value: Any, text: str, index: int | None = None) -> str:
        """Add an item to the list at `pointer`, which is made if it is missing. Returns the pointer of the new item."""
        node = self.tree.node(pointer)
        if node is None:
            self.put(jsonedit.set_value(self.tree, pointer, [value]), f"{pointer}/0", text)
            return f"{pointer}/0"
        place = f"{pointer}/{len(node.items) if index is None else index}"
        self.put(jsonedit.insert_item(self.tree, pointer, value, index), place, text)
        return place

    def move(self, pointer: str, index: int, new_index: int, text: str) -> None:
        """Move child number `index` of the list or object at `pointer`."""
        self.put(jsonedit.move(self.tree, pointer, index, new_index), f"{pointer}/{new_index}", text)

    def rename(self, pointer: str, name: str, text: str) -> None:
        """Call the member at `pointer` `name`."""
        self.put(jsonedit.rename_member(self.tree, pointer, name), pointer.rpartition("/")[0], text)

    def put(self, tree: JsonDocument, pointer: str, text: str, *, typed: bool = False) -> None:
        """Make `tree`, which came from `self.tree` by functions of jsonedit, the file, as one undo step."""
        source = self.source.with_text(tree.text)
        data = source.encode()
        merge_key = f"json:{self.path}:{pointer}" if typed else ""
        change = set_content(self.document.entries, self.path, data, merge_key, f"{self.path}#{pointer}")
        # Typed letters that editors cannot show are read back as they will be shown, so that both always agree.
        source = decode(data)
        self.tree = tree if tree.text == source.text else parse(source.text)
        self.source, self._shown_data = source, data
        self.document.push(change, text)

    def text_at(self, pointer: str) -> str:
        """The JSON of the value at `pointer` as the file has it, without the indentation of its place."""
        node = self.tree.node(pointer)
        if node is None:
            return ""
        indent = self._indent_of(node)
        return self.tree.text[node.start : node.end].replace("\n" + indent, "\n")

    def replace_text(self, pointer: str, text: str, step: str) -> str:
        """Write the JSON that the user typed for the value at `pointer` as it is; returns why that cannot be."""
        node, typed = self.tree.node(pointer), parse(text)
        if node is None or typed.root is None or not typed.is_readable:
            first = next(iter(typed.problems), None)
            return (
                tr("Line {line}: {message}", line=first.line, message=first.message) if first else tr("Write a value.")
            )
        indent = self._indent_of(node) if _has_plain_lines(typed) else ""
        new = text.strip().replace("\n", "\n" + indent)
        self.put(parse(self.tree.text[: node.start] + new + self.tree.text[node.end :]), pointer, step, typed=True)
        return ""

    def _indent_of(self, node: Node) -> str:
        """The blanks that all lines of a value but the first one begin with, as the line that it stands on does."""
        text = self.tree.text
        line = text[text.rfind("\n", 0, node.start) + 1 : node.start]
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        inside = text[node.start : node.end]
        follows = all(part.startswith(indent) for part in inside.split("\n")[1:])
        return indent if follows and _has_plain_lines(parse(inside)) else ""

    def attempt(self, pointer: str, value: Any, text: str, *, typed: bool) -> str:
        """Like `set`; instead of raising it returns why that cannot be, in one sentence."""
        try:
            self.set(pointer, value, text, typed=typed)
        except SpkError as error:
            return f"{error.what}. {error.what_to_do}".strip()
        return ""

    def _with(self, pointer: str, value: Any) -> JsonDocument:
        """With `value` at `pointer`; what was cleared, the member or an object above it, comes back to its place."""
        tokens = split_pointer(pointer)
        for count in range(1, len(tokens) + 1):
            place, holder = join_pointer("", *tokens[:count]), self.tree.node(join_pointer("", *tokens[: count - 1]))
            if self.tree.node(place) is not None:
                continue
            if place not in self._places or holder is None or holder.kind != "object":
                break
            for token in reversed(tokens[count:]):
                value = {token: value}
            index = min(self._places[place], len(holder.members))
            return jsonedit.insert_member(self.tree, place.rpartition("/")[0], tokens[count - 1], value, index)
        return jsonedit.set_value(self.tree, pointer, value)

    def _remember(self, pointer: str) -> None:
        holder = self.tree.node(pointer.rpartition("/")[0])
        member = holder.find(split_pointer(pointer)[-1]) if holder is not None and holder.kind == "object" else None
        if holder is not None and member is not None:
            self._places[pointer] = holder.members.index(member)


def _has_plain_lines(tree: JsonDocument) -> bool:
    """Whether no text of the value goes over several lines: blanks inside a text are not ours to move."""
    return not any(node.kind == "string" and "\n" in tree.text[node.start : node.end] for _place, node in tree.walk())
