"""The file INFO, kept line by line: an edit changes one line and leaves every other byte alone.

Facts about the syntax: spk-format.md 2.1. DSM documents no escapes, so a value is the text between the outer quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from spkcore.base.errors import UsageError
from spkcore.package.dependencies import Dependency, parse_dependencies
from spkcore.package.findings import decode, encode
from spkcore.package.infokeys import find_key, info_keys, languages, split_language

PATH = "INFO"
BOM = "\ufeff"

_LINES = re.compile(r"(?P<text>[^\n]*?)(?P<end>\r?\n|\Z)")
_ENTRY = re.compile(r"(?P<before>\s*)(?P<key>[^\s=\"']+)(?P<equals>\s*=\s*)(?P<rest>.*)", re.DOTALL)
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_]+")
_PLAIN_VALUE = re.compile(r"[^\s\"'#;`$\\]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text without the line end, and what was read in it.

    `key` is empty for blank lines, comments and lines that cannot be read. `head` is all text before the value's
    opening quote, `quote` is `"`, `'` or empty, `tail` is all text behind the closing quote.
    """

    text: str
    end: str
    key: str = ""
    head: str = ""
    quote: str = ""
    value: str = ""
    tail: str = ""
    closed: bool = True

    @property
    def is_silent(self) -> bool:
        """Whether it is blank or a comment."""
        stripped = self.text.strip()
        return not stripped or stripped[0] in "#;"


class Info:
    """An INFO file. Immutable: edits give a new one."""

    __slots__ = ("_last", "_lines", "bom")

    def __init__(self, lines: tuple[Line, ...] = (), *, bom: bool = False) -> None:
        self._lines = lines
        self.bom = bom
        self._last = {line.key: index for index, line in enumerate(lines) if line.key}

    @classmethod
    def parse(cls, data: bytes) -> Info:
        """Read INFO. Never fails: what cannot be read is kept; the rules about INFO report it."""
        text = decode(data)
        bom = text.startswith(BOM)
        matches = _LINES.finditer(text[1:] if bom else text)
        return cls(tuple(read_line(m["text"], m["end"]) for m in matches if m["text"] or m["end"]), bom=bom)

    def to_bytes(self) -> bytes:
        """The file; the same bytes that were parsed where nothing was edited."""
        return encode((BOM if self.bom else "") + "".join(line.text + line.end for line in self._lines))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Info) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines, in order."""
        return self._lines

    # ------------------------------------------------------------------------------------------ reading

    def __contains__(self, key: str) -> bool:
        return key in self._last

    def __iter__(self) -> Iterator[str]:
        """The keys, each once, in the order of the lines that count."""
        return iter(sorted(self._last, key=self._last.__getitem__))

    def as_dict(self) -> dict[str, str]:
        """Keys and values; the last line of a key counts."""
        return {key: self.get(key) for key in self}

    def get(self, key: str, default: str = "") -> str:
        """The value as written, without its quotes; `default` when the key is not there."""
        index = self._last.get(key)
        return default if index is None else self._lines[index].value

    def value(self, key: str) -> str:
        """The value that DSM goes by: as written, or the table's default."""
        known = find_key(key)
        return self.get(key) or (known.default if known else "")

    def boolean(self, key: str) -> bool:
        """Whether the key, or its default, says yes."""
        return self.value(key) == "yes"

    def integer(self, key: str) -> int | None:
        """The whole number of the key or its default; None when there is none."""
        value = self.value(key).strip()
        return int(value) if re.fullmatch("[0-9]{1,18}", value) else None

    def words(self, key: str) -> tuple[str, ...]:
        """The items of a list separated by blanks."""
        return tuple(self.value(key).split())

    def dependencies(self, key: str) -> tuple[Dependency, ...]:
        """The items of a dependency list."""
        return parse_dependencies(self.get(key))

    def localised(self, key: str) -> dict[str, str]:
        """Language codes and values of the localised variants, in the order of the file."""
        split = ((split_language(name), name) for name in self)
        return {code: self.get(name) for (base, code), name in split if base == key and code}

    def line_of(self, key: str) -> int:
        """The number of the line that counts for this key, from 1; 0 when it is not there."""
        return self._last.get(key, -1) + 1

    def column_of(self, key: str) -> int:
        """The column where the value starts, from 1; 0 when the key is not there."""
        index = self._last.get(key)
        if index is None:
            return 0
        line = self._lines[index]
        return len(line.head) + len(line.quote) + 1

    # ------------------------------------------------------------------------------------------ editing

    def set(self, key: str, value: str) -> Info:
        """Give `key` this value: on the line that counts for it, or on a new line at a fitting place.

        Raises `UsageError` for a key or a value that INFO cannot hold: line breaks (write <br>) and double quotes.
        """
        index = self._last.get(key)
        line = self._lines[index] if index is not None else None
        if line and line.value == value and line.closed:
            return self
        require_value(key, value)
        if index is None or line is None:
            return self._insert(key, value)
        return self._with_line(index, _written(line, value))

    def remove(self, key: str) -> Info:
        """Without every line of this key."""
        return Info(tuple(line for line in self._lines if line.key != key), bom=self.bom)

    def rename(self, key: str, new: str) -> Info:
        """With the last line of `key` called `new`. Raises `UsageError` when `new` is there or no key."""
        _require_key(new)
        if new in self:
            raise UsageError("INFO has this key already", new, "Change that line instead.")
        index = self._last[key]
        line = self._lines[index]
        head = line.head.replace(key, new, 1)
        return self._with_line(index, replace(line, key=new, head=head, text=head + line.text[len(line.head) :]))

    def _with_line(self, index: int, line: Line) -> Info:
        return Info((*self._lines[:index], line, *self._lines[index + 1 :]), bom=self.bom)

    def _insert(self, key: str, value: str) -> Info:
        _require_key(key)
        lines = list(self._lines)
        index = self._place(key)
        end = next((line.end for line in lines if line.end), "\n")
        if index == len(lines) and lines and not lines[-1].end:
            lines[-1] = replace(lines[-1], end=end)
            end = ""
        lines.insert(index, read_line(f'{key}="{value}"', end))
        return Info(tuple(lines), bom=self.bom)

    def _place(self, key: str) -> int:
        """Where a new line goes: behind its neighbours in the table's order, computed keys last."""
        rank = key_rank(key)
        group = _group(key)
        mates = [(key_rank(name), index) for name, index in self._last.items() if group and _group(name) == group]
        smaller = [mate for mate in mates if mate[0] < rank]
        if smaller:
            return max(smaller)[1] + 1
        if mates:
            return min(mates)[1]
        others = [index for name, index in self._last.items() if _group(name) != "computed"]
        if others and group != "computed":
            return max(others) + 1
        return max(self._last.values(), default=-1) + 1 if group == "computed" else self._first_computed()

    def _first_computed(self) -> int:
        return min(self._last.values(), default=len(self._lines))


