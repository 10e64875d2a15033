"""Tests of the editors' presenters and text helpers, without a QApplication."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.editors.icons.presenter import IconsPresenter
from gui.editors.info.presenter import InfoPresenter
from gui.editors.json.presenter import format_refusal, formatted, place_of
from gui.editors.payload.presenter import PayloadPresenter
from gui.editors.text.languages import language_of
from gui.editors.text.presenter import TextPresenter
from gui.models.payloadtree import mode_text, parse_mode
from gui.models.textsearch import Search, neighbour
from gui.services.document import Document
from gui.widgets import codeedits
from gui.widgets.textpositions import TextPositions, common_edges
from spkcore.base.errors import SpkError
from spkcore.package.changes import put
from spkcore.package.entries import Entry, Kind, file_entry
from spkcore.package.jsontext import parse
from spkcore.package.project import Package
from tests.fakes.clock import FakeClock


def _document(**files: bytes) -> Document:
    entries = {path.replace("__", "/"): file_entry(data) for path, data in files.items()}
    return Document(Package.from_entries(Path("unsaved"), entries), FakeClock())


# ---------------------------------------------------------------------------------------------- INFO


def test_an_edit_of_info_is_one_change_with_its_place() -> None:
    document = _document(INFO=b'version="1"\n')
    presenter = InfoPresenter(document)
    assert presenter.set_value("version", "2", typed=True) == ""
    assert document.content("INFO") == b'version="2"\n'
    assert document.stack.undoText() == "Change Version"
    assert presenter.set_value("version", 'a"b', typed=True) != ""
    assert document.content("INFO") == b'version="2"\n'
    assert presenter.set_value("version", "", typed=True) == ""
    assert document.content("INFO") == b""


def test_a_package_without_info_gets_one() -> None:
    document = _document()
    InfoPresenter(document).set_value("package", "new", typed=True)
    assert document.content("INFO") == b'package="new"\n'


def test_labels_of_languages() -> None:
    presenter = InfoPresenter(_document(INFO=b""))
    assert presenter.label("description_fre") == "Description (French)"
    assert presenter.label("own") == "own"


# ---------------------------------------------------------------------------------------------- texts


def test_a_text_follows_changes_of_others() -> None:
    document = _document(LICENSE=b"one\r\n")
    presenter = TextPresenter("LICENSE", document)
    other = TextPresenter("LICENSE", document)
    other.edit("two\n", typed=False)
    assert presenter.reload()
    assert presenter.source.text == "two\n"
    assert document.content("LICENSE") == b"two\r\n"
    assert not presenter.reload()


def test_languages_of_files() -> None:
    document = _document(a=b"#!/bin/bash\n", b=b"#!/usr/bin/python3\n", c=b"text")
    assert [language_of(path, document) for path in ("a", "b", "c", "x.json", "INFO")] == [
        "shell", "plain", "plain", "json", "ini",
    ]  # fmt: skip


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(JSON)
def test_layout_keeps_every_value(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert not format_refusal(text)
    assert json.loads(formatted(text)) == value
    assert formatted(formatted(text)) == formatted(text)


def test_layout_keeps_spelling_and_refuses_what_it_would_lose() -> None:
    assert formatted('{"a":1.50,"b":[ 1,2 ],"a":"\\u0041"}') == (
        '{\n    "a": 1.50,\n    "b": [1, 2],\n    "a": "\\u0041"\n}\n'
    )
    assert "comments" in format_refusal('{"a": 1 /* why */}')
    assert "errors" in format_refusal('{"a": ')
    assert formatted('{"a": ') == '{"a": '


def test_a_pointer_is_a_place() -> None:
    assert place_of('{\n "a": [1,\n  {"b": 2}]}', "/a/1/b") == (3, 4)
    assert parse("{}").position("/x") == (1, 1)


# ---------------------------------------------------------------------------------------------- payload and icons


def test_payload_edits() -> None:
    document = _document(package__a=b"1", package__b=b"2")
    presenter = PayloadPresenter(document)
    folder = presenter.new_folder("package")
    presenter.move(["package/a", "package/b"], folder)
    assert document.content(f"{folder}/a") == b"1"
    presenter.copy([f"{folder}/a"], folder)
    assert document.content(f"{folder}/a (2)") == b"1"
    document.stack.undo()
    assert presenter.total().size == 2
    presenter.remove([folder])
    assert presenter.is_empty()
    for _ in range(4):
        document.stack.undo()
    assert set(document.entries) >= {"package/a", "package/b"}


@pytest.mark.parametrize("name", ["", "..", "a/b", "b"])
def test_names_that_cannot_be(name: str) -> None:
    document = _document(package__a=b"1", package__b=b"2")
    with pytest.raises(SpkError):
        PayloadPresenter(document).rename("package/a", name)
    assert document.stack.count() == 0


@given(st.integers(0, 0o7777))
def test_modes_are_read_as_they_are_written(mode: int) -> None:
    text = mode_text(Kind.FILE, mode)
    assert parse_mode(text) == mode
    assert parse_mode(f"{mode:o}") == mode


@pytest.mark.parametrize("text", ["", "9", "77777", "rwx", "rwxrwxrwz", "x"])
def test_what_is_no_mode(text: str) -> None:
    assert parse_mode(text) is None


def test_the_mode_reads_like_ls() -> None:
    assert mode_text(Kind.DIRECTORY, 0o1755) == "drwxr-xr-t  1755"
    assert mode_text(Kind.FILE, 0o4644) == "-rwSr--r--  4644"
    assert mode_text(Kind.SYMLINK, 0o777) == "lrwxrwxrwx  777"
    assert parse_mode("rwxr-x--x") == 0o751


def test_icons_of_a_dsm6_package_are_72_pixels() -> None:
    document = _document(INFO=b'os_min_ver="6.1-15000"\n')
    group = IconsPresenter(document).groups()[0]
    assert group.sizes["PACKAGE_ICON.PNG"] == 72


def test_an_icon_that_is_a_folder_is_missing() -> None:
    document = _document(INFO=b"")
    document.package.apply(put(document.entries, {"PACKAGE_ICON.PNG": Entry(Kind.DIRECTORY)}))
    assert not IconsPresenter(document).groups()[0].slots[0].is_present


# ---------------------------------------------------------------------------------------------- code editor helpers


@given(st.text(alphabet="aé😀\n"), st.text(alphabet="aé😀\n"))
def test_common_edges_do_not_overlap(old: str, new: str) -> None:
    head, tail = common_edges(old, new)
    assert old[:head] == new[:head]
    assert old[len(old) - tail :] == new[len(new) - tail :]
    assert head + tail <= min(len(old), len(new))
    assert old != new or head == len(old)


@given(st.text(alphabet="aé😀"))
def test_positions_are_utf16_units(text: str) -> None:
    positions = TextPositions(text)
    for index in range(len(text) + 1):
        units = len(text[:index].encode("utf-16-le")) // 2
        assert positions.to_units(index) == units
        assert positions.to_index(units) == index


def test_search_options() -> None:
    text = "Cat catalogue cat"
    assert Search("cat").find_all(text) == [(0, 3), (4, 7), (14, 17)]
    assert Search("cat", words=True, case=True).find_all(text) == [(14, 17)]
    assert Search("c.t|x*", regex=True).find_all(text) == [(0, 3), (4, 7), (14, 17)]
    assert Search("[", regex=True).problem()
    assert Search(".", regex=False).find_all(text) == []
    assert neighbour([(1, 2), (5, 6)], (5, 6), backwards=False) == 0
    assert neighbour([(1, 2), (5, 6)], (1, 2), backwards=True) == 1
    assert neighbour([], (0, 0), backwards=True) is None


def test_replacing_takes_text_as_it_is_unless_it_is_an_expression() -> None:
    assert Search("a").replaced("aba", r"\1") == (r"\1b\1", 2)
    assert Search("(a)", regex=True).replaced("aba", r"<\1>") == ("<a>b<a>", 2)


def test_indentation_follows_the_text() -> None:
    assert codeedits.indent_unit("a\n\tb") == "\t"
    assert codeedits.indent_unit("a\n  b") == "  "
    assert codeedits.indent_unit("a\n    b\n        c") == "    "
    assert codeedits.next_indent("\tif x; then", "\t") == "\t\t"
    assert codeedits.next_indent("  echo", "  ") == "  "


def test_brackets_nest() -> None:
    assert codeedits.matching_bracket("(a(b)c)", 0) == (0, 6)
    assert codeedits.matching_bracket("(a(b)c)", 7) == (6, 0)
    assert codeedits.matching_bracket("(a", 0) is None
