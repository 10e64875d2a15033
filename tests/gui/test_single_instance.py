"""One running program: later starts hand over what they were given, and the installer can ask it to close."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app.arrivals import Arrivals, tell_notices
from gui.app.bootstrap import Program
from gui.app.single_instance import Claim, Ending, Patience, SingleInstance, channel_name
from gui.dialogs.preferences import PreferencesDialog
from gui.services.document import Document
from spkcore.package.changes import set_content
from tests.fakes.desktop import FakeDesktop
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import Opened, make_package
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
HASTY = Patience(greeting=0.3, starting=0.0, answer=0.3, end=0.3)
PATIENT = Patience(greeting=15.0, answer=30.0, end=15.0)


class Background:
    """A later start, in a thread: it blocks while it speaks with the first one."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.result: object = None
        self._thread = threading.Thread(target=self._run, args=(work,))
        self._thread.start()

    def _run(self, work: Callable[[], object]) -> None:
        self.result = work()

    def wait(self, qtbot: QtBot) -> object:
        """Its result, while the event loop of the first one runs."""
        qtbot.waitUntil(lambda: not self._thread.is_alive(), timeout=30_000)
        return self.result


@pytest.fixture
def desktop() -> FakeDesktop:
    return FakeDesktop()


@pytest.fixture
def first(program: Program, home: Path, desktop: FakeDesktop) -> Iterator[SingleInstance]:
    """The running program, listening."""
    instance = SingleInstance(home, desktop, PATIENT, program)
    assert instance.claim([]) is Claim.FIRST
    Arrivals(instance, program.context, program.window, desktop)
    program.window.closed.connect(instance.close)
    yield instance
    instance.close()


@pytest.fixture
def unsaved(open_package: Opened, sample: Path) -> Document:
    """The open package, with an edit that is not saved."""
    document = open_package(sample)
    document.push(set_content(document.entries, "LICENSE", b"mine"), "Edit")
    return document


def later(home: Path, desktop: FakeDesktop, *paths: Path) -> Background:
    return Background(lambda: SingleInstance(home, desktop, PATIENT).claim(paths))


def test_a_second_start_hands_its_package_over(
    qtbot: QtBot, program: Program, first: SingleInstance, home: Path, desktop: FakeDesktop, tmp_path: Path
) -> None:
    folder = make_package(tmp_path / "Ordner mit Umlaut äöü 包" / "My Package")
    with qtbot.waitSignal(program.workbench.opened, timeout=15_000):
        second = later(home, desktop, folder)

    assert second.wait(qtbot) is Claim.HANDED_OVER
    assert program.workbench.document is not None
    assert program.workbench.document.folder == folder
    assert desktop.allowed == [os.getpid()]
    assert desktop.fronted == ["MainWindow"]


def test_relative_paths_are_those_of_the_second_start(
    qtbot: QtBot, first: SingleInstance, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with qtbot.waitSignal(first.paths_arrived, timeout=15_000) as arrived:
        second = later(home, FakeDesktop(), Path("here.spk"))
    second.wait(qtbot)

    assert arrived.args == [(tmp_path / "here.spk",)]


def test_a_second_start_without_a_package_shows_the_window(
    qtbot: QtBot, program: Program, first: SingleInstance, home: Path, desktop: FakeDesktop
) -> None:
    assert later(home, desktop).wait(qtbot) is Claim.HANDED_OVER
    assert desktop.fronted == ["MainWindow"]
    assert program.workbench.current is None


def test_unsaved_work_is_asked_about_before_the_second_package_opens(
    qtbot: QtBot, program: Program, first: SingleInstance, home: Path, unsaved: Document, sample: Path,
    notifier: FakeNotifier, tmp_path: Path,
) -> None:  # fmt: skip
    other = make_package(tmp_path / "Other")
    assert later(home, FakeDesktop(), other).wait(qtbot) is Claim.HANDED_OVER
    qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=15_000)
    assert program.workbench.document is unsaved
    with qtbot.waitSignal(program.workbench.opened):
        notifier.answer("save")

    assert (sample / "LICENSE").read_bytes() == b"mine"
    assert program.workbench.document.folder == other


def test_the_package_that_is_open_is_only_shown(
    qtbot: QtBot, program: Program, first: SingleInstance, home: Path, open_package: Opened, sample: Path
) -> None:
    document = open_package(sample)
    program.window.show_welcome()
    later(home, FakeDesktop(), sample / "INFO").wait(qtbot)
    qtbot.waitUntil(lambda: program.window.pages.currentWidget() is program.window.package_page)

    assert program.workbench.document is document


