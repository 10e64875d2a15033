"""Addresses with a password in them: what is copied, what is said of it, and where it never goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.nas.addressdesk import AddressDesk
from gui.nas.capturestate import Aim, CaptureState
from gui.nas.outcome import CaptureOutcome, ResultFile
from gui.nas.plan import CAPTURE_FOLDER
from gui.nas.workspace import CaptureWorkspace
from spkcore.base.errors import UsageError
from spkcore.nas.feeds import PackageUrl, find_urls
from tests.fakes.notifier import FakeNotifier
from tests.gui.nas.fakes import FakeEngine

SECRET = PackageUrl("https://joe:hunter2@x.example/a-noarch-1.spk", "Alpha")
OPEN = PackageUrl("https://x.example/b-noarch-1.spk", "Beta")


@pytest.fixture
def desk(qtbot: QtBot, context: AppContext, tmp_path: Path) -> Iterator[AddressDesk]:
    context.settings.put(CAPTURE_FOLDER, str(tmp_path / "captured"))
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    yield AddressDesk(context, window)
    context.tasks.cancel_all()
    assert context.tasks.wait(10_000)


def copied() -> str:
    return QGuiApplication.clipboard().text()


def test_copying_leaves_the_password_out_and_says_so(desk: AddressDesk) -> None:
    dialog = desk.show_addresses([SECRET, OPEN])
    dialog.view.selectRow(0)
    QTest.keyClick(dialog.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied() == "https://x.example/a-noarch-1.spk\tAlpha\n"
    assert dialog.count.text() == "1 address copied. User and password were left out."
    dialog.view.clearSelection()
    dialog.view.selectRow(1)
    QTest.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert copied() == "https://x.example/b-noarch-1.spk\tBeta\n"
    assert dialog.count.text() == "1 address copied."
    dialog.close()


def test_the_whole_address_is_copied_where_the_user_wants_that(desk: AddressDesk) -> None:
    dialog = desk.show_addresses([SECRET, OPEN])
    dialog.view.selectRow(1)
    assert not dialog.secret_button.isVisible()
    dialog.view.selectRow(0)
    QTest.mouseClick(dialog.secret_button, Qt.MouseButton.LeftButton)
    assert copied() == "https://joe:hunter2@x.example/a-noarch-1.spk\tAlpha\n"
    assert [item.url for item in find_urls(copied().encode())] == [SECRET.url]
    assert dialog.count.text() == "1 address copied with its password."
    mime = QGuiApplication.clipboard().mimeData()
    assert bytes(mime.data("x-kde-passwordManagerHint").data()) == b"secret"
    assert bytes(mime.data('application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"').data()) == bytes(4)
    dialog.close()


def test_a_file_never_holds_it(qtbot: QtBot, desk: AddressDesk, notifier: FakeNotifier, tmp_path: Path) -> None:
    dialog = desk.show_addresses([SECRET])
    notifier.saves = [tmp_path / "a.txt"]
    QTest.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.count.text().endswith("Passwords were left out."))
    assert "hunter2" not in (tmp_path / "a.txt").read_text(encoding="utf-8")
    dialog.close()


def test_the_card_of_a_result_copies_without_it_and_says_so(
    qtbot: QtBot, context: AppContext, notifier: FakeNotifier
) -> None:
    page = CaptureWorkspace(context, None, FakeEngine())
    qtbot.addWidget(page)
    state = CaptureState(context.clock)
    state.begin(Aim.PACKAGE_CENTER)
    file = ResultFile(Path("a.spk"), "Alpha 1", 9, complete=True, is_package=True, url=SECRET.shown)
    state.finish(CaptureOutcome((file,)))
    page.result_panel.show_state(state)
    button = next(b for b in page.result_panel.findChildren(QWidget) if "without its password" in b.accessibleName())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert copied() == "https://x.example/a-noarch-1.spk"
    assert notifier.informed[-1].startswith("Download address copied, without its password")


def test_a_download_that_fails_is_told_though_its_window_is_closed(
    qtbot: QtBot, desk: AddressDesk, notifier: FakeNotifier
) -> None:
    desk.downloads.failed.emit(OPEN, UsageError("The server says no", OPEN.url))
    assert [error.what for error in notifier.errors] == ["The server says no"]
    dialog = desk.show_addresses([OPEN])
    desk.downloads.failed.emit(OPEN, UsageError("Still no", OPEN.url))
    assert "Still no" in dialog.error.text
    assert len(notifier.errors) == 1
    dialog.close()
    qtbot.waitUntil(lambda: not dialog.isVisible())
