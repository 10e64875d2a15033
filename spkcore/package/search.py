"""Search and replace in the texts of a whole package; one replacement is one change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from spkcore.base.errors import UnreadableError, UsageError
from spkcore.base.tasks import TaskContext
from spkcore.package.changes import Change, set_content
from spkcore.package.entries import Entry, Kind
from spkcore.package.parts import LARGEST_TEXT

MOST_HITS = 10_000
"""A search ends after so many places: nobody reads more, and replacing them all at once is no decision."""

_LINE = re.compile("[^\n]*\n?")
_LONGEST = 20_000
"""Characters of a line that are searched by a regular expression: minified files have lines of a megabyte, on which an
unlucky expression never ends."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. A regular expression is Python's, and looks at one line at a time."""

    text: str
    match_case: bool = False
    whole_words: bool = False
    is_regex: bool = False

    def compiled(self) -> re.Pattern[str]:
        """The pattern. Raises `UsageError` for what is no regular expression."""
        source = self.text if self.is_regex else re.escape(self.text)
        if self.whole_words:
            source = rf"(?<!\w)(?:{source})(?!\w)"
        try:
            return re.compile(source, 0 if self.match_case else re.IGNORECASE)
        except re.error as error:
            where = f"character {error.pos + 1}" if error.pos is not None else ""
            raise UsageError(f"This is no regular expression: {error.msg}", where, "Correct it.") from error


@dataclass(frozen=True, slots=True)
class Hit:
    """One place. `line` and `column` count from 1; `start` and `end` are offsets in the file's text.

    `before`, `found` and `after` are the line in three pieces, without its end.
    """

    path: str
    line: int
    column: int
    start: int
    end: int
    before: str
    found: str
    after: str


def search(entries: Mapping[str, Entry], query: Query, context: TaskContext) -> Iterator[Hit]:
    """The places in all text files, in the order of their paths; at most `MOST_HITS`. Files that cannot be read or hold
    bytes instead of text are left out. Raises `UsageError` for a bad expression."""
    pattern = query.compiled()
    left = MOST_HITS
    for path in sorted(entries):
        context.check()
        for hit in _hits(path, entries[path], pattern, is_regex=query.is_regex):
            yield hit
            left -= 1
            if not left:
                return


def replacement(query: Query, hit: Hit, text: str) -> str:
    r"""What `text` makes of a hit: in a regular expression `\1` and `\g<name>` stand for what groups caught.

    Raises `UsageError` where `text` names a group that the expression does not have.
    """
    if not query.is_regex:
        return text
    line = hit.before + hit.found + hit.after
    match = query.compiled().match(line, len(hit.before), _LONGEST)
    try:
        return match.expand(text) if match else text
    except (re.error, IndexError) as error:
        raise UsageError(
            f"The replacement does not fit the expression: {error}", "", r"\1 is the first group."
        ) from error


def replace(entries: Mapping[str, Entry], query: Query, hits: Iterable[Hit], text: str) -> Change:
    """The change that puts `text` in the place of these hits. Line ends and everything else stay.

    Raises `UsageError` for hits that are not there any more, because a file was edited since.
    """
    return substitute(entries, [(hit, replacement(query, hit, text)) for hit in hits])


def substitute(entries: Mapping[str, Entry], wanted: Iterable[tuple[Hit, str]]) -> Change:
    """The change that puts another text in the place of each hit. Raises like `replace`."""
    change = Change(())
    ordered = sorted(wanted, key=lambda item: (item[0].path, item[0].start))
    for path, group in groupby(ordered, key=lambda item: item[0].path):
        text = _text(entries[path]) if path in entries else None
        pieces: list[str] = []
        at = 0
        for hit, new in group:
            if text is None or text[hit.start : hit.end] != hit.found:
                raise UsageError("The file was changed since the search", path, "Search again.")
            pieces += [text[at : hit.start], new]
            at = hit.end
        data = "".join([*pieces, (text or "")[at:]]).encode("utf-8", "surrogateescape")
        change = change.then(set_content(entries, path, data))
    return change


def _hits(path: str, entry: Entry, pattern: re.Pattern[str], is_regex: bool) -> Iterator[Hit]:
    text = _text(entry)
    if text is None or (not is_regex and not pattern.search(text)):
        return
    for number, found in enumerate(_LINE.finditer(text), 1):
        line = found.group().rstrip("\r\n")
        part = line[:_LONGEST] if is_regex else line
        for match in pattern.finditer(part):
            if match.end() > match.start():
                start = found.start() + match.start()
                yield Hit(
                    path, number, match.start() + 1, start, start + len(match.group()),
                    line[: match.start()], match.group(), line[match.end() :],
                )  # fmt: skip


def _text(entry: Entry) -> str | None:
    if entry.kind is not Kind.FILE or entry.content is None or not 0 < entry.content.size <= LARGEST_TEXT:
        return None
    try:
        with entry.content.open() as stream:
            head = stream.read(4096)
        data = b"" if b"\0" in head else entry.content.read()
    except UnreadableError:
        return None
    return None if b"\0" in data else data.decode("utf-8", "surrogateescape")
