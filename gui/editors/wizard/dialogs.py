"""The dialogs of the wizard designer: renaming a key with its uses, and using an answer in a script."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QTreeWidget, QTreeWidgetItem, QWidget

from gui.dialogs.base import BaseDialog
from gui.editors.wizard.answers import ScriptChoice
from gui.qt.forms import GRID, fill, make_button, make_label
from gui.qt.i18n import tr
from gui.widgets.valueedits import CalmCombo
from spkcore.checks.wizarduses import KeyUse

_PATH_ROLE = int(Qt.ItemDataRole.UserRole)


class RenameKeyDialog(BaseDialog):
    """Asks where else a key is renamed. `chosen` carries the paths; none of them: only in this wizard."""

    chosen = Signal(object)
    """list[str]"""

    def __init__(self, old: str, new: str, uses: Sequence[KeyUse], parent: QWidget | None) -> None:
        title = tr("Rename {old} to {new}", old=old, new=new)
        super().__init__(tr("Rename a variable"), parent, heading=title)
        self.places = QTreeWidget()
        self.places.setHeaderHidden(True)
        self.places.setAccessibleName(tr("Files that use the variable"))
        self._fill(uses)
        text = tr("The variable is used in these files. Rename it there too? It is one step for undo.")
        fill(self.body, make_label(text, wrap=True))
        self.body.addWidget(self.places, 1)
        self.cancel = self.add_button(make_button(tr("Cancel")))
        self.only_here = self.add_button(make_button(tr("Only in this wizard")))
        self.everywhere = self.add_button(make_button(tr("Rename there too"), "primary"), default=True)
        self.cancel.clicked.connect(self.reject)
        self.only_here.clicked.connect(self._on_only_here)
        self.everywhere.clicked.connect(self._on_everywhere)
        self.setMinimumSize(70 * GRID, 44 * GRID)

    def _fill(self, uses: Sequence[KeyUse]) -> None:
        files: dict[str, QTreeWidgetItem] = {}
        for use in uses:
            if use.path not in files:
                item = QTreeWidgetItem([use.path])
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(0, Qt.CheckState.Checked)
                item.setData(0, _PATH_ROLE, use.path)
                self.places.addTopLevelItem(item)
                files[use.path] = item
            shown = use.text if len(use.text) <= 100 else use.text[:100] + "…"
            files[use.path].addChild(QTreeWidgetItem([tr("Line {line}: {text}", line=use.line, text=shown)]))
        self.places.expandAll()

    @Slot()
    def _on_only_here(self) -> None:
        self.chosen.emit([])
        self.accept()

    @Slot()
    def _on_everywhere(self) -> None:
        items = [self.places.topLevelItem(index) for index in range(self.places.topLevelItemCount())]
        checked = [item for item in items if item is not None and item.checkState(0) == Qt.CheckState.Checked]
        self.chosen.emit([str(item.data(0, _PATH_ROLE)) for item in checked])
        self.accept()


class UseInScriptDialog(BaseDialog):
    """Asks which script reads an answer, and shows the lines that it gets."""

    chosen = Signal(str, str, bool)
    """Path of the script, the lines, and whether the script is to be shown then."""

    def __init__(self, key: str, scripts: Sequence[ScriptChoice], lines: str, parent: QWidget | None) -> None:
        super().__init__(tr("Use in a script"), parent, heading=tr("Which script reads {key}?", key=key))
        self.script = CalmCombo()
        self.script.setAccessibleName(tr("Script"))
        self.lines = QPlainTextEdit(lines)
        self.lines.setAccessibleName(tr("Lines for the script"))
        self.lines.setTabChangesFocus(True)
        self.lines.setFixedHeight(14 * GRID)
        self.show_it = QCheckBox(tr("Show the script afterwards"))
        self.show_it.setChecked(True)
        for found in scripts:
            self.script.addItem(found.text, found.path)
        hint = tr("In conf/resource the answer is written {{{{{key}}}}}.", key=key)
        explained = tr("These lines go behind the opening comment of the script:")
        fill(self.body, make_label(tr("Script"), "strong"), self.script, GRID // 2, make_label(explained, wrap=True))
        fill(self.body, self.lines, make_label(hint, "muted", wrap=True), self.show_it)
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.insert = self.add_button(make_button(tr("Insert"), "primary"), default=True)
        self.insert.clicked.connect(self._on_insert)
        self.setMinimumWidth(70 * GRID)

    @Slot()
    def _on_insert(self) -> None:
        self.chosen.emit(str(self.script.currentData()), self.lines.toPlainText(), self.show_it.isChecked())
        self.accept()
