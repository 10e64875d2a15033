"""Finds package URLs in what a capture brings home or a user has: package lists (JSON), DSM logs, or any text."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from spkcore.base.errors import UnreadableError
from spkcore.nas.sessionlog import drop_credentials, mask_credentials
from spkcore.package.arch import families, platforms

_URL = re.compile(r"""https?://[^\s"'<>\\^`{|}\x00-\x1f]+""", re.IGNORECASE)
_LOG_LINE = re.compile(r"\bdownload\s+(?P<package>\S+)\s+(?P<url>https?://\S+)")
_OFFICIAL_PATH = re.compile(r"/spk/(?P<package>[^/]+)/(?P<version>[^/]+)/[^/]+\.spk$", re.IGNORECASE)
_MD5 = re.compile(r"^[0-9a-f]{32}$")
_LINK_FIELDS = ("link", "remote_link", "url")
_START = re.compile(r"[{\[]")
_MOST_BROKEN_STARTS = 2_000
_MOST_READ_IN_VAIN = 4
"""How often, measured by the length of the text, what turns out to be broken is read."""
_NO_LETTERS = re.compile(r"[\x00-\x1f\x7f]")
_MOST_LETTERS = 200
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class PackageUrl:
    """Where a package can be fetched. What is not known is empty; `size` is in bytes, 0 if not known.

    `source` says where it was found: a file name or a log. Fields as in package lists (package sources, chapter 1.3).
    `url` is for fetching: it may hold a password. What people see or export is `shown`; what they copy is `bare`,
    unless they ask for the password.
    """

    url: str
    package: str = ""
    version: str = ""
    md5: str = ""
    size: int = 0
    source: str = ""

    @property
    def shown(self) -> str:
        """The address without what it says of a user."""
        return mask_credentials(self.url)

    @property
    def bare(self) -> str:
        """The address as it is for everybody, without any user."""
        return drop_credentials(self.url)

    @property
    def has_password(self) -> bool:
        """Whether the address says who asks: a user, a token, a password."""
        return self.bare != self.url

    @property
    def arch(self) -> str:
        """The platforms or families that the file's name tells of, separated by blanks; lists do not say."""
        name = unquote(self.url.partition("?")[0]).rpartition("/")[2].removesuffix(".spk")
        parts = re.split(r"[-.\[\]()+ ]|_(?!64)", name.lower())
        return " ".join(dict.fromkeys(part for part in parts if part in _arch_names()))


@cache
def _arch_names() -> frozenset[str]:
    """Every value of arch; the underscore of "x86_64" is no gap."""
    return frozenset({*families(), *platforms()})


def find_urls(data: bytes, source: str = "") -> tuple[PackageUrl, ...]:
    """The package URLs in `data`, in their order, each once. Never fails: what is no list is read as text."""
    text = _decode(data)
    found = [*_from_json(text), *_from_log(text), *_from_text(text)]
    return merge((url for url in found if _is_address(url.url)), source)


def find_urls_in_file(path: Path) -> tuple[PackageUrl, ...]:
    """The package URLs in a file. Raises `UnreadableError`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(
            f"The file could not be read ({error.strerror or error})",
            str(path),
            "Check that it still exists and that no other program locks it.",
        ) from error
    return find_urls(data, path.name)


def merge(found: Iterable[PackageUrl], source: str = "") -> tuple[PackageUrl, ...]:
    """Each URL once, where it came first, with what any of its finds knows about it."""
    urls: dict[str, PackageUrl] = {}
    for item in found:
        known = urls.setdefault(item.url, replace(item, source=item.source or source))
        urls[item.url] = replace(
            known,
            package=known.package or item.package,
            version=known.version or item.version,
            md5=known.md5 or item.md5,
            size=known.size or item.size,
        )
    return tuple(urls.values())


def url_of(urls: Iterable[PackageUrl], package: str, version: str) -> str:
    """The URL of this package: with this version if there is one, else the last that names no other version."""
    candidates = [item for item in urls if item.package == package]
    exact = [item.url for item in candidates if item.version == version]
    vague = [item.url for item in candidates if not item.version]
    return (exact or vague or [""])[-1]


def as_csv(urls: Iterable[PackageUrl]) -> str:
    """A table for a spreadsheet: one header line, one line per URL, CRLF as RFC 4180 has it.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(["package", "version", "size", "md5", "url", "source"])
    for url in urls:
        cells = (url.package, url.version, str(url.size or ""), url.md5, url.shown, url.source)
        writer.writerow([f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell for cell in cells])
    return stream.getvalue()


