"""The demo NAS: the whole way in one process, and nothing left behind."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.agents import AgentSetup
from spkcore.nas.capture import Capture, CaptureRequest
from spkcore.nas.demo.nas import DemoNas
from spkcore.nas.events import CaptureEvent, Step, StepChanged
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
    with socket.socket() as taken, pytest.raises(OSError, match="in use"):
        taken.bind(("127.0.0.1", nas.target.port))


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
