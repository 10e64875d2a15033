"""A button that opens a list of what is there, below the field that takes what is picked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from gui.qt.forms import ToolButton, dress_tool
from gui.widgets.choicepopup import ChoicePopup

ChoiceSource = Callable[[], Sequence[tuple[str, str]]]
"""Gives what can be picked now, with a word about each; one without a value is a heading."""


class PickButton(ToolButton):
    """One value is picked and closes the list; with `several`, values are ticked while it stays open.

    `used` gives the values that the field has now: they are ticked, or selected.
    """

    picked = Signal(str)
    ticked = Signal(str, bool)

    def __init__(
        self,
        icon: QIcon,
        tip: str,
        field: QWidget,
        source: ChoiceSource,
        used: Callable[[], Iterable[str]],
        *,
        several: bool,
    ) -> None:
        super().__init__()
        dress_tool(self, icon, tip)
        self._field = field
        self._source = source
        self._used = used
        self._several = several
        self._popup: ChoicePopup | None = None
        self.clicked.connect(self._on_clicked)

    @property
    def popup(self) -> ChoicePopup:
        """The list; it is made when it is first needed."""
        if self._popup is None:
            self._popup = ChoicePopup(self.toolTip(), several=self._several, parent=self)
            self._popup.chosen.connect(self.picked)
            self._popup.toggled.connect(self._on_toggled)
        return self._popup

    @Slot()
    def _on_clicked(self) -> None:
        self.popup.open_below(self._field, self._source(), frozenset(self._used()))

    @Slot(str, bool)
    def _on_toggled(self, value: str, ticked: bool) -> None:
        """What the field made of it is what is ticked then: one value may turn out others."""
        self.ticked.emit(value, ticked)
        self.popup.show_ticks(frozenset(self._used()))
