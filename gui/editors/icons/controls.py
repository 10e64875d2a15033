"""The choices of "Make icons from a picture": which icons, which shape, which background."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QRadioButton, QScrollArea, QWidget

from gui.editors.icons.making import Choices, sizes_text
from gui.editors.icons.presenter import Target
from gui.qt.forms import GRID, column, fill, make_label, make_tool, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.colorfield import ColorField
from gui.widgets.sliderfield import SliderField
from spkcore.package.icons import Box, Recipe, package_icons

_MOST_PADDING, _MOST_ROUNDING, _MOST_TOLERANCE = 40, 50, 30
"""Percent."""
_WHITE = "#ffffff"
_VERSIONS = (7, 6)


class MakeControls(QScrollArea):
    """A column of fields; `changed` comes with every change."""

    changed = Signal()
    picking_changed = Signal(bool)
    """Whether the next click on the picture picks the colour that becomes transparent."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.version = QComboBox()
        self.version.setAccessibleName(tr("Sizes of the package icons"))
        self.version.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for major in _VERSIONS:
            sizes = sizes_text(role.size for role in package_icons(major))
            self.version.addItem(tr("for DSM {n}: {sizes}", n=major, sizes=sizes))
        self.boxes: dict[str, QCheckBox] = {}
        self.extra = QCheckBox(tr("Also 96, 120 and 128 pixels"))
        self.extra.setToolTip(tr("DSM does not ask for these sizes, but some packages bring them."))
        self.padding = SliderField(tr("Free edge"), _MOST_PADDING)
        self.rounding = SliderField(tr("Round corners"), _MOST_ROUNDING)
        self.transparent = QRadioButton(tr("Transparent"))
        self.filled = QRadioButton(tr("Colour"))
        self.transparent.setChecked(True)
        self.background = ColorField(tr("Background colour"), _WHITE)
        self.clearing = QCheckBox(tr("Make a colour transparent"))
        self.cleared = ColorField(tr("Colour that becomes transparent"), _WHITE)
        self.pick = make_tool(theme.icon("picker"), tr("Pick the colour from the picture"))
        self.pick.setCheckable(True)
        self.tolerance = SliderField(tr("Similar colours too"), _MOST_TOLERANCE)
        self._lay_out()
        self._connect()
        self._enable()

    def set_targets(self, targets: Sequence[Target], dsm_major: int, chosen: frozenset[str], *, extra: bool) -> None:
        """Offer icons for these, with those in `chosen` ticked."""
        self.version.setCurrentIndex(_VERSIONS.index(dsm_major))
        for target in targets:
            box = QCheckBox(target.title)
            sizes = [size for path, size in target.sizes.items() if path not in target.extra]
            box.setToolTip(sizes_text(sizes))
            box.setAccessibleName(tr("Icons for {name}", name=target.title))
            box.setChecked(target.id in chosen)
            box.toggled.connect(self.changed)
            self.boxes[target.id] = box
            self._target_lines.addWidget(box)
            if not target.id:
                self._target_lines.addWidget(self.version)
        self.extra.setVisible(any(target.extra for target in targets))
        self.extra.setChecked(extra)
        self.setMinimumWidth(max(38 * GRID, self._body.minimumSizeHint().width() + 2 * GRID))

    def set_corner(self, color: str) -> None:
        """The colour of the picture's first pixel: usually that of its background."""
        self.cleared.set_color(color)

    def stop_picking(self) -> None:
        """The colour was picked."""
        self.pick.setChecked(False)

    def choices(self, crop: Box | None) -> Choices:
        """What is chosen now."""
        recipe = Recipe(
            crop,
            self.padding.share,
            self.rounding.share,
            self.background.color if self.filled.isChecked() else "",
            self.cleared.color if self.clearing.isChecked() else "",
            self.tolerance.share if self.clearing.isChecked() else 0.0,
        )
        chosen = frozenset(id_ for id_, box in self.boxes.items() if box.isChecked())
        return Choices(recipe, _VERSIONS[self.version.currentIndex()], chosen, self.extra.isChecked())

    def _lay_out(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._body = body = QWidget()
        lines = column(body, spacing=GRID)
        lines.setContentsMargins(0, 0, GRID, 0)
        self._target_lines = column(spacing=GRID // 2)
        fill(lines, make_label(tr("Icons for"), "strong"), self._target_lines, self.extra)
        fill(lines, GRID, make_label(tr("Shape"), "strong"))
        fill(lines, make_label(tr("Free edge"), "muted"), self.padding)
        fill(lines, make_label(tr("Round corners"), "muted"), self.rounding)
        fill(lines, GRID, make_label(tr("Background"), "strong"))
        ground = row(spacing=GRID)
        fill(ground, self.filled, self.background, None)
        fill(lines, self.transparent, ground, GRID, self.clearing)
        colors = row(spacing=GRID // 2)
        fill(colors, self.cleared, self.pick, None)
        fill(lines, colors, make_label(tr("Similar colours too"), "muted"), self.tolerance, None)
        self.setWidget(body)

    def _connect(self) -> None:
        for field in (self.padding, self.rounding, self.tolerance):
            field.value_changed.connect(self.changed)
        for box in (self.extra, self.filled, self.clearing):
            box.toggled.connect(self._on_toggled)
        self.version.currentIndexChanged.connect(self.changed)
        self.background.color_changed.connect(self._on_background_chosen)
        self.cleared.color_changed.connect(self.changed)
        self.pick.toggled.connect(self.picking_changed)

    @Slot()
    def _on_toggled(self) -> None:
        self._enable()
        self.changed.emit()

    @Slot()
    def _on_background_chosen(self) -> None:
        """Who chooses a colour wants to see it."""
        self.filled.setChecked(True)
        self.changed.emit()

    def _enable(self) -> None:
        for widget in (self.cleared, self.pick, self.tolerance):
            widget.setEnabled(self.clearing.isChecked())
