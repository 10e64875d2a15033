"""The one box that shows errors and asks questions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QWidget

from gui.dialogs.base import BaseDialog
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.services.notifier import Question

_TINTS = {"error": "danger", "help": "accent", "warning": "warning", "info": "accent"}


class MessageDialog(BaseDialog):
    """Shows `question` and gives the id of the choice to `on_answer`, once; closing it gives `question.cancel`."""

    def __init__(
        self, question: Question, icon: str, on_answer: Callable[[str], None], theme: Theme, parent: QWidget | None
    ) -> None:
        super().__init__(question.title, parent)
        self._on_answer = on_answer
        self._answer = question.cancel
        self.setMinimumWidth(56 * GRID)
        self._add_texts(question, icon, theme)
        for choice in reversed(question.choices):
            button = self.add_button(make_button(choice.text, choice.look), default=choice is question.choices[0])
            button.setObjectName(choice.id)
            button.clicked.connect(partial(self._choose, choice.id))
            if choice is question.choices[0]:
                button.setFocus()
        self.finished.connect(self._on_finished)

    def _add_texts(self, question: Question, icon: str, theme: Theme) -> None:
        picture = QLabel()
        picture.setPixmap(theme.icon(icon, _TINTS[icon]).pixmap(QSize(32, 32)))
        lines = column(spacing=GRID)
        fill(lines, make_label(question.title, "heading", wrap=True), _selectable(question.text))
        if question.detail:
            lines.addWidget(_detail_box(question.detail, theme))
        lines.addStretch(1)
        line = row(spacing=2 * GRID)
        line.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(lines, 1)
        self.body.addLayout(line)
        self.setAccessibleDescription(question.text)

    def _choose(self, answer: str, _checked: bool = False) -> None:
        self._answer = answer
        self.accept()

    @Slot()
    def _on_finished(self) -> None:
        self._on_answer(self._answer)


class TextDialog(BaseDialog):
    """Asks for one line of text."""

    def __init__(
        self, title: str, label: str, initial: str, on_answer: Callable[[str], None], parent: QWidget | None
    ) -> None:
        super().__init__(title, parent)
        self._on_answer = on_answer
        self.setMinimumWidth(48 * GRID)
        caption = make_label(label)
        self.field = QLineEdit(initial)
        self.field.selectAll()
        caption.setBuddy(self.field)
        fill(self.body, caption, self.field)
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self._ok = self.add_button(make_button(tr("OK"), "primary"), default=True)
        self._ok.clicked.connect(self.accept)
        self.field.textChanged.connect(self._on_text_changed)
        self.accepted.connect(self._on_accepted)
        self._on_text_changed()

    @Slot()
    def _on_text_changed(self) -> None:
        self._ok.setEnabled(bool(self.field.text().strip()))

    @Slot()
    def _on_accepted(self) -> None:
        self._on_answer(self.field.text())


def _selectable(text: str) -> QLabel:
    label = make_label(text, wrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setVisible(bool(text))
    return label


def _detail_box(detail: str, theme: Theme) -> QPlainTextEdit:
    box = QPlainTextEdit(detail)
    box.setReadOnly(True)
    box.setFont(theme.fixed_font())
    box.setAccessibleName(tr("Details"))
    lines = min(max(detail.count("\n") + 1, 3), 10)
    box.setMinimumWidth(60 * GRID)
    box.setFixedHeight(box.fontMetrics().lineSpacing() * lines + 3 * GRID)
    return box
