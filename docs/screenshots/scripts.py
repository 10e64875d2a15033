"""The pictures of the script editor: a tab of its side each, the comparison, a missing script, a new one."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from docs.screenshots.sample import Sample
from docs.screenshots.stage import Stage
from gui.editors.scripts.view import ScriptEditor

_COMMON = b"""#!/bin/sh
# Functions that several scripts of this package use.

# Shows $1 to the user when the script has ended.
tell() {
    echo "$1" >"$SYNOPKG_TEMP_LOGFILE"
}

# Whether this runs as a part of an upgrade.
is_upgrade() {
    [ "$SYNOPKG_PKG_STATUS" = "UPGRADE" ]
}
"""
_POSTINST = b"""#!/bin/sh
# Prepares the folder for the frame's pictures.

# shellcheck source=/dev/null
. "$(dirname "$0")/common"

cache="$SYNOPKG_PKGVAR/cache"

# Makes the folder for small pictures, readable by nobody else.
prepare_cache() {
    mkdir -p "$cache" || return 1
    chmod 700 "$cache"
}

is_upgrade && exit 0

if ! prepare_cache; then
    tell "The folder $cache cannot be made."
    exit 1
fi

tell "Photos come from ${pkgwizard_folder:-photo}."
exit 0
"""
_SAMPLE = Sample(files=(("scripts/common", _COMMON), ("scripts/postinst", _POSTINST)))


def _open(stage: Stage, tab: int, part: str = "scripts/postinst", sample: Sample = _SAMPLE) -> ScriptEditor:
    editor = stage.open_editor(ScriptEditor, sample, part=part)
    stage.wait(lambda: editor.analysis.revision >= 0)
    editor.side.tabs.setCurrentIndex(tab)
    stage.settle()
    return editor


def when(stage: Stage) -> QWidget:
    """When the script runs."""
    _open(stage, 0)
    return stage.window


def variables(stage: Stage) -> QWidget:
    """The variables, with a problem at the caret."""
    editor = _open(stage, 1)
    editor.pane.editor.go_to(17)
    editor.pane.editor.insertPlainText("cd $cache\n")
    editor.pane.editor.go_to(17, 9)
    stage.wait_for_problems(2)
    stage.settle()
    return stage.window


def outline(stage: Stage) -> QWidget:
    """The functions, and the uses of one of them."""
    editor = _open(stage, 2, part="scripts/common")
    editor.pane.editor.go_to(5, 2)
    editor.navigation.list_uses()
    stage.settle()
    return stage.window


def snippets(stage: Stage) -> QWidget:
    """The snippets."""
    editor = _open(stage, 3)
    editor.side.snippets.list.setCurrentRow(5)
    stage.settle()
    return stage.window


def changes(stage: Stage) -> QWidget:
    """What changed since the last save."""
    _change(stage).saved_changes.compare()
    return stage.dialog("CompareDialog")


def bars(stage: Stage) -> QWidget:
    """The bars of changed lines in the margin."""
    _change(stage)
    return stage.window


def _change(stage: Stage) -> ScriptEditor:
    """Type at two places."""
    editor = _open(stage, 0)
    code = editor.pane.editor
    code.go_to(12, 5)
    QTest.keyClicks(code, "chown root ")
    code.go_to(15)
    code.insertPlainText("# An upgrade keeps the pictures.\n")
    stage.wait(lambda: len(editor.saved_changes.hunks) == 2)
    return editor


def missing(stage: Stage) -> QWidget:
    """A script that is not there yet."""
    sample = Sample(files=(*_SAMPLE.files, ("scripts/start-stop-status", None)))
    editor = _open(stage, 0, "scripts/start-stop-status", sample)
    editor.setFocus()
    return stage.window


def new_script(stage: Stage) -> QWidget:
    """A new script."""
    _open(stage, 0)
    return stage.open_by("script.new", "NewScriptDialog")


SHOTS = {
    "script-when": when,
    "script-variables": variables,
    "script-outline": outline,
    "script-snippets": snippets,
    "script-changes": changes,
    "script-bars": bars,
    "script-missing": missing,
    "script-new": new_script,
}
