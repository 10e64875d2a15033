"""Mends INFO, one kind of damage at a time: pure functions that leave every other line alone.

For the quick fixes and for the migration to DSM 7. Facts: spk-format.md chapter 2.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from spkcore.base.reference import table
from spkcore.package.arch import expand
from spkcore.package.findings import encode, undecodable
from spkcore.package.info import Info, Line, read_line
from spkcore.package.infokeys import find_key, info_keys, languages, split_language
from spkcore.package.version import parse_dsm_version

_SURROGATES = re.compile("[\udc80-\udcff]+")
_NOT_ASCII = re.compile("[^\0-\x7f]+")
_TWICE_ENCODED = re.compile(rb"[\xc2-\xc5\xce-\xd1][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
"""UTF-8 in Latin, Greek, Cyrillic and scripts with longer codes. Others would match German words in quotation marks."""


# ---------------------------------------------------------------------------------------------- writing


def without_bom(info: Info) -> Info:
    """Without the byte order mark."""
    return Info(info.lines)


def written_plainly(info: Info, key: str) -> Info:
    """Every line of `key` as key="value": no blanks around =, double quotes around the value and none in it.

    Lines whose closing quote is missing, or that have text behind it, stay.
    """

    def plain(line: Line) -> str:
        is_clear = line.key == key and line.closed and not line.tail.strip()
        return f'{key}="{without_quotes(line.value)}"' if is_clear else line.text

    return _rewritten(info, plain)


def without_quotes(value: str) -> str:
    """`value` with ' in place of each double quote, and of the backslash in front of it where one escaped it."""
    return re.sub(r'\\?"', "'", value)


def closed(info: Info) -> Info:
    """With the closing quotes that are missing; a value that goes on over further lines becomes one line."""
    ends = dict(split_values(info))
    lines: list[Line] = []
    position = 0
    while position < len(info.lines):
        end = ends.get(position, position)
        pieces = [line.text.strip() for line in info.lines[position : end + 1]]
        line = info.lines[position]
        lines.append(line if end == position else read_line(" ".join(pieces), info.lines[end].end))
        position = end + 1
    return _rewritten(Info(tuple(lines), bom=info.bom), lambda line: line.text if line.closed else _with_quote(line))


def split_values(info: Info) -> list[tuple[int, int]]:
    """The first and last line, from 0, of each value that goes on over further lines up to its closing quote."""
    found = []
    for start, line in enumerate(info.lines):
        if line.closed:
            continue
        for end, later in enumerate(info.lines[start + 1 :], start + 1):
            if later.key or later.is_silent:
                break
            if later.text.rstrip().endswith(line.quote):
                found.append((start, end))
                break
    return found


def last_line_only(info: Info, key: str) -> Info:
    """Without the lines of `key` that a later one overrules."""
    last = info.line_of(key) - 1
    kept = (line for number, line in enumerate(info.lines) if line.key != key or number == last)
    return Info(tuple(kept), bom=info.bom)


def with_value(info: Info, key: str, value: str) -> Info:
    """`info.set`, but unchanged where INFO cannot hold the value."""
    return info if re.search('["\r\n\0]', value) else info.set(key, value)


def renamed(info: Info, key: str, new: str) -> Info:
    """With every line of `key` called `new`; unchanged where `new` has a line of its own."""
    if new in info:
        return info
    return _rewritten(info, lambda line: line.text.replace(key, new, 1) if line.key == key else line.text)


# ---------------------------------------------------------------------------------------------- letters


def read_as_windows(info: Info, key: str = "") -> Info:
    """With the lines (of `key`, or all) that are not UTF-8 read as Windows wrote them in the language of their key."""

    def readable(line: Line) -> str:
        wanted = not key or line.key == key
        return _from_codepage(line) if wanted and undecodable(line.text) is not None else line.text

    return _rewritten(info, readable)


def mended_letters(text: str) -> str:
    """`text` with each "Ã¼" that was an "ü" before UTF-8 was read as Windows-1252 and written again."""
    return _NOT_ASCII.sub(lambda match: _once_encoded(match[0]), text)


def _once_encoded(letters: str) -> str:
    raw = _windows_bytes(letters)
    if raw is None or not re.fullmatch(b"(?:" + _TWICE_ENCODED.pattern + b")+", raw):
        return letters
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return letters


def _windows_bytes(letters: str) -> bytes | None:
    """The bytes that Windows-1252 has for `letters`; the five that it leaves out are control characters."""
    found = bytearray()
    for letter in letters:
        try:
            found += letter.encode("cp1252")
        except UnicodeEncodeError:
            if not "\x80" <= letter <= "\x9f":
                return None
            found.append(ord(letter))
    return bytes(found)


def _from_codepage(line: Line) -> str:
    """The line in the code page of its language: as a whole, unless most of its letters are UTF-8. (Two bytes of
    Japanese may look like one letter of UTF-8.)"""
    language = split_language(line.key)[1] or table("languages")["fallback"]
    row = table("languages")["languages"].get(language, {})
    codepage = row.get("codepage", "cp1252")
    letters = "".join(_NOT_ASCII.findall(line.text))
    unread = len("".join(_SURROGATES.findall(letters)))
    if unread * 2 >= len(letters):
        return _decoded(line.text, codepage)
    return _SURROGATES.sub(lambda match: _decoded(match[0], codepage), line.text)


