"""Build from the window: F7, the result card, and where files would be lost."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.services.building import OUTPUTS
from gui.windows.buildcard import BuildDialog
from spkcore.archive.extract import extract_package
from spkcore.base.tasks import quiet
from spkcore.package.changes import set_content
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import Opened, activate, click, page_of, press


def card_of(program: Program) -> BuildDialog:
    return program.window.findChildren(BuildDialog)[-1]


def build(program: Program, qtbot: QtBot) -> Path:
    """Press Build, wait for the result, close the card; returns the .spk."""
    with qtbot.waitSignal(program.handlers.building.built, timeout=20_000) as built:
        program.context.commands.action("package.build").trigger()
    click(card_of(program).close_button)
    assert built.args is not None
    return Path(built.args[0].path)


def test_f7_builds_what_is_shown_and_tells_the_result(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, tmp_path: Path
) -> None:
    document = open_package(sample)
    text = document.content("scripts/postinst") + b"# unsaved\n"
    document.push(set_content(document.entries, "scripts/postinst", text), "Edit")
    activate(program, qtbot)
    with qtbot.waitSignal(program.handlers.building.built, timeout=20_000):
        press(program.window, Qt.Key.Key_F7)

    card = card_of(program)
    built = Path(card.values["path"].text())
    assert built.parent == sample.parent
    assert card.values["sha256"].text() == hashlib.sha256(built.read_bytes()).hexdigest()
    assert card.values["size"].text().split()[0].replace(",", "") == str(built.stat().st_size)
    unpacked = extract_package(built, tmp_path / "unpacked", quiet())
    assert (unpacked.folder / "scripts" / "postinst").read_bytes() == text
    assert document.is_dirty
    copy = next(item for item in card.findChildren(QToolButton) if item.accessibleName() == "Copy SHA-256")
    click(copy)
    assert QGuiApplication.clipboard().text() == card.values["sha256"].text()
    click(card.close_button)


def test_building_again_replaces_its_own_file_without_asking(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier
) -> None:
    open_package(sample)
    for _ in range(2):
        build(program, qtbot)

    assert notifier.questions == []


def test_a_foreign_file_in_the_way_is_asked_about(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier
) -> None:
    open_package(sample)
    output = build(program, qtbot)
    elsewhere = sample.parent / "again.spk"
    program.context.settings.put(OUTPUTS, {})
    output.write_bytes(b"somebody's original")

    notifier.answers, notifier.saves = ["other"], [elsewhere]
    build(program, qtbot)

    assert output.read_bytes() == b"somebody's original"
    assert elsewhere.stat().st_size > 0


def test_an_spk_opens_edits_and_saves_into_a_folder(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, tmp_path: Path, notifier: FakeNotifier
) -> None:
    open_package(sample)
    spk = build(program, qtbot)
    before = spk.read_bytes()

    document = open_package(spk)
    scratch = document.folder
    assert document.is_scratch
    assert "not saved to a folder yet" in program.window.status_text
    document.push(set_content(document.entries, "LICENSE", b"mine\n"), "Edit the licence")
    target = tmp_path / "saved"
    notifier.folders = [target]
    with qtbot.waitSignal(document.saved, timeout=20_000):
        program.context.commands.action("file.save").trigger()

    assert document.folder == target
    assert (target / "LICENSE").read_bytes() == b"mine\n"
    assert spk.read_bytes() == before
    assert page_of(program).isVisible()
    document.stack.undo()
    assert document.content("LICENSE") != b"mine\n"  # the old bytes still lie in the scratch folder
    document.stack.redo()
    program.context.commands.action("file.close").trigger()
    qtbot.waitUntil(lambda: not scratch.exists())


def test_closing_a_package_from_an_spk_removes_its_scratch_folder(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path
) -> None:
    open_package(sample)
    document = open_package(build(program, qtbot))
    scratch = document.folder
    assert scratch.exists()

    program.context.commands.action("file.close").trigger()

    qtbot.waitUntil(lambda: not scratch.exists())


def test_a_package_from_an_spk_is_built_beside_it_without_saving(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, tmp_path: Path, notifier: FakeNotifier
) -> None:
    open_package(sample)
    source = build(program, qtbot).rename(tmp_path / "original.spk")
    document = open_package(source)
    document.push(set_content(document.entries, "LICENSE", b"mine\n"), "Edit the licence")
    built = build(program, qtbot)
    assert built.parent == source.parent
    assert built != source
    assert document.is_scratch
    assert document.is_dirty
    assert notifier.questions == []
    assert build(program, qtbot) == built
    unpacked = extract_package(built, tmp_path / "unpacked", quiet())
    assert (unpacked.folder / "LICENSE").read_bytes() == b"mine\n"


def test_the_spk_that_was_opened_is_never_replaced_without_a_question(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier
) -> None:
    open_package(sample)
    source = build(program, qtbot)
    before = source.read_bytes()
    document = open_package(source)
    document.push(set_content(document.entries, "LICENSE", b"mine\n"), "Edit the licence")
    program.context.commands.action("package.build").trigger()
    qtbot.waitUntil(lambda: bool(notifier.open_questions), timeout=20_000)
    notifier.answer("cancel")
    assert source.read_bytes() == before
    for _ in range(2):
        notifier.answers = ["replace"]
        assert build(program, qtbot) == source
    assert len(notifier.questions) == 3
    notifier.answers = ["other"]
    program.context.commands.action("package.build").trigger()
    qtbot.waitUntil(lambda: bool(notifier.suggested), timeout=20_000)
    assert notifier.suggested == [source.with_name(f"{source.stem} (2).spk")]


def test_a_second_build_waits_for_the_first(
    program: Program, qtbot: QtBot, open_package: Opened, sample: Path, notifier: FakeNotifier
) -> None:
    open_package(sample)
    with qtbot.waitSignal(program.handlers.building.built, timeout=20_000):
        program.context.commands.action("package.build").trigger()
        program.context.commands.action("package.build").trigger()
    assert notifier.informed == ["A build is running already."]
    click(card_of(program).close_button)
