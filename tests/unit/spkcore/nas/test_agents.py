"""How agents are started, fed and stopped, without a NAS."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator

import pytest

from spkcore.base.reference import table
from spkcore.base.tasks import TaskContext
from spkcore.nas import agents
from spkcore.nas.agents import SH, Agent, AgentFailedError, AgentSetup, Engine, choose_engine, start_agent
from spkcore.nas.errors import ConnectionLostError
from spkcore.nas.events import Done, Ready
from spkcore.nas.process import Result

SETUP = AgentSetup("0a1b2c3d", ("/volume1", "/volume12"))


class FakeProcess:
    """Gives lines; calls back before each one, as when nothing comes for a while."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self.written = b""
        self.closed = False
        self.stderr = "sh: 1: awk:\n not found\n"

    def write(self, data: bytes) -> None:
        self.written += data

    def lines(self, while_waiting: Callable[[], None] | None = None) -> Iterator[str]:
        for line in self._lines:
            if while_waiting is not None:
                while_waiting()
            yield line

    def close(self) -> None:
        self.closed = True


class FakeRoot:
    """Answers every command the same way."""

    def __init__(self, process: FakeProcess, answer: bytes = b"") -> None:
        self.commands: list[str] = []
        self._process = process
        self._answer = answer

    def start(self, command: str, context: TaskContext | None = None) -> FakeProcess:
        self.commands.append(command)
        return self._process

    def execute(
        self, command: str, stdin: bytes = b"", timeout: float = 60.0, context: TaskContext | None = None
    ) -> Result:
        self.commands.append(command)
        return Result(0, self._answer, "")


def test_the_setup_block_names_every_place_volume_and_log_and_ends_with_go() -> None:
    lines = SETUP.text().decode().splitlines()
    assert lines[0] == "SESSION 0a1b2c3d"
    assert lines[-1] == "GO"
    assert [line for line in lines if line.startswith("VOLUME")] == ["VOLUME /volume1", "VOLUME /volume12"]
    places = [line for line in lines if line.startswith("PLACE")]
    assert len(places) == len(table("capture_places")["place"])
    assert "PLACE wizard ?????? ?WIZARD_UIFILES" in places
    assert all(re.fullmatch(r"PLACE [a-z]+ \S+( [!?]\S+)*", place) for place in places)
    assert "LOG /var/log/synopkg.log" in lines


def test_places_are_relative_and_of_known_kinds() -> None:
    for place in table("capture_places")["place"]:
        assert place["kind"] in {"download", "upload", "feed", "info", "wizard", "install"}
        assert not place["pattern"].startswith("/")
        assert ".." not in place["pattern"]
        assert place["source"]
        assert place["dsm"]


@pytest.mark.parametrize("engine", [SH, Engine("python", "/usr/bin/python3")])
def test_the_command_line_holds_the_bootstrap_and_the_session_only(engine: Engine) -> None:
    process = FakeProcess([])
    root = FakeRoot(process)
    start_agent(root, engine, SETUP)
    words = shlex.split(root.commands[0])
    assert words[:3] == ["exec", engine.interpreter, "-c"]
    assert words[4:] == ["spkcap-0a1b2c3d"]
    text = agents.agent_text(engine.kind)
    assert str(len(text)) in words[3]
    assert process.written == text + SETUP.text()


@pytest.mark.parametrize(
    ("answer", "engine"),
    [
        (b"python=/usr/bin/python3\n", Engine("python", "/usr/bin/python3")),
        (b"Could not chdir\npython=/usr/bin/python\n", Engine("python", "/usr/bin/python")),
        (b"python=\n", SH),
        (b"", SH),
    ],
)
def test_the_engine_with_inotify_is_taken_where_it_runs(answer: bytes, engine: Engine) -> None:
    assert choose_engine(FakeRoot(FakeProcess([]), answer)) == engine


def test_events_end_with_done_and_foreign_lines_are_ignored() -> None:
    lines = ["Welcome!", "READY\t1\t0a1b2c3d\tsh\tcp-backup\t7", "DONE\t1\t2\tstop", "READY\t1\tx\tsh\tx\t1"]
    agent = Agent(FakeProcess(lines), SETUP, SH)
    assert list(agent.events(lambda: None)) == [Ready("0a1b2c3d", "sh", "cp-backup", 7), Done(1, 2, "stop")]


def test_an_agent_that_ends_without_a_word_is_an_error_with_its_error_text() -> None:
    agent = Agent(FakeProcess(["READY\t1\t0a1b2c3d\tsh\tcp-backup\t7"]), SETUP, SH)
    with pytest.raises(AgentFailedError) as caught:
        list(agent.events(lambda: None))
    assert caught.value.where == "sh: 1: awk: not found"


def test_a_failure_that_the_agent_reports_is_told() -> None:
    agent = Agent(FakeProcess(["FAIL\tvolumes\tno volume could be used"]), SETUP, SH)
    with pytest.raises(AgentFailedError, match="no volume could be used") as caught:
        list(agent.events(lambda: None))
    assert "Storage Manager" in caught.value.what_to_do


def test_stop_is_ordered_once() -> None:
    process = FakeProcess(["TICK\t1\t0\t0\t0"] * 3 + ["DONE\t0\t0\tstop"])
    agent = Agent(process, SETUP, SH)
    agent.stop()
    list(agent.events(lambda: None))
    assert process.written == b"STOP\n"


class EndedProcess(FakeProcess):
    """A process that has ended: its last words can be read, but it takes no input."""

    def write(self, data: bytes) -> None:
        raise ConnectionLostError("alice@nas")


def test_an_agent_that_ended_by_itself_still_has_its_last_words() -> None:
    agent = Agent(EndedProcess(["DONE\t3\t100\tgone"]), SETUP, SH)
    agent.stop()

    assert [event for event in agent.events(lambda: None) if isinstance(event, Done)] == [Done(3, 100, "gone")]


def test_the_heartbeat_goes_out_while_events_come() -> None:
    now = [0.0]
    process = FakeProcess(["TICK\t1\t0\t0\t0"] * 5 + ["DONE\t0\t0\tttl"])
    agent = Agent(process, SETUP, SH, clock=lambda: now[0])
    for _event in agent.events(lambda: None):
        now[0] += agents.HEARTBEAT_SECONDS * 0.6
    assert process.written.count(b"PING\n") == 2
    assert SETUP.gone >= agents.HEARTBEAT_SECONDS * 3
