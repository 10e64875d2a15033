"""Inputs of the wizard designer beside the common ones: texts with HTML, code, JSON, choices line by line, keys."""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent

from gui.qt.forms import make_button
from gui.qt.i18n import tr
from gui.widgets.fields import UNSET, FieldInput, FieldSpec, NumberInput, make_input
from gui.widgets.valueedits import LongEdit, ValueEdit

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class LinesEdit(LongEdit):
    """Several lines, kept as they are. With `html`, Enter writes `<br>`, and Shift+Enter a line break of the file."""

    def __init__(self, *, html: bool) -> None:
        self._html = html
        super().__init__()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # lines wrap, also inside long words

    def text(self) -> str:
        return self.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def show_value(self, value: str) -> None:
        if value != self.text():
            self._shown = value
            self.setPlainText(value)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            is_plain = not self._html or event.modifiers() == Qt.KeyboardModifier.ShiftModifier
            self.insertPlainText("\n" if is_plain else "<br>\n")
        else:
            super().keyPressEvent(event)


class LinesInput(FieldInput):
    """A text of several lines."""

    def __init__(self, spec: FieldSpec) -> None:
        self.area = LinesEdit(html=spec.kind == "html")
        super().__init__(spec, self.area)
        if spec.kind != "html":
            font = QFont("Cascadia Mono")
            font.setStyleHint(QFont.StyleHint.Monospace)
            self.area.setFont(font)
        self.area.edited.connect(self._on_edited)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self._say(text or UNSET, typed=True)


class JsonInput(LinesInput):
    """A value as JSON; one that cannot be read stays as it was typed until it can."""

    def _can_edit(self, value: object) -> bool:
        return True

    def _show(self, value: object) -> None:
        text = "" if value is UNSET else json.dumps(value, ensure_ascii=False, indent=2)
        if _read(self.area.text()) != value or not self.area.text().strip():
            self.area.show_value(text)


class OptionsInput(LinesInput):
    """The choices of a list, one a line; what is typed stays as it is while it says the same."""

    def _show(self, value: object) -> None:
        text = "" if value is UNSET else str(value)
        if not self.area.hasFocus() or _tidy(self.area.text()) != _tidy(text):
            self.area.show_value(text)


class KeyInput(FieldInput):
    """The key of a field: judged while it is typed, taken over when the focus leaves or with Enter."""

    judged = Signal(str)
    """What stands there while somebody types."""
    committed = Signal(str)

    def __init__(self, spec: FieldSpec) -> None:
        self.edit = ValueEdit()
        super().__init__(spec, self.edit)
        self.value = ""
        self.edit.textEdited.connect(self.judged)
        self.edit.returnPressed.connect(self._on_done)
        self.edit.focus_left.connect(self._on_done)

    def show_value(self, value: object) -> None:
        is_typing = self.edit.hasFocus() and self.edit.isModified() and str(value or "") == self.value
        self.value = str(value or "")
        if not is_typing:
            super().show_value(value)

    @Slot()
    def _on_done(self) -> None:
        text = self.edit.text().strip()
        if self.edit.isModified() and text != self.value:
            self.edit.setModified(False)
            self.committed.emit(text)

    def take_back(self) -> None:
        """Show the key that the file has."""
        self.edit.show_value(self.value)
        self.edit.setModified(False)


class BundleInput(FieldInput):
    """The text of a Vue bundle: only its size is shown, and another file can take its place."""

    file_wanted = Signal()

    def __init__(self, spec: FieldSpec) -> None:
        self.edit = ValueEdit()
        self.edit.setReadOnly(True)
        super().__init__(spec, self.edit)
        self.replace = make_button(tr("Replace…"))
        self.replace.setAccessibleDescription(tr("Read the bundle from a file"))
        self.line.addWidget(self.replace)
        self.replace.clicked.connect(self.file_wanted)

    def _show(self, value: object) -> None:
        text = "" if value is UNSET else str(value)
        self.edit.show_value(tr("{n} character", "{n} characters", n=len(text)) if text else tr("Nothing yet"))


def make_wizard_input(spec: FieldSpec) -> FieldInput:
    """The input that fits the description."""
    makers: dict[str, Callable[[FieldSpec], FieldInput]] = {
        "html": LinesInput,
        "code": LinesInput,
        "json": JsonInput,
        "options": OptionsInput,
        "key": KeyInput,
        "bundle": BundleInput,
    }
    if spec.kind in makers:
        return makers[spec.kind](spec)
    made = make_input(spec)
    if isinstance(made, NumberInput):
        made.edit.setMaximumWidth(120)
    return made


def _read(text: str) -> object:
    try:
        value: object = json.loads(text)
    except ValueError:
        return UNSET
    return value


def _tidy(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
