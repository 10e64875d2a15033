"""Search and replace in the whole package."""

from __future__ import annotations

import pytest

from spkcore.base.errors import UsageError
from spkcore.base.tasks import TaskContext
from spkcore.package import search as searching
from spkcore.package.changes import apply
from spkcore.package.entries import BytesContent, Entry, FileContent, Kind, file_entry
from spkcore.package.filetext import NoText
from spkcore.package.search import Hit, Query, replace, search

PACKAGE = {
    "INFO": file_entry(b'package="demo"\nversion="1.0"\n'),
    "scripts": Entry(Kind.DIRECTORY),
    "scripts/postinst": file_entry(b"#!/bin/sh\r\necho demo Demo demos\r\nexit 0\r\n"),
    "package/tool": file_entry(b"\x7fELF\0demo"),
    "package/caf\udce9": file_entry("caf\udce9 demo".encode("utf-8", "surrogateescape")),
    "package/link": Entry(Kind.SYMLINK, target="demo"),
}


def places(query: Query) -> list[tuple[str, int, int, str]]:
    return [(hit.path, hit.line, hit.column, hit.found) for hit in find(query)]


def find(query: Query) -> list[Hit]:
    return list(search(PACKAGE, query, TaskContext()))


def text_after(query: Query, path: str, new: str) -> bytes:
    entries = dict(PACKAGE)
    apply(entries, replace(entries, query, find(query), new))
    content = entries[path].content
    assert content is not None
    return content.read()


def test_texts_are_searched_and_bytes_are_not() -> None:
    assert places(Query("DEMO")) == [
        ("INFO", 1, 10, "demo"),
        ("package/caf\udce9", 1, 6, "demo"),
        ("scripts/postinst", 2, 6, "demo"),
        ("scripts/postinst", 2, 11, "Demo"),
        ("scripts/postinst", 2, 16, "demo"),
    ]


def test_case_and_words_narrow_the_search() -> None:
    in_script = [found for path, _line, _column, found in places(Query("demo", match_case=True, whole_words=True))]
    assert in_script == ["demo", "demo", "demo"]
    assert [hit.after for hit in find(Query("demo", match_case=True)) if hit.line == 2] == [" Demo demos", "s"]


def test_replacing_keeps_line_ends_and_bytes_that_are_no_text() -> None:
    changed = text_after(Query("demo", whole_words=True), "scripts/postinst", "shop")
    assert changed == b"#!/bin/sh\r\necho shop shop demos\r\nexit 0\r\n"
    assert text_after(Query("demo"), "package/caf\udce9", "\\1") == b"caf\xe9 \\1"


def test_a_replacement_uses_groups_of_the_expression() -> None:
    changed = text_after(Query(r"(\w+)=\"(.*?)\"", is_regex=True), "INFO", r"\2='\1'")
    assert changed == b"demo='package'\n1.0='version'\n"


@pytest.mark.parametrize("text", ["(", "a{2,1}"])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no regular expression"):
        find(Query(text, is_regex=True))


def test_a_group_that_is_not_there_is_refused() -> None:
    query = Query("demo", is_regex=True)
    with pytest.raises(UsageError, match="does not fit"):
        replace(PACKAGE, query, find(query), r"\3")


def test_a_file_that_changed_since_is_not_touched() -> None:
    hits = find(Query("demo"))
    edited = {**PACKAGE, "INFO": Entry(Kind.FILE, content=BytesContent(b"package=other\n"))}
    with pytest.raises(UsageError, match="changed since"):
        replace(edited, Query("demo"), hits, "shop")


def test_an_expression_that_finds_nothing_between_letters_finds_nothing() -> None:
    assert not find(Query("q*", is_regex=True))


def test_a_search_ends_where_nobody_reads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_HITS", 3)
    assert len(find(Query("demo"))) == 3


def test_a_hit_in_a_huge_line_keeps_what_is_near_only() -> None:
    entries = {"app.min.js": file_entry(b"demo;" * 200_000)}
    hits = list(search(entries, Query("demo"), TaskContext()))
    assert len(hits) == searching.MOST_HITS
    assert max(len(hit.before) + len(hit.after) for hit in hits) < 5_000
    assert new_content(entries, Query("demo"), "shop")[hits[-1].start :].startswith(b"shop;demo;")


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    entries = {"INFO": file_entry(b'\xef\xbb\xbfpackage="demo"\n')}
    query = Query("^package", is_regex=True)
    assert [(hit.line, hit.column) for hit in search(entries, query, TaskContext())] == [(1, 1)]
    assert new_content(entries, query, "name") == b'\xef\xbb\xbfname="demo"\n'


