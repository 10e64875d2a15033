"""The style sheet: an 8 pixel grid, flat surfaces, one accent colour."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from spkcore.base.reference import resources_folder


def style_sheet(colors: Mapping[str, str], dark: bool, points: int) -> str:
    """The style sheet for these colours; `points` is the size of the normal font."""
    folder = resources_folder() / "theme" / ("dark" if dark else "light")
    values = {**colors, "art": folder.as_posix(), "points": str(points), "large": str(points + 3)}
    values |= {"huge": str(points + 11), "small": str(max(points - 1, 7))}
    text = (resources_folder() / "theme" / "style.qss").read_text(encoding="utf-8")
    return Template(text).substitute(values)
