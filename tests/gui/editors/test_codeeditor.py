"""Tests of the code editor: what a person types, sees and finds in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPalette, QTextCharFormat, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QToolTip
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.widgets.codecolors import DARK, LIGHT, CodeColors
from gui.widgets.codeeditor import AT_ONCE, TYPED, CodeEditor
from gui.widgets.codemargin import Mark
from gui.widgets.codepane import CodePane
from gui.widgets.completion import Completion, ranked
from tests.gui.conftest import mime_of

pytestmark = pytest.mark.gui

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def pane(context: AppContext, qtbot: QtBot) -> CodePane:
    """A code editor in the light look, which `context` applies."""
    made = CodePane("shell", "Script")
    qtbot.addWidget(made)
    made.resize(700, 400)
    with qtbot.waitActive(made):
        made.show()
    made.editor.setFocus()
    return made


def _color_at(editor: CodeEditor, line: int, column: int) -> str:
    for part in editor.document().findBlockByNumber(line - 1).layout().formats():
        if part.start <= column - 1 < part.start + part.length:
            return part.format.foreground().color().name()
    return ""


def test_typing_is_announced_as_typing_and_pasting_is_not(pane: CodePane, qtbot: QtBot) -> None:
    kinds: list[str] = []
    pane.editor.edited.connect(kinds.append)
    QTest.keyClicks(pane.editor, "ab")
    QApplication.clipboard().setText("xyz")
    QTest.keyClick(pane.editor, Qt.Key.Key_V, CONTROL)
    assert pane.editor.text() == "abxyz"
    assert kinds == [TYPED, TYPED, AT_ONCE]


def test_undo_is_left_to_the_document(pane: CodePane, qtbot: QtBot) -> None:
    QTest.keyClicks(pane.editor, "ab")
    with qtbot.waitSignal(pane.editor.undo_wanted, timeout=1000):
        QTest.keyClick(pane.editor, Qt.Key.Key_Z, CONTROL)
    with qtbot.waitSignal(pane.editor.redo_wanted, timeout=1000):
        QTest.keyClick(pane.editor, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert pane.editor.text() == "ab"


def test_text_from_outside_keeps_the_caret_and_announces_nothing(pane: CodePane) -> None:
    editor = pane.editor
    editor.set_text("one\ntwo\nthree\n")
    editor.go_to(3, 2)
    announced: list[str] = []
    editor.edited.connect(announced.append)
    editor.set_text("zero\none\ntwo\nthree\n")
    assert editor.caret() == (4, 2)
    assert announced == []
    editor.set_text("zero\none\nTWO\nthree\n")
    editor.show_difference()
    assert editor.caret() == (3, 4)


def test_no_character_is_lost_in_the_widget(pane: CodePane) -> None:
    rough = "a\u00a0b\ueeff\t😀 c\x0b\x0c\x1f\n\nend"
    pane.editor.set_text(rough)
    QTest.keyClick(pane.editor, Qt.Key.Key_Home, CONTROL)
    QTest.keyClicks(pane.editor, "x")
    assert pane.editor.text() == "x" + rough


def test_columns_count_letters_not_the_halves_of_emoji(pane: CodePane) -> None:
    editor = pane.editor
    editor.set_text('echo "😀😀" $NAME {# x')
    for column in (1, 8, 9, 11, 16, 21):
        editor.go_to(1, column)
        assert editor.caret() == (1, column)
        assert pane.hover.place_at(editor.cursorRect().center()) == (1, column)
    editor.go_to(1, 18)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.text() == 'echo "😀😀" $NAME {\n\t# x'


def test_scripts_are_coloured_over_line_ends(pane: CodePane, qtbot: QtBot) -> None:
    editor = pane.editor
    editor.set_text("#!/bin/sh\necho 'one\ntwo' $HOME\ncat <<EOF\nif inside\nEOF\nif true; then\n")
    qtbot.waitUntil(lambda: not editor.is_highlighting() and _color_at(editor, 7, 1) != "")
    assert _color_at(editor, 1, 1) == LIGHT.tokens["Comment"]
    assert _color_at(editor, 3, 1) == LIGHT.tokens["Literal.String"]
    assert _color_at(editor, 3, 7) == LIGHT.tokens["Name.Variable"]
    assert _color_at(editor, 5, 1) == LIGHT.tokens["Literal.String"]
    assert _color_at(editor, 7, 1) == LIGHT.tokens["Keyword"]


def test_an_opened_quote_recolours_the_lines_below(pane: CodePane, qtbot: QtBot) -> None:
    editor = pane.editor
    editor.set_text("x\nif a\nfi\n")
    qtbot.waitUntil(lambda: _color_at(editor, 3, 1) == LIGHT.tokens["Keyword"])
    editor.go_to(1, 2)
    QTest.keyClicks(editor, "'")
    qtbot.waitUntil(lambda: _color_at(editor, 3, 1) == LIGHT.tokens["Literal.String"])


def test_twenty_thousand_lines_open_and_edit_without_a_stall(pane: CodePane, qtbot: QtBot) -> None:
    """The colours come in portions, while one types; the stall watchdog watches."""
    editor = pane.editor
    editor.set_text('if [ "$A" = "b" ]; then echo "${SYNOPKG_PKGNAME}" # note\nfi\n' * 10_000)
    QApplication.sendPostedEvents()
    editor.go_to(9_999)
    QTest.keyClicks(editor, "x")
    assert editor.is_highlighting()
    qtbot.waitUntil(lambda: not editor.is_highlighting(), timeout=60_000)
    assert _color_at(editor, 20_000, 1) == LIGHT.tokens["Keyword"]


def test_tab_indents_lines_and_enter_keeps_the_indentation(pane: CodePane) -> None:
    editor = pane.editor
    editor.set_text("if x; then\n\techo\nfi")
    editor.go_to(1, 20)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "a")
    assert editor.text() == "if x; then\n\ta\n\techo\nfi"
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.text() == "\tif x; then\n\t\ta\n\t\techo\n\tfi"
    QTest.keyClick(editor, Qt.Key.Key_Backtab, SHIFT)
    assert editor.text() == "if x; then\n\ta\n\techo\nfi"
    QTest.keyClick(editor, Qt.Key.Key_Slash, CONTROL)
    assert editor.text() == "# if x; then\n# \ta\n# \techo\n# fi"
    QTest.keyClick(editor, Qt.Key.Key_Slash, CONTROL)
    assert editor.text() == "if x; then\n\ta\n\techo\nfi"


def test_marks_explain_themselves_in_the_margin_and_underline_their_place(pane: CodePane) -> None:
    pane.editor.set_text("echo\nfoo bar\n")
    pane.editor.set_marks([Mark(2, 5, "error", "bar is no command.")])
    assert pane.editor.mark_explanation(2) == "bar is no command."
    assert pane.editor.mark_explanation(1) == ""
    wave = QTextCharFormat.UnderlineStyle.WaveUnderline
    extras = pane.editor.extraSelections()
    assert [extra.cursor.selectedText() for extra in extras if extra.format.underlineStyle() == wave] == ["bar"]


def test_what_looks_like_html_in_a_script_stays_text_in_tips(pane: CodePane) -> None:
    pane.editor.set_text("echo $NAME\n")
    pane.hover.set_explain(_picture)
    pane.editor.set_marks([Mark(1, 1, "error", "<img src='x'> is no command.")])
    viewport, margin = pane.editor.viewport(), pane.editor.margin
    for widget in (viewport, margin):
        place = pane.editor.cursorRect().center()
        QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place)))
        assert "&lt;img src=" in QToolTip.text()
        QToolTip.hideText()
    assert "&lt;img" in pane.remarks.message.toolTip()


def _picture(_line: int, _column: int) -> str:
    return "<img src='//nas/x.png'>"


def test_brackets_show_their_partner(pane: CodePane) -> None:
    pane.editor.set_text("f() { a; (b) }")
    pane.editor.go_to(1, 5)
    places = [extra.cursor.selectionStart() for extra in pane.editor.extraSelections()]
    assert {4, 13} <= set(places)


def test_variables_are_offered_with_their_meaning(pane: CodePane, qtbot: QtBot) -> None:
    editor = pane.editor
    editor.set_completions([Completion("SYNOPKG_PKGNAME", "The package"), Completion("SYNOPKG_PKGVER", "The version")])
    QTest.keyClicks(editor, "echo ${ver")
    popup = editor.findChild(QListView) or QApplication.activePopupWidget()
    assert isinstance(popup, QListView)
    assert popup.isVisible()
    assert popup.model().rowCount() == 1
    assert popup.currentIndex().data(Qt.ItemDataRole.ToolTipRole) == "The version"
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert editor.text() == "echo ${SYNOPKG_PKGVER"


def test_names_whose_parts_start_with_what_is_typed_come_first() -> None:
    names = ["SYNOPKG_DSM_ARCH", "SYNOPKG_PKGNAME", "SYNOPKG_OLD_PKGVER", "wizard_pkg"]
    completions = [Completion(name, "") for name in names]
    assert [found.name for found in ranked(completions, "PKG")] == [names[1], names[2], names[3]]
    assert next(found.name for found in ranked(completions, "syn")) == "SYNOPKG_DSM_ARCH"
    assert [found.name for found in ranked(completions, "arch")] == ["SYNOPKG_DSM_ARCH"]


def test_files_dropped_on_the_text_are_left_to_the_window(pane: CodePane, tmp_path: Path) -> None:
    assert not pane.editor.canInsertFromMimeData(mime_of(tmp_path / "a.spk"))
    text = QMimeData()
    text.setText("words")
    assert pane.editor.canInsertFromMimeData(text)


def test_find_goes_round_and_counts(pane: CodePane) -> None:
    editor, bar = pane.editor, pane.find_bar
    editor.set_text("one two\nONE 😀 two one")
    QTest.keyClick(editor, Qt.Key.Key_F, CONTROL)
    assert bar.needle.hasFocus()
    QTest.keyClicks(bar.needle, "one")
    assert bar.result.text() == "1 of 3"
    QTest.keyClick(bar.needle, Qt.Key.Key_Return)
    QTest.keyClick(bar.needle, Qt.Key.Key_Return)
    assert (editor.caret(), bar.result.text()) == ((2, 14), "3 of 3")
    QTest.keyClick(bar.needle, Qt.Key.Key_Return)
    assert bar.result.text() == "1 of 3"
    bar.case.click()
    assert bar.result.text() == "1 of 2"
    QTest.keyClick(bar.needle, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert editor.hasFocus()


def test_replace_all_is_one_edit(pane: CodePane) -> None:
    editor, bar = pane.editor, pane.find_bar
    editor.set_text("a1 a22 b3")
    kinds: list[str] = []
    editor.edited.connect(kinds.append)
    QTest.keyClick(editor, Qt.Key.Key_H, CONTROL)
    bar.regex.click()
    QTest.keyClicks(bar.needle, r"a(\d+)")
    QTest.keyClicks(bar.replacement, r"<\1>")
    bar.replace_everything.click()
    assert editor.text() == "<1> <22> b3"
    assert kinds == [AT_ONCE]
    assert bar.result.text() == "2 replaced"


def test_replace_one_steps_on(pane: CodePane) -> None:
    editor, bar = pane.editor, pane.find_bar
    editor.set_text("cat cat catalogue")
    QTest.keyClick(editor, Qt.Key.Key_H, CONTROL)
    QTest.keyClicks(bar.needle, "cat")
    bar.words.click()
    QTest.keyClicks(bar.replacement, "dog")
    bar.replace.click()
    assert editor.text() == "dog cat catalogue"
    bar.replace.click()
    assert editor.text() == "dog dog catalogue"
    assert bar.result.text() == "No results"


@pytest.mark.parametrize("needle", ["(", "[a"])
def test_a_broken_expression_says_so(pane: CodePane, needle: str) -> None:
    QTest.keyClick(pane.editor, Qt.Key.Key_F, CONTROL)
    pane.find_bar.regex.click()
    QTest.keyClicks(pane.find_bar.needle, needle)
    assert pane.find_bar.result.text().startswith("Not a valid expression")


def test_go_to_line(pane: CodePane) -> None:
    pane.editor.set_text("\n".join("abcdef"))
    QTest.keyClick(pane.editor, Qt.Key.Key_G, CONTROL)
    QTest.keyClicks(pane.find_bar.line_number, "4")
    QTest.keyClick(pane.find_bar.line_number, Qt.Key.Key_Return)
    assert pane.editor.caret() == (4, 1)
    assert pane.editor.hasFocus()


def test_control_and_wheel_zoom(pane: CodePane) -> None:
    editor = pane.editor
    before = editor.font().pointSizeF()
    place = QPointF(20, 20)
    wheel = QWheelEvent(
        place, editor.viewport().mapToGlobal(place), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, CONTROL, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(editor.viewport(), wheel)
    assert editor.font().pointSizeF() == before + 1
    QTest.keyClick(editor, Qt.Key.Key_0, CONTROL)
    assert editor.font().pointSizeF() == before


@pytest.mark.parametrize(("colors", "background"), [(LIGHT, "#ffffff"), (DARK, "#262a31")])
def test_every_colour_can_be_read(colors: CodeColors, background: str) -> None:
    for name, color in {**colors.tokens, "margin": colors.margin_text}.items():
        assert _contrast(color, background) >= 4.5, name
        assert _contrast(color, colors.current_line) >= 4.5, name


def test_colours_follow_the_theme(pane: CodePane, qtbot: QtBot) -> None:
    editor = pane.editor
    editor.set_text("# note\n")
    palette = QPalette(editor.palette())
    palette.setColor(QPalette.ColorRole.Base, QColor("#202020"))
    editor.setPalette(palette)
    qtbot.waitUntil(lambda: _color_at(editor, 1, 1) == DARK.tokens["Comment"])


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(name: str) -> float:
    color = QColor(name)
    red, green, blue = map(_linear, (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def test_bookmarks_are_set_visited_and_move_with_the_text(pane: CodePane, qtbot: QtBot) -> None:
    editor = pane.editor
    editor.set_text("one\ntwo\nthree\nfour\n")
    with qtbot.waitActive(pane):
        pane.activateWindow()
    editor.setFocus()
    for line in (2, 4):
        editor.go_to(line)
        QTest.keyClick(editor, Qt.Key.Key_F2, CONTROL)
    assert pane.bookmarks.lines == [2, 4]
    QTest.keyClick(editor, Qt.Key.Key_F2)
    assert editor.caret()[0] == 2
    editor.go_to(1)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert pane.bookmarks.lines == [3, 5]
    QTest.keyClick(editor, Qt.Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    assert editor.caret()[0] == 5
    QTest.keyClick(editor, Qt.Key.Key_F2, CONTROL)
    assert pane.bookmarks.lines == [3]


FOLDS = "start() {\n    if a; then\n        b\n    fi\n}\n\nstop() {\n    c\n}\n"


def _hidden(editor: CodeEditor) -> list[int]:
    blocks = [editor.document().findBlockByNumber(index) for index in range(editor.blockCount())]
    return [block.blockNumber() + 1 for block in blocks if not block.isVisible()]


@pytest.fixture
def folded(pane: CodePane, qtbot: QtBot) -> CodePane:
    """A text whose first function is folded from inside."""
    pane.editor.set_text(FOLDS)
    with qtbot.waitActive(pane):
        pane.activateWindow()
    pane.editor.setFocus()
    pane.editor.go_to(4, 6)
    QTest.keyClick(pane.editor, Qt.Key.Key_M, CONTROL)
    return pane


def test_a_function_is_folded_and_unfolded(folded: CodePane) -> None:
    editor = folded.editor
    assert editor.caret() == (1, 1)
    assert _hidden(editor) == [2, 3, 4]
    assert editor.text() == FOLDS
    assert [line for line, place in editor.visible_lines() if place.height()] == [0, 4, 5, 6, 7, 8, 9]
    QTest.keyClick(editor, Qt.Key.Key_M, CONTROL)
    assert _hidden(editor) == []


def test_the_margin_unfolds(folded: CodePane) -> None:
    editor = folded.editor
    editor.grab()
    QTest.mouseClick(editor.margin, Qt.MouseButton.LeftButton, pos=QPoint(20, editor.cursorRect().center().y()))
    assert _hidden(editor) == []


def test_going_into_hidden_lines_shows_them(folded: CodePane) -> None:
    folded.editor.go_to(3)
    assert _hidden(folded.editor) == []
    assert folded.folding.lines == []


def test_folds_follow_edits_above_and_go_with_their_line(folded: CodePane) -> None:
    editor = folded.editor
    editor.go_to(1)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert _hidden(editor) == [3, 4, 5]
    editor.replace_all("all new\n")
    assert _hidden(editor) == []
    assert folded.folding.lines == []


def test_everything_is_unfolded(folded: CodePane) -> None:
    folded.editor.go_to(7)
    QTest.keyClick(folded.editor, Qt.Key.Key_M, CONTROL)
    assert _hidden(folded.editor) == [2, 3, 4, 8]
    QTest.keyClick(folded.editor, Qt.Key.Key_M, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert _hidden(folded.editor) == []
