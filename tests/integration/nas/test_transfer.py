"""Pulling files that only root may read: both ways, awkward names, errors, and a clean NAS whatever happens."""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from spkcore.base.errors import Cancelled
from spkcore.base.tasks import Progress, TaskContext
from spkcore.nas import errors, staging
from spkcore.nas.facts import read_facts
from spkcore.nas.process import RemoteProcess
from spkcore.nas.received import RemoteFile
from spkcore.nas.session import Session
from spkcore.nas.transfer import Way, list_files, pull, pull_files
from tests.integration.conftest import Connector, NasFactory
from tests.integration.nasbench.nas import BenchNas, Options, wait_until

pytestmark = pytest.mark.integration

WAYS: tuple[Way, ...] = ("sftp", "exec")


class Capture:
    """A folder of root's below @tmp, as a capture makes it."""

    def __init__(self, nas: BenchNas, name: str = "") -> None:
        self.folder = f"/volume1/@tmp/spkcap-{name or uuid.uuid4().hex[:8]}"
        self.local = nas.path(self.folder)
        self.local.mkdir(mode=0o700)
        self.local.chmod(0o700)

    def add(self, name: str, data: bytes, mode: int = 0o600) -> bytes:
        path = self.local / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)
        return data


@pytest.fixture
def capture(nas: BenchNas) -> Iterator[Capture]:
    made = Capture(nas)
    yield made
    shutil.rmtree(made.local)


def told_everything(on_progress: Callable[[Progress], None]) -> TaskContext:
    """A context whose clock jumps, so that every report comes through; usually they are 50 ms apart, in which all of a
    file may come."""
    return TaskContext(on_progress, clock=itertools.count(1.0).__next__)


def leftovers(nas: BenchNas) -> list[Path]:
    return [*nas.path("/volume1/public").iterdir(), *nas.path("/volume1/homes/alice").glob("spk-*")]


@pytest.mark.parametrize("way", WAYS)
def test_every_kind_of_file_arrives(
    way: Way, nas: BenchNas, session: Session, capture: Capture, tmp_path: Path
) -> None:
    files = {
        "INFO": capture.add("INFO", b'package="x"\n', 0o000),
        "empty": capture.add("empty", b""),
        "-dash and 'quote\"": capture.add("-dash and 'quote\"", b"1"),
        "d/e/@SYNOPKG_DOWNLOAD_x": capture.add("d/e/@SYNOPKG_DOWNLOAD_x", os.urandom(3_000_001)),
        "d/grün": capture.add("d/grün", os.urandom(40_000)),
        "back\\slash": capture.add("back\\slash", b"2"),
        "aux": capture.add("aux", b"3"),
    }
    os.link(capture.local / "INFO", capture.local / "second name")
    (capture.local / "link").symlink_to("/etc/shadow")
    os.mkfifo(capture.local / "pipe")
    pulled = {item.name: item for item in pull(session, capture.folder, tmp_path / "got", TaskContext(), prefer=way)}
    assert set(pulled) == {*files, "second name"}
    for name, data in files.items():
        assert pulled[name].path.read_bytes() == data
        assert (pulled[name].size, pulled[name].md5) == (len(data), hashlib.md5(data).hexdigest())
    assert pulled["second name"].path.read_bytes() == files["INFO"]
    assert pulled["aux"].path.name != "aux"
    assert len(list((tmp_path / "got").rglob("*.part"))) == 0
    assert leftovers(nas) == []
    ways = " ".join(session.log.lines)
    assert ("over SFTP" in ways) == (way == "sftp")


@pytest.mark.parametrize("way", WAYS)
def test_busybox_tools_do_it_too(way: Way, start_nas: NasFactory, log_in: Connector, tmp_path: Path) -> None:
    nas = start_nas(Options(busybox=True))
    capture = Capture(nas)
    files = {"INFO": b"1", "d/e/-f g": b"22", "long" * 50 + "/" + "name" * 30: b"333", "empty": b""}
    for name, data in files.items():
        capture.add(name, data)
    opened = log_in(nas)
    assert "BusyBox" in opened.execute("tar --help 2>&1").text
    pulled = pull(opened, capture.folder, tmp_path / "got", TaskContext(), prefer=way)
    assert {item.name: item.path.read_bytes() for item in pulled} == files
    assert ("over SFTP" in " ".join(opened.log.lines)) == (way == "sftp")
    assert leftovers(nas) == []


