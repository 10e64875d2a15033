"""The card of Package Center as DSM 6 and DSM 7 draw it: icon, name, maintainer, button, description, screenshots."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.qt.forms import GRID, column, fill, row
from gui.qt.i18n import tr
from spkcore.package.summary import Card


@dataclass(frozen=True, slots=True)
class Look:
    """The colours and measures of one DSM generation. It is an imitation: it stays light when our window is dark."""

    ground: str
    frame: str
    text: str
    muted: str
    link: str
    button: str
    button_text: str
    radius: int
    icon: int
    name_size: int


LOOKS: Mapping[int, Look] = {
    6: Look("#ffffff", "#c6cdd5", "#333333", "#7b8690", "#0086e5", "#1d8fe1", "#ffffff", 2, 72, 13),
    7: Look("#ffffff", "#d8dde6", "#1f2a3c", "#69768c", "#057feb", "#057feb", "#ffffff", 6, 64, 14),
}
_SHOT = QSize(176, 116)
_NAME, _TEXT = 200, 4_000
"""Characters that are shown of names and of texts: labels take seconds for the text of a broken INFO."""
_LONG_WORD = re.compile(r"\S{24}")


class PackageCard(QFrame):
    """Shows one card; it is looked at, not operated."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("PackageCard")
        self._look = LOOKS[7]
        self._icon = QLabel()
        self._icon.setAccessibleName(tr("Icon"))
        self._name = _label()
        self._beta = _label(wraps=False)
        self._maintainer = _label()
        self._version = _label()
        self._button = _label(wraps=False)
        self._button.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._heading = _label()
        self._description = _label()
        self._new_heading = _label()
        self._changelog = _label()
        self._shots = QWidget()
        self._shown_shots: list[int] | None = None
        self._shot_line = QHBoxLayout(self._shots)
        self._shot_line.setContentsMargins(0, 0, 0, 0)
        self._shot_line.setSpacing(GRID)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(tr("The package in Package Center"))
        self._lay_out()

    def show_card(self, card: Card, dsm_major: int, icon: QImage | None, shots: Sequence[QImage]) -> None:
        """Show this card in the look of this DSM. `icon` is None while it is being read, and empty without one."""
        self._look = LOOKS[dsm_major]
        self._paint()
        self._show_icon(icon)
        self._name.setText(breakable(card.name, _NAME) or tr("A package without a name"))
        self._beta.setText(tr("Beta"))
        self._beta.setVisible(card.is_beta)
        self._maintainer.setText(breakable(card.maintainer, _NAME) or tr("Developer: not named"))
        version = breakable(card.version, _NAME)
        self._version.setText(tr("Version: {version}", version=version or "–"))
        self._button.setText(tr("Install"))
        self._heading.setText(tr("Description") if dsm_major >= 7 else tr("Description:"))
        self._description.setText(breakable(card.description, _TEXT) or tr("No description."))
        self._new_heading.setText(tr("What's new in version {version}", version=version))
        self._new_heading.setVisible(bool(card.changelog))
        self._changelog.setText(breakable(card.changelog, _TEXT))
        self._changelog.setVisible(bool(card.changelog))
        self._show_shots(shots)
        said = f"{card.name[:_NAME]}, {card.maintainer[:_NAME]}, {version}. {card.description[:_TEXT]}"
        self.setAccessibleDescription(said)

    def pictures(self) -> list[QLabel]:
        """The screenshots that are shown."""
        found = (self._shot_line.itemAt(at) for at in range(self._shot_line.count()))
        return [widget for item in found if item is not None and isinstance(widget := item.widget(), QLabel)]

    def _show_icon(self, image: QImage | None) -> None:
        side = self._look.icon
        scale = self.devicePixelRatioF()
        if image is None or image.isNull():
            picture = QPixmap(int(side * scale), int(side * scale))
            picture.fill(self._look.ground if image is None else self._look.frame)
        else:
            pixels = QSize(side, side) * scale
            smooth = Qt.TransformationMode.SmoothTransformation
            picture = QPixmap.fromImage(image.scaled(pixels, Qt.AspectRatioMode.KeepAspectRatio, smooth))
        picture.setDevicePixelRatio(scale)
        self._icon.setFixedSize(side, side)
        self._icon.setPixmap(picture)

    def _show_shots(self, shots: Sequence[QImage]) -> None:
        shown = [shot.cacheKey() for shot in shots]
        if shown == self._shown_shots:
            return
        self._shown_shots = shown
        while (item := self._shot_line.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        for shot in shots:
            self._shot_line.addWidget(self._shot(shot))
        self._shot_line.addStretch(1)
        self._shots.setVisible(self._shot_line.count() > 1)

    def _shot(self, picture: QImage) -> QLabel:
        scale = self.devicePixelRatioF()
        smooth = Qt.TransformationMode.SmoothTransformation
        small = QPixmap.fromImage(picture.scaled(_SHOT * scale, Qt.AspectRatioMode.KeepAspectRatio, smooth))
        small.setDevicePixelRatio(scale)
        label = QLabel()
        label.setPixmap(small)
        return label

    def _paint(self) -> None:
        look = self._look
        self.setStyleSheet(
            f"#PackageCard {{ background: {look.ground}; border: 1px solid {look.frame}; "
            f"border-radius: {look.radius}px; }}"
            f"#PackageCard QLabel {{ color: {look.text}; background: transparent; }}"
        )
        points = self.font().pointSizeF()
        bold = "font-weight: 600;"
        for label, style in (
            (self._name, f"font-size: {look.name_size + points - 9:.0f}pt; {bold}"),
            (self._beta, f"color: #ffffff; background: #f29b00; border-radius: 3px; padding: 1px 5px; {bold}"),
            (self._maintainer, f"color: {look.link};"),
            (self._version, f"color: {look.muted};"),
            (
                self._button,
                (
                    f"color: {look.button_text}; background: {look.button}; border-radius: {look.radius}px; "
                    "padding: 6px 22px;"
                ),
            ),
            (self._heading, bold),
            (self._new_heading, bold),
        ):
            label.setStyleSheet(f"QLabel {{ {style} }}")

    def _lay_out(self) -> None:
        title = row(spacing=GRID)
        title.addWidget(self._name, 1)
        fill(title, self._beta)
        names = column(spacing=GRID // 2)
        names.addLayout(title)
        fill(names, self._maintainer, self._version)
        head = row(spacing=2 * GRID)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(names, 1)
        head.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
        lines: QVBoxLayout = column(self, margin=3 * GRID, spacing=GRID)
        lines.addLayout(head)
        fill(lines, GRID, self._shots, self._heading, self._description, self._new_heading, self._changelog)


def breakable(text: str, most: int) -> str:
    """The first `most` characters, with places to break in words that are wider than the page."""
    short = text if len(text) <= most else text[: most - 1] + "…"
    return _LONG_WORD.sub("\\g<0>\u200b", short)


def _label(*, wraps: bool = True) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    # DSM does not turn around for names that are written from the right.
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)
    return label