def _decoded(text: str, codepage: str) -> str:
    raw = encode(text)
    for name in (codepage, "cp1252"):
        try:
            return raw.decode(name)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


# ---------------------------------------------------------------------------------------------- values


def as_boolean(value: str) -> str:
    """ "yes" or "no" for what means one of them ("true", "0"); "" for everything else."""
    words: dict[str, list[str]] = table("info_keys")["booleans"]
    return next((answer for answer, meant in words.items() if value.strip().lower() in meant), "")


def completed_dsm_version(value: str) -> str:
    """A lowest DSM version with its build: the first one of that version; "" where none is known or it has one."""
    version = parse_dsm_version(value)
    if version is None or version.build:
        return ""
    releases: list[dict[str, str]] = table("dsm_releases")["releases"]
    same = [row["os_min_ver"] for row in releases if row["os_min_ver"].startswith(f"{version.major}.{version.minor}-")]
    if version.micro:
        same = [row["os_min_ver"] for row in releases if row["name"] == f"DSM {version}"]
    return min(same, key=lambda text: int(text.partition("-")[2]), default="")


def arch_values(value: str, *, expanded: bool = False) -> str:
    """The list of platforms with the right names for those of build tools (aarch64), each once; with `expanded`, the
    platforms in place of their families, as DSM 6 wants them."""
    wrong: dict[str, str] = table("architectures")["wrong"]
    values = [wrong.get(word, word) for word in value.split()]
    return " ".join(expand(values) if expanded else dict.fromkeys(values))


def mended_dependencies(value: str) -> str:
    """A dependency list with colons between its items and operators that DSM knows; "" where it is not that simple."""
    text = re.sub("[,;]", ":", value)
    for wrong, right in (("=>", ">="), ("=<", "<="), ("==", "=")):
        text = text.replace(wrong, right)
    items = (item.strip() for item in text.split(":"))
    pieces = [piece for item in items if item for piece in _dependency_pieces(item)]
    return ":".join(pieces) if all(re.fullmatch(_ITEM, piece) for piece in pieces) else ""


_ITEM = r"[^\s=<>:,|/]+\s*(?:(?:>=|<=|=|<|>)\s*[^\s=<>:]+)?"


def _dependency_pieces(item: str) -> list[str]:
    """One item, or several where only blanks lie between them."""
    if re.fullmatch(_ITEM, item):
        return [item]
    joined = re.sub(r"\s*(>=|<=|=|<|>)\s*", r"\1", item)
    return joined.split()


def renamed_services(value: str) -> str:
    """A list of services with the names that DSM 7 has for them, each once; unknown ones stay."""
    names: dict[str, str] = table("services")["renamed_in_7"]
    return " ".join(dict.fromkeys(names.get(word, word) for word in value.split()))


# ---------------------------------------------------------------------------------------------- keys


def meant_key(name: str) -> str:
    """The key that was probably meant by an unknown one; "" where nothing is near."""
    base, language = _split_any_language(name)
    if language:
        code = meant_language(language)
        return f"{base}_{code}" if code else ""
    typos: dict[str, str] = table("info_keys")["typos"]
    if name in typos:
        return typos[name]
    lower = {key.lower(): key for key in info_keys()}
    base, language = split_language(name)
    near = lower.get(name.lower()) or next(iter(difflib.get_close_matches(base, info_keys(), 1, 0.85)), "")
    return near if near != name else ""


def meant_language(code: str) -> str:
    """DSM's code for a language that another standard calls `code` ("de", "deu"); "" where it is none."""
    return _language_codes().get(code.lower(), "")


def modern_keys(info: Info, names: Iterable[str]) -> Info:
    """With each of the old keys `names` under its new name; without those that nothing replaces, and without those
    whose new key is there already. Icons inside INFO stay: they are taken out where the picture is a file."""
    for name in names:
        key = find_key(name)
        if key is None or name not in info or key.type == "base64":
            continue
        is_new = key.replaced_by in info_keys() and key.replaced_by not in info
        info = renamed(info, name, key.replaced_by) if is_new else info.remove(name)
    return info


def _split_any_language(name: str) -> tuple[str, str]:
    """`("description", "de")` for `description_de`, whatever stands behind the dash, but not for keys of the table."""
    base, _, code = name.rpartition("_")
    key = info_keys().get(base)
    is_localised = key is not None and key.localised and name not in info_keys() and code not in languages()
    return (base, code) if is_localised else (name, "")


@cache
def _language_codes() -> dict[str, str]:
    rows: dict[str, dict[str, list[str]]] = table("languages")["languages"]
    return {other: code for code, row in rows.items() for other in (*row.get("also", ()), code)}


def _rewritten(info: Info, change: Callable[[Line], str]) -> Info:
    def lines() -> Iterator[Line]:
        for line in info.lines:
            text = change(line)
            yield line if text == line.text else read_line(text, line.end)

    return Info(tuple(lines()), bom=info.bom)


def _with_quote(line: Line) -> str:
    return line.text.rstrip() + line.quote
