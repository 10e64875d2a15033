"""Forms of lists: a table for short items, a card for each long one, lines of paths, and names with values."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from gui.editors.schemaform.base import SchemaForm
from gui.editors.schemaform.host import FormHost
from gui.editors.schemaform.problems import is_within
from gui.qt.forms import GRID, column, fill, make_button, make_label, make_tool, row
from gui.qt.i18n import tr
from gui.widgets.fields import FieldSpec
from gui.widgets.rowtable import RowTable
from spkcore.base.errors import SpkError
from spkcore.package import jsonedit
from spkcore.package.formspecs import Member, Shape, members
from spkcore.package.jsontext import join_pointer, split_pointer

_TITLES = ("display_name", "name", "title", "service", "target", "relpath", "app_id")
"""Members that name an item, the best one first."""


class ListForm(SchemaForm):
    """What all lists share: items are added, removed and moved, each as one undo step."""

    def __init__(self, host: FormHost, member: Member) -> None:
        super().__init__(host, member.shape, prunes=not member.required)
        self.label = member.label
        self.count = 0

    def item_pointer(self, index: int) -> str:
        """The place of an item."""
        return join_pointer(self.pointer, index)

    def starter(self) -> Any:
        """What an added item begins with."""
        return self.host.starter_of(self.pointer, self.shape.item or self.shape)

    def add_item(self) -> None:
        """Add an item at the end and put the focus there."""
        part, text = self.host.part, tr("Add to {label}", label=self.label)
        if part.value(self.pointer) is None:
            part.set(self.pointer, [self.starter()], text)
        else:
            part.insert(self.pointer, self.starter(), text)
        self.focus_item(self.count - 1)

    def remove_item(self, index: int) -> None:
        """Remove an item; with the last one an optional list goes, too."""
        place = self.pointer if self.prunes and self.count == 1 else self.item_pointer(index)
        self.host.part.remove(place, tr("Remove from {label}", label=self.label))

    def move_item(self, index: int, new_index: int) -> None:
        """Move an item."""
        self.host.part.move(self.pointer, index, new_index, tr("Reorder {label}", label=self.label))

    def focus_item(self, index: int, name: str = "") -> None:
        """Put the focus into an item."""

    def focus_pointer(self, pointer: str) -> bool:
        if not is_within(pointer, self.pointer):
            return False
        tokens = split_pointer(pointer)[len(split_pointer(self.pointer)) :]
        index = int(tokens[0]) if tokens and tokens[0].isdecimal() else 0
        self.focus_item(index, tokens[1] if len(tokens) > 1 else "")
        return True


class TableForm(ListForm):
    """Items with a few plain members, one line each."""

    def __init__(self, host: FormHost, member: Member, locked: str = "") -> None:
        super().__init__(host, member)
        self.locked = locked
        self.table = RowTable(host.theme, member.label, member.add_text, host.make_input)
        column(self, spacing=0).addWidget(self.table)
        self.table.add_button.setEnabled(not locked)
        self.table.edited.connect(self._on_edited)
        self.table.add_wanted.connect(self.add_item)
        self.table.remove_wanted.connect(self.remove_item)
        self.table.move_wanted.connect(self.move_item)
        self.table.undo_wanted.connect(host.undo)
        self.table.redo_wanted.connect(host.redo)
        self.table.focus_left.connect(host.leave)
        self.table.fix_wanted.connect(host.fix_wanted)

    def columns(self) -> list[FieldSpec]:
        """The columns of the table."""
        found = members(self.shape.item or self.shape, {})
        return [self.host.spec_of(member, self.locked) for member in found]

    def rows(self, value: object) -> list[dict[str, object]]:
        """The lines of the table."""
        return [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []

    def show_at(self, pointer: str, value: object) -> None:
        super().show_at(pointer, value)
        rows = self.rows(value)
        self.count = len(rows)
        self.table.set_columns(self.columns())
        self.table.show_rows(rows)

    def show_problems(self) -> None:
        found: dict[tuple[int, str], list[Any]] = {}
        names = [spec.name for spec in self.columns()]
        for index in range(self.count):
            places = {name: self.cell_pointer(index, name) for name in names}
            found |= {(index, name): self.host.problems.within(place) for name, place in places.items() if name}
            own = [place for name, place in places.items() if name]
            found[index, ""] = self.host.problems.elsewhere(self.item_pointer(index), own)
        self.table.show_problems(found)

    def cell_pointer(self, index: int, name: str) -> str:
        """The place of a cell."""
        return join_pointer(self.item_pointer(index), name)

    def focus_item(self, index: int, name: str = "") -> None:
        self.table.focus_cell(index, name)

    def _on_edited(self, index: int, name: str, value: object, typed: bool) -> None:
        refusal = self.host.edit(self.cell_pointer(index, name), value, self.label, typed=typed)
        self.table.show_refusal(index, refusal)


class TextsForm(TableForm):
    """A list of texts, such as paths of the payload, one line each."""

    def columns(self) -> list[FieldSpec]:
        shape = self.shape.item or self.shape
        return [self.host.spec_of(Member("", self.label, shape), self.locked)]

    def rows(self, value: object) -> list[dict[str, object]]:
        return [{"": item} for item in value] if isinstance(value, list) else []

    def cell_pointer(self, index: int, name: str) -> str:
        return self.item_pointer(index)

    def starter(self) -> Any:
        return ""

    def _on_edited(self, index: int, name: str, value: object, typed: bool) -> None:
        super()._on_edited(index, name, value or "", typed)


class MapForm(TableForm):
    """Names with plain values, such as settings of php.ini."""

    def __init__(self, host: FormHost, member: Member) -> None:
        super().__init__(host, member)
        self._names: list[str] = []

    def columns(self) -> list[FieldSpec]:
        return [FieldSpec("name", tr("Name"), required=True), FieldSpec("value", tr("Value"), "plain")]

    def rows(self, value: object) -> list[dict[str, object]]:
        given = value if isinstance(value, dict) else {}
        self._names = list(given)
        return [{"name": name, "value": given[name]} for name in self._names]

    def item_pointer(self, index: int) -> str:
        return join_pointer(self.pointer, self._names[index])

    def cell_pointer(self, index: int, name: str) -> str:
        return self.item_pointer(index)

    def add_item(self) -> None:
        place = join_pointer(self.pointer, "")
        if "" not in self._names:
            self.host.part.set(place, "", tr("Add to {label}", label=self.label))
        self.focus_item(self._names.index(""))

    def focus_pointer(self, pointer: str) -> bool:
        if not is_within(pointer, self.pointer):
            return False
        tokens = split_pointer(pointer)[len(split_pointer(self.pointer)) :]
        self.focus_item(self._names.index(tokens[0]) if tokens and tokens[0] in self._names else 0)
        return True

    def _on_edited(self, index: int, name: str, value: object, typed: bool) -> None:
        if name == "value":
            super()._on_edited(index, name, "" if value is None else value, typed)
            return
        part = self.host.part
        try:
            tree = jsonedit.rename_member(part.tree, self.item_pointer(index), str(value or ""))
            part.put(tree, f"{self.pointer}#{index}", tr("Change {label}", label=self.label), typed=typed)
        except SpkError as error:
            self.table.show_refusal(index, error.what)
        else:
            self.table.show_refusal(index, "")


class Card(QFrame):
    """One item with its own form, a headline, and buttons that move, fold and remove it."""

    def __init__(self, host: FormHost, form: SchemaForm, number: int, label: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.form = form
        self.headline = make_label("", "strong")
        names = {"fold": "chevron-down", "up": "chevron-up", "down": "chevron-down", "remove": "trash"}
        texts = {"fold": tr("Fold"), "up": tr("Move up"), "down": tr("Move down"), "remove": tr("Remove")}
        self.tools = {key: make_tool(host.theme.icon(names[key]), texts[key]) for key in names}
        for key, tool in self.tools.items():
            what = tr("{action}: {what} {n}", action=texts[key], what=label, n=number + 1)
            tool.setAccessibleName(what)
        self._theme = host.theme
        lines = column(self, margin=2 * GRID, spacing=GRID)
        line = row(spacing=GRID // 2)
        line.addWidget(self.tools["fold"])
        line.addWidget(self.headline, 1)
        fill(line, self.tools["up"], self.tools["down"], self.tools["remove"])
        fill(lines, line, form)
        self.tools["fold"].clicked.connect(self._on_fold)

    def set_folded(self, *, folded: bool) -> None:
        """Show the headline only, or all."""
        self.form.setVisible(not folded)
        self.tools["fold"].setIcon(self._theme.icon("chevron-right" if folded else "chevron-down"))
        self.tools["fold"].setToolTip(tr("Unfold") if folded else tr("Fold"))

    def _on_fold(self) -> None:
        self.set_folded(folded=not self.form.isHidden())


class CardsForm(ListForm):
    """Items with many members, one card each."""

    def __init__(self, host: FormHost, member: Member, make_object: Callable[[FormHost, Shape], SchemaForm]) -> None:
        super().__init__(host, member)
        self._make_object = make_object
        self.cards: list[Card] = []
        self.add_button = make_button(member.add_text, "link", host.theme.icon("plus", "accent"))
        self.add_button.clicked.connect(self.add_item)
        self._lines = column(self, spacing=GRID)
        self._lines.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_at(self, pointer: str, value: object) -> None:
        super().show_at(pointer, value)
        items = value if isinstance(value, list) else []
        self.count = len(items)
        while len(self.cards) > len(items):
            self._drop()
        while len(self.cards) < len(items):
            self._make()
        for index, (card, item) in enumerate(zip(self.cards, items, strict=True)):
            card.form.show_at(self.item_pointer(index), item)
            card.headline.setText(_title(item) or tr("{label} {n}", label=self.label, n=index + 1))
            card.tools["up"].setEnabled(index > 0)
            card.tools["down"].setEnabled(index < len(items) - 1)

    def show_problems(self) -> None:
        for card in self.cards:
            card.form.show_problems()

    def focus_item(self, index: int, name: str = "") -> None:
        if 0 <= index < len(self.cards):
            self.cards[index].set_folded(folded=False)
            self.cards[index].form.focus_pointer(self.item_pointer(index))
        else:
            self.add_button.setFocus()

    def focus_pointer(self, pointer: str) -> bool:
        for index, card in enumerate(self.cards):
            if is_within(pointer, self.item_pointer(index)):
                card.set_folded(folded=False)
                return card.form.focus_pointer(pointer)
        return super().focus_pointer(pointer)

    def _make(self) -> None:
        index = len(self.cards)
        item = self.shape.item or self.shape
        card = Card(self.host, self._make_object(self.host, item), index, self.label)
        card.tools["up"].clicked.connect(partial(self._move, index, -1))
        card.tools["down"].clicked.connect(partial(self._move, index, 1))
        card.tools["remove"].clicked.connect(partial(self._remove, index))
        self.cards.append(card)
        self._lines.insertWidget(index, card)

    def _drop(self) -> None:
        old: QWidget = self.cards.pop()
        self._lines.removeWidget(old)
        old.hide()
        old.deleteLater()

    def _move(self, index: int, step: int, _checked: bool = False) -> None:
        self.move_item(index, index + step)
        self.cards[index + step].tools["up" if step < 0 else "down"].setFocus()

    def _remove(self, index: int, _checked: bool = False) -> None:
        self.remove_item(index)
        self.focus_item(min(index, self.count - 1))


def _title(item: object) -> str:
    """What names the item."""
    values = [item.get(name) for name in _TITLES] if isinstance(item, dict) else []
    return next((value for value in values if isinstance(value, str) and value), "")
