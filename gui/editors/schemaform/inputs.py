"""Inputs for values that forms of privileges and resources have: payload paths, wizard answers, numbers, JSON."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont, QIcon, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.fields import UNSET, FieldInput, FieldSpec, TextInput, WordsInput
from gui.widgets.pickbutton import ChoiceSource, PickButton
from gui.widgets.valueedits import LongEdit


class PickInput(TextInput):
    """A text: typed, or picked from a list of what is there. `tip` says what the button picks."""

    def __init__(self, spec: FieldSpec, icon: QIcon, tip: str, source: ChoiceSource) -> None:
        super().__init__(spec)
        self.button = PickButton(icon, tip, self.edit, source, self._used, several=False)
        self.button.picked.connect(self._on_picked)
        self.line.addWidget(self.button)

    def _used(self) -> list[str]:
        return [self.edit.text()]

    @Slot(str)
    def _on_picked(self, value: str) -> None:
        self.edit.show_value(value)
        self.edit.setFocus()
        self._say(value, typed=False)


class PathInput(PickInput):
    """A path of the payload."""

    def __init__(self, spec: FieldSpec, theme: Theme, paths: ChoiceSource) -> None:
        super().__init__(spec, theme.icon("folder"), tr("Pick from the payload: {label}", label=spec.label), paths)


class TickInput(WordsInput):
    """A list of words: typed, or ticked in a list of what is there."""

    def __init__(self, spec: FieldSpec, icon: QIcon, tip: str, source: ChoiceSource) -> None:
        super().__init__(spec)
        self.button = PickButton(icon, tip, self.edit, source, self._words, several=True)
        self.button.ticked.connect(self._on_ticked)
        self.line.addWidget(self.button)

    def _words(self) -> list[str]:
        value = self._value(self.edit.text())
        return [str(word) for word in value] if isinstance(value, list) else []

    @Slot(str, bool)
    def _on_ticked(self, value: str, ticked: bool) -> None:
        words = [word for word in self._words() if word != value] + [value] * ticked
        self.edit.show_value(", ".join(words))
        self._say(words or UNSET, typed=False)


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