@pytest.mark.parametrize("way", WAYS)
def test_only_what_is_asked_for_comes(way: Way, session: Session, capture: Capture, tmp_path: Path) -> None:
    capture.add("a", b"1")
    capture.add("b", b"2")
    pulled = pull(session, capture.folder, tmp_path, TaskContext(), names=["b", "missing"], prefer=way)
    assert [item.name for item in pulled] == ["b"]
    assert pull(session, capture.folder, tmp_path, TaskContext(), names=[], prefer=way) == []


def test_many_small_files_come_by_sftp(nas: BenchNas, session: Session, capture: Capture, tmp_path: Path) -> None:
    for number in range(700):
        capture.add(f"g{number % 7}/f{number}", f"{number}\n".encode() * (number % 50))
    reports: list[Progress] = []
    pulled = pull(session, capture.folder, tmp_path, TaskContext(reports.append))
    assert len(pulled) == 700
    for item in pulled:
        assert item.path.read_bytes() == (capture.local / item.name).read_bytes()
    assert reports[-1].done == reports[-1].total == sum(item.size for item in pulled)


@pytest.mark.parametrize("way", WAYS)
def test_a_missing_folder_is_an_error(way: Way, session: Session, tmp_path: Path) -> None:
    with pytest.raises(errors.CommandFailedError):
        pull(session, "/volume1/@tmp/spkcap-00000000", tmp_path, TaskContext(), prefer=way)


def test_without_sftp_the_files_come_all_the_same(start_nas: NasFactory, log_in: Connector, tmp_path: Path) -> None:
    nas = start_nas(Options(sftp=False))
    capture = Capture(nas)
    capture.add("f", b"data")
    opened = log_in(nas)
    with pytest.raises(errors.SftpUnavailableError, match="File Services"):
        opened.sftp()
    assert pull(opened, capture.folder, tmp_path / "got", TaskContext())[0].path.read_bytes() == b"data"


def test_without_a_home_another_share_takes_the_copy(start_nas: NasFactory, log_in: Connector, tmp_path: Path) -> None:
    nas = start_nas(Options(share_elsewhere=True))
    nas.path("/volume1/homes/alice").chmod(0o500)
    capture = Capture(nas)
    capture.add("f", b"data")
    opened = log_in(nas)
    assert pull(opened, capture.folder, tmp_path / "got", TaskContext())[0].path.read_bytes() == b"data"
    assert any("/volume1/public/spk-creator-" in line for line in opened.log.lines)
    assert leftovers(nas) == []


def test_without_any_writable_share_the_files_come_over_the_command_channel(
    start_nas: NasFactory, log_in: Connector, tmp_path: Path
) -> None:
    nas = start_nas(Options(shares="photo"))
    nas.path("/volume1/homes/alice").chmod(0o500)
    capture = Capture(nas)
    capture.add("f", b"data")
    opened = log_in(nas)
    assert pull(opened, capture.folder, tmp_path / "got", TaskContext())[0].path.read_bytes() == b"data"
    assert any("Not by SFTP" in line for line in opened.log.lines)


