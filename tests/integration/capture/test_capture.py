"""Whole captures over OpenSSH's sshd and sudo: Package Center installs, the package comes home, nothing stays."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spkcore.archive.build import BuildOptions, build_package
from spkcore.base.errors import Cancelled, WriteError
from spkcore.base.tasks import Progress, TaskContext
from spkcore.nas import agents, harvest, keeping, members, orphans
from spkcore.nas import capture as capture_module
from spkcore.nas.agents import SH, AgentFailedError, AgentSetup, Engine
from spkcore.nas.capture import (
    Capture,
    CaptureKeptError,
    CaptureLostError,
    CaptureRequest,
    CaptureResult,
    Until,
    take_orphan,
)
from spkcore.nas.events import (
    ConnectionChanged,
    Done,
    FileCaught,
    PackageSeen,
    PackageState,
    Ready,
    Step,
)
from spkcore.package.project import open_package
from tests.integration.capture.packagecenter import URL, Install, md5
from tests.integration.capture.runs import Run, install, leftovers
from tests.integration.conftest import Connector, NasFactory
from tests.integration.nasbench.nas import BenchNas, Options, wait_until

pytestmark = pytest.mark.integration

QUICK = AgentSetup("", (), stable_milliseconds=300, gone=2, idle=1)


@pytest.fixture(autouse=True)
def quick_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """QUICK agents give the PC up after two seconds, so the PC must speak more often than it does to real ones."""
    monkeypatch.setattr(agents, "HEARTBEAT_SECONDS", 0.5)


@pytest.fixture(scope="module")
def bench(nas: BenchNas) -> BenchNas:
    """A NAS of DSM 7.2."""
    return nas


@pytest.fixture
def clean(bench: BenchNas) -> Iterator[None]:
    """Fails when a test leaves something of ours on the NAS."""
    yield
    assert leftovers(bench) == []


@pytest.fixture
def start(bench: BenchNas, log_in: Connector, tmp_path: Path) -> Callable[..., Run]:
    """Starts a capture; keywords are those of `CaptureRequest`."""

    def start_capture(context: TaskContext | None = None, on: BenchNas | None = None, **request: Any) -> Run:
        session = log_in(on or bench)
        wanted = CaptureRequest(("/volume1",), tmp_path / "home", settle=0.6, agent=QUICK)
        wanted = replace(wanted, **request)
        return Run(lambda on_event: Capture(session, wanted, context or TaskContext(), on_event))

    return start_capture


def complete(run: Run, process: subprocess.Popen[str]) -> tuple[CaptureResult, dict[str, Any]]:
    """The result of a capture that ends by itself, and what Package Center wrote."""
    with process:
        result = run.finish()
        return result, json.loads(process.communicate()[0])


@pytest.mark.parametrize(
    ("dsm", "engine", "way"), [(7, None, "sftp"), (6, None, "exec"), (6, SH, "sftp")], ids=["py7", "py6", "sh6"]
)
def test_a_package_is_captured_verified_and_named_and_the_nas_is_clean(
    bench: BenchNas, start: Callable[..., Run], tmp_path: Path, clean: None, dsm: int, engine: Engine | None, way: str
) -> None:
    run = start(engine=engine, prefer=way)
    run.ready()
    result, written = complete(run, install(bench, Install(dsm=dsm, files=40, name=f"Tool{dsm}")))
    [file] = result.files
    assert file.path == tmp_path / "home" / f"Tool{dsm}-1.2-0003-noarch.spk"
    assert (file.md5, file.complete) == (written["spk"], True)
    assert md5(file.path.read_bytes()) == written["spk"]
    [package] = result.packages
    assert (package.package, package.version, package.spk) == (f"Tool{dsm}", "1.2-0003", file.path)
    assert package.url == URL.format(name=f"Tool{dsm}", version="1.2-0003")
    assert result.unpacked is not None
    assert any(path.name == "install_uifile" for path in result.unpacked.rglob("*"))
    assert not any(path.name == "package.tgz" for path in result.unpacked.rglob("*"))
    assert result.warnings == ()
    kept = {path.name for path in (tmp_path / "home").iterdir()}
    assert kept == {file.path.name, result.unpacked.name}
    assert run.steps[:2] == [Step.PREPARING, Step.WAITING]
    assert Step.COMPLETE in run.steps
    assert run.steps[-4:] == [Step.PULLING, Step.VERIFYING, Step.CLEANING, Step.DONE]
    assert any(isinstance(event, FileCaught) for event in run.events)


def test_without_python_and_sftp_it_works_the_same(
    start_nas: NasFactory, start: Callable[..., Run], tmp_path: Path
) -> None:
    plain = start_nas(Options(python=False, sftp=False))
    run = start(on=plain)
    run.ready()
    assert [event.engine for event in run.events if isinstance(event, Ready)] == ["sh"]
    result, written = complete(run, install(plain, Install(files=20)))
    assert [file.md5 for file in result.files] == [written["spk"]]
    assert leftovers(plain) == []


def test_an_encrypted_package_comes_with_what_dsm_unpacked(
    bench: BenchNas, start: Callable[..., Run], tmp_path: Path, clean: None
) -> None:
    run = start()
    run.ready()
    lists = bench.path("/run/synopkg/pkglist")
    lists.mkdir(parents=True)
    (lists / "otherserver.enu").write_text(
        '{"packages": [{"package": "Else", "link": "https://x.example/e"}]}', "utf-8"
    )
    result, written = complete(run, install(bench, Install(encrypted=True, name="Secret", files=20)))
    shutil.rmtree(lists.parent)
    [file] = result.files
    assert (file.path.name, file.complete, file.md5) == ("Secret-1.2-0003-noarch.spk", True, written["spk"])
    assert "encrypted" in " ".join(result.warnings)
    assert result.unpacked is not None
    names = {path.name for path in result.unpacked.rglob("*")}
    assert {"INFO", "preinst", "privilege", "install_uifile", "filler"} <= names
    [secret] = result.packages
    assert secret.unpacked is not None
    opened = open_package(secret.unpacked, TaskContext())
    assert {"INFO", "scripts/preinst", "package/bin/filler", "package/g0000/file00001"} <= set(opened.entries)
    rebuilt = build_package(opened, tmp_path / "again.spk", BuildOptions(), TaskContext())
    assert rebuilt.payload_entries > 20
    assert [(package.package, package.version) for package in result.packages] == [("Secret", "1.2-0003")]
    assert {url.package for url in result.urls} == {"Secret", "Else"}


def test_a_queue_of_packages_is_taken_when_the_user_stops_and_nothing_is_overwritten(
    bench: BenchNas, start: Callable[..., Run], tmp_path: Path, clean: None
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/Second-2-noarch.spk").write_bytes(b"mine")
    run = start(until=Until.STOPPED)
    run.ready()
    with install(bench, Install(dsm=6, files=10, name="First")) as first:
        first.wait()
    with install(bench, Install(dsm=6, files=10, name="Second", version="2")) as second:
        second.wait()
    run.capture.stop()
    result = run.finish()
    assert [file.path.name for file in result.files] == ["First-1.2-0003-noarch.spk", "Second-2-noarch (2).spk"]
    assert all(file.complete for file in result.files)
    assert (tmp_path / "home/Second-2-noarch.spk").read_bytes() == b"mine"
    assert result.unpacked is not None
    unpacked = {package.package: package.unpacked for package in result.packages}
    for name, folder in unpacked.items():
        assert folder is not None
        assert f'package="{name}"' in (folder / "INFO").read_text("utf-8")
        assert name in (folder / "scripts/preinst").read_text("utf-8")
    assert {folder.name for folder in unpacked.values() if folder} == {
        "First-1.2-0003-noarch unpacked",
        "Second-2-noarch unpacked",
    }


def test_what_partly_came_home_is_kept_once_when_it_is_fetched_again(
    bench: BenchNas,
    start: Callable[..., Run],
    log_in: Connector,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    clean: None,
) -> None:
    """The disk was full, say, behind the first of two packages, or behind its folder."""
    home = tmp_path / "home"
    full = "Second-2-noarch.spk"

    def unless_full(real: Callable[..., Any], name: Callable[..., str]) -> Callable[..., Any]:
        def checked(*arguments: Any) -> Any:
            if name(*arguments) == full:
                raise WriteError("The file cannot be written (no space)", full, "Make room.")
            return real(*arguments)

        return checked

    monkeypatch.setattr(keeping, "move", unless_full(keeping.move, lambda _source, target: target.name))
    make_folder_of = unless_full(members.make_folder_of, lambda package, *_rest: package.naming.folder_name)
    monkeypatch.setattr(harvest, "make_folder_of", make_folder_of)
    plan = Install(dsm=7, files=10, encrypted=True)
    run = start(until=Until.STOPPED)
    run.ready()
    with install(bench, replace(plan, name="First")) as first:
        first.wait()
    with install(bench, replace(plan, name="Second", version="2")) as second:
        second.wait()
    run.capture.stop()
    with pytest.raises(CaptureKeptError):
        run.finish()
    assert sorted(path.name for path in home.iterdir()) == ["First-1.2-0003-noarch.spk"]
    session = log_in(bench)
    wait_until(lambda: not any(orphan.is_running for orphan in orphans.find_orphans(session.root, ("/volume1",))))
    [orphan] = orphans.find_orphans(session.root, ("/volume1",))
    full = "Second-2-noarch unpacked"
    with pytest.raises(WriteError):
        take_orphan(session, orphan, home, TaskContext(), lambda _event: None)
    full = ""
    result = take_orphan(session, orphan, home, TaskContext(), lambda _event: None)
    names = ["First-1.2-0003-noarch", "Second-2-noarch"]
    found = sorted(path.name for path in home.iterdir())
    assert found == [*(f"{name}{end}" for name in names for end in (" unpacked", ".spk")), "other files"]
    assert [file.path.name for file in result.files] == [f"{name}.spk" for name in names]


def test_where_the_python_agent_fails_the_one_in_sh_takes_over(start: Callable[..., Run], clean: None) -> None:
    run = start(engine=Engine("python", "/bin/false"))
    run.ready()
    assert [event.engine for event in run.events if isinstance(event, Ready)] == ["sh"]
    run.capture.stop()
    assert run.finish().files == ()


def test_stopping_with_nothing_caught_is_an_empty_result(
    start: Callable[..., Run], tmp_path: Path, clean: None
) -> None:
    run = start()
    run.ready()
    run.capture.stop()
    result = run.finish()
    assert (result.files, result.packages, result.unpacked, result.warnings) == ((), (), None, ())
    assert not list(tmp_path.glob("home/*"))


def test_what_lay_there_before_is_not_taken_for_the_new_package_unless_wanted(
    bench: BenchNas, start: Callable[..., Run], clean: None
) -> None:
    with install(bench, Install(download_only=True, name="Old", files=3, seed=5)) as old:
        old.wait()
    try:
        run = start()
        run.ready()
        run.wait_for(lambda event: isinstance(event, PackageSeen) and event.state is PackageState.STABLE)
        run.capture.stop()
        result = run.finish()
        assert result.files == ()
        assert "@SYNOPKG_DOWNLOAD_Old" in " ".join(result.warnings)
        wanted = start(take_leftovers=True).finish()
        assert [file.path.name for file in wanted.files] == ["Old-1.2-0003-noarch.spk"]
    finally:
        shutil.rmtree(bench.path("/volume1/@tmp/synopkg"))


def test_a_cancel_while_it_waits_leaves_nothing(start: Callable[..., Run], clean: None) -> None:
    context = TaskContext()
    run = start(context)
    run.ready()
    context.cancel()
    with pytest.raises(Cancelled):
        run.finish()


def test_a_cancel_while_it_pulls_leaves_nothing_here_or_there(
    bench: BenchNas, start: Callable[..., Run], tmp_path: Path, clean: None
) -> None:
    context = TaskContext(on_progress=lambda _progress: context.cancel())
    run = start(context)
    run.ready()
    with install(bench, Install(files=10)) as process, pytest.raises(Cancelled):
        run.finish()
    process.wait()
    assert not list(tmp_path.glob("home/*"))
    wait_until(lambda: leftovers(bench) == [])  # nobody waits long for the copy in the share: the NAS removes it


def test_after_a_cut_the_agent_goes_on_and_the_next_start_takes_what_it_caught(
    bench: BenchNas, start: Callable[..., Run], log_in: Connector, tmp_path: Path, clean: None
) -> None:
    run = start(patience=0.0)
    run.ready()
    with install(bench, Install(files=20, filler=4_000_000)) as process:
        run.wait_for(lambda event: isinstance(event, PackageSeen))
        bench.cut_connections()
        with pytest.raises(CaptureLostError, match="was lost"):
            run.finish()
        written = json.loads(process.communicate()[0])
    session = log_in(bench)
    wait_until(lambda: not any(orphan.is_running for orphan in orphans.find_orphans(session.root, ("/volume1",))))
    [orphan] = orphans.find_orphans(session.root, ("/volume1",))
    assert [size for _path, size in orphan.packages] == [
        (bench.path(orphan.folder) / "tree" / orphan.packages[0][0]).stat().st_size
    ]
    result = take_orphan(session, orphan, tmp_path / "later", TaskContext(), lambda _event: None)
    [file] = result.files
    assert (file.path.name, file.md5, file.complete) == ("Sample-1.2-0003-noarch.spk", written["spk"], True)


@pytest.mark.parametrize("engine", [None, SH], ids=["python", "sh"])
def test_a_cut_connection_comes_back_by_itself_and_the_capture_goes_on(
    bench: BenchNas, start: Callable[..., Run], clean: None, engine: Engine | None
) -> None:
    refused = bench.auth_log.count("Failed password")
    run = start(engine=engine)
    run.ready()
    with install(bench, Install(files=20, filler=8_000_000, rate=4e6)) as process:
        run.wait_for(lambda event: isinstance(event, PackageSeen))
        bench.cut_connections()
        result, written = complete(run, process)
    assert [event.is_there for event in run.events if isinstance(event, ConnectionChanged)] == [False, True]
    assert [file.md5 for file in result.files] == [written["spk"]]
    assert bench.auth_log.count("Failed password") == refused


@pytest.mark.parametrize("way", ["sftp", "exec"])
def test_a_cut_while_it_pulls_goes_on_where_it_stopped(
    bench: BenchNas, start: Callable[..., Run], tmp_path: Path, clean: None, way: str
) -> None:
    cut = threading.Event()

    def cut_once(progress: Progress) -> None:
        if progress.text == "Copying from the NAS" and progress.done > 8_000_000 and not cut.is_set():
            cut.set()
            bench.cut_connections()

    every = itertools.count(1.0)  # a clock that jumps lets every report through: the cut comes in the middle
    run = start(TaskContext(cut_once, clock=every.__next__), prefer=way)
    run.ready()
    result, written = complete(run, install(bench, Install(files=5, filler=30_000_000, rate=60e6)))
    assert cut.is_set()
    assert [file.md5 for file in result.files] == [written["spk"]]
    assert not list(tmp_path.glob("home/.*"))


def end_agents(bench: BenchNas, run: Run) -> None:
    """Kill the agent of a capture, with its helpers."""
    session = run.capture.nas_folders[0][-8:]
    for pid, command in bench.processes().items():
        if command.endswith(f"spkcap-{session}") and not command.startswith("sudo"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("engine", [None, SH], ids=["python", "sh"])
def test_an_agent_that_is_killed_is_replaced_and_nothing_is_lost(
    bench: BenchNas, start: Callable[..., Run], clean: None, engine: Engine | None
) -> None:
    run = start(engine=engine)
    run.ready()
    with install(bench, Install(files=5, filler=8_000_000, rate=4e6)) as process:
        run.wait_for(lambda event: isinstance(event, PackageSeen))
        end_agents(bench, run)
        result, written = complete(run, process)
    assert [file.md5 for file in result.files] == [written["spk"]]
    assert sum(isinstance(event, Ready) for event in run.events) == 2


def test_a_cut_while_an_agent_is_replaced_comes_back_too(
    bench: BenchNas, start: Callable[..., Run], clean: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = threading.Event()

    def cut_first(root: agents.RootShell, engine: Engine, setup: AgentSetup) -> agents.Agent:
        if setup.adopt and not cut.is_set():
            cut.set()
            bench.cut_connections()
        return agents.start_agent(root, engine, setup)

    monkeypatch.setattr(capture_module, "start_agent", cut_first)
    run = start()
    run.ready()
    with install(bench, Install(files=5, filler=8_000_000, rate=4e6)) as process:
        run.wait_for(lambda event: isinstance(event, PackageSeen))
        end_agents(bench, run)
        result, written = complete(run, process)
    assert cut.is_set()
    assert [event.is_there for event in run.events if isinstance(event, ConnectionChanged)] == [False, True]
    assert [file.md5 for file in result.files] == [written["spk"]]


def test_an_agent_that_gave_up_a_pc_that_slept_is_replaced(
    bench: BenchNas, start: Callable[..., Run], clean: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents, "HEARTBEAT_SECONDS", 600)
    run = start()
    run.wait_for(lambda event: isinstance(event, Done))
    monkeypatch.setattr(agents, "HEARTBEAT_SECONDS", 0.5)
    wait_until(lambda: sum(isinstance(event, Ready) for event in run.events) >= 2)
    result, written = complete(run, install(bench, Install(files=5)))
    assert next(event.reason for event in run.events if isinstance(event, Done)) == "gone"
    assert [file.md5 for file in result.files] == [written["spk"]]


def test_an_agent_that_never_lives_is_explained(start: Callable[..., Run], clean: None) -> None:
    run = start(engine=Engine("sh", "/bin/false"))
    monkey = Engine("sh", "/bin/false")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(capture_module, "SH", monkey)
        with pytest.raises(AgentFailedError, match="without saying why"):
            run.finish()


def test_another_start_of_the_program_goes_on_with_an_agent_that_still_runs(
    bench: BenchNas, start: Callable[..., Run], log_in: Connector, clean: None
) -> None:
    first = start(patience=0.0, agent=replace(QUICK, idle=30))
    first.ready()
    bench.cut_connections()
    with pytest.raises(CaptureLostError):
        first.finish()
    [orphan] = orphans.find_orphans(log_in(bench).root, ("/volume1",))
    assert orphan.is_running
    second = start(resume=orphan)
    second.ready()
    result, written = complete(second, install(bench, Install(files=5)))
    assert [file.md5 for file in result.files] == [written["spk"]]
