"""The overview and adding and removing parts, as a person uses them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.dialogs.new_script import NewScriptDialog
from gui.editors.info.view import InfoEditor
from gui.editors.overview.view import OverviewEditor
from gui.services.document import Document
from spkcore.package.changes import remove, set_content
from spkcore.package.parts import LARGEST_TEXT
from tests.gui.conftest import Opened, StallWatch, activate, click, page_of, press, type_text


@pytest.fixture
def document(open_package: Opened, sample: Path) -> Document:
    return open_package(sample)


@pytest.fixture
def overview(program: Program, document: Document) -> OverviewEditor:
    editor = page_of(program).editor
    assert isinstance(editor, OverviewEditor)
    return editor


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]


def _links(overview: OverviewEditor) -> list[QPushButton]:
    return overview.findChildren(QPushButton)


def link(overview: OverviewEditor, name: str) -> QPushButton:
    return next(button for button in _links(overview) if button.accessibleName().startswith(name))


def change_info(document: Document, old: str, new: str) -> None:
    data = document.content("INFO").replace(old.encode(), new.encode())
    document.push(set_content(document.entries, "INFO", data), "Change INFO")


def test_a_package_opens_with_its_card_and_verdict(overview: OverviewEditor, qtbot: QtBot) -> None:
    shown = texts(overview.card)
    assert "My Package" in " ".join(shown) or "My" in shown[0]
    assert "Install" in shown
    qtbot.waitUntil(lambda: any(chip.isVisible() for chip in (*overview.verdict.chips, overview.verdict.all_in_one)))
    assert not overview.verdict_pending.isVisible()


def test_an_info_too_large_to_be_read_is_told_instead_of_called_empty(
    overview: OverviewEditor, document: Document, qtbot: QtBot
) -> None:
    wished = len(overview.presenter.wishes())
    assert "none yet" not in str(overview.presenter.facts())
    data = document.content("INFO") + b"# " + b"x" * LARGEST_TEXT + b"\n"
    document.push(set_content(document.entries, "INFO", data), "Edit")
    told = "INFO: Too large to be read: "
    qtbot.waitUntil(lambda: any(button.accessibleName().startswith(told) for button in _links(overview)))
    assert "none yet" not in " ".join(button.text() for button in _links(overview))
    assert not [wish for wish in overview.presenter.wishes() if wish.path == "INFO"]
    qtbot.waitUntil(
        lambda: any(button.isVisible() and button.accessibleName()[:7] == "Payload" for button in _links(overview))
    )
    document.stack.undo()
    assert len(overview.presenter.wishes()) == wished


def test_the_card_follows_edits_and_language(overview: OverviewEditor, document: Document, qtbot: QtBot) -> None:
    assert not overview.language.isVisible()
    change_info(document, 'package="', 'displayname_fre="Mon paquet"\npackage="')
    qtbot.waitUntil(overview.language.isVisible)
    overview.language.setFocus()
    press(overview.language, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "Mon paquet" in texts(overview.card))


def test_the_look_of_dsm_6_has_its_own_icon_size(overview: OverviewEditor) -> None:
    label = next(label for label in overview.card.findChildren(QLabel) if label.accessibleName() == "Icon")
    click(overview.look.buttons[1])
    assert label.width() == 72
    press(overview.look.buttons[1], Qt.Key.Key_Left)
    assert overview.look.chosen == 7
    assert label.width() == 64


def test_a_line_of_the_facts_leads_to_its_field(overview: OverviewEditor, program: Program, qtbot: QtBot) -> None:
    activate(program, qtbot)
    click(link(overview, "Version"))
    editor = page_of(program).editor
    assert isinstance(editor, InfoEditor)
    assert page_of(program).shown_path == "INFO"
    qtbot.waitUntil(lambda: editor.form.row("version").control.focus_widget().hasFocus())


def test_what_is_missing_leads_to_where_it_is_made(
    overview: OverviewEditor, document: Document, program: Program, qtbot: QtBot
) -> None:
    page_of(program).remove_part("conf/privilege")
    page_of(program).show_part(".")
    qtbot.waitUntil(lambda: any("DSM refuses" in text for text in texts(overview)))
    click(link(overview, "Privileges"))
    assert page_of(program).shown_path == "conf/privilege"
    assert page_of(program).editor is None
    document.stack.undo()
    assert "conf/privilege" in document.entries


def noise(side: tuple[int, int]) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise(side, 40).convert("RGB").save(stream, "PNG")
    return stream.getvalue()


def test_large_pictures_do_not_keep_the_window_waiting(
    overview: OverviewEditor, document: Document, qtbot: QtBot, stall_watch: StallWatch
) -> None:
    """Six photos of a telephone took a second each time the page was shown."""
    photo = noise((2000, 1500))
    for number in range(1, 7):
        document.push(set_content(document.entries, f"screen_{number}.png", photo + bytes(number)), "Add")
    stall_watch.worst_cpu = 0.0
    qtbot.waitUntil(lambda: len(overview.card.pictures()) == 6, timeout=20_000)
    assert stall_watch.worst_cpu < 0.25


def test_words_without_end_stay_on_the_page(overview: OverviewEditor, document: Document, qtbot: QtBot) -> None:
    long = 'description="' + "x" * 300_000 + '"\nmaintainer="' + "Müller" * 99 + '"\n'
    document.push(set_content(document.entries, "INFO", document.content("INFO") + long.encode()), "Change INFO")
    change_info(document, 'package="', 'package="' + "VeryLong" * 40)
    qtbot.waitUntil(lambda: any("xxx" in text for text in texts(overview.card)))
    qtbot.waitUntil(lambda: "VeryLong" in link(overview, "ID").text() and overview.verdict_pending.isHidden())
    area = overview.findChild(QScrollArea)
    body = area.widget() if area is not None else None
    assert body is not None
    assert body.minimumSizeHint().width() <= 640
    assert link(overview, "ID").text().endswith("…")
    assert link(overview, "ID").toolTip().startswith("VeryLongVeryLong")
    assert max(len(text) for text in texts(overview)) < 5_000


def test_a_part_is_added_by_its_name(program: Program, document: Document) -> None:
    page = page_of(program)
    press(page.sidebar.add_button, Qt.Key.Key_Space)
    palette = program.window.palette_box
    assert palette.isVisible()
    type_text(palette.field, "conflict")
    press(palette.field, Qt.Key.Key_Return)
    assert "conf/PKG_CONX" in document.entries
    assert page.shown_path == "conf/PKG_CONX"
    document.stack.undo()
    assert "conf/PKG_CONX" not in document.entries


@pytest.mark.parametrize(("typed", "path"), [("firewall", "conf/resource"), ("pkg_deps", "conf/PKG_DEPS")])
def test_a_part_is_found_by_what_it_is_for_and_by_its_file(
    program: Program, document: Document, qtbot: QtBot, typed: str, path: str
) -> None:
    activate(program, qtbot)
    if path in document.entries:
        document.push(remove(document.entries, [path]), "Remove")
    page = page_of(program)
    page.sidebar.tree.setFocus()
    program.context.commands.action("package.add_part").trigger()
    palette = program.window.palette_box
    type_text(palette.field, typed)
    press(palette.field, Qt.Key.Key_Return)
    assert page.shown_path == path
    editor = page.editor
    assert editor is not None
    focused = program.window.focusWidget()
    assert focused is not None
    assert focused.isVisible()
    assert focused is editor or editor.isAncestorOf(focused), "one goes on in what was added"
    tree = page.sidebar.tree
    assert tree.viewport().rect().contains(tree.visualRect(tree.currentIndex()).center())


@pytest.mark.parametrize(
    ("typed", "path"), [("firewall", "conf/resource"), ("payload", "package"), ("pictures", "screen_1.png")]
)
def test_what_is_there_already_is_found_too(
    program: Program, document: Document, qtbot: QtBot, typed: str, path: str
) -> None:
    activate(program, qtbot)
    document.push(set_content(document.entries, "conf/resource", b"{}\n"), "Add")
    program.context.commands.action("package.add_part").trigger()
    palette = program.window.palette_box
    type_text(palette.field, typed)
    notes = {choice.id: choice.note for choice in palette.shown}
    assert notes.get(f"part:{path}") == ("there already" if path in document.entries else path)
    places = [choice.id.partition(":")[0] for choice in palette.shown]
    assert places == sorted(places), "what can be added comes first"
    for _ in range(list(notes).index(f"part:{path}")):
        press(palette.field, Qt.Key.Key_Down)
    press(palette.field, Qt.Key.Key_Return)
    assert page_of(program).shown_path == path


def test_a_helper_script_is_one_of_the_parts_to_add(program: Program, document: Document, qtbot: QtBot) -> None:
    activate(program, qtbot)
    program.context.commands.action("package.add_part").trigger()
    palette = program.window.palette_box
    type_text(palette.field, "helper")
    assert [choice.text for choice in palette.shown] == ["New script"]
    press(palette.field, Qt.Key.Key_Return)
    dialog = program.window.findChild(NewScriptDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.reject()


def test_del_takes_a_part_away_and_undo_brings_it_back(program: Program, document: Document, qtbot: QtBot) -> None:
    activate(program, qtbot)
    page = page_of(program)
    page.show_part("LICENSE")
    page.sidebar.tree.setFocus()
    press(page.sidebar.tree, Qt.Key.Key_Delete)
    assert "LICENSE" not in document.entries
    document.stack.undo()
    assert document.content("LICENSE") == b"old licence\n"
    page.show_part("INFO")
    page.sidebar.tree.setFocus()
    press(page.sidebar.tree, Qt.Key.Key_Delete)
    assert "INFO" in document.entries
