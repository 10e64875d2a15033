"""One row of the INFO form: label, key, control, help, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from gui.editors.info.choices import choices
from gui.editors.info.controls import Suggest, ValueControl, make_control
from gui.editors.info.fields import Field
from gui.models.problemtexts import fix_text
from gui.qt.forms import GRID, make_button, make_label, make_tool, restyle
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.flow import FlowLayout
from spkcore.checks.engine import Problem

LABEL_WIDTH = 23 * GRID
_CONTROL_LETTERS = 40
"""The room that a control wants beside its caption."""
_ANY_WIDTH = 16_777_215
"""Qt's own largest width."""
_RANK = ("error", "warning", "info")


def caption_width(widget: QWidget) -> int:
    """The width of the captions, in pixels, with the letters of `widget`."""
    return max(LABEL_WIDTH, 26 * widget.fontMetrics().averageCharWidth())


def is_narrow(widget: QWidget, width: int) -> bool:
    """Whether captions stand above their controls in a form of this width, with the letters of `widget`."""
    return width < caption_width(widget) + _CONTROL_LETTERS * widget.fontMetrics().averageCharWidth()


class FieldRow(QWidget):
    """Shows one field. The order of signals: `edited` while typing or on a choice, `focus_left` when done."""

    edited = Signal(str, str, bool)
    """name, value, whether it was typed"""
    remove_wanted = Signal(str)
    rename_wanted = Signal(str)
    languages_wanted = Signal(str)
    dialog_wanted = Signal(str)
    """name: choose the value in a dialog"""
    fix_wanted = Signal(object)
    """Problem"""
    undo_wanted = Signal()
    redo_wanted = Signal()
    focus_left = Signal()

    def __init__(self, field: Field, theme: Theme, suggest: Suggest = choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._is_narrow = False
        self.control: ValueControl = make_control(field, theme, suggest)
        self.error = make_label("", "error", wrap=True)
        self.error.hide()
        self.fixes = QWidget()
        self._fix_line = FlowLayout(self.fixes)
        self._fix_line.setContentsMargins(0, 0, 0, 0)
        self.fixes.hide()
        self._offered: dict[str, Problem] = {}
        self.note = make_label(field.note, "small")
        self.note.setWordWrap(True)
        self.remove_button = make_tool(theme.icon("close"), tr("Remove {label}", label=field.label))
        self.rename_button = make_tool(theme.icon("rename"), tr("Rename {label}", label=field.label))
        self.language_button = make_tool(theme.icon("globe"), "")
        self._title = QLabel()
        self.caption = self._make_caption()
        for widget in (self.control, self.language_button, self.rename_button, self.remove_button):
            widget.setParent(self)  # in the order in which Tab reaches them; without a parent they would be windows
        self._lay_out()
        self._connect()
        self.show_field(field)

    def show_field(self, field: Field) -> None:
        """Show this state of the field."""
        self.field = field
        self.control.show_value(field.value)
        self._title.setText(f"{field.label} *" if field.required else field.label)
        self.note.setText(field.note)
        self.note.setVisible(bool(field.note))
        restyle(self.note, "role", "small" if field.relevance == "fits" else "warning")
        if field.localised:
            count = tr("in {n} language", "in {n} languages", n=field.languages)
            name = tr("{label} {count}: show all languages", label=field.label, count=count)
            self.language_button.setToolTip(name)
            self.language_button.setAccessibleName(name)

    def stops(self) -> list[QWidget]:
        """The widgets that Tab reaches, in order."""
        fixes = [self._fix_line.itemAt(at) for at in range(self._fix_line.count())]
        buttons = [item.widget() for item in fixes if item is not None]
        own = [self.language_button, self.rename_button, self.remove_button]
        return [*self.control.stops(), *own, *(button for button in buttons if button is not None)]

    def show_problems(self, refusal: str, problems: Sequence[Problem]) -> None:
        """Say below the control what is wrong, and offer the fixes. `refusal` says why what was typed last cannot be
        taken over."""
        messages = [refusal] * bool(refusal) + [problem.message for problem in problems]
        worst = (
            "error" if refusal else next(iter(sorted((str(item.severity) for item in problems), key=_RANK.index)), "")
        )
        self.error.setText("\n".join(messages))
        self.error.setVisible(bool(messages))
        restyle(self.error, "role", {"error": "error", "warning": "warning"}.get(worst, "muted"))
        restyle(self.control.focus_widget(), "state", worst if worst in {"error", "warning"} else "")
        described = " ".join([*messages, self.field.help]).strip()
        self.control.focus_widget().setAccessibleDescription(described)
        self._show_fixes(problems)

    def _show_fixes(self, problems: Sequence[Problem]) -> None:
        kinds = {problem.rule: problem for problem in problems if fix_text(problem)}
        if kinds == self._offered:
            return  # made anew they would lose the focus
        self._offered = kinds
        while (item := self._fix_line.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        before: QWidget = self.remove_button
        for problem in kinds.values():
            button = make_button(tr("Fix: {what}", what=fix_text(problem)), "link")
            button.setToolTip(problem.message)
            button.clicked.connect(partial(self._fix, problem))
            self._fix_line.addWidget(button)
            self.setTabOrder(before, button)
            before = button
        self.fixes.setVisible(bool(kinds))

    def _fix(self, problem: Problem, _checked: bool = False) -> None:
        self.fix_wanted.emit(problem)

    def focus(self) -> None:
        """Put the focus into the control."""
        self.control.focus_widget().setFocus()

    @Slot(str, bool)
    def _on_edited(self, value: str, typed: bool) -> None:
        self.edited.emit(self.field.name, value, typed)

    @Slot()
    def _on_remove(self) -> None:
        self.remove_wanted.emit(self.field.name)

    @Slot()
    def _on_rename(self) -> None:
        self.rename_wanted.emit(self.field.name)

    @Slot()
    def _on_languages(self) -> None:
        self.languages_wanted.emit(self.field.name)

    @Slot()
    def _on_dialog(self) -> None:
        self.dialog_wanted.emit(self.field.name)

    def _lay_out(self) -> None:
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(3 * GRID if self.field.is_variant else 0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.caption, 1, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(self._control_line(), 1, 1)
        if self.field.help:
            grid.addWidget(make_label(self.field.help, "muted", wrap=True), 2, 1)
        grid.addWidget(self.error, 3, 1)
        grid.addWidget(self.fixes, 4, 1)
        grid.setColumnStretch(1, 1)
        self._fix_caption()

    def set_narrow(self, *, narrow: bool) -> None:
        """Put the caption above the control, or beside it."""
        if narrow == self._is_narrow:
            return
        self._is_narrow = narrow
        self._grid.removeWidget(self.caption)
        if narrow:
            self._grid.addWidget(self.caption, 0, 0, 1, 2)
        else:
            self._grid.addWidget(self.caption, 1, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        self._grid.setHorizontalSpacing(0 if narrow else 2 * GRID)
        self._fix_caption()

    def _fix_caption(self) -> None:
        width = caption_width(self) - (3 * GRID if self.field.is_variant else 0)
        self.caption.setMinimumWidth(0 if self._is_narrow else width)
        self.caption.setMaximumWidth(_ANY_WIDTH if self._is_narrow else width)

    def _make_caption(self) -> QWidget:
        caption = QWidget()
        lines = QGridLayout(caption)
        lines.setContentsMargins(0, GRID // 2, 0, 0)
        lines.setVerticalSpacing(0)
        title = self._title
        title.setWordWrap(True)
        title.setProperty("role", "strong")
        title.setBuddy(self.control.focus_widget())
        lines.addWidget(title, 0, 0)
        if self.field.name != self.field.label:
            lines.addWidget(make_label(self.field.name, "small"), 1, 0)
        lines.addWidget(self.note, 2, 0)
        return caption

    def _control_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(GRID // 2)
        line.addWidget(self.control, 1)
        line.addWidget(self.language_button, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.rename_button, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignTop)
        self.language_button.setVisible(self.field.localised)
        self.rename_button.setVisible(self.field.is_unknown)
        self.remove_button.setVisible(self.field.is_variant or self.field.is_unknown)
        return line

    def _connect(self) -> None:
        self.control.edited.connect(self._on_edited)
        self.control.undo_wanted.connect(self.undo_wanted)
        self.control.redo_wanted.connect(self.redo_wanted)
        self.control.focus_left.connect(self.focus_left)
        self.remove_button.clicked.connect(self._on_remove)
        self.control.dialog_wanted.connect(self._on_dialog)
        self.rename_button.clicked.connect(self._on_rename)
        self.language_button.clicked.connect(self._on_languages)
