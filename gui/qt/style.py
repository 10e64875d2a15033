"""The style sheet: an 8 pixel grid, flat surfaces, one accent colour."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from spkcore.base.reference import resources_folder


def style_sheet(colors: Mapping[str, str], dark: bool, points: int, line: int) -> str:
    """The style sheet for these colours; `points` is the size of the normal font, `line` the height of its lines in
    pixels: a field whose least height is below that may be squeezed by a layout."""
    folder = resources_folder() / "theme" / ("dark" if dark else "light")
    values = {**colors, "art": folder.as_posix(), "points": str(points), "large": str(points + 3)}
    values |= {"veil": _veil(colors["accent_soft"]), "danger_veil": _veil(colors["danger_soft"])}
    values |= {"huge": str(points + 11), "small": str(max(points - 1, 7))}
    # Qt leaves a pixel above and below the text of a field.
    field = max(line + 2, 22)
    values |= {"field": str(field), "button": str(max(line, 20)), "tick": str(max(line, 24))}
    values |= _spin_paddings(field + 3 - line)
    text = (resources_folder() / "theme" / "style.qss").read_text(encoding="utf-8")
    return Template(text).substitute(values)


def _spin_paddings(both: int) -> dict[str, str]:
    """Above and below the number, in pixels; with the focus the border takes one of each."""
    above, below = (both + 1) // 2, both // 2
    return {
        "spin_top": str(above), "spin_bottom": str(below),
        "spin_top_focus": str(above - 1), "spin_bottom_focus": str(below - 1),
    }  # fmt: skip


def _veil(color: str) -> str:
    """`color` (#rrggbb) so thin that what lies below stays visible."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 242)"
