"""A session and a pull against a NAS outside: from Windows' Python under Wine as well as from Linux.

`installer/wine/run_tests.py` starts the NAS on Linux and hands it in through SPK_BENCH_NAS.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.facts import read_facts
from spkcore.nas.hostkeys import HostKeyQuestion, HostKeys
from spkcore.nas.login import KnownLogin
from spkcore.nas.session import Session, Target, connect
from spkcore.nas.transfer import Way, pull
from tests.integration.nasbench.files import FILES

HANDED_IN = os.environ.get("SPK_BENCH_NAS", "")

pytestmark = [] if HANDED_IN else [pytest.mark.integration]


@dataclass(frozen=True)
class NasOutside:
    """A bench NAS that another process runs."""

    port: int
    passwords: dict[str, str]

    def connect(self, known_hosts: Path, user: str = "alice", password: str | None = None) -> Session:
        """A session; the host key is trusted."""
        login = KnownLogin(self.passwords[user] if password is None else password)
        return connect(Target("127.0.0.1", user, self.port), login, HostKeys(known_hosts), _trust, TaskContext())


def _trust(_question: HostKeyQuestion) -> bool:
    return True


@pytest.fixture(scope="module")
def outside(request: pytest.FixtureRequest) -> Iterator[NasOutside]:
    """The NAS that was handed in, or one of our own."""
    if HANDED_IN:
        yield NasOutside(**json.loads(HANDED_IN))
        return
    request.getfixturevalue("bench_allowed")
    command = [sys.executable, "-m", "tests.integration.nasbench"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as bench:
        assert bench.stdout is not None
        yield NasOutside(**json.loads(bench.stdout.readline()))
        bench.communicate()


@pytest.fixture
def from_here(outside: NasOutside, tmp_path: Path) -> Iterator[Session]:
    session = outside.connect(tmp_path / "known hosts" / "ä.txt")
    yield session
    session.close()


def test_a_session_runs_commands_and_knows_the_nas(from_here: Session) -> None:
    result = from_here.execute("printf 'Größe\\r\\n'; cat; exit 7", "ü\n".encode())

    assert (result.code, result.out) == (7, "Größe\r\nü\n".encode())
    facts = read_facts(from_here)
    assert (facts.version, facts.build) == ("7.2.1", "69057")


def test_a_wrong_password_is_refused(outside: NasOutside, tmp_path: Path) -> None:
    with pytest.raises(errors.AuthenticationFailedError):
        outside.connect(tmp_path / "known_hosts", password="wrong")


def test_a_host_key_is_asked_about_once(outside: NasOutside, tmp_path: Path) -> None:
    outside.connect(tmp_path / "known_hosts").close()

    def object_to(question: HostKeyQuestion) -> bool:
        pytest.fail(f"asked again: {question}")

    login = KnownLogin(outside.passwords["alice"])
    hosts = HostKeys(tmp_path / "known_hosts")
    target = Target("127.0.0.1", "alice", outside.port)
    connect(target, login, hosts, object_to, TaskContext()).close()


@pytest.mark.parametrize("way", ["sftp", "exec"])
def test_files_come_whole(way: Way, from_here: Session, tmp_path: Path) -> None:
    pulled = pull(from_here, "/volume1/@appstore/outside", tmp_path / "got here", TaskContext(), prefer=way)

    assert ("over SFTP" in " ".join(from_here.log.lines)) == (way == "sftp")
    assert {item.name: item.path.read_bytes() for item in pulled} == FILES
