"""Searches with an engine for regular expressions that gives up in time; Python's may never end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QRegularExpression, QRegularExpressionMatch

from gui.qt.i18n import tr
from spkcore.base.errors import UsageError
from spkcore.package.search import Finder, Match, Query, SlowExpressionError, python_finder

_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_LONE = re.compile("[\ud800-\udfff\ufeff]")
"""Bytes that are no text make Qt refuse a line, and PySide drops byte order marks: what fits as little takes
their place."""
_UNKNOWN = "\ufdd0"


def finder(query: Query) -> Finder:
    """The engine for `query`. Raises `UsageError` for what is no regular expression."""
    if not query.is_regex:
        return python_finder(query)
    options = QRegularExpression.PatternOption.UseUnicodePropertiesOption
    if not query.match_case:
        options |= QRegularExpression.PatternOption.CaseInsensitiveOption
    alone = QRegularExpression(query.text, options)  # so that the place of an error is one of what was typed
    if not alone.isValid():
        where = tr("character {n}", n=alone.patternErrorOffset() + 1)
        raise UsageError(f"This is no regular expression: {alone.errorString()}", where, "Correct it.")
    expression = QRegularExpression(query.source, options)
    expression.optimize()
    return Finder(partial(_find, expression), tuple(expression.namedCaptureGroups()))


def _find(expression: QRegularExpression, line: str) -> Iterator[Match]:
    matches = expression.globalMatch(_LONE.sub(_UNKNOWN, line))
    if not matches.isValid():
        raise SlowExpressionError
    places = _places(line) if _BEYOND.search(line) else None
    while matches.hasNext():
        match = matches.next()
        if not match.isValid():
            raise SlowExpressionError
        yield _match(match, line, places)


def _match(match: QRegularExpressionMatch, line: str, places: list[int] | None) -> Match:
    """Qt counts characters beyond the first plane twice, and does not see bytes that are no text: both are mended."""
    units = [(match.capturedStart(group), match.capturedEnd(group)) for group in range(match.lastCapturedIndex() + 1)]
    units += [(-1, -1)] * (match.regularExpression().captureCount() + 1 - len(units))
    if places is not None:
        units = [(places[start], places[end]) if start >= 0 else (-1, -1) for start, end in units]
    groups = tuple(line[start:end] if start >= 0 else "" for start, end in units)
    return Match(*units[0], groups)


def _places(line: str) -> list[int]:
    """For each offset in Qt's units the one in ours."""
    found = [at for at, letter in enumerate(line) for _half in range(1 + (letter > "\uffff"))]
    return [*found, len(line)]
