"""Tests of what the capture workspace shows, without a window."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.nas.capturestate import Aim, CaptureState, Stage, StepState
from gui.nas.caughtfiles import CaughtFiles
from gui.nas.outcome import CaptureOutcome, ResultFile
from gui.nas.profiles import NasProfile, parse_address
from gui.nas.rate import RateMeter
from spkcore.base.tasks import Progress
from spkcore.nas.errors import RefusedError
from spkcore.nas.events import (
    CaptureEvent,
    FileCaught,
    LowSpace,
    PackageSeen,
    PackageState,
    Step,
    StepChanged,
    Tick,
    Trouble,
)

SPK = "synopkg/download.x/@SYNOPKG_DOWNLOAD_a"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> CaptureState:
    return CaptureState(clock)


def whole(name: str, *, readable: bool = True) -> ResultFile:
    return ResultFile(Path(name), "", 10, complete=True, is_package=True, readable=readable)


def test_before_the_connection_the_first_step_is_current(state: CaptureState) -> None:
    assert state.step_states[0] is StepState.CURRENT
    assert state.headline == "Choose the NAS"
    state.connected = True
    assert state.step_states[:2] == (StepState.DONE, StepState.CURRENT)
    assert state.headline == "Ready to capture"


def test_the_steps_follow_the_capture(state: CaptureState) -> None:
    state.connected = True
    state.begin(Aim.PACKAGE_CENTER)
    places = []
    for step in Step:
        state.apply([StepChanged(step, "")])
        places.append(state.current_step)
    assert places == sorted(places)
    state.apply([StepChanged(Step.WAITING, "")])
    assert state.headline == "Now install the package in Package Center"
    assert "Manual Install" in state.hint
    assert (state.can_stop, state.is_pulling) == (True, False)
    state.apply([StepChanged(Step.PULLING, "Fetching")])
    assert (state.can_stop, state.is_pulling) == (False, True)


def test_numbers_and_notes(state: CaptureState, clock: Clock) -> None:
    state.begin(Aim.PACKAGE_CENTER)
    clock.now += 65
    events: list[CaptureEvent] = [
        Tick(65, 2, 3000, 10_000_000),
        LowSpace("/volume2", 1000),
        Trouble("link", "odd"),
        Trouble("link", "odd"),
    ]
    state.apply([FileCaught("/volume1", "a", 1000, 1), FileCaught("/volume1", "b", 2000, 2), *events])
    assert state.numbers.startswith("1 min 5 s · 2 files caught · 2.9 kB")
    assert len(state.notes) == 2
    assert "/volume2" in state.notes[0]


def test_the_transfer_shows_rate_and_time_left(state: CaptureState, clock: Clock) -> None:
    state.begin(Aim.PACKAGE_CENTER)
    state.apply([StepChanged(Step.PULLING, "")])
    for second in range(4):
        clock.now = 200.0 + second
        state.progress(Progress(second * 1_000_000, 10_000_000))
    assert "per second" in state.pull_text
    assert state.pull_text.endswith("7.0 s left")


def test_a_result_names_the_package_to_open(state: CaptureState, clock: Clock) -> None:
    state.begin(Aim.PACKAGE_CENTER)
    clock.now += 12
    state.finish(CaptureOutcome((whole("secret.spk", readable=False), whole("open.spk"))))
    clock.now += 100
    assert state.stage is Stage.RESULT
    assert state.headline == "open.spk is here"
    assert state.hint == "It took 12 s."
    assert set(state.step_states) == {StepState.DONE}


def test_a_result_without_a_package_says_so(state: CaptureState) -> None:
    state.begin(Aim.PACKAGE_CENTER)
    state.finish(CaptureOutcome((ResultFile(Path("INFO"), "", 1, complete=True, is_package=False),)))
    assert "no package" in state.headline
    state.finish(CaptureOutcome(()))
    assert state.headline == "Nothing was caught"
    assert state.hint


def test_a_failure_marks_its_step_and_keeps_what_to_do(state: CaptureState) -> None:
    state.connected = True
    state.begin(Aim.PACKAGE_CENTER)
    state.apply([StepChanged(Step.DOWNLOADING, "")])
    state.fail(RefusedError("admin@nas"))
    assert state.step_states[3] is StepState.FAILED
    assert "Terminal" in state.hint
    state.fail(None)
    assert state.headline == "The capture was cancelled"


def test_packages_come_first_and_files_keep_their_row() -> None:
    files = CaughtFiles()
    assert files.apply(FileCaught("/volume1", "INFO", 1, 1)).row == 0
    assert files.apply(FileCaught("/volume1", SPK, 5, 2)).row == 1
    change = files.apply(PackageSeen("/volume1", SPK, 10, PackageState.GROWING))
    assert (change.row, change.is_new, change.moved_from) == (0, True, 1)
    assert [file.name for file in (files[0], files[1])] == ["@SYNOPKG_DOWNLOAD_a", "INFO"]
    assert files.apply(FileCaught("/volume1", SPK, 20, 2)).row == 0
    assert files[0].state is PackageState.GROWING
    assert files[0].size == 20
    assert files.total == 21


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["/volume1", "/volume2"]), st.booleans(), st.integers(0, 99))
    )
)
def test_the_list_holds_the_last_report_of_each_file(reports: list[tuple[str, str, bool, int]]) -> None:
    files = CaughtFiles()
    sizes: dict[tuple[str, str], int] = {}
    for path, volume, is_package, size in reports:
        state = PackageState.STABLE
        event = PackageSeen(volume, path, size, state) if is_package else FileCaught(volume, path, size, 1)
        row = files.apply(event).row
        assert (files[row].volume, files[row].path) == (volume, path)
        sizes[volume, path] = size
    shown = {(files[row].volume, files[row].path): files[row].size for row in range(len(files))}
    assert shown == sizes
    states = [files[row].state is not None for row in range(len(files))]
    assert states == sorted(states, reverse=True)


def test_the_rate_looks_at_the_last_seconds_and_starts_anew() -> None:
    meter = RateMeter()
    assert meter.bytes_per_second is None
    for second in range(10):
        meter.add(second, second * 100, 2000)
    assert meter.bytes_per_second == pytest.approx(100)
    assert meter.seconds_left == pytest.approx(11)
    meter.add(11, 0, 500)
    assert meter.bytes_per_second is None
    assert meter.seconds_left is None


@pytest.mark.parametrize(
    ("text", "host", "port", "user"),
    [
        ("nas", "nas", 22, ""),
        (" 192.168.1.10 ", "192.168.1.10", 22, ""),
        ("nas:2222", "nas", 2222, ""),
        ("bob@nas", "nas", 22, "bob"),
        ("ssh://bob@nas:2222/", "nas", 2222, "bob"),
        ("https://nas.local:5001/", "nas.local", 22, ""),
        ("[fe80::1]:2222", "fe80::1", 2222, ""),
        ("", "", 22, ""),
    ],
)
def test_addresses(text: str, host: str, port: int, user: str) -> None:
    assert parse_address(text, NasProfile()) == NasProfile(host, port, user)
