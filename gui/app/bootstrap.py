"""Puts the program together: services, commands, window; and takes it apart again."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

from gui.app.context import AppContext
from gui.app.crash import CrashHandler
from gui.app.recovery import Recovery
from gui.app.taskbar import JumpList, TaskbarProgress
from gui.app.titlebars import TitleBars
from gui.dialogs.qtnotifier import QtNotifier
from gui.editors.base import Editor
from gui.qt.garbage import GarbageCollector
from gui.qt.i18n import tr
from gui.qt.tasks import TaskRunner
from gui.qt.theme import Theme
from gui.services.commands import CommandRegistry
from gui.services.desktop import Desktop, PlainDesktop
from gui.services.document import Document
from gui.services.notifier import Notifier
from gui.services.recents import Recents
from gui.services.secrets import KeyringStore, SecretStore
from gui.services.settings import FONT_SIZE, THEME, Settings
from gui.services.workbench import Workbench
from gui.windows.focus import FocusWatch
from gui.windows.handlers import Handlers
from gui.windows.main import MainWindow
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.package.parts import Part

if TYPE_CHECKING:
    from gui.nas.workspace import CaptureWorkspace


@dataclass(frozen=True, slots=True)
class Ports:
    """What tests replace: how the user is spoken to, where passwords rest, what time it is, the system's desktop."""

    notifier: Notifier | None = None
    secrets: SecretStore | None = None
    clock: Callable[[], float] = time.monotonic
    desktop: Desktop = field(default_factory=PlainDesktop)


_JUMP_LIST_DELAY = 1_500
"""Milliseconds after the start until the jump list is written: the window comes first."""


class Program(QObject):
    """The running program. Build it after the QApplication, `start` it, and `shut_down` at the end."""

    def __init__(self, application: QApplication, home: Path, ports: Ports | None = None) -> None:
        super().__init__(application)
        ports = ports or Ports()
        application.setApplicationName("SPK Creator")
        application.setApplicationDisplayName("SPK Creator")
        application.setDesktopFileName("spk-creator")
        self.context = build_context(application, home, ports)
        self._apply_look()
        application.setWindowIcon(self.context.theme.app_icon())
        self.workbench = Workbench(self.context, self)
        self.handlers = Handlers(self.context, self.workbench, self._make_workspace)
        self.handlers.setParent(self)
        self.window = MainWindow(self.context, self.workbench, make_editor)
        self.handlers.attach(self.window)
        self.focus = FocusWatch(self.window)
        application.focusChanged.connect(self.focus.on_focus_changed)
        self._attach_notifier()
        self._attach_desktop(application, ports)
        self.crash = CrashHandler(home / "crashes", self.context.theme, self.workbench.save_journal_at_once, self)
        self.crash.attach(self.window)
        self.garbage = GarbageCollector(self)
        self.context.settings.changed.connect(self._on_setting_changed)
        self.workbench.opener.started.connect(self._on_opening)

    def start(self, paths: Sequence[Path] = ()) -> None:
        """Show the window and open the first of `paths`."""
        left = self.crash.install()
        self.garbage.start()
        self.window.show()
        self._jump_timer.start()
        if left:
            self.crash.tell_hard_crash(left)
        if paths:
            self.workbench.open(paths[0])
        Recovery(self.context, self.workbench).start(open_found=not paths)

    def shut_down(self) -> None:
        """Stop what runs, keep the settings, let go of the open package."""
        self._jump_timer.stop()
        self.workbench.release()
        self.context.tasks.cancel_all()
        self.context.tasks.wait()
        hang_up = getattr(self.window.workspace, "shut_down", None)
        if callable(hang_up):
            hang_up()
        self.workbench.sessions.end_all()
        self.context.settings.flush()
        self.garbage.stop()
        self.crash.remove()

    def _attach_notifier(self) -> None:
        notifier = self.context.notifier
        if isinstance(notifier, QtNotifier):
            notifier.attach(self.window)
            notifier.toast_wanted.connect(self.window.toast.show_message)

    def _attach_desktop(self, application: QApplication, ports: Ports) -> None:
        context, desktop = self.context, ports.desktop
        self.taskbar = TaskbarProgress(context.tasks, desktop, ports.clock, self.window)
        self.title_bars = TitleBars(application, context.theme, desktop, self)
        self.jump_list = JumpList(context, desktop, self)
        self._jump_timer = QTimer(self)
        self._jump_timer.setSingleShot(True)
        self._jump_timer.setInterval(_JUMP_LIST_DELAY)
        self._jump_timer.timeout.connect(self.jump_list.update)
        application.commitDataRequest.connect(self._on_session_ends)

    def _make_workspace(self, context: AppContext, parent: QWidget) -> CaptureWorkspace:
        workspace = make_workspace(context, parent)
        workspace.controller.questions.asked.connect(self.taskbar.wait_for_user)
        return workspace

    @Slot()
    def _on_session_ends(self) -> None:
        """Windows shuts down or the user logs off: there is no time for questions, so keep everything for later."""
        with contextlib.suppress(SpkError):  # nobody is left to read a message
            self.workbench.save_journal_at_once()
        self.context.settings.flush()

    def _apply_look(self) -> None:
        settings = self.context.settings
        self.context.theme.apply(settings.get(THEME), settings.get(FONT_SIZE))

    @Slot(object)
    def _on_opening(self, _task: object) -> None:
        """Import the editors beside the opening, so that showing the first one takes no time."""
        self.context.tasks.start("imports", tr("Load the editors"), _import_editors, hidden=True)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key in {THEME.key, FONT_SIZE.key}:
            self._apply_look()


def build_context(application: QApplication, home: Path, ports: Ports) -> AppContext:
    """All services, with their home in the folder `home`."""
    theme = Theme(application)
    settings = Settings(home / "settings.json", theme)
    return AppContext(
        home=home,
        settings=settings,
        tasks=TaskRunner(theme),
        commands=CommandRegistry(theme, theme),
        notifier=ports.notifier or QtNotifier(theme),
        recents=Recents(settings, theme),
        secrets=ports.secrets or KeyringStore(),
        theme=theme,
        clock=ports.clock,
    )


def make_editor(part: Part, document: Document, context: AppContext, parent: QWidget) -> Editor:
    """The editor of a part. The editors are imported when the first one is needed."""
    from gui.editors.registry import create_editor

    return create_editor(part, document, context, parent)


def _import_editors(_context: TaskContext) -> None:
    from gui.editors.registry import import_editors

    import_editors()


def make_workspace(context: AppContext, parent: QWidget) -> CaptureWorkspace:
    """The capture workspace, imported when it is needed: it brings SSH along."""
    from gui.nas.workspace import CaptureWorkspace

    return CaptureWorkspace(context, parent)
