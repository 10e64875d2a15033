"""The colours of the code editor on light and dark backgrounds; each has a contrast of at least 4.5 : 1."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True, slots=True)
class CodeColors:
    """One set of colours. `tokens` is keyed by the names of pygments token types, the most special one wins."""

    tokens: dict[str, str]
    current_line: str
    margin: str
    margin_text: str
    match: str
    found: str
    error: str
    warning: str
    info: str
    bars: dict[str, str]
    """Of the bars in the margin: lines that were added, changed, removed since the last save."""


LIGHT = CodeColors(
    tokens={
        "Comment": "#40703f",
        "Keyword": "#0b57a4",
        "Name.Builtin": "#6a3fb5",
        "Name.Variable": "#8a4b00",
        "Name.Tag": "#0b57a4",
        "Name.Attribute": "#0b57a4",
        "Literal.String": "#a3321a",
        "Literal.String.Escape": "#8a4b00",
        "Literal.String.Interpol": "#8a4b00",
        "Literal.Number": "#08705f",
        "Error": "#b00020",
    },
    current_line="#f0f4fa",
    margin="#f6f7f9",
    margin_text="#636b79",
    match="#cfe3f7",
    found="#ffe9a8",
    error="#c62828",
    warning="#b26a00",
    info="#2b6cb0",
    bars={"added": "#2e9e56", "changed": "#3b82d6", "removed": "#d0453c"},
)

DARK = CodeColors(
    tokens={
        "Comment": "#85b585",
        "Keyword": "#74b6ff",
        "Name.Builtin": "#cba6ff",
        "Name.Variable": "#e8c47c",
        "Name.Tag": "#8cc4ff",
        "Name.Attribute": "#8cc4ff",
        "Literal.String": "#f0a78f",
        "Literal.String.Escape": "#e8c47c",
        "Literal.String.Interpol": "#e8c47c",
        "Literal.Number": "#74d6c5",
        "Error": "#ff8a8a",
    },
    current_line="#2d323a",
    margin="#202329",
    margin_text="#979fac",
    match="#31506e",
    found="#5c4d1c",
    error="#ff7b72",
    warning="#f0b24a",
    info="#74b6ff",
    bars={"added": "#5fbf81", "changed": "#6aa9f4", "removed": "#ff7b72"},
)


def is_dark(palette: QPalette) -> bool:
    """Whether texts of this palette stand on a dark background."""
    return palette.color(QPalette.ColorRole.Base).lightness() < 128


def code_colors(palette: QPalette) -> CodeColors:
    """The colours that fit the palette."""
    return DARK if is_dark(palette) else LIGHT


def severity_color(palette: QPalette, severity: str) -> QColor:
    """The colour of "error", "warning" or "info" marks."""
    colors = code_colors(palette)
    return QColor({"error": colors.error, "warning": colors.warning}.get(severity, colors.info))
