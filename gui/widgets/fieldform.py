"""A form of captions and inputs for the members of one JSON object, made from descriptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.qt.forms import GRID, align_caption, column, make_label, restyle
from gui.widgets.fields import FieldInput, FieldSpec, make_input
from gui.widgets.fixline import FixLine
from gui.widgets.valueedits import LongEdit
from spkcore.checks.engine import Problem

CAPTION_WIDTH = 20 * GRID
_RANK = ("error", "warning", "info")
InputMaker = Callable[[FieldSpec], FieldInput]


def worst_severity(problems: Sequence[Problem]) -> str:
    """The severity of the worst of these: error, warning, info, or nothing."""
    return min((str(problem.severity) for problem in problems), key=_RANK.index, default="")


class FieldRow(QWidget):
    """Caption, input, explanation, what is wrong, and how to mend it."""

    def __init__(self, spec: FieldSpec, maker: InputMaker = make_input) -> None:
        super().__init__()
        self.spec = spec
        self.input = maker(spec)
        self._refusal = ""
        self._problems: tuple[Problem, ...] = ()
        self.error = make_label("", "error", wrap=True)
        self.error.hide()
        self.fixes = FixLine()
        self._lay_out()
        self.input.inner.setAccessibleDescription(" ".join(filter(None, (spec.locked, spec.help))))
        self.setToolTip(spec.locked)

    def show_refusal(self, text: str) -> None:
        """Say why what was typed last cannot be taken over; "" takes it back."""
        if text != self._refusal:
            self._refusal = text
            self._show_messages()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say what is wrong with the value."""
        if tuple(problems) == self._problems:
            return
        self._problems = tuple(problems)
        self.fixes.show_fixes(problems)
        self._show_messages()

    def _show_messages(self) -> None:
        messages = [self._refusal] * bool(self._refusal) + [problem.message for problem in self._problems]
        worst = "error" if self._refusal else worst_severity(self._problems)
        self.error.setText("\n".join(messages))
        self.error.setVisible(bool(messages))
        restyle(self.error, "role", {"error": "error", "warning": "warning"}.get(worst, "muted"))
        restyle(self.input.inner, "state", worst if worst in {"error", "warning"} else "")
        described = filter(None, (*messages, self.spec.locked, self.spec.help))
        self.input.inner.setAccessibleDescription(" ".join(described))

    def _lay_out(self) -> None:
        spec = self.spec
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._caption(), 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.input, 0, 1)
        helping = "\n".join(filter(None, (spec.locked, spec.help)))
        if helping:
            grid.addWidget(make_label(helping, "muted", wrap=True), 1, 1)
        grid.addWidget(self.error, 2, 1)
        grid.addWidget(self.fixes, 3, 1)

    def _caption(self) -> QWidget:
        caption = QWidget()
        caption.setFixedWidth(CAPTION_WIDTH)
        lines = column(caption, spacing=0)
        title = QLabel(self.spec.label + (" *" if self.spec.required else ""))
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        title.setBuddy(self.input.inner)
        if isinstance(self.input.inner, LongEdit):
            title.setContentsMargins(0, GRID // 2, 0, 0)
        else:
            align_caption(title, self.input)
        lines.addWidget(title)
        if self.spec.note:
            lines.addWidget(make_label(self.spec.note, "small", wrap=True))
        return caption


class FieldForm(QWidget):
    """The rows of one object. Members are named; what the form does not describe, it does not touch."""

    edited = Signal(str, object, bool)
    """Name, new value (None: the member goes), and whether it was typed."""
    undo_wanted = Signal()
    redo_wanted = Signal()
    focus_left = Signal()
    fix_wanted = Signal(object)
    """Problem"""

    def __init__(self, specs: Sequence[FieldSpec] = (), maker: InputMaker = make_input) -> None:
        super().__init__()
        self._maker = maker
        self.rows: dict[str, FieldRow] = {}
        self._specs: tuple[FieldSpec, ...] = ()
        self._lines = column(self, spacing=2 * GRID)
        self.set_specs(specs)

    def set_specs(self, specs: Sequence[FieldSpec]) -> None:
        """Describe other members. Rows whose description stays the same stay, with their focus."""
        if tuple(specs) == self._specs:
            return
        self._specs = tuple(specs)
        kept = {spec.name: self.rows[spec.name] for spec in specs if self._is_made(spec)}
        for name, old in self.rows.items():
            if name not in kept:
                self._lines.removeWidget(old)
                old.hide()
                old.deleteLater()
        self.rows = {spec.name: kept.get(spec.name) or self._make(spec) for spec in specs}
        for index, found in enumerate(self.rows.values()):
            self._lines.insertWidget(index, found)
        self._order_tabs()

    def show_values(self, values: Mapping[str, object]) -> None:
        """Show these members; the others as not set."""
        for name, found in self.rows.items():
            found.input.show_value(values.get(name))

    def show_problems(self, by_name: Mapping[str, Sequence[Problem]]) -> None:
        """Show what is wrong at its row, and nothing at the others."""
        for name, found in self.rows.items():
            found.show_problems(by_name.get(name, ()))

    def focus_member(self, name: str) -> bool:
        """Put the focus into the row of this member; False where the form has none."""
        if name not in self.rows:
            return False
        self.rows[name].input.inner.setFocus()
        return True

    def _is_made(self, spec: FieldSpec) -> bool:
        found = self.rows.get(spec.name)
        return found is not None and found.spec == spec

    def _make(self, spec: FieldSpec) -> FieldRow:
        made = FieldRow(spec, self._maker)
        made.input.edited.connect(partial(self._pass_on, spec.name))
        made.input.undo_wanted.connect(self.undo_wanted)
        made.input.redo_wanted.connect(self.redo_wanted)
        made.input.focus_left.connect(self.focus_left)
        made.fixes.fix_wanted.connect(self.fix_wanted)
        return made

    def _pass_on(self, name: str, value: object, typed: bool) -> None:
        self.edited.emit(name, value, typed)

    def _order_tabs(self) -> None:
        inputs = [found.input.inner for found in self.rows.values()]
        if inputs:
            self.setFocusProxy(inputs[0])
        for before, after in pairwise(inputs):
            self.setTabOrder(before, after)
