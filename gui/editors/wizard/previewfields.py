"""The fields of an imitated DSM dialog: each shows one answer, hands on what people do, and carries its error text."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QFrame, QLabel, QLineEdit, QRadioButton, QWidget

from gui.editors.wizard.previewhtml import plain_text, safe_html
from gui.qt.forms import GRID, align_caption, column, fill, restyle, row
from gui.qt.i18n import tr
from spkcore.package.wizard import WizardField, text_of
from spkcore.package.wizardfields import (
    CHOICES,
    ListEntry,
    Value,
    can_be_typed,
    is_sample_list,
    list_entries,
    script_text,
)

_CAPTION_WIDTHS = (8 * GRID, 20 * GRID)
_WIDTHS = (5 * GRID, 60 * GRID)
"""The narrowest and the widest field in pixels, whatever the package asks for."""
_NO_LIMIT = (1 << 24) - 1
"""What Qt calls QWIDGETSIZE_MAX."""


class RichLabel(QLabel):
    """A text with the simple HTML that DSM shows. A press also reaches what it stands on."""

    def __init__(self, text: str, link_color: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._link_color = link_color
        self._source = ""
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setWordWrap(True)
        self.setMinimumWidth(GRID)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.show_source(text)

    def show_source(self, text: str) -> None:
        """Show another text of the package."""
        if text == self._source:
            return
        self._source = text
        self.setText(safe_html(text, self._link_color))
        self.setAccessibleName(plain_text(text))
        # Without a link there is nothing to do here, and Tab passes by.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self.has_link else Qt.FocusPolicy.NoFocus)

    @property
    def has_text(self) -> bool:
        """Whether the package gave it a text."""
        return bool(self._source)

    @property
    def has_link(self) -> bool:
        """Whether one of its words leads to a web page."""
        return "<a href" in self.text()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        event.ignore()


class Place(QFrame):
    """A part of the page that has a place in the file; a press on it, beside its fields, chooses it."""

    chosen = Signal(str)

    def __init__(self, pointer: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pointer = pointer
        self.setObjectName("DsmPlace")
        self.setProperty("chosen", "")  # before it is styled: styling anew takes longest

    def mark(self, *, is_chosen: bool) -> None:
        """Show, or no longer show, that the designer has it open."""
        restyle(self, "chosen", "true" if is_chosen else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.chosen.emit(self.pointer)


class FieldRow(Place):
    """One field with its label and error text."""

    edited = Signal(str, object)
    """Pointer, `Value`."""
    left = Signal(str)
    """The focus left the field: its input counts as done."""

    def __init__(self, field: WizardField, link_color: str, parent: QWidget) -> None:
        super().__init__(field.pointer, parent)
        self.field = field
        self.caption = RichLabel("", link_color, self)
        self.error_lines = column(spacing=0)
        self._error: QLabel | None = None

    @property
    def input(self) -> QWidget:
        """What people operate."""
        raise NotImplementedError

    @property
    def error(self) -> QLabel:
        """Why the input is refused; made when there is something to say."""
        if self._error is None:
            self._error = QLabel(self)
            self._error.setProperty("part", "error")
            self._error.setTextFormat(Qt.TextFormat.PlainText)
            self._error.setWordWrap(True)
            self._error.hide()
            self.error_lines.addWidget(self._error)
        return self._error

    @property
    def error_text(self) -> str:
        """What it says; empty where nothing is refused."""
        return self._error.text() if self._error is not None else ""

    def show_value(self, value: Value) -> None:
        """Show an answer that was given elsewhere."""
        raise NotImplementedError

    def show_error(self, text: str) -> None:
        """Say why the input is refused; empty where it is not."""
        if text != self.error_text:
            self.error.setText(text)
            self.error.setVisible(bool(text))
            restyle(self.input, "refused", "true" if text else "")
            self.input.setAccessibleDescription(text)

    def follow(self, field: WizardField) -> bool:
        """Show the field as a changed file has it; False where that needs another row. The answer comes separately."""
        if (field.pointer, field.type) != (self.field.pointer, self.field.type):
            return False
        self.field = field
        self._show_field()
        if field.is_hidden != self.isHidden():
            self.setVisible(not field.is_hidden)
        return True

    def _show_field(self) -> None:
        node, widget = self.field.node, self.input
        self.caption.show_source(text_of(node, "desc"))
        name = plain_text(text_of(node, "desc")) or self.field.key or self.field.type
        widget.setAccessibleName(name)
        disabled = node.find("disabled")
        widget.setEnabled(not (disabled and disabled.node.scalar))
        width = node.find("width")
        pixels = script_text(width.node) if width else ""
        if self.field.type not in CHOICES:
            is_known = pixels.isdecimal()
            widget.setMaximumWidth(min(max(int(pixels), _WIDTHS[0]), _WIDTHS[1]) if is_known else _NO_LIMIT)


class ChoiceRow(FieldRow):
    """A round button or a check box; its label works too."""

    def __init__(self, field: WizardField, link_color: str, parent: QWidget) -> None:
        super().__init__(field, link_color, parent)
        self.button: QAbstractButton = QRadioButton(self) if field.type == "singleselect" else QCheckBox(self)
        self.button.setAutoExclusive(False)  # the run decides; Qt would count all round buttons of the page as one
        self._show_field()
        self.button.clicked.connect(self._on_clicked)
        line = row(spacing=GRID)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.caption, 1)
        align_caption(self.caption, self.button)
        fill(column(self, margin=2, spacing=2), line, self.error_lines)

    @property
    def input(self) -> QWidget:
        return self.button

    def show_value(self, value: Value) -> None:
        self.button.setChecked(bool(value))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self.caption.geometry().contains(event.position().toPoint()) and self.button.isEnabled():
            self.button.click()

    @Slot()
    def _on_clicked(self) -> None:
        if self.field.type == "singleselect":
            self.button.setChecked(True)  # pressed again, a round button stays on
        self.edited.emit(self.pointer, self.button.isChecked())


class _CaptionedRow(FieldRow):
    """A field beside its label."""

    _is_captioned = True

    def _lay_out(self, widget: QWidget) -> None:
        self._show_field()
        widget.setMinimumWidth(_WIDTHS[0])
        align_caption(self.caption, widget)
        fields = column(spacing=2)
        inside = row(spacing=0)
        inside.addWidget(widget, 1000)
        inside.addStretch(1)
        fill(fields, inside, self.error_lines)
        line = row(self, margin=2, spacing=2 * GRID)
        line.addWidget(self.caption, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(fields, 1)

    def _show_field(self) -> None:
        super()._show_field()
        if self.caption.has_text != self._is_captioned:
            self._is_captioned = self.caption.has_text
            self.caption.setVisible(self._is_captioned)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # A third of a narrow dialog, and never more than DSM takes.
        self.caption.setFixedWidth(min(max(event.size().width() // 3, _CAPTION_WIDTHS[0]), _CAPTION_WIDTHS[1]))
        super().resizeEvent(event)


class TextRow(_CaptionedRow):
    """A field for a text or a password."""

    def __init__(self, field: WizardField, link_color: str, parent: QWidget) -> None:
        super().__init__(field, link_color, parent)
        self.line = QLineEdit(self)
        if field.type == "password":
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self._lay_out(self.line)
        self.line.textEdited.connect(self._on_edited)
        self.line.editingFinished.connect(self._on_finished)

    def _show_field(self) -> None:
        super()._show_field()
        self.line.setPlaceholderText(text_of(self.field.node, "emptyText"))

    @property
    def input(self) -> QWidget:
        return self.line

    def show_value(self, value: Value) -> None:
        if self.line.text() != value:
            self.line.setText(str(value))

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.edited.emit(self.pointer, text)

    @Slot()
    def _on_finished(self) -> None:
        self.left.emit(self.pointer)


class ListRow(_CaptionedRow):
    """A list to choose from, in which one may type unless the package forbids it."""

    def __init__(self, field: WizardField, link_color: str, parent: QWidget) -> None:
        super().__init__(field, link_color, parent)
        self.entries: tuple[ListEntry, ...] = ()
        self.box = QComboBox(self)
        self.box.setEditable(can_be_typed(field))
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._lay_out(self.box)
        self.box.activated.connect(self._on_activated)
        line = self.box.lineEdit()
        if line is not None:
            line.textEdited.connect(self._on_typed)
            line.editingFinished.connect(self._on_finished)

    def follow(self, field: WizardField) -> bool:
        return can_be_typed(field) == self.box.isEditable() and super().follow(field)

    def _show_field(self) -> None:
        super()._show_field()
        hint = text_of(self.field.node, "emptyText")
        self.box.setPlaceholderText(hint)
        entries = list_entries(self.field)
        if entries != self.entries:
            self._show_entries(entries)
        is_sample = is_sample_list(self.field)
        self.box.setToolTip(tr("Filled by the NAS; the entries are samples.") if is_sample else "")
        line = self.box.lineEdit()
        if line is not None:
            line.setPlaceholderText(hint)
            line.setAccessibleName(self.box.accessibleName())

    def _show_entries(self, entries: tuple[ListEntry, ...]) -> None:
        self.entries = entries
        with QSignalBlocker(self.box):
            self.box.clear()
            for entry in entries:
                self.box.addItem(plain_text(entry.text), entry.value)

    @property
    def input(self) -> QWidget:
        return self.box

    def show_value(self, value: Value) -> None:
        index = next((place for place, entry in enumerate(self.entries) if entry.value == value), -1)
        line = self.box.lineEdit()
        if line is not None and index < 0:
            if line.text() != value:
                line.setText(str(value))
            return
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(index)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.edited.emit(self.pointer, self.entries[index].value)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        entry = next((entry for entry in self.entries if plain_text(entry.text) == text), None)
        self.edited.emit(self.pointer, entry.value if entry is not None else text)

    @Slot()
    def _on_finished(self) -> None:
        self.left.emit(self.pointer)


def make_row(field: WizardField, link_color: str, parent: QWidget) -> FieldRow | None:
    """The row for a field; None for a type that DSM does not know, which it does not draw."""
    if field.type in CHOICES:
        return ChoiceRow(field, link_color, parent)
    if field.type in {"textfield", "password"}:
        return TextRow(field, link_color, parent)
    return ListRow(field, link_color, parent) if field.type == "combobox" else None
