"""Search and replace in the texts of a whole package; one replacement is one change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from spkcore.base.errors import UsageError
from spkcore.base.tasks import TaskContext
from spkcore.package.changes import Change, Edit, set_content
from spkcore.package.entries import Entry
from spkcore.package.filetext import FileText, NoText, file_text

MOST_HITS = 10_000
"""A search ends after so many places: nobody reads more, and replacing them all at once is no decision."""

_LINE = re.compile("[^\n]*\n?")
_AROUND = 1_000
"""Characters that are kept on each side of a hit: of a minified file, each hit would keep its line of a megabyte."""
_LINES_AT_ONCE = 500
"""Lines that are searched before it is asked whether somebody still waits."""
_BOM = "\ufeff"
_TEMPLATE = re.compile(r"\\(?:(?P<number>[0-9]{1,2})|g<(?P<name>\w+)>|(?P<letter>.?))", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. A regular expression looks at one line at a time."""

    text: str
    match_case: bool = False
    whole_words: bool = False
    is_regex: bool = False

    @property
    def source(self) -> str:
        """The regular expression for it."""
        source = self.text if self.is_regex else re.escape(self.text)
        return rf"(?<!\w)(?:{source})(?!\w)" if self.whole_words else source

    def compiled(self) -> re.Pattern[str]:
        """Python's pattern: an unlucky expression keeps it busy for ever. Raises `UsageError` for what is none."""
        try:
            return re.compile(self.source, 0 if self.match_case else re.IGNORECASE)
        except re.error as error:
            where = f"character {error.pos + 1}" if error.pos is not None else ""
            raise UsageError(f"This is no regular expression: {error.msg}", where, "Correct it.") from error


@dataclass(frozen=True, slots=True)
class Hit:
    """One place. `line` and `column` count from 1; `start` and `end` are offsets in the file's text.

    `before`, `found` and `after` are the line in three pieces, without its end; of long lines what is near. `groups` is
    what each group of a regular expression caught, the whole first, and `names` what they are called, or "".
    """

    path: str
    line: int
    column: int
    start: int
    end: int
    before: str
    found: str
    after: str
    groups: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Where an expression fits in a line, and what its groups caught, the whole first."""

    start: int
    end: int
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finder:
    """An engine for one query: `find` gives the matches in a line from left to right, and raises `SlowExpressionError`
    where it gave up; `names` are those of the groups, with "" for the whole and for groups without one."""

    find: Callable[[str], Iterable[Match]]
    names: tuple[str, ...]


class SlowExpressionError(Exception):
    """A regular expression tried too many ways to fit on one line."""


def python_finder(query: Query) -> Finder:
    """Python's engine, which never gives up: for texts, and for expressions of our own. Raises `UsageError`."""
    pattern = query.compiled()
    called = {number: name for name, number in pattern.groupindex.items()}

    def find(line: str) -> Iterator[Match]:
        for match in pattern.finditer(line):
            yield Match(*match.span(), (match.group(), *match.groups("")))

    return Finder(find, tuple(called.get(number, "") for number in range(pattern.groups + 1)))


def search(
    entries: Mapping[str, Entry],
    query: Query,
    context: TaskContext,
    finder: Finder | None = None,
    on_skipped: Callable[[str, NoText], None] | None = None,
) -> Iterator[Hit]:
    """The places in all text files, in the order of their paths; at most `MOST_HITS`. Files that have no text are left
    out: `on_skipped` hears of each, and why. `finder` is Python's engine unless another one is given.

    Raises `UsageError` for a bad expression, and for one that takes too long.
    """
    finder = finder or python_finder(query)
    needed = None if query.is_regex else query.compiled()
    left = MOST_HITS
    for path in sorted(entries):
        context.check()
        file = file_text(entries[path])
        if isinstance(file, NoText) and on_skipped is not None:
            on_skipped(path, file)
        if not isinstance(file, FileText) or (needed is not None and not needed.search(file.text)):
            continue
        for hit in _hits(path, file.text, finder, context):
            yield hit
            left -= 1
            if not left:
                return


