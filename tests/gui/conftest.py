"""For the tests of windows: the program with fakes at its edges, and guards against leaks and stalls."""

from __future__ import annotations

import contextlib
import gc
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qt_compat import qt_api
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Ports, Program
from gui.qt import garbage
from gui.services.document import Document
from gui.windows.packagepage import PackagePage
from spkcore.base.tasks import quiet
from spkcore.package.templates import create_package, find_template
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.wine import UNDER_WINE

STALL_CPU, STALL_WALL = (0.8, 10.0) if UNDER_WINE else (0.4, 3.0)
"""Seconds that one turn of the event loop may take: of processor time, which other programs do not lengthen, and in
all, which catches waiting. The rule for the product is 0.1; the rest is for slow and busy machines, and for Wine."""


LONG = 1.0
"""Seconds of a turn from which it is asked whether other programs had the processors meanwhile."""
_SAMPLE = 0.2
"""Seconds between two looks at how long our threads stood in line."""


class StallWatch:
    """Measures the longest turn of the event loop while a test waits in it. What other programs do is no stall: the
    time that our threads stand in line for a processor does not count, of workers neither, who hold Python's lock."""

    def __init__(self) -> None:
        self.worst_cpu = 0.0
        self.worst_wall = 0.0
        self._depth = 0
        self._last = (0.0, 0.0)
        self._sampled = float("-inf")
        self._stood: dict[str, float] = {}
        self._timer = QTimer()
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._tick)

    def enter(self) -> None:
        """The event loop starts."""
        self._depth += 1
        self._last = _now()
        self._sample(self._last[1])
        self._timer.start()

    def leave(self) -> None:
        """The event loop ended."""
        self._tick()
        self._depth -= 1
        if not self._depth:
            self._timer.stop()

    def _tick(self) -> None:
        now = _now()
        self.worst_cpu = max(self.worst_cpu, now[0] - self._last[0])
        wall = now[1] - self._last[1]
        if wall > LONG:
            stood = stood_in_line()
            wall -= sum(seconds - self._stood.get(thread, 0.0) for thread, seconds in stood.items())
        self.worst_wall = max(self.worst_wall, wall)
        self._last = now
        self._sample(now[1])

    def _sample(self, now: float) -> None:
        if now - self._sampled > _SAMPLE:
            self._sampled, self._stood = now, stood_in_line()


def _now() -> tuple[float, float]:
    return time.thread_time(), time.monotonic()


def stood_in_line() -> dict[str, float]:
    """Seconds that each thread of this process was ready and had no processor; nothing where no system tells."""
    found = {}
    for file in Path("/proc/self/task").glob("*/schedstat"):
        with contextlib.suppress(OSError, IndexError):  # it has ended
            found[file.parent.name] = int(file.read_text(encoding="ascii").split()[1]) / 1e9
    return found


