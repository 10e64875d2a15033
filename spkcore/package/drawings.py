"""Refuses SVG drawings that would read other files when they are drawn, or would keep the PC busy for hours."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from spkcore.base.errors import UnreadableError

_MOST_SHAPES = 1_000_000
"""Shapes that are drawn at most, each as often as it is used: about a second."""
_DEEPEST = 100
"""Uses inside of what is used."""
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)")
_NO_SHAPES = frozenset({"linearGradient", "radialGradient", "stop", "style", "title", "desc", "metadata"})
_EMBEDDED = re.compile(r"data:image/(?:png|jpe?g|gif|bmp|webp)\s*;\s*base64\s*,", re.IGNORECASE)
_DRAWING = re.compile(rb"\s*<|\x1f\x8b|\xef\xbb\xbf|\xff\xfe|\xfe\xff")
"""What an SVG starts with, plain or packed: one inside another is not looked into."""


def require_harmless(data: bytes, name: str = "") -> None:
    """Raise `UnreadableError` unless the drawing is whole XML, holds all its pictures, and repeats itself moderately.

    Anybody may have made it: a path to a share in it would make Windows sign in to a foreign server.
    """
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(data, True)  # noqa: FBT003 - it takes no keywords
    except expat.ExpatError as error:
        raise UnreadableError("This drawing is damaged", f"{name} {error}".strip(), _EXPORT) from error
    if reader.foreign:
        advice = "Embed the picture in the drawing, or export the drawing as PNG."
        raise UnreadableError("This drawing needs a picture that is not part of it", reader.foreign, advice)
    if reader.shapes() > _MOST_SHAPES:
        raise UnreadableError("This drawing repeats its parts too often to be drawn", name, _EXPORT)


_EXPORT = "Export it as plain SVG or as PNG and try again."


@dataclass(slots=True)
class _Part:
    """What is inside an element that has an id, without the elements inside that have one themselves."""

    shapes: int = 0
    uses: Counter[str] = field(default_factory=Counter)


class _Reader:
    """Counts while the parser reads."""

    def __init__(self) -> None:
        self.foreign = ""
        self._parts: dict[str, _Part] = {"": _Part()}
        self._open: list[str] = [""]

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        """An element begins; names are "namespace name"."""
        name = element.rpartition(" ")[2]
        link = next((value for key, value in attributes.items() if key.rpartition(" ")[2] == "href"), "").strip()
        if name in {"image", "feImage", "font-face-uri"} and link and not self.foreign and not _is_embedded(link):
            self.foreign = link[:200]
        above, own = self._open[-1], attributes.get("id", self._open[-1])
        if own != above:
            self._parts[above].uses[own] += 1
            self._parts.setdefault(own, _Part())
        self._open.append(own)
        part = self._parts[own]
        part.shapes += name not in _NO_SHAPES
        if name == "use" and link.startswith("#"):
            part.uses[link[1:]] += 1
        part.uses.update(found for value in attributes.values() for found in _REFERENCE.findall(value))

    def end(self, _element: str) -> None:
        """The innermost element ends."""
        self._open.pop()

    def shapes(self) -> int:
        """How many are drawn, at most one more than are allowed."""
        known: dict[str, int] = {}

        def count(name: str, depth: int) -> int:
            if name not in self._parts:
                return 0
            if depth > _DEEPEST:
                return _MOST_SHAPES + 1
            if name not in known:
                known[name] = 0  # a circle adds nothing: Qt refuses it
                part = self._parts[name]
                inner = sum(times * count(used, depth + 1) for used, times in part.uses.items())
                known[name] = min(part.shapes + inner, _MOST_SHAPES + 1)
            return known[name]

        return count("", 0)


def _is_embedded(link: str) -> bool:
    """Whether a link holds the picture itself, and that is no drawing."""
    match = _EMBEDDED.match(link)
    if match is None:
        return link.startswith("#")
    try:
        head = base64.b64decode("".join(link[match.end() : match.end() + 4096].split())[:64], validate=False)
    except (binascii.Error, ValueError):
        return False
    return not _DRAWING.match(head)
