"""Inputs for values that forms of privileges and resources have: payload paths, wizard answers, numbers, JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from gui.qt.forms import make_tool
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.choicepopup import ChoicePopup
from gui.widgets.fields import UNSET, FieldInput, FieldSpec, TextInput
from gui.widgets.valueedits import LongEdit

PathSource = Callable[[], Sequence[tuple[str, str]]]
"""Gives the paths of the payload with a word about each."""


class PathInput(TextInput):
    """A path of the payload: typed, or picked from a list of what is there."""

    def __init__(self, spec: FieldSpec, theme: Theme, paths: PathSource) -> None:
        super().__init__(spec)
        self._paths = paths
        self.button = make_tool(theme.icon("folder"), tr("Pick from the payload: {label}", label=spec.label))
        self.button.clicked.connect(self._on_pick)
        self.line.addWidget(self.button)
        self._popup: ChoicePopup | None = None

    @Slot()
    def _on_pick(self) -> None:
        if self._popup is None:
            self._popup = ChoicePopup(tr("Files of the payload"), several=False, parent=self)
            self._popup.chosen.connect(self._on_chosen)
        self._popup.open_below(self.edit, self._paths(), frozenset())

    @Slot(str)
    def _on_chosen(self, path: str) -> None:
        self.edit.show_value(path)
        self.edit.setFocus()
        self._say(path, typed=False)


class AnswerNumberInput(TextInput):
    """A whole number, or a wizard answer such as {{key}}. Digits become a number, unless the file has them as text."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        self._is_text = False

    def show_value(self, value: object) -> None:
        self._is_text = isinstance(value, str) and value.isdecimal()
        super().show_value(value)

    def _can_edit(self, value: object) -> bool:
        return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))

    def _value(self, text: str) -> object:
        return as_number(text) if not self._is_text else text or UNSET


class NumbersInput(TextInput):
    """A list of whole numbers or wizard answers on one line, with commas between them."""

    def _can_edit(self, value: object) -> bool:
        return isinstance(value, list)

    def _show(self, value: object) -> None:
        if isinstance(value, list):
            if value != self._value(self.edit.text()):
                self.edit.show_value(", ".join(map(str, value)))
        else:
            super()._show(value)

    def _value(self, text: str) -> object:
        return [as_number(word.strip()) for word in text.split(",") if word.strip()] or UNSET


class PlainInput(TextInput):
    """A text, number, true or false; a number stays one while it is typed as one."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        self._shown: object = UNSET

    def show_value(self, value: object) -> None:
        self._shown = value
        super().show_value(value)

    def _can_edit(self, value: object) -> bool:
        return not isinstance(value, dict | list)

    def _show(self, value: object) -> None:
        super()._show(str(value).lower() if isinstance(value, bool) else value)

    def _value(self, text: str) -> object:
        if isinstance(self._shown, bool) and text in {"true", "false"}:
            return text == "true"
        return as_number(text) if isinstance(self._shown, int) and text else text


class JsonArea(LongEdit):
    """JSON over several lines, as it stands in the file."""

    def __init__(self, font: QFont, name: str) -> None:
        super().__init__()
        self.setFont(font)
        self.setAccessibleName(name)

    def text(self) -> str:
        return self.toPlainText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter begins a new line; everything else is as in other long fields."""
        if event.text() in {"\r", "\n"}:
            QPlainTextEdit.keyPressEvent(self, event)
        else:
            super().keyPressEvent(event)


class JsonInput(FieldInput):
    """The JSON of one value. `typed_json` carries what was typed, which may be no JSON yet."""

    typed_json = Signal(str)

    def __init__(self, spec: FieldSpec, font: QFont) -> None:
        self.area = JsonArea(font, spec.label)
        super().__init__(spec, self.area)
        self.area.edited.connect(self.typed_json)


def as_number(text: str) -> object:
    """A number for digits, the text itself for all else, `UNSET` for nothing."""
    return int(text) if text.isdecimal() else text or UNSET
