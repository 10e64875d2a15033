"""Searching and replacing in the whole package, and renaming it, as a person does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.dialogs.rename_package import RenamePackageDialog
from gui.dialogs.skipped_files import SkippedFilesDialog
from gui.editors.payload.view import PayloadEditor
from gui.editors.text.base import CodePartEditor
from gui.services.document import Document
from gui.widgets.hitlist import HitList
from gui.windows.searchpanel import SearchPanel
from spkcore.package.changes import Change, put, set_content
from spkcore.package.entries import file_entry
from spkcore.package.parts import LARGEST_TEXT
from spkcore.package.search import Hit, replace, search
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import Opened, activate, click, page_of, press, type_text


@pytest.fixture
def document(open_package: Opened, sample: Path) -> Document:
    (sample / "scripts" / "postinst").write_bytes(
        b"#!/bin/sh\necho one apple\necho two apples\nln -s /var/packages/MyPackage/target /tmp/x\nexit 0\n"
    )
    (sample / "LICENSE").write_bytes(b"An apple a day.\n")
    return open_package(sample)


@pytest.fixture
def panel(program: Program, document: Document, qtbot: QtBot) -> SearchPanel:
    activate(program, qtbot)
    press(program.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    found = program.handlers.searching.panel
    assert found is not None
    qtbot.waitUntil(found.text.hasFocus)
    return found


def find(panel: SearchPanel, text: str, count: int, qtbot: QtBot) -> None:
    panel.text.clear()
    type_text(panel.text, text)
    qtbot.waitUntil(lambda: panel.list.hits.count == count)


def rows(view: HitList) -> list[str]:
    model = view.hits
    files = [model.index(row, 0) for row in range(model.rowCount())]
    return [
        str(text.data())
        for file in files
        for text in (file, *(model.index(row, 0, file) for row in range(model.rowCount(file))))
    ]


def tick(view: HitList, text: str) -> None:
    """Put the caret on the row and press Space."""
    model = view.hits
    for file in (model.index(row, 0) for row in range(model.rowCount())):
        for place in (model.index(row, 0, file) for row in range(model.rowCount(file))):
            if text in str(place.data()):
                view.setCurrentIndex(place)
                view.setFocus()
                press(view, Qt.Key.Key_Space)
                return
    raise AssertionError(f"no row says {text}")


def test_what_is_found_is_replaced_where_it_is_ticked(
    panel: SearchPanel, document: Document, qtbot: QtBot, notifier: FakeNotifier
) -> None:
    find(panel, "apple", 3, qtbot)
    assert rows(panel.list)[0].startswith("LICENSE")
    assert panel.count.text() == "3 places in 2 files"
    tick(panel.list, "two apples")
    assert panel.count.text() == "2 of 3 ticked"
    type_text(panel.new, "pear")
    click(panel.replace_button)
    qtbot.waitUntil(lambda: document.content("LICENSE") == b"An pear a day.\n")
    assert b"one pear\necho two apples" in document.content("scripts/postinst")
    assert notifier.informed == ["2 places were replaced."]
    qtbot.waitUntil(lambda: panel.list.hits.count == 1)
    document.stack.undo()
    assert document.content("LICENSE") == b"An apple a day.\n"
    qtbot.waitUntil(lambda: panel.list.hits.count == 3)
    assert panel.count.text() == "2 of 3 ticked"


@pytest.fixture
def goes_on() -> Iterator[threading.Event]:
    """What waits for this goes on at the latest when the test is over."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def gate(goes_on: threading.Event, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A replacement is worked out once this is set."""

    def slow(*arguments: Any) -> Change:
        goes_on.wait()
        return replace(*arguments)

    monkeypatch.setattr("gui.services.searching.replace", slow)
    return goes_on


