"""The self-test of the installed program: does what a person does, once, and writes down what was seen.

`--self-test FILE.json [PATH]` opens PATH (a package made from a template without it), edits it, undoes, builds it into
the folder of FILE.json, drops another package folder on the window, edits and saves that, and takes pictures.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from gui.app.bootstrap import Ports, Program
from gui.app.facts import system_facts
from gui.app.processtime import process_age
from gui.services.building import OUTPUTS
from gui.services.desktop import Desktop, PlainDesktop
from gui.services.document import Document
from gui.services.secrets import KeyringStore
from gui.windows.packagepage import PackagePage
from spkcore.base.files import make_folder, write_bytes
from spkcore.base.tasks import quiet
from spkcore.package.templates import create_package, list_templates

_PATIENCE = 60.0
"""Seconds after which a step that hangs fails the test."""
_POLL = 10
"""Milliseconds."""
_CALM = 0.02
"""Seconds: a window whose event loop turns faster than this can be used."""
_HEAVY = ("paramiko", "cryptography", "jsonschema", "PIL", "pygments", "keyring")
_EDIT = "9"
_LOGIN = "self-test@example.invalid"

PASSED, FAILED = 0, 1


@dataclass(frozen=True, slots=True)
class _Step:
    """`begin` starts something, `is_done` tells when it is over."""

    name: str
    begin: Callable[[], object]
    is_done: Callable[[], object]


def run_self_test(
    application: QApplication, report: Path, paths: Sequence[Path] = (), desktop: Desktop | None = None
) -> int:
    """0 when every step worked. `report` is the JSON file to write, or an empty path for none. Says one line per step
    on standard output, where there is one."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        application.setQuitOnLastWindowClosed(False)  # closing the window is one of the steps
        program = Program(application, Path(place) / "home", Ports(desktop=desktop or PlainDesktop()))
        target = report.absolute() if report.name else None
        if target is not None:
            make_folder(target.parent)
        run = _Run(program, application, Path(place), target, list(paths))
        QTimer.singleShot(0, run.begin)
        application.exec()
        program.shut_down()
        if target is not None:
            write_bytes(target, json.dumps(run.seen, indent=1, ensure_ascii=False).encode() + b"\n")
        return PASSED if run.seen["passed"] else FAILED


