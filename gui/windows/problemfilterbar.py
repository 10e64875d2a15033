"""The line above the table of problems: severities with counts, part, text, the accepted ones, and "Fix all"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.models.problemfilter import ProblemFilter
from gui.models.problems import SEVERITIES, SEVERITY_ICONS
from gui.qt.forms import GRID, ToolButton, fill, make_button, make_tool, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.valueedits import CalmCombo

_ALL, _SHOWN, _PART = "all", "shown", "part:"
"""What an item of the part filter stands for; behind the last one comes the path."""


class ProblemFilterBar(QWidget):
    """Tells what the user wants to see; `shown_part` is the part in the editor."""

    changed = Signal()
    fix_all_wanted = Signal()
    details_toggled = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown_part = ""
        self._accepted = 0
        self.severities = {severity: self._make_toggle(theme, severity) for severity in SEVERITIES}
        self.part = CalmCombo()
        self.text = QLineEdit()
        self.accepted = ToolButton()
        self.fix_all = make_button(tr("Fix all…"))
        self.details = make_tool(theme.icon("sidebar-right"), tr("Show what is known about the selected problem"))
        self._set_up()
        self._lay_out()
        self._connect()
        self.show_parts([])
        self.show_counts({}, accepted=0, fixable=0)

    def wanted(self) -> ProblemFilter:
        """What is to be shown."""
        severities = frozenset(name for name, button in self.severities.items() if button.isChecked())
        return ProblemFilter(severities, self._part(), self.text.text(), self.accepted.isChecked())

    def clear_filter(self) -> None:
        """Show everything that counts."""
        for button in self.severities.values():
            with QSignalBlocker(button):
                button.setChecked(True)
        with QSignalBlocker(self.part):
            self.part.setCurrentIndex(0)
        self.text.clear()  # heard: Qt's own button in the field hides itself by this signal
        self.changed.emit()

    def show_parts(self, parts: Sequence[tuple[str, str]]) -> None:
        """Offer these parts (path, name); the one that was chosen stays chosen, also while it has no problems."""
        kept = str(self.part.currentData() or _ALL)
        items = {_ALL: tr("All parts"), _SHOWN: tr("The shown part")}
        items |= {_PART + path: name for path, name in parts}
        items.setdefault(kept, self.part.currentText())
        if [self.part.itemData(at) for at in range(self.part.count())] == list(items):
            return
        with QSignalBlocker(self.part):
            self.part.clear()
            for data, name in items.items():
                self.part.addItem(name, data)
            self.part.setCurrentIndex(list(items).index(kept))

    def choose_part(self, path: str) -> None:
        """Show only the problems of this part; it must be among those that were offered."""
        self.part.setCurrentIndex(max(self.part.findData(_PART + path), 0))

    def show_counts(self, counts: Mapping[str, int], *, accepted: int, fixable: int) -> None:
        """Tell how many there are of each severity, how many are accepted, and how many "Fix all" could mend."""
        names = {
            "error": tr("{n} error", "{n} errors", n=counts.get("error", 0)),
            "warning": tr("{n} warning", "{n} warnings", n=counts.get("warning", 0)),
            "info": tr("{n} note", "{n} notes", n=counts.get("info", 0)),
        }
        for severity, button in self.severities.items():
            button.setText(str(counts.get(severity, 0)))
            button.setToolTip(names[severity])
            button.setAccessibleName(names[severity])
        self.accepted.setText(tr("Accepted ({n})", "Accepted ({n})", n=accepted))
        self.accepted.setVisible(bool(accepted) or self.accepted.isChecked())
        self.fix_all.setEnabled(bool(fixable))
        self.fix_all.setToolTip(
            tr("{n} problem can be fixed at once", "{n} problems can be fixed at once", n=fixable)
            if fixable
            else tr("No problem here can be fixed without a decision of yours.")
        )

    def _part(self) -> str | None:
        chosen = str(self.part.currentData())
        return {_ALL: None, _SHOWN: self.shown_part}.get(chosen, chosen.removeprefix(_PART))

    @staticmethod
    def _make_toggle(theme: Theme, severity: str) -> QToolButton:
        button = ToolButton()
        button.setProperty("look", "toggle")
        button.setIcon(theme.icon(*SEVERITY_ICONS[severity]))
        button.setIconSize(QSize(2 * GRID, 2 * GRID))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setCheckable(True)
        button.setChecked(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _set_up(self) -> None:
        self.part.setAccessibleName(tr("Problems of which part"))
        self.part.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.part.setMinimumContentsLength(12)
        self.text.setPlaceholderText(tr("Filter the problems"))
        self.text.setAccessibleName(tr("Filter the problems"))
        self.text.setClearButtonEnabled(True)
        self.text.setAcceptDrops(False)
        self.text.setMinimumWidth(14 * GRID)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.accepted.setProperty("look", "toggle")
        self.accepted.setCheckable(True)
        self.accepted.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.accepted.setToolTip(tr("Show the problems that do not count in this package, with the reason"))
        self.details.setCheckable(True)
        self.details.setChecked(True)

    def _lay_out(self) -> None:
        line = row(self, spacing=GRID)
        line.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        toggles = row(spacing=GRID // 2)
        fill(toggles, *self.severities.values())
        fill(line, toggles, self.part)
        line.addWidget(self.text, 1)
        fill(line, self.accepted, self.fix_all, self.details)

    def _connect(self) -> None:
        buttons: list[QToolButton | QPushButton] = [*self.severities.values(), self.accepted]
        for button in buttons:
            button.toggled.connect(self._on_changed)
        self.part.currentIndexChanged.connect(self._on_changed)
        self.text.textChanged.connect(self._on_changed)
        self.fix_all.clicked.connect(self.fix_all_wanted)
        self.details.toggled.connect(self.details_toggled)

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit()
