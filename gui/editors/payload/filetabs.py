"""The tabs of the payload editor: the files, and opened ones beside them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QTabBar, QTabWidget, QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.text.opening import open_file
from gui.qt.forms import ToolButton
from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.checks.engine import Problem


class FileTabs(QTabWidget):
    """The first tab is the tree of files and stays."""

    opened = Signal(object)
    """Editor: a file was opened in it."""

    def __init__(self, files: QWidget, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._context = context
        self._problems: Sequence[Problem] = ()
        self.setDocumentMode(True)
        self.setTabBarAutoHide(True)
        self.addTab(files, tr("Files"))

    @property
    def current_editor(self) -> Editor | None:
        """The editor of the file that is shown; None while the tree is."""
        current = self.currentWidget()
        return current if isinstance(current, Editor) else None

    def editor_of(self, path: str) -> Editor | None:
        """The editor of an opened file."""
        return next((editor for editor in self.editors() if editor.path == path), None)

    def editors(self) -> list[Editor]:
        """The editors of the opened files."""
        widgets = [self.widget(index) for index in range(self.count())]
        return [widget for widget in widgets if isinstance(widget, Editor)]

    @Slot(str)
    def open_file(self, path: str) -> None:
        """Show a file of the payload in a tab."""
        editor = self.editor_of(path)
        if editor is None:
            editor = open_file(path, self._document, self._context, self)
            editor.set_problems([problem for problem in self._problems if problem.path == path])
            index = self.addTab(editor, path.rpartition("/")[2])
            self.setTabToolTip(index, path)
            self._give_close_button(index, editor)
            self.opened.emit(editor)
        self.setCurrentWidget(editor)
        editor.setFocus()

    def show_files(self) -> None:
        """Show the tree."""
        self.setCurrentIndex(0)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Mark these problems in the opened files."""
        self._problems = problems
        for editor in self.editors():
            editor.set_problems([problem for problem in problems if problem.path == editor.path])

    def close_gone(self) -> None:
        """Close the tabs of files that are not there any more."""
        for editor in self.editors():
            if editor.path not in self._document.entries:
                self._on_close(editor)

    def _give_close_button(self, index: int, editor: Editor) -> None:
        button = CloseButton(editor, self._context.theme.icon("close"), self.tabText(index))
        button.close_wanted.connect(self._on_close)
        self.tabBar().setTabButton(index, QTabBar.ButtonPosition.RightSide, button)

    @Slot(QWidget)
    def _on_close(self, editor: QWidget) -> None:
        self.removeTab(self.indexOf(editor))
        editor.deleteLater()


class CloseButton(ToolButton):
    """The button on a tab that closes the editor in it."""

    close_wanted = Signal(QWidget)

    def __init__(self, editor: QWidget, icon: QIcon, name: str) -> None:
        super().__init__()
        self._editor = editor
        self.setIcon(icon)
        self.setIconSize(QSize(14, 14))
        self.setAutoRaise(True)
        self.setToolTip(tr("Close {name}", name=name))
        self.setAccessibleName(self.toolTip())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._on_clicked)

    @Slot()
    def _on_clicked(self) -> None:
        self.close_wanted.emit(self._editor)
