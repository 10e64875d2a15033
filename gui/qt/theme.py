"""The look: colours by role for light and dark, palette, style sheet, font size, icons; follows the system."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from gui.qt.icons import TintedIconEngine, read_icon, render_tinted
from gui.qt.style import style_sheet

SYSTEM, LIGHT, DARK = "system", "light", "dark"
_APP_ICON_SIZES = (16, 20, 24, 32, 44, 48, 64, 88, 128, 256)
_TEXT_FAMILY = "Segoe UI"
"""The font of Windows comes first, with the system's own behind it for other writings and other systems."""
_SYSTEM_FONT = "systemFont"
"""The property of the application that keeps it."""
_CODE_FAMILIES = ("Cascadia Mono", "Consolas")

LIGHT_COLORS: Mapping[str, str] = {
    "window": "#f6f7f9",
    "sidebar": "#eef1f5",
    "surface": "#ffffff",
    "hover": "#e6eaf0",
    "pressed": "#d9dfe8",
    "border": "#dde1e8",
    "border_strong": "#858d9b",
    "text": "#1a1e26",
    "text_muted": "#525b6a",
    "text_faint": "#5f6775",
    "icon": "#47505f",
    "accent": "#1263c4",
    "accent_hover": "#0e54a8",
    "accent_text": "#ffffff",
    "accent_soft": "#dfebfa",
    "accent_soft_text": "#0b3d7a",
    "danger": "#b3261e",
    "danger_soft": "#fdeceb",
    "warning": "#855600",
    "warning_soft": "#fff3d9",
    "success": "#19703a",
    "success_soft": "#e4f4e9",
    "scroll": "#b4bbc7",
}
DARK_COLORS: Mapping[str, str] = {
    "window": "#1b1d22",
    "sidebar": "#202329",
    "surface": "#262a31",
    "hover": "#31363f",
    "pressed": "#3b414c",
    "border": "#393f49",
    "border_strong": "#7d8694",
    "text": "#e9ebef",
    "text_muted": "#b3bac6",
    "text_faint": "#979fac",
    "icon": "#b9c0cb",
    "accent": "#6cb0ff",
    "accent_hover": "#8cc2ff",
    "accent_text": "#0a1a2c",
    "accent_soft": "#233a56",
    "accent_soft_text": "#d4e7ff",
    "danger": "#ff958c",
    "danger_soft": "#432827",
    "warning": "#f0c06a",
    "warning_soft": "#3d321b",
    "success": "#84d8a0",
    "success_soft": "#203a2a",
    "scroll": "#565e6b",
}


class Theme(QObject):
    """Applies one look to the whole application. Roles of colours are the keys of `LIGHT_COLORS`."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._name = SYSTEM
        self._applied = ""
        self._system_font = _system_font(application)
        self._font_size = 0
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @property
    def name(self) -> str:
        """What was asked for: system, light or dark."""
        return self._name

    @property
    def is_dark(self) -> bool:
        """Whether the dark colours are in use."""
        if self._name != SYSTEM:
            return self._name == DARK
        return self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark

    def apply(self, name: str, font_size: int = 0) -> None:
        """Use the look `name` and a font of `font_size` points (0: the system's)."""
        self._name = name if name in {LIGHT, DARK} else SYSTEM
        self._font_size = font_size
        schemes = {LIGHT: Qt.ColorScheme.Light, DARK: Qt.ColorScheme.Dark}
        # Tells Windows too, so that title bars and native dialogs match.
        self._application.styleHints().setColorScheme(schemes.get(self._name, Qt.ColorScheme.Unknown))
        self._restyle()

    def color(self, role: str) -> QColor:
        """The colour of `role` now. Raises `KeyError` for an unknown role."""
        return QColor(self._colors()[role])

    def icon(self, name: str, role: str = "icon") -> QIcon:
        """The line icon `name`, painted in the colour of `role`; it follows the theme by itself."""
        return QIcon(TintedIconEngine(read_icon(name), role, self))

    def app_icon(self) -> QIcon:
        """The icon of the program, in all the sizes that a desktop asks for."""
        result = QIcon()
        svg = read_icon("app")
        for side in _APP_ICON_SIZES:
            image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            render_tinted(painter, QRectF(0, 0, side, side), svg, self.color("text"))
            painter.end()
            result.addPixmap(QPixmap.fromImage(image))
        return result

    def fixed_font(self) -> QFont:
        """The font for code, paths and checksums, in the chosen size."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        # On Windows the system's own is Courier New: thin, wide and hard to read.
        font.setFamilies([*_CODE_FAMILIES, *font.families()])
        font.setPointSize(self._application.font().pointSize())
        return font

    def _colors(self) -> Mapping[str, str]:
        return DARK_COLORS if self.is_dark else LIGHT_COLORS

    @Slot()
    def _on_system_changed(self) -> None:
        if self._name == SYSTEM:
            self._restyle()

    def _restyle(self) -> None:
        wanted = f"{self.is_dark} {self._font_size}"
        if wanted == self._applied:
            return
        self._applied = wanted
        application, colors = self._application, self._colors()
        application.setStyle("fusion")
        application.setFont(self._font())
        application.setPalette(palette(colors))
        font = application.font()
        line = QFontMetrics(font).height()
        application.setStyleSheet(style_sheet(colors, self.is_dark, font.pointSize(), line))
        self.changed.emit()

    def _font(self) -> QFont:
        font = QFont(self._system_font)
        font.setFamilies([_TEXT_FAMILY, *(name for name in font.families() if name != _TEXT_FAMILY)])
        if self._font_size:
            font.setPointSize(self._font_size)
        return font


def _system_font(application: QApplication) -> QFont:
    """The font that the system gave, also for a second theme of the same application."""
    kept = application.property(_SYSTEM_FONT)
    if isinstance(kept, QFont):
        return kept
    font = application.font()
    application.setProperty(_SYSTEM_FONT, font)
    return font


def palette(colors: Mapping[str, str]) -> QPalette:
    """The Qt palette of these colours, for everything that the style sheet does not name."""
    result = QPalette()
    roles = QPalette.ColorRole
    pairs = {
        roles.Window: "window",
        roles.WindowText: "text",
        roles.Base: "surface",
        roles.AlternateBase: "sidebar",
        roles.Text: "text",
        roles.PlaceholderText: "text_faint",
        roles.Button: "surface",
        roles.ButtonText: "text",
        roles.BrightText: "danger",
        roles.ToolTipBase: "surface",
        roles.ToolTipText: "text",
        roles.Highlight: "accent",
        roles.HighlightedText: "accent_text",
        roles.Accent: "accent",
        roles.Link: "accent",
        roles.LinkVisited: "accent",
        roles.Light: "surface",
        roles.Midlight: "hover",
        roles.Mid: "border",
        roles.Dark: "border_strong",
        roles.Shadow: "border",
    }
    for role, name in pairs.items():
        result.setColor(role, QColor(colors[name]))
    for role in (roles.WindowText, roles.Text, roles.ButtonText, roles.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors["text_faint"]))
    return result
