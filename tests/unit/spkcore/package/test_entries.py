"""Contents and attributes of single entries."""

from __future__ import annotations

from pathlib import Path

import pytest

from spkcore.base.errors import UnreadableError
from spkcore.package.entries import Attributes, BytesContent, Entry, FileContent, Kind, file_entry


def test_permissions_are_the_lower_twelve_bits() -> None:
    assert Attributes(0o100777).permissions == 0o777
    assert Attributes(0o44755).permissions == 0o4755


def test_bytes_are_equal_by_value() -> None:
    assert file_entry(b"x") == file_entry(b"x")
    assert file_entry(b"x") != file_entry(b"y")
    assert BytesContent(b"abc").open().read() == BytesContent(b"abc").read() == b"abc"
    assert "3 bytes" in repr(BytesContent(b"abc"))


def test_files_are_equal_only_to_themselves(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    one, other = FileContent.of(path), FileContent.of(path)
    assert one != other
    assert Entry(Kind.FILE, content=one) == Entry(Kind.FILE, content=one)
    assert (one.size, one.mtime_ns) == (3, path.stat().st_mtime_ns)
    assert str(path) in repr(one)


def test_a_file_is_found_where_it_was_moved(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    content = FileContent(str(tmp_path / "x"), 3)
    (tmp_path / "x").rename(tmp_path / "y")
    with pytest.raises(UnreadableError) as caught:
        content.read()
    assert caught.value.where == str(tmp_path / "x")
    content.relocate(tmp_path / "y")
    assert content.read() == b"abc"


def test_a_missing_file_has_no_content(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        FileContent.of(tmp_path / "gone")


def test_folders_and_links_have_no_size() -> None:
    assert Entry(Kind.DIRECTORY).size == Entry(Kind.HARDLINK, target="x").size == 0
    assert file_entry(b"four").size == 4
