"""Starts the capture agent on a NAS, keeps it alive, and turns its report lines into events."""

from __future__ import annotations

import contextlib
import re
import secrets
import shlex
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from spkcore.base.errors import NasError
from spkcore.base.reference import resources_folder, table
from spkcore.base.tasks import TaskContext
from spkcore.nas.errors import ConnectionLostError
from spkcore.nas.events import AgentEvent, Done, Failed, parse_event
from spkcore.nas.process import Result

HEARTBEAT_SECONDS = 10.0
"""How often the agent hears that this computer is still there; it gives up after AgentSetup.gone seconds."""
SILENCE_SECONDS = 90.0
"""An agent speaks every two seconds; one that says nothing for so long hangs, or the connection does."""

PYTHON_PARTS = ("basics", "lines", "sources", "volume", "catching", "keeping", "telling", "life")
"""The parts of the agent in Python, in the order in which they are joined to one text."""

_SH_BOOTSTRAP = 's=$(dd bs=1 count={size} 2>/dev/null; echo x); eval "${{s%x}}"'
_PYTHON_BOOTSTRAP = (
    "import os\nt=b''\n"
    "while len(t)<{size}:\n b=os.read(0,{size}-len(t))\n t+=b\n if not b:raise SystemExit\n"
    "exec(compile(t,'capture.py','exec'),{{'__name__':'__main__'}})"
)
_PROBE = """
for python in /usr/bin/python3 /usr/local/bin/python3 /usr/bin/python2.7 /usr/bin/python; do
    [ -x "$python" ] && "$python" -c 'import ctypes, fcntl, select' 2>/dev/null && break
    python=
done
echo "python=$python"
"""


# Speaks for a PC that has come back to an agent whose own input and output are gone: orders and reports go through
# files in its folder. Ends with the agent, or with the connection.
_ATTACH = r"""
trap '' HUP PIPE
report=$2 state=$1/state
# The reader of the connection that broke may make eof late, even now.
beat() {
    rm -f "$state/eof"
    read -r up rest </proc/uptime
    printf '%s\n' "${up%%.*}" >"$state/heard.$$" && mv "$state/heard.$$" "$state/heard"
}
hang_up() {
    [ "$(cat "$state/attach" 2>/dev/null)" != "$report" ] || : >"$state/eof"
}
agent=$(sed -n 's/^pid=//p' "$1/marker")
[ -d "$state" ] && [ ! -e "$state/ended" ] && [ -e "/proc/$agent/exe" ] && : >"$state/$report" || exit 4
rm -f "$state/stop"
beat
printf '%s\n' "$report" >"$state/attach.new" && mv "$state/attach.new" "$state/attach"
beat
exec 3<&0 4<"$state/$report" </dev/null
{
    while IFS= read -r line <&3; do
        beat
        [ "$line" != STOP ] || : >"$state/stop"
    done
    hang_up
} >/dev/null 2>&1 &
reader=$!
while [ -e "/proc/$agent/exe" ] && [ ! -e "$state/ended" ]; do
    cat <&4 2>/dev/null || { hang_up; break; }
    sleep 0.2 2>/dev/null || sleep 1
done
cat <&4 2>/dev/null
kill $reader 2>/dev/null
"""


class Process(Protocol):
    """A running command on the NAS, as `spkcore.nas.process.RemoteProcess`."""

    def write(self, data: bytes) -> None: ...

    def lines(self, while_waiting: Callable[[], None] | None = None) -> Iterator[str]: ...

    def close(self) -> None: ...

    @property
    def stderr(self) -> str: ...


class RootShell(Protocol):
    """Runs commands as root, as `spkcore.nas.sudo.Root`."""

    def start(self, command: str, context: TaskContext | None = None) -> Process: ...

    def execute(
        self, command: str, stdin: bytes = b"", timeout: float = 60.0, context: TaskContext | None = None
    ) -> Result: ...


class AgentFailedError(NasError):
    """The agent could not work on this NAS, or ended without a word."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Which agent runs: `kind` "python" or "sh", and the program that runs it."""

    kind: str
    interpreter: str


SH = Engine("sh", "/bin/sh")


@dataclass(frozen=True, slots=True)
class AgentSetup:
    """The setup block of docs/capture-protocol.md. Times in seconds unless named otherwise, sizes in bytes.

    `volumes` are like "/volume1"; `tree_root` stands before every path (tests, demo NAS). `ttl` leaves room for a large
    download over a slow line; an agent whose PC is gone ends long before. `adopt` goes on in the folder of an agent of
    this session that has ended.
    """

    session: str
    volumes: tuple[str, ...]
    tree_root: str = ""
    ttl: int = 7200
    gone: int = 60
    idle: int = 180
    stable_milliseconds: int = 2000
    low_space: int = 500 << 20
    detach: int = 1 << 20
    adopt: bool = False

    def text(self) -> bytes:
        """The block as it is sent."""
        places = table("capture_places")
        lines = [f"SESSION {self.session}", f"ROOT {self.tree_root}", f"TTL {self.ttl}", f"GONE {self.gone}"]
        lines += [f"IDLE {self.idle}", f"STABLE {self.stable_milliseconds}", f"LOWSPACE {self.low_space}"]
        lines += ["ADOPT yes"] if self.adopt else []
        lines += [f"DETACH {self.detach}", *(f"VOLUME {volume}" for volume in self.volumes)]
        lines += [_place_line(place) for place in places["place"]]
        lines += [f"LOG {log['path']}" for log in places["log"]]
        return "".join(f"{line}\n" for line in [*lines, "GO"]).encode("utf-8", "surrogateescape")


