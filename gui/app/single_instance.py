"""One running program per user and home folder: later starts hand over what they were given, or ask it to close.

Who holds the lock file in the home folder is the first one and listens on a local socket. On each connection the first
one says its process number; a start that hears nothing knows that the first one hangs. Then comes one request and one
answer, each a line of JSON.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from gui.services.desktop import Desktop

_GREETING_SECONDS = 5.0
"""How long a living first program may take to say its number: it may be drawing a long list."""
_STARTING_SECONDS = 30.0
"""How old a first program must be for that: before, it may still be building its window, with a virus scanner that
reads every library first."""
_ANSWER_SECONDS = 600.0
"""How long `--quit` waits for the user to answer the question about unsaved work."""
_END_SECONDS = 30.0
"""How long a program that closes may take to end: it waits for its tasks."""
_SLICE = 10
"""Milliseconds of one wait: PySide holds the interpreter's lock meanwhile, and other threads want to live."""
_LONGEST_LINE = 1 << 20
"""Bytes; whoever sends more is none of ours."""


class Claim(Enum):
    """What this start is."""

    FIRST = "first"
    """It is the running program now, and answers later starts."""
    HANDED_OVER = "handed over"
    """The first program opens the paths; there is nothing left to do."""
    UNANSWERED = "unanswered"
    """Another program has the lock and says nothing: go on without."""


class Ending(Enum):
    """What became of a request to close."""

    CLOSED = "closed"
    KEPT = "kept open"
    UNANSWERED = "unanswered"


