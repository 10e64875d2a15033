"""The self-test of the installed program: builds the window, makes, edits, undoes and builds a package, and exits."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from gui.app.bootstrap import Program
from spkcore.base.tasks import quiet
from spkcore.package.changes import set_content
from spkcore.package.templates import create_package, list_templates

_PATIENCE = 120_000
"""Milliseconds after which a step that hangs fails the test."""

PASSED, FAILED = 0, 1


def run_self_test(application: QApplication) -> int:
    """0 when every step worked. Writes one line per step to standard output, where there is one."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        program = Program(application, Path(place) / "home")
        run = _Run(program, application, Path(place))
        QTimer.singleShot(0, run.begin)
        application.exec()
        program.shut_down()
        return run.code


class _Run(QObject):
    """The steps; each signal leads to the next one."""

    def __init__(self, program: Program, application: QApplication, place: Path) -> None:
        super().__init__(program)
        self._program = program
        self._application = application
        self._place = place
        self._bytes = b""
        self.code = FAILED
        program.workbench.opened.connect(self._step(self.edit))
        program.workbench.opener.refused.connect(self.fail)
        program.handlers.building.built.connect(self._step(self.finish))
        program.handlers.building.failed.connect(self.fail)
        QTimer.singleShot(_PATIENCE, self.give_up)

    @Slot()
    def begin(self) -> None:
        """Make a package, show the window, open the package."""
        template = list_templates()[0]
        folder = self._place / "package"
        create_package(template, template.complete({}), folder, quiet())
        self._program.start([folder])
        _say("window shown, opening a package")

    def edit(self) -> None:
        """Edit, undo, redo, build."""
        document = self._program.workbench.document
        assert document is not None
        before = document.content("INFO")
        document.push(set_content(document.entries, "INFO", before + b'maintainer_url="https://example.org"\n'), "Edit")
        self._require(document.is_dirty, "the edit counts")
        self._program.context.commands.action("edit.undo").trigger()
        self._require(document.content("INFO") == before and not document.is_dirty, "undo brings it back")
        self._program.context.commands.action("package.build").trigger()
        _say("edited and undone, building")

    def finish(self) -> None:
        """Look at what was built."""
        built = list(self._place.glob("*.spk"))
        self._require(len(built) == 1 and built[0].stat().st_size > 0, "one .spk was built")
        _say(f"built {built[0].name}")
        self.code = PASSED
        self._application.exit(PASSED)

    @Slot(object)
    def fail(self, error: object) -> None:
        """Something was refused."""
        _say(f"failed: {error}")
        self._application.exit(FAILED)

    @Slot()
    def give_up(self) -> None:
        """A step hangs."""
        self.fail("a step takes too long")

    def _step(self, work: Callable[[], None]) -> Callable[[object], None]:
        def run(_value: object) -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001 - a self-test reports whatever goes wrong
                self.fail(repr(error))

        return run

    def _require(self, holds: bool, what: str) -> None:
        if not holds:
            raise AssertionError(what)


def _say(line: str) -> None:
    if sys.stdout is not None:  # a windowed program on Windows has none
        sys.stdout.write(f"self-test: {line}\n")
        sys.stdout.flush()
