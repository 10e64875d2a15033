"""The pictures of searching the whole package, and of renaming it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from docs.screenshots.stage import Stage
from gui.dialogs.rename_package import RenamePackageDialog


def search(stage: Stage) -> QWidget:
    """A text found in the whole package, with what would stand there instead."""
    stage.open_sample(part="scripts/postinst")
    stage.run("edit.search")
    panel = stage.program.handlers.searching.panel
    assert panel is not None
    panel.text.setText("photo")
    panel.new.setText("picture")
    stage.wait(lambda: panel.list.hits.count)
    stage.settle()
    return stage.window


def rename(stage: Stage) -> QWidget:
    """The dialog that renames the package, with every place that names it."""
    stage.open_sample()
    stage.run("package.rename")
    dialog = stage.dialog("RenamePackageDialog")
    assert isinstance(dialog, RenamePackageDialog)
    stage.wait(lambda: dialog.list.hits.count)
    dialog.name.setText("PictureFrame")
    stage.settle()
    return dialog


SHOTS = {"search": search, "rename": rename}
