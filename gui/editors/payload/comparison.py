"""The other package of a comparison: read in the background, compared with the open one, taken over from."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from gui.app.context import AppContext
from gui.editors.payload.planning import Plan, Planner
from gui.editors.payload.properties import names
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.services.document import Document
from gui.services.loading import package_folder, remove_scratch, scratch_folder
from spkcore.base.errors import SpkError, UnreadableError
from spkcore.base.files import remove_folder
from spkcore.base.tasks import TaskContext, quiet
from spkcore.checks.preview import FilePreview, Happens, preview
from spkcore.package.changes import Change, Edit, Entries
from spkcore.package.compare import Aspect, Comparison, Difference, Side, compare, content_of, take_over
from spkcore.package.entries import PAYLOAD, Entry, Kind
from spkcore.package.payload import found_on_disk
from spkcore.package.project import open_package

_LANE = "compare"
_QUICK = 16
"""2 to this power is the number of bytes that count as one entry: more are read in the background."""


@dataclass(frozen=True, slots=True)
class Other:
    """The other side. `below` is the folder that is compared: "" for a whole package, or the payload.

    `scratch` is where an .spk was unpacked to.
    """

    source: Path
    entries: Mapping[str, Entry]
    below: str = ""
    scratch: Path | None = None


class ComparisonPresenter(QObject):
    """`open` reads the other side; every answer comes as a signal."""

    compared = Signal(object)
    """Comparison"""
    failed = Signal(object)
    """SpkError"""
    previewed = Signal(object)
    """FilePreview of what taking the path over would do; None where there is nothing to show."""
    borrowing = Signal(object)
    """Path: where an .spk was unpacked to, from which something is taken over now."""

    def __init__(self, document: Document, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self._context = context
        self._task: Task | None = None
        self._previewing: Task | None = None
        self.other: Other | None = None
        self._borrowed: set[Path] = set()
        self._planner = Planner(document, context, document)  # what was asked for comes also when this is closed
        self._planner.done.connect(self.compare_again)

    def open(self, source: Path) -> None:
        """Read this .spk, package folder or plain folder, and compare with it."""
        self.forget()
        work = partial(_open_and_compare, dict(self.document.entries), source, self._context.home)
        self._task = self._context.tasks.start(_LANE, tr("Compare with {name}", name=source.name), work)
        self._task.finished.connect(self._on_opened)
        self._task.failed.connect(self._on_failed)

    def stop(self) -> None:
        """Nobody waits any more."""
        if self._task is not None:
            self._task.cancel()

    def forget(self) -> None:
        """Remove what was unpacked, unless something was taken over from it: that is read until it is saved."""
        self.stop()
        scratch = self.other.scratch if self.other is not None else None
        if scratch is not None and scratch not in self._borrowed:
            work = partial(_remove, scratch, self._context.home)
            self._context.tasks.start("scratch", tr("Tidy up"), work, hidden=True, essential=True)
        self.other = None

    def preview(self, difference: Difference) -> None:
        """Work out what taking this over would do."""
        there = self.other.entries if self.other is not None else {}
        path = difference.path
        edit = Edit(path, _whole(self.document.entries, path), _whole(there, path))
        work = partial(_preview, edit, differs_text(difference))
        self._previewing = self._context.tasks.start("preview", tr("Compare a file"), work, hidden=True)
        self._previewing.finished.connect(self._on_previewed)

    def take_over(self, paths: Sequence[str]) -> None:
        """Make these paths what they are on the other side: one undo step. Then compare again."""
        if self.other is None:
            return
        there, what = self.other.entries, names(paths)
        if self.other.scratch is not None:
            self._borrowed.add(self.other.scratch)
            self.borrowing.emit(self.other.scratch)
        size = max(len(paths), sum(there[path].size for path in paths if path in there) >> _QUICK)

        def make(entries: Entries) -> Change:
            return take_over(entries, there, paths, quiet())

        self._planner.carry_out(Plan(tr("Take over {what}", what=what), size, make))

    @Slot()
    def compare_again(self) -> None:
        """Compare the package as it is now."""
        if self.other is not None:
            work = partial(_compare, dict(self.document.entries), self.other)
            self._task = self._context.tasks.start(_LANE, tr("Compare"), work, hidden=True)
            self._task.finished.connect(self._on_opened)
            self._task.failed.connect(self._on_failed)

    @Slot(object)
    def _on_opened(self, result: object) -> None:
        if self.sender() is self._task and isinstance(result, tuple):
            self.other, comparison = result
            self.compared.emit(comparison)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if self.sender() is self._task and isinstance(error, SpkError):
            self.failed.emit(error)

    @Slot(object)
    def _on_previewed(self, item: object) -> None:
        if self.sender() is self._previewing:
            self.previewed.emit(item)


def differs_text(difference: Difference) -> str:
    """What differs, in words: "content, mode 644 → 755"."""
    if difference.side is Side.HERE:
        return tr("only in this package")
    if difference.side is Side.THERE:
        return tr("only in the other one")
    words = {
        Aspect.KIND: tr("kind"),
        Aspect.CONTENT: tr("content"),
        Aspect.MODE: tr("mode"),
        Aspect.OWNER: tr("owner"),
        Aspect.LINK: tr("link"),
    }
    return ", ".join(words[aspect] for aspect in words if aspect in difference.aspects)


def _open_and_compare(here: Entries, source: Path, home: Path, context: TaskContext) -> tuple[Other, Comparison]:
    other = _read(source, home, context)
    return _compare(here, other, context)


def _compare(here: Entries, other: Other, context: TaskContext) -> tuple[Other, Comparison]:
    return other, compare(here, other.entries, context, other.below)


def _read(source: Path, home: Path, context: TaskContext) -> Other:
    """A folder without INFO is compared with the payload."""
    if source.is_dir():
        try:
            return Other(source, open_package(package_folder(source), context).entries)
        except UnreadableError:
            return Other(source, dict(found_on_disk(PAYLOAD, source, context)), below=PAYLOAD)
    return _unpack(source, home, context)


def _unpack(source: Path, home: Path, context: TaskContext) -> Other:
    from spkcore.archive.extract import extract_package
    from spkcore.archive.identify import identify

    identity = identify(source)
    if not identity.readable:
        raise UnreadableError(identity.explanation, str(source), identity.advice)
    room = scratch_folder(home) / uuid.uuid4().hex[:12]
    room.mkdir(parents=True)
    try:
        folder = extract_package(source, room / (source.stem or "package"), context).folder
        return Other(source, open_package(folder, context).entries, scratch=room)
    except BaseException:
        remove_folder(room)
        raise


def _whole(entries: Entries, path: str) -> Entry | None:
    """The entry, a hard link with the bytes of its file."""
    entry = entries.get(path)
    if entry is None or entry.kind is not Kind.HARDLINK:
        return entry
    return replace(entry, kind=Kind.FILE, target="", content=content_of(entries, path))


def _preview(edit: Edit, note: str, _context: TaskContext) -> FilePreview:
    happens = Happens.ADDED if edit.before is None else Happens.REMOVED if edit.after is None else Happens.CHANGED
    return next(iter(preview(Change((edit,)))), FilePreview(edit.path, happens, note=note))


def _remove(scratch: Path, home: Path, _context: TaskContext) -> None:
    remove_scratch(scratch, home)
