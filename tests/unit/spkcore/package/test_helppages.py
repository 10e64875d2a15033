"""Help pages: which there are, where they stand, and how new ones begin."""

from __future__ import annotations

import pytest

from spkcore.base.errors import UsageError
from spkcore.package.changes import apply
from spkcore.package.entries import Entry, file_entry
from spkcore.package.helppages import help_pages, new_page, page_path

UI = "package/ui"


def _entries(*paths: str) -> dict[str, Entry]:
    return {f"{UI}/help/{path}": file_entry(b"x") for path in paths}


def test_pages_are_known_by_the_name_that_contents_use() -> None:
    entries = _entries("ger/a.html", "enu/a.html", "ger/more/b.htm", "ger/picture.png")
    assert help_pages(entries, UI) == {"a.html": ("enu", "ger"), "more/b.htm": ("ger",)}
    assert page_path(entries, UI, "a.html#top") == "package/ui/help/enu/a.html"
    assert page_path(entries, UI, "more/b.htm") == "package/ui/help/ger/more/b.htm"
    assert page_path(entries, UI, "none.html") == ""


def test_a_page_begins_in_every_language_that_has_help() -> None:
    entries = _entries("ger/a.html", "enu/a.html", "enu/new.html")
    apply(entries, new_page(entries, UI, "new.html"))
    assert page_path(entries, UI, "new.html") == "package/ui/help/enu/new.html"
    content = entries[f"{UI}/help/ger/new.html"].content
    assert content is not None
    assert b'<html lang="de">' in content.read()
    assert b"<title>New</title>" in content.read()
    kept = entries[f"{UI}/help/enu/new.html"].content
    assert kept is not None
    assert kept.read() == b"x", "what is there stays"


@pytest.mark.parametrize("name", ["", "a", "../a.html", "a//b.html", "/a.html", "a<b.html", "..html"])
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        new_page({}, UI, name)
