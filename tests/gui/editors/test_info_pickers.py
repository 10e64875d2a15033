"""Tests of the pickers and tables of the INFO editor, used as a person does: search, tick, type, keys, undo."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from gui.editors.info.controls import ListControl, LongControl, VersionControl
from gui.editors.info.platformdialog import PlatformDialog
from gui.editors.info.relationdialog import RelationDialog
from gui.editors.info.view import InfoEditor
from gui.services.document import Document
from gui.widgets.valueedits import LongEdit
from spkcore.base.tasks import quiet
from spkcore.checks.engine import find_problems
from spkcore.package.buildtargets import BuildTarget, write_target
from spkcore.package.changes import set_content
from spkcore.package.info import Info
from tests.gui.conftest import click, collect, press, type_text
from tests.gui.editors.conftest import INFO, Opener

pytestmark = pytest.mark.gui

ALT, CONTROL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
DEPS = b"; why\r\n[MariaDB10]\r\npkg_min_ver=10.3\r\n"


@pytest.fixture
def editor(opened: Opener, qtbot: QtBot) -> InfoEditor:
    made = opened("INFO")
    assert isinstance(made, InfoEditor)
    qtbot.waitUntil(lambda: made.form.has_row("odd_key"))
    return made


def _values(document: Document) -> dict[str, str]:
    return Info.parse(document.content("INFO")).as_dict()


def _set(document: Document, **values: str) -> None:
    info = Info.parse(document.content("INFO"))
    for key, value in values.items():
        info = info.set(key, value)
    document.push(set_content(document.entries, "INFO", info.to_bytes()), "set")


def _dialog(editor: InfoEditor) -> QDialog:
    (found,) = [dialog for dialog in editor.findChildren(QDialog) if dialog.isVisible()]
    return found


def _open(editor: InfoEditor, field: str, qtbot: QtBot) -> QDialog:
    editor.reveal(field=field)
    qtbot.waitUntil(lambda: editor.form.has_row(field))
    click(editor.form.row(field).control.stops()[1])
    return _dialog(editor)


Platforms = Callable[[str], PlatformDialog]


@pytest.fixture
def platforms(editor: InfoEditor, qtbot: QtBot) -> Platforms:
    def open_dialog(field: str) -> PlatformDialog:
        dialog = _open(editor, field, qtbot)
        assert isinstance(dialog, PlatformDialog)
        return dialog

    return open_dialog


@pytest.fixture
def relations(editor: InfoEditor, qtbot: QtBot) -> RelationDialog:
    dialog = _open(editor, "install_dep_packages", qtbot)
    assert isinstance(dialog, RelationDialog)
    return dialog


def _item(dialog: PlatformDialog, name: str) -> QTreeWidgetItem:
    found = dialog.item(name)
    assert found is not None
    return found


def _tick(dialog: PlatformDialog, name: str) -> None:
    """With the keyboard: go to the line, press Space."""
    dialog.tree.setCurrentItem(_item(dialog, name))
    press(dialog.tree, Qt.Key.Key_Space)


# ---------------------------------------------------------------------------------------------- platforms


def test_a_family_is_ticked_and_says_what_it_stands_for(platforms: Platforms, document: Document) -> None:
    dialog = platforms("arch")
    _tick(dialog, "armv8")
    assert dialog.value.text() == "armv8"
    assert _item(dialog, "noarch").checkState(0) == UNCHECKED
    assert _item(dialog, "rtd1296").checkState(0) == CHECKED
    assert "rtd1296" in dialog.about.text()
    click(dialog.use)
    assert document.content("INFO") == INFO.replace(b'arch="noarch"', b'arch="armv8"')
    assert document.stack.undoText() == "Change Platforms"
    document.stack.undo()
    assert document.content("INFO") == INFO


def test_a_model_is_found_and_its_platform_ticked(platforms: Platforms, document: Document) -> None:
    dialog = platforms("arch")
    type_text(dialog.search, "ds920")
    shown = [item.text(0) for item in dialog._items() if not item.isHidden()]
    assert [name.split()[0] for name in shown] == ["x86_64", "geminilake"]
    _tick(dialog, "geminilake")
    assert "DS920+" in dialog.about.text()
    click(dialog.use)
    assert _values(document)["arch"] == "geminilake"


def test_a_platform_is_taken_out_of_its_family(platforms: Platforms, document: Document) -> None:
    _set(document, arch="armv7 newone")
    dialog = platforms("arch")
    assert _item(dialog, "newone").checkState(0) == CHECKED
    _tick(dialog, "alpine")
    assert dialog.value.text() == "alpine4k newone"
    assert _item(dialog, "armv7").checkState(0) == Qt.CheckState.PartiallyChecked
    _tick(dialog, "newone")
    click(dialog.use)
    assert _values(document)["arch"] == "alpine4k"


def test_dsm_6_is_told_to_prefer_platforms_over_families(platforms: Platforms, document: Document) -> None:
    _set(document, os_min_ver="6.1-15047", arch="armv8")
    dialog = platforms("arch")
    assert dialog.only_fitting.text() == "Only what DSM 6.1 to 6.2.4 runs on"
    assert "DSM 6" in dialog.warning.text()
    click(dialog.expand_button)
    assert dialog.value.text() == "rtd1296 rtd1619 rtd1619b armada37xx"
    assert not dialog.warning.isVisible()
    click(dialog.gather_button)
    assert dialog.value.text() == "armv8"


def test_platforms_of_other_dsm_versions_come_on_demand(platforms: Platforms) -> None:
    dialog = platforms("arch")
    assert _item(dialog, "88f6281").isHidden()
    assert not _item(dialog, "geminilake").isHidden()
    dialog.only_fitting.click()
    assert not _item(dialog, "88f6281").isHidden()


def test_the_value_can_be_typed_too(platforms: Platforms, document: Document) -> None:
    dialog = platforms("exclude_arch")
    assert dialog.item("noarch") is None
    type_text(dialog.value, "x86 mine")
    assert _item(dialog, "x86").checkState(0) == CHECKED
    click(dialog.use)
    assert _values(document)["exclude_arch"] == "x86 mine"


def test_models_are_written_in_both_forms(platforms: Platforms, document: Document) -> None:
    _set(document, model="synology_geminilake_ds920+ synology_x_y")
    dialog = platforms("model")
    assert _item(dialog, "DS920+").checkState(0) == CHECKED
    _tick(dialog, "DS920+")
    _tick(dialog, "DS713+")
    click(dialog.use)
    assert _values(document)["model"] == "synology_x_y synology_cedarview_713+ synology_cedarview_ds713+"


@pytest.mark.parametrize("field", ["arch", "model", "install_dep_packages"])
def test_esc_closes_a_picker_and_changes_nothing(
    editor: InfoEditor, document: Document, qapp: QApplication, qtbot: QtBot, field: str
) -> None:
    dialog = _open(editor, field, qtbot)
    focused = dialog.focusWidget()
    assert focused is not None
    assert focused.accessibleName()
    press(focused, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    collect(qapp)
    assert editor.findChildren(QDialog) == []
    assert document.content("INFO") == INFO


# ---------------------------------------------------------------------------------------------- relations


def test_a_package_is_added_while_the_grammar_is_checked(relations: RelationDialog, document: Document) -> None:
    type_text(relations.entry, "PHP8.2=>")
    assert "Write >= instead of =>" in relations.message.text()
    relations.entry.clear()
    type_text(relations.entry, "PHP8.2>=8.2.0:WebStation")
    assert relations.message.text() == ""
    press(relations.entry, Qt.Key.Key_Return)
    assert relations.list.item(0).text() == "Needs packages  (2)"
    assert relations.preview.toPlainText() == 'install_dep_packages="PHP8.2>=8.2.0:WebStation"'
    type_text(relations.entry, "attic")
    assert relations.message.text() == "attic is this package itself."
    relations.entry.clear()
    click(relations.use)
    assert _values(document)["install_dep_packages"] == "PHP8.2>=8.2.0:WebStation"
    assert document.stack.count() == 1
    document.stack.undo()
    assert document.content("INFO") == INFO


def _commit(editor: QWidget) -> None:
    """Enter ends editing a cell; Qt does it a moment later."""
    press(editor, Qt.Key.Key_Return)
    QApplication.processEvents()


def _cell(dialog: RelationDialog, row: int, column: int, text: str) -> None:
    view = dialog.view
    view.setFocus()
    view.setCurrentIndex(view.model().index(row, column))
    press(view, Qt.Key.Key_F2)
    editor = dialog.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    type_text(editor, text)
    _commit(editor)


def test_rows_are_edited_moved_and_taken_out_by_keys(editor: InfoEditor, document: Document, qtbot: QtBot) -> None:
    _set(document, install_dep_packages="A>1: B:c d")
    dialog = _open(editor, "install_dep_packages", qtbot)
    assert isinstance(dialog, RelationDialog)
    assert "'c d' cannot be read" in dialog.message.text()
    _cell(dialog, 2, 0, "C>=3")
    assert dialog.message.text() == ""
    _cell(dialog, 1, 2, "2.0")
    assert dialog.table.data(dialog.table.index(1, 1)) == ">=  at least"
    dialog.view.selectRow(2)
    press(dialog.view, Qt.Key.Key_Up, ALT)
    assert dialog.preview.toPlainText() == 'install_dep_packages="A>1:C>=3: B>=2.0"'
    dialog.view.selectRow(0)
    press(dialog.view, Qt.Key.Key_Delete)
    click(dialog.use)
    assert _values(document)["install_dep_packages"] == "C>=3: B>=2.0"


def test_the_sign_of_a_limit_is_chosen(editor: InfoEditor, document: Document, qtbot: QtBot) -> None:
    _set(document, install_break_packages="Old>=2")
    dialog = _open(editor, "install_break_packages", qtbot)
    assert isinstance(dialog, RelationDialog)
    assert dialog.relation == "install_break_packages"
    dialog.view.setFocus()
    dialog.view.setCurrentIndex(dialog.table.index(0, 1))
    press(dialog.view, Qt.Key.Key_F2)
    combo = dialog.focusWidget()
    assert combo is not None
    press(combo, Qt.Key.Key_End)
    _commit(combo)
    click(dialog.use)
    assert _values(document)["install_break_packages"] == "Old<2"


def test_pkg_deps_is_edited_in_the_same_place_and_keeps_its_comments(
    editor: InfoEditor, document: Document, qtbot: QtBot
) -> None:
    document.push(set_content(document.entries, "conf/PKG_DEPS", DEPS), "set")
    assert "conf/PKG_DEPS names 1 package." in editor.relations.about.text()
    editor.form.ensureWidgetVisible(editor.relations.button)
    click(editor.relations.button)
    dialog = _dialog(editor)
    assert isinstance(dialog, RelationDialog)
    type_text(dialog.entry, "MariaDB10")
    press(dialog.entry, Qt.Key.Key_Return)
    assert "conf/PKG_DEPS" in dialog.message.text()
    dialog.show_relation("conf/PKG_DEPS")
    _cell(dialog, 0, 3, "never")
    assert "no DSM version" in dialog.message.text()
    _cell(dialog, 0, 3, "7.0-40000")
    assert dialog.message.text() == ""
    type_text(dialog.entry, "PHP8.2<8")
    assert "lowest and highest" in dialog.message.text()
    press(dialog.entry, Qt.Key.Key_Backspace)
    press(dialog.entry, Qt.Key.Key_Backspace)
    press(dialog.entry, Qt.Key.Key_Return)
    click(dialog.use)
    wanted = DEPS + b"dsm_min_ver=7.0-40000\r\n[PHP8.2]\r\n"
    assert document.content("conf/PKG_DEPS") == wanted
    assert _values(document)["install_dep_packages"] == "MariaDB10"
    assert document.stack.undoText() == "Change relations to other packages"
    document.stack.undo()
    assert document.content("conf/PKG_DEPS") == DEPS
    assert document.content("INFO") == INFO


def test_a_file_of_relations_is_made_where_there_was_none(relations: RelationDialog, document: Document) -> None:
    relations.show_relation("conf/PKG_CONX")
    click(relations.suggest)
    popup = relations._popup
    assert popup is not None
    type_text(popup.filter, "docker")
    press(popup.filter, Qt.Key.Key_Down)
    press(popup.list, Qt.Key.Key_Return)
    assert relations.entry.text() == "Docker"
    click(relations.add)
    click(relations.use)
    assert document.content("conf/PKG_CONX") == b"[Docker]\n"
    assert document.content("INFO") == INFO


# ---------------------------------------------------------------------------------------------- popups


def _popup_texts(control: ListControl) -> list[str]:
    popup = control._popup
    assert popup is not None
    return [item.text() for item in popup._items() if not item.isHidden()]


def test_services_are_ticked_with_the_search(editor: InfoEditor, document: Document, qtbot: QtBot) -> None:
    editor.reveal(field="start_dep_services")
    control = editor.form.row("start_dep_services").control
    assert isinstance(control, ListControl)
    click(control.button)
    popup = control._popup
    assert popup is not None
    assert "Only on other DSM versions" in _popup_texts(control)
    type_text(popup.filter, "database, dsm 7")
    assert len(_popup_texts(control)) == 1
    press(popup.filter, Qt.Key.Key_Return)
    popup.hide()
    assert _values(document)["start_dep_services"] == "pgsql"
    assert "start_dep_services" not in INFO.decode()


def test_a_dsm_release_is_chosen(editor: InfoEditor, document: Document) -> None:
    editor.reveal(field="os_max_ver")
    control = editor.form.row("os_max_ver").control
    assert isinstance(control, ListControl)
    click(control.button)
    popup = control._popup
    assert popup is not None
    type_text(popup.filter, "all of dsm 7.2")
    press(popup.filter, Qt.Key.Key_Return)
    assert not popup.isVisible()
    assert _values(document)["os_max_ver"] == "7.2-79999"
    assert editor.range.text() == "Keys for DSM 7.0 to 7.2.2"


def test_the_entry_of_the_open_button_is_offered(editor: InfoEditor, document: Document) -> None:
    control = editor.form.row("dsmappname").control
    assert isinstance(control, ListControl)
    click(control.button)
    assert _popup_texts(control) == ["com.example.Attic   Attic"]
    assert control._popup is not None
    control._popup.hide()


# ---------------------------------------------------------------------------------------------- version


def test_the_version_is_raised_by_button_and_menu(editor: InfoEditor, document: Document) -> None:
    control = editor.form.row("version").control
    assert isinstance(control, VersionControl)
    assert control.next_build.text() == "Next: 1.2.0-0004"
    click(control.next_build)
    assert _values(document)["version"] == "1.2.0-0004"
    click(control.more)
    entries = [action.text() for action in control.menu.actions()]
    assert entries[2] == "Next minor version: the second number\t1.3.0-0005"
    control.menu.actions()[2].trigger()
    control.menu.hide()
    assert _values(document)["version"] == "1.3.0-0005"
    document.stack.undo()
    document.stack.undo()
    assert document.content("INFO") == INFO
    press(control.line, Qt.Key.Key_End)
    type_text(control.line, "b")
    assert not control.next_build.isEnabled()


# ---------------------------------------------------------------------------------------------- the range


def _choose_range(editor: InfoEditor, title: str) -> None:
    click(editor.range)
    action = next(action for action in editor.ranges.actions() if action.text().split("\t")[0] == title)
    assert isinstance(action, QAction)
    action.trigger()
    editor.ranges.hide()


def test_keys_of_other_dsm_versions_are_hidden_until_wanted(
    editor: InfoEditor, document: Document, qtbot: QtBot
) -> None:
    assert editor.range.text() == "Keys for DSM 7.0 to 7.3"
    editor.show_all.click()
    assert not editor.form.has_field("firmware")
    assert editor.form.has_field("exclude_model")
    _choose_range(editor, "DSM 5 and before")
    assert editor.form.has_field("firmware")
    assert not editor.form.has_field("exclude_model")
    _set(document, exclude_model="synology_x_y")
    assert editor.form.has_field("exclude_model")
    qtbot.waitUntil(lambda: editor.form.has_row("exclude_model"))
    assert editor.form.row("exclude_model").note.text() == "Read only from DSM 7.0-40329 on"
    click(editor.left_out)
    assert editor.range.text() == "Keys for every DSM"
    assert editor.form.has_field("firmware")
    assert not editor.left_out.isVisible()


def test_the_lowest_dsm_changes_what_is_shown(editor: InfoEditor, document: Document) -> None:
    assert not editor.form.has_field("firmware")
    _set(document, os_min_ver="6.0-7321")
    assert editor.form.has_field("firmware")
    document.stack.undo()
    assert not editor.form.has_field("firmware")


# ---------------------------------------------------------------------------------------------- the form


def test_the_link_is_previewed_while_it_is_typed(editor: InfoEditor, document: Document) -> None:
    assert "no link" in editor.link._about.text()
    port = editor.form.row("adminport").control.focus_widget()
    type_text(port, "8099")
    assert editor.link.address.text() == "http://nas:8099/"
    assert editor.form.has_field("checkport")
    type_text(editor.form.row("adminurl").control.focus_widget(), "a/b")
    assert editor.link.address.text() == "http://nas:8099/a/b"


def _tab_stops(editor: InfoEditor, start: QWidget, end: QWidget) -> list[QWidget]:
    found = [start]
    start.setFocus()
    while found[-1] is not end and len(found) < 400:
        press(found[-1], Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        found.append(focused)
    return found


def test_tab_follows_the_order_of_the_form_however_late_rows_are_made(editor: InfoEditor, qtbot: QtBot) -> None:
    editor.show_all.click()
    qtbot.waitUntil(lambda: editor.form.has_row("toolkit_version"))
    first = editor.form.row("package").control.focus_widget()
    last = editor.form.row("odd_key").control.focus_widget()
    stops = _tab_stops(editor, first, last)
    places = [stop.mapTo(editor, QPoint(0, 0)) + QPoint(0, editor.form.verticalScrollBar().value()) for stop in stops]
    assert len(stops) > 60
    jumps = [
        (stop, place)
        for stop, before, place in zip(stops[1:], places, places[1:], strict=False)
        if place.y() < before.y() - 30
    ]
    assert jumps == []


def test_rows_have_their_height_at_once(editor: InfoEditor, qtbot: QtBot) -> None:
    """Rows that are made later must not be squeezed into the room of those before."""
    editor.show_all.click()
    rows = [editor.form.row(name) for name in ("package", "version", "description", "arch")]
    assert all(row.height() >= row.minimumSizeHint().height() for row in rows)
    qtbot.waitUntil(lambda: editor.form.has_row("toolkit_version"))


def test_captions_stand_above_their_fields_in_a_small_window(editor: InfoEditor, qtbot: QtBot) -> None:
    row = editor.form.row("package")
    assert row.caption.geometry().right() < row.control.geometry().left()
    editor.resize(380, 500)
    qtbot.waitUntil(lambda: row.caption.geometry().bottom() <= row.control.geometry().top())
    assert row.control.width() > 250
    assert row.mapTo(editor.form.viewport(), QPoint(row.width(), 0)).x() <= editor.form.viewport().width()
    editor.resize(1000, 700)
    qtbot.waitUntil(lambda: row.caption.geometry().right() < row.control.geometry().left())


@pytest.mark.parametrize("value", ["One<br>Two", "One<br/>Two<br/>", "A<BR>B<br>C", "no break"])
def test_the_changelog_shows_its_line_breaks_and_keeps_their_form(
    editor: InfoEditor, document: Document, qtbot: QtBot, value: str
) -> None:
    _set(document, changelog=value)
    before = document.content("INFO")
    qtbot.waitUntil(lambda: editor.form.has_row("changelog"))
    control = editor.form.row("changelog").control
    assert isinstance(control, LongControl)
    assert control.area.text() == value
    shown = control.area.toPlainText()
    assert shown.split("\n")[0] == value.split("<", maxsplit=1)[0]
    control.area.moveCursor(control.area.textCursor().MoveOperation.Start)
    type_text(control.area, "x")
    assert document.content("INFO") == before.replace(b'changelog="', b'changelog="x')
    press(control.area, Qt.Key.Key_Backspace)
    assert document.content("INFO") == before


# ---------------------------------------------------------------------------------------------- languages


def _language_cell(editor: InfoEditor, name: str) -> QWidget:
    """Goes to the cell and begins to edit it with F2."""
    assert editor.languages.reveal(name)
    press(editor.languages.view, Qt.Key.Key_F2)
    made = QApplication.focusWidget()
    assert isinstance(made, QLineEdit | LongEdit)
    return made


def test_texts_of_languages_are_edited_in_their_table(editor: InfoEditor, document: Document) -> None:
    click(editor.form.row("displayname").language_button)
    assert editor.show_languages.isChecked()
    table = editor.languages.languages
    assert editor.languages.view.hasFocus()
    missing = table.index_of("displayname_fre")
    assert table.data(missing) == "Attic"
    assert table.data(missing, Qt.ItemDataRole.AccessibleTextRole) == "Name shown, French: missing"
    field = _language_cell(editor, "displayname_fre")
    type_text(field, "Grenier")
    _commit(field)
    assert b'displayname_ger="Dachboden"\ndisplayname_fre="Grenier"\n' in document.content("INFO")
    assert "Name shown: 2/21" in editor.languages._coverage.text()
    editor.languages.reveal("displayname_ger")
    press(editor.languages.view, Qt.Key.Key_Delete)
    assert "displayname_ger" not in _values(document)
    document.stack.undo()
    document.stack.undo()
    assert document.content("INFO") == INFO


def test_a_long_text_of_a_language_has_line_breaks(editor: InfoEditor, document: Document) -> None:
    editor.show_languages.click()
    field = _language_cell(editor, "description_ger")
    type_text(field, "Eins")
    press(field, Qt.Key.Key_Return, SHIFT)
    type_text(field, "Zwei")
    press(field, Qt.Key.Key_Return)
    assert _values(document)["description_ger"] == "Eins<br>Zwei"
    assert editor.languages.view.hasFocus()
    field = _language_cell(editor, "description_ger")
    type_text(field, "x")
    press(field, Qt.Key.Key_Escape)
    assert _values(document)["description_ger"] == "Eins<br>Zwei"


def test_texts_are_copied_from_language_to_language(editor: InfoEditor, document: Document) -> None:
    editor.show_languages.click()
    editor.languages.reveal("displayname_ger")
    press(editor.languages.view, Qt.Key.Key_C, CONTROL)
    press(editor.languages.view, Qt.Key.Key_Down)
    press(editor.languages.view, Qt.Key.Key_V, CONTROL)
    assert _values(document)["displayname_fre"] == "Dachboden"


def test_undo_and_problems_lead_to_the_cell(editor: InfoEditor, document: Document) -> None:
    editor.reveal(field="displayname_ger")
    table = editor.languages.languages
    assert table.key_at(editor.languages.view.currentIndex()) == "displayname_ger"
    _set(document, displayname_xyz="odd")
    problems = [problem for problem in find_problems(document.package, quiet()) if problem.path == "INFO"]
    editor.set_problems(problems)
    strange = table.index_of("displayname_xyz")
    assert str(table.data(strange, Qt.ItemDataRole.ToolTipRole)) in {problem.message for problem in problems}
    editor.reveal(field="version")
    assert not editor.show_languages.isChecked()
    assert editor.form.row("version").control.focus_widget().hasFocus()


def test_every_widget_of_the_editor_has_a_name(editor: InfoEditor, qtbot: QtBot) -> None:
    editor.show_all.click()
    qtbot.waitUntil(lambda: editor.form.has_row("toolkit_version"))
    stops = [stop for row in editor.form._rows.values() for stop in row.stops()]
    assert len(stops) > 100
    seen = [stop for stop in stops if stop.isVisibleTo(editor)]
    assert [stop for stop in seen if not (stop.accessibleName() or getattr(stop, "text", str)())] == []


def test_what_was_typed_is_not_lost_by_using_the_dialog_at_once(relations: RelationDialog, document: Document) -> None:
    type_text(relations.entry, "A>=")
    click(relations.use)
    assert relations.isVisible()
    assert "missing" in relations.message.text()
    type_text(relations.entry, "1")
    click(relations.use)
    assert _values(document)["install_dep_packages"] == "A>=1"


def test_using_a_dialog_without_a_change_is_no_undo_step(editor: InfoEditor, document: Document, qtbot: QtBot) -> None:
    for field in ("arch", "install_dep_packages"):
        dialog = _open(editor, field, qtbot)
        assert isinstance(dialog, PlatformDialog | RelationDialog)
        click(dialog.use)
    assert document.stack.count() == 0


def test_a_file_of_relations_without_packages_goes(editor: InfoEditor, document: Document) -> None:
    document.push(set_content(document.entries, "conf/PKG_CONX", b"[A]\n"), "set")
    click(editor.relations.button)
    dialog = _dialog(editor)
    assert isinstance(dialog, RelationDialog)
    dialog.show_relation("conf/PKG_CONX")
    dialog.view.selectRow(0)
    click(dialog.take_out)
    assert dialog.preview.toPlainText() == ""
    click(dialog.use)
    assert "conf/PKG_CONX" not in document.entries
    document.stack.undo()
    assert document.content("conf/PKG_CONX") == b"[A]\n"


def test_the_build_targets_of_the_folder_count_for_the_range(document: Document, opened: Opener, qtbot: QtBot) -> None:
    write_target(document.folder, BuildTarget("dsm6", "DSM 6", {"os_min_ver": "6.1-15047"}))
    editor = opened("INFO")
    assert isinstance(editor, InfoEditor)
    qtbot.waitUntil(lambda: editor.range.text() == "Keys for DSM 6.1 to 7.3")
    _choose_range(editor, "Main build")
    assert editor.range.text() == "Keys for DSM 7.0 to 7.3"
    _choose_range(editor, "Build target DSM 6")
    assert editor.range.text() == "Keys for DSM 6.1 to 6.2.4"
