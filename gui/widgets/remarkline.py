"""The line below a text that says what is wrong in the line of the caret, and offers the fix."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from gui.qt.forms import GRID, ElidedLabel, fill, make_button, plain_tip, row
from gui.qt.i18n import tr
from gui.widgets.codecolors import code_colors, severity_color
from gui.widgets.codeeditor import CodeEditor
from gui.widgets.codemargin import Mark, paint_severity


class RemarkLine(QWidget):
    """There only while the text has problems, so that the text does not jump when the caret moves."""

    fix_clicked = Signal()
    """The user wants the problem of the caret's line fixed."""

    def __init__(self, editor: CodeEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setObjectName("remarkLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sign = _Sign(editor)
        self.message = ElidedLabel("", "", Qt.TextElideMode.ElideRight)
        self.fix_button = make_button(tr("Fix"), "link")
        self.fix_button.clicked.connect(self.fix_clicked)
        line = row(self, spacing=GRID)
        line.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        fill(line, self._sign)
        line.addWidget(self.message, 1)
        fill(line, self.fix_button)
        editor.cursorPositionChanged.connect(self._show_caret)
        editor.margin.marks_changed.connect(self._show_caret)
        self.fix_button.hide()
        self.hide()

    def set_fix(self, text: str) -> None:
        """What fixing the problem of the caret's line does; nothing where it cannot be fixed."""
        self.fix_button.setVisible(bool(text))
        self.fix_button.setText(tr("Fix: {what}", what=text) if text else "")

    @Slot()
    def _show_caret(self) -> None:
        marks = self._editor.margin.marks()
        self.setVisible(bool(marks))
        if not marks:
            return
        here = [mark for mark in marks if mark.line == self._editor.caret()[0]]
        self._sign.show_mark(here[0] if here else None)
        if here:
            self.message.setText("  ·  ".join(" ".join(mark.message.split()) for mark in here))
            self.message.setToolTip(plain_tip("\n".join(mark.message for mark in here)))
        else:
            count = len(marks)
            self.message.setText(
                tr("{n} problem in this text: F8 goes to it", "{n} problems in this text: F8 goes to the next", n=count)
            )


class _Sign(QWidget):
    """The sign of a severity, as in the margin."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__()
        self._editor = editor
        self._mark: Mark | None = None
        self.setFixedSize(QSize(2 * GRID, 2 * GRID))

    def show_mark(self, mark: Mark | None) -> None:
        """Show the sign of this one."""
        self._mark = mark
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._mark is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        palette: QPalette = self._editor.palette()
        painter.setBrush(severity_color(palette, self._mark.severity))
        paint_severity(
            painter,
            self.rect().adjusted(2, 2, -2, -2).toRectF(),
            self._mark.severity,
            QColor(code_colors(palette).margin),
        )
        painter.end()