@pytest.fixture(autouse=True)
def stall_watch(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[StallWatch]:
    """Fails a test during which the GUI thread did not come back to its event loop in time."""
    watch = StallWatch()
    original: Callable[..., Any] = qt_api.exec

    def watched(loop: Any, *arguments: Any) -> Any:
        watch.enter()
        try:
            return original(loop, *arguments)
        finally:
            watch.leave()

    monkeypatch.setattr(qt_api, "exec", watched)
    yield watch
    assert watch.worst_cpu < STALL_CPU, f"the GUI thread was busy for {watch.worst_cpu:.2f} s at once"
    assert watch.worst_wall < STALL_WALL, f"the GUI thread did not answer for {watch.worst_wall:.2f} s"


@pytest.fixture(autouse=True, scope="module")
def stays() -> None:
    """What is loaded now stays: the collection of garbage after each test need not visit it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_leaks(qapp: QApplication) -> Iterator[None]:
    """Fails a test that leaves a window, a running timer or a thread behind."""
    windows = set(map(id, qapp.topLevelWidgets()))
    threads = set(threading.enumerate())
    gc.disable()  # as the program does: a widget that dies in a worker thread ends the process, and looking takes time
    yield
    collect(qapp)
    gc.enable()
    left = [widget for widget in qapp.topLevelWidgets() if id(widget) not in windows and not _is_qts_own(widget)]
    assert not left, f"windows left behind: {left}"
    timers = [timer for timer in qapp.findChildren(QTimer) if timer.isActive()]
    assert not timers, f"timers left running: {[timer.parent() for timer in timers]}"
    started = [thread for thread in threading.enumerate() if thread not in threads]
    running = [thread for thread in started if not isinstance(thread, threading._DummyThread)]
    assert not running, f"threads left running: {running}"


def _is_qts_own(widget: QWidget) -> bool:
    """Popups that Qt keeps for itself, like the one of tooltips."""
    return widget.metaObject().className() in {"QTipLabel", "QRubberBand", "QComboBoxPrivateContainer"}


def collect(application: QApplication) -> None:
    """Let Qt delete what was to be deleted later, and Python what refers to itself in a circle."""
    gc.collect()
    for _ in range(3):
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.sendPostedEvents()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def notifier() -> FakeNotifier:
    return FakeNotifier()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def program(
    qapp: QApplication, home: Path, notifier: FakeNotifier, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Program]:
    """The program with its window shown. Its end does not hand what is loaded back to Python's collector, to be visited
    after each test; nor does the end of a second program, whose widgets would die in the workers of this one."""
    kept = dict.fromkeys(("freeze", "unfreeze", "enable"), _do_nothing)
    monkeypatch.setattr(garbage, "gc", SimpleNamespace(**{**vars(gc), **kept}))
    made = Program(qapp, home, Ports(notifier, FakeSecrets(), clock))
    made.start()
    made.window.resize(1200, 800)
    yield made
    end(made)


def _do_nothing() -> None:
    pass


def end(program: Program) -> None:
    """Take the program down as a crash-free end would, whatever is still open."""
    program.shut_down()
    program.window.hide()
    program.window.deleteLater()
    program.context.theme.deleteLater()
    program.deleteLater()


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The folder of a fresh package."""
    folder = make_package(tmp_path / "work" / "MyPackage")
    (folder / "LICENSE").write_bytes(b"old licence\n")
    return folder


def make_package(folder: Path, template_id: str = "web-application", **values: str) -> Path:
    """Make a package folder from a template."""
    template = find_template(template_id)
    create_package(template, template.complete(values), folder, quiet())
    return folder


Opened = Callable[[Path], Document]


@pytest.fixture
def open_package(program: Program, qtbot: QtBot) -> Opened:
    """Opens a path as if it had been chosen, and waits until it is shown and checked."""

    def open_path(path: Path) -> Document:
        with qtbot.waitSignal(program.workbench.opened, timeout=20_000):
            program.workbench.open(path)
        qtbot.waitUntil(lambda: not program.context.tasks.running(), timeout=20_000)
        qtbot.waitUntil(lambda: page_of(program).shown_path != "", timeout=20_000)
        current = program.workbench.current
        assert current is not None
        qtbot.waitUntil(lambda: current.validation.is_fresh, timeout=20_000)
        assert program.workbench.document is not None
        return program.workbench.document

    return open_path


Refuse = Callable[[OSError | None], None]


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """Makes replacing LICENSE fail as planned, until the test lets it work with `None`."""
    planned: list[OSError | None] = [None]
    replace = Path.replace

    def refused(self: Path, target: Path) -> Path:
        if planned[0] is not None and Path(target).name == "LICENSE":
            raise planned[0]
        return replace(self, target)

    def plan(error: OSError | None) -> None:
        planned[0] = error

    monkeypatch.setattr(Path, "replace", refused)
    return plan


def page_of(program: Program) -> PackagePage:
    """The page of the open package."""
    assert program.window.package_page is not None
    return program.window.package_page


def mime_of(*paths: Path) -> QMimeData:
    """What Explorer hands over when these are dragged."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def activate(program: Program, qtbot: QtBot) -> None:
    """Bring the window to the front, as shortcuts need it."""
    with qtbot.waitActive(program.window):
        program.window.activateWindow()
        program.window.raise_()


def click(widget: QWidget) -> None:
    """Click on the widget with the left button."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def type_text(widget: QWidget, text: str) -> None:
    """Type into the widget."""
    QTest.keyClicks(widget, text)


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key on the widget."""
    QTest.keyClick(widget, key, modifier)


def drag_over(widget: QWidget, mime: QMimeData) -> QDragEnterEvent:
    """Move a drag onto the widget; the event tells whether it was taken."""
    event = QDragEnterEvent(
        widget.rect().center(),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)
    return event


def drag_away(widget: QWidget) -> None:
    """Move the drag off the widget."""
    QApplication.sendEvent(widget, QDragLeaveEvent())


def drop_on(widget: QWidget, mime: QMimeData) -> QDropEvent:
    """Drag onto the widget and let go. Qt delivers a drop only to where the drag entered."""
    drag_over(widget, mime)
    event = QDropEvent(
        QPointF(widget.rect().center()),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)
    return event
