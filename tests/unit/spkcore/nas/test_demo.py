"""The demo NAS: the whole way in one process, and nothing left behind."""

from __future__ import annotations

import contextlib
import errno
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.agents import SH, AgentSetup, new_session, start_agent
from spkcore.nas.capture import Capture, CaptureRequest
from spkcore.nas.demo.nas import DemoNas
from spkcore.nas.events import CaptureEvent, Done, Step, StepChanged
from spkcore.nas.facts import read_facts
from spkcore.nas.login import KnownLogin
from spkcore.nas.session import connect
from spkcore.nas.transfer import Way, pull


@pytest.fixture
def nas() -> Iterator[DemoNas]:
    with DemoNas(pace=0.1) as started:
        yield started


@pytest.mark.parametrize("way", ["sftp", "exec"])
def test_a_package_is_captured(way: Way, nas: DemoNas, tmp_path: Path) -> None:
    steps: list[Step] = []

    def on_event(event: CaptureEvent) -> None:
        if isinstance(event, StepChanged):
            steps.append(event.step)

    with nas.connect(TaskContext()) as session:
        volumes = tuple(volume.path for volume in read_facts(session).volumes)
        result = Capture(
            session,
            CaptureRequest(
                volumes, tmp_path, prefer=way, settle=0.1, agent=AgentSetup("", (), stable_milliseconds=100)
            ),
            TaskContext(),
            on_event,
        ).run()
    assert [file.complete for file in result.files] == [True]
    assert result.packages[0].package == "DemoNotes"
    assert result.packages[0].url.startswith("https://demo.invalid/")
    assert result.warnings == ()
    assert {Step.WAITING, Step.DOWNLOADING, Step.PULLING, Step.DONE} <= set(steps)
    assert ("over SFTP" in " ".join(session.log.lines)) == (way == "sftp")
    assert list(nas.tree.local("/volume1/@tmp").glob("spkcap-*")) == []
    assert list(nas.tree.local("/volume1/homes/demo").iterdir()) == []


def test_it_looks_like_dsm_7(nas: DemoNas) -> None:
    with nas.connect(TaskContext()) as session:
        facts = read_facts(session)
        assert (facts.version, [volume.path for volume in facts.volumes]) == ("7.2.1", ["/volume1"])
        with session.sftp() as sftp:
            assert {entry.name for entry in sftp.list("/")} == {"home", "public"}
            for outside in ("/volume1", "/..", "/public/../../var/log"):
                with pytest.raises(errors.SftpFailedError):
                    sftp.list(f"{outside}/x")


def test_nothing_outside_its_tree_can_be_reached(nas: DemoNas, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mine", encoding="utf-8")
    (nas.tree.local("/volume1/public") / "door").symlink_to(tmp_path)
    up = "/".join([".."] * 20)
    with nas.connect(TaskContext()) as session:
        with session.sftp() as sftp:
            for path in (f"/public/{up}{tmp_path}/secret", "/public/door/secret", f"/{up}{tmp_path}/secret"):
                with pytest.raises(errors.SftpFailedError):
                    sftp.read_file(path)
                with pytest.raises(errors.SftpFailedError):
                    sftp.write_file(path, b"changed")
            sftp.write_file("/public/C:\\Users\\me", b"x")
        for way in ("sftp", "exec"):
            names = [f"{up}{tmp_path}/secret", "door/secret"]
            assert pull(session, "/volume1/public", tmp_path / way, TaskContext(), names=names, prefer=way) == []
    assert (tmp_path / "secret").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in nas.tree.local("/volume1/public").glob("C*")] == ["C%3A%5CUsers%5Cme"]


def test_whoever_knocks_does_not_disturb_it(nas: DemoNas, capfd: pytest.CaptureFixture[str]) -> None:
    """Port scanners send garbage, or nothing, or hang up at once."""
    with contextlib.ExitStack() as stack:
        for greeting in (b"", b"GET / HTTP/1.1\r\n\r\n", b"SSH-2.0-x\r\n" + bytes(range(256)), b"\0" * 5000) * 5:
            knock = stack.enter_context(socket.create_connection((nas.target.host, nas.target.port)))
            knock.sendall(greeting)
            if len(greeting) > 20:
                knock.close()
        with nas.connect(TaskContext()) as session:
            assert read_facts(session).version == "7.2.1"
        started = time.monotonic()
        nas.close()
        assert time.monotonic() - started < 5
    assert capfd.readouterr().err == ""


def test_places_that_vanish_while_they_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Package Center removes its folders at any moment; the agent goes on."""
    search = Path.rglob

    def vanish(path: Path, pattern: str) -> Iterator[Path]:
        if path == place:
            shutil.rmtree(path)
        return search(path, pattern)

    with DemoNas(automatic=False) as nas, nas.connect(TaskContext()) as session:
        place = nas.tree.local("/volume1/@tmp/synopkg/wizard.x")
        (place / "conf").mkdir(parents=True)
        monkeypatch.setattr(Path, "rglob", vanish)
        agent = start_agent(session.root, SH, AgentSetup(new_session(), ("/volume1",)))
        events = list(agent.events(lambda: None if place.exists() else agent.stop()))
        agent.close()
    assert isinstance(events[-1], Done)


def test_a_wrong_password_is_refused(nas: DemoNas) -> None:
    with pytest.raises(errors.AuthenticationFailedError):
        connect(nas.target, KnownLogin("wrong"), nas.host_keys, lambda _: False, TaskContext())


def test_what_it_does_not_know_is_an_error(nas: DemoNas, tmp_path: Path) -> None:
    with nas.connect(TaskContext()) as session:
        assert session.root.execute("rm -rf /").code == 127
        assert session.execute("uname -a").code == 127
        with pytest.raises(errors.CommandFailedError):
            pull(session, "/volume1/missing", tmp_path, TaskContext())


def test_only_this_computer_can_connect(nas: DemoNas) -> None:
    assert nas.target.host == "127.0.0.1"
    with socket.socket() as taken, pytest.raises(OSError, match=r".+") as caught:
        taken.bind(("127.0.0.1", nas.target.port))
    assert caught.value.errno == errno.EADDRINUSE


def test_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(threading.enumerate())
    with DemoNas(pace=0.05) as nas:
        session = nas.connect(TaskContext())
        process = session.root.start("exec /bin/sh -c 'count=0 ' spkcap-12345678")
        nas.install_package()
    session.close()
    process.close()
    nas.close()
    assert list(tmp_path.iterdir()) == []
    assert {thread for thread in threading.enumerate() if thread.is_alive()} <= before