def test_typing_does_not_stop_a_replacement(
    panel: SearchPanel, document: Document, gate: threading.Event, qtbot: QtBot, notifier: FakeNotifier
) -> None:
    find(panel, "apple", 3, qtbot)
    type_text(panel.new, "pear")
    click(panel.replace_button)
    panel.text.clear()
    type_text(panel.text, "target /tmp/x")
    press(panel.text, Qt.Key.Key_Return)
    assert panel.count.text() == "Replacing 3 places…"
    assert not panel.replace_button.isEnabled()
    press(panel.new, Qt.Key.Key_Return)  # a second one does not take the place of the first
    assert rows(panel.list)[0].startswith("LICENSE")
    gate.set()
    qtbot.waitUntil(lambda: document.content("LICENSE") == b"An pear a day.\n")
    qtbot.waitUntil(lambda: panel.count.text() == "1 place in 1 file")
    assert rows(panel.list)[0].startswith("scripts/postinst")
    assert panel.replace_button.isEnabled()
    assert notifier.informed == ["3 places were replaced."]
    document.stack.undo()
    assert not document.is_dirty


def test_a_replacement_goes_on_where_the_field_is_emptied_and_the_tab_closed(
    panel: SearchPanel, document: Document, gate: threading.Event, qtbot: QtBot, notifier: FakeNotifier
) -> None:
    find(panel, "apple", 3, qtbot)
    type_text(panel.new, "pear")
    click(panel.replace_button)
    panel.text.clear()
    press(panel.text, Qt.Key.Key_Return)
    click(panel.close_button)
    gate.set()
    qtbot.waitUntil(lambda: notifier.informed == ["3 places were replaced."])
    assert document.content("LICENSE") == b"An pear a day.\n"


def test_an_edit_during_a_replacement_is_said_and_nothing_is_replaced(
    panel: SearchPanel, document: Document, gate: threading.Event, qtbot: QtBot, notifier: FakeNotifier
) -> None:
    find(panel, "apple", 3, qtbot)
    type_text(panel.new, "pear")
    click(panel.replace_button)
    document.push(set_content(document.entries, "LICENSE", b"No apple, two apples.\n"), "Edit")
    gate.set()
    qtbot.waitUntil(lambda: panel.list.hits.count == 4)
    assert notifier.informed == ["Nothing was replaced. The package was edited meanwhile. Try it again."]
    assert document.content("LICENSE") == b"No apple, two apples.\n"


