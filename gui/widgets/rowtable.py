"""A table of inputs: one line for each item of a list, with buttons to move and remove it, and one to add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from gui.qt.forms import GRID, column, fill, make_button, make_label, make_tool, restyle
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.fieldform import InputMaker, worst_severity
from gui.widgets.fields import FieldInput, FieldSpec, make_input
from gui.widgets.fixline import FixLine
from spkcore.checks.engine import Problem

_NARROW = frozenset({"choice", "bool", "int", "number"})
_STRETCH = {"path": 5}
"""Paths are longer than names."""
CellProblems = Mapping[tuple[int, str], Sequence[Problem]]
"""Problems by line, from 0, and column; the column is empty for those of the whole line."""


@dataclass(slots=True)
class _Line:
    inputs: dict[str, FieldInput]
    tools: list[QToolButton]
    message: QLabel
    fixes: FixLine
    below: QWidget
    refusal: str = ""

    def widgets(self) -> list[QWidget]:
        return [*self.inputs.values(), *self.tools, self.below]


class RowTable(QWidget):
    """Shows lines of values; edits go out as signals with the line's number, from 0, and the column's name.

    Alt+Up and Alt+Down move the line that has the focus. `what` names one line ("program") for screen readers.
    """

    edited = Signal(int, str, object, bool)
    add_wanted = Signal()
    remove_wanted = Signal(int)
    move_wanted = Signal(int, int)
    """from, to"""
    fix_wanted = Signal(object)
    undo_wanted = Signal()
    redo_wanted = Signal()
    focus_left = Signal()

    def __init__(self, theme: Theme, what: str, add_text: str, maker: InputMaker = make_input) -> None:
        super().__init__()
        self._theme = theme
        self._what = what
        self._maker = maker
        self._specs: tuple[FieldSpec, ...] = ()
        self._lines: list[_Line] = []
        self._captions: list[QLabel] = []
        self.add_button = make_button(add_text, "link", theme.icon("plus", "accent"))
        self.add_button.clicked.connect(self.add_wanted)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        lines = column(self, spacing=GRID // 2)
        lines.addLayout(self._grid)
        lines.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def count(self) -> int:
        """How many lines it shows."""
        return len(self._lines)

    def cell(self, index: int, name: str) -> FieldInput:
        """The input of one column of a line."""
        return self._lines[index].inputs[name]

    def message(self, index: int) -> str:
        """What is said below a line."""
        line = self._lines[index]
        return "" if line.message.isHidden() else line.message.text()

    def tool(self, index: int, which: int) -> QToolButton:
        """The buttons of a line: 0 moves it up, 1 down, 2 removes it."""
        return self._lines[index].tools[which]

    def set_columns(self, specs: Sequence[FieldSpec]) -> None:
        """Describe the columns; other ones than before make all lines anew."""
        if tuple(specs) == self._specs:
            return
        while self._lines:
            self._drop_line()
        for caption in self._captions:
            self._grid.removeWidget(caption)
            caption.hide()
            caption.deleteLater()
        self._specs = tuple(specs)
        self._captions = [make_label(spec.label + (" *" if spec.required else ""), "section") for spec in specs]
        for index, (spec, caption) in enumerate(zip(specs, self._captions, strict=True)):
            caption.setToolTip(spec.help)
            self._grid.addWidget(caption, 0, index)
            self._grid.setColumnStretch(index, 0 if spec.kind in _NARROW else _STRETCH.get(spec.kind, 2))
            self._grid.setColumnMinimumWidth(index, 0 if spec.kind in _NARROW else 12 * GRID)
        self._grid.setColumnStretch(len(specs) + 3, int(all(spec.kind in _NARROW for spec in specs)))

    def show_rows(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Show these lines."""
        while len(self._lines) > len(rows):
            self._drop_line()
        while len(self._lines) < len(rows):
            self._add_line()
        for line, values in zip(self._lines, rows, strict=True):
            for name, found in line.inputs.items():
                found.show_value(values.get(name))
        for index, line in enumerate(self._lines):
            line.tools[0].setEnabled(index > 0)
            line.tools[1].setEnabled(index < len(rows) - 1)
        for caption in self._captions:
            caption.setVisible(bool(rows))

    def show_problems(self, problems: CellProblems) -> None:
        """Say what is wrong below the lines, and mark the cells."""
        for index, line in enumerate(self._lines):
            here = [item for (row, _name), found in problems.items() if row == index for item in found]
            line.fixes.show_fixes(here)
            self._show_message(line, here)
            for name, found in line.inputs.items():
                worst = worst_severity(problems.get((index, name), ()))
                restyle(found.inner, "state", worst if worst in {"error", "warning"} else "")

    def show_refusal(self, index: int, text: str) -> None:
        """Say why what was typed last into a line cannot be taken over; "" takes it back."""
        if index < len(self._lines):
            self._lines[index].refusal = text
            self._show_message(self._lines[index], [])

    def focus_cell(self, index: int, name: str = "") -> None:
        """Put the focus into a cell, the first one where no column is named; below the last line, on the button."""
        if 0 <= index < len(self._lines):
            inputs = self._lines[index].inputs
            (inputs.get(name) or next(iter(inputs.values()))).inner.setFocus()
        else:
            self.add_button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Moves the line with Alt and the arrows."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        index = self._focused()
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier and index is not None:
            self._move(index, step)
        else:
            super().keyPressEvent(event)

    def _show_message(self, line: _Line, problems: Sequence[Problem]) -> None:
        messages = [line.refusal] * bool(line.refusal) + [problem.message for problem in problems]
        line.message.setText("\n".join(messages))
        line.message.setVisible(bool(messages))
        worst = "error" if line.refusal else worst_severity(problems)
        restyle(line.message, "role", {"error": "error", "warning": "warning"}.get(worst, "muted"))

    def _focused(self) -> int | None:
        focus = self.focusWidget()
        lines = enumerate(self._lines)
        return next((at for at, line in lines if any(item.isAncestorOf(focus) for item in line.widgets())), None)

    def _add_line(self) -> None:
        index = len(self._lines)
        message, fixes, below = make_label("", "error", wrap=True), FixLine(), QWidget()
        line = _Line(self._make_inputs(index), self._make_tools(index), message, fixes, below)
        fill(column(below, spacing=0), message, fixes)
        message.hide()
        line.fixes.fix_wanted.connect(self.fix_wanted)
        at, width = 2 * index + 1, len(self._specs)
        for position, found in enumerate(line.inputs.values()):
            self._grid.addWidget(found, at, position, Qt.AlignmentFlag.AlignTop)
        for position, tool in enumerate(line.tools):
            self._grid.addWidget(tool, at, width + position, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(below, at + 1, 0, 1, width)
        self._lines.append(line)
        self._order_tabs()

    def _make_inputs(self, index: int) -> dict[str, FieldInput]:
        made = {}
        for spec in self._specs:
            found = made[spec.name] = self._maker(spec)
            found.inner.setAccessibleName(tr("{label}, {what} {n}", label=spec.label, what=self._what, n=index + 1))
            found.inner.setAccessibleDescription(" ".join(filter(None, (spec.locked, spec.help))))
            found.edited.connect(partial(self._pass_on, index, spec.name))
            found.undo_wanted.connect(self.undo_wanted)
            found.redo_wanted.connect(self.redo_wanted)
            found.focus_left.connect(self.focus_left)
        return made

    def _make_tools(self, index: int) -> list[QToolButton]:
        texts = (tr("Move up"), tr("Move down"), tr("Remove"))
        tools = [
            make_tool(self._theme.icon(name), text)
            for name, text in zip(("chevron-up", "chevron-down", "trash"), texts, strict=True)
        ]
        for tool, text in zip(tools, texts, strict=True):
            tool.setAccessibleName(tr("{action}: {what} {n}", action=text, what=self._what, n=index + 1))
        tools[0].clicked.connect(partial(self._move, index, -1))
        tools[1].clicked.connect(partial(self._move, index, 1))
        tools[2].clicked.connect(partial(self._remove, index))
        return tools

    def _order_tabs(self) -> None:
        order: list[QWidget] = []
        for line in self._lines:
            order += [*(found.inner for found in line.inputs.values()), *line.tools]
        order.append(self.add_button)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _drop_line(self) -> None:
        for widget in self._lines.pop().widgets():
            widget.hide()
            widget.deleteLater()

    def _pass_on(self, index: int, name: str, value: object, typed: bool) -> None:
        self.edited.emit(index, name, value, typed)

    def _move(self, index: int, step: int, _checked: bool = False) -> None:
        if 0 <= index + step < len(self._lines):
            inputs = self._lines[index].inputs.items()
            name = next((name for name, found in inputs if found.isAncestorOf(self.focusWidget())), "")
            self.move_wanted.emit(index, index + step)
            self.focus_cell(index + step, name)

    def _remove(self, index: int, _checked: bool = False) -> None:
        self.remove_wanted.emit(index)
        self.focus_cell(min(index, len(self._lines) - 1))