@pytest.mark.parametrize(("end", "expected"), [("\n", b"one\ntwo\n"), ("\r\n", b"one\r\ntwo\r\n")])
def test_a_line_break_that_is_put_in_is_like_those_of_the_file(end: str, expected: bytes) -> None:
    entries = {"LICENSE": file_entry(f"one;two{end}".encode())}
    assert new_content(entries, Query(";", is_regex=True), r"\n") == expected


@pytest.mark.parametrize(
    ("text", "expected"), [(r"<\g<word>>", "<demo>"), (r"\g<1>\t", "demo\t"), (r"\\1\.", r"\1\."), ("$1", "$1")]
)
def test_what_a_replacement_can_say(text: str, expected: str) -> None:
    query = Query("(?P<word>demo)", is_regex=True)
    assert searching.replacement(query, find(query)[0], text) == expected


@pytest.mark.parametrize("text", ["\\", r"\g<none>", r"\q", r"\2"])
def test_what_a_replacement_cannot_say(text: str) -> None:
    query = Query("(?P<word>demo)", is_regex=True)
    with pytest.raises(UsageError, match="means nothing"):
        searching.replacement(query, find(query)[0], text)


@pytest.mark.parametrize(("mark", "codec"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_a_file_in_utf_16_is_searched_and_keeps_its_encoding_mark_and_line_ends(mark: bytes, codec: str) -> None:
    text = "Grüße, demo\r\nzwei \U0001f600 demo\nEnde"
    entries = {"notes.txt": file_entry(mark + text.encode(codec))}
    query = Query("demo")
    hits = list(search(entries, query, TaskContext()))
    assert [(hit.line, hit.column, hit.before) for hit in hits] == [(1, 8, "Grüße, "), (2, 8, "zwei \U0001f600 ")]
    assert new_content(entries, query, "ü") == mark + text.replace("demo", "ü").encode(codec)
    first = {"notes.txt": entries["notes.txt"]}
    assert [hit.column for hit in search(first, Query("^Gr", is_regex=True), TaskContext())] == [1]


def test_files_that_are_not_searched_are_told_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spkcore.package.filetext.LARGEST_TEXT", 100)
    skipped: dict[str, NoText] = {}
    entries = PACKAGE | {
        "empty": file_entry(b""),
        "gone": Entry(Kind.FILE, content=FileContent("/nowhere/at/all", 5)),
        "long.js": file_entry(b"demo;" * 21),
        "long.bin": file_entry(b"demo\0" * 21),
        "odd.txt": file_entry(b"\xff\xfed\0e\0m\0o\0!"),
        "utf32.txt": file_entry("\ufeffdemo".encode("utf-32-le")),
    }
    list(search(entries, Query("demo"), TaskContext(), on_skipped=skipped.__setitem__))
    assert skipped == {
        "gone": NoText.UNREADABLE,
        "long.bin": NoText.BINARY,
        "long.js": NoText.TOO_LARGE,
        "odd.txt": NoText.DAMAGED,
        "package/tool": NoText.BINARY,
        "utf32.txt": NoText.BINARY,
    }


@pytest.mark.parametrize("data", [b"demo", b"\xff\xfed\0e\0m\0o\0"])
def test_what_no_file_can_hold_is_refused(data: bytes) -> None:
    """Half of a character outside the first plane: a field of Qt lets it in."""
    entries = {"a": file_entry(data)}
    with pytest.raises(UsageError, match="cannot hold"):
        replace(entries, Query("demo"), list(search(entries, Query("demo"), TaskContext())), "\ud83d")


def new_content(entries: dict[str, Entry], query: Query, new: str) -> bytes:
    """The only file of `entries` with everything replaced."""
    (edit,) = replace(entries, query, list(search(entries, query, TaskContext())), new).edits
    assert edit.after is not None
    assert edit.after.content is not None
    return edit.after.content.read()
