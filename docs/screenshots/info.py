"""The pictures of the INFO editor's pickers and tables."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from docs.screenshots.sample import Sample
from docs.screenshots.stage import Stage
from gui.editors.info.platformdialog import PlatformDialog
from gui.editors.info.relationdialog import RelationDialog
from gui.editors.info.view import InfoEditor
from spkcore.package.info import Info

PKG_DEPS = b"""; MariaDB changed its name with DSM 7
[MariaDB10]
pkg_min_ver=10.3.21-0070
dsm_min_ver=7.0-40000

[WebStation]
dsm_min_ver=7.0-40000
"""
DEPENDENCIES = "WebStation>=3.0.0-0323:PHP8.2>=8.2.0:Apache2.4"


def _editor(stage: Stage, *, files: tuple[tuple[str, bytes | None], ...] = (), **values: str) -> InfoEditor:
    editor = stage.open_editor(InfoEditor, Sample(files=files))
    info = Info.parse(stage.document.content("INFO"))
    for key, value in values.items():
        info = info.set(key, value)
    if values:
        stage.edit("INFO", info.to_bytes())
    stage.settle()
    return editor


def _open_choices(stage: Stage, editor: InfoEditor, field: str) -> None:
    """Click on the button beside a field."""
    editor.reveal(field=field)
    stage.let_run(0.2)
    QTest.mouseClick(editor.form.row(field).control.stops()[1], Qt.MouseButton.LeftButton)


def _open_dialog(stage: Stage, editor: InfoEditor, field: str) -> QWidget:
    _open_choices(stage, editor, field)
    known = {"install_dep_packages": "RelationDialog"}
    return stage.dialog(known.get(field, "PlatformDialog"))


def platforms(stage: Stage) -> QWidget:
    """Platforms for a package that runs on DSM 6, too, with a family and a name that no table knows."""
    editor = _editor(stage, arch="x86_64 rtd1296 newplatform", os_min_ver="6.1-15047")
    dialog = _open_dialog(stage, editor, "arch")
    assert isinstance(dialog, PlatformDialog)
    item = dialog.item("apollolake")
    assert item is not None
    dialog.tree.setCurrentItem(item)
    return dialog


def models(stage: Stage) -> QWidget:
    """NAS models, one of them searched for."""
    editor = _editor(stage, model="synology_geminilake_920+ synology_geminilake_ds920+")
    dialog = _open_dialog(stage, editor, "model")
    assert isinstance(dialog, PlatformDialog)
    QTest.keyClicks(dialog.search, "DS92")
    item = dialog.item("DS920+")
    assert item is not None
    dialog.tree.setCurrentItem(item)
    return dialog


def releases(stage: Stage) -> QWidget:
    """DSM versions for the highest one."""
    _open_choices(stage, _editor(stage, os_max_ver="7.2-79999"), "os_max_ver")
    return stage.window


def services(stage: Stage) -> QWidget:
    """Services to wait for."""
    _open_choices(stage, _editor(stage, start_dep_services="pgsql nginx.service"), "start_dep_services")
    return stage.window


def relations(stage: Stage) -> QWidget:
    """Needed packages while one is typed wrongly."""
    editor = _editor(stage, install_dep_packages=DEPENDENCIES)
    dialog = _open_dialog(stage, editor, "install_dep_packages")
    assert isinstance(dialog, RelationDialog)
    QTest.keyClicks(dialog.entry, "MariaDB10=>10.3")
    return dialog


def relation_files(stage: Stage) -> QWidget:
    """The file conf/PKG_DEPS in the same dialog."""
    editor = _editor(stage, files=(("conf/PKG_DEPS", PKG_DEPS),))
    dialog = _open_dialog(stage, editor, "install_dep_packages")
    assert isinstance(dialog, RelationDialog)
    dialog.show_relation("conf/PKG_DEPS")
    return dialog


def languages(stage: Stage) -> QWidget:
    """Names and descriptions by language."""
    editor = _editor(
        stage,
        displayname_ger="Bilderrahmen",
        description_ger="Zeigt die Fotos eines gemeinsamen Ordners auf jedem Bildschirm im Haus, eins nach dem andern.",
        displayname_fre="Cadre photo",
        description_jpn="共有フォルダの写真を家じゅうの画面に表示します。",
    )
    editor.show_languages.setChecked(True)
    editor.languages.reveal("description_fre")
    return stage.window


def ranges(stage: Stage) -> QWidget:
    """For which DSM versions keys are shown."""
    editor = _editor(stage, firmware="6.0-7321", startable="yes", install_break_packages="OldFrame")
    QTest.mouseClick(editor.range, Qt.MouseButton.LeftButton)
    return stage.window


def version(stage: Stage) -> QWidget:
    """What the version could be raised to."""
    editor = _editor(stage)
    QTest.mouseClick(editor.form.row("version").control.stops()[2], Qt.MouseButton.LeftButton)
    return stage.window


def link(stage: Stage) -> QWidget:
    """Protocol, port and path with the link that they make."""
    editor = _editor(stage, adminprotocol="https", adminport="8099", adminurl="frame/")
    editor.reveal(field="checkport")
    stage.let_run(0.2)
    return stage.window


def narrow(stage: Stage) -> QWidget:
    """A small window: captions stand above their fields."""
    editor = _editor(stage, displayname_ger="Bilderrahmen")
    stage.window.resize(760, 620)
    editor.reveal(field="version")
    return stage.window


SHOTS = {
    "info-choices": platforms,
    "info-models": models,
    "info-releases": releases,
    "info-services": services,
    "info-relations": relations,
    "info-relation-files": relation_files,
    "info-languages": languages,
    "info-range": ranges,
    "info-version": version,
    "info-link": link,
    "info-narrow": narrow,
}
