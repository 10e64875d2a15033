"""The open package as the window sees it: edits go in as changes onto one undo stack, news come out as signals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from gui.qt.undo import MergeWindow, Step, UndoStack
from spkcore.package.changes import Change
from spkcore.package.entries import Entry
from spkcore.package.project import Package


class Document(QObject):
    """One open package with its undo stack.

    Editors read `entries`, `text` and `content`, build a `Change` with spkcore.package.changes, and `push` it.
    """

    changed = Signal(object)
    """frozenset[str]: the paths that an edit, undo, redo or reload touched."""
    dirty_changed = Signal(bool)
    place_wanted = Signal(str)
    """After undo and redo: the place to show, "path" or "path#field"."""
    saved = Signal()
    moved = Signal()
    """The package lives in another folder now."""

    def __init__(
        self,
        package: Package,
        clock: Callable[[], float],
        scratch_source: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.package = package
        self.stack = UndoStack(self)
        self.scratch_source = scratch_source
        """The .spk that this package was unpacked from into a scratch folder; None once it has a folder of its own."""
        self.revision = 0
        """Grows with every change; tells late results from fresh ones."""
        self._merging = MergeWindow(clock)
        self._pushing = False
        self.stack.carry_out.connect(self._apply)
        self.stack.clean_changed.connect(self._on_clean_changed)

    @property
    def is_scratch(self) -> bool:
        """Whether it has no folder of its own yet, so that saving must ask for one."""
        return self.scratch_source is not None

    @property
    def is_dirty(self) -> bool:
        """Whether there is something to save."""
        return not self.stack.isClean()

    @property
    def folder(self) -> Path:
        """The package folder."""
        return self.package.folder

    @property
    def entries(self) -> Mapping[str, Entry]:
        """The package now, all edits applied."""
        return self.package.entries

    def content(self, path: str) -> bytes:
        """The bytes of the file `path`. Raises `UnreadableError`, or `KeyError` when it is not there."""
        return self.package.content(path)

    def text(self, path: str) -> str:
        """The file `path` as text: UTF-8, undecodable bytes as surrogates. Raises like `content`."""
        return self.package.text(path)

    def push(self, change: Change, text: str) -> None:
        """Carry `change` out as an undo step called `text` ("Change version"). A change of nothing is no step."""
        if change.is_empty:
            return
        self._pushing = True
        try:
            self.stack.push(Step(change, text, self._merging.touch()))
        finally:
            self._pushing = False

    def break_merging(self) -> None:
        """What is typed next is an undo step of its own: called when the focus moves."""
        self._merging.interrupt()

    def mark_saved(self, revision: int) -> None:
        """The state of `revision` is on disk now. What was edited meanwhile stays unsaved."""
        if revision == self.revision:
            self.stack.setClean()
        self.saved.emit()

    def take_over_saved(self, snapshot: Package, before: Mapping[str, Entry], revision: int) -> None:
        """`snapshot`, taken at `revision` when the package held `before`, was written to its folder."""
        moved = snapshot.folder != self.package.folder
        self.package.adopt_saved(snapshot, before)
        self.scratch_source = None
        self.mark_saved(revision)
        if moved:
            self.moved.emit()

    def replace_package(self, package: Package) -> None:
        """Show this package instead, after a reload from disk; the history of undo starts anew."""
        touched = frozenset(self.package.entries) | frozenset(package.entries)
        self.package = package
        self.revision += 1
        self.stack.clear()
        self.changed.emit(touched)

    @Slot(object)
    def _apply(self, change: Change) -> None:
        touched = self.package.apply(change)
        self.revision += 1
        self.changed.emit(touched)
        if not self._pushing:
            self._merging.interrupt()
            self.place_wanted.emit(change.place or min(touched, default=""))

    @Slot(bool)
    def _on_clean_changed(self, clean: bool) -> None:
        self.dirty_changed.emit(not clean)
