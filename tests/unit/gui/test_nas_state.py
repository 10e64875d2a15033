"""Tests of what the capture workspace shows, without a window."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

import spkcore.nas
from gui.nas.capturestate import Aim, CaptureState, Stage, StepState
from gui.nas.caughtfiles import CaughtFiles
from gui.nas.found import group_orphans, leftovers_text
from gui.nas.logtexts import readable, step_text
from gui.nas.outcome import CaptureOutcome, ResultFile, join_outcomes, outcome_of
from gui.nas.plan import CaptureOptions, CapturePlan, OptionStore
from gui.nas.profiles import NasProfile, Profiles, parse_address
from gui.qt.rate import RateMeter
from gui.services.settings import Settings
from spkcore.archive.identify import identify
from spkcore.base.tasks import Progress
from spkcore.nas.capture import CapturedFile, CapturedPackage, CaptureResult, Keep, Until
from spkcore.nas.errors import RefusedError
from spkcore.nas.events import (
    CaptureEvent,
    ConnectionChanged,
    FileCaught,
    LowSpace,
    PackageSeen,
    PackageState,
    Step,
    StepChanged,
    Tick,
    Trouble,
)
from spkcore.nas.facts import Volume
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.keeping import Other
from spkcore.nas.orphans import Leftover, Orphan
from tests.integration.capture.packagecenter import synology_archive

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


@pytest.mark.parametrize("code", ["volume", "overflow", "watches", "link", "detach", "rescue", "space"])
def test_every_trouble_of_the_nas_is_told_in_words(state: CaptureState, code: str) -> None:
    state.begin(Aim.PACKAGE_CENTER)
    state.apply([Trouble(code, "[Errno 28]")])
    (note,) = state.notes
    assert note != "[Errno 28]"
    assert note.endswith((".", "[Errno 28]"))


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
    assert state.headline == "2 packages are here"
    assert state.outcome is not None
    assert state.outcome.opens == Path("open.spk")
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


def test_a_cut_connection_is_told_until_it_is_back(state: CaptureState, clock: Clock) -> None:
    state.begin(Aim.PACKAGE_CENTER)
    state.apply([StepChanged(Step.DOWNLOADING, ""), ConnectionChanged(is_there=False, text="")])
    clock.now += 12
    state.apply([ConnectionChanged(is_there=False, text="")])
    assert state.headline == "Getting the connection back"
    assert "12 s ago" in state.hint
    assert state.connection_text == ""
    state.apply([ConnectionChanged(is_there=True, text="")])
    assert state.headline == "Package Center is downloading"
    assert "is back" in state.connection_text
    assert state.cuts == 1
    state.begin(Aim.FOUND)
    assert state.connection_text == ""


@pytest.mark.parametrize(
    ("aim", "ordered", "headline"),
    [
        (Aim.PACKAGE_CENTER, "", "Now install the package in Package Center"),
        (Aim.FOUND, "", "Taking what lies there"),
        (Aim.RESUMED, "", "Going on with the capture"),
        (Aim.DOWNLOAD, "Git", "The NAS downloads Git"),
        (Aim.INSTALL, "Git", "The NAS downloads and installs Git"),
    ],
)
def test_waiting_says_what_for(state: CaptureState, aim: Aim, ordered: str, headline: str) -> None:
    state.begin(aim, ordered)
    state.apply([StepChanged(Step.WAITING, "")])
    assert state.headline == headline
    assert state.hint


def test_earlier_captures_are_one_per_session_and_running_ones_come_first() -> None:
    ended = Orphan("/volume1/@tmp/spkcap-00000001", "00000001", None, False, (("d/@SYNOPKG_DOWNLOAD_Git", 1024),))
    running = [Orphan(f"/volume{n}/@tmp/spkcap-00000002", "00000002", None, n == 2, ()) for n in (1, 2)]
    first, second = group_orphans([ended, *running])
    assert first.orphans == tuple(running)
    assert (first.is_running, first.has_packages) == (True, False)
    assert (second.is_running, second.text) == (False, "1 package file (1.0 kB): Git")


def test_what_package_center_left_is_named() -> None:
    files = [Leftover(f"/volume1/@tmp/synopkg/download.x/@SYNOPKG_DOWNLOAD_{name}", 1024) for name in "ABCD"]
    assert leftovers_text(files) == "4 package files (4.0 kB): A, B, C …"
    assert leftovers_text([Leftover("/volume1/@tmp/upload_tmp.17", 1024)]).endswith("an uploaded file")


@pytest.fixture
def kept(qapp: QApplication, tmp_path: Path) -> Iterator[Settings]:
    made = Settings(tmp_path / "settings.json")
    yield made
    made.flush()


class TestOptions:
    """Choices in the settings."""

    VOLUMES = (Volume("/volume1", "ext4", 0, 0), Volume("/volume2", "ext4", 0, 0))

    def test_they_come_back(self, kept: Settings, tmp_path: Path) -> None:
        store = OptionStore(kept)
        assert store.read() == CaptureOptions()
        chosen = CaptureOptions(Until.STOPPED, "exec", Keep.NEEDED, 900)
        store.write(chosen)
        kept.flush()
        assert OptionStore(Settings(tmp_path / "settings.json")).read() == chosen

    def test_what_makes_no_sense_counts_as_not_chosen(self, tmp_path: Path) -> None:
        text = '{"schema": 1, "values": {"capture_until": "found", "capture_way": "x", "capture_keep": "y"}}'
        (tmp_path / "settings.json").write_text(text)
        assert OptionStore(Settings(tmp_path / "settings.json")).read() == CaptureOptions()

    def test_volumes_are_chosen_for_each_nas(self, kept: Settings) -> None:
        store = OptionStore(kept)
        store.choose_volumes("a", self.VOLUMES, ("/volume2",))
        assert store.volumes("a", self.VOLUMES) == ("/volume2",)
        assert store.volumes("b", self.VOLUMES) == ("/volume1", "/volume2")
        assert store.volumes("a", self.VOLUMES[:1]) == ("/volume1",)
        store.choose_volumes("a", self.VOLUMES, ())
        assert store.volumes("a", self.VOLUMES) == ("/volume1", "/volume2")

    def test_the_plan_knows_when_it_ends(self) -> None:
        plan = CapturePlan(("/volume1",), Path("x"), CaptureOptions(Until.INSTALLED))
        offer = PackageUrl("https://x.example/a.spk", "a")
        assert plan.until is Until.INSTALLED
        assert replace(plan, leftovers=True).until is Until.FOUND
        assert replace(plan, offer=offer).until is Until.DOWNLOADED
        assert replace(plan, offer=offer, installs=True).until is Until.INSTALLED


class TestOutcome:
    """What the result page is made of."""

    def test_each_package_has_its_file_and_its_tree(self, tmp_path: Path) -> None:
        spk = tmp_path / "Git-2.spk"
        with tarfile.open(spk, "w") as archive:
            archive.addfile(tarfile.TarInfo("INFO"))
        tree = tmp_path / "Perl unpacked"
        (tree / "package").mkdir(parents=True)
        (tree / "INFO").write_bytes(b"")
        file = CapturedFile(spk, 10240, "0" * 32, complete=True)
        packages = (CapturedPackage("Git", "2", spk, "https://x.example"), CapturedPackage("Perl", "5", None, "", tree))
        outcome = outcome_of(CaptureResult((file,), packages, (), tree, 1.0, ("careful",)))
        (git, perl) = outcome.groups
        assert [(shown.path, shown.readable, shown.url) for shown in git[1]] == [(spk, True, "https://x.example")]
        assert [(name, shown.path, shown.readable) for name, files in [perl] for shown in files] == [
            ("Perl 5", tree, True)
        ]
        assert outcome.opens == spk
        assert outcome.warnings == ("careful",)

    @pytest.mark.parametrize(
        ("was_here", "other", "said"),
        [
            (True, None, "with the same size and checksum"),
            (False, Other(Path("Git-1.spk"), 990), "Git-1.spk was here already and is another file: 990 bytes"),
            (False, Other(Path("Git-1.spk"), 10240, "a" * 32), f"with the MD5 checksum {'a' * 32}, not {'0' * 32}"),
            (False, None, ""),
        ],
    )
    def test_what_lay_there_before_is_told(
        self, tmp_path: Path, state: CaptureState, was_here: bool, other: Other | None, said: str
    ) -> None:
        spk = tmp_path / "Git-1 (2).spk"
        with tarfile.open(spk, "w") as archive:
            archive.addfile(tarfile.TarInfo("INFO"))
        file = CapturedFile(spk, 10240, "0" * 32, complete=True, was_here=was_here, other=other)
        outcome = outcome_of(CaptureResult((file,), (CapturedPackage("Git", "1", spk, ""),), (), None, 1.0, ()))
        (shown,) = outcome.files
        assert said in shown.remark
        assert bool(shown.remark) == bool(said)
        assert outcome.opens == spk
        state.begin(Aim.PACKAGE_CENTER)
        state.finish(outcome)
        assert state.headline == ("Git-1 (2).spk was here already" if was_here else "Git-1 (2).spk is here")

    def test_an_encrypted_one_is_explained_once_and_its_tree_opens(self, tmp_path: Path) -> None:
        spk = tmp_path / "Hyper.spk"
        spk.write_bytes(synology_archive(b"x" * 1000))
        tree = tmp_path / "Hyper unpacked"
        (tree / "package").mkdir(parents=True)
        (tree / "INFO").write_bytes(b"")
        file = CapturedFile(spk, spk.stat().st_size, "0" * 32, complete=True)
        said = f"{spk.name}: {identify(spk).explanation} more"
        result = CaptureResult((file,), (CapturedPackage("Hyper", "1", spk, "", tree),), (), tree, 1.0, (said, "other"))
        outcome = outcome_of(result)
        ((_, (shown, unpacked)),) = outcome.groups
        assert (shown.readable, unpacked.readable) == (False, True)
        assert "open what Package Center unpacked" in shown.explanation
        assert outcome.warnings == ("other",)
        assert outcome.opens == tree

    def test_files_of_no_package_come_last(self) -> None:
        plain = ResultFile(Path("note"), "", 1, complete=True, is_package=False)
        spk = replace(whole("a.spk"), package="a 1")
        assert CaptureOutcome((plain, spk)).groups == (("a 1", (spk,)), ("", (plain,)))
        both = join_outcomes([CaptureOutcome((plain,), ("x",), 1.0), CaptureOutcome((spk,), (), 2.0)])
        assert (len(both.files), both.warnings, both.seconds) == (2, ("x",), 3.0)


def test_a_profile_with_a_key_of_the_agent_is_kept(kept: Settings, tmp_path: Path) -> None:
    profile = NasProfile("nas", 22, "admin", "", "SHA256:x")
    Profiles(kept).remember(profile)
    kept.flush()
    assert Profiles(Settings(tmp_path / "settings.json")).all() == [profile]
    assert profile.has_key


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("12:00:00 root: spkcap-orphans /volume1/@tmp/x", "root: looks for earlier captures  [spkcap-orphans /volume1"),
        ("12:00:00 root: spkcap-1a2b3c4d", "runs the capture agent"),
        ("12:00:00 root: /usr/syno/bin/synowebapi --exec api=X method=delete version=1", "delete its download  ["),
        ("12:00:00 root: /usr/syno/bin/synopkg install_from_server Git", "install the package"),
    ],
)
def test_the_log_says_what_a_command_is_for(line: str, words: str) -> None:
    assert words in readable(line)
    assert readable(line).startswith("12:00:00 root: ")


@pytest.mark.parametrize("line", ["12:00:00 The agent watches (inotify)", "12:00:00 root: something else", "odd"])
def test_other_lines_of_the_log_stay(line: str) -> None:
    assert readable(line) == line


def test_what_lies_there_is_never_called_a_download(state: CaptureState) -> None:
    state.begin(Aim.FOUND)
    state.apply([StepChanged(Step.DOWNLOADING, "")])
    assert state.headline == "Taking what lies there"
    state.begin(Aim.DOWNLOAD, "Git")
    state.apply([StepChanged(Step.DOWNLOADING, "")])
    assert (state.headline, state.hint) == ("Package Center is downloading", "It is not installed.")


def test_ending_the_catching_says_what_comes_of_it(state: CaptureState) -> None:
    state.begin(Aim.PACKAGE_CENTER)
    state.apply([StepChanged(Step.WAITING, "")])
    state.stop()
    assert state.headline == "Finishing the capture"
    assert state.hint == "What was caught comes to this computer."
    state.cancel()
    state.apply([StepChanged(Step.CLEANING, "Cleaning up on the NAS")])
    assert state.headline == "Cancelling the capture"
    assert "Nothing comes" in state.hint
    state.fail(None)
    assert state.hint == "Nothing came to this computer."


def test_no_sentence_is_said_twice(state: CaptureState) -> None:
    state.begin(Aim.PACKAGE_CENTER)
    state.apply([StepChanged(Step.CLEANING, "Cleaning up on the NAS")])
    assert (state.headline, state.hint) == ("Cleaning up on the NAS", "")


def test_where_nothing_was_caught_the_steps_do_not_look_done(state: CaptureState) -> None:
    state.connected = True
    state.begin(Aim.PACKAGE_CENTER)
    state.finish(CaptureOutcome(()))
    states = dict(zip(state.step_titles, state.step_states, strict=True))
    assert states["Catch"] is StepState.FAILED
    assert states["Fetch"] is states["Done"] is StepState.PENDING
    assert "uninstalled before" in state.hint


def test_every_command_that_we_run_is_told_in_plain_words() -> None:
    sources = (Path(spkcore.nas.__file__).parent).glob("*.py")
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    names = set(re.findall(r'named_command\(\s*\w+, "(spk[a-z]*-[a-z]+)"', code))
    assert len(names) > 10
    assert [name for name in sorted(names) if readable(f"12:00:00 root: {name}") == f"12:00:00 root: {name}"] == []


def test_who_waits_for_a_connection_reads_no_commands() -> None:
    lines = ("12:00:00 Connect to jane@nas", "12:00:01 Host key: ssh-ed25519 SHA256:x", "12:00:02 Connected: OpenSSH")
    assert [step_text(line) for line in lines] == ["Looking for the NAS", "Logging in", "Logged in"]
    assert step_text("12:00:03 jane: echo 1234; id -u") == "Looks whether the user has a shell"
    assert step_text("Stopping…") == "Stopping…"