def replacement(query: Query, hit: Hit, text: str) -> str:
    r"""What `text` makes of a hit: in a regular expression `\1` and `\g<name>` stand for what groups caught.

    Raises `UsageError` where `text` names a group that the expression does not have.
    """
    return _TEMPLATE.sub(partial(_filled, hit), text) if query.is_regex else text


def _filled(hit: Hit, escape: re.Match[str]) -> str:
    number, name, letter = escape["number"] or "", escape["name"] or "", escape["letter"] or ""
    if name and name.isdecimal():
        number = name
    if number and int(number) < len(hit.groups):
        return hit.groups[int(number)]
    if name in hit.names[1:] and name:
        return hit.groups[hit.names.index(name)]
    if number or name or not letter or (letter not in _LETTERS and letter.isalnum()):
        text = f"The replacement does not fit the expression: {escape.group()} means nothing"
        raise UsageError(text, "", r"\1 is the first group, \n a line break, \\ a backslash.")
    return _LETTERS.get(letter, escape.group())


def replace(entries: Mapping[str, Entry], query: Query, hits: Iterable[Hit], text: str) -> Change:
    """The change that puts `text` in the place of these hits. Line ends and everything else stay.

    Raises `UsageError` for hits that are not there any more, because a file was edited since.
    """
    return substitute(entries, [(hit, replacement(query, hit, text)) for hit in hits])


def substitute(entries: Mapping[str, Entry], wanted: Iterable[tuple[Hit, str]]) -> Change:
    """The change that puts another text in the place of each hit. Raises like `replace`."""
    edits: dict[str, Edit] = {}
    ordered = sorted(wanted, key=lambda item: (item[0].path, item[0].start))
    for path, group in groupby(ordered, key=lambda item: item[0].path):
        file = file_text(entries[path]) if path in entries else None
        if not isinstance(file, FileText):
            raise _changed(path)
        try:
            data = file.encode(_substituted(path, file.text, group))
        except UnicodeEncodeError as error:
            raise UsageError("The file cannot hold this text", path, "Replace with another text.") from error
        edits |= {edit.path: edit for edit in set_content(entries, path, data).edits}
    return Change(tuple(edits.values()), place=next(reversed(edits), ""))


def _substituted(path: str, text: str, group: Iterable[tuple[Hit, str]]) -> str:
    pieces: list[str] = []
    at = 0
    for hit, new in group:
        if text[hit.start : hit.end] != hit.found:
            raise _changed(path)
        pieces += [text[at : hit.start], _with_ends(new, text, hit.end)]
        at = hit.end
    return "".join([*pieces, text[at:]])


def _changed(path: str) -> UsageError:
    return UsageError("The file was changed since the search", path, "Search again.")


def _with_ends(new: str, text: str, at: int) -> str:
    """`new` with line breaks like that of the line which it comes into."""
    if "\n" not in new:
        return new
    end = text.find("\n", at)
    has_crlf = text[end - 1 : end] == "\r" if end > 0 else "\r\n" in text
    return re.sub("\r?\n", "\r\n", new) if has_crlf else new


def _hits(path: str, text: str, finder: Finder, context: TaskContext) -> Iterator[Hit]:
    """A byte order mark belongs to the file, not to its first line."""
    for number, found in enumerate(_LINE.finditer(text, int(text.startswith(_BOM))), 1):
        if not number % _LINES_AT_ONCE:
            context.check()
        line = found.group().rstrip("\r\n")
        try:
            for match in finder.find(line):
                if match.end > match.start:
                    yield _hit((path, number, found.start()), line, match, finder.names)
        except SlowExpressionError as error:
            where = f"{path}, line {number}"
            raise UsageError(
                "This expression takes too long", where, "Avoid repeats in repeats, like (a+)+."
            ) from error


def _hit(place: tuple[str, int, int], line: str, match: Match, names: tuple[str, ...]) -> Hit:
    """`place` is the path, the number of the line, and the offset where the line begins."""
    path, number, offset = place
    start, end = match.start, match.end
    before, after = line[max(start - _AROUND, 0) : start], line[end : end + _AROUND]
    return Hit(
        path, number, start + 1, offset + start, offset + end,
        before, line[start:end], after, match.groups, names,
    )  # fmt: skip
