"""Kills one part of a capture at a random moment, starts the program again, and looks what is lost and what is left.

Run as a program it is the PC side of one capture: `kills.py PORT USER FOLDER`, ended by SIGKILL or by itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spkcore.base.tasks import TaskContext
from spkcore.nas import agents
from spkcore.nas.agents import AgentSetup
from spkcore.nas.capture import Capture, CaptureRequest, take_orphan
from spkcore.nas.events import CaptureEvent, Ready
from spkcore.nas.hostkeys import HostKeys
from spkcore.nas.login import KnownLogin
from spkcore.nas.orphans import find_orphans
from spkcore.nas.session import Target, connect
from tests.integration.capture.packagecenter import Install, md5
from tests.integration.capture.runs import install, leftovers
from tests.integration.nasbench.nas import PASSWORDS, BenchNas, wait_until

KINDS = ("pc", "connection", "agent", "reporter")
QUICK = AgentSetup("", (), stable_milliseconds=300, gone=5, idle=20)
_MOST_SECONDS = 90.0
_EARLY_SHARE = 0.15
"""How many kills come at a moment that does not wait for the agent to watch."""


@dataclass(frozen=True)
class Outcome:
    """One round: what was killed, and when: "before" the agent watched, "during" the capture, "after" it was over;
    `moment` is in seconds after the start or, later, after the agent watched. `problem` is what went wrong."""

    kind: str
    when: str
    moment: float
    problem: str


def play(bench: BenchNas, user: str, home: Path, seed: int, kinds: Sequence[str] = KINDS) -> Outcome:
    """One capture with one kill; then the next start of the program."""
    chance = random.Random(seed)
    kind, is_early = chance.choice(kinds), chance.random() < _EARLY_SHARE
    moment = chance.uniform(0.0, 2.5 if is_early else 5.0)
    plan = Install(dsm=max(bench.options.dsm, 6), files=5, rate=2e6, seed=seed)
    started = time.monotonic()
    pc = _start_pc(bench, user, home)
    is_ready = _wait_for_ready(pc, started + (moment if is_early else _MOST_SECONDS))
    center = install(bench, plan) if is_ready else None
    if not is_early:
        with contextlib.suppress(subprocess.TimeoutExpired):
            pc.wait(moment)
    when = "after" if pc.poll() is not None else "during" if is_ready else "before"
    _kill(kind, bench, pc, chance)
    if center is None and kind != "pc":
        center = install(bench, plan) if _wait_for_ready(pc, time.monotonic() + 30) else None
    written = json.loads(center.communicate()[0]) if center is not None else None
    try:
        said = pc.communicate(timeout=_MOST_SECONDS)[1][-300:]
    except subprocess.TimeoutExpired:
        pc.kill()
        said = f"it never ended; {pc.communicate()[1][-300:]}"
    again = _start_pc(bench, user, home, "again")
    said += again.communicate(timeout=_MOST_SECONDS)[1][-300:]
    return Outcome(kind, when, moment, _judge(bench, home, written, said))


def _judge(bench: BenchNas, home: Path, written: dict[str, str] | None, said: str) -> str:
    if written is not None and written["spk"] not in {md5(path.read_bytes()) for path in home.glob("*.spk")}:
        return f"the package is lost: {said}"
    with contextlib.suppress(AssertionError):
        wait_until(lambda: not leftovers(bench), 8)
    left = leftovers(bench) + [str(path) for path in home.glob(".*")]
    return f"left: {left}: {said}" if left else ""


def _start_pc(bench: BenchNas, user: str, home: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.integration.capture.kills", str(bench.port), user, str(home), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _wait_for_ready(pc: subprocess.Popen[str], deadline: float) -> bool:
    """Whether the agent watches before the deadline."""
    assert pc.stdout is not None
    while pc.poll() is None and time.monotonic() < deadline:
        if select.select([pc.stdout], [], [], max(min(deadline - time.monotonic(), 0.2), 0.0))[0]:
            return pc.stdout.readline() == "READY\n"
    return False


def _kill(kind: str, bench: BenchNas, pc: subprocess.Popen[str], chance: random.Random) -> None:
    if kind == "pc":
        pc.kill()
    elif kind == "connection":
        bench.cut_connections()
    else:
        ours = [pid for pid, command in bench.processes().items() if _is_agent(command)]
        parents = {pid: _parent(pid) for pid in ours}
        mains = [pid for pid in ours if parents[pid] not in ours]
        helpers = [pid for pid in ours if pid not in mains]
        victims = helpers if kind == "reporter" and helpers else chance.choice((mains, ours))
        for pid in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _is_agent(command: str) -> bool:
    last = command.rsplit(" ", 1)[-1]
    return last.startswith("spkcap-") and len(last) == len("spkcap-00000000") and not command.startswith("sudo")


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def be_the_pc(port: int, user: str, folder: Path, *, is_second: bool) -> None:
    """The program: the second start takes what the first one left, as a person would choose."""
    agents.HEARTBEAT_SECONDS = 1.0
    context = TaskContext()
    volumes = ("/volume1",)
    keys = HostKeys(folder.parent / "known_hosts")
    with connect(
        Target("127.0.0.1", user, port), KnownLogin(PASSWORDS[user]), keys, lambda _key: True, context
    ) as session:
        request = CaptureRequest(volumes, folder, settle=0.6, agent=QUICK, patience=60)
        if not is_second:
            Capture(session, request, context, _tell).run()
            return
        for orphan in find_orphans(session.root, volumes):
            if orphan.is_running and orphan.packages:
                Capture(session, replace(request, resume=orphan), context, _tell).run()
            elif orphan.is_running:
                _stop_at_once(Capture(session, replace(request, resume=orphan), context, _tell))
            else:
                take_orphan(session, orphan, folder, context, _tell)
        # The next capture sweeps what has no marker; nobody installs anything this time.
        _stop_at_once(Capture(session, request, context, _tell))


def _stop_at_once(capture: Capture) -> None:
    capture.stop()
    capture.run()


def _tell(event: CaptureEvent) -> None:
    if isinstance(event, Ready):
        sys.stdout.write("READY\n")
        sys.stdout.flush()


if __name__ == "__main__":
    be_the_pc(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), is_second=len(sys.argv) > 4)
