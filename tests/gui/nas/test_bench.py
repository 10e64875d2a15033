"""The capture window against a NAS of real sshd, sudo and shells: what a person sees and gets, and what stays there."""

from __future__ import annotations

import errno
import threading
import time
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.nas.connect import ConnectDialog
from gui.nas.offersdialog import OffersDialog
from gui.nas.pages import HostKeyPage
from gui.nas.workspace import CaptureWorkspace
from spkcore.nas.capture import Keep
from spkcore.nas.received import PartFile
from tests.fakes.secrets import FakeSecrets
from tests.gui.conftest import StallWatch
from tests.integration.capture.packagecenter import Install, synology_archive
from tests.integration.capture.runs import install, leftovers
from tests.integration.cli.test_capture import _WEB_API as WEB_API
from tests.integration.cli.test_capture import spk_capture, wait_for_line
from tests.integration.nasbench.nas import PASSWORDS, BenchNas

pytestmark = pytest.mark.integration
PATIENCE = 60_000
"""Milliseconds."""


@pytest.fixture
def workspace(real_workspace: CaptureWorkspace) -> CaptureWorkspace:
    return real_workspace


def log_in(qtbot: QtBot, page: CaptureWorkspace, bench: BenchNas) -> None:
    """Fill in the form, trust the host key, wait until the NAS was looked at."""
    page.choose_nas()
    dialog = page.findChild(ConnectDialog)
    assert dialog is not None
    target = bench.target()
    dialog.form.address.setText(target.host)
    dialog.form.port.setValue(target.port)
    dialog.form.user.setText(target.user)
    QTest.keyClicks(dialog.form.password, PASSWORDS["alice"])
    QTest.keyClick(dialog.form.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(dialog.question_page, HostKeyPage), timeout=PATIENCE)
    assert dialog.question_page is not None
    dialog.question_page.accept_button.click()
    qtbot.waitUntil(page.setup_panel.start_button.isEnabled, timeout=PATIENCE)


def keep(page: CaptureWorkspace, what: Keep) -> None:
    """Choose what is kept of what DSM unpacked."""
    box = page.setup_panel.options.keep
    box.setCurrentIndex(box.findData(what.value))


def wait_for_waiting(qtbot: QtBot, page: CaptureWorkspace) -> None:
    qtbot.waitUntil(page.live_panel.stop_button.isEnabled, timeout=PATIENCE)


def wait_for_result(qtbot: QtBot, page: CaptureWorkspace) -> list[Path]:
    """The files that came, once they are there."""
    qtbot.waitUntil(page.result_panel.isVisible, timeout=PATIENCE)
    outcome = page.controller.state.outcome
    assert outcome is not None, page.result_panel.error.text
    return [file.path for file in outcome.files]


def test_one_click_later_everything_is_caught_and_no_secret_is_in_the_log(
    qtbot: QtBot, workspace: CaptureWorkspace, nas: BenchNas, context: AppContext, secrets: FakeSecrets, folder: Path
) -> None:
    log_in(qtbot, workspace, nas)
    workspace.controller.hang_up()
    secrets.kept[nas.target().place] = PASSWORDS["alice"]
    started = time.monotonic()
    workspace.capture_now()
    wait_for_waiting(qtbot, workspace)
    assert time.monotonic() - started < 20
    with install(nas, Install(name="Sample", files=300)) as center:
        with qtbot.waitSignal(workspace.package_ready, timeout=PATIENCE) as ready:
            pass
        center.communicate(timeout=60)
    assert ready.args == [folder / "Sample-1.2-0003-noarch.spk"]
    assert folder / "Sample-1.2-0003-noarch.spk" in wait_for_result(qtbot, workspace)
    assert workspace.result_panel.addresses_button.text() == "Package a&ddresses (1)…"
    qtbot.waitUntil(lambda: leftovers(nas) == [], timeout=PATIENCE)
    log = workspace.log.toPlainText()
    assert "Start the capture agent" in log
    assert "Removed /volume1/@tmp/spkcap-" in log
    assert PASSWORDS["alice"] not in log
    workspace.result_panel.again_button.click()
    with qtbot.waitSignal(workspace.addresses_wanted, timeout=PATIENCE) as wanted:
        workspace.setup_panel.addresses_button.click()
    assert "https://packages.example.com/spk/Sample-1.2-0003.spk" in {url.url for url in wanted.args[0]}


