"""The pictures of the editors, each with real content."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from docs.screenshots.sample import Sample
from docs.screenshots.stage import Shot, Stage
from gui.editors.info.view import InfoEditor
from gui.editors.payload.view import PayloadEditor
from gui.editors.text.base import CodePartEditor
from spkcore.package.changes import remove


def main(stage: Stage) -> QWidget:
    """An open package: what the README shows."""
    stage.open_sample()
    return stage.window


def info_text(stage: Stage) -> QWidget:
    """INFO with its text beside the form."""
    editor = stage.open_editor(InfoEditor)
    editor.show_text.setChecked(True)
    return stage.window


def info_errors(stage: Stage) -> QWidget:
    """INFO with fields that are wrong."""
    editor = stage.open_editor(InfoEditor)
    lines = stage.document.content("INFO").splitlines(keepends=True)
    lines = [line for line in lines if not line.startswith(b"version=")]
    stage.edit("INFO", b"".join(lines).replace(b'package="PhotoFrame"', b'package="Photo Frame/1"'))
    stage.wait_for_problems(2)
    editor.show_text.setChecked(True)
    return stage.window


def info_long(stage: Stage) -> QWidget:
    """A package with very long texts."""
    name = "The package with the longest name that anybody ever thought of"
    stage.open_sample(Sample("A folder with a rather long name for a package", name, "2024.12.31-20241231"))
    return stage.window


def script(stage: Stage) -> QWidget:
    """A script with a variable being completed."""
    editor = stage.open_editor(CodePartEditor, part="scripts/postinst")
    pane = editor.pane
    pane.editor.go_to(17, 1)
    QTest.keyClicks(pane.editor, 'cd "$SYNOPKG_PKG')
    stage.let_run(0.3)
    return stage.window


def find(stage: Stage) -> QWidget:
    """A script with the bar for finding and replacing."""
    editor = stage.open_editor(CodePartEditor, part="scripts/postinst")
    editor.pane.open_replace()
    editor.pane.find_bar.needle.setText("CACHE")
    editor.pane.find_bar.replacement.setText("STORE")
    return stage.window


def wizard(stage: Stage) -> QWidget:
    """A wizard that does not fit its schema."""
    stage.open_sample(part="WIZARD_UIFILES/install_uifile")
    text = stage.document.content("WIZARD_UIFILES/install_uifile")
    stage.edit(
        "WIZARD_UIFILES/install_uifile", text.replace(b"textfield", b"textfeld").replace(b'"Shared folder"', b"7")
    )
    stage.wait_for_problems(1)
    stage.window.set_panel_open(is_open=True)
    return stage.window


def part_shot(path: str) -> Shot:
    """A picture of one part as it is."""

    def shot(stage: Stage) -> QWidget:
        stage.open_sample(part=path)
        return stage.window

    return shot


def payload(stage: Stage) -> QWidget:
    """The payload with a file open beside its tree."""
    editor = stage.open_editor(PayloadEditor, part="package")
    editor.view.expandAll()
    editor.view.select_path("package/bin/photoframe")
    return stage.window


def payload_file(stage: Stage) -> QWidget:
    """Files of the payload, opened in tabs."""
    editor = stage.open_editor(PayloadEditor, part="package")
    editor.open_file("package/bin/photoframe")
    editor.open_file("package/ui/config")
    editor.open_file("package/etc/PhotoFrame.sc")
    return stage.window


def payload_empty(stage: Stage) -> QWidget:
    """A payload with nothing in it."""
    stage.open_sample()
    paths = [path for path in stage.document.entries if path.startswith("package/")]
    stage.document.push(remove(stage.document.entries, paths), "Empty the payload")
    stage.show("package")
    return stage.window


def binary(stage: Stage) -> QWidget:
    """A part that is no text."""
    stage.open_sample(Sample(files=(("LICENSE", bytes(range(256)) * 40),)), part="LICENSE")
    return stage.window


def missing(stage: Stage) -> QWidget:
    """A part that is not there yet."""
    stage.open_sample(Sample(files=(("scripts/postinst", None),)), part="scripts/postinst")
    return stage.window


SHOTS = {
    "main": main,
    "info-text": info_text,
    "info-errors": info_errors,
    "info-long": info_long,
    "script": script,
    "find": find,
    "wizard": wizard,
    "icons": part_shot("PACKAGE_ICON.PNG"),
    "text": part_shot("CHANGELOG"),
    "payload": payload,
    "payload-file": payload_file,
    "payload-empty": payload_empty,
    "binary": binary,
    "missing": missing,
}
