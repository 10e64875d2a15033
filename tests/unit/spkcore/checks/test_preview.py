"""Tests for spkcore.checks.preview: what a change shows before it is made."""

from __future__ import annotations

from spkcore.checks.preview import Happens, preview
from spkcore.package.changes import put, remove, set_content, set_mode
from spkcore.package.entries import Attributes, BytesContent, Entry, Kind, file_entry

ENTRIES = {
    "INFO": file_entry(b'package="a"\nversion="1"\n'),
    "scripts": Entry(Kind.DIRECTORY),
    "scripts/postinst": Entry(Kind.FILE, Attributes(0o644), BytesContent(b"#!/bin/sh\r\n")),
    "logo.png": file_entry(b"\x89PNG\0\0"),
}


def test_a_text_is_shown_as_a_diff() -> None:
    item = preview(set_content(ENTRIES, "INFO", b'package="a"\nversion="2"\n'))[0]
    assert item.happens is Happens.CHANGED
    assert '-version="1"' in item.diff
    assert '+version="2"' in item.diff
    assert item.text().startswith("--- a/INFO\n+++ b/INFO\n@@")


def test_line_ends_and_marks_can_be_seen() -> None:
    item = preview(set_content(ENTRIES, "scripts/postinst", b"\xef\xbb\xbf#!/bin/sh\n"))[0]
    assert "-#!/bin/sh␍" in item.diff
    assert "+<BOM>#!/bin/sh" in item.diff


def test_line_ends_alone_are_a_note() -> None:
    item = preview(set_content(ENTRIES, "scripts/postinst", b"#!/bin/sh\n"))[0]
    assert (item.diff, item.note) == ((), "the end of 1 line becomes LF")


def test_a_mode_is_a_note() -> None:
    item = preview(set_mode(ENTRIES, ["scripts/postinst"], 0o755))[0]
    assert item.note == "mode 0644 becomes 0755"
    assert item.diff == ()


def test_a_picture_is_named_by_its_size() -> None:
    item = preview(set_content(ENTRIES, "logo.png", b"\x89PNG\0\0\0\0"))[0]
    assert (item.diff, item.note) == ((), "6 bytes become 8 bytes")


def test_added_and_removed_files_but_no_folders() -> None:
    added = preview(put(ENTRIES, {"conf/privilege": file_entry(b"{}\n")}))
    assert [(item.path, item.happens) for item in added] == [("conf/privilege", Happens.ADDED)]
    assert added[0].text() == "--- /dev/null\n+++ b/conf/privilege\n@@ -0,0 +1 @@\n+{}\n"
    removed = preview(remove(ENTRIES, ["logo.png"]))
    assert [(item.happens, item.note) for item in removed] == [(Happens.REMOVED, "6 bytes")]


def test_bytes_that_are_no_utf_8_do_not_stop_it() -> None:
    item = preview(set_content(ENTRIES, "INFO", b'package="\xe4"\n'))[0]
    assert item.diff
    item.text().encode("utf-8")