def new_session() -> str:
    """A fresh session: eight hex digits."""
    return secrets.token_hex(4)


def named_command(script: str, name: str, arguments: Sequence[str] = ()) -> str:
    """A command that runs `script` under /bin/sh and shows `name` in the process list, for `Root.execute`."""
    return shlex.join(["/bin/sh", "-c", script.strip(), name, *arguments])


def choose_engine(root: RootShell) -> Engine:
    """The agent with inotify where a Python with ctypes is there, else the one in sh."""
    answer = root.execute(named_command(_PROBE, "spkcap-probe")).text
    found = re.search(r"^python=(/\S+)$", answer, re.MULTILINE)
    return Engine("python", found[1]) if found else SH


def agent_command(engine: Engine, session: str) -> str:
    """The command line that reads the agent's text from its input and becomes the agent."""
    bootstrap = _PYTHON_BOOTSTRAP if engine.kind == "python" else _SH_BOOTSTRAP
    script = bootstrap.format(size=len(agent_text(engine.kind)))
    return "exec " + shlex.join([engine.interpreter, "-c", script, f"spkcap-{session}"])


@cache
def agent_text(kind: str) -> bytes:
    """What is sent to the NAS: the agent without its comment lines, because sh reads it byte by byte."""
    folder = resources_folder() / "agent"
    if kind == "python":
        return "\n\n".join((folder / "capture" / f"{part}.py").read_text("utf-8") for part in PYTHON_PARTS).encode()
    text = (folder / "capture.sh").read_text(encoding="utf-8")
    lines = [line.lstrip() for line in text.splitlines()]
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("#")).encode()


class Agent:
    """A running agent. `events` is read by one thread; `stop` may be called from any."""

    def __init__(
        self, process: Process, setup: AgentSetup, engine: Engine, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.setup = setup
        self.engine = engine
        self._process = process
        self._stop_wanted = threading.Event()
        self._stop_sent = False
        self._clock = clock
        self._last_order = self._last_word = clock()

    def events(self, while_waiting: Callable[[], None]) -> Iterator[AgentEvent]:
        """What the agent reports, up to and including `Done`. `while_waiting` runs a few times a second in between.

        Raises `AgentFailedError`, and what `RemoteProcess.lines` raises (`ConnectionLostError`, `Cancelled`).
        """

        def pause() -> None:
            self._send_orders()
            while_waiting()
            if self._clock() - self._last_word > SILENCE_SECONDS:
                raise AgentFailedError("The capture agent gives no sign of life", "", "Start the capture again.")

        for line in self._process.lines(pause):
            self._last_word = self._clock()
            self._send_orders()
            event = parse_event(line)
            if event is None:
                continue
            yield event
            if isinstance(event, Failed):
                raise _failure(event)
            if isinstance(event, Done):
                return
        raise AgentFailedError(
            "The capture agent ended on the NAS without saying why",
            " ".join(self._process.stderr.split())[-300:],
            "Start the capture again; look into the session log if it happens again.",
        )

    def stop(self) -> None:
        """Let the agent look once more and end; `events` goes on until `Done`."""
        self._stop_wanted.set()

    @property
    def is_stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stop_wanted.is_set()

    def close(self) -> None:
        """Hang up. An agent that still runs notices and ends after a while."""
        with contextlib.suppress(NasError):
            self._process.close()

    def _send_orders(self) -> None:
        if self._stop_wanted.is_set() and not self._stop_sent:
            self._stop_sent = True
            self._order("STOP")
        elif self._clock() - self._last_order >= HEARTBEAT_SECONDS and not self._stop_sent:
            self._order("PING")

    def _order(self, word: str) -> None:
        self._last_order = self._clock()
        # An agent that has ended meanwhile takes no orders; its last words, or the lost connection, come from `lines`.
        with contextlib.suppress(ConnectionLostError):
            self._process.write(f"{word}\n".encode())


def start_agent(root: RootShell, engine: Engine, setup: AgentSetup) -> Agent:
    """Start the agent; its first events tell whether it is ready. Raises what `Root.start` raises."""
    process = root.start(agent_command(engine, setup.session))
    try:
        process.write(agent_text(engine.kind) + setup.text())
    except BaseException:
        process.close()
        raise
    return Agent(process, setup, engine)


def attach_agent(root: RootShell, engine: Engine, setup: AgentSetup, folder: str) -> Agent:
    """Speak with an agent that runs already, whose folder on its first volume is `folder`: it tells everything again.

    The events end at once, with `AgentFailedError`, if it does not run any more. Raises what `Root.start` raises.
    """
    report = f"report.{secrets.token_hex(4)}"
    return Agent(root.start(named_command(_ATTACH, "spkcap-attach", [folder, report])), setup, engine)


def _place_line(place: dict[str, str]) -> str:
    line = f"PLACE {place['kind']} {place['pattern']}"
    if "unless" in place:
        line += f" !{place['unless']}"
    return f"{line} ?{place['holds']}" if "holds" in place else line


def _failure(event: Failed) -> AgentFailedError:
    advice = {
        "volumes": "Check in Storage Manager that the NAS has a healthy volume, then try again.",
    }.get(event.code, "Start the capture again; look into the session log if it happens again.")
    return AgentFailedError(f"The capture agent could not work on the NAS ({event.text})", "", advice)
