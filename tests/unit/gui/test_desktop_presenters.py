"""Desktop entries and texts as their editors see them: odd files, edits that touch one place, names that follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from gui.editors.desktop.presenter import DesktopPart
from gui.editors.strings.presenter import StringsPresenter
from gui.services.document import Document
from spkcore.package.entries import Entry, FileContent, Kind, file_entry
from spkcore.package.jsontext import parse
from spkcore.package.project import Package
from tests.fakes.clock import FakeClock

CONFIG = "package/ui/config"
ENGLISH = "package/ui/texts/enu/strings"
TWINS = (
    b'{\r\n\t".url": {\r\n\t\t"a": {"type": "url", "title": "first"},\r\n\t\t"b": [], // odd\r\n'
    b'\t\t"a": {"type": "url", "title": "last"},\r\n\t\t"c": {"type": "url", "title": "app:one", "desc": "app:1"}\r\n'
    b'\t},\r\n\t"app.js": {"a": {"type": "app", "title": "of a program"}}\r\n}\r\n'
)


def _document(tmp_path: Path, config: bytes, english: bytes = b'[app]\none="First"\n') -> Document:
    entries = {
        "INFO": file_entry(b'package="demo"\ndsmuidir="ui"\n'),
        CONFIG: file_entry(config),
        ENGLISH: file_entry(english),
    }
    return Document(Package.from_entries(tmp_path / "p", entries), FakeClock())


def test_of_two_entries_with_one_name_in_a_file_the_last_one_counts(tmp_path: Path) -> None:
    part = DesktopPart(CONFIG, _document(tmp_path, TWINS))
    assert [(entry.file, entry.name, entry.title) for entry in part.entries()] == [
        (".url", "a", "last"), (".url", "b", ""), (".url", "c", "app:one"), ("app.js", "a", "of a program"),
    ]  # fmt: skip


def test_an_entry_moves_where_a_name_is_there_twice(tmp_path: Path) -> None:
    document = _document(tmp_path, TWINS)
    part = DesktopPart(CONFIG, document)
    entries = part.entries()
    assert part.move_entry(entries[2], entries[1]) == ""
    assert part.move_entry(entries[2], entries[3]) == "It stays in its part of the file: .url."
    text = document.text(CONFIG)
    assert text.index('"c"') < text.index('"b"') < text.index('"last"'), "c goes before the entry shown above it"
    document.stack.undo()
    assert document.content(CONFIG) == TWINS


def test_a_text_is_loaded_early_without_rewriting_the_list(tmp_path: Path) -> None:
    config = b'{".url": {"b": [], "a": {"preloadTexts": [\n  "x:y" // why\n]}}}'
    document = _document(tmp_path, config)
    texts = StringsPresenter("package/ui", document)
    assert texts.set_preloaded("app:one", wanted=True) == ""
    assert parse(document.text(CONFIG)).value()[".url"]["a"]["preloadTexts"] == ["x:y", "app:one"]
    assert b"// why" in document.content(CONFIG)
    assert texts.set_preloaded("app:one", wanted=False) == ""
    assert document.content(CONFIG) == config
    assert texts.set_preloaded("app:none", wanted=False) == ""
    assert document.stack.count() == 2, "nothing to take out, nothing to undo"


@pytest.mark.parametrize("odd", ['{"a": {"preloadTexts": "app:two"}}', '{"a": [], "b": "x"}'])
def test_a_preload_list_that_is_none_is_left_alone(tmp_path: Path, odd: str) -> None:
    document = _document(tmp_path, f'{{".url": {odd}}}'.encode())
    texts = StringsPresenter("package/ui", document)
    assert texts.set_preloaded("app:one", wanted=True)
    assert not document.is_dirty


def test_desktop_entries_follow_the_name_of_a_text(tmp_path: Path) -> None:
    document = _document(tmp_path, TWINS)
    texts = StringsPresenter("package/ui", document)
    assert texts.rename("app:one", "title") == ""
    assert document.content(CONFIG) == TWINS.replace(b'"app:one"', b'"app:title"')
    assert document.content(ENGLISH) == b'[app]\ntitle="First"\n'
    document.stack.undo()
    assert (document.content(CONFIG), document.content(ENGLISH)) == (TWINS, b'[app]\none="First"\n')


def test_a_strings_file_that_cannot_be_read_is_not_written_over(tmp_path: Path) -> None:
    gone = Entry(Kind.FILE, content=FileContent(tmp_path / "gone", 5, 0))
    entries = {"INFO": file_entry(b'package="demo"\n'), ENGLISH: gone}
    document = Document(Package.from_entries(tmp_path / "p", entries), FakeClock())
    texts = StringsPresenter("package/ui", document)
    assert texts.rows() == []
    assert texts.add("app:one")
    assert document.entries[ENGLISH] is gone
    assert not document.is_dirty