def test_what_is_not_on_the_screen_yet_is_not_replaced(
    panel: SearchPanel,
    document: Document,
    goes_on: threading.Event,
    qtbot: QtBot,
    notifier: FakeNotifier,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The list shows what the search before found while the next one runs."""
    find(panel, "apple", 3, qtbot)

    def slow(*arguments: Any) -> Iterator[Hit]:
        goes_on.wait()
        return search(*arguments)

    monkeypatch.setattr("gui.services.searching.search", slow)
    type_text(panel.new, "pear")
    panel.text.clear()
    type_text(panel.text, "one apple")
    press(panel.text, Qt.Key.Key_Return)
    press(panel.new, Qt.Key.Key_Return)
    assert "the search is not done" in notifier.informed[0]
    qtbot.waitUntil(lambda: panel.count.text() == "Searching…")
    goes_on.set()
    qtbot.waitUntil(lambda: panel.list.hits.count == 1)
    assert panel.count.text() == "1 place in 1 file"
    assert not document.is_dirty


def test_what_was_found_is_marked_in_the_selected_row_too(panel: SearchPanel, program: Program, qtbot: QtBot) -> None:
    find(panel, "two apples", 1, qtbot)
    row = panel.list.visualRect(panel.list.currentIndex())
    picture = panel.list.viewport().grab().toImage()
    ground, mark = (program.context.theme.color(name).rgb() for name in ("accent_soft", "surface"))
    line = row.top() + 5  # above the letters
    colors = [picture.pixel(x, line) for x in range(row.left(), row.right())]
    assert ground in colors
    assert colors.count(mark) > panel.list.fontMetrics().averageCharWidth() * len("two apples") // 2


def test_a_search_that_ended_early_says_so(panel: SearchPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spkcore.package.search.MOST_HITS", 2)
    monkeypatch.setattr("gui.windows.searchpanel.MOST_HITS", 2)
    find(panel, "apple", 2, qtbot)
    assert panel.count.text() == "The first 2 places, in 2 files: the search ended there."


def test_a_file_that_changed_on_the_disk_is_not_replaced_in(
    panel: SearchPanel, document: Document, sample: Path, qtbot: QtBot, notifier: FakeNotifier
) -> None:
    find(panel, "apple", 3, qtbot)
    (sample / "LICENSE").write_bytes(b"One more apple a day.\n")
    (sample / "scripts" / "postinst").unlink()
    type_text(panel.new, "pear")
    press(panel.new, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.count.text() == "1 place in 1 file")
    assert notifier.informed == ["Nothing was replaced. The file was changed since the search (LICENSE). Search again."]
    assert not document.is_dirty
    click(panel.skipped)
    (dialog,) = panel.findChildren(SkippedFilesDialog)
    group = dialog.list.model().index(0, 0)
    assert group.data() == "Could not be read from the disk   1 file"
    assert dialog.list.model().index(0, 0, group).data() == "scripts/postinst"
    press(dialog, Qt.Key.Key_Escape)


def test_enter_without_a_tick_says_so(panel: SearchPanel, qtbot: QtBot, notifier: FakeNotifier) -> None:
    find(panel, "two apples", 1, qtbot)
    tick(panel.list, "two apples")
    press(panel.new, Qt.Key.Key_Return)
    assert notifier.informed == ["Nothing was replaced: no place is ticked."]


def test_files_that_are_not_searched_are_listed_with_the_reason(
    program: Program, panel: SearchPanel, document: Document, qtbot: QtBot
) -> None:
    document.push(
        put(
            document.entries,
            {
                "package/tool": file_entry(b"\x7fELF\0"),
                "package/notes.txt": file_entry("\ufeffan apple\r\n".encode("utf-16-le")),
                "package/torn.txt": file_entry(b"\xff\xfea\0b"),
                "package/long.js": file_entry(b"a" * (LARGEST_TEXT + 1)),
            },
        ),
        "Edit",
    )
    find(panel, "apple", 4, qtbot)
    assert "line 1: an apple" in rows(panel.list)
    pictures = sum(path.lower().endswith(".png") for path in document.entries)
    assert panel.skipped.text() == f"{pictures + 3} files not searched"
    panel.skipped.setFocus(Qt.FocusReason.TabFocusReason)
    press(panel.skipped, Qt.Key.Key_Space)
    (dialog,) = panel.findChildren(SkippedFilesDialog)
    shown = [dialog.list.model().index(row, 0) for row in range(dialog.list.model().rowCount())]
    assert [index.data() for index in shown] == [
        "Begins like a text in UTF-16, but is damaged   1 file",
        "Larger than 4 MB   1 file",
        f"No text: programs, pictures, archives   {pictures + 1} files",
    ]
    press(dialog.list, Qt.Key.Key_Down)
    press(dialog.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not panel.findChildren(SkippedFilesDialog))
    assert page_of(program).editor is not None
    qtbot.waitUntil(lambda: "package/torn.txt" in selected_in_payload(program))
    click(panel.skipped)
    (dialog,) = panel.findChildren(SkippedFilesDialog)
    press(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not panel.findChildren(SkippedFilesDialog))


def selected_in_payload(program: Program) -> list[str]:
    editor = page_of(program).editor
    return editor.view.selected_paths() if isinstance(editor, PayloadEditor) else []


def test_case_words_and_expressions(panel: SearchPanel, qtbot: QtBot) -> None:
    find(panel, "APPLE", 3, qtbot)
    click(panel.match_case)
    qtbot.waitUntil(lambda: not panel.list.hits.count)
    click(panel.match_case)
    click(panel.whole_words)
    qtbot.waitUntil(lambda: panel.list.hits.count == 2)
    click(panel.whole_words)
    click(panel.is_regex)
    find(panel, "(one|two) apple", 2, qtbot)
    find(panel, "(one", 0, qtbot)
    qtbot.waitUntil(lambda: panel.text.property("state") == "error")


def test_an_expression_that_never_ends_is_given_up(panel: SearchPanel, document: Document, qtbot: QtBot) -> None:
    """The guard against stalls fails the test where the window waits for it."""
    document.push(set_content(document.entries, "LICENSE", b"a" * 5_000 + b"b\n"), "Edit")
    click(panel.is_regex)
    panel.text.setText("(a+)+$")
    qtbot.waitUntil(lambda: panel.text.property("state") == "error")
    shown = " ".join(label.text() for label in panel.findChildren(QLabel))
    assert "takes too long" in shown
    assert "LICENSE, line 1" in shown


def test_groups_are_shown_before_they_are_put_in(panel: SearchPanel, document: Document, qtbot: QtBot) -> None:
    click(panel.is_regex)
    find(panel, "(?P<count>one|two) (apple)", 2, qtbot)
    type_text(panel.new, r"\2 \g<count>")
    press(panel.new, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: b"echo apple one\necho apple twos" in document.content("scripts/postinst"))


def test_a_replacement_that_means_nothing_is_refused(
    panel: SearchPanel, document: Document, notifier: FakeNotifier, qtbot: QtBot
) -> None:
    click(panel.is_regex)
    find(panel, "apple", 3, qtbot)
    type_text(panel.new, r"\7")
    press(panel.new, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(notifier.informed))
    assert "does not fit" in notifier.informed[0]
    assert not document.is_dirty


def test_a_double_click_leads_to_the_place(panel: SearchPanel, program: Program, qtbot: QtBot) -> None:
    find(panel, "two apples", 1, qtbot)
    panel.list.setFocus()
    press(panel.list, Qt.Key.Key_Return)
    assert page_of(program).shown_path == "scripts/postinst"
    editor = page_of(program).editor
    assert isinstance(editor, CodePartEditor)
    assert editor.pane.editor.caret() == (3, 6)


def test_the_selected_text_is_looked_for(program: Program, document: Document, qtbot: QtBot) -> None:
    page_of(program).show_part("scripts/postinst")
    editor = page_of(program).editor
    assert isinstance(editor, CodePartEditor)
    editor.pane.editor.go_to(2, 10)
    editor.pane.editor.selectAll()
    program.handlers.searching.search()
    panel = program.handlers.searching.panel
    assert panel is not None
    assert panel.text.text() == ""  # several lines are no text to look for
    editor.pane.editor.go_to(2, 10)
    cursor = editor.pane.editor.textCursor()
    cursor.movePosition(cursor.MoveOperation.EndOfWord, cursor.MoveMode.KeepAnchor)
    editor.pane.editor.setTextCursor(cursor)
    program.handlers.searching.search()
    assert panel.text.text() == "apple"
    qtbot.waitUntil(lambda: panel.list.hits.count == 3)


def test_the_tab_closes_and_goes_with_the_package(panel: SearchPanel, program: Program, qtbot: QtBot) -> None:
    tabs = program.window.panel
    assert tabs.currentWidget() is panel
    click(panel.close_button)
    assert program.handlers.searching.panel is None
    assert tabs.currentWidget() is tabs.problems
    program.context.commands.action("edit.search").trigger()
    program.context.commands.action("file.close").trigger()
    assert program.handlers.searching.panel is None
    assert not program.context.commands.action("edit.search").isEnabled()


def open_rename(program: Program, qtbot: QtBot) -> RenamePackageDialog:
    program.context.commands.action("package.rename").trigger()
    dialog = program.window.findChildren(RenamePackageDialog)[-1]
    qtbot.waitUntil(lambda: dialog.list.hits.count > 0)
    return dialog


def test_the_package_is_renamed_everywhere(
    program: Program, document: Document, qtbot: QtBot, notifier: FakeNotifier
) -> None:
    old = document.text("INFO").split('package="')[1].split('"')[0]
    before = dict(document.entries)
    dialog = open_rename(program, qtbot)
    assert dialog.name.text() == old
    assert not dialog.rename.isEnabled()
    dialog.name.clear()
    type_text(dialog.name, "Better One")
    assert dialog.error.text() == "An ID cannot hold a blank."
    assert not dialog.rename.isEnabled()
    dialog.name.clear()
    type_text(dialog.name, "BetterOne")
    press(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: 'package="BetterOne"' in document.text("INFO"))
    config = document.text("package/ui/config")
    assert "BetterOne" in config
    assert f"/3rdparty/{old}/" not in config
    assert notifier.informed == ["The package has the ID BetterOne now."]
    document.stack.undo()
    assert dict(document.entries) == before


def test_esc_closes_the_dialog_and_changes_nothing(program: Program, document: Document, qtbot: QtBot) -> None:
    dialog = open_rename(program, qtbot)
    dialog.name.setText("Another")
    press(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert not document.is_dirty
