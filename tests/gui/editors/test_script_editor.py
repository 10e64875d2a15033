"""Tests of the script editor as a person uses it: diagram, variables, outline, snippets, going to places."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from gui.dialogs.new_script import NewScriptDialog
from gui.editors.scripts.diagramview import DiagramView
from gui.editors.scripts.missingpage import MissingScriptPage
from gui.editors.scripts.view import ScriptEditor
from gui.services.document import Document
from spkcore.package.changes import remove, set_content
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import click, press, type_text
from tests.gui.editors.conftest import Opener

pytestmark = pytest.mark.gui

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
COMMON = b"#!/bin/sh\n# Says $1.\nsay() {\n    echo $1\n}\nquiet() {\n    :\n}\n"
POSTINST = b'#!/bin/sh\n. "$(dirname "$0")/common"\nsay "$wizard_folder"\ncd "$SYNOPKG_PKGVAR"\n\n'
Places = list[tuple[str, str, int, int]]


@pytest.fixture
def editor(opened: Opener, document: Document, qtbot: QtBot) -> ScriptEditor:
    """The editor of postinst, which reads in a helper; the scripts have been read."""
    for path, data in (("scripts/common", COMMON), ("scripts/postinst", POSTINST)):
        document.push(set_content(document.entries, path, data), "x")
    return _opened(opened, document, qtbot)


def _opened(opened: Opener, document: Document, qtbot: QtBot, path: str = "scripts/postinst") -> ScriptEditor:
    made = opened(path)
    assert isinstance(made, ScriptEditor)
    qtbot.waitUntil(lambda: made.analysis.revision == document.revision)
    return made


def _places(editor: ScriptEditor) -> Places:
    wanted: Places = []
    editor.place_wanted.connect(lambda *place: wanted.append(place))
    return wanted


def _show_tab(editor: ScriptEditor, tab: QWidget) -> None:
    bar = editor.side.tabs.tabBar()
    page = tab.parentWidget()
    assert page is not None
    index = editor.side.tabs.indexOf(page)
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(index).center())
    assert tab.isVisible()


def _box(diagram: DiagramView, title: str, operation: str = "install") -> QPoint:
    found = (item for item in diagram.boxes if item.section.operation.id == operation)
    return next(item.place.center() for item in found if item.item is not None and item.item.title == title)


# ---------------------------------------------------------------------------------------------- when it runs


def test_the_diagram_explains_the_current_script(editor: ScriptEditor) -> None:
    when = editor.side.when
    assert when.isVisible()
    assert "Install: postinst" in when.explanation
    assert "When it fails: Package Center marks the package as damaged" in when.explanation
    assert when.diagram.accessibleDescription().startswith("Install, postinst")


def test_a_click_on_a_box_opens_that_part(editor: ScriptEditor) -> None:
    wanted = _places(editor)
    diagram = editor.side.when.diagram
    QTest.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=_box(diagram, "Wizard asks the user"))
    assert wanted == [("WIZARD_UIFILES/install_uifile", "", 0, 0)]


def test_a_missing_script_is_created_from_its_box_by_keyboard(editor: ScriptEditor, document: Document) -> None:
    wanted = _places(editor)
    diagram = editor.side.when.diagram
    diagram.setFocus()
    press(diagram, Qt.Key.Key_Home)
    press(diagram, Qt.Key.Key_Down)
    press(diagram, Qt.Key.Key_Down)
    assert "preinst, missing" in diagram.accessibleDescription()
    press(diagram, Qt.Key.Key_Return)
    dialog = _dialog(editor)
    assert dialog.path == "scripts/preinst"
    dialog.choice.list.setCurrentRow(1)
    assert "refuse" in dialog.choice.preview.text()
    press(dialog, Qt.Key.Key_Return)
    assert b"refuse" in document.content("scripts/preinst")
    assert wanted == [("scripts/preinst", "", 0, 0)]
    assert "missing" not in diagram.accessibleDescription()
    document.stack.undo()
    assert "scripts/preinst" not in document.entries
    assert "missing" in diagram.accessibleDescription()


def test_arrows_go_through_operations(editor: ScriptEditor) -> None:
    diagram = editor.side.when.diagram
    diagram.setFocus()
    press(diagram, Qt.Key.Key_Right)
    assert diagram.accessibleDescription().startswith("Upgrade, start-stop-status prestop, old version")
    press(diagram, Qt.Key.Key_Left)
    assert diagram.accessibleDescription().startswith("Install")
    press(diagram, Qt.Key.Key_End)
    assert diagram.accessibleDescription().startswith("While it is installed")


@pytest.mark.parametrize(
    ("path", "said"), [("scripts/start-stop-status", "Start: start-stop-status"), ("scripts/postuninst", "Uninstall: ")]
)
def test_the_diagram_starts_where_the_script_has_its_main_task(
    path: str, said: str, opened: Opener, document: Document, qtbot: QtBot
) -> None:
    editor = _opened(opened, document, qtbot, path)
    diagram = editor.side.when.diagram
    assert editor.side.when.explanation.startswith(said)
    assert diagram.selected is not None
    place = diagram.selected.place
    qtbot.waitUntil(lambda: not diagram.visibleRegion().intersected(place).isEmpty())


def test_dsm_6_shows_another_order(editor: ScriptEditor) -> None:
    when = editor.side.when
    titles = {item.item.title for item in when.diagram.boxes if item.item}
    assert "prereplace" in titles
    click(when.dsm.buttons[1])
    titles = {item.item.title for item in when.diagram.boxes if item.item}
    assert "prereplace" not in titles
    assert "Install: postinst" in when.explanation


def test_resting_on_a_box_explains_it(editor: ScriptEditor) -> None:
    diagram = editor.side.when.diagram
    place = _box(diagram, "preinst")
    QApplication.sendEvent(diagram, QHelpEvent(QEvent.Type.ToolTip, place, diagram.mapToGlobal(place)))
    assert "The installation stops" in QToolTip.text()
    QToolTip.hideText()


def test_the_side_can_be_closed_and_stays_closed(editor: ScriptEditor, opened: Opener) -> None:
    click(editor.side_button)
    assert not editor.side.isVisible()
    other = opened("scripts/common")
    assert isinstance(other, ScriptEditor)
    assert not other.side.isVisible()
    click(other.side_button)
    assert other.side.isVisible()


# ---------------------------------------------------------------------------------------------- variables


def test_variables_tell_their_meaning_and_enter_puts_one_in(editor: ScriptEditor, document: Document) -> None:
    pane = editor.side.variables
    _show_tab(editor, pane)
    assert pane.shown[0] == "wizard_folder"
    assert "Page “Where”, field “Name”" in pane.facts.text()
    type_text(pane.filter, "databases")
    assert pane.shown == ["SYNOPKG_PKGVAR"]
    assert "It survives upgrades" in pane.about.text()
    assert "Since DSM 7.0-40314." in pane.facts.text()
    editor.pane.editor.go_to(5)
    pane.tree.setFocus()
    press(pane.tree, Qt.Key.Key_Return)
    assert document.content("scripts/postinst").endswith(b'\n"$SYNOPKG_PKGVAR"\n')
    assert editor.pane.editor.hasFocus()
    document.stack.undo()
    assert document.content("scripts/postinst") == POSTINST


def test_a_filter_that_finds_nothing_offers_nothing(editor: ScriptEditor, document: Document) -> None:
    pane = editor.side.variables
    _show_tab(editor, pane)
    type_text(pane.filter, "zzz")
    assert not pane.shown
    assert not pane.chosen
    assert not pane.insert_button.isEnabled()
    pane.filter.clear()
    assert pane.chosen in pane.shown


def test_inside_quotes_no_quotes_are_put_in(editor: ScriptEditor, document: Document) -> None:
    _show_tab(editor, editor.side.variables)
    editor.pane.editor.go_to(4, 5)
    click(editor.side.variables.insert_button)
    assert b'cd "${wizard_folder}$SYNOPKG_PKGVAR"' in document.content("scripts/postinst")


def test_an_answer_leads_to_its_field(editor: ScriptEditor) -> None:
    wanted = _places(editor)
    _show_tab(editor, editor.side.variables)
    click(editor.side.variables.wizard_button)
    assert wanted[0][:3] == ("WIZARD_UIFILES/install_uifile", "", 3)


def test_variables_follow_the_wizard(editor: ScriptEditor, document: Document) -> None:
    _show_tab(editor, editor.side.variables)
    path = "WIZARD_UIFILES/install_uifile"
    document.push(set_content(document.entries, path, document.content(path).replace(b"_folder", b"_place")), "x")
    assert editor.side.variables.shown[0] == "wizard_place"


# ---------------------------------------------------------------------------------------------- outline and places


def test_the_outline_leads_to_functions_and_their_calls(opened: Opener, editor: ScriptEditor, qtbot: QtBot) -> None:
    common = _opened(opened, editor.document, qtbot, "scripts/common")
    wanted = _places(common)
    _show_tab(common, common.side.outline)
    tree = common.side.outline.tree
    say = tree.topLevelItem(0)
    quiet = tree.topLevelItem(1)
    assert say is not None
    assert quiet is not None
    assert (say.text(0), say.text(1)) == ("say", "1 call")
    assert (quiet.text(0), quiet.text(1)) == ("quiet", "never called")
    tree.setFocus()
    tree.setCurrentItem(quiet)
    press(tree, Qt.Key.Key_Return)
    assert common.pane.editor.caret() == (6, 1)
    call = say.child(0)
    assert call is not None
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(call).center())
    assert wanted == [("scripts/postinst", "", 3, 1)]


def test_f12_goes_to_the_definition(editor: ScriptEditor) -> None:
    wanted = _places(editor)
    editor.pane.editor.go_to(3, 2)
    press(editor.pane.editor, Qt.Key.Key_F12)
    assert wanted == [("scripts/common", "", 3, 1)]


def test_control_and_click_goes_to_the_field_of_a_wizard(editor: ScriptEditor) -> None:
    wanted = _places(editor)
    code = editor.pane.editor
    code.go_to(3, 9)
    place = code.cursorRect().center()
    QTest.mouseClick(code.viewport(), Qt.MouseButton.LeftButton, CONTROL, place)
    assert wanted[0][0] == "WIZARD_UIFILES/install_uifile"


def test_a_variable_of_dsm_has_no_definition(editor: ScriptEditor, notifier: FakeNotifier) -> None:
    editor.pane.editor.go_to(4, 8)
    press(editor.pane.editor, Qt.Key.Key_F12)
    assert notifier.informed == ["SYNOPKG_PKGVAR is set by DSM."]


def test_shift_f12_lists_uses_and_enter_goes_there(editor: ScriptEditor) -> None:
    wanted = _places(editor)
    click(editor.side_button)
    editor.pane.editor.go_to(3, 2)
    press(editor.pane.editor, Qt.Key.Key_F12, SHIFT)
    outline = editor.side.outline
    assert outline.isVisible()
    assert outline.uses_heading.text() == "2 uses of say"
    assert outline.uses.hasFocus()
    press(outline.uses, Qt.Key.Key_Down)
    press(outline.uses, Qt.Key.Key_Return)
    assert wanted == [("scripts/common", "", 3, 1)]


def test_the_menu_offers_both(editor: ScriptEditor) -> None:
    editor.pane.editor.go_to(3, 2)
    menu = QMenu(editor)
    menu.addAction("Copy")
    editor.pane.editor.menu_opening.emit(menu, 3)
    assert [action.text() for action in menu.actions()][:2] == ["Go to definition", "Find uses"]


def test_resting_on_a_name_explains_it(editor: ScriptEditor) -> None:
    code = editor.pane.editor
    code.go_to(3, 2)
    assert "Function say, defined in common:3" in editor.pane.hover.text_at(code.cursorRect().center())
    code.go_to(4, 10)
    assert "Since DSM 7.0-40314." in editor.pane.hover.text_at(code.cursorRect().center())


# ---------------------------------------------------------------------------------------------- snippets, missing


def test_a_snippet_is_put_in_with_the_answer_of_the_wizard(editor: ScriptEditor, document: Document) -> None:
    pane = editor.side.snippets
    _show_tab(editor, pane)
    (row,) = [index for index in range(pane.list.count()) if "Read the answer" in pane.list.item(index).text()]
    pane.list.setCurrentRow(row)
    assert "DSM 6 and 7" in pane.dsm.text()
    assert "wizard_folder" in pane.preview.text()
    editor.pane.editor.go_to(5)
    pane.list.setFocus()
    press(pane.list, Qt.Key.Key_Return)
    assert b'folder="${wizard_folder:-photo}"\n' in document.content("scripts/postinst")
    document.stack.undo()
    assert document.content("scripts/postinst") == POSTINST


def test_snippets_for_other_scripts_are_shown_on_demand(editor: ScriptEditor) -> None:
    pane = editor.side.snippets
    _show_tab(editor, pane)
    few = pane.list.count()
    pane.everything.click()
    assert pane.list.count() > few


def test_a_missing_script_offers_templates_beside_the_diagram(opened: Opener, document: Document, qtbot: QtBot) -> None:
    editor = _opened(opened, document, qtbot, "scripts/start-stop-status")
    page = editor.missing
    assert isinstance(page, MissingScriptPage)
    assert page.isVisible()
    assert editor.side.when.isVisible()
    page.choice.list.setFocus()
    press(page.choice.list, Qt.Key.Key_Down)
    assert "is_running" in page.choice.preview.text()
    page.triggered.emit()
    assert b"is_running" in document.content("scripts/start-stop-status")
    assert editor.pane.isVisible()
    document.push(remove(document.entries, ["scripts/start-stop-status"]), "x")
    assert page.isVisible()


def _dialog(parent: QWidget) -> NewScriptDialog:
    return next(dialog for dialog in parent.findChildren(NewScriptDialog) if dialog.isVisible())


def test_a_helper_gets_a_name_that_works_everywhere(document: Document, editor: ScriptEditor, qtbot: QtBot) -> None:
    dialog = NewScriptDialog(document, editor.context.theme, editor)
    dialog.open()
    made: list[str] = []
    dialog.created.connect(made.append)
    assert dialog.focusWidget() is dialog.name
    assert not dialog.create_button.isEnabled()
    type_text(dialog.name, "Common")
    assert "There is a script of this name" in dialog.error.text()
    dialog.name.setText("aux")
    assert "Windows" in dialog.error.text()
    dialog.name.setText("set-up.sh")
    assert not dialog.error.isVisible()
    click(dialog.create_button)
    assert made == ["scripts/set-up.sh"]
    text = document.content("scripts/set-up.sh")
    assert text.startswith(b"#!/bin/sh\n")
    assert b"exit" not in text, "it would end the script that reads it in"
    assert document.stack.undoText() == "Create set-up.sh"


def test_the_dialog_closes_by_escape(document: Document, editor: ScriptEditor) -> None:
    dialog = NewScriptDialog(document, editor.context.theme, editor)
    dialog.open()
    press(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert document.content("scripts/postinst") == POSTINST


def test_everything_has_a_name_for_screen_readers(editor: ScriptEditor) -> None:
    for index in range(editor.side.tabs.count()):
        editor.side.tabs.setCurrentIndex(index)
        reachable = [item for item in editor.findChildren(QWidget) if item.isVisible()]
        takers = [item for item in reachable if item.focusPolicy() & Qt.FocusPolicy.TabFocus]
        nameless = [item for item in takers if not item.accessibleName() and not getattr(item, "text", str)()]
        assert not [item for item in nameless if item.objectName() != "qt_tabwidget_tabbar"], index


def test_hundreds_of_scripts_are_read_in_the_background(opened: Opener, document: Document, qtbot: QtBot) -> None:
    body = COMMON * 20
    for number in range(150):
        data = body + b"# %d\n" % number
        document.push(set_content(document.entries, f"scripts/helper{number}", data), "x")
    editor = _opened(opened, document, qtbot)
    editor.pane.editor.go_to(2)
    QTest.keyClicks(editor.pane.editor, "x" * 30)
    qtbot.waitUntil(lambda: editor.analysis.revision == document.revision)
    assert len(editor.analysis.map.scripts) == 151


def test_no_part_of_the_editor_flashes_up_as_a_window(
    opened: Opener, document: Document, qtbot: QtBot, windows_shown: list[str]
) -> None:
    editor = _opened(opened, document, qtbot)
    for index in range(editor.side.tabs.count()):
        editor.side.tabs.setCurrentIndex(index)
    document.push(remove(document.entries, ["scripts/postinst"]), "x")
    assert windows_shown == ["ScriptEditor"]
