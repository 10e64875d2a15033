"""Tries the patterns of wizards with an engine that gives up in time, for the window."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression

from spkcore.package.jsregex import UntriedError, translated

_OPTIONS = {
    "i": QRegularExpression.PatternOption.CaseInsensitiveOption,
    "m": QRegularExpression.PatternOption.MultilineOption,
    "s": QRegularExpression.PatternOption.DotMatchesEverythingOption,
}


def quick_matches(expression: str, text: str) -> bool:
    """Whether a pattern of JavaScript is found in `text`. Raises `UntriedError`, also where it tried too long: Python's
    engine would try for ever."""
    pattern = translated(expression)
    options = QRegularExpression.PatternOption.NoPatternOption
    for flag in pattern.flags:
        options |= _OPTIONS[flag]
    match = QRegularExpression(pattern.text, options).match(text)
    if not match.isValid():
        raise UntriedError(expression)
    return match.hasMatch()
