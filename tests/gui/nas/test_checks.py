"""Tests of "automatically verified" at the window: each check happens, and the card says what came of it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.app.context import AppContext
from gui.nas.engine import RealEngine
from gui.nas.outcome import ResultFile
from gui.nas.plan import CAPTURE_FOLDER
from gui.nas.workspace import CaptureWorkspace
from spkcore.nas.capture import Keep
from tests.gui.nas.test_bench import PATIENCE, keep, log_in, wait_for_result, wait_for_waiting
from tests.integration.capture.packagecenter import Install, make_outer, make_payload, tar
from tests.integration.capture.runs import leftovers
from tests.integration.nasbench.nas import BenchNas

LISTS = "/run/synopkg/pkglist"


@pytest.fixture
def workspace(real_workspace: CaptureWorkspace) -> CaptureWorkspace:
    return real_workspace


def spk(name: str, info: bytes | None = None) -> bytes:
    plan = Install(name=name, files=3, filler=50_000)
    members = make_outer(plan, make_payload(plan))
    return tar(members | ({"INFO": info} if info is not None else {}), "w:")


def labels(page: CaptureWorkspace) -> list[str]:
    panel = page.result_panel
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]


def files_of(page: CaptureWorkspace) -> dict[str, ResultFile]:
    outcome = page.controller.state.outcome
    assert outcome is not None
    return {file.path.name: file for file in outcome.files}


@pytest.mark.integration
def test_the_end_of_the_tar_and_the_checksum_in_info_are_checked(
    qtbot: QtBot, workspace: CaptureWorkspace, nas: BenchNas
) -> None:
    good = spk("Good")
    wrong = spk("Wrong", b'package="Wrong"\nversion="1.2-0003"\narch="x86_64"\nchecksum="%s"\n' % (b"0" * 32))
    place = nas.path("/volume1/@tmp/synopkg/download.checks")
    place.mkdir(parents=True)
    for name, data in (("Good", good), ("Cut", spk("Cut")[:-30_000]), ("Wrong", wrong)):
        (place / f"@SYNOPKG_DOWNLOAD_{name}").write_bytes(data)
    opened: list[object] = []
    workspace.package_ready.connect(opened.append)
    try:
        log_in(qtbot, workspace, nas)
        workspace.setup_panel.found.buttons[0].click()
        wait_for_result(qtbot, workspace)
    finally:
        for file in place.iterdir():
            file.unlink()
        place.rmdir()
    found = files_of(workspace)
    assert {name: file.complete for name, file in found.items() if file.is_package} == {
        "Good-1.2-0003-noarch.spk": True,
        "Cut.spk": False,
        "Wrong-1.2-0003-x86_64.spk": False,
    }
    texts = labels(workspace)
    assert any("Cut.spk is not whole" in text for text in texts)
    assert "Wrong-1.2-0003-x86_64.spk is not whole: package.tgz does not have the checksum that INFO names" in texts
    assert sum(text.endswith("not complete") for text in texts) == 2
    buttons = [button.accessibleName() for button in workspace.result_panel.open_buttons]
    assert buttons == ["Open Good-1.2-0003-noarch.spk in the editor"]
    assert opened == [next(file.path for name, file in found.items() if name.startswith("Good"))]
    assert leftovers(nas) == []


@pytest.mark.integration
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "whole, with the checksum of the package list"),
        ({"md5": "0" * 32}, "another checksum"),
        ({"md5": "", "size": 17}, "another size"),
    ],
    ids=["as listed", "checksum", "size"],
)
def test_size_and_checksum_are_compared_with_the_package_list(
    qtbot: QtBot, workspace: CaptureWorkspace, nas: BenchNas, change: dict[str, object], said: str
) -> None:
    data = spk("Sample")
    entry = {
        "package": "Sample",
        "version": "1.2-0003",
        "link": "https://packages.example.com/Sample-noarch-1.2-0003.spk",
        "md5": hashlib.md5(data).hexdigest(),
        "size": len(data),
    }
    shelf, place = nas.path(LISTS), nas.path("/volume1/@tmp/synopkg/download.listed")
    shelf.mkdir(parents=True, exist_ok=True)
    (shelf / "synoserver.enu").write_text(json.dumps({"packages": [entry | change]}), encoding="utf-8")
    opened: list[object] = []
    workspace.package_ready.connect(opened.append)
    try:
        log_in(qtbot, workspace, nas)
        keep(workspace, Keep.NEEDED)
        workspace.controller.start()
        wait_for_waiting(qtbot, workspace)
        place.mkdir(parents=True)
        (place / "@SYNOPKG_DOWNLOAD_Sample").write_bytes(data)
        (path,) = wait_for_result(qtbot, workspace)
    finally:
        (shelf / "synoserver.enu").unlink()
        shutil.rmtree(place, ignore_errors=True)
    assert path.name == "Sample-1.2-0003-noarch.spk"
    assert path.read_bytes() == data
    assert any(said in text for text in labels(workspace))
    assert any(text.endswith("whole, but look below") for text in labels(workspace)) == bool(change)
    assert opened == ([] if change else [path])
    assert workspace.result_panel.open_buttons[0].isVisible()
    qtbot.waitUntil(lambda: leftovers(nas) == [], timeout=PATIENCE)


def test_the_package_opens_in_the_editor_of_the_window(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    program.context.settings.put(CAPTURE_FOLDER, str(tmp_path / "captured"))
    program.context.commands.action("nas.demo").trigger()
    workspace = program.window.workspace
    assert workspace is not None
    qtbot.waitUntil(workspace.setup_panel.start_button.isEnabled, timeout=PATIENCE)
    workspace.setup_panel.start_button.click()
    qtbot.waitUntil(lambda: program.workbench.document is not None, timeout=PATIENCE)
    page = program.window
    qtbot.waitUntil(lambda: page.package_page is not None and page.package_page.isVisible(), timeout=PATIENCE)
    document = program.workbench.document
    assert document is not None
    assert b'package="DemoNotes"' in document.package.content("INFO")
    # F9 comes back to what was caught, before it captures again.
    program.context.commands.action("nas.capture").trigger()
    assert workspace.result_panel.isVisible()
    assert "DemoNotes" in workspace.result_panel.headline.text()


def test_a_second_result_has_the_focus_on_its_own_buttons(qtbot: QtBot, context: AppContext, tmp_path: Path) -> None:
    context.settings.put(CAPTURE_FOLDER, str(tmp_path / "captured"))
    page = CaptureWorkspace(context, None, RealEngine(tmp_path / "home", demo_pace=0.1))
    qtbot.addWidget(page)
    page.show()
    page.start_demo()
    for _ in range(2):
        qtbot.waitUntil(page.setup_panel.start_button.isEnabled, timeout=PATIENCE)
        page.setup_panel.start_button.click()
        qtbot.waitUntil(page.result_panel.isVisible, timeout=PATIENCE)
        assert page.focusWidget() is page.result_panel.open_buttons[0]
        page.result_panel.again_button.click()
    page.shut_down()
