"""The simple HTML of wizard texts, made safe for our labels: known tags only, no pictures, no scripts, no styles."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_INLINE = frozenset({"b", "strong", "i", "em", "u", "s", "code", "tt", "small", "sub", "sup", "span"})
_BLOCKS = frozenset({"br", "hr", "p", "ul", "ol", "li", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "div", "blockquote"})
_TABLES = frozenset({"table", "tr", "td", "th", "tbody", "thead"})
_KEPT = _INLINE | _BLOCKS | _TABLES
_LONELY = frozenset({"br", "hr"})
_SILENT = frozenset({"script", "style", "head", "iframe", "object", "svg"})
_MARKUP = re.compile(r"<[A-Za-z/!]|&[#A-Za-z]")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_SECTION = re.compile(r"<!\[+")
"""A marked section, which Python's parser raises an AssertionError about; for a browser it is one more odd comment."""
_UNCLOSED = re.compile(r"<!(?![^>]*>)")
"""The begin of a comment that never ends: a text to old versions of Python's parser, nothing to newer ones."""
_BLANKS = re.compile(r"\s+")


class _Cleaner(HTMLParser):
    def __init__(self, link_color: str) -> None:
        super().__init__(convert_charrefs=True)
        self.rich: list[str] = []
        self.plain: list[str] = []
        self._link_color = link_color
        self._silent = 0
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif self._silent:
            return
        elif tag == "a":
            self._open_link(dict(attrs).get("href") or "")
        elif tag == "img":
            self.handle_data(f"[{dict(attrs).get('alt') or '…'}]")
        elif tag in _KEPT:
            self.rich.append(f"<{tag}>")
            self._part(tag)
            if tag not in _LONELY:
                self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in self._open and not self._silent:
            while self._open:
                last = self._open.pop()
                self.rich.append(f"</{last}>")
                self._part(last)
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.rich.append(escape(data, quote=False))
            self.plain.append(data)

    def finish(self) -> None:
        self.close()
        self.rich.extend(f"</{tag}>" for tag in reversed(self._open))

    def _part(self, tag: str) -> None:
        if tag not in _INLINE and tag != "a":
            self.plain.append(" ")

    def _open_link(self, address: str) -> None:
        target = f' href="{escape(address)}"' if _ADDRESS.match(address) else ""
        self.rich.append(f'<a{target} style="color: {self._link_color};">')
        self._open.append("a")


def safe_html(text: str, link_color: str) -> str:
    """The text for a label that shows rich text; links lead to web pages only."""
    return "".join(_cleaned(text, link_color).rich)


def plain_text(text: str) -> str:
    """The words of the text, for screen readers and lists."""
    if not _MARKUP.search(text):
        return _BLANKS.sub(" ", text).strip()
    return _BLANKS.sub(" ", "".join(_cleaned(text, "").plain)).strip()


def _cleaned(text: str, link_color: str) -> _Cleaner:
    cleaner = _Cleaner(link_color)
    cleaner.feed(_UNCLOSED.sub("&lt;!", _SECTION.sub("<!", text)))
    cleaner.finish()
    return cleaner
