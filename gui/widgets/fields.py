"""Small inputs for one JSON value each, made from a description: text, long text, choice, yes or no, number, words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRegularExpression, Signal, Slot
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QWidget

from gui.qt.forms import GRID
from gui.qt.i18n import tr
from gui.widgets.valueedits import CalmCombo, LongEdit, ValueEdit

UNSET = None
"""What an input says when the member is to go from the file."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One member of a JSON object as a form shows it.

    `kind` is text, long, choice, bool, int, or words (a list of strings, shown with commas between them). `choices` are
    pairs of value and text; for text and words they are suggestions. A spec with `locked` is greyed out, and `locked`
    says why.
    """

    name: str
    label: str
    kind: str = "text"
    help: str = ""
    note: str = ""
    placeholder: str = ""
    default: str = ""
    required: bool = False
    locked: str = ""
    choices: tuple[tuple[object, str], ...] = field(default=())


class FieldInput(QWidget):
    """Edits one value. `edited` carries the new value, `UNSET` for none, and whether it was typed."""

    edited = Signal(object, bool)
    undo_wanted = Signal()
    redo_wanted = Signal()
    focus_left = Signal()

    def __init__(self, spec: FieldSpec, inner: ValueEdit | LongEdit | CalmCombo) -> None:
        super().__init__()
        self.spec = spec
        self.inner = inner
        inner.setAccessibleName(spec.label)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(GRID // 2)
        self.line.addWidget(inner, 1)
        self.setFocusProxy(inner)
        if not isinstance(inner, CalmCombo):
            inner.setPlaceholderText(spec.placeholder or _default_text(spec))
            inner.undo_wanted.connect(self.undo_wanted)
            inner.redo_wanted.connect(self.redo_wanted)
            inner.focus_left.connect(self.focus_left)

    def show_value(self, value: object) -> None:
        """Show the value without announcing it; one of a kind that this input cannot edit is shown and locked."""
        can_edit = value is UNSET or self._can_edit(value)
        self.setEnabled(can_edit and not self.spec.locked)
        self._show(value if can_edit else str(value))

    def _can_edit(self, value: object) -> bool:
        return isinstance(value, str)

    def _show(self, value: object) -> None:
        if not isinstance(self.inner, CalmCombo):
            self.inner.show_value("" if value is UNSET else str(value))

    def _say(self, value: object, *, typed: bool) -> None:
        self.edited.emit(value, typed)


class TextInput(FieldInput):
    """One line of text, with suggestions where the description has any."""

    def __init__(self, spec: FieldSpec) -> None:
        self.edit = ValueEdit()
        super().__init__(spec, self.edit)
        self.edit.textEdited.connect(self._on_text_edited)
        if spec.choices:
            completer = QCompleter([str(value) for value, _text in spec.choices], self)
            completer.activated.connect(self._on_text_edited)
            self.edit.setCompleter(completer)

    def _value(self, text: str) -> object:
        return text or UNSET

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self._say(self._value(text), typed=True)


class NumberInput(TextInput):
    """A whole number. Text that stands in the file instead of a number is kept as it is."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        self.edit.setValidator(QRegularExpressionValidator(QRegularExpression("-?[0-9]{0,9}"), self))
        self.edit.setMaximumWidth(26 * GRID)
        self.line.addStretch(1)

    def _can_edit(self, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    def _value(self, text: str) -> object:
        return int(text) if text.lstrip("-") else UNSET


class WordsInput(TextInput):
    """A list of strings on one line, with commas between them."""

    def _can_edit(self, value: object) -> bool:
        return isinstance(value, list) and all(isinstance(item, str) and "," not in item for item in value)

    def _show(self, value: object) -> None:
        if isinstance(value, list):
            if value != self._value(self.edit.text()):
                self.edit.show_value(", ".join(value))
        else:
            super()._show(value)

    def _value(self, text: str) -> object:
        return [word.strip() for word in text.split(",") if word.strip()] or UNSET


class LongInput(FieldInput):
    """A text of several lines; a line break is `<br>` in the file."""

    def __init__(self, spec: FieldSpec) -> None:
        self.area = LongEdit()
        super().__init__(spec, self.area)
        self.area.edited.connect(self._on_edited)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self._say(text or UNSET, typed=True)


class ChoiceInput(FieldInput):
    """One of a few values, or not set. A value that is none of them is shown as it is."""

    def __init__(self, spec: FieldSpec, choices: Sequence[tuple[object, str]]) -> None:
        self.combo = CalmCombo()
        super().__init__(spec, self.combo)
        self._values: list[object] = [UNSET, *(value for value, _text in choices)]
        self.combo.addItem(spec.placeholder or _default_text(spec) or tr("Not set"))
        self.combo.addItems([text for _value, text in choices])
        self._known = len(self._values)
        self.line.setStretch(0, 0)
        self.line.addStretch(1)
        self.combo.setMinimumWidth(14 * GRID)  # in a narrow form a long choice is cut, not the form
        self.combo.activated.connect(self._on_activated)

    def value_at(self, index: int) -> object:
        """The value of a line of the choice."""
        return self._values[index]

    def _can_edit(self, value: object) -> bool:
        return True

    def _show(self, value: object) -> None:
        del self._values[self._known :]
        while self.combo.count() > self._known:
            self.combo.removeItem(self._known)
        if not any(_same(value, known) for known in self._values):
            self._values.append(value)
            self.combo.addItem(tr("{value} (not a known value)", value=value))
        self.combo.setCurrentIndex(next(at for at, known in enumerate(self._values) if _same(value, known)))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self._say(self._values[index], typed=False)


def make_input(spec: FieldSpec) -> FieldInput:
    """The input that fits the description."""
    if spec.kind == "bool":
        return ChoiceInput(spec, spec.choices or ((True, tr("Yes")), (False, tr("No"))))
    if spec.kind == "choice":
        return ChoiceInput(spec, spec.choices)
    makers = {"long": LongInput, "int": NumberInput, "words": WordsInput}
    return makers.get(spec.kind, TextInput)(spec)


def _same(one: object, other: object) -> bool:
    """Equal and of one kind: JSON tells true from 1."""
    return type(one) is type(other) and one == other


def _default_text(spec: FieldSpec) -> str:
    return tr("Not set: DSM takes {value}", value=spec.default) if spec.default else ""
