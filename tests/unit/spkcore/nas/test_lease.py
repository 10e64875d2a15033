"""Work folders that are cleared once nobody works in them, and the way back to a lost connection."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import cast

import pytest

from spkcore.base.errors import Cancelled, NasError
from spkcore.base.tasks import TaskContext
from spkcore.nas import comeback, errors
from spkcore.nas.comeback import come_back
from spkcore.nas.lease import STALE_SECONDS, beating, work_folder
from spkcore.nas.session import Session
from spkcore.nas.sessionlog import SessionLog


def age(path: Path, seconds: float) -> None:
    """Make a file or folder look older."""
    moment = path.stat().st_mtime - seconds
    os.utime(path, (moment, moment))


def test_a_work_folder_goes_with_its_block_but_waits_after_a_lost_connection(tmp_path: Path) -> None:
    with work_folder(tmp_path, "0000000a") as folder:
        (folder / "file").touch()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="anything"), work_folder(tmp_path, "0000000a"):
        raise ValueError("anything")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / ".spkcap-0000000a").mkdir()
    (tmp_path / ".spkcap-0000000a/file").touch()
    with pytest.raises(errors.ConnectionLostError), work_folder(tmp_path, "0000000a"):
        raise errors.ConnectionLostError("nas")
    with work_folder(tmp_path, "0000000a") as folder:
        assert (folder / "file").exists()


def test_the_next_start_clears_what_nobody_works_in(tmp_path: Path) -> None:
    left, alive, bare = (tmp_path / f".spkcap-0000000{digit}" for digit in "123")
    foreign, named = tmp_path / "mine", tmp_path / ".spkcap-other"
    for folder in (left, alive, bare, foreign, named):
        folder.mkdir()
    for folder in (left, alive):
        (folder / "lease").touch()
    for old in (left / "lease", bare, foreign, named):
        age(old, STALE_SECONDS + 5)
    with work_folder(tmp_path, "0000000a"):
        assert {path.name for path in tmp_path.iterdir()} == {alive.name, "mine", named.name, ".spkcap-0000000a"}


HOURS = 5 * 3600


@pytest.mark.parametrize("jump", [HOURS, -HOURS])
def test_a_folder_in_which_somebody_works_stays_though_the_clock_was_set(tmp_path: Path, jump: int) -> None:
    """A clock that jumps ahead, or a file server with another time, makes all beats look old."""
    with work_folder(tmp_path, "00000001") as alive:
        (alive / "file").touch()
        age(alive / "lease", jump)
        with work_folder(tmp_path, "0000000a"):
            assert (alive / "file").exists()


def test_a_program_that_was_killed_works_no_more(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from spkcore.nas.lease import work_folder\n"
        "with work_folder(pathlib.Path(sys.argv[1]), '00000001'):\n"
        "    print('ready', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    left = tmp_path / ".spkcap-00000001"
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready" + os.linesep.encode()
        age(left / "lease", HOURS)
        with work_folder(tmp_path, "0000000a"):
            assert left.exists()
        other.kill()
    age(left / "lease", -2 * HOURS)  # its beats seem to lie ahead: the clock was set back
    with work_folder(tmp_path, "0000000a"):
        assert not left.exists()


def test_a_heart_beats_until_its_block_ends_or_a_beat_fails() -> None:
    beats = threading.Semaphore(0)
    with beating(0.001, beats.release):
        assert beats.acquire(timeout=5)
        assert beats.acquire(timeout=5)
    failed = threading.Event()

    def fail() -> None:
        failed.set()
        raise errors.ConnectionLostError("nas")

    with beating(0.001, fail):
        assert failed.wait(5)


class Reconnecting:
    """Stands for a session whose connection fails in given ways before it is back."""

    def __init__(self, *failures: NasError) -> None:
        self.log = SessionLog()
        self.tries = 0
        self._failures = list(failures)

    def reconnect(self, _context: TaskContext) -> None:
        self.tries += 1
        if self._failures:
            raise self._failures.pop(0)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comeback, "_PAUSES", (0.0, 0.0))
    monkeypatch.setattr(comeback, "_LONG_PAUSE", 0.0)


def test_only_the_network_is_waited_for() -> None:
    back = Reconnecting(errors.UnreachableError("nas", "no route"), errors.RefusedError("nas"))
    come_back(cast("Session", back), 60, TaskContext())
    assert back.tries == 3
    refused = Reconnecting(errors.AuthenticationFailedError("nas"))
    with pytest.raises(errors.AuthenticationFailedError):
        come_back(cast("Session", refused), 60, TaskContext())
    assert refused.tries == 1


def test_waiting_ends_with_patience_and_with_a_cancel() -> None:
    gone = Reconnecting(*[errors.UnreachableError("nas", "no route")] * 9)
    with pytest.raises(errors.UnreachableError):
        come_back(cast("Session", gone), 0, TaskContext())
    assert gone.tries == 1
    context = TaskContext()
    context.cancel()
    with pytest.raises(Cancelled):
        come_back(cast("Session", gone), 60, context)
