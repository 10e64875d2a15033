"""The scrolling form of INFO: sections of rows, made on first use, shown and hidden as the filter wants."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.editors.info.choices import choices
from gui.editors.info.controls import Suggest
from gui.editors.info.extras import Extra
from gui.editors.info.fields import Field, Group, groups, is_shown
from gui.editors.info.rows import FieldRow, is_narrow
from gui.qt.forms import GRID, column, fill, make_label
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from spkcore.checks.engine import Problem

WIDEST = 110 * GRID
_PORTION = 0.03
"""Seconds spent on making rows before the window may react again."""


class InfoForm(QScrollArea):
    """Shows fields; what the user does comes out as signals."""

    edited = Signal(str, str, bool)
    remove_wanted = Signal(str)
    rename_wanted = Signal(str)
    languages_wanted = Signal(str)
    dialog_wanted = Signal(str)
    fix_wanted = Signal(object)
    """Problem"""
    undo_wanted = Signal()
    redo_wanted = Signal()
    focus_left = Signal()

    def __init__(self, theme: Theme, suggest: Suggest = choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._suggest = suggest
        self._extras: list[Extra] = []
        self._chained: list[QWidget] = []
        self._is_narrow = False
        self._rows: dict[str, FieldRow] = {}
        self._problems: Mapping[str, Sequence[Problem]] = {}
        self._refused: dict[str, str] = {}
        self._pending: dict[str, Field] = {}
        self._order: list[str] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_portion_due)
        self.nothing = make_label(tr("No key fits the filter."), "muted")
        body = QWidget()
        body.setMaximumWidth(WIDEST)
        # Never wider than the window, whatever its letters: there is no way to scroll sideways.
        body.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._column = column(body, margin=2 * GRID, spacing=3 * GRID)
        self._sections = {group.id: _Section(group) for group in groups()}
        self.foot = QVBoxLayout()
        fill(self._column, self.nothing, *self._sections.values())
        self._column.addLayout(self.foot)
        fill(self._column, None)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = is_narrow(self, self.viewport().width() - 4 * GRID)
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            for row in self._rows.values():
                row.set_narrow(narrow=narrow)
            for extra in self._extras:
                extra.set_narrow(narrow=narrow)

    def show_fields(self, fields: Sequence[Field], needle: str, *, show_all: bool) -> None:
        """Show these fields, as far as the filter lets them; a field that has the focus stays."""
        present = dict.fromkeys(field.name for field in fields)
        for name in [name for name in self._rows if name not in present]:
            self._drop(name)
        self._order = self._with_extras(list(present))
        self._pending.clear()
        for field in fields:
            shown = is_shown(field, needle, show_all=show_all) or self._is_in_use(field.name)
            self._place(field, shown=shown)
        for extra in self._extras:
            extra.setVisible(any(name in self._pending or self._is_visible(name) for name in extra.mates))
        self._on_portion_due()

    def add_extra(self, extra: Extra) -> None:
        """Put something that is no key behind its mates, while one of them is shown."""
        self._extras.append(extra)
        extra.set_narrow(narrow=self._is_narrow)
        self._sections[extra.group].add(extra.name, extra)

    @Slot()
    def _on_portion_due(self) -> None:
        """Make some of the rows that are still to come: all of them at once would stop the window for a moment."""
        deadline = time.perf_counter() + _PORTION
        while self._pending and time.perf_counter() < deadline:
            self._make(self._pending.pop(next(iter(self._pending))))
        if self._pending:
            self._timer.start(0)
        for section in self._sections.values():
            section.arrange(self._order)
        self.nothing.setVisible(all(section.isHidden() for section in self._sections.values()))
        self._chain()
        # Now, not a moment later: else the rows are painted once before there is room for them. Rows, their section
        # and the whole form each have a layout that learns of it from the one inside.
        for _ in range(3):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)

    def _chain(self) -> None:
        """Let Tab follow the order of the form, which is not that in which the rows were made."""
        wanted = [stop for section in self._sections.values() for stop in section.stops(self._order)]
        if wanted == self._chained:
            return
        self._chained = wanted
        for before, after in pairwise(wanted):
            QWidget.setTabOrder(before, after)

    def show_problems(self, by_field: Mapping[str, Sequence[Problem]]) -> None:
        """Show these problems at their fields."""
        touched = {*self._problems, *by_field} & set(self._rows)
        self._problems = by_field
        for name in touched:
            self._show_problems_of(name)

    def problems_at(self, focused: QWidget | None) -> Sequence[Problem]:
        """The problems of the field that holds the focus."""
        rows = self._rows.values()
        here = (row.field.name for row in rows if focused is not None and row.isAncestorOf(focused))
        return self._problems.get(next(here, ""), ())

    def show_refusal(self, name: str, message: str) -> None:
        """Say why what was typed last cannot be taken over; an empty message takes it back."""
        if message:
            self._refused[name] = message
        else:
            self._refused.pop(name, None)
        if name in self._rows:
            self._show_problems_of(name)

    def has_field(self, name: str) -> bool:
        """Whether the form shows this field now, or is about to."""
        return name in self._pending or (name in self._rows and not self._rows[name].isHidden())

    def has_row(self, name: str) -> bool:
        """Whether the row of this field is made."""
        return name in self._rows

    def row(self, name: str) -> FieldRow:
        """The row of a field that was shown before."""
        return self._rows[name]

    def focus_field(self, name: str) -> None:
        """Bring the field into view and put the focus into it."""
        if name in self._pending:
            self._make(self._pending.pop(name))
            self._on_portion_due()
        found = self._rows.get(name)
        if found is not None:
            found.show()
            self._column.activate()
            self.ensureWidgetVisible(found, 0, 8 * GRID)
            found.focus()

    def _place(self, field: Field, *, shown: bool) -> None:
        found = self._rows.get(field.name)
        if found is None and shown:
            self._pending[field.name] = field
        elif found is not None:
            if found.field != field:
                found.show_field(field)
            found.setVisible(shown)

    def _make(self, field: Field) -> None:
        made = FieldRow(field, self._theme, self._suggest)
        made.set_narrow(narrow=self._is_narrow)
        self._rows[field.name] = made
        self._sections[field.group].add(field.name, made)
        made.edited.connect(self.edited)
        made.remove_wanted.connect(self.remove_wanted)
        made.rename_wanted.connect(self.rename_wanted)
        made.languages_wanted.connect(self.languages_wanted)
        made.dialog_wanted.connect(self.dialog_wanted)
        made.fix_wanted.connect(self.fix_wanted)
        made.undo_wanted.connect(self.undo_wanted)
        made.redo_wanted.connect(self.redo_wanted)
        made.focus_left.connect(self.focus_left)
        self._show_problems_of(field.name)
        made.show()

    def _drop(self, name: str) -> None:
        gone = self._rows.pop(name)
        self._sections[gone.field.group].remove(name)
        gone.hide()
        gone.deleteLater()

    def _show_problems_of(self, name: str) -> None:
        self._rows[name].show_problems(self._refused.get(name, ""), self._problems.get(name, ()))

    def _with_extras(self, names: list[str]) -> list[str]:
        for extra in self._extras:
            last = max((names.index(name) for name in extra.mates if name in names), default=len(names) - 1)
            names.insert(last + 1, extra.name)
        return names

    def _is_visible(self, name: str) -> bool:
        return name in self._rows and not self._rows[name].isHidden()

    def _is_in_use(self, name: str) -> bool:
        found = self._rows.get(name)
        return found is not None and found.control.focus_widget().hasFocus()


class _Section(QWidget):
    """A heading with the rows below it; hidden while none of them is shown."""

    def __init__(self, group: Group) -> None:
        super().__init__()
        self._rows: dict[str, FieldRow | Extra] = {}
        lines = column(self, spacing=2 * GRID)
        heading = column(spacing=2)
        fill(heading, make_label(group.title, "heading"), make_label(group.description, "muted", wrap=True))
        lines.addLayout(heading)
        self._box = QVBoxLayout()
        self._box.setSpacing(2 * GRID)
        lines.addLayout(self._box)

    def add(self, name: str, made: FieldRow | Extra) -> None:
        self._rows[name] = made
        self._box.addWidget(made)

    def remove(self, name: str) -> None:
        gone = self._rows.pop(name, None)
        if gone is not None:
            self._box.removeWidget(gone)

    def stops(self, order: Sequence[str]) -> list[QWidget]:
        """The widgets that Tab reaches, in the order of `order`."""
        return [stop for name in order if name in self._rows for stop in self._rows[name].stops()]

    def arrange(self, order: Sequence[str]) -> None:
        """Put the rows into the order of `order`, and hide the section when it has nothing to show."""
        wanted = [self._rows[name] for name in order if name in self._rows]
        for index, found in enumerate(wanted):
            if self._box.indexOf(found) != index:
                self._box.insertWidget(index, found)
        self.setVisible(any(not found.isHidden() for found in wanted))
