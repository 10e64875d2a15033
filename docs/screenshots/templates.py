"""The pictures of the gallery of templates."""

from __future__ import annotations

from typing import cast

from PySide6.QtWidgets import QWidget

from docs.screenshots.stage import Stage
from gui.dialogs.new_package import NewPackageDialog


def searched(stage: Stage) -> QWidget:
    """A template that was searched for, its answers, and one that is no good."""
    stage.run("file.new")
    dialog = cast("NewPackageDialog", stage.dialog("NewPackageDialog"))
    dialog.gallery.search.setText("port")
    dialog.gallery.choose([form.template.id for form in dialog.forms].index("docker-project"))
    answers = {"package": "TeaKettle", "display_name": "Tea Kettle", "maintainer": "Jane Doe", "image": "Not an image"}
    dialog.form.take(answers)
    dialog.form.changed.emit()
    stage.settle()
    return dialog


SHOTS = {"new-package-search": searched}