class _Run(QObject):
    """The steps, one after the other. A timer looks whether the step is over: nothing waits in the GUI thread."""

    def __init__(
        self, program: Program, application: QApplication, place: Path, report: Path | None, paths: list[Path]
    ) -> None:
        super().__init__(program)
        self._program = program
        self._application = application
        self._place = place
        self._report = report
        self._output = place if report is None else report.parent
        self._paths = paths
        self._painted = False
        self._secrets = KeyringStore()
        self._before = b""
        self._built: list[object] = []
        self._steps = self._plan()
        self._began = time.perf_counter()
        self.timings: dict[str, float] = {}
        self.steps: list[dict[str, object]] = []
        self.errors: list[str] = []
        self.seen: dict[str, object] = {"passed": False, "errors": self.errors, "steps": self.steps}
        self.seen |= {"timings": self.timings, "system": system_facts(application), "frozen": _is_frozen()}
        self._turn = time.perf_counter()
        program.window.installEventFilter(self)
        program.workbench.opener.refused.connect(self.fail)
        program.handlers.building.built.connect(self._built.append)
        program.handlers.building.failed.connect(self.fail)
        program.crash.reported.connect(self.fail)
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL)
        self._timer.timeout.connect(self._look)

    def _plan(self) -> list[_Step]:
        return [
            _Step("show the window", self._show, self._is_usable),
            _Step("open", self._open, self._is_open),
            _Step("edit", self._edit, self._is_edited),
            _Step("undo", self._trigger("edit.undo"), self._is_undone),
            _Step("build", self._build, self._is_built),
            _Step("drop a folder", self._drop, self._is_dropped),
            _Step("edit again", self._edit, self._is_edited),
            _Step("save", self._trigger("file.save"), self._is_saved),
            _Step("keep a password", self._keep_password, self._is_password_gone),
            _Step("close", self._program.window.close, self._is_closed),
        ]

    @Slot()
    def begin(self) -> None:
        """Start the first step."""
        self._note_time("application")
        self._enter()
        self._timer.start()

    @Slot(object)
    def fail(self, error: object) -> None:
        """Something went wrong; the test ends."""
        text = f"{self._steps[0].name if self._steps else 'end'}: {error}"
        self.errors.append(text)
        _say(f"failed: {text}")
        self._picture("failed")
        self._end(FAILED)

    @Slot()
    def _look(self) -> None:
        try:
            if self._steps[0].is_done():
                self._leave()
            elif time.perf_counter() - self._began > _PATIENCE:
                self.fail("takes too long")
        except Exception:  # noqa: BLE001 - a self-test reports whatever goes wrong
            self.fail(traceback.format_exc())

    def _enter(self) -> None:
        self._began = time.perf_counter()
        try:
            self._steps[0].begin()
        except Exception:  # noqa: BLE001 - a self-test reports whatever goes wrong
            self.fail(traceback.format_exc())

    def _leave(self) -> None:
        step = self._steps.pop(0)
        seconds = round(time.perf_counter() - self._began, 3)
        self.steps.append({"name": step.name, "seconds": seconds})
        _say(f"{step.name} ({seconds} s)")
        if self._steps:
            self._picture(step.name)
            self._enter()
        else:
            self._end(PASSED)

    def _end(self, code: int) -> None:
        self._timer.stop()
        self._steps.clear()
        self.seen["passed"] = code == PASSED
        self._application.exit(code)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._painted:
            self._painted = True
            self._note_time("painted")
        return super().eventFilter(watched, event)

    # --- steps ----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        self._turn = time.perf_counter()
        self._program.start()

    def _is_usable(self) -> bool:
        """Painted, and the event loop turns without a pause: the next click is answered at once."""
        now = time.perf_counter()
        pause, self._turn = now - self._turn - _POLL / 1000, now
        if not self._painted or pause > _CALM:
            return False
        self._note_time("usable")
        self.seen["imported"] = [name for name in _HEAVY if name in sys.modules]
        return True

    def _open(self) -> None:
        if not self._paths:
            self._paths = [self._make("package")]
        self._program.workbench.open(self._paths[0])

    def _is_open(self) -> bool:
        document = self._program.workbench.document
        page = self._program.window.package_page
        if document is None or page is None or not page.shown_path or self._program.context.tasks.running():
            return False
        self.seen["package"] = self._program.workbench.title()
        return True

    def _edit(self) -> None:
        self._page.show_part("INFO")
        self._before = self._document.content("INFO")
        line = self._version_line()
        line.setFocus()
        _press(line, Qt.Key.Key_End)
        _press(line, Qt.Key.Key_9, _EDIT)

    def _version_line(self) -> QWidget:
        from gui.editors.info.view import InfoEditor

        editor = self._page.editor
        if not isinstance(editor, InfoEditor):
            raise TypeError(f"INFO is shown by {editor}")
        editor.reveal("version")  # the rows are made one after the other; this one is needed now
        return editor.form.row("version").control.focus_widget()

    def _is_edited(self) -> bool:
        content = self._document.content("INFO")
        return self._document.is_dirty and content != self._before and self._program.window.isWindowModified()

    def _is_undone(self) -> bool:
        return not self._document.is_dirty and self._document.content("INFO") == self._before

    def _build(self) -> None:
        origin = self._document.scratch_source or self._document.folder
        output = self._output / "self-test.spk"
        self._program.context.settings.put(OUTPUTS, {str(origin): str(output)})
        self._program.context.commands.action("package.build").trigger()

    def _is_built(self) -> bool:
        output = self._output / "self-test.spk"
        if not self._built or not output.is_file():
            return False
        data = output.read_bytes()
        self.seen["built"] = {"path": str(output), "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for dialog in self._program.window.findChildren(QDialog):
            dialog.close()
        return True

    def _drop(self) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(self._make("gezogenes Päckchen")))])
        window, copy = self._program.window, Qt.DropAction.CopyAction
        buttons, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        self._application.sendEvent(window, QDragEnterEvent(window.rect().center(), copy, mime, buttons, none))
        self._picture("drag over")
        self._application.sendEvent(window, QDropEvent(QPointF(window.rect().center()), copy, mime, buttons, none))

    def _is_dropped(self) -> bool:
        return self._is_open() and self._document.folder.name == "gezogenes Päckchen"

    def _is_saved(self) -> bool:
        document = self._document
        return not document.is_dirty and (document.folder / "INFO").read_bytes() == document.content("INFO")

    def _keep_password(self) -> None:
        """In Windows' own store; elsewhere keyring may ask its user for a master password, which no test can answer."""
        if sys.platform == "win32":
            self._secrets.put(_LOGIN, "geheim: größer & ⌘")
            self.seen["password"] = self._secrets.get(_LOGIN)
            self.seen["password_place"] = self._secrets.place
            self._secrets.forget(_LOGIN)

    def _is_password_gone(self) -> bool:
        return sys.platform != "win32" or self._secrets.get(_LOGIN) is None

    def _is_closed(self) -> bool:
        return not self._program.window.isVisible()

    # --- helpers --------------------------------------------------------------------------------------------------

    @property
    def _document(self) -> Document:
        document = self._program.workbench.document
        if document is None:
            raise LookupError("no package is open")
        return document

    @property
    def _page(self) -> PackagePage:
        page = self._program.window.package_page
        if page is None:
            raise LookupError("no package is shown")
        return page

    def _trigger(self, command_id: str) -> Callable[[], object]:
        return self._program.context.commands.action(command_id).trigger

    def _make(self, name: str) -> Path:
        template = list_templates()[0]
        folder = self._place / name
        create_package(template, template.complete({}), folder, quiet())
        return folder

    def _note_time(self, name: str) -> None:
        age = process_age()
        if age is not None:
            self.timings[name] = round(age, 3)

    def _picture(self, name: str) -> None:
        if self._report is not None:
            self._program.window.grab().save(str(self._output / f"self-test-{name.replace(' ', '-')}.png"))


def _press(widget: QWidget, key: Qt.Key, text: str = "") -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))


def _is_frozen() -> bool:
    return bool(getattr(sys, "frozen", False))


def _say(line: str) -> None:
    if sys.stdout is not None:  # a windowed program on Windows has none
        text = f"self-test: {line}\n".encode("ascii", "backslashreplace")  # a pipe has Windows' old code page
        sys.stdout.write(text.decode("ascii"))
        sys.stdout.flush()
