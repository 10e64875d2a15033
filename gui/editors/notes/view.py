"""The editors of the licence and of the changelog: plain text, with what people do with them at hand."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMenu, QWidget

from gui.app.context import AppContext
from gui.editors.notes import presenter as notes
from gui.editors.notes.presenter import InInfo
from gui.editors.text.view import TextEditor
from gui.qt.forms import GRID, make_button, make_label
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.flow import FoldingRow

_LETTERS = 36
"""What the explanation needs; where the buttons leave less, they go below it."""


class LicenseEditor(TextEditor):
    """What people agree to before they install."""

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(path, document, context, parent)
        about = make_label(
            tr("Package Center shows this before it installs, and people have to agree."), "muted", wrap=True
        )
        self.start_button = make_button(tr("Start from"))
        menu = QMenu(self.start_button)
        for name, title in notes.licences():
            menu.addAction(title).triggered.connect(partial(self._on_chosen, name))
        self.start_button.setMenu(menu)
        bar = FoldingRow(about, self.start_button, least=_LETTERS, spacing=2 * GRID)
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.header.addLayout(bar)

    def _on_chosen(self, name: str, _checked: bool = False) -> None:
        notes.use_licence(self.presenter, name)
        self.show_state()
        self.setFocus()


class ChangelogEditor(TextEditor):
    """What is new in each version; the newest entry goes into INFO, which is what package sources show."""

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        self.state = make_label("", "muted", wrap=True)
        self.take_button = make_button(tr("Take into INFO"))
        self.entry_button = make_button("")
        super().__init__(path, document, context, parent)
        bar = FoldingRow(self.state, self.entry_button, self.take_button, least=_LETTERS, spacing=2 * GRID)
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.header.addLayout(bar)
        self.take_button.clicked.connect(self._on_take)
        self.entry_button.clicked.connect(self._on_entry)
        self._show_bar()

    def concerns(self, paths: frozenset[str]) -> bool:
        """INFO matters too: it holds the version, and what was taken over."""
        return super().concerns(paths) or "INFO" in paths

    def refresh(self, paths: frozenset[str]) -> None:
        super().refresh(paths)
        self._show_bar()

    @Slot()
    def _on_take(self) -> None:
        problem = notes.take_into_info(self.presenter)
        self.setFocus()  # the button has done its work and cannot hold it
        self.context.notifier.inform(problem or tr("INFO says it now: package sources show it."))

    @Slot()
    def _on_entry(self) -> None:
        notes.add_entry(self.presenter)
        self.show_state()
        self.pane.editor.go_to(2, 3)
        self.setFocus()

    def _show_bar(self) -> None:
        state = notes.in_info(self.presenter)
        self.state.setText(_state_text(state))
        self.take_button.setEnabled(state in {InInfo.OTHER, InInfo.NONE})
        version = notes.version_of(self.presenter)
        self.entry_button.setText(tr("New entry for {version}", version=version))
        self.entry_button.setVisible(not notes.has_entry(self.presenter))


def _state_text(state: InInfo) -> str:
    return {
        InInfo.SAME: tr("INFO says the same as the newest entry: package sources show it."),
        InInfo.OTHER: tr("INFO says something else than the newest entry. Package sources show what INFO says."),
        InInfo.NONE: tr("DSM does not read this file. Take the newest entry into INFO, and package sources show it."),
        InInfo.NOTHING_TO_TAKE: tr("DSM does not read this file. Package sources show what INFO says."),
    }[state]
