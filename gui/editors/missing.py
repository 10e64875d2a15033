"""Which editors also show a part that is not there yet, instead of the page's plain offer to create it."""

from __future__ import annotations

from spkcore.package.parts import Part, PartKind

_KINDS = frozenset({PartKind.SCRIPT, PartKind.ICON, PartKind.SCREENSHOT})


def shows_missing(part: Part) -> bool:
    """Whether the editor of `part` says itself that it is missing, and offers what it may start with."""
    return part.kind in _KINDS
