"""What later starts of the program bring to the running one: packages to open, or the wish that it closes."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from gui.app.context import AppContext
from gui.app.single_instance import SingleInstance
from gui.qt.i18n import tr
from gui.services.desktop import Desktop
from gui.services.loading import INFO
from gui.services.notifier import Notifier
from gui.services.workbench import Workbench
from gui.windows.main import MainWindow
from spkcore.base.errors import UsageError, WriteError
from spkcore.base.settings import refused_portable_folder


class Arrivals(QObject):
    """A dialog that waits for the user is never disturbed: what arrives meanwhile is opened when it is closed."""

    def __init__(self, instance: SingleInstance, context: AppContext, window: MainWindow, desktop: Desktop) -> None:
        super().__init__(window)
        self._instance = instance
        self._context = context
        self._window = window
        self._desktop = desktop
        self._waiting: Path | None = None
        instance.paths_arrived.connect(self._on_paths)
        instance.quit_wanted.connect(self._on_quit)
        window.close_refused.connect(instance.stay_open)

    @property
    def _bench(self) -> Workbench:
        return self._window.workbench

    @Slot(object)
    def _on_paths(self, paths: tuple[Path, ...]) -> None:
        self._desktop.come_to_front(self._window)
        if paths:
            self._open(paths[0])
        if len(paths) > 1:
            text = tr("One package at a time: only {name} was opened.", name=paths[0].name)
            self._context.notifier.inform(text)

    def _open(self, path: Path) -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            if self._waiting is None:
                dialog.destroyed.connect(self._on_dialog_gone)
            self._waiting = path
            text = tr("{name} is opened as soon as you have closed the dialog.", name=path.name)
            self._context.notifier.inform(text)
        elif self._is_open(path):
            self._window.show_package()
        else:
            self._bench.open(path)

    def _is_open(self, path: Path) -> bool:
        document = self._bench.document
        if document is None:
            return False
        known = document.scratch_source or document.folder
        wanted = path.parent if path.name == INFO else path
        return os.path.normcase(known) == os.path.normcase(wanted)

    @Slot()
    def _on_dialog_gone(self) -> None:
        path, self._waiting = self._waiting, None
        if path is not None:
            self._open(path)

    @Slot()
    def _on_quit(self) -> None:
        self._desktop.come_to_front(self._window)
        if QApplication.activeModalWidget() is not None:
            self._instance.stay_open()
        else:
            self._window.close()


def tell_notices(notifier: Notifier, *, is_unanswered: bool) -> None:
    """Say at the start what is not as the user expects it."""
    if is_unanswered:
        notifier.error(
            UsageError(
                tr("SPK Creator is running already, but does not answer"),
                what_to_do=tr(
                    "This is a second one. If the first one stays like that, end it in the Task Manager; what was not "
                    "saved in it is offered when its package is opened again."
                ),
            )
        )
    refused = refused_portable_folder()
    if refused is not None:
        notifier.error(
            WriteError(
                tr("The settings cannot be kept beside the portable program"),
                str(refused),
                tr("The folder is write-protected. Until it can be written, they are kept in your user folder."),
            )
        )
