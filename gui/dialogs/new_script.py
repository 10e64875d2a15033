"""Asks which script to make and what it starts with: one that DSM runs and that is missing, or a helper."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from gui.dialogs.base import BaseDialog
from gui.editors.scripts.startchoice import StartChoice
from gui.qt.forms import GRID, fill, make_button, make_label
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.services.document import Document
from spkcore.base.files import is_windows_safe
from spkcore.package import scripts
from spkcore.package.changes import set_content

_FOLDER = "scripts/"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


class NewScriptDialog(BaseDialog):
    """Makes the script as one undo step. With `path` it makes that one; else the user chooses."""

    created = Signal(str)
    """The path of the new script."""

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None, *, path: str = "") -> None:
        super().__init__(tr("New script"), parent, heading=tr("Which script do you want to add?"))
        self._document = document
        self.kind = QComboBox()
        self.about = make_label("", "muted", wrap=True)
        self.name = QLineEdit()
        self.error = make_label("", "error", wrap=True)
        self.choice = StartChoice(theme)
        self._name_caption = make_label(tr("&Name"), "muted")
        self._fill_kinds()
        self._lay_out()
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.create_button = self.add_button(make_button(tr("Create"), "primary"), default=True)
        self.create_button.clicked.connect(self._on_create)
        self.kind.currentIndexChanged.connect(self._on_kind_changed)
        self.name.textChanged.connect(self._check)
        self.kind.setCurrentIndex(max(self.kind.findData(path.removeprefix(_FOLDER)), 0))
        self._on_kind_changed()

    @property
    def path(self) -> str:
        """Of the script that would be made."""
        return _FOLDER + (self.kind.currentData() or self.name.text().strip())

    def _fill_kinds(self) -> None:
        self.kind.setAccessibleName(tr("Kind of script"))
        self.kind.addItem(tr("Helper that other scripts use"), "")
        for name, script in scripts.lifecycle().items():
            if script.path not in self._document.entries:
                self.kind.addItem(f"{name} – {script.title}", name)

    def _lay_out(self) -> None:
        self.name.setAccessibleName(tr("Name of the script"))
        self.name.setPlaceholderText("common")
        for caption, field in ((self._name_caption, self.name),):
            caption.setTextFormat(Qt.TextFormat.AutoText)
            caption.setBuddy(field)
        fill(self.body, self.kind, self.about, self._name_caption, self.name, self.error, GRID // 2)
        self.body.addWidget(self.choice, 1)
        self.resize_within_screen(QSize(76 * GRID, 76 * GRID))

    def _refusal(self) -> str:
        """Why the name cannot be used; empty if it can."""
        name = self.path.removeprefix(_FOLDER)
        if not name:
            return ""
        if not _NAME.fullmatch(name) or not is_windows_safe(name):
            return tr("Use letters, digits, dots, dashes and underscores, and no name that Windows forbids.")
        taken = {path.casefold() for path in self._document.entries}
        return tr("There is a script of this name.") if self.path.casefold() in taken else ""

    @Slot()
    def _on_kind_changed(self) -> None:
        name = self.kind.currentData()
        known = scripts.lifecycle().get(name)
        helper = tr("DSM does not run it by itself: other scripts read it in or call it.")
        self.about.setText(known.when if known is not None else helper)
        for widget in (self._name_caption, self.name):
            widget.setVisible(known is None)
        self._check()
        (self.choice.list if known is not None else self.name).setFocus()

    @Slot()
    def _check(self) -> None:
        refusal = self._refusal()
        self.error.setText(refusal)
        self.error.setVisible(bool(refusal))
        self.create_button.setEnabled(self.path != _FOLDER and not refusal)
        self.choice.show_for(self.path)

    @Slot()
    def _on_create(self) -> None:
        path = self.path
        change = set_content(self._document.entries, path, self.choice.text)
        self._document.push(change, tr("Create {name}", name=path.removeprefix(_FOLDER)))
        self.accept()
        self.created.emit(path)
