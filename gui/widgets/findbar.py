"""The bar below a code editor for finding, replacing and going to a line."""

from __future__ import annotations

import re
from enum import StrEnum

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QWidget

from gui.models.textsearch import MOST, Search, neighbour
from gui.qt.i18n import tr
from gui.widgets.codeeditor import CodeEditor


class Mode(StrEnum):
    """What the bar is open for."""

    FIND = "find"
    REPLACE = "replace"
    LINE = "line"


class FindBar(QWidget):
    """Searches in one code editor. Hidden until `open_for` is called; Esc closes it and gives the focus back."""

    closed = Signal()

    def __init__(self, editor: CodeEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.needle = QLineEdit()
        self.replacement = QLineEdit()
        self.line_number = QLineEdit()
        self.regex = _option(".*", tr("Regular expression"))
        self.case = _option("Aa", tr("Upper and lower case differ"))
        self.words = _option("ab|", tr("Whole words only"))
        self.previous = _glyph("up", tr("Previous result (Shift+F3)"))
        self.next = _glyph("down", tr("Next result (F3)"))
        self.replace = QPushButton(tr("Replace"))
        self.replace_everything = QPushButton(tr("Replace all"))
        self.close_button = _glyph("close", tr("Close (Esc)"))
        self.result = QLabel()
        self._lay_out()
        self._connect()
        self.hide()

    def open_for(self, mode: Mode) -> None:
        """Show the bar and put the focus into its first field; a selected word becomes what is looked for."""
        finding = mode is not Mode.LINE
        for widget in self._find_widgets:
            widget.setVisible(finding)
        for widget in self._replace_widgets:
            widget.setVisible(mode is Mode.REPLACE)
        self.line_number.setVisible(not finding)
        self.show()
        start, end = self._editor.selection()
        chosen = self._editor.text()[start:end]
        if finding and chosen and "\n" not in chosen:
            self.needle.setText(chosen)
        field = self.needle if finding else self.line_number
        field.setFocus()
        field.selectAll()
        self._show_results()

    def go(self, *, backwards: bool) -> None:
        """Select the next or previous result."""
        found = self._search().find_all(self._editor.text())
        index = neighbour(found, self._editor.selection(), backwards=backwards)
        if index is not None:
            self._editor.select(*found[index])
        self._show_results()

    # ------------------------------------------------------------------------------------------ slots

    @Slot()
    def _on_find_changed(self) -> None:
        found = self._search().find_all(self._editor.text())
        start = self._editor.selection()[0]
        index = neighbour(found, (start, start), backwards=False)
        if index is not None:
            self._editor.select(*found[index])
        self._show_results()

    @Slot()
    def _on_next(self) -> None:
        self.go(backwards=False)

    @Slot()
    def _on_previous(self) -> None:
        self.go(backwards=True)

    @Slot()
    def _on_replace(self) -> None:
        text, place = self._editor.text(), self._editor.selection()
        try:
            new = self._search().replaced_one(text, place, self.replacement.text())
        except (re.error, IndexError) as error:
            self.result.setText(str(error))
            return
        if new is not None:
            self._editor.replace_all(text[: place[0]] + new + text[place[1] :])
            self._editor.select(place[0] + len(new), place[0] + len(new))
        self.go(backwards=False)

    @Slot()
    def _on_replace_everything(self) -> None:
        search = self._search()
        if not search.needle or search.problem():
            return
        try:
            text, count = search.replaced(self._editor.text(), self.replacement.text())
        except (re.error, IndexError) as error:
            self.result.setText(str(error))
            return
        self._editor.replace_all(text)
        self._show_results()
        self.result.setText(tr("{n} replaced", "{n} replaced", n=count))

    @Slot()
    def _on_line_entered(self) -> None:
        if self.line_number.text():
            self._editor.go_to(int(self.line_number.text()))
            self._close()

    @Slot(str)
    def _on_text_edited(self, _kind: str) -> None:
        if self.isVisible() and not self.line_number.isVisible():
            self._show_results()

    # ------------------------------------------------------------------------------------------ inner

    def _search(self) -> Search:
        return Search(self.needle.text(), self.regex.isChecked(), self.case.isChecked(), self.words.isChecked())

    def _show_results(self) -> None:
        search = self._search()
        found = search.find_all(self._editor.text())
        self._editor.set_found(found[:1000])
        for button in (self.previous, self.next, self.replace, self.replace_everything):
            button.setEnabled(bool(found))
        self.result.setText(self._count_text(search, found))

    def _count_text(self, search: Search, found: list[tuple[int, int]]) -> str:
        if search.problem():
            return tr("Not a valid expression: {why}", why=search.problem())
        if not found:
            return tr("No results") if search.needle else ""
        selection = self._editor.selection()
        if selection in found:
            return tr("{at} of {n}", at=found.index(selection) + 1, n=len(found))
        if len(found) == MOST:
            return tr("More than {n} results", n=MOST)
        return tr("{n} result", "{n} results", n=len(found))

    @Slot()
    def _close(self) -> None:
        self.hide()
        self._editor.set_found([])
        self._editor.setFocus()
        self.closed.emit()

    def _lay_out(self) -> None:
        self.setObjectName("findBar")
        for field, hint in (
            (self.needle, tr("Find")),
            (self.replacement, tr("Replace with")),
            (self.line_number, tr("Go to line")),
        ):
            field.setPlaceholderText(hint)
            field.setAccessibleName(hint)
        self.needle.setClearButtonEnabled(True)
        self.line_number.setValidator(QIntValidator(1, 10_000_000, self))
        self.line_number.setMaximumWidth(160)
        self.result.setAccessibleName(tr("Result of the search"))
        self._find_widgets = [self.needle, self.regex, self.case, self.words, self.previous, self.next, self.result]
        self._replace_widgets = [self.replacement, self.replace, self.replace_everything]
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 6, 8, 6)
        grid.setHorizontalSpacing(6)
        grid.addWidget(self.needle, 0, 0)
        grid.addLayout(_row(self.case, self.words, self.regex, self.previous, self.next, self.result), 0, 1)
        grid.addWidget(self.replacement, 1, 0)
        grid.addLayout(_row(self.replace, self.replace_everything), 1, 1)
        grid.addWidget(self.line_number, 2, 0)
        grid.addWidget(self.close_button, 0, 2, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)

    def _connect(self) -> None:
        self.needle.textChanged.connect(self._on_find_changed)
        for option in (self.regex, self.case, self.words):
            option.toggled.connect(self._on_find_changed)
        self.next.clicked.connect(self._on_next)
        self.previous.clicked.connect(self._on_previous)
        self.replace.clicked.connect(self._on_replace)
        self.replace_everything.clicked.connect(self._on_replace_everything)
        self.close_button.clicked.connect(self._close)
        self._editor.edited.connect(self._on_text_edited)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        elif enter and self.line_number.hasFocus():
            self._on_line_entered()
        elif enter and self.replacement.hasFocus():
            self._on_replace()
        elif enter or event.key() == Qt.Key.Key_F3:
            self.go(backwards=back)
        else:
            super().keyPressEvent(event)


def _option(text: str, name: str) -> QToolButton:
    button = _button(text, name)
    button.setCheckable(True)
    return button


def _button(text: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _glyph(glyph: str, name: str) -> QToolButton:
    """The style sheet has the icon, so that it follows the theme."""
    button = _button("", name)
    button.setProperty("glyph", glyph)
    return button


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
