"""The pictures of the overview, and of adding a part."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from docs.screenshots.sample import Sample
from docs.screenshots.stage import Stage
from gui.editors.overview.view import OverviewEditor
from spkcore.package.changes import remove


def overview(stage: Stage) -> QWidget:
    """What a package opens with."""
    editor = stage.open_editor(OverviewEditor, part=".")
    stage.wait(editor.verdict_pending.isHidden)
    return stage.window


def overview_dsm6(stage: Stage) -> QWidget:
    """The card in the look of DSM 6, of a package that lacks a few things."""
    name = "The package with the longest name that anybody ever thought of"
    editor = stage.open_editor(OverviewEditor, Sample("Bare", name), part=".")
    paths = ["PACKAGE_ICON_256.PNG", "screen_1.png", "conf/privilege", "LICENSE"]
    stage.document.push(remove(stage.document.entries, paths), "Remove")
    stage.wait_for_problems(1)
    editor.look.buttons[1].click()
    stage.settle()
    stage.show(".")
    return stage.window


def add_part(stage: Stage) -> QWidget:
    """The parts that could be added."""
    stage.open_sample(part=".")
    stage.run("package.add_part")
    return stage.window


def changelog(stage: Stage) -> QWidget:
    """The changelog, and whether INFO says the same."""
    stage.open_sample(part="CHANGELOG")
    return stage.window


def license_text(stage: Stage) -> QWidget:
    """The licence, and what it can start from."""
    stage.open_sample(part="LICENSE")
    return stage.window


SHOTS = {
    "changelog": changelog,
    "license": license_text,
    "overview": overview,
    "overview-dsm6": overview_dsm6,
    "add-part": add_part,
}
