"""Tests of the pickers and tables of the INFO editor, used as a person does: search, tick, type, keys, undo."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from gui.editors.info.controls import ListControl, VersionControl
from gui.editors.info.platformdialog import PlatformDialog
from gui.editors.info.relationdialog import RelationDialog
from gui.editors.info.view import InfoEditor
from gui.services.document import Document
from spkcore.package.changes import set_content
from tests.gui.conftest import click, collect, press, type_text
from tests.gui.editors.conftest import INFO
from tests.gui.editors.infokeys import ALT, CHECKED, DEPS, UNCHECKED, commit, set_values, values

pytestmark = pytest.mark.gui


@pytest.fixture
def editor(info_editor: InfoEditor) -> InfoEditor:
    return info_editor


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
    assert values(document)["arch"] == "geminilake"


def test_a_platform_is_taken_out_of_its_family(platforms: Platforms, document: Document) -> None:
    set_values(document, arch="armv7 newone")
    dialog = platforms("arch")
    assert _item(dialog, "newone").checkState(0) == CHECKED
    _tick(dialog, "alpine")
    assert dialog.value.text() == "alpine4k newone"
    assert _item(dialog, "armv7").checkState(0) == Qt.CheckState.PartiallyChecked
    _tick(dialog, "newone")
    click(dialog.use)
    assert values(document)["arch"] == "alpine4k"


def test_dsm_6_is_told_to_prefer_platforms_over_families(platforms: Platforms, document: Document) -> None:
    set_values(document, os_min_ver="6.1-15047", arch="armv8")
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
    assert values(document)["exclude_arch"] == "x86 mine"


def test_models_are_written_in_both_forms(platforms: Platforms, document: Document) -> None:
    set_values(document, model="synology_geminilake_ds920+ synology_x_y")
    dialog = platforms("model")
    assert _item(dialog, "DS920+").checkState(0) == CHECKED
    _tick(dialog, "DS920+")
    _tick(dialog, "DS713+")
    click(dialog.use)
    assert values(document)["model"] == "synology_x_y synology_cedarview_713+ synology_cedarview_ds713+"


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
    assert values(document)["install_dep_packages"] == "PHP8.2>=8.2.0:WebStation"
    assert document.stack.count() == 1
    document.stack.undo()
    assert document.content("INFO") == INFO


def _cell(dialog: RelationDialog, row: int, column: int, text: str) -> None:
    view = dialog.view
    view.setFocus()
    view.setCurrentIndex(view.model().index(row, column))
    press(view, Qt.Key.Key_F2)
    editor = dialog.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    type_text(editor, text)
    commit(editor)


def test_rows_are_edited_moved_and_taken_out_by_keys(editor: InfoEditor, document: Document, qtbot: QtBot) -> None:
    set_values(document, install_dep_packages="A>1: B:c d")
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
    assert values(document)["install_dep_packages"] == "C>=3: B>=2.0"


def test_the_sign_of_a_limit_is_chosen(editor: InfoEditor, document: Document, qtbot: QtBot) -> None:
    set_values(document, install_break_packages="Old>=2")
    dialog = _open(editor, "install_break_packages", qtbot)
    assert isinstance(dialog, RelationDialog)
    assert dialog.relation == "install_break_packages"
    dialog.view.setFocus()
    dialog.view.setCurrentIndex(dialog.table.index(0, 1))
    press(dialog.view, Qt.Key.Key_F2)
    combo = dialog.focusWidget()
    assert combo is not None
    press(combo, Qt.Key.Key_End)
    commit(combo)
    click(dialog.use)
    assert values(document)["install_break_packages"] == "Old<2"


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
    assert values(document)["install_dep_packages"] == "MariaDB10"
    assert document.stack.undoText() == "Change relations to other packages"
    document.stack.undo()
    assert document.content("conf/PKG_DEPS") == DEPS
    assert document.content("INFO") == INFO


def test_a_file_of_relations_is_made_where_there_was_none(relations: RelationDialog, document: Document) -> None:
    relations.show_relation("conf/PKG_CONX")
    click(relations.suggest)
    popup = relations.suggest.popup
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
    popup = control.button.popup
    return [item.text() for item in popup._items() if not item.isHidden()]


def test_services_are_ticked_with_the_search(editor: InfoEditor, document: Document, qtbot: QtBot) -> None:
    editor.reveal(field="start_dep_services")
    control = editor.form.row("start_dep_services").control
    assert isinstance(control, ListControl)
    click(control.button)
    popup = control.button.popup
    assert "Only on other DSM versions" in _popup_texts(control)
    type_text(popup.filter, "database, dsm 7")
    assert len(_popup_texts(control)) == 1
    press(popup.filter, Qt.Key.Key_Return)
    popup.hide()
    assert values(document)["start_dep_services"] == "pgsql"
    assert "start_dep_services" not in INFO.decode()


def test_a_dsm_release_is_chosen(editor: InfoEditor, document: Document) -> None:
    editor.reveal(field="os_max_ver")
    control = editor.form.row("os_max_ver").control
    assert isinstance(control, ListControl)
    click(control.button)
    popup = control.button.popup
    type_text(popup.filter, "all of dsm 7.2")
    press(popup.filter, Qt.Key.Key_Return)
    assert not popup.isVisible()
    assert values(document)["os_max_ver"] == "7.2-79999"
    assert editor.range.text() == "Keys for DSM 7.0 to 7.2.2"


def test_the_entry_of_the_open_button_is_offered(editor: InfoEditor, document: Document) -> None:
    control = editor.form.row("dsmappname").control
    assert isinstance(control, ListControl)
    click(control.button)
    assert _popup_texts(control) == ["com.example.Attic   Attic"]
    control.button.popup.hide()


# ---------------------------------------------------------------------------------------------- version


def test_the_version_is_raised_by_button_and_menu(editor: InfoEditor, document: Document) -> None:
    control = editor.form.row("version").control
    assert isinstance(control, VersionControl)
    assert control.next_build.text() == "Next: 1.2.0-0004"
    click(control.next_build)
    assert values(document)["version"] == "1.2.0-0004"
    click(control.more)
    entries = [action.text() for action in control.menu.actions()]
    assert entries[2] == "Next minor version: the second number\t1.3.0-0005"
    control.menu.actions()[2].trigger()
    control.menu.hide()
    assert values(document)["version"] == "1.3.0-0005"
    document.stack.undo()
    document.stack.undo()
    assert document.content("INFO") == INFO
    press(control.line, Qt.Key.Key_End)
    type_text(control.line, "b")
    assert not control.next_build.isEnabled()


def test_what_was_typed_is_not_lost_by_using_the_dialog_at_once(relations: RelationDialog, document: Document) -> None:
    type_text(relations.entry, "A>=")
    click(relations.use)
    assert relations.isVisible()
    assert "missing" in relations.message.text()
    type_text(relations.entry, "1")
    click(relations.use)
    assert values(document)["install_dep_packages"] == "A>=1"


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
