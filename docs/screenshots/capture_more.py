"""More pictures of the capture: what lies on the NAS from before, its list, addresses, options, lost connections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QWidget

from docs.screenshots.stage import Stage
from gui.nas.addressdesk import AddressDesk
from gui.nas.addressdialog import AddressDialog
from gui.nas.downloads import DownloadState, DownloadStatus
from gui.nas.engine import Controls
from gui.nas.offersdialog import OffersDialog
from gui.nas.outcome import CaptureOutcome, ResultFile
from gui.nas.workspace import CaptureWorkspace
from spkcore.archive.tarstream import EndMark
from spkcore.base.errors import Cancelled
from spkcore.base.reference import resources_folder
from spkcore.base.tasks import Progress, TaskContext
from spkcore.nas.catalogue import NoCatalogueError
from spkcore.nas.events import ConnectionChanged, Step, StepChanged, Tick
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.offers import Offer
from spkcore.nas.orphans import Leftover, Orphan
from tests.gui.nas.fakes import VOLUMES, FakeEngine

Opening = Callable[[Stage, FakeEngine], CaptureWorkspace]
BEGUN = datetime(2026, 11, 22, 17, 41, tzinfo=UTC)
ORPHANS = (
    Orphan(
        "/volume1/@tmp/spkcap-9f00ab12", "9f00ab12", BEGUN, is_running=True,
        packages=(("synopkg/download.Hk3/@SYNOPKG_DOWNLOAD_Git", 61_400_000),),
    ),
    Orphan(
        "/volume1/@tmp/spkcap-1a2b3c4d", "1a2b3c4d", BEGUN, is_running=False,
        packages=(("synopkg/download.aa1/@SYNOPKG_DOWNLOAD_Tailscale", 38_914_560),),
    ),
)  # fmt: skip
LEFT = (
    Leftover("/volume1/@tmp/synopkg/download.q1/@SYNOPKG_DOWNLOAD_Perl", 21_400_000),
    Leftover("/volume2/@tmp/synopkg/download.q2/@SYNOPKG_DOWNLOAD_WebStation", 3_200_000),
)
SERVER = "https://global.synologydownload.com/download/Package/spk"
PACKAGES = (
    ("ContainerManager", "Container Manager", "24.0.2-1535", "24.0.2-1525", 117_000_000),
    ("Git", "Git Server", "2.39.1-1016", "", 61_400_000),
    ("HyperBackup", "Hyper Backup", "4.1.2-4036", "4.1.2-4036", 34_100_000),
    ("Perl", "Perl", "5.28.1-0046", "", 21_400_000),
    ("SynologyDrive", "Synology Drive Server", "3.5.2-26110", "3.5.1-26102", 93_800_000),
    ("Tailscale", "Tailscale", "1.78.1-700078001", "", 38_914_560),
    ("VideoStation", "Video Station", "3.1.1-3168", "", 46_200_000),
    ("WebStation", "Web Station", "3.3.0-0408", "3.3.0-0408", 3_200_000),
)


def address(package: str, version: str, size: int) -> PackageUrl:
    """Where the vendor has it."""
    url = f"{SERVER}/{package}/{version}/{package}-x86_64-{version}.spk"
    return PackageUrl(url, package, version, f"{abs(hash_of(url)):032x}"[:32], size, "synoserver.enu")


def hash_of(text: str) -> int:
    """The same number every time."""
    return int.from_bytes(text.encode()[-12:], "big") * 2_654_435_761


def found(stage: Stage, opening: Opening) -> QWidget:
    """What lies on the NAS from before."""
    engine = FakeEngine()
    engine.orphans, engine.leftovers, engine.volumes = ORPHANS, LEFT, VOLUMES
    opening(stage, engine)
    return stage.window


def options(stage: Stage, opening: Opening) -> QWidget:
    """The choices, unfolded."""
    engine = FakeEngine()
    engine.volumes = VOLUMES
    workspace = opening(stage, engine)
    workspace.setup_panel.options.button.click()
    return stage.window


def lost(stage: Stage, opening: Opening) -> QWidget:
    """The connection is away."""
    return _cut(stage, opening, comes_back=False)


def back(stage: Stage, opening: Opening) -> QWidget:
    """It is back."""
    return _cut(stage, opening, comes_back=True)


def log(stage: Stage, opening: Opening) -> QWidget:
    """The session log, unfolded."""
    workspace = opening(stage, FakeEngine())
    for line in (
        "19:31:02 Host key: ssh-ed25519 SHA256:uNiVztksCsDhcc0u9e8BgrJXVGLQHaCvzkvHzWJp3Ks",
        "19:31:03 Connected: SSH-2.0-OpenSSH_8.2, ssh-ed25519",
        "19:31:03 Read the NAS's version, volumes and tools",
        "19:31:04 root: spkcap-orphans /volume1/@tmp/spkcap-????????",
        "19:31:06 Start the capture agent (python) on /volume1",
        "19:31:07 The agent watches (inotify)",
        "19:32:15 root: spkcap-select /volume1/@tmp/spkcap-1a2b3c4d home",
        "19:32:17 Removed /volume1/@tmp/spkcap-1a2b3c4d",
    ):
        workspace.log.add(line)
    workspace.log_button.click()
    return stage.window


def queue(stage: Stage, opening: Opening) -> QWidget:
    """Two packages of one queue, one of them encrypted."""

    def script(folder: Path, _controls: Controls, _context: TaskContext) -> CaptureOutcome:
        return CaptureOutcome(_queue_files(folder), (), 95.0, tuple(address(p, v, s) for p, _n, v, _i, s in PACKAGES))

    engine = FakeEngine()
    engine.on_capture = script
    workspace = opening(stage, engine)
    workspace.setup_panel.options.open_box.setChecked(False)
    workspace.controller.start()
    stage.let_run(0.5)
    return stage.window


def again(stage: Stage, opening: Opening) -> QWidget:
    """What was captured before: one file is the same, another of its name is not; one lacks the end of its tar."""

    def script(folder: Path, _controls: Controls, _context: TaskContext) -> CaptureOutcome:
        return CaptureOutcome(_files_again(folder), (), 21.0)

    engine = FakeEngine()
    engine.on_capture = script
    workspace = opening(stage, engine)
    workspace.setup_panel.options.open_box.setChecked(False)
    workspace.controller.start()
    stage.let_run(0.5)
    return stage.window


def tasks(stage: Stage, opening: Opening) -> QWidget:
    """What runs, seen from the capture's page."""

    def wait(_folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        controls.on_event(StepChanged(Step.WAITING, ""))
        context.cancelled.wait(600)
        raise Cancelled

    engine = FakeEngine()
    engine.on_capture = wait
    opening(stage, engine).controller.start()
    stage.context.tasks.start("download", "Download Perl", _download)
    stage.wait(stage.window.task_chip.isVisible)
    stage.let_run(1.5)
    stage.window.task_chip.open_list()
    stage.let_run(0.3)
    return stage.window


def _download(context: TaskContext) -> None:
    for tenth in range(12):
        context.progress(tenth * 1_070_000, 21_400_000, "Downloading")
        context.cancelled.wait(0.1)
    context.cancelled.wait(600)
    context.check()


def offers(stage: Stage, opening: Opening) -> QWidget:
    """The NAS's own list."""
    engine = FakeEngine()
    engine.on_offers = _read_offers
    workspace, dialog = _open_list(stage, engine, opening)
    stage.wait(lambda: dialog.model.rows)
    item = dialog.model.rows[5].url
    workspace.downloads.take(item, DownloadStatus(DownloadState.RUNNING, Progress(12_400_000, 38_914_560)))
    dialog.view.selectRow(5)
    return dialog


def _open_list(stage: Stage, engine: FakeEngine, opening: Opening) -> tuple[CaptureWorkspace, OffersDialog]:
    workspace = opening(stage, engine)
    workspace.setup_panel.list_button.click()
    dialog = stage.dialog("OffersDialog")
    assert isinstance(dialog, OffersDialog)
    return workspace, dialog


def offers_none(stage: Stage, opening: Opening) -> QWidget:
    """A DSM that has no list to ask for."""
    engine = FakeEngine()
    engine.on_offers = _refuse_offers
    _workspace, dialog = _open_list(stage, engine, opening)
    stage.wait(lambda: dialog.error.text)
    return dialog


def addresses(stage: Stage) -> QWidget:
    """The table of addresses."""
    desk = AddressDesk(stage.context, stage.window)
    known = [address(package, version, size) for package, _name, version, _installed, size in PACKAGES]
    known[3] = replace(known[3], size=0, md5="", source="synopkg.log")
    known.insert(0, PackageUrl("https://jane:secret@packages.example.com/Backup-noarch-1.2.spk", "Backup", "1.2"))
    dialog = desk.show_addresses(known)
    desk.downloads.take(known[2], DownloadStatus(DownloadState.HERE, path=Path("c.spk"), is_verified=True))
    desk.downloads.take(known[3], DownloadStatus(DownloadState.RUNNING, Progress(40_000_000, 61_400_000)))
    dialog.view.selectRow(0)
    return _plain(stage, dialog)


def addresses_empty(stage: Stage) -> QWidget:
    """Before anything was found."""
    return _plain(stage, AddressDesk(stage.context, stage.window).show_addresses())


def _plain(stage: Stage, dialog: AddressDialog) -> QWidget:
    stage.let_run(0.3)
    return dialog


def _cut(stage: Stage, opening: Opening, *, comes_back: bool) -> QWidget:
    def script(_folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        controls.on_event(StepChanged(Step.DOWNLOADING, ""))
        controls.on_event(Tick(20, 10, 1, 1_412_000_000_000))
        controls.on_event(ConnectionChanged(is_there=False, text=""))
        if comes_back:
            controls.on_event(ConnectionChanged(is_there=True, text=""))
        context.cancelled.wait(600)
        context.check()
        return CaptureOutcome(())

    engine = FakeEngine()
    engine.on_capture = script
    opening(stage, engine).controller.start()
    stage.let_run(1.2)
    return stage.window


def _queue_files(folder: Path) -> tuple[ResultFile, ...]:
    hyper, perl = "HyperBackup 4.1.2-4036", "Perl 5.28.1-0046"
    encrypted = (
        "This is an original package of Synology, signed and encrypted. It came whole and was kept unchanged: it can "
        "be installed on a NAS, but nobody can look into it. To see and edit what is inside, open what Package Center "
        "unpacked of it."
    )
    url = PACKAGES[2]
    return (
        ResultFile(
            folder / "HyperBackup-4.1.2-4036-x86_64.spk", hyper, 34_100_000, complete=True, is_package=True,
            url=address(url[0], url[2], url[4]).url, package=hyper, explanation=encrypted,
        ),
        ResultFile(
            folder / "HyperBackup-4.1.2-4036-x86_64 unpacked", "Unpacked by Package Center", 0, complete=True,
            is_package=False, readable=True, package=hyper,
        ),
        ResultFile(
            folder / "Perl-5.28.1-0046-x86_64.spk", perl, 21_400_000, complete=True, is_package=True, readable=True,
            package=perl,
        ),
    )  # fmt: skip


def _files_again(folder: Path) -> tuple[ResultFile, ...]:
    git, perl, tool = "Git 2.39.1-1016", "Perl 5.28.1-0046", "Tool 1.0-2"
    return (
        ResultFile(
            folder / "Git-2.39.1-1016-x86_64.spk", git, 61_400_000, complete=True, is_package=True, readable=True,
            package=git, was_here=True,
            remark="This very file was here already, with the same size and checksum. It was kept once.",
        ),
        ResultFile(
            folder / "Perl-5.28.1-0046-x86_64 (2).spk", perl, 21_400_000, complete=True, is_package=True, readable=True,
            package=perl,
            remark="Perl-5.28.1-0046-x86_64.spk was here already and is another file: 21,399,040 bytes large, not "
            "21,400,000. Both were kept.",
        ),
        ResultFile(
            folder / "Tool-1.0-2-noarch.spk", tool, 40_960, complete=True, is_package=True, readable=True,
            package=tool, problems=(f"Tool-1.0-2-noarch.spk: {EndMark.MISSING.note}",),
        ),
    )  # fmt: skip


def _read_offers(_context: TaskContext) -> tuple[Offer, ...]:
    picture = next(iter(sorted((resources_folder() / "templates").rglob("*_256.PNG"))), None)
    data = picture.read_bytes() if picture is not None else b""
    return tuple(
        Offer(address(package, version, size), name, "Synology Inc.", installed, data if at % 3 == 0 else b"")
        for at, (package, name, version, installed, size) in enumerate(PACKAGES)
    )


def _refuse_offers(_context: TaskContext) -> tuple[Offer, ...]:
    raise NoCatalogueError("jane@diskstation", "its web API gave no answer, exit code 127")
