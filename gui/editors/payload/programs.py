"""The banner that offers to make programs executable, and the dialog behind it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from gui.editors.payload.facts import PayloadFacts
from gui.editors.payload.planning import Plan, Planner
from gui.editors.payload.properties import names
from gui.editors.payload.proposal import ProposalDialog
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.banner import Banner
from spkcore.package.changes import Change, Entries
from spkcore.package.executables import make_executable


class ProgramsBanner(Banner):
    """Follows `facts`. Once it is hidden by the user, it comes back only when there are others."""

    def __init__(self, facts: PayloadFacts, planner: Planner, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._facts = facts
        self._planner = planner
        self._shown = 0
        facts.roles_changed.connect(self._on_roles_changed)

    @Slot()
    def _on_roles_changed(self) -> None:
        count = sum(proposal.is_likely for proposal in self._facts.proposals())
        if count and count != self._shown:
            text = tr("{n} program is not executable.", "{n} programs are not executable.", n=count)
            self.show_message("warning", text, ((tr("Make executable…"), self._on_wanted),))
        elif not count:
            self.hide()
        self._shown = count

    @Slot()
    def _on_wanted(self) -> None:
        self._shown = 0
        dialog = ProposalDialog(self._facts.proposals(), self.window())
        dialog.chosen.connect(self._on_chosen)
        dialog.rejected.connect(self._on_roles_changed)
        dialog.open()

    @Slot(list)
    def _on_chosen(self, paths: list[str]) -> None:
        def make(entries: Entries) -> Change:
            return make_executable(entries, paths)

        self._planner.carry_out(Plan(tr("Make {what} executable", what=names(paths)), len(paths), make))
