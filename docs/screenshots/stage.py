"""The stage: the real program with a home of its own, and the means to bring it into a state."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QTranslator
from PySide6.QtGui import QCursor, QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from docs.screenshots.sample import Sample, make_sample
from gui.app.bootstrap import Ports, Program
from gui.editors.base import Editor
from gui.services.document import Document
from gui.windows.packagepage import PackagePage
from spkcore.package.changes import set_content
from tests.fakes.secrets import FakeSecrets

Kind = TypeVar("Kind", bound=Editor)
PATIENCE = 60
"""Seconds to wait for a state before giving up."""


@dataclass(frozen=True, slots=True)
class Looks:
    """How the pictures shall look. `font` is a family, or nothing for the program's own; `points` 0 is its own size."""

    theme: str = "light"
    font: str = ""
    points: int = 0
    pseudo: bool = False
    """Whether every text grows by two fifths, as German and Finnish do."""


class Stage:
    """One program. `place` is the folder in which packages are made; people see it in pictures."""

    def __init__(self, place: Path, home: Path, looks: Looks) -> None:
        self.place = place
        application = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(application, QApplication)
        self.application = application
        application.setFont(QFont([looks.font] if looks.font else ["Segoe UI", "Noto Sans", "DejaVu Sans"], 9))
        if looks.pseudo:
            self._translator = _Longer(application)
            application.installTranslator(self._translator)
        secrets = FakeSecrets()
        secrets.place = "Windows Credential Manager"
        self.program = Program(application, home, Ports(secrets=secrets))
        self.context = self.program.context
        self.window = self.program.window
        self.window.resize(1280, 800)
        self.program.start()
        QCursor.setPos(0, 0)
        self.run(f"view.{looks.theme}")
        if looks.points:
            self.context.theme.apply(looks.theme, looks.points)

    def wait(self, condition: Callable[[], object]) -> None:
        """Let the program run until `condition` holds. Raises `TimeoutError`."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError("the state never came")
            self.let_run(0.02)

    def let_run(self, seconds: float) -> None:
        """Let the program run for a while."""
        QTest.qWait(int(seconds * 1000))

    def settle(self) -> None:
        """Wait until nothing runs, the package has been checked, and everything is painted."""
        self.wait(self._is_idle)
        self.let_run(0.5)

    def run(self, command_id: str) -> None:
        """Run a command."""
        self.context.commands.action(command_id).trigger()

    def dialog(self, name: str) -> QWidget:
        """The open dialog of this class."""
        self.wait(lambda: self._dialogs(name))
        return self._dialogs(name)[-1]

    def open_sample(self, sample: Sample | None = None, part: str = "INFO") -> Editor | None:
        """Open the sample package at one of its parts; returns the editor."""
        sample = sample or Sample()
        folder = self.place / sample.folder
        if not folder.exists():
            make_sample(sample, folder)
        self.program.workbench.open(folder)
        self.wait(lambda: self.window.package_page is not None and self.page.shown_path)
        return self.show(part)

    def open_editor(self, kind: type[Kind], sample: Sample | None = None, part: str = "INFO") -> Kind:
        """Open the sample package at one of its parts, whose editor is of this kind."""
        editor = self.open_sample(sample, part)
        assert isinstance(editor, kind)
        return editor

    def open_by(self, command_id: str, name: str) -> QWidget:
        """The dialog of this class, opened by this command."""
        self.run(command_id)
        return self.dialog(name)

    def show(self, part: str) -> Editor | None:
        """Show a part of the open package; returns the editor."""
        self.page.show_part(part)
        self.settle()
        return self.page.editor

    @property
    def page(self) -> PackagePage:
        """The page of the open package."""
        page = self.window.package_page
        assert page is not None
        return page

    @property
    def document(self) -> Document:
        """The open package."""
        document = self.program.workbench.document
        assert document is not None
        return document

    def edit(self, path: str, data: bytes) -> None:
        """Give a file of the package this content, as an editor would."""
        self.document.push(set_content(self.document.entries, path, data), f"Edit {path}")

    def wait_for_problems(self, count: int) -> None:
        """Wait until the check has found at least so many problems."""
        current = self.program.workbench.current
        assert current is not None
        self.wait(lambda: len(current.validation.problems) >= count)

    def shut_down(self) -> None:
        """End the program."""
        self.program.shut_down()
        # Without a display Qt frees the clipboard after Python's end, and PySide 6.11 crashes on what Python made.
        self.application.clipboard().setText("")

    def _is_idle(self) -> bool:
        current = self.program.workbench.current
        return not self.context.tasks.running() and (current is None or current.validation.is_fresh)

    def _dialogs(self, name: str) -> list[QWidget]:
        found = self.window.findChildren(QWidget)
        return [widget for widget in found if type(widget).__name__ == name and widget.isVisible()]


Shot = Callable[[Stage], QWidget]
"""Brings the program into a state, and gives what the picture shows."""


class _Longer(QTranslator):
    """Makes every text two fifths longer, to see what a translation would do to the windows."""

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's own name
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, count: int = -1) -> str | None:
        if context != "SPK Creator":
            return None  # not ours: Qt goes on with its own
        room = max(2, len(source) * 2 // 5)
        return source + " " + ("länger " * (room // 7 + 1))[: max(room - 1, 1)].strip()
