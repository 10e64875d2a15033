"""Both agents, under every shell and Python that is there, catch what Package Center shows for a moment."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from spkcore.base.reference import resources_folder
from spkcore.nas import orphans
from spkcore.nas.agents import PYTHON_PARTS, AgentFailedError, AgentSetup, Engine, agent_text, choose_engine
from spkcore.nas.events import (
    AgentPhase,
    FileCaught,
    LogLine,
    LowSpace,
    PackageSeen,
    PackageState,
    PhaseChanged,
    Ready,
    Tick,
    Trouble,
)
from tests.integration.capture.conftest import Starter
from tests.integration.capture.local import LocalAgent, LocalRoot, caught, find_python_2, local_setup
from tests.integration.capture.packagecenter import URL, Install, PackageCenter, md5
from tests.integration.nasbench.nas import wait_until

pytestmark = pytest.mark.integration

PYTHONS = ("python3", "python2")
PYTHON_2 = [("python2", 6)] if find_python_2() else []
"""DSM 6 has Python 2.7, few other systems still do: it is tested where it is there, or where SPK_PYTHON2 names it."""
MAIN_KINDS = ("dash", "busybox", "python3")


def tree_files(root: Path, session: str) -> list[Path]:
    trees = root.glob(f"volume*/@tmp/spkcap-{session}/tree")
    return [path for tree in trees for path in tree.rglob("*") if path.is_file()]


def folders(root: Path) -> list[Path]:
    return sorted(root.glob("volume*/@tmp/spkcap-*"))


@pytest.mark.parametrize(
    ("kind", "dsm"),
    [("dash", 6), ("dash", 7), ("busybox", 6), ("bash", 7), ("python3", 6), ("python3", 7), *PYTHON_2],
)
def test_everything_is_caught_whole(root: Path, start: Starter, kind: str, dsm: int) -> None:
    agent = start(kind, root, stable_milliseconds=300)
    written = PackageCenter(root, Install(dsm=dsm, files=60, filler=500_000)).run()
    agent.wait_until(lambda: any(event.state is PackageState.RELEASED for event in agent.of(PackageSeen)))
    done = agent.finish()
    got = caught(root, agent.agent.setup)
    assert written.spk in got
    missed = [path for sum_, path in (written.short | written.metadata).items() if sum_ not in got]
    assert missed == [] if kind in PYTHONS else len(missed) <= 1
    assert (done.reason, done.files) == ("stop", len(tree_files(root, agent.agent.setup.session)))
    events = agent.events
    seen = [event for event in events if isinstance(event, PackageSeen)]
    assert seen[-1].state is PackageState.RELEASED
    assert seen[-1].path.endswith("/@SYNOPKG_DOWNLOAD_Sample")
    assert {event.phase for event in events if isinstance(event, PhaseChanged)} >= {
        AgentPhase.WAITING,
        AgentPhase.INSTALLING,
    }
    assert any(
        URL.format(name="Sample", version="1.2-0003") in event.text for event in events if isinstance(event, LogLine)
    )
    reported = {event.path for event in events if isinstance(event, FileCaught)}
    assert reported >= set(got.values())


@pytest.mark.parametrize("kind", MAIN_KINDS)
def test_two_volumes_and_packages_in_one_place_are_kept_apart(root: Path, start: Starter, kind: str) -> None:
    agent = start(kind, root)
    plan = Install(dsm=6, files=10, filler=10_000, download_volume=1, install_volume=2)
    first = PackageCenter(root, replace(plan, name="First")).run()
    second = PackageCenter(root, replace(plan, name="Second")).run()
    agent.finish()
    got = caught(root, agent.agent.setup)
    assert {first.spk, second.spk} <= set(got)
    infos = [path for path in got.values() if path.endswith("/INFO")]
    assert sorted(infos) == ["pkginstall.~1~/INFO", "pkginstall/INFO"]


@pytest.mark.parametrize("kind", MAIN_KINDS)
def test_odd_names_arrive_and_other_folders_are_left_alone(root: Path, start: Starter, kind: str) -> None:
    scratch = root / "volume1/@tmp"
    private = scratch / "@pplepriv@te"
    private.mkdir()
    (private / "secret").write_bytes(b"secret")
    (scratch / "synopkg/lfs").mkdir(parents=True)
    (scratch / "synopkg/lfs/icon.png").write_bytes(b"icon")
    agent = start(kind, root)
    names = ["with space", "tab\there", "quote'\"", "ünïcode", "-dash", "back\\slash", "$(true)", "*"]
    for folder in (scratch / "pkginstall/scripts", scratch / "UYHM67/WIZARD_UIFILES", scratch / "57F509C1C3E69213"):
        folder.mkdir(parents=True)
        for name in names:
            (folder / name).write_bytes(f"{folder} {name}".encode())
    other = scratch / "ABCDEF"
    other.mkdir()
    (other / "not ours").write_bytes(b"not ours")
    expected = {md5(f"{folder} {name}".encode()) for folder in (scratch / "pkginstall/scripts",) for name in names}
    wait_until(lambda: expected <= set(caught(root, agent.agent.setup)))
    agent.finish()
    got = caught(root, agent.agent.setup)
    assert len(got) == 3 * len(names)
    assert not {md5(b"secret"), md5(b"icon"), md5(b"not ours")} & set(got)


@pytest.mark.parametrize("kind", ["python3", "dash", "busybox"])
def test_later_edits_of_the_installed_package_do_not_reach_the_capture(root: Path, start: Starter, kind: str) -> None:
    scratch = root / "volume1/@tmp"
    agent = start(kind, root)
    package = scratch / "pkginstall/package"
    package.mkdir(parents=True)
    (package / "settings").write_bytes(b"as delivered")
    tree = scratch / f"spkcap-{agent.agent.setup.session}/tree/pkginstall"
    wait_until((tree / "package/settings").exists)
    package.rename(root / "volume1/live")
    wait_until(lambda: not (tree / "package/settings").samefile(root / "volume1/live/settings"))
    with (root / "volume1/live/settings").open("ab") as stream:
        stream.write(b", then edited")
    agent.finish()
    assert (tree / "package/settings").read_bytes() == b"as delivered"


@pytest.mark.parametrize("kind", ["python3", "dash"])
def test_package_files_that_lay_there_are_reported(root: Path, start: Starter, kind: str) -> None:
    place = root / "volume2/@tmp/synopkg/download.old"
    place.mkdir(parents=True)
    (place / "@SYNOPKG_DOWNLOAD_Old").write_bytes(b"x" * 100)
    (root / "volume1/@tmp/upload_tmp.123").write_bytes(b"y" * 200)
    agent = start(kind, root, stable_milliseconds=100)
    agent.wait_until(lambda: sum(event.state is PackageState.STABLE for event in agent.of(PackageSeen)) == 2)
    found = {event.path: event.size for event in agent.of(PackageSeen)}
    assert found == {"synopkg/download.old/@SYNOPKG_DOWNLOAD_Old": 100, "upload_tmp.123": 200}
    agent.finish()


@pytest.mark.parametrize("kind", [*MAIN_KINDS, "bash"])
def test_phase_and_free_space_are_told_at_once(root: Path, start: Starter, kind: str) -> None:
    """A machine that is busy may hold one of three starts up; an agent that waits holds all of them up."""
    found: list[PhaseChanged | Tick] = []
    for _ in range(3):
        agent = start(kind, root)
        agent.wait_for(Tick)
        found = [event for event in agent.events if isinstance(event, PhaseChanged | Tick)][:2]
        agent.finish()
        if any(isinstance(event, Tick) and event.free > 0 and event.seconds <= 1 for event in found):
            break
    phase, tick = found
    assert isinstance(phase, PhaseChanged)
    assert isinstance(tick, Tick)
    assert tick.free > 0
    assert tick.seconds <= 1


@pytest.mark.parametrize("kind", ["python3", "dash"])
def test_on_a_full_volume_only_package_files_are_caught(root: Path, start: Starter, kind: str) -> None:
    agent = start(kind, root, low_space=1 << 60)
    agent.wait_for(LowSpace)
    # What links knows it, too: a round that was on its way may still have linked everything.
    agent.wait_until(lambda: any(event.text.startswith("/volume1 ") for event in agent.of(Trouble)))
    scratch = root / "volume1/@tmp"
    (scratch / "pkginstall").mkdir()
    (scratch / "pkginstall/INFO").write_bytes(b"info")
    (scratch / "synopkg/download.x").mkdir(parents=True)
    (scratch / "synopkg/download.x/@SYNOPKG_DOWNLOAD_X").write_bytes(b"package")
    agent.wait_for(PackageSeen)
    agent.finish()
    assert set(caught(root, agent.agent.setup)) == {md5(b"package")}


@pytest.mark.parametrize("kind", MAIN_KINDS)
def test_when_the_pc_is_gone_the_agent_goes_on_for_a_while_and_leaves_its_folder(
    root: Path, start: Starter, kind: str
) -> None:
    agent = start(kind, root, idle=1)
    shell = start.roots[-1]
    agent.process.close()
    (root / "volume1/@tmp/pkginstall").mkdir()
    (root / "volume1/@tmp/pkginstall/INFO").write_bytes(b"after the cut")
    agent.process.wait()
    assert agent.process.process.returncode == 0
    assert md5(b"after the cut") in caught(root, agent.agent.setup)
    found = orphans.find_orphans(shell, agent.agent.setup.volumes, str(root))
    assert [(orphan.session, orphan.is_running) for orphan in found] == [(agent.agent.setup.session, False)] * 2
    assert all(orphan.started is not None for orphan in found)
    assert [orphans.remove_orphan(shell, orphan) for orphan in found] == ["", ""]
    assert folders(root) == []


@pytest.mark.parametrize("kind", ["python3", "dash"])
def test_the_time_without_a_pc_begins_when_it_hangs_up(root: Path, start: Starter, kind: str) -> None:
    """A busy machine takes more than that to start the agent; it ended before it caught anything."""
    agent = start(kind, root, idle=2)
    agent.wait_until(lambda: any(tick.seconds >= 3 for tick in agent.of(Tick)))
    hung_up = time.monotonic()
    agent.process.close()
    agent.process.wait()
    assert time.monotonic() - hung_up > 2


@pytest.mark.parametrize("kind", ["python3", "dash"])
def test_silence_counts_as_gone_and_the_time_limit_ends_it(root: Path, start: Starter, kind: str) -> None:
    silent = start(kind, root, gone=0, idle=0)
    assert silent.ended().reason == "gone"
    limited = start(kind, root, ttl=0)
    assert limited.ended().reason == "ttl"


@pytest.mark.parametrize("kind", MAIN_KINDS)
def test_a_killed_agent_is_an_orphan_and_its_helpers_end(root: Path, start: Starter, kind: str) -> None:
    agent = start(kind, root)
    shell = start.roots[-1]
    [ready] = agent.of(Ready)
    name = f"spkcap-{agent.agent.setup.session}"
    os.kill(ready.pid, signal.SIGKILL)
    agent.wait_until(lambda: agent.error is not None)
    assert isinstance(agent.error, AgentFailedError)
    agent.process.close()
    wait_until(lambda: not running(name))
    assert len(orphans.find_orphans(shell, agent.agent.setup.volumes, str(root))) == 2


@pytest.mark.parametrize("kind", MAIN_KINDS)
def test_cleaning_ends_a_running_agent_first(root: Path, start: Starter, kind: str) -> None:
    agent = start(kind, root)
    shell = start.roots[-1]
    setup = agent.agent.setup
    assert [orphan.is_running for orphan in orphans.find_orphans(shell, setup.volumes, str(root))] == [True, True]
    for folder in orphans.folders_of(setup.volumes, setup.session, str(root)):
        assert orphans.remove_folder(shell, folder) == ""
    assert folders(root) == []
    assert not running(f"spkcap-{setup.session}")


def running(name: str) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().rstrip(b"\0").split(b"\0") if entry.name.isdigit() else [b""]
        except OSError:
            continue
        if words[-1] == name.encode():
            found.append(entry.name)
    return found


def test_cleaning_refuses_what_is_not_ours(root: Path, tmp_path: Path) -> None:
    shell = LocalRoot()
    scratch = root / "volume1/@tmp"

    def make(name: str, marker: str | None) -> Path:
        folder = scratch / name
        folder.mkdir()
        if marker is not None:
            (folder / "marker").write_text(marker, encoding="utf-8")
        return folder

    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "marker").write_text("spkcap 1\nsession=00000005\n", encoding="utf-8")
    (scratch / "spkcap-00000005").symlink_to(outside)
    unmarked = make("spkcap-00000001", None)
    (unmarked / "somebody's file").write_bytes(b"not ours")  # an empty folder of our name may go, by rmdir
    foreign = make("spkcap-00000004", "spkcap 1\nsession=00000004\n")
    os.chown(foreign, 1000, 1000)
    refused: dict[Path, str] = {
        unmarked: "marker",
        make("spkcap-00000002", "spkcap 1\nsession=99999999\n"): "marker",
        make("spkcap-0000000g", "spkcap 1\nsession=0000000g\n"): "not a folder of ours",
        foreign: "root",
        scratch / "spkcap-00000005": "not a folder",
        scratch: "not a folder of ours",
        scratch / "../@tmp/spkcap-00000001": "not",
    }
    for folder, reason in refused.items():
        assert reason in orphans.remove_folder(shell, str(folder))
        assert folder.exists()
    assert orphans.remove_folder(shell, str(scratch / "spkcap-0000000a")) == ""
    assert orphans.find_orphans(shell, ("/volume1",), str(root)) == ()


def test_leftover_downloads_of_package_center_are_listed(root: Path) -> None:
    place = root / "volume2/@tmp/@synopkg/@download/Some Package"
    place.mkdir(parents=True)
    (place / "@SYNOPKG_DOWNLOAD_Some Package").write_bytes(b"12345")
    (root / "volume1/@tmp/upload_tmp.9").write_bytes(b"1")
    found = orphans.find_leftovers(LocalRoot(), ("/volume1", "/volume2"), str(root))
    assert {(Path(file.path).name, file.size) for file in found} == {
        ("@SYNOPKG_DOWNLOAD_Some Package", 5),
        ("upload_tmp.9", 1),
    }


@pytest.mark.parametrize("kind", ["python3", "dash"])
def test_a_nas_without_usable_volume_is_explained(root: Path, start: Starter, kind: str) -> None:
    shutil.rmtree(root / "volume1")
    shutil.rmtree(root / "volume2")
    setup = AgentSetup("0a1b2c3d", ("/volume1",), str(root))
    agent = LocalAgent(*start.engine(kind), setup)
    assert isinstance(agent.error, AgentFailedError)
    assert "no volume could be used" in agent.error.what


@pytest.mark.parametrize("kind", ["python3", "dash"])
def test_a_volume_without_scratch_folder_is_reported_and_the_rest_watched(
    root: Path, start: Starter, kind: str
) -> None:
    shutil.rmtree(root / "volume2/@tmp")
    agent = start(kind, root)
    names = [type(event).__name__ for event in agent.events[:3]]
    assert (set(names[:2]), names[2]) == ({"FolderMade", "Trouble"}, "Ready")
    agent.finish()


def test_an_overflow_of_the_event_queue_loses_nothing_that_is_still_there(root: Path, start: Starter) -> None:
    """The agent is held while more happens than the kernel's queue takes."""
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text(encoding="ascii"))
    agent = start("python3", root)
    [ready] = agent.of(Ready)
    place = root / "volume1/@tmp/pkginstall"
    place.mkdir()
    agent.wait_for(PhaseChanged)
    agent.wait_until(lambda: agent.of(PhaseChanged)[-1].phase is AgentPhase.INSTALLING)
    os.kill(ready.pid, signal.SIGSTOP)
    for number in range(limit // 2 + 100):
        (place / str(number)).write_bytes(b"%d" % number)
    os.kill(ready.pid, signal.SIGCONT)
    agent.wait_for(Trouble)
    done = agent.finish()
    assert [trouble.code for trouble in agent.of(Trouble)] == ["overflow"]
    assert done.files == limit // 2 + 100


def test_without_inotify_the_python_agent_polls(root: Path, start: Starter, tmp_path: Path) -> None:
    """As on a kernel whose watches are used up."""
    wrapper = tmp_path / "python"
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    (tmp_path / "ctypes.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    shell = LocalRoot()
    shell._environment["PYTHONPATH"] = str(tmp_path)
    start.roots.append(shell)
    agent = LocalAgent(shell, Engine("python", str(wrapper)), local_setup(root))
    [ready] = agent.of(Ready)
    assert ready.method == "poll"
    written = PackageCenter(root, Install(files=40, filler=10_000)).run()
    agent.finish()
    assert {written.spk, *written.short} <= set(caught(root, agent.agent.setup))


def test_the_engine_is_chosen_by_what_is_there(tmp_path: Path) -> None:
    engine = choose_engine(LocalRoot())
    assert engine.kind == ("python" if Path("/usr/bin/python3").exists() else "sh")


def test_what_is_sent_to_a_shell_is_short() -> None:
    text = agent_text("sh")
    assert len(text) < 20_000
    assert b"\n#" not in text


def test_the_shell_agent_is_plain_posix() -> None:
    checker = shutil.which("shellcheck")
    assert checker is not None, "shellcheck is missing: see CONTRIBUTING.md"
    script = Path(__file__).parents[3] / "resources/agent/capture.sh"
    called_by_name = "--exclude=SC2329"  # newer versions do not see that functions are called by their name
    assert os.spawnv(os.P_WAIT, checker, [checker, "-s", "sh", called_by_name, str(script)]) == 0


def test_the_python_agent_is_joined_from_small_parts(tmp_path: Path) -> None:
    folder = resources_folder() / "agent/capture"
    assert sorted(path.stem for path in folder.glob("*.py")) == sorted(PYTHON_PARTS)
    assert max(len(path.read_text("utf-8").splitlines()) for path in folder.glob("*.py")) <= 400
    text = agent_text("python")
    assert len(text) < 60_000  # what waits in a pipe and a window of SSH while Python starts
    text.decode("ascii")  # Python 2 takes nothing else without a declaration
    compile(text, "capture.py", "exec")
    if python_2 := find_python_2():
        joined = tmp_path / "joined.py"
        joined.write_bytes(text)
        check = "import sys; compile(open(sys.argv[1]).read(), 'capture.py', 'exec')"
        assert os.spawnv(os.P_WAIT, python_2, [python_2, "-3", "-c", check, str(joined)]) == 0