def test_a_wrong_password_is_one_attempt_for_each_click(
    qtbot: QtBot, workspace: CaptureWorkspace, nas: BenchNas, context: AppContext, secrets: FakeSecrets
) -> None:
    log_in(qtbot, workspace, nas)
    workspace.controller.hang_up()
    secrets.kept[nas.target().place] = "wr0ng secret"
    before = nas.auth_log.count("Failed ")
    workspace.capture_now()
    dialog = workspace.findChild(ConnectDialog)
    assert dialog is not None

    def is_tried(times: int) -> bool:
        return nas.auth_log.count("Failed ") - before == times

    for attempts in (1, 2):
        qtbot.waitUntil(partial(is_tried, attempts), timeout=PATIENCE)
        qtbot.waitUntil(dialog.error.isVisible, timeout=PATIENCE)
        if attempts == 1:
            QTest.mouseClick(dialog.form.connect_button, Qt.MouseButton.LeftButton)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    workspace.capture_now()
    qtbot.waitUntil(lambda: not context.tasks.running(), timeout=PATIENCE)
    assert nas.auth_log.count("Failed ") - before == 2
    assert "wr0ng secret" not in workspace.log.toPlainText()
    # Closed transports take a moment to end their threads.
    qtbot.waitUntil(lambda: not any("Transport" in repr(thread) for thread in threading.enumerate()), timeout=PATIENCE)


def test_a_cut_connection_comes_back_in_the_window(
    qtbot: QtBot, workspace: CaptureWorkspace, nas: BenchNas, folder: Path
) -> None:
    log_in(qtbot, workspace, nas)
    keep(workspace, Keep.NEEDED)
    workspace.controller.start()
    wait_for_waiting(qtbot, workspace)
    nas.cut_connections()
    qtbot.waitUntil(lambda: workspace.controller.state.cuts == 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: "is back" in workspace.live_panel.banner.message, timeout=PATIENCE)
    with install(nas, Install(name="Sample", files=20)) as center:
        assert wait_for_result(qtbot, workspace) == [folder / "Sample-1.2-0003-noarch.spk"]
        center.communicate(timeout=60)
    assert [path.name for path in folder.iterdir()] == ["Sample-1.2-0003-noarch.spk"]
    qtbot.waitUntil(lambda: leftovers(nas) == [], timeout=PATIENCE)


def test_a_full_disk_does_not_lose_what_was_caught(
    qtbot: QtBot, workspace: CaptureWorkspace, nas: BenchNas, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_part: PartFile, _start: int) -> BinaryIO:
        raise OSError(errno.ENOSPC, "No space left on device")

    log_in(qtbot, workspace, nas)
    workspace.controller.start()
    wait_for_waiting(qtbot, workspace)
    with monkeypatch.context() as patch, install(nas, Install(name="Sample", files=20)) as center:
        patch.setattr(PartFile, "_opened", full)
        qtbot.waitUntil(workspace.result_panel.isVisible, timeout=PATIENCE)
        center.communicate(timeout=60)
    assert "Make room" in workspace.result_panel.error.text
    assert "waits on the NAS" in workspace.result_panel.error.text
    workspace.result_panel.again_button.click()
    found = workspace.setup_panel.found
    qtbot.waitUntil(lambda: "An earlier capture was cut off" in found.texts, timeout=PATIENCE)
    QTest.mouseClick(found.buttons[0], Qt.MouseButton.LeftButton)
    assert folder / "Sample-1.2-0003-noarch.spk" in wait_for_result(qtbot, workspace)
    qtbot.waitUntil(lambda: leftovers(nas) == [], timeout=PATIENCE)


def test_what_package_center_left_is_offered_and_taken(
    qtbot: QtBot, workspace: CaptureWorkspace, nas: BenchNas, folder: Path
) -> None:
    left = nas.path("/volume1/@tmp/synopkg/download.left00")
    left.mkdir(parents=True)
    data = synology_archive(b"left over" * 10_000)
    (left / "@SYNOPKG_DOWNLOAD_Left").write_bytes(data)
    (left / "@SYNOPKG_DOWNLOAD_Half").write_bytes(data[:5000])
    try:
        log_in(qtbot, workspace, nas)
        found = workspace.setup_panel.found
        assert "Package Center left packages on the NAS" in found.texts
        (take,) = found.buttons
        take.click()
        files = wait_for_result(qtbot, workspace)
        assert {path.name for path in files} == {"Left.spk", "Half.spk"}
        assert (folder / "Left.spk").read_bytes() == data
        outcome = workspace.controller.state.outcome
        assert outcome is not None
        problems = [problem for file in outcome.files for problem in file.problems]
        assert any("Half.spk is not whole" in problem for problem in problems)
        assert (left / "@SYNOPKG_DOWNLOAD_Left").exists()
    finally:
        for file in left.iterdir():
            file.unlink()
        left.rmdir()
    assert leftovers(nas) == []


