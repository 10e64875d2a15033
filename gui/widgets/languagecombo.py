"""The choice of the language in which a preview is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from gui.widgets.valueedits import CalmCombo


class LanguageCombo(CalmCombo):
    """Shows nothing while there is no choice. `name` says, for screen readers, what the language is of."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)

    @property
    def code(self) -> str:
        """The DSM code of the chosen language; empty for all others."""
        return str(self.currentData() or "")

    def show_languages(self, wanted: Sequence[tuple[str, str]]) -> None:
        """Offer these codes and names; the chosen one stays where it is still there."""
        shown = [(self.itemData(at), self.itemText(at)) for at in range(self.count())]
        if shown != list(wanted):
            kept = self.currentData()
            self.clear()
            for code, name in wanted:
                self.addItem(name, code)
            self.setCurrentIndex(max(self.findData(kept), 0))
        self.setVisible(len(wanted) > 1)
