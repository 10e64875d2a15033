"""Pulling from a NAS against its rivals: OpenSSH's sftp on one large file, file-by-file get on many small ones.

    python -m benchmarks.pull [--megabytes 1000] [--files 5000] [--rounds 3]

Needs root on Linux, as the bench NAS does. Rivals run in turn, so that the ratios hold on a machine that is evenly
busy; where it is not, the CPU seconds tell more. Aims (performance reference): at least 0.95 of sftp's speed, at least
20 times a file-by-file get.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import paramiko

from spkcore.base.tasks import TaskContext
from spkcore.nas.hostkeys import HostKeys
from spkcore.nas.login import KnownLogin
from spkcore.nas.received import RemoteFile
from spkcore.nas.session import Session, connect
from spkcore.nas.transfer import pull, pull_files
from tests.integration.nasbench.nas import PASSWORDS, BenchNas, Options, missing_requirement, running_nas

_SHARE = "/volume1/public"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if reason := missing_requirement():
        raise SystemExit(reason)
    memory = Path("/dev/shm")  # a disk would measure itself
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        folder = Path(name)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key"], check=True)
        options = Options(key_login=(folder / "key.pub").read_text(encoding="ascii"))
        with running_nas(folder / "nas", options) as nas:
            _large(nas, folder, arguments.megabytes << 20, arguments.rounds)
            _small(nas, folder, arguments.files, arguments.rounds)


def _large(nas: BenchNas, folder: Path, size: int, rounds: int) -> None:
    file = _write(nas, "large", size)
    unchecked = replace(file, md5="")  # as OpenSSH does it
    target = folder / "got"
    ways: dict[str, Callable[[], object]] = {
        "OpenSSH sftp, its own choice": lambda: _openssh(nas, folder, []),
        "OpenSSH sftp, aes128-gcm": lambda: _openssh(nas, folder, ["-c", "aes128-gcm@openssh.com"]),
        "SPK Creator over SFTP": lambda: _with_session(
            nas, folder, lambda session: pull_files(session, [(unchecked, target)], TaskContext(), "/public")
        ),
        "SPK Creator over SFTP, MD5 checked": lambda: _with_session(
            nas, folder, lambda session: pull_files(session, [(file, target)], TaskContext(), "/public")
        ),
        "SPK Creator as tar, MD5 made and checked": lambda: _with_session(
            nas, folder, lambda session: pull(session, _SHARE, folder, TaskContext(), names=["large"], prefer="exec")
        ),
    }
    costs = _in_turn(ways, rounds)
    print(f"\nOne file of {size >> 20} MB")
    _show(costs, "OpenSSH sftp, its own choice")


def _small(nas: BenchNas, folder: Path, count: int, rounds: int) -> None:
    """Both ways over connections that are open already: what counts is the files."""
    files = [_write(nas, f"small/f{number}", number % 4096) for number in range(count)]
    target = folder / "many"
    target.mkdir()
    login = KnownLogin(PASSWORDS["alice"])
    with (
        connect(nas.target(), login, HostKeys(folder / "keys"), _always, TaskContext()) as session,
        paramiko.Transport(("127.0.0.1", nas.port)) as transport,
    ):
        transport.connect(username="alice", password=PASSWORDS["alice"])
        client = paramiko.SFTPClient.from_transport(transport)
        assert client is not None

        def one_by_one() -> None:
            for file in files:
                client.get(f"/public/{file.name}", str(target / Path(file.name).name))

        costs = _in_turn(
            {
                "SPK Creator over SFTP, MD5 checked": lambda: pull_files(
                    session, [(file, target / file.name) for file in files], TaskContext(), "/public"
                ),
                "paramiko get, file by file": one_by_one,
            },
            rounds,
        )
    print(f"\n{count} files of up to 4 KB")
    _show(costs, "paramiko get, file by file")


def _write(nas: BenchNas, name: str, size: int) -> RemoteFile:
    path = nas.path(f"{_SHARE}/{name}")
    path.parent.mkdir(exist_ok=True)
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("wb") as stream:
        for start in range(0, size, 1 << 20):
            piece = os.urandom(min(1 << 20, size - start))
            digest.update(piece)
            stream.write(piece)
    return RemoteFile(name, size, digest.hexdigest())


@dataclass(frozen=True)
class Cost:
    """What one way took: seconds, and seconds of CPU on the side of the PC."""

    seconds: float
    cpu: float


def _in_turn(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, Cost]:
    """The median of each way; of the CPU the least, which a busy machine changes little."""
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started, used = time.perf_counter(), _cpu()
            way()
            costs[name].append(Cost(time.perf_counter() - started, _cpu() - used))
    return {
        name: Cost(statistics.median(cost.seconds for cost in found), min(cost.cpu for cost in found))
        for name, found in costs.items()
    }


def _cpu() -> float:
    """Seconds of this process and of the programs it has run to their end."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _show(costs: dict[str, Cost], rival: str) -> None:
    for name, cost in costs.items():
        ratio = costs[rival].seconds / cost.seconds
        print(f"{name:<48} {cost.seconds:8.2f} s   {ratio:6.2f} x   CPU {cost.cpu:6.2f} s")


def _with_session(nas: BenchNas, folder: Path, action: Callable[[Session], object]) -> None:
    login = KnownLogin(PASSWORDS["alice"])
    with connect(nas.target(), login, HostKeys(folder / "keys"), _always, TaskContext()) as session:
        action(session)


def _always(_question: object) -> bool:
    return True


def _openssh(nas: BenchNas, folder: Path, options: list[str]) -> None:
    trust = ["-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "-oLogLevel=ERROR"]
    source = f"{nas.target().user}@127.0.0.1:/public/large"
    command = ["sftp", "-q", *options, "-P", str(nas.port), "-i", str(folder / "key"), *trust, source]
    subprocess.run([*command, str(folder / "got")], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