def test_a_dialog_is_not_disturbed(
    qtbot: QtBot, program: Program, first: SingleInstance, home: Path, sample: Path, notifier: FakeNotifier
) -> None:
    program.context.commands.action("tools.preferences").trigger()
    dialog = program.window.findChild(PreferencesDialog)
    assert isinstance(dialog, PreferencesDialog)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is dialog)
    later(home, FakeDesktop(), sample).wait(qtbot)
    qtbot.waitUntil(lambda: bool(notifier.informed))
    assert program.workbench.current is None
    with qtbot.waitSignal(program.workbench.opened, timeout=15_000):
        dialog.reject()


def test_of_several_packages_the_first_is_opened_and_that_is_said(
    qtbot: QtBot, program: Program, first: SingleInstance, home: Path, sample: Path, notifier: FakeNotifier
) -> None:
    with qtbot.waitSignal(program.workbench.opened, timeout=15_000):
        second = later(home, FakeDesktop(), sample, sample.parent)
    second.wait(qtbot)

    assert notifier.informed == ["One package at a time: only MyPackage was opened."]


def test_every_home_has_a_program_of_its_own(qtbot: QtBot, first: SingleInstance, tmp_path: Path) -> None:
    other = SingleInstance(tmp_path / "portable" / "settings", FakeDesktop(), PATIENT)
    assert other.claim([]) is Claim.FIRST
    assert channel_name(tmp_path / "a") != channel_name(tmp_path / "b")
    other.close()


def test_a_first_one_that_hangs_does_not_stop_the_second(qapp: QApplication, home: Path) -> None:
    """The event loop of the first one does not run while this thread waits."""
    desktop = FakeDesktop()
    hanging = SingleInstance(home, desktop, PATIENT)
    assert hanging.claim([]) is Claim.FIRST
    second = SingleInstance(home, desktop, HASTY)
    assert second.claim([Path("x")]) is Claim.UNANSWERED
    assert desktop.allowed == []
    hanging.close()


def test_a_first_one_that_is_still_starting_is_waited_for(qtbot: QtBot, home: Path) -> None:
    """Its lock is there long before its window; the greeting alone would be too short."""
    first = SingleInstance(home, FakeDesktop(), PATIENT)
    assert first.claim([]) is Claim.FIRST
    young = Patience(greeting=0.0, starting=20.0)
    second = Background(lambda: SingleInstance(home, FakeDesktop(), young).claim([]))
    assert second.wait(qtbot) is Claim.HANDED_OVER
    os.utime(home / "running.lock", (1_000_000_000, 1_000_000_000))
    third = Background(lambda: SingleInstance(home, FakeDesktop(), young).claim([]))
    assert third.wait(qtbot) is Claim.UNANSWERED
    first.close()


def test_a_hanging_first_one_is_told(notifier: FakeNotifier) -> None:
    tell_notices(notifier, is_unanswered=True)

    assert "does not answer" in notifier.errors[0].what


def test_a_first_one_that_holds_the_lock_and_never_listens_does_not_stop_the_second(
    qapp: QApplication, home: Path
) -> None:
    home.mkdir()
    lock = QLockFile(str(home / "running.lock"))
    lock.setStaleLockTime(0)
    assert lock.tryLock(0)
    assert SingleInstance(home, FakeDesktop(), HASTY).claim([]) is Claim.UNANSWERED
    lock.unlock()