class Word(StrEnum):
    """Requests and answers as they are sent."""

    OPEN = "open"
    QUIT = "quit"
    TAKEN = "taken"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait; shorter in tests."""

    greeting: float = _GREETING_SECONDS
    starting: float = _STARTING_SECONDS
    answer: float = _ANSWER_SECONDS
    end: float = _END_SECONDS


def channel_name(home: Path) -> str:
    """The name of the socket: one per user and home folder, so that a portable program has one of its own."""
    place = os.path.normcase(home.absolute())
    return "spk-creator-" + hashlib.sha256(f"{getpass.getuser()}\n{place}".encode()).hexdigest()[:20]


class SingleInstance(QObject):
    """This start of the program. `claim` first; the signals come only to the first one."""

    paths_arrived = Signal(object)
    """tuple[Path, ...]: a later start was given these; none means that the user just wants to see the window."""
    quit_wanted = Signal()
    """Somebody asks the program to close: answer with `stay_open`, or end."""

    def __init__(
        self, home: Path, desktop: Desktop, patience: Patience | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._name = channel_name(home)
        self._home = home
        self._desktop = desktop
        self._patience = patience or Patience()
        self._lock_path = home / "running.lock"
        self._lock = QLockFile(str(self._lock_path))
        self._lock.setStaleLockTime(0)  # the system knows whether its owner lives
        self._server: QLocalServer | None = None
        self._callers: list[_Caller] = []
        self._asking: list[_Caller] = []

    def claim(self, paths: Sequence[Path]) -> Claim:
        """Become the first one, or hand `paths` over to it. Blocks for some seconds if the first one hangs."""
        if not self._is_alone():
            answer = self._ask({"word": Word.OPEN, "paths": [str(path.absolute()) for path in paths]}, quick=True)
            if answer == Word.TAKEN:
                return Claim.HANDED_OVER
            if not self._is_alone():  # it may have ended meanwhile
                return Claim.UNANSWERED
        self._listen()
        return Claim.FIRST

    def ask_to_quit(self) -> Ending:
        """Ask the running program to close, and wait until it has ended or the user has decided otherwise."""
        if self._is_alone():
            self.close()
            return Ending.CLOSED
        answer = self._ask({"word": Word.QUIT}, quick=False)
        if answer is None:
            return Ending.UNANSWERED
        if answer == Word.KEPT:
            return Ending.KEPT
        return Ending.CLOSED if self._is_over() else Ending.UNANSWERED

    def stay_open(self) -> None:
        """Tell whoever asked that the program does not close."""
        for caller in self._asking:
            caller.say({"answer": Word.KEPT})
        self._asking.clear()

    def close(self) -> None:
        """Let a later start be the first one; for the end of the program."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for caller in self._callers:
            caller.hang_up()
        self._callers.clear()
        self._asking.clear()
        self._lock.unlock()

    # --- the first one --------------------------------------------------------------------------------------------

    def _is_alone(self) -> bool:
        try:
            self._home.mkdir(parents=True, exist_ok=True)
        except OSError:
            return True
        # A home that cannot be written holds no lock: every start is a first one there.
        return self._lock.tryLock(0) or self._lock.error() is not QLockFile.LockError.LockFailedError

    def _listen(self) -> None:
        QLocalServer.removeServer(self._name)  # what a crash left; nobody alive has the lock
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._on_connection)
        server.listen(self._name)
        self._server = server

    @Slot()
    def _on_connection(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            caller = _Caller(socket, self)
            caller.asked.connect(self._on_asked)
            caller.gone.connect(self._on_gone)
            self._callers.append(caller)
            caller.say({"process": os.getpid()})

    @Slot(object)
    def _on_asked(self, caller: _Caller) -> None:
        word, paths = _request(caller.line)
        if word == Word.OPEN:
            caller.say({"answer": Word.TAKEN})
            self.paths_arrived.emit(paths)
        elif word == Word.QUIT:
            self._asking.append(caller)
            self.quit_wanted.emit()
        else:
            caller.hang_up()

    @Slot(object)
    def _on_gone(self, caller: _Caller) -> None:
        self._callers = [known for known in self._callers if known is not caller]
        self._asking = [known for known in self._asking if known is not caller]
        caller.deleteLater()

    # --- a later one ----------------------------------------------------------------------------------------------

    def _ask(self, request: dict[str, object], *, quick: bool) -> str | None:
        """The answer of the first one: a Word, "" if it ended instead of answering, None if it does not speak."""
        socket = QLocalSocket()
        patience = self._greeting_seconds()
        if not self._reach(socket, patience):
            return None
        greeting = _read_line(socket, patience)
        process = greeting.get("process") if greeting else None
        if not isinstance(process, int):
            return None
        self._desktop.let_come_to_front(process)
        socket.write(_line(request))
        socket.flush()
        answer = _read_line(socket, patience if quick else self._patience.answer)
        is_over = not _is_usable(socket)
        socket.abort()
        if answer is not None:
            return str(answer.get("answer", ""))
        if is_over and not quick:
            self._desktop.wait_for_end(process, self._patience.end)
            return ""
        return None

    def _is_over(self) -> bool:
        """Wait until the first one has let go of its lock; whether it has."""
        deadline = time.monotonic() + self._patience.end
        while time.monotonic() < deadline:
            if self._lock.tryLock(_SLICE):
                self._lock.unlock()
                return True
        return False

    def _greeting_seconds(self) -> float:
        try:
            age = time.time() - self._lock_path.stat().st_mtime
        except OSError:
            age = 0.0
        return max(self._patience.greeting, self._patience.starting - age)

    def _reach(self, socket: QLocalSocket, seconds: float) -> bool:
        """Connect; the first one may have the lock and not listen yet."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            socket.connectToServer(self._name)
            if socket.waitForConnected(_SLICE):
                return True
            if self._lock.tryLock(_SLICE):
                self._lock.unlock()
                return False
        return False


class _Caller(QObject):
    """One connection of a later start."""

    asked = Signal(object)
    gone = Signal(object)

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self._socket = socket
        self._data = b""
        socket.setParent(self)
        socket.readyRead.connect(self._on_ready)
        socket.disconnected.connect(self._on_gone)

    @property
    def line(self) -> bytes:
        """The request."""
        return self._data.partition(b"\n")[0]

    def say(self, answer: dict[str, object]) -> None:
        """Send one line."""
        self._socket.write(_line(answer))
        self._socket.flush()

    def hang_up(self) -> None:
        """End the connection."""
        self._socket.abort()

    @Slot()
    def _on_ready(self) -> None:
        was_whole = b"\n" in self._data
        self._data += bytes(self._socket.readAll().data())
        if len(self._data) > _LONGEST_LINE:
            self.hang_up()
        elif b"\n" in self._data and not was_whole:
            self.asked.emit(self)

    @Slot()
    def _on_gone(self) -> None:
        self.gone.emit(self)


def _line(message: dict[str, object]) -> bytes:
    return json.dumps(message).encode() + b"\n"


def _request(line: bytes) -> tuple[str, tuple[Path, ...]]:
    try:
        message = json.loads(line)
        return str(message["word"]), tuple(Path(str(path)) for path in message.get("paths", ()))
    except (ValueError, TypeError, KeyError, AttributeError):
        return "", ()


def _read_line(socket: QLocalSocket, seconds: float) -> dict[str, object] | None:
    """The next line; None when none comes in time, or when the other side is gone."""
    deadline = time.monotonic() + seconds
    data = b""
    while b"\n" not in data:
        if time.monotonic() > deadline or not _is_usable(socket):
            return None
        if socket.bytesAvailable() or socket.waitForReadyRead(_SLICE):
            data += bytes(socket.readAll().data())
    try:
        message = json.loads(data.partition(b"\n")[0])
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


def _is_usable(socket: QLocalSocket) -> bool:
    return socket.state() is QLocalSocket.LocalSocketState.ConnectedState or bool(socket.bytesAvailable())
