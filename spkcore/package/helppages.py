"""The help pages of a desktop folder: help/<language>/<page>, which helptoc.conf names (spk-format.md 5.5)."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from spkcore.base.errors import UsageError
from spkcore.base.reference import table
from spkcore.package.changes import Change, put
from spkcore.package.entries import Entry, Kind, file_entry
from spkcore.package.texts import DEFAULT_LANGUAGE

FOLDER = "help"
_SUFFIXES = (".html", ".htm")
_NAME = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._ -]*/)*[A-Za-z0-9_-][A-Za-z0-9._ -]*\.html?")
_WITH_REGION = {"pt-BR", "pt-PT", "zh-CN", "zh-TW"}
"""Languages that are written in more than one way."""
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{title}</title>
  <style>
    body {{ max-width: 48em; margin: 16px 24px; font: 14px/1.6 sans-serif; color: #1f2a3c; background: #fff; }}
    h1 {{ margin: 0 0 8px; font-size: 20px; line-height: 1.3; }}
  </style>
</head>
<body>
  <h1>{title}</h1>
  <p>Write here what people want to know.</p>
</body>
</html>
"""


def help_pages(entries: Mapping[str, Entry], folder: str) -> dict[str, tuple[str, ...]]:
    """The pages of the desktop folder `folder` as helptoc.conf names them, each with the languages that have it."""
    start, found = f"{folder}/{FOLDER}/", dict[str, tuple[str, ...]]()
    for path in sorted(entries):
        language, slash, page = path.removeprefix(start).partition("/")
        if path.startswith(start) and slash and page.endswith(_SUFFIXES) and entries[path].kind is not Kind.DIRECTORY:
            found[page] = (*found.get(page, ()), language)
    return found


def page_path(entries: Mapping[str, Entry], folder: str, content: str) -> str:
    """Where the page `content` of a table of contents stands, in the language that DSM falls back to if it is there;
    empty where no language has it. What follows a # is a place within the page."""
    page = content.partition("#")[0]
    languages = help_pages(entries, folder).get(page, ())
    language = DEFAULT_LANGUAGE if DEFAULT_LANGUAGE in languages else next(iter(languages), "")
    return f"{folder}/{FOLDER}/{language}/{page}" if language else ""


def new_page(entries: Mapping[str, Entry], folder: str, content: str) -> Change:
    """The change that begins the page `content` in every language of the help, or in the one that DSM falls back to.
    Raises `UsageError` for what is no name of a page."""
    page = content.partition("#")[0]
    if not _NAME.fullmatch(page):
        raise UsageError("A page cannot be called like this", content, "Write a name such as index.html.")
    title = html.escape(page.rpartition("/")[2].rpartition(".")[0].replace("_", " ").capitalize())
    languages = {language for known in help_pages(entries, folder).values() for language in known}
    places = {
        f"{folder}/{FOLDER}/{language}/{page}": file_entry(_PAGE.format(title=title, language=_tag(language)).encode())
        for language in sorted(languages) or [DEFAULT_LANGUAGE]
    }
    return put(entries, {place: made for place, made in places.items() if place not in entries})


def _tag(language: str) -> str:
    """The language as HTML has it: "de" for "ger"."""
    locale: str = table("languages")["languages"].get(language, {}).get("locale", "en")
    return locale if locale in _WITH_REGION else locale.partition("-")[0]