def test_what_a_crash_left_is_swept_away(qapp: QApplication, home: Path, tmp_path: Path) -> None:
    """A program that was killed leaves its lock file and its socket."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from gui.app.single_instance import SingleInstance\n"
        "from gui.services.desktop import PlainDesktop\n"
        "application = QCoreApplication([])\n"
        "instance = SingleInstance(Path(sys.argv[1]), PlainDesktop())\n"
        "assert instance.claim([]).value == 'first'\n"
        "sys.stdout.flush()\n"
        "os._exit(9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(home)], cwd=ROOT, check=False)
    assert killed.returncode == 9
    assert (home / "running.lock").exists()
    again = SingleInstance(home, FakeDesktop(), PATIENT)
    assert again.claim([]) is Claim.FIRST
    again.close()


def test_strangers_on_the_socket_are_ignored(qtbot: QtBot, program: Program, first: SingleInstance, home: Path) -> None:
    for line in (b"GET / HTTP/1.1\n", b'{"word": "format"}\n', b'["open"]\n', b"\xff\xfe\n", b"x" * 2_000_000):
        socket = QLocalSocket()
        socket.connectToServer(channel_name(home))
        assert socket.waitForConnected(1000)
        qtbot.waitUntil(partial(_has_greeting, socket))
        with qtbot.waitSignal(socket.disconnected):
            socket.write(line)
    assert program.workbench.current is None
    assert program.window.isVisible()


def _has_greeting(socket: QLocalSocket) -> bool:
    return socket.bytesAvailable() > 0


def test_quit_closes_the_running_program(
    qtbot: QtBot, program: Program, first: SingleInstance, home: Path, desktop: FakeDesktop
) -> None:
    asking = Background(lambda: SingleInstance(home, desktop, PATIENT).ask_to_quit())

    assert asking.wait(qtbot) is Ending.CLOSED
    assert not program.window.isVisible()


def ending_after(answer: str, qtbot: QtBot, home: Path, notifier: FakeNotifier) -> object:
    """Ask the running program to quit, and give this answer when it asks about unsaved work: how that ends."""
    asking = Background(lambda: SingleInstance(home, FakeDesktop(), PATIENT).ask_to_quit())
    qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=15_000)
    notifier.answer(answer)
    return asking.wait(qtbot)


def test_quit_asks_about_unsaved_work_and_tells_that_it_stays(
    qtbot: QtBot, program: Program, first: SingleInstance, home: Path, unsaved: Document, notifier: FakeNotifier
) -> None:
    assert ending_after("cancel", qtbot, home, notifier) is Ending.KEPT
    assert program.window.isVisible()
    assert unsaved.is_dirty


def test_quit_saves_when_the_user_says_so(
    qtbot: QtBot, first: SingleInstance, home: Path, unsaved: Document, sample: Path, notifier: FakeNotifier
) -> None:
    assert ending_after("save", qtbot, home, notifier) is Ending.CLOSED
    assert (sample / "LICENSE").read_bytes() == b"mine"


def test_quit_waits_for_no_dialog(qtbot: QtBot, program: Program, first: SingleInstance, home: Path) -> None:
    program.context.commands.action("tools.preferences").trigger()
    asking = Background(lambda: SingleInstance(home, FakeDesktop(), PATIENT).ask_to_quit())

    assert asking.wait(qtbot) is Ending.KEPT
    for dialog in program.window.findChildren(PreferencesDialog):
        dialog.reject()


def test_quit_without_a_running_program_is_done_at_once(qapp: QApplication, home: Path) -> None:
    assert SingleInstance(home, FakeDesktop(), PATIENT).ask_to_quit() is Ending.CLOSED
    assert SingleInstance(home, FakeDesktop(), PATIENT).claim([]) is Claim.FIRST


def test_quit_tells_when_the_program_hangs(qapp: QApplication, home: Path) -> None:
    hanging = SingleInstance(home, FakeDesktop(), PATIENT)
    assert hanging.claim([]) is Claim.FIRST
    assert SingleInstance(home, FakeDesktop(), HASTY).ask_to_quit() is Ending.UNANSWERED
    hanging.close()


def test_only_this_user_may_speak_with_it(first: SingleInstance) -> None:
    servers = first.findChildren(QLocalServer)
    assert [server.socketOptions() for server in servers] == [QLocalServer.SocketOption.UserAccessOption]


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """The real program, in a process of its own."""
    environment = {**os.environ, "SPK_CREATOR_HOME": str(home)}
    command = [sys.executable, "-m", "gui", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stderr=subprocess.PIPE)


def test_real_programs_find_each_other(qtbot: QtBot, home: Path, sample: Path) -> None:
    """Start, hand over a package, close: three processes."""
    first = start(home)
    qtbot.waitUntil((home / "running.lock").exists, timeout=20_000)
    second = start(home, str(sample))
    assert second.wait(PATIENCE / 1000) == 0
    notes = home / "open"
    qtbot.waitUntil(lambda: any(sample.name in note.read_text() for note in notes.glob("*.json")), timeout=20_000)
    third = start(home, "--quit")
    assert third.wait(PATIENCE / 1000) == 0
    assert first.wait(PATIENCE / 1000) == 0
    assert not (home / "running.lock").exists()
    assert not list(notes.glob("*.json"))
    for process in (first, second, third):
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
        process.stderr.close()
