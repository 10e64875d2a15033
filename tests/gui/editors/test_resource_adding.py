"""The dialog that adds a resource: what DSM 7 forbids, and large letters."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from docs.screenshots.conf import SHOTS
from docs.screenshots.stage import Looks
from gui.dialogs.base import BaseDialog
from gui.editors.resource.adddialog import AddResourceDialog
from gui.editors.resource.timeline import Timeline
from gui.editors.resource.view import ResourceEditor
from gui.services.document import Document
from spkcore.package.changes import put
from spkcore.package.entries import file_entry
from tests.gui.conftest import click, end, press, type_text
from tests.gui.editors.conftest import Opener
from tests.gui.test_small_screen import QuickStage

pytestmark = pytest.mark.gui


@pytest.fixture
def empty(opened: Opener, document: Document, qtbot: QtBot) -> ResourceEditor:
    document.push(put(document.entries, {"conf/resource": file_entry(b"{\n}\n")}), "Prepare")
    made = opened("conf/resource")
    assert isinstance(made, ResourceEditor)
    qtbot.waitUntil(made.nothing.isVisible)
    return made


def dialog_of(editor: ResourceEditor) -> AddResourceDialog:
    click(editor.nothing.findChildren(QPushButton)[0])
    return editor.window().findChildren(AddResourceDialog)[-1]


def test_what_dsm7_forbids_is_grey_and_says_why(empty: ResourceEditor, qtbot: QtBot) -> None:
    dialog = dialog_of(empty)
    type_text(dialog.filter, "certificate")
    item = dialog.list.currentItem()
    assert item.text() == "Certificates"
    assert "Synology's own packages" in item.toolTip()
    assert not dialog.add.isEnabled()
    said = [label.text() for label in dialog.details.findChildren(QLabel)]
    assert "On DSM 7 only Synology's own packages may have this." in said
    with qtbot.waitSignal(dialog.rejected):
        press(dialog.filter, Qt.Key.Key_Escape)


class _LargeScreen:
    def availableSize(self) -> QSize:
        return QSize(1600, 1000)


def test_nothing_is_cut_off_in_large_letters(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(BaseDialog, "screen", lambda _self: _LargeScreen())
    stage = QuickStage(tmp_path, tmp_path / "home", Looks("light", points=18))
    try:
        dialog = SHOTS["resource-add"](stage)
        assert isinstance(dialog, AddResourceDialog)
        qtbot.waitUntil(lambda: dialog.list.horizontalScrollBar().maximum() == 0)
        timeline = dialog.details.findChild(Timeline)
        assert isinstance(timeline, Timeline)
        qtbot.waitUntil(lambda: timeline.width() >= timeline.minimumSizeHint().width())
        assert max(right for _left, right in timeline._places()) < timeline.width() + 1
        assert dialog.details.horizontalScrollBar().maximum() == 0
        dialog.close()
    finally:
        end(stage.program)
