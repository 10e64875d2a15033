"""The list of programs that are not executable, from which the user chooses those that become so."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from gui.dialogs.base import BaseDialog
from gui.qt.forms import GRID, fill, make_button, make_label
from gui.qt.i18n import tr
from spkcore.package.entries import PAYLOAD
from spkcore.package.executables import Proposal, Role

_PATH = Qt.ItemDataRole.UserRole


class ProposalDialog(BaseDialog):
    """What is likely a program is ticked."""

    chosen = Signal(list)
    """list[str]: the paths to make executable."""

    def __init__(self, proposals: Sequence[Proposal], parent: QWidget | None) -> None:
        super().__init__(tr("Programs that cannot run"), parent, tr("Make these files executable?"))
        self.files = QListWidget()
        self.files.setAccessibleName(tr("Files that are not executable"))
        self.files.setUniformItemSizes(True)
        self.files.setMinimumSize(64 * GRID, 36 * GRID)
        text = tr(
            "By their content they are programs or scripts, but nobody may run them. DSM keeps modes as they are."
        )
        fill(self.body, make_label(text, "muted", wrap=True))
        self.body.addWidget(self.files, 1)
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.ok = self.add_button(make_button("", "primary"), default=True)
        self.ok.clicked.connect(self._on_ok)
        for proposal in proposals:
            self._add(proposal)
        self.files.itemChanged.connect(self._show_count)
        self._show_count()

    def _add(self, proposal: Proposal) -> None:
        what = tr("program") if proposal.role is Role.PROGRAM else tr("script")
        path = proposal.path.removeprefix(PAYLOAD + "/")
        item = QListWidgetItem(f"{path}   ·   {what}")
        item.setData(_PATH, proposal.path)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if proposal.is_likely else Qt.CheckState.Unchecked)
        if not proposal.is_likely:
            item.setToolTip(tr("Scripts in such a folder usually are modules that nobody starts."))
        self.files.addItem(item)

    def paths(self) -> list[str]:
        """What is ticked."""
        items = [self.files.item(line) for line in range(self.files.count())]
        return [str(item.data(_PATH)) for item in items if item.checkState() == Qt.CheckState.Checked]

    @Slot()
    def _show_count(self) -> None:
        count = len(self.paths())
        self.ok.setText(tr("Make {n} executable", "Make {n} executable", n=count))
        self.ok.setEnabled(count > 0)

    @Slot()
    def _on_ok(self) -> None:
        self.chosen.emit(self.paths())
        self.accept()
