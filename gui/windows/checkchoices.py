"""Whose demands are checked and for which DSM: the choices at the top of the problems panel, kept with the package."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.models.problemtexts import profile_text
from gui.qt.forms import GRID, fill, make_label, row
from gui.qt.i18n import tr
from gui.qt.modelindex import Index
from gui.qt.theme import Theme
from gui.widgets.valueedits import CalmCombo
from spkcore.checks.overrides import CheckSettings
from spkcore.checks.rulebook import Profile
from spkcore.checks.targets import releases

_EXPLANATION = int(Qt.ItemDataRole.UserRole) + 2


class CheckChoices(QWidget):
    """Profile and DSM range."""

    chosen = Signal(object)
    """CheckSettings"""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = CheckSettings()
        self.profile = CalmCombo()
        self.first = CalmCombo()
        self.last = CalmCombo()
        self._until = make_label(tr("to"), "muted")
        self._set_up_profile(theme)
        self._set_up_range()
        line = row(self, spacing=GRID)
        fill(line, self.profile, self.first, self._until, self.last)
        self.show_settings(self._settings)
        self.profile.activated.connect(self._on_chosen)
        self.first.activated.connect(self._on_chosen)
        self.last.activated.connect(self._on_chosen)

    def show_settings(self, settings: CheckSettings) -> None:
        """Show these choices."""
        self._settings = settings
        self.profile.setCurrentIndex(self.profile.findData(settings.profile))
        self.profile.setToolTip(profile_text(settings.profile)[1])
        self.profile.setAccessibleDescription(profile_text(settings.profile)[1])
        low, _, high = settings.dsm.partition("..")
        _select(self.first, low)
        _select(self.last, high or low)
        self.last.setVisible(bool(low))
        self._until.setVisible(bool(low))

    def _set_up_profile(self, theme: Theme) -> None:
        self.profile.setAccessibleName(tr("Whose demands are checked"))
        for profile in Profile:
            name, explanation = profile_text(profile)
            self.profile.addItem(name, profile)
            self.profile.setItemData(self.profile.count() - 1, explanation, _EXPLANATION)
            self.profile.setItemData(
                self.profile.count() - 1, f"{name}: {explanation}", Qt.ItemDataRole.AccessibleTextRole
            )
        view = self.profile.view()
        delegate = _TwoLines(theme, view)
        view.setItemDelegate(delegate)
        view.setMinimumWidth(delegate.widest(self.profile) + 5 * GRID)

    def _set_up_range(self) -> None:
        self.first.setAccessibleName(tr("Checked from this DSM"))
        self.last.setAccessibleName(tr("Checked up to this DSM"))
        self.first.setToolTip(tr("For which DSM versions problems and verdict are asked"))
        self.last.setToolTip(self.first.toolTip())
        self.first.addItem(tr("DSM as INFO says"), "")
        for release in releases():
            self.first.addItem(tr("DSM {name}", name=release.name), release.name)
            self.last.addItem(tr("DSM {name}", name=release.name), release.name)

    @Slot()
    def _on_chosen(self) -> None:
        profile = Profile(self.profile.currentData())
        self.chosen.emit(replace(self._settings, profile=profile, dsm=self._range()))

    def _range(self) -> str:
        """As the settings keep it. The end that was not touched follows, so that the range never ends before it
        starts."""
        low = str(self.first.currentData())
        if not low:
            return ""
        before, _, _ = self._settings.dsm.partition("..")
        high = str(self.last.currentData() or "") if before else releases()[-1].name
        names = [release.name for release in releases()]
        if low in names and high in names and names.index(high) < names.index(low):
            low, high = (low, low) if low != before else (high, high)
        return low if low == high else f"{low}..{high}"


def _select(combo: QComboBox, value: str) -> None:
    """Choose `value`; one that is not offered, as a build number out of a file, is added."""
    if value and combo.findData(value) < 0:
        combo.addItem(tr("DSM {name}", name=value), value)
    combo.setCurrentIndex(combo.findData(value))


class _TwoLines(QStyledItemDelegate):
    """A name and below it what it means."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def widest(self, combo: QComboBox) -> int:
        """Pixels for the longest line."""
        texts = [str(combo.itemData(position, _EXPLANATION)) for position in range(combo.count())]
        return max(QFontMetrics(combo.font()).horizontalAdvance(text) for text in texts)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), 2 * QFontMetrics(option.font).height() + 2 * GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        selected = bool(option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver))
        if selected:
            painter.fillRect(option.rect, self._theme.color("accent_soft"))
        area = option.rect.adjusted(GRID, GRID // 2, -GRID, -GRID // 2)
        half = area.height() // 2
        upper = QRect(area.left(), area.top(), area.width(), half)
        painter.setFont(option.font)
        painter.setPen(self._theme.color("accent_soft_text" if selected else "text"))
        painter.drawText(upper, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        painter.setPen(self._theme.color("accent_soft_text" if selected else "text_muted"))
        lower = upper.translated(0, half)
        painter.drawText(
            lower, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, str(index.data(_EXPLANATION))
        )
        painter.restore()
