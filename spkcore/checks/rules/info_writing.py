"""Rules about how INFO is written: quotes, line ends, letters, doubled lines (spk-format.md 2.1 and chapter 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spkcore.base.reference import table
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.info_base import at_value, has_info, info_rule, shown
from spkcore.checks.subject import Subject
from spkcore.checks.targets import Targets
from spkcore.package.findings import Severity, from_utf16, undecodable
from spkcore.package.info import PATH, Info, Line
from spkcore.package.infokeys import find_key
from spkcore.package.infomend import mended_letters, split_values

_LOST = re.compile("\ufffd|(?<![^\\s(])[?]{3,}|[?]{4,}")
"""The sign for a letter that could not be read, or question marks in place of whole words."""
_SHELL = re.compile(r"[$`]|\\(?!\")")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")


@info_rule("I016")
def not_quoted(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Values without double quotes, and blanks around the equals sign."""
    for number, line in _entries(info):
        known = find_key(line.key)
        column = len(line.head) + 1
        is_toolkit = known is not None and known.generated and line.value.isdigit()
        fixable = _is_whole(line)
        if line.head != f"{line.key}=":
            yield hit(PATH, number, 1, field=line.key, variant="blanks", fixable=fixable)
        if line.quote == "" and not is_toolkit:
            yield hit(PATH, number, column, field=line.key, key=shown(line.key), value=shown(line.value))
        elif line.quote == "'":
            yield hit(PATH, number, column, field=line.key, variant="single", fixable=fixable)


@info_rule("I017")
def unreadable_line(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Lines that hold no key and value, or more than that."""
    joined = {number for start, end in split_values(info) for number in range(start + 2, end + 2)}
    for number, line in enumerate(info.lines, start=1):
        if not line.key:
            if not line.is_silent:
                goes_on = number in joined
                yield hit(PATH, number, 1, variant="continued" if goes_on else "", fixable=goes_on)
        elif not line.closed:
            yield hit(PATH, number, len(line.text) + 1, field=line.key, variant="open")
        elif line.quote and line.tail.strip():
            column = len(line.text) - len(line.tail) + 1
            yield hit(PATH, number, column, field=line.key, variant="behind", fixable=False)


@info_rule("I018")
def quote_in_value(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A double quote inside a value."""
    for number, line in _entries(info):
        if line.closed and '"' in line.value:
            column = len(line.head) + len(line.quote) + line.value.index('"') + 1
            yield hit(PATH, number, column, field=line.key, fixable=_is_whole(line))


@info_rule("I019")
def shell_letters(info: Info, _targets: Targets) -> Iterator[Hit]:
    """What a shell would take for more than a letter."""
    for key in info:
        match = _SHELL.search(info.get(key))
        if match is not None:
            yield at_value(info, key, offset=match.start(), letter=match[0])


@info_rule("I020")
def not_utf8(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Bytes that are no UTF-8."""
    if from_utf16(info.to_bytes()) is not None:
        yield hit(PATH, 1, 1, variant="utf16")
        return
    for number, line in enumerate(info.lines, start=1):
        bad = undecodable(line.text)
        if bad is not None:
            yield hit(PATH, number, bad + 1, field=line.key)


@info_rule("I021")
def lost_letters(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Letters that a conversion has lost."""
    for key in info:
        match = _LOST.search(info.get(key)) if _is_prose(key) else None
        if match is not None:
            yield at_value(info, key, offset=match.start(), letters=match[0])


@rule("I022")
def byte_order_mark(subject: Subject) -> Iterator[Hit]:
    """Three bytes of Windows in front of the first key."""
    if has_info(subject) and subject.info.bom:
        yield hit(PATH, 1, 1)


@rule("I023")
def windows_line_ends(subject: Subject) -> Iterator[Hit]:
    """A carriage return, once for the whole file."""
    return subject.per_file([PATH] if has_info(subject) else [], _carriage_return)


def _carriage_return(subject: Subject, path: str) -> Iterator[Hit]:
    before, found, _ = subject.text(path).removeprefix("\ufeff").partition("\r")
    if found:
        last = before.rpartition("\n")[2]
        yield hit(path, before.count("\n") + 1, len(last) + 1)


@info_rule("I024")
def doubled_key(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Lines that a later line of the same key overrules."""
    for number, line in _entries(info):
        last = info.line_of(line.key)
        if number != last:
            yield hit(PATH, number, 1, field=line.key, key=shown(line.key), last=last)


@info_rule("I053")
def long_or_marked_up(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Texts that Package Center may not show well."""
    longest: int = table("info_keys")["limits"]["long_text"]
    for key in info:
        value = info.get(key)
        if not _is_prose(key):
            continue
        if len(value) > longest:
            yield at_value(info, key, length=len(value), longest=longest)
        if match := _MARKUP.search(value):
            yield at_value(info, key, offset=match.start(), variant="markup", severity=Severity.INFO, tag=match[0])


@info_rule("I054")
def encoded_twice(info: Info, _targets: Targets) -> Iterator[Hit]:
    """UTF-8 that was read as Windows-1252 and written as UTF-8 again."""
    for key in info:
        value = info.get(key)
        mended = mended_letters(value)
        if mended != value:
            start = next(index for index, pair in enumerate(zip(value, mended, strict=False)) if pair[0] != pair[1])
            end = value.find(" ", start)
            word = value[value.rfind(" ", 0, start) + 1 : None if end < 0 else end]
            yield at_value(info, key, offset=start, piece=shown(word), right=shown(mended_letters(word)))


@info_rule("I055")
def comment(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Comments, which some package sources cannot read."""
    for number, line in enumerate(info.lines, start=1):
        if line.is_silent and line.text.strip():
            yield hit(PATH, number, 1)


def _entries(info: Info) -> Iterator[tuple[int, Line]]:
    return ((number, line) for number, line in enumerate(info.lines, start=1) if line.key)


def _is_whole(line: Line) -> bool:
    """Whether it can be written in another way without a loss."""
    return line.closed and not line.tail.strip()


def _is_prose(key: str) -> bool:
    known = find_key(key)
    return known is not None and known.type == "text" and not known.pattern