def test_where_the_share_is_full_the_files_come_over_the_command_channel(
    start_nas: NasFactory, log_in: Connector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The free space that df tells is not always there: quotas, other programs."""
    nas = start_nas(Options(shares="public", share_elsewhere=True))
    nas.path("/volume1/homes/alice").chmod(0o500)
    inside = ["nsenter", f"--mount=/proc/{nas.pid}/ns/mnt", f"--root=/proc/{nas.pid}/root"]
    subprocess.run([*inside, "/bin/mount", "-o", "remount,size=1m", "/volume1/public"], check=True)
    monkeypatch.setattr(staging, "_SPARE_BYTES", -(1 << 30))
    capture = Capture(nas)
    data = capture.add("f", os.urandom(3_000_000))
    opened = log_in(nas)
    assert pull(opened, capture.folder, tmp_path / "got", TaskContext())[0].path.read_bytes() == data
    assert any("could not be copied into a shared folder" in line for line in opened.log.lines)
    assert leftovers(nas) == []


def test_copies_that_a_power_cut_left_are_removed_and_nothing_else(
    nas: BenchNas, session: Session, tmp_path: Path
) -> None:
    share = nas.path("/volume1/public")

    def make(name: str, marker: bytes | None, age: int) -> Path:
        (share / name / "files").mkdir(parents=True)
        (share / name / "files/INFO").write_bytes(b"caught")
        if marker is not None:
            path = share / name / "made-by-spk-creator"
            path.write_bytes(marker)
            os.utime(path, (time.time() - age, time.time() - age))
        return share / name

    token = b"0" * 32 + b"\n"
    kept = [
        make("spk-creator-0000000000000001", token, 60),
        make("spk-creator-0000000000000002", None, 900),
        make("spk-creator-0000000000000003", b"a user's own text", 900),
        make("spk-creator-000000000000000x", token, 900),
        make("spk-creator-mine", token, 900),
    ]
    stale = make("spk-creator-0000000000000004", token, 900)
    link = share / "spk-creator-0000000000000005"
    link.symlink_to(make("someone's", token, 900))
    try:
        staging.remove_stale_copies(session)
        assert not stale.exists()
        assert all((path / "files/INFO").exists() for path in [*kept, link])
    finally:
        link.unlink()
        for path in share.iterdir():
            shutil.rmtree(path)


@pytest.mark.parametrize("jump", [5 * 3600, -5 * 3600])
def test_a_copy_that_is_being_made_is_not_swept_though_the_clock_of_the_nas_was_set(
    nas: BenchNas,
    session: Session,
    capture: Capture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    jump: int,
) -> None:
    """Another program sweeps just before the copying process starts: nothing but the time tells of the folder."""
    data = capture.add("f", b"data")
    start = session.root.start

    def start_later(command: str, context: TaskContext | None = None) -> RemoteProcess:
        if "spk-hold" in command:
            [marker] = nas.path("/volume1").rglob("spk-creator-*/made-by-spk-creator")
            moment = marker.stat().st_mtime - jump
            os.utime(marker, (moment, moment))
            staging.remove_stale_copies(session)
        return start(command, context)

    monkeypatch.setattr(session.root, "start", start_later)
    assert pull(session, capture.folder, tmp_path / "got", TaskContext())[0].path.read_bytes() == data
    assert not any("Not by SFTP" in line for line in session.log.lines)
    assert leftovers(nas) == []


def test_a_copy_without_its_process_goes_though_the_clock_of_the_nas_was_set_back(
    nas: BenchNas, session: Session
) -> None:
    made = nas.path("/volume1/public/spk-creator-0000000000000006")
    made.mkdir()
    (made / "made-by-spk-creator").write_bytes(b"0" * 32 + b"\n")
    os.utime(made / "made-by-spk-creator", (time.time() + 3600,) * 2)
    (made / "beat").write_text("99999999999\n", "ascii")  # of a start of the NAS that lasted longer than this one
    staging.remove_stale_copies(session)
    assert not made.exists()


@pytest.mark.parametrize("way", WAYS)
def test_a_cancelled_pull_leaves_nothing_anywhere(
    way: Way, nas: BenchNas, session: Session, capture: Capture, tmp_path: Path
) -> None:
    capture.add("big", os.urandom(20_000_000))
    context = told_everything(lambda progress: context.cancel() if progress.done > 1_000_000 else None)
    with pytest.raises(Cancelled):
        pull(session, capture.folder, tmp_path / "got", context, prefer=way)
    assert [path for path in (tmp_path / "got").rglob("*") if path.is_file()] == []
    wait_until(lambda: leftovers(nas) == [])
    assert session.execute("echo alive").out == b"alive\n"


def test_a_copy_in_a_share_goes_when_its_pc_falls_silent(
    nas: BenchNas, session: Session, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the PC loses its power: the connection stays, but nothing comes any more."""
    monkeypatch.setattr(staging, "BEAT_SECONDS", 1000.0)
    monkeypatch.setattr(staging, "_LEASE_SECONDS", 1)
    capture.add("file", b"data")
    files = list_files(session, capture.folder, TaskContext())
    with session.sftp() as sftp, staging.staged(session, sftp, capture.folder, files) as copy:
        assert sftp.read_file(f"{copy}/file") == b"data"
        wait_until(lambda: not leftovers(nas), 20)
    assert "removed" in session.log.lines[-1].lower()


@pytest.mark.parametrize("way", WAYS)
def test_a_transfer_that_was_cut_goes_on_where_it_stopped(
    way: Way, start_nas: NasFactory, log_in: Connector, tmp_path: Path
) -> None:
    nas = start_nas(Options())
    capture = Capture(nas)
    data = {"a": capture.add("a", os.urandom(200_000)), "big": capture.add("big", os.urandom(40_000_000))}
    cut = threading.Event()
    progress: list[Progress] = []

    def cut_once(report: Progress) -> None:
        if report.done > 8_000_000 and not cut.is_set():
            cut.set()
            nas.cut_connections()

    with pytest.raises(errors.ConnectionLostError):
        pull(log_in(nas), capture.folder, tmp_path / "got", told_everything(cut_once), prefer=way, resumable=True)
    part = tmp_path / "got/.big.part"
    assert (tmp_path / "got/a").read_bytes() == data["a"]
    assert part.stat().st_size > 4_000_000
    session = log_in(nas)
    pulled = pull(session, capture.folder, tmp_path / "got", TaskContext(progress.append), prefer=way, resumable=True)
    assert {file.name: file.path.read_bytes() for file in pulled} == data
    assert progress[0].done > 4_000_000
    assert not part.exists()

    (tmp_path / "got/big").rename(part)
    with part.open("r+b") as stream:
        stream.truncate(30_000_000)
        stream.write(b"not what the NAS has")
    progress.clear()
    pull(session, capture.folder, tmp_path / "got", TaskContext(progress.append), prefer=way, resumable=True)
    assert (tmp_path / "got/big").read_bytes() == data["big"]
    assert progress[0].done < 4_000_000


@pytest.mark.parametrize("way", WAYS)
def test_a_cut_connection_leaves_nothing_on_the_nas(
    way: Way, start_nas: NasFactory, log_in: Connector, tmp_path: Path
) -> None:
    nas = start_nas(Options())
    capture = Capture(nas)
    capture.add("big", os.urandom(20_000_000))
    cut = threading.Event()

    def cut_once(progress: Progress) -> None:
        if progress.done > 1_000_000 and not cut.is_set():
            cut.set()
            nas.cut_connections()

    with pytest.raises(errors.ConnectionLostError):
        pull(log_in(nas), capture.folder, tmp_path / "got", told_everything(cut_once), prefer=way)
    assert [path for path in (tmp_path / "got").rglob("*") if path.is_file()] == []
    wait_until(lambda: leftovers(nas) == [])
    wait_until(lambda: not any("spk-hold" in command for command in nas.processes().values()))


def test_a_file_that_changes_on_the_way_is_noticed(session: Session, nas: BenchNas, tmp_path: Path) -> None:
    share = nas.path("/volume1/public/visible")
    share.write_bytes(b"new content")
    try:
        file = RemoteFile("visible", 11, hashlib.md5(b"old content").hexdigest())
        with pytest.raises(errors.TransferDamagedError):
            pull_files(session, [(file, tmp_path / "got")], TaskContext(), "/public")
        with pytest.raises(errors.TransferDamagedError):
            pull_files(session, [(RemoteFile("visible", 12, ""), tmp_path / "got")], TaskContext(), "/public")
    finally:
        share.unlink()
    assert list(tmp_path.glob("*got*")) == []


@pytest.mark.parametrize("way", WAYS)
def test_keys_are_renegotiated_during_and_after_a_transfer(
    way: Way, start_nas: NasFactory, log_in: Connector, tmp_path: Path
) -> None:
    nas = start_nas(Options(rekey_limit="1M"))
    capture = Capture(nas)
    opened = log_in(nas)
    for number in range(4):
        data = capture.add(f"f{number}", os.urandom(3_000_000))
        pulled = pull(opened, capture.folder, tmp_path / "got", TaskContext(), names=[f"f{number}"], prefer=way)
        assert pulled[0].path.read_bytes() == data
    assert opened.is_alive


def test_renegotiation_at_the_end_of_channels(
    nas: BenchNas, log_in: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """paramiko asks for new keys every 512 MB, here every MB. Half a MB and the channel's end are on their way then.

    paramiko's own transport waits for itself in that case, until the connection breaks.
    """
    monkeypatch.setattr("paramiko.packet.Packetizer.REKEY_BYTES", 1_000_000)
    opened = log_in(nas)
    for _ in range(6):
        assert len(opened.execute("head -c 1500000 /dev/zero", timeout=20).out) == 1_500_000


def test_the_listing_has_sizes_and_checksums(session: Session, capture: Capture) -> None:
    capture.add("x/y", b"123")
    found = list_files(session, capture.folder, TaskContext())
    assert found == [RemoteFile("x/y", 3, hashlib.md5(b"123").hexdigest())]


def test_sftp_basics(nas: BenchNas, session: Session) -> None:
    with session.sftp() as sftp:
        assert {entry.name for entry in sftp.list("/")} == {"home", "photo", "public"}
        sftp.make_folder("/public/new")
        sftp.write_file("/public/new/a", b"x" * 100_000)
        assert sftp.read_file("/public/new/a") == b"x" * 100_000
        sftp.rename("/public/new/a", "/public/new/b")
        assert sftp.stat("/public/new/b").size == 100_000
        assert not sftp.stat("/public/new/b").is_folder
        sftp.remove("/public/new/b")
        assert sftp.list("/public/new") == []
        sftp.remove_folder("/public/new")
        with pytest.raises(errors.SftpFailedError) as missing:
            sftp.stat("/public/new")
        assert missing.value.code == 2
        with pytest.raises(errors.SftpFailedError) as forbidden:
            sftp.make_folder("/photo/new")
        assert forbidden.value.code == 3
        with pytest.raises(errors.SftpFailedError):
            sftp.list("/volume1")


class TestFacts:
    def test_everything_is_found(self, session: Session) -> None:
        facts = read_facts(session)
        assert facts.title == "DS920+, DSM 7.2.1-69057 Update 5"
        assert (facts.major, facts.platform) == (7, "geminilake")
        assert [volume.path for volume in facts.volumes] == ["/volume1"]
        assert 0 < facts.volumes[0].free < facts.volumes[0].total
        assert {(share.name, share.writable) for share in facts.shares} == {
            ("homes", False),
            ("photo", False),
            ("public", True),
        }
        assert facts.python
        assert facts.tools == {"cp-backup", "fractional-sleep", "md5sum"}

    def test_a_nas_without_python(self, start_nas: NasFactory, log_in: Connector) -> None:
        assert read_facts(log_in(start_nas(Options(python=False)))).python == ""

    def test_a_nas_with_busybox_tools(self, start_nas: NasFactory, log_in: Connector) -> None:
        facts = read_facts(log_in(start_nas(Options(busybox=True))))
        assert facts.title == "DS920+, DSM 7.2.1-69057 Update 5"
        assert 0 < facts.volumes[0].free < facts.volumes[0].total
        assert facts.tools == {"fractional-sleep", "md5sum"}
        assert "public" in {share.name for share in facts.shares}
