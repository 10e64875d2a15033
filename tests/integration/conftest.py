"""Fixtures of the integration tests: NAS units made of OpenSSH, sudo and real shells."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from spkcore.base.tasks import TaskContext
from spkcore.nas.hostkeys import HostKeys
from spkcore.nas.login import KnownLogin
from spkcore.nas.session import Session, connect
from tests.integration.nasbench.nas import PASSWORDS, BenchNas, Options, missing_requirement, running_nas

NasFactory = Callable[[Options], BenchNas]
Connector = Callable[..., Session]


@pytest.fixture(scope="session")
def bench_allowed() -> None:
    """Skips where the bench cannot run; CI fails on that skip."""
    reason = missing_requirement()
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def nas(bench_allowed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BenchNas]:
    """A plain DSM 7.2, shared by the tests: leave it as you found it."""
    with running_nas(tmp_path_factory.mktemp("nas")) as bench:
        yield bench


@pytest.fixture
def start_nas(bench_allowed: None, tmp_path: Path) -> Iterator[NasFactory]:
    """Starts NAS units of other kinds, for one test."""
    with contextlib.ExitStack() as stack:

        def start(options: Options) -> BenchNas:
            folder = tmp_path / f"nas{len(list(tmp_path.iterdir()))}"
            return stack.enter_context(running_nas(folder, options))

        yield start


@pytest.fixture
def log_in(tmp_path: Path) -> Iterator[Connector]:
    """Opens sessions (`log_in(nas, user="alice", password=…)`) and closes them after the test."""
    with contextlib.ExitStack() as stack:

        def open_session(
            bench: BenchNas, user: str = "alice", password: str | None = None, context: TaskContext | None = None
        ) -> Session:
            session = connect(
                bench.target(user),
                KnownLogin(password or PASSWORDS[user]),
                HostKeys(tmp_path / "known_hosts"),
                lambda _question: True,
                context or TaskContext(),
            )
            stack.callback(session.close)
            return session

        yield open_session


@pytest.fixture
def session(nas: BenchNas, log_in: Connector) -> Session:
    """A session of alice, an administrator, on the shared NAS."""
    return log_in(nas)
