"""The controls of the INFO form, one for each kind of field."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression, Signal, Slot
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.editors.info.fields import Field, choices, toggled_words
from gui.qt.forms import GRID, make_tool
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.choicepopup import ChoicePopup
from gui.widgets.valueedits import CalmCombo, LongEdit, ValueEdit


class ValueControl(QWidget):
    """Edits one value. An empty value means that the key is not set."""

    edited = Signal(str, bool)
    """The new value, and whether it was typed."""
    undo_wanted = Signal()
    redo_wanted = Signal()
    focus_left = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID // 2)
        self.field = field

    def show_value(self, value: str) -> None:
        """Show the value without announcing it."""
        raise NotImplementedError

    def focus_widget(self) -> QWidget:
        """The widget that takes the focus."""
        raise NotImplementedError

    def _adopt(self, widget: ValueEdit | LongEdit) -> None:
        widget.setAccessibleName(self.field.label)
        widget.setPlaceholderText(self.field.placeholder)
        widget.undo_wanted.connect(self.undo_wanted)
        widget.redo_wanted.connect(self.redo_wanted)
        widget.focus_left.connect(self.focus_left)
        self._row.addWidget(widget, 1)
        self.setFocusProxy(widget)


class LineControl(ValueControl):
    """One line of text; read-only for what the build writes."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.line = ValueEdit()
        self._adopt(self.line)
        self.line.setReadOnly(field.kind == "computed")
        if field.kind == "int":
            self.line.setMaximumWidth(26 * GRID)
            self.line.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]*"), self))
            self._row.addStretch(1)
        self.line.textEdited.connect(self._on_text_edited)

    def show_value(self, value: str) -> None:
        self.line.show_value(value)

    def focus_widget(self) -> QWidget:
        return self.line

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self.edited.emit(text, True)  # noqa: FBT003 - signals take no keywords


class LongControl(ValueControl):
    """A long text."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.area = LongEdit()
        self._adopt(self.area)
        self.area.edited.connect(self._on_edited)

    def show_value(self, value: str) -> None:
        self.area.show_value(value)

    def focus_widget(self) -> QWidget:
        return self.area

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.edited.emit(text, True)  # noqa: FBT003 - signals take no keywords


class ChoiceControl(ValueControl):
    """One of a few values, or not set. A value that is none of them is shown as it is."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.combo = CalmCombo()
        self.combo.setAccessibleName(field.label)
        self.combo.addItem(field.placeholder or tr("Not set"), "")
        for value, text in _options(field):
            self.combo.addItem(text, value)
        self._known = self.combo.count()
        self._shown = ""
        self._row.addWidget(self.combo)
        self._row.addStretch(1)
        self.setFocusProxy(self.combo)
        self.combo.activated.connect(self._on_activated)

    def show_value(self, value: str) -> None:
        self._shown = value
        while self.combo.count() > self._known:
            self.combo.removeItem(self._known)
        index = self.combo.findData(value)
        if index < 0:
            self.combo.addItem(tr("{value} (not a known value)", value=value), value)
            index = self._known
        self.combo.setCurrentIndex(index)

    def focus_widget(self) -> QWidget:
        return self.combo

    @Slot(int)
    def _on_activated(self, _index: int) -> None:
        value = str(self.combo.currentData())
        if value != self._shown:
            self._shown = value
            self.edited.emit(value, False)  # noqa: FBT003 - signals take no keywords


class ListControl(LineControl):
    """A line with a button that opens the suggestions: tick boxes where several words are allowed."""

    def __init__(self, field: Field, theme: Theme) -> None:
        super().__init__(field)
        self._several = not field.name.startswith(("os_", "firmware"))
        self.button = make_tool(theme.icon("chevron-down"), tr("Choose {label}", label=field.label))
        self.button.clicked.connect(self._on_open)
        self._row.addWidget(self.button)
        self._popup: ChoicePopup | None = None

    @Slot()
    def _on_open(self) -> None:
        if self._popup is None:
            self._popup = ChoicePopup(self.field.label, several=self._several, parent=self)
            self._popup.toggled.connect(self._on_toggled)
            self._popup.chosen.connect(self._on_chosen)
        offered = [(choice.value, choice.meaning) for choice in choices(self.field.name)]
        self._popup.open_below(self.line, offered, frozenset(self.line.text().split()))

    @Slot(str, bool)
    def _on_toggled(self, value: str, ticked: bool) -> None:
        words = toggled_words(self.line.text().split(), value, ticked=ticked)
        self._on_chosen(" ".join(words))
        if self._popup is not None:
            self._popup.show_ticks(frozenset(words))

    @Slot(str)
    def _on_chosen(self, value: str) -> None:
        self.line.show_value(value)
        self.edited.emit(value, False)  # noqa: FBT003 - signals take no keywords


def make_control(field: Field, theme: Theme) -> ValueControl:
    """The control that fits the field."""
    if field.kind == "long":
        return LongControl(field)
    if field.kind in {"bool", "choice"}:
        return ChoiceControl(field)
    if field.kind == "list" and choices(field.name):
        return ListControl(field, theme)
    return LineControl(field)


def _options(field: Field) -> list[tuple[str, str]]:
    if field.kind == "bool":
        return [("yes", tr("Yes")), ("no", tr("No"))]
    return [(choice.value, choice.value) for choice in choices(field.name)]
