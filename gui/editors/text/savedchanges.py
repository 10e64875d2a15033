"""Marks in the margin what differs from the saved file, takes single differences back, and shows them all."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from gui.app.context import AppContext
from gui.dialogs.compare_saved import CompareDialog
from gui.editors.problemmenu import menu_action
from gui.editors.text.presenter import TextPresenter
from gui.models.linediff import Hunk, hunks, taken_back
from gui.models.sourcetext import decode
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.widgets.codeeditor import CodeEditor
from gui.widgets.codemargin import Bar
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.checks.preview import FilePreview, preview
from spkcore.package.changes import difference
from spkcore.package.entries import Entry, Kind

_LANE = "compare"
_DELAY = 200
"""Milliseconds without an edit before lines are compared."""

Found = tuple[str, list[Hunk]]


class SavedChanges(QObject):
    """Follows one code editor. Comparing happens on a lane of its own; what it found counts only for the text that it
    looked at."""

    def __init__(self, editor: CodeEditor, presenter: TextPresenter, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self._presenter = presenter
        self._context = context
        self._owner = parent
        self._task: Task | None = None
        self._found: Found = ("", [])
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        self._timer.timeout.connect(self._compare)
        document = presenter.document
        document.changed.connect(self._on_document_changed)
        document.saved.connect(self._timer.start)
        editor.margin.bar_clicked.connect(self._on_bar_clicked)
        if document.entries.get(presenter.path) != document.package.saved.get(presenter.path):
            self._timer.start()

    @property
    def hunks(self) -> list[Hunk]:
        """What differs in the text as it stands; nothing while that is not known."""
        text, found = self._found
        return found if text == self._editor.text() else []

    @property
    def can_compare(self) -> bool:
        """Whether the file differs from what is saved, and something is saved."""
        path, document = self._presenter.path, self._presenter.document
        saved = document.package.saved.get(path)
        return saved is not None and saved != document.entries.get(path)

    def add_actions(self, menu: QMenu, line: int) -> None:
        """Offer what can be done about the difference at `line`, and to compare, at the end of `menu`."""
        actions = self._actions(menu, line)
        if actions:
            menu.addSeparator()
            menu.addActions(actions)

    @Slot()
    def compare(self) -> None:
        """Show everything that differs from the saved file."""
        path, package = self._presenter.path, self._presenter.document.package
        before, after = package.saved.get(path), package.entries.get(path)
        task = self._context.tasks.start(_LANE, tr("Compare"), partial(_preview, path, before, after), hidden=True)
        task.finished.connect(self._on_previewed)

    def revert(self, hunk: Hunk) -> None:
        """Bring the saved lines of one difference back, as one undo step."""
        if hunk in self.hunks:
            self._editor.replace_all(taken_back(self._editor.text(), hunk))
            self._editor.go_to(hunk.first)

    @Slot()
    def revert_all(self) -> None:
        """Bring the whole saved file back, as one undo step."""
        path, document = self._presenter.path, self._presenter.document
        saved = document.package.saved.get(path)
        if saved is not None:
            change = difference({path: document.entries[path]} if path in document.entries else {}, {path: saved})
            document.push(change, tr("Bring {name} back as saved", name=self._presenter.name))

    # ------------------------------------------------------------------------------------------ inner

    def _hunk_at(self, line: int) -> Hunk | None:
        return next((hunk for hunk in self.hunks if _bar(hunk).covers(line)), None)

    def _actions(self, menu: QMenu, line: int) -> list[QAction]:
        actions = []
        hunk = self._hunk_at(line)
        if hunk is not None:
            actions.append(menu_action(menu, tr("Take this change back"), partial(_revert, self, hunk)))
        if self.can_compare:
            actions.append(menu_action(menu, tr("Compare with the saved file…"), partial(_compare, self)))
        return actions

    @Slot(object)
    def _on_document_changed(self, paths: frozenset[str]) -> None:
        if self._presenter.path in paths:
            self._timer.start()

    @Slot()
    def _compare(self) -> None:
        if self._task is not None:
            self._task.cancel()
        path, document = self._presenter.path, self._presenter.document
        saved, text = document.package.saved.get(path), self._editor.text()
        if saved is None or saved == document.entries.get(path):
            self._task = None
            self._show((text, []))
            return
        self._task = self._context.tasks.start(_LANE, tr("Compare"), partial(_compared, saved, text), hidden=True)
        self._task.finished.connect(self._on_compared)

    @Slot(object)
    def _on_compared(self, found: Found) -> None:
        if self.sender() is not self._task:  # the file was saved since, or edited there and back
            return
        self._task = None
        if found[0] == self._editor.text():
            self._show(found)

    def _show(self, found: Found) -> None:
        self._found = found
        self._editor.margin.set_bars([_bar(hunk) for hunk in found[1]])

    @Slot(int, QPoint)
    def _on_bar_clicked(self, line: int, place: QPoint) -> None:
        menu = QMenu(self._editor)
        menu.addActions(self._actions(menu, line))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    @Slot(object)
    def _on_previewed(self, item: FilePreview | None) -> None:
        if item is None:
            self._context.notifier.inform(tr("The file is as it was saved."))
            return
        dialog = CompareDialog(item, self._context.theme, self._owner)
        dialog.revert_wanted.connect(self.revert_all)
        dialog.open()


def _bar(hunk: Hunk) -> Bar:
    return Bar(hunk.kind, hunk.first, hunk.count)


def _compared(saved: Entry, text: str, context: TaskContext) -> Found:
    if saved.kind is not Kind.FILE or saved.content is None:
        return text, []
    try:
        before = decode(saved.content.read()).text
    except SpkError:
        return text, []
    context.check()
    return text, hunks(before, text)


def _preview(path: str, before: Entry | None, after: Entry | None, _context: TaskContext) -> FilePreview | None:
    change = difference({path: before} if before else {}, {path: after} if after else {})
    return next(iter(preview(change)), None)


def _revert(owner: SavedChanges, hunk: Hunk, _checked: bool = False) -> None:
    owner.revert(hunk)


def _compare(owner: SavedChanges, _checked: bool = False) -> None:
    owner.compare()
