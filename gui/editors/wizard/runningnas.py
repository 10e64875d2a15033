"""The way of a trial run to the NAS: asks for a connection when one is needed, and hangs up when it is not."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.app.context import AppContext
from gui.nas.asking import Questions
from gui.nas.connect import ConnectDialog
from gui.nas.engine import Connection, NasEngine, RealEngine
from gui.nas.jobs import Closing
from gui.qt.i18n import tr


class NasDoor(QObject):
    """Holds at most one connection. `open` leads to `ready`, at once where a connection is there."""

    ready = Signal(object)
    """Connection"""
    changed = Signal()
    """Connected, or hung up."""

    def __init__(self, context: AppContext, engine: NasEngine | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._engine = engine
        self._window = parent
        self._dialog: ConnectDialog | None = None
        self.connection: Connection | None = None

    def open(self) -> None:
        """Connect, with the dialog for it, unless that is done already."""
        if self.connection is not None:
            self.ready.emit(self.connection)
        elif self._dialog is None:
            self._engine = self._engine or RealEngine(self._context.home)
            questions = Questions(self)
            self._dialog = ConnectDialog(self._context, self._engine, questions, self._window.window())
            self._dialog.connected.connect(self._on_connected)
            self._dialog.finished.connect(self._on_finished)
            self._dialog.open()

    @property
    def dialog(self) -> ConnectDialog | None:
        """The dialog that asks for the NAS, while it is open."""
        return self._dialog

    def close(self) -> None:
        """Hang up."""
        connection, self.connection = self.connection, None
        if connection is not None:
            lane = f"nas:{connection.target.host}"
            self._context.tasks.start(lane, tr("Disconnect"), Closing(connection).run, hidden=True, essential=True)
            self.changed.emit()

    @Slot(object)
    def _on_connected(self, connection: Connection) -> None:
        self.connection = connection
        self.changed.emit()
        self.ready.emit(connection)

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None