def require_value(key: str, value: str) -> None:
    """Raise `UsageError` when INFO cannot hold `value` (spk-format.md 2.1)."""
    if re.search("[\r\n\0]", value):
        raise UsageError("A value of INFO is one line", key, "Write <br> where a line break should be shown.")
    if '"' in value:
        raise UsageError('A value of INFO cannot hold the character "', key, "Use ' or “ ” instead.")


def key_rank(key: str) -> tuple[int, int]:
    """Where a key stands in the table's order, localised variants behind their base; unknown keys last."""
    return _ranks().get(split_language(key)[0], len(info_keys())), _language_rank(key)


@cache
def _ranks() -> dict[str, int]:
    return {name: rank for rank, name in enumerate(info_keys())}


def _language_rank(key: str) -> int:
    code = split_language(key)[1]
    codes = list(languages())
    if not code:
        return 0
    return codes.index(code) + 1 if code in codes else len(codes) + 1


def _group(key: str) -> str:
    known = find_key(key)
    return known.group if known else ""


def _require_key(key: str) -> None:
    if not _PLAIN_KEY.fullmatch(key):
        raise UsageError("This is no key for INFO", key, "Use letters, digits and underscores only.")


def read_line(text: str, end: str) -> Line:
    """What one line of INFO says."""
    match = _ENTRY.fullmatch(text)
    if match is None or match["key"][0] in "#;":
        return Line(text, end)
    head = match["before"] + match["key"] + match["equals"]
    rest = match["rest"]
    quote = rest[0] if rest and rest[0] in "\"'" else ""
    if not quote:
        value = rest.rstrip()
        return Line(text, end, match["key"], head, "", value, rest[len(value) :])
    close = rest.rfind(quote)
    if close == 0:
        return Line(text, end, match["key"], head, quote, rest[1:].rstrip(), "", closed=False)
    return Line(text, end, match["key"], head, quote, rest[1:close], rest[close + 1 :])


def _written(line: Line, value: str) -> Line:
    """`line` with another value, in its own quoting where that can hold it."""
    quote = line.quote
    if not line.closed or (quote == "'" and "'" in value) or (not quote and not _PLAIN_VALUE.fullmatch(value)):
        quote = '"'
    tail = "" if quote in line.tail and quote else line.tail
    text = f"{line.head}{quote}{value}{quote}{tail}"
    return replace(line, text=text, quote=quote, value=value, tail=tail, closed=True)
