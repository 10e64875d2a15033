"""Agents in trouble: deleted files, lost events, odd tools, processes that die, connections that come back."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from spkcore.nas import agents, orphans
from spkcore.nas.agents import Agent, AgentFailedError, attach_agent, start_agent
from spkcore.nas.events import AgentEvent, Done, FileCaught, PackageSeen, PackageState, Ready, Tick, Trouble
from tests.integration.capture.conftest import Starter
from tests.integration.capture.local import LocalAgent, LocalRoot, caught, find_python_2, local_setup
from tests.integration.capture.packagecenter import Install, PackageCenter, md5
from tests.integration.nasbench.nas import wait_until

pytestmark = pytest.mark.integration

KINDS = ["python3", "dash", "busybox", *(["python2"] if find_python_2() else [])]


def folder_of(root: Path, agent: LocalAgent, volume: int = 1) -> Path:
    """The agent's folder on a volume."""
    return root / f"volume{volume}/@tmp/spkcap-{agent.agent.setup.session}"


def helpers(agent: LocalAgent) -> dict[int, int]:
    """The processes of an agent: pid → parent."""
    name = f"spkcap-{agent.agent.setup.session}".encode()
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().rstrip(b"\0").split(b"\0") if entry.name.isdigit() else [b""]
            if words[-1] == name:
                found[int(entry.name)] = int((entry / "stat").read_text("ascii").rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_file_that_was_deleted_while_dsm_writes_it_is_rescued(root: Path, start: Starter, kind: str) -> None:
    place = root / "volume2/@tmp/synopkg/download.early"
    place.mkdir(parents=True)
    with (place / "@SYNOPKG_DOWNLOAD_Early").open("wb", buffering=0) as stream:
        stream.write(b"a" * 3_000_000)
        (place / "@SYNOPKG_DOWNLOAD_Early").unlink()
        agent = start(kind, root, stable_milliseconds=200)
        agent.wait_for(PackageSeen)
        stream.write(b"b" * 1_000_000)
    # On a busy machine what was written first may stand still for so long that it counts as released in between.
    released = (4_000_000, PackageState.RELEASED)
    agent.wait_until(lambda: [(e.size, e.state) for e in agent.of(PackageSeen)][-1] == released)
    agent.finish()
    assert md5(b"a" * 3_000_000 + b"b" * 1_000_000) in caught(root, agent.agent.setup)
    [seen] = {event.path for event in agent.of(PackageSeen)}
    assert seen == "synopkg/download.early/@SYNOPKG_DOWNLOAD_Early"


def test_small_files_that_stand_still_are_copied_before_the_package_is_installed(root: Path, start: Starter) -> None:
    agent = start("python3", root)
    package = root / "volume1/@tmp/pkginstall/package"
    package.mkdir(parents=True)
    (package / "settings").write_bytes(b"as delivered")
    (package.parent / "INFO").write_bytes(b"info")
    tree = folder_of(root, agent) / "tree/pkginstall"
    wait_until((tree / "package/settings").exists)
    wait_until(lambda: not (tree / "package/settings").samefile(package / "settings"))
    assert (tree / "INFO").samefile(package.parent / "INFO")
    with (package / "settings").open("ab") as stream:
        stream.write(b", then finished")
    wait_until(lambda: (tree / "package/settings").read_bytes() == b"as delivered, then finished")
    agent.finish()
    assert [path.name for path in (tree / "package").iterdir()] == ["settings"]


@pytest.mark.parametrize(
    ("kind", "shims", "method"),
    [
        ("dash", {}, "cp-backup"),
        ("bash", {}, "cp-backup"),
        ("busybox", {}, "cp-link"),
        ("dash", {"cp": 'case $* in *--[bpr]*) exit 1 ;; esac\nexec /bin/cp "$@"'}, "cp-link"),
        ("dash", {"cp": 'case $1 in *l*) exit 1 ;; esac\nexec /bin/cp "$@"'}, "ln"),
    ],
    ids=["dash", "bash", "busybox", "no-backup", "no-cp-l"],
)
def test_the_shell_agent_copies_small_files_before_the_package_is_installed(
    root: Path, start: Starter, kind: str, shims: dict[str, str], method: str
) -> None:
    """Moved and edited between two looks of the agent: only a copy from before can be right."""
    start.shims = shims
    agent = start(kind, root)
    [ready] = agent.of(Ready)
    assert ready.method == method
    package = root / "volume1/@tmp/pkginstall/package"
    package.mkdir(parents=True)
    # BusyBox's ls shows letters that are not ASCII as "?": those files are copied when their place is gone.
    names = ("settings", "with space", "quote'\"" if kind == "busybox" else "ünïcode")
    for name in names:
        (package / name).write_bytes(b"as delivered")
    (package / "large").write_bytes(b"x" * 300_000)
    (package.parent / "INFO").write_bytes(b"info")
    folder = folder_of(root, agent)
    wait_until(lambda: len(list(folder.glob("state/early.*/pkginstall/package/*"))) == 3)
    # Reporter and reader: the copier has ended.
    wait_until(lambda: sum(parent == ready.pid for parent in helpers(agent).values()) == 2)
    os.kill(ready.pid, signal.SIGSTOP)
    package.rename(root / "volume1/live")
    for path in (root / "volume1/live").iterdir():
        with path.open("ab") as stream:
            stream.write(b", then edited")
    os.kill(ready.pid, signal.SIGCONT)
    tree = folder / "tree/pkginstall/package"
    wait_until(lambda: not (tree / "settings").samefile(root / "volume1/live/settings"))
    agent.finish()
    got = {path.name: path.read_bytes()[:12] for path in tree.iterdir() if path.stat().st_size == 12}
    assert got == dict.fromkeys(names, b"as delivered")
    assert (folder / "tree/pkginstall/INFO").samefile(package.parent / "INFO")
    assert not list(folder.rglob("*~"))


def test_what_stands_still_in_a_place_that_stays_is_copied_by_the_end(root: Path, start: Starter) -> None:
    agent = start("dash", root)
    package = root / "volume1/@tmp/pkginstall/package"
    package.mkdir(parents=True)
    (package / "settings").write_bytes(b"as delivered")
    folder = folder_of(root, agent)
    wait_until(lambda: list(folder.glob("state/early.*/pkginstall/package/settings")))
    with (package / "settings").open("ab") as stream:
        stream.write(b", then longer")
    wait_until(lambda: list(folder.glob("state/early.2/pkginstall/package/settings")))
    agent.finish()
    caught_file = folder / "tree/pkginstall/package/settings"
    assert caught_file.read_bytes() == b"as delivered, then longer"
    assert not caught_file.samefile(package / "settings")


def test_after_lost_events_new_folders_under_old_names_are_watched(root: Path, start: Starter) -> None:
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text(encoding="ascii"))
    agent = start("python3", root)
    [ready] = agent.of(Ready)
    place = root / "volume1/@tmp/pkginstall"
    place.mkdir()
    (place / "INFO").write_bytes(b"one")
    agent.wait_for(FileCaught)
    os.kill(ready.pid, signal.SIGSTOP)
    for number in range(limit // 2 + 100):
        (place / str(number)).touch()
    place.rename(root / "volume1/moved")
    place.mkdir()
    os.kill(ready.pid, signal.SIGCONT)
    agent.wait_for(Trouble)
    (place / "INFO").write_bytes(b"two")
    (root / "volume1/moved/stray").write_bytes(b"not below @tmp")
    wait_until(lambda: {md5(b"one"), md5(b"two")} <= set(caught(root, agent.agent.setup)))
    agent.finish()
    assert md5(b"not below @tmp") not in caught(root, agent.agent.setup)


@pytest.mark.parametrize(
    ("shims", "method"),
    [
        ({"cp": 'case $1 in *l*) exit 1 ;; esac\nexec /bin/cp "$@"'}, "ln"),
        ({"cp": 'case $* in *--[bpr]*) exit 1 ;; esac\nexec /bin/cp "$@"'}, "cp-link"),
        ({"sleep": 'case $1 in *.*) exit 1 ;; esac\nexec /bin/sleep "$@"',
          "usleep": 'exec busybox usleep "$@"'}, "cp-backup"),
        ({"sleep": 'case $1 in *.*) exit 1 ;; esac\nexec /bin/sleep "$@"', "usleep": "exit 127"}, "cp-backup"),
    ],
    ids=["no-cp-l", "no-backup", "usleep", "whole-seconds"],
)  # fmt: skip
def test_with_the_tools_of_an_old_nas(root: Path, start: Starter, shims: dict[str, str], method: str) -> None:
    start.shims = shims
    agent = start("dash", root)
    assert [ready.method for ready in agent.of(Ready)] == [method]
    written = PackageCenter(root, Install(dsm=6, files=20, filler=10_000)).run()
    agent.finish()
    got = set(caught(root, agent.agent.setup))
    assert written.spk in got
    missed = set(written.short) - got
    assert len(missed) <= (1 if "usleep" not in shims or "busybox" in shims["usleep"] else len(written.short))


@pytest.mark.parametrize("kind", ["dash", "busybox"])
def test_a_helper_of_the_shell_agent_that_dies_is_started_again(root: Path, start: Starter, kind: str) -> None:
    agent = start(kind, root)
    [ready] = agent.of(Ready)
    agent.wait_until(lambda: sum(parent == ready.pid for parent in helpers(agent).values()) >= 2)
    before = {pid for pid, parent in helpers(agent).items() if parent == ready.pid}
    for pid in before:
        with contextlib.suppress(ProcessLookupError):  # a child that was about to become a sleep has ended
            os.kill(pid, signal.SIGKILL)
    (root / "volume1/@tmp/pkginstall").mkdir()
    (root / "volume1/@tmp/pkginstall/INFO").write_bytes(b"after the kill")
    agent.wait_until(lambda: [event.path for event in agent.of(FileCaught)] == ["pkginstall/INFO"])
    assert agent.finish().reason == "stop"


@pytest.mark.parametrize("kind", ["python3", "dash"])
def test_a_volume_that_is_all_but_full_gets_its_space_back(root: Path, start: Starter, kind: str) -> None:
    agent = start(kind, root)
    package = root / "volume1/@tmp/pkginstall/package"
    package.mkdir(parents=True)
    (package / "large").write_bytes(b"x" * 100_000)
    (package.parent / "INFO").write_bytes(b"info")
    agent.wait_until(lambda: len(agent.of(FileCaught)) == 2)
    agent.finish()
    # What lets go takes its time: the rounds of linking that go on meanwhile must not bring the file back.
    start.shims = {"find": '/usr/bin/find "$@"\nexec sleep 1'}
    full = replace(agent.agent.setup, adopt=True, low_space=1 << 60)
    again = LocalAgent(*start.engine(kind), full)
    again.wait_until(lambda: any(event.code == "space" for event in again.of(Trouble)))
    again.finish()
    left = [path.name for path in (folder_of(root, agent) / "tree").rglob("*") if path.is_file()]
    assert left == ["INFO"]
    assert (package / "large").exists()
    told = [event.text for event in again.of(Trouble)]
    assert told.count("/volume1 is all but full: the unpacked files were let go") == 1


@pytest.mark.parametrize("kind", ["python3", "dash"])
def test_free_space_is_measured_without_df(root: Path, start: Starter, kind: str) -> None:
    """df, and BusyBox's even with a path, looks at mounts that may be dead, and would wait for them for ever."""
    start.shims = {"df": "sleep 600"}
    agent = start(kind, root)
    agent.wait_until(lambda: any(tick.free > 0 for tick in agent.of(Tick)))
    agent.finish()


def test_a_df_that_hangs_does_not_silence_the_agent(root: Path, start: Starter) -> None:
    start.shims = {"df": "sleep 600", "stat": "exit 1"}
    agent = start("dash", root)
    (root / "volume1/@tmp/pkginstall").mkdir()
    (root / "volume1/@tmp/pkginstall/INFO").write_bytes(b"info")
    agent.wait_for(FileCaught)
    agent.wait_until(lambda: len(agent.of(Tick)) >= 2)
    assert {tick.free for tick in agent.of(Tick)} == {0}
    assert isinstance(agent.finish(), Done)


class Attached:
    """A second PC that speaks with an agent."""

    def __init__(self, agent: LocalAgent, shell: LocalRoot, folder: Path) -> None:
        self.agent: Agent = attach_agent(shell, agent.agent.engine, agent.agent.setup, str(folder))
        self.events: list[AgentEvent] = []

    def follow(self, until: Callable[[], bool]) -> None:
        """Take events until something holds; then let the agent end."""
        for event in self.agent.events(lambda: self.agent.stop() if until() else None):
            self.events.append(event)


@pytest.mark.parametrize("kind", KINDS)
def test_an_agent_that_lost_its_pc_tells_everything_to_the_next_one(root: Path, start: Starter, kind: str) -> None:
    agent = start(kind, root, idle=20)
    shell = start.roots[-1]
    scratch = root / "volume1/@tmp"
    (scratch / "pkginstall").mkdir()
    (scratch / "pkginstall/INFO").write_bytes(b"before")
    agent.wait_for(FileCaught)
    agent.process.close()
    (scratch / "synopkg/download.x").mkdir(parents=True)
    (scratch / "synopkg/download.x/@SYNOPKG_DOWNLOAD_X").write_bytes(b"while nobody listened")
    wait_until(lambda: md5(b"while nobody listened") in caught(root, agent.agent.setup))
    pc = Attached(agent, shell, folder_of(root, agent))

    def has_all() -> bool:
        return {"pkginstall/INFO", "synopkg/download.x/@SYNOPKG_DOWNLOAD_X", "pkginstall/later"} <= {
            event.path for event in pc.events if isinstance(event, FileCaught)
        }

    (scratch / "pkginstall/later").write_bytes(b"later")
    pc.follow(has_all)
    assert any(isinstance(event, Ready) for event in pc.events)
    assert any(isinstance(event, PackageSeen) for event in pc.events)
    assert pc.events[-1] == Done(3, len(b"before") + len(b"while nobody listened") + len(b"later"), "stop")
    agent.process.wait()


@pytest.mark.parametrize("kind", ["python3", "dash"])
def test_the_end_of_the_broken_connection_may_be_noticed_late(
    root: Path, start: Starter, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent is busy, and sees that its input ended when the next PC is there already."""
    monkeypatch.setattr(agents, "HEARTBEAT_SECONDS", 0.2)
    agent = start(kind, root, idle=20)
    agent.process.close()
    folder = folder_of(root, agent)
    pc = Attached(agent, start.roots[-1], folder)
    eof = folder / "state/eof"
    late: list[Path] = []

    def is_forgotten() -> bool:
        if not late and any(isinstance(event, Ready) for event in pc.events):
            eof.touch()
            late.append(eof)
        return bool(late) and not eof.exists()

    pc.follow(is_forgotten)
    assert isinstance(pc.events[-1], Done)
    assert pc.events[-1].reason == "stop"
    agent.process.wait()


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_agent_goes_on_in_the_folder_of_one_that_was_killed(root: Path, start: Starter, kind: str) -> None:
    agent = start(kind, root)
    shell = start.roots[-1]
    scratch = root / "volume1/@tmp"
    (scratch / "pkginstall").mkdir()
    (scratch / "pkginstall/INFO").write_bytes(b"kept")
    place = scratch / "synopkg/download.x"
    place.mkdir(parents=True)
    (place / "@SYNOPKG_DOWNLOAD_X").write_bytes(b"package")
    (root / "var/log").mkdir(parents=True)
    (root / "var/log/synopkg.log").write_bytes(b"a line that nobody read\n")
    agent.wait_until(lambda: len(agent.of(FileCaught)) == 2)
    os.kill(agent.of(Ready)[0].pid, signal.SIGKILL)
    agent.wait_until(lambda: isinstance(agent.error, AgentFailedError))
    orphans.end_agent(shell, agent.agent.setup.session)
    (place / "@SYNOPKG_DOWNLOAD_X").unlink()
    second = LocalAgent(*start.engine("dash" if kind == "busybox" else kind), replace(agent.agent.setup, adopt=True))
    second.wait_until(lambda: len(second.of(FileCaught)) == 2)
    (scratch / "pkginstall/package.tgz").write_bytes(b"new")
    second.wait_until(lambda: any(e.state is PackageState.RELEASED for e in second.of(PackageSeen)))
    done = second.finish()
    assert set(caught(root, agent.agent.setup)) == {md5(b"kept"), md5(b"package"), md5(b"new")}
    assert done.files == 3
    assert not list(folder_of(root, agent).rglob("*.~1~"))


@pytest.mark.parametrize("kind", ["python3", "dash", "busybox"])
def test_an_agent_killed_at_its_start_leaves_nothing_unknown(root: Path, start: Starter, kind: str) -> None:
    """Stopped at moments spread over its first tenth of a second; whatever is there then is swept or is an orphan."""
    shell, engine = start.engine(kind)
    for _turn in range(8):
        setup = local_setup(root)
        start_agent(shell, engine, setup)
        process = shell.started[-1].process
        wait_until(lambda: list(root.glob("volume*/@tmp/spkcap-*")))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        orphans.sweep_unfinished(shell, setup.volumes, str(root))
        for orphan in orphans.find_orphans(shell, setup.volumes, str(root)):
            assert orphans.remove_orphan(shell, orphan) == ""
        assert list(root.glob("volume*/@tmp/spkcap-*")) == []


def test_the_sweep_takes_nothing_that_holds_something(root: Path) -> None:
    scratch = root / "volume1/@tmp"
    full = scratch / "spkcap-0000000a.new/tree"
    full.mkdir(parents=True)
    (full / "caught").write_bytes(b"x")
    unmarked = scratch / "spkcap-0000000b"
    (unmarked / "something").mkdir(parents=True)
    foreign = scratch / "spkcap-0000000c.new"
    foreign.mkdir()
    os.chown(foreign, 1000, 1000)
    empty = scratch / "spkcap-0000000d"
    empty.mkdir()
    assert orphans.sweep_unfinished(LocalRoot(), ("/volume1",), str(root)) == (str(empty),)
    assert (full / "caught").exists()
    assert unmarked.exists()
    assert foreign.exists()