def test_a_capture_whose_program_died_goes_on(
    qtbot: QtBot, workspace: CaptureWorkspace, nas: BenchNas, tmp_path: Path, folder: Path
) -> None:
    """The other program is `spk capture`, killed while its agent watches."""
    log_in(qtbot, workspace, nas)
    key = next(word for word in workspace.log.toPlainText().split() if word.startswith("SHA256:"))
    other = spk_capture(nas, tmp_path, "--host-key", key)
    wait_for_line(other, "Now install")
    other.kill()
    other.communicate()
    workspace.controller.reset()
    found = workspace.setup_panel.found
    qtbot.waitUntil(lambda: "A capture still runs on the NAS" in found.texts, timeout=PATIENCE)
    assert [button.text() for button in found.buttons] == ["Go on", "Remove"]
    keep(workspace, Keep.EVERYTHING)
    with install(nas, Install(name="Sample", files=20)) as center:
        found.buttons[0].click()
        spk, tree = wait_for_result(qtbot, workspace)
        center.communicate(timeout=60)
    assert spk == folder / "Sample-1.2-0003-noarch.spk"
    outcome = workspace.controller.state.outcome
    assert outcome is not None
    assert [file.readable for file in outcome.files] == [True, True]
    assert len(list((tree / "package").rglob("file*"))) == 20
    qtbot.waitUntil(lambda: leftovers(nas) == [], timeout=PATIENCE)


def test_the_nas_downloads_from_its_list_and_nothing_is_installed(
    qtbot: QtBot, workspace: CaptureWorkspace, nas: BenchNas, folder: Path
) -> None:
    program = nas.path("/usr/syno/bin/synowebapi")
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(WEB_API, encoding="utf-8")
    program.chmod(0o755)
    shelf = (
        nas.path("/var/packages/Sample/INFO"),
        nas.path("/volume1/@tmp/synopkg/lfs/image/INST/Sample/1/thumb_64.png"),
    )
    for file, content in zip(shelf, (b'package="Sample"\nversion="1.1-0002"\n', b"a picture"), strict=True):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    data = synology_archive(b"offered" * 20_000)
    nas.path("/volume1/@tmp/offer").write_bytes(data)
    try:
        log_in(qtbot, workspace, nas)
        workspace.setup_panel.list_button.click()
        dialog = workspace.findChild(OffersDialog)
        assert dialog is not None
        qtbot.waitUntil(lambda: dialog.model.rowCount() == 1, timeout=PATIENCE)
        offer = dialog.model.rows[0]
        assert (offer.installed, offer.icon) == ("1.1-0002", b"a picture")
        dialog.capture_button.click()
        files = wait_for_result(qtbot, workspace)
        assert [path.name for path in files] == ["Sample-1.2-0003.spk"]
        assert files[0].read_bytes() == data
    finally:
        for file in (program, nas.path("/volume1/@tmp/offer"), *shelf):
            file.unlink(missing_ok=True)
    assert leftovers(nas) == []


def test_the_window_stays_fluid_while_many_files_are_caught(
    qtbot: QtBot, workspace: CaptureWorkspace, nas: BenchNas, stall_watch: StallWatch
) -> None:
    log_in(qtbot, workspace, nas)
    workspace.controller.start()
    wait_for_waiting(qtbot, workspace)
    stall_watch.worst_cpu = stall_watch.worst_wall = 0.0
    with install(nas, Install(name="Large", files=900, group=100, filler=20_000_000, rate=60e6)) as center:
        wait_for_result(qtbot, workspace)
        center.communicate(timeout=60)
    assert workspace.controller.state.files.packages
    assert len(workspace.controller.state.files) > 800
    assert stall_watch.worst_cpu < 0.2, f"{stall_watch.worst_cpu:.3f} s"
