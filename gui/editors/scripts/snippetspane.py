"""The tab with pieces of scripts that can be put in at the caret."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QListWidget, QListWidgetItem, QWidget

from gui.app.context import AppContext
from gui.qt.forms import GRID, column, fill, make_button, make_label, make_line, row
from gui.qt.i18n import tr
from gui.widgets.codeeditor import CodeEditor
from spkcore.package.answers import Answer
from spkcore.package.snippets import PLACEHOLDER, Snippet, role_of, snippets

_INDEX = int(Qt.ItemDataRole.UserRole)


class SnippetsPane(QWidget):
    """Those that are useful in the script; all on demand."""

    insert_wanted = Signal(object, str)
    """Snippet, and the name of the wizard's answer to use in it (empty: none is known)."""

    def __init__(self, path: str, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role_of(path)
        self._theme = context.theme
        self._answers: list[Answer] = []
        self.everything = QCheckBox(tr("Also for other scripts"))
        self.list = QListWidget()
        self.about = make_label("", wrap=True)
        self.dsm = make_label("", "muted")
        self.preview = CodeEditor("shell")
        self.answer = QComboBox()
        self.insert_button = make_button(tr("Insert"))
        self._answer_caption = make_label(tr("Answer"), "muted")
        self._lay_out()
        self.everything.toggled.connect(self._fill)
        self.list.currentItemChanged.connect(self._on_current_changed)
        self.list.itemActivated.connect(self._on_insert)
        self.insert_button.clicked.connect(self._on_insert)
        self.answer.currentTextChanged.connect(self._show_text)
        self._theme.changed.connect(self._on_theme_changed)
        self._fill()

    @property
    def chosen(self) -> Snippet | None:
        """The selected one."""
        index = self.list.currentIndex().data(_INDEX)
        return snippets()[index] if isinstance(index, int) else None

    def set_answers(self, answers: Sequence[Answer]) -> None:
        """The answers of wizards that the script gets."""
        self._answers = list(answers)
        self._on_current_changed()

    @Slot()
    def _fill(self) -> None:
        self.list.clear()
        for index, snippet in enumerate(snippets()):
            if self.everything.isChecked() or snippet.fits(self._role):
                item = QListWidgetItem(snippet.title)
                item.setData(_INDEX, index)
                item.setToolTip(snippet.about)
                item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, f"{snippet.about} DSM {snippet.dsm}")
                self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _offer_answers(self, snippet: Snippet) -> None:
        """Those that the snippet can be about."""
        names = [item.name for item in self._answers if PLACEHOLDER in snippet.text and snippet.suits(item.kind)]
        if [self.answer.itemText(index) for index in range(self.answer.count())] != names:
            self.answer.clear()
            self.answer.addItems(names)
        self.answer.setVisible(bool(names))
        self._answer_caption.setVisible(bool(names))

    def _lay_out(self) -> None:
        self.list.setProperty("role", "plain")
        self.list.setAccessibleName(tr("Snippets"))
        self.list.setUniformItemSizes(True)
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        self.preview.set_base_font(self._theme.fixed_font())
        self.preview.setAccessibleName(tr("Text of the snippet"))
        self.answer.setAccessibleName(tr("Answer to use in the snippet"))
        head = row()
        head.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        fill(head, self.everything, None)
        told = column(spacing=GRID // 2)
        told.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID // 2)
        fill(told, self.about, self.dsm)
        foot = row()
        foot.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        fill(foot, self.insert_button, self._answer_caption)
        foot.addWidget(self.answer, 1)
        fill(foot, None)
        outer = column(self, spacing=0)
        fill(outer, head)
        outer.addWidget(self.list, 3)
        fill(outer, make_line(), told)
        outer.addWidget(self.preview, 2)
        fill(outer, make_line(), foot)

    # ------------------------------------------------------------------------------------------ slots

    @Slot()
    def _on_current_changed(self) -> None:
        snippet = self.chosen
        if snippet is None:
            return
        self._offer_answers(snippet)
        self._show_text()
        self.about.setText(snippet.about)
        self.dsm.setText(tr("Works with DSM {versions}", versions=snippet.dsm))

    @Slot()
    def _show_text(self) -> None:
        snippet, answer = self.chosen, self.answer.currentText()
        if snippet is not None:
            self.preview.set_text(snippet.text.replace(PLACEHOLDER, answer) if answer else snippet.text)

    @Slot()
    def _on_insert(self) -> None:
        snippet = self.chosen
        if snippet is not None:
            self.insert_wanted.emit(snippet, self.answer.currentText())

    @Slot()
    def _on_theme_changed(self) -> None:
        self.preview.set_base_font(self._theme.fixed_font())
