"""Holds the open package with everything that serves it, and sees it through opening, saving and closing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from gui.app.context import AppContext
from gui.qt.i18n import tr
from gui.services.autosave import Autosave
from gui.services.building import BUILD_LANE
from gui.services.document import Document
from gui.services.fixing import Fixing
from gui.services.loading import Loaded, remove_scratch
from gui.services.migrating import Migrating
from gui.services.notifier import Choice, Question
from gui.services.opener import Opener
from gui.services.savetrouble import SaveTrouble
from gui.services.saving import SAVE_LANE, Saving
from gui.services.sessions import OpenPackage, Sessions
from gui.services.targets import BuildTargets
from gui.services.validation import Validation
from gui.services.watching import Watching
from spkcore.base.errors import SpkError, WriteError
from spkcore.base.tasks import TaskContext
from spkcore.package.info import Info
from spkcore.package.journal import Recovery
from spkcore.package.project import Package, discard_trash

SAVE, DISCARD, CANCEL = "save", "discard", "cancel"


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """The document and its helpers; they live and die together, as children of `owner`."""

    owner: QObject
    document: Document
    validation: Validation
    fixing: Fixing
    saving: Saving
    autosave: Autosave
    watching: Watching
    targets: BuildTargets
    migrating: Migrating


class Workbench(QObject):
    """At most one package is open at a time."""

    opened = Signal(object)
    """OpenDocument"""
    closing = Signal()
    """The open package goes away now; let go of it."""
    recovery_offered = Signal(object)
    """Recovery: what a crash left unsaved of the package that was just opened."""
    close_refused = Signal()
    """The package was to be closed and stays open: the user cancelled, or it could not be saved."""
    open_elsewhere = Signal()
    """The package that was just opened is open in another window of this program."""
    remarked = Signal(str)
    """What is to be said of the .spk that was just opened."""

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.sessions = Sessions(context.home / "open")
        self.opener = Opener(context.tasks, context.home, self)
        self.opener.loaded.connect(self.show_loaded)
        self.opener.refused.connect(self._on_refused)
        self.opener.cancelled.connect(self._open_former)
        self.current: OpenDocument | None = None
        self._after_save: Callable[[], object] | None = None
        self._wanted = Path()
        self._former: Path | None = None
        self._scratch: Path | None = None
        self._borrowed: list[Path] = []
        self._is_ours = True
        self._doomed: list[Path] = []
        context.tasks.busy_changed.connect(self._sweep)

    @property
    def document(self) -> Document | None:
        """The open document."""
        return self.current.document if self.current is not None else None

    def open(self, path: Path) -> None:
        """Open `path` instead of what is open; unsaved work is asked about first. What was open comes back when `path`
        cannot be opened."""
        self._wanted, self._former = path, None
        self.close(self._open_wanted)

    def close(self, then: Callable[[], object]) -> None:
        """Close the open package, asking about unsaved work, and call `then`; not if the user cancels. A save that is
        on its way is waited for."""
        if self.current is not None and self.current.saving.is_busy:
            self._after_save = then
            return
        document = self.document
        if document is None or not document.is_dirty:
            self._drop()
            then()
            return
        self._after_save = then
        question = Question(
            tr("Save the changes to {name}?", name=self.title()),
            tr("Without saving, what you changed since the last save is lost."),
            (
                Choice(SAVE, tr("&Save"), "primary"),
                Choice(DISCARD, tr("&Don't save"), "danger"),
                Choice(CANCEL, tr("Cancel")),
            ),
            cancel=CANCEL,
        )
        self._context.notifier.ask(question, self._on_close_answered)

    def save(self) -> None:
        """Save the open package."""
        if self.current is not None:
            self._forget_closing()
            self.current.saving.save()

    def save_as(self) -> None:
        """Save the open package into another folder."""
        if self.current is not None:
            self._forget_closing()
            self.current.saving.save_as()

    def _forget_closing(self) -> None:
        """A file dialog that was cancelled says nothing: the closing that had asked for it is over by now."""
        if self.current is not None and not self.current.saving.is_busy:
            self._after_save = None

    def recover(self, recovery: Recovery) -> None:
        """Take over what a crash left unsaved, as one undo step."""
        if self.document is not None:
            self.document.push(recovery.change, tr("Recover unsaved changes"))
            self._empty_trash(self.document)

    def refuse_recovery(self) -> None:
        """Forget what a crash left unsaved."""
        if self.current is not None:
            self.current.autosave.forget()
            self._empty_trash(self.current.document)

    def postpone_recovery(self) -> None:
        """Close the package and leave everything as the crash left it, to be decided at another time."""
        current = self.current
        if current is not None:
            self.release()
            self._scratch, self._borrowed = None, []
            self.sessions.postpone(str(current.document.folder))
            current.owner.deleteLater()

    def unpack_payload(self) -> None:
        """Close the package, unpack its package.tgz into the folder package, and open it again."""
        if self.document is not None:
            self._wanted = self.document.folder
            self.close(self._open_unpacking)

    def save_journal_at_once(self) -> None:
        """For a crash: keep what is not saved, in this thread."""
        if self.current is not None:
            self.current.autosave.write_at_once()

    def title(self) -> str:
        """What the package calls itself, else its folder's name."""
        document = self.document
        return package_title(document)[0] if document is not None else ""

    def _open_wanted(self) -> None:
        if self._former == self._wanted:
            self._former = None
        self.opener.open(self._wanted)

    @Slot()
    def _open_former(self) -> None:
        """Once, and not into a package that came meanwhile."""
        former, self._former = self._former, None
        if former is not None and self.current is None:
            self.opener.open(former)

    def _open_unpacking(self) -> None:
        self.opener.open_unpacking(self._wanted)

    @Slot(object)
    def show_loaded(self, loaded: object) -> None:
        """Make a `Loaded` the open package."""
        if isinstance(loaded, Loaded):
            self.adopt(loaded)

    @Slot(object)
    def _on_refused(self, error: object) -> None:
        if isinstance(error, SpkError):
            self._context.notifier.error(error)
        self._open_former()

    def adopt(self, loaded: Loaded) -> None:
        """Make this the open package."""
        self._drop()
        self._former = None
        context = self._context
        owner = QObject(self)
        document = Document(loaded.package, context.clock, loaded.source, owner)
        validation = Validation(document, context.tasks, context.notifier, owner)
        targets = BuildTargets(document, context.tasks, context.notifier, owner)
        self.current = OpenDocument(
            owner,
            document,
            validation,
            Fixing(document, validation, context.tasks, context.notifier, owner),
            Saving(document, context.tasks, context.notifier, owner),
            Autosave(document, context.tasks, context.settings, owner),
            Watching(document, context.tasks, owner),
            targets,
            Migrating(document, targets, context.tasks, context.notifier, owner),
        )
        self.current.saving.saved.connect(self._on_saved)
        self.current.saving.failed.connect(self._on_save_failed)
        self.current.saving.abandoned.connect(self._on_save_abandoned)
        document.moved.connect(self._on_moved)
        # Kept until the package is closed even when it is saved elsewhere: undo may want the old bytes back.
        self._scratch = loaded.package.folder if loaded.source is not None else None
        self._begin(loaded)

    def _begin(self, loaded: Loaded) -> None:
        if self.current is None:
            return
        folder = str(loaded.package.folder)
        self._is_ours = self.sessions.begin(OpenPackage(folder, str(loaded.source or "")))
        self._borrowed = self.sessions.borrowed(folder)
        self._remember(loaded.source or loaded.package.folder)
        self.opened.emit(self.current)
        self.current.validation.check_now()
        if loaded.remark:
            self.remarked.emit(loaded.remark)
        if not self._is_ours:
            # Journal and trash are those of the other window.
            self.current.autosave.stop()
            self.open_elsewhere.emit()
        elif loaded.recovery is not None:
            self.recovery_offered.emit(loaded.recovery)
        else:
            self._skip_recovery(loaded)

    def _skip_recovery(self, loaded: Loaded) -> None:
        if self.current is None:
            return
        if loaded.damage is not None:
            self._context.notifier.error(loaded.damage)
            self.current.autosave.forget()
        self._empty_trash(self.current.document)

    def _empty_trash(self, document: Document) -> None:
        """Delete what no undo step can need. On the lane of saving, because a save puts things into the trash."""
        work = partial(_discard_trash, document.package.snapshot())
        lane = f"{SAVE_LANE}{document.folder}"
        self._context.tasks.start(lane, tr("Empty the trash"), work, hidden=True, essential=True)

    def _remember(self, path: Path) -> None:
        document = self.document
        if document is not None:
            title, version = package_title(document)
            self._context.recents.add(path, title, version)

    @Slot(object)
    def borrow(self, room: Path) -> None:
        """The open package reads from this scratch folder: remove it when it is closed, and not before."""
        if room not in self._borrowed:
            self._borrowed.append(room)
        if self.document is not None:
            self.sessions.borrow(str(self.document.folder), self._borrowed)

    def release(self) -> None:
        """Let go of the open package as it is; its journal stays. For the end of the program."""
        current = self.current
        if current is None:
            return
        self.closing.emit()
        self.current = None
        current.validation.stop()
        current.migrating.stop()
        current.watching.stop()
        current.autosave.stop()

    def _drop(self) -> None:
        current = self.current
        if current is None:
            return
        self.release()
        if self._is_ours:
            current.autosave.forget()
            self._empty_trash(current.document)
        self._former = current.document.scratch_source or current.document.folder
        self.sessions.end(str(current.document.folder))
        self._doomed += self._borrowed
        self._borrowed = []
        if self._scratch is not None:
            self._doomed.append(self._scratch)
            self._scratch = None
        self._sweep()
        current.owner.deleteLater()

    @Slot()
    def _sweep(self) -> None:
        """Remove the scratch folders of closed packages, unless a build may still read from them."""
        tasks = self._context.tasks
        if any(task.lane.startswith(BUILD_LANE) for task in tasks.running()):
            return
        while self._doomed:
            work = partial(_remove_scratch, self._doomed.pop(), self._context.home)
            tasks.start("scratch", tr("Tidy up"), work, hidden=True, essential=True)

    def _on_close_answered(self, answer: str) -> None:
        then, self._after_save = self._after_save, None
        if then is None or self.current is None:
            return
        if answer == DISCARD:
            self._drop()
            then()
        elif answer == SAVE:
            self._after_save = then
            self.current.saving.save()
        else:
            self.close_refused.emit()

    @Slot()
    def _on_saved(self) -> None:
        then, self._after_save = self._after_save, None
        if then is not None:
            self.close(then)

    @Slot(object)
    def _on_save_failed(self, error: object) -> None:
        if isinstance(error, WriteError) and self.current is not None:
            SaveTrouble(self.current.saving, self._context.notifier, self._on_save_abandoned).ask(error)
            return
        self._on_save_abandoned()
        if isinstance(error, SpkError):
            self._context.notifier.error(error)

    @Slot()
    def _on_save_abandoned(self) -> None:
        then, self._after_save = self._after_save, None
        if then is not None:
            self.close_refused.emit()

    @Slot()
    def _on_moved(self) -> None:
        document = self.document
        if document is None:
            return
        self.sessions.end_all()
        self.sessions.begin(OpenPackage(str(document.folder)))
        for room in (*self._borrowed, self._scratch):
            if room is not None:
                self.borrow(room)  # undo may want the bytes in there
        self._scratch = None
        self._remember(document.folder)


def _discard_trash(package: Package, _context: TaskContext) -> None:
    discard_trash(package)


def _remove_scratch(folder: Path, home: Path, _context: TaskContext) -> None:
    remove_scratch(folder, home)


def package_title(document: Document) -> tuple[str, str]:
    """Name and version for titles and lists, from INFO if it can be read."""
    name = document.scratch_source.stem if document.scratch_source is not None else document.folder.name
    try:
        info = Info.parse(document.content("INFO"))
    except SpkError:
        return name, ""
    return info.get("displayname") or info.get("package") or name, info.get("version") or ""