def as_text(urls: Iterable[PackageUrl], address: Callable[[PackageUrl], str] = lambda url: url.shown) -> str:
    """One line per URL for a person or a downloader: its address, then what is known, separated by tabs."""
    rows = ([address(url), url.package, url.version, str(url.size or ""), url.md5] for url in urls)
    return "".join("\t".join(row).rstrip() + "\n" for row in rows)


def matching(urls: Iterable[PackageUrl], words: str) -> tuple[PackageUrl, ...]:
    """The URLs in which every one of the words is found, in whatever column; upper and lower case are the same."""
    wanted = words.casefold().split()
    return tuple(
        url
        for url in urls
        if all(word in f"{url.package} {url.version} {url.md5} {url.shown} {url.source}".casefold() for word in wanted)
    )


def _decode(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if data[:200].count(b"\0") * 3 > len(data[:200]):
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _from_json(text: str) -> Iterator[PackageUrl]:
    """From every JSON value in the text: lists that are cut off, or stand inside something else, give what is whole."""
    decoder = json.JSONDecoder(strict=False)
    broken, in_vain, at = 0, 0, 0
    while (
        broken < _MOST_BROKEN_STARTS
        and in_vain <= _MOST_READ_IN_VAIN * len(text)
        and (start := _START.search(text, at))
    ):
        try:
            value, at = decoder.raw_decode(text, start.start())
        except json.JSONDecodeError as error:
            broken += 1
            in_vain += error.pos - start.start()
            at = start.end()
        except RecursionError:
            broken += 1
            at = start.end()
        else:
            yield from _from_value(value)


def _from_value(value: object) -> Iterator[PackageUrl]:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            found = _from_entry(item)
            if found is not None:
                yield found
            pending.extend(reversed(list(item.values())))
        elif isinstance(item, list):
            pending.extend(reversed(item))


def _from_entry(entry: dict[str, object]) -> PackageUrl | None:
    link = next((entry[field] for field in _LINK_FIELDS if isinstance(entry.get(field), str)), "")
    package = plain_text(entry.get("package") or entry.get("id"))
    url = address_of(link)
    if not url or not (package or _is_package_url(url)):
        return None
    md5 = plain_text(entry.get("md5")).lower()
    return PackageUrl(
        url, package, plain_text(entry.get("version")), md5 if _MD5.match(md5) else "", _size(entry.get("size"))
    )


def address_of(link: object) -> str:
    """The address in the field of a list, written as addresses are; "" if it is none for the web."""
    text = link.strip() if isinstance(link, str) else ""
    if not _URL.match(text) or _NO_LETTERS.search(text):
        return ""
    return text if _URL.fullmatch(text) else "".join(c if _URL.fullmatch(f"http://{c}") else quote(c) for c in text)


def plain_text(value: object) -> str:
    """A field of a list as plain text on one line: lists hold anything, and people, tables and consoles see it."""
    text = value[: 4 * _MOST_LETTERS] if isinstance(value, str) else ""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_MOST_LETTERS]


def _from_log(text: str) -> Iterator[PackageUrl]:
    for match in _LOG_LINE.finditer(text):
        yield PackageUrl(match["url"], match["package"])


def _from_text(text: str) -> Iterator[PackageUrl]:
    for match in _URL.finditer(text.replace("\\/", "/").replace("&amp;", "&")):
        url = html.unescape(match.group()).rstrip(".,;:!?)]")
        if _is_package_url(url):
            known = _OFFICIAL_PATH.search(unquote(urlsplit(url).path))
            yield PackageUrl(url, known["package"], known["version"]) if known else PackageUrl(url)


def _is_address(url: str) -> bool:
    """Whether it can be taken apart: lists hold anything."""
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _is_package_url(url: str) -> bool:
    try:
        return urlsplit(url).path.lower().endswith(".spk")
    except ValueError:
        return False


def _size(value: object) -> int:
    """Lists have the size as a number or as a text."""
    if isinstance(value, bool):
        return 0
    if isinstance(value, int):
        return max(value, 0)
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else 0
