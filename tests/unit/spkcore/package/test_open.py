"""Opening: what is packed, what is clutter, what attributes.json adds, and that nothing is written."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from spkcore.base.errors import Cancelled, UnreadableError
from spkcore.base.tasks import Progress, TaskContext, quiet
from spkcore.package.attributes import ArchiveFacts, attributes_path, write_attributes
from spkcore.package.clutter import ClutterKind
from spkcore.package.entries import Attributes, Entry, Kind
from spkcore.package.names import DiskNames
from spkcore.package.project import Package, open_package

from .conftest import FILES, contents, write_tree

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX modes, links or special files")


def opened(folder: Path) -> Package:
    return open_package(folder, quiet())


def test_files_and_folders_become_entries(package: Package) -> None:
    assert contents(package) == FILES
    assert {path for path, entry in package.entries.items() if entry.kind is Kind.DIRECTORY} == {
        "scripts", "conf", "package", "package/bin", "package/ui", "package/share",
    }  # fmt: skip
    assert all(entry.attributes is None for entry in package.entries.values())
    assert not package.is_dirty
    assert package.clutter == ()


def test_opening_writes_nothing(folder: Path) -> None:
    def state() -> list[tuple[str, int]]:
        return [(str(path), path.lstat().st_mtime_ns) for path in sorted([folder, *folder.rglob("*")])]

    before = state()
    opened(folder)
    assert state() == before


@pytest.mark.parametrize("name", ["INFO", "scripts/x", "package/x"])
def test_one_part_is_enough(tmp_path: Path, name: str) -> None:
    assert name in opened(write_tree(tmp_path / "p", {name: b"x"})).entries


def test_what_is_no_package_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no package") as caught:
        opened(write_tree(tmp_path / "photos", {"a.jpg": b""}))
    assert caught.value.what_to_do
    with pytest.raises(UnreadableError, match="no such folder"):
        opened(tmp_path / "gone")
    with pytest.raises(UnreadableError):
        opened(write_tree(tmp_path, {"file": b""}) / "file")


def test_clutter_is_recognised_and_not_packed(folder: Path) -> None:
    clutter = {
        "7z.exe": ClutterKind.OLDER_TOOL, "7z.dll": ClutterKind.OLDER_TOOL, "hash.EXE": ClutterKind.OLDER_TOOL,
        "Pack.cmd": ClutterKind.OLDER_TOOL, "Unpack.cmd": ClutterKind.OLDER_TOOL,
        "demo.spk": ClutterKind.STALE_ARCHIVE, "package.tgz": ClutterKind.STALE_ARCHIVE,
        ".git/config": ClutterKind.VERSION_CONTROL, ".gitignore": ClutterKind.VERSION_CONTROL,
        "package/.svn/entries": ClutterKind.VERSION_CONTROL, "package/.gitkeep": ClutterKind.VERSION_CONTROL,
        "package/Thumbs.db": ClutterKind.SYSTEM_JUNK, "scripts/._postinst": ClutterKind.SYSTEM_JUNK,
        "__MACOSX/x": ClutterKind.SYSTEM_JUNK, "package/ui/.DS_Store": ClutterKind.SYSTEM_JUNK,
        "README.md": ClutterKind.UNKNOWN, "Makefile": ClutterKind.UNKNOWN, "src/main.c": ClutterKind.UNKNOWN,
    }  # fmt: skip
    write_tree(folder, dict.fromkeys(clutter, b"x"))
    package = opened(folder)
    assert contents(package) == FILES
    folders = {
        ".git/config": ".git",
        "package/.svn/entries": "package/.svn",
        "__MACOSX/x": "__MACOSX",
        "src/main.c": "src",
    }
    assert {item.path: item.kind for item in package.clutter} == {
        folders.get(path, path): kind for path, kind in clutter.items()
    }
    assert {item.path for item in package.clutter if item.is_folder} == set(folders.values())


def test_a_payload_that_is_still_packed_is_told_apart(tmp_path: Path) -> None:
    """Somebody unpacked only the outer archive: building this would lose the payload."""
    package = opened(write_tree(tmp_path / "p", {"INFO": b"", "package.tgz": b"x", "old.spk": b""}))
    assert {item.path: item.kind for item in package.clutter} == {
        "package.tgz": ClutterKind.PACKED_PAYLOAD, "old.spk": ClutterKind.STALE_ARCHIVE,
    }  # fmt: skip


def test_an_icon_in_the_wrong_case_is_packed_as_it_is(folder: Path) -> None:
    assert "package_icon_256.png" in opened(write_tree(folder, {"package_icon_256.png": b""})).entries


def test_what_attributes_list_is_packed_whatever_it_is_called(folder: Path) -> None:
    listed = ["README.md", "package/Thumbs.db", "package/.git/config", "extra/deep/file"]
    write_tree(folder, dict.fromkeys([*listed, "package/ui/Thumbs.db"], b"x"))
    write_attributes(folder, {path: Entry(Kind.FILE, Attributes(0o644)) for path in listed})
    package = opened(folder)
    assert set(listed) <= set(package.entries)
    assert [item.path for item in package.clutter] == ["package/ui/Thumbs.db"]


def test_attributes_and_facts_are_joined(folder: Path) -> None:
    tool = Attributes(0o100755, 99, 1, 2, "u", "g", (("k", "v"),))
    listed = {
        "package/bin/tool": Entry(Kind.FILE, tool, position=4, archive_name="./bin/tool"),
        "package/bin": Entry(Kind.DIRECTORY, Attributes(0o700), position=3),
        "package/gone": Entry(Kind.FILE, Attributes(0o644), position=5),
    }
    facts = ArchiveFacts(payload_compression="xz")
    write_attributes(folder, listed, facts)
    package = opened(folder)
    assert package.archive == facts
    assert package.entries["package/bin"] == listed["package/bin"]
    entry = package.entries["package/bin/tool"]
    assert (entry.attributes, entry.position, entry.archive_name) == (tool, 4, "./bin/tool")
    assert "package/gone" not in package.entries


def test_listed_links_and_empty_folders_stay_although_disks_and_git_lose_them(folder: Path) -> None:
    listed = {
        "package/var": Entry(Kind.DIRECTORY, Attributes(0o750)),
        "package/soft": Entry(Kind.SYMLINK, Attributes(0o777), target="../../etc"),
        "package/removed/soft": Entry(Kind.SYMLINK, target="x"),
        "package/old": Entry(Kind.DIRECTORY, Attributes(0o750)),
        "package/old/file": Entry(Kind.FILE, Attributes(0o644)),
    }
    write_attributes(folder, listed)
    entries = opened(folder).entries
    assert entries["package/var"] == listed["package/var"]
    assert entries["package/soft"] == listed["package/soft"]
    assert not {"package/removed/soft", "package/old", "package/old/file"} & set(entries)


def test_names_on_disk_lead_back_to_the_true_names(folder: Path) -> None:
    names = DiskNames()
    paths = ["package/a:b", "package/a:b/aux", "package/Readme", "package/README"]
    places = {path: names.claim(path) for path in paths}
    write_tree(folder, {places[path]: path.encode() for path in paths if path != "package/a:b"})
    kinds = {path: Kind.DIRECTORY if path == "package/a:b" else Kind.FILE for path in paths}
    write_attributes(folder, {path: Entry(kind, Attributes(0o755)) for path, kind in kinds.items()}, names=names)
    package = opened(folder)
    assert set(paths) <= set(package.entries)
    assert not [path for path in package.entries if "%" in path or "~" in path]
    for path in paths[1:]:
        assert package.content(path) == path.encode()


@posix
def test_real_links_are_entries_and_never_followed(folder: Path, tmp_path: Path) -> None:
    outside = write_tree(tmp_path / "outside", {"secret": b"x"})
    (folder / "package/out").symlink_to(outside)
    (folder / "package/loop").symlink_to(".")
    (folder / "package/bin/rel").symlink_to("./tool")
    entries = opened(folder).entries
    assert entries["package/out"] == Entry(Kind.SYMLINK, target=str(outside))
    assert entries["package/loop"].target == "."
    assert entries["package/bin/rel"].target == "./tool"
    assert not [path for path in entries if "secret" in path or path.startswith("package/loop/")]


@posix
def test_pipes_are_clutter(folder: Path) -> None:
    os.mkfifo(folder / "package/pipe")
    package = opened(folder)
    assert "package/pipe" not in package.entries
    assert [(item.path, item.kind) for item in package.clutter] == [("package/pipe", ClutterKind.UNKNOWN)]


def test_the_text_file_that_git_for_windows_makes_of_a_link_is_the_link(folder: Path) -> None:
    soft = Entry(Kind.SYMLINK, Attributes(0o777), target="bin/tool")
    write_attributes(folder, {"package/soft": soft, "package/other": soft})
    write_tree(folder, {"package/soft": b"bin/tool", "package/other": b"own text"})
    entries = opened(folder).entries
    assert entries["package/soft"] == soft
    assert entries["package/other"].kind is Kind.FILE
    assert entries["package/other"].attributes is None


@pytest.mark.parametrize("linked", [True, False])
def test_hard_links_hold_while_the_bytes_are_the_same(folder: Path, linked: bool) -> None:
    target = folder / "package/share/data.bin"
    if linked:
        (folder / "package/hard").hardlink_to(target)
    else:
        (folder / "package/hard").write_bytes(target.read_bytes())
    (folder / "package/edited").write_bytes(b"x" * target.stat().st_size)
    hard = Entry(Kind.HARDLINK, Attributes(0o644), target="package/share/data.bin", position=2)
    write_attributes(folder, {"package/hard": hard, "package/edited": hard, "package/gone": hard})
    package = opened(folder)
    assert package.entries["package/hard"] == hard
    assert package.content("package/hard") == target.read_bytes()
    assert package.entries["package/edited"].kind is Kind.FILE
    assert package.entries["package/edited"].attributes == hard.attributes
    assert package.content("package/edited") == b"x" * 256
    assert "package/gone" not in package.entries


@posix
def test_an_execute_bit_that_was_changed_on_disk_wins(folder: Path) -> None:
    (folder / "package/bin/tool").chmod(0o644)
    (folder / "package/share/data.bin").chmod(0o755)
    listed = {
        "package/bin/tool": Entry(Kind.FILE, Attributes(0o100755)),
        "package/share/data.bin": Entry(Kind.FILE, Attributes(0o640)),
        "package/ui/config": Entry(Kind.FILE, Attributes(0o666)),
    }
    write_attributes(folder, listed, exec_bits=True)
    entries = opened(folder).entries
    modes = {path: entry.attributes.mode for path, entry in entries.items() if entry.attributes is not None}
    assert modes == {"package/bin/tool": 0o100644, "package/share/data.bin": 0o750, "package/ui/config": 0o666}


@posix
@pytest.mark.parametrize("exec_bits", [True, False])
def test_a_disk_without_execute_bits_changes_no_mode(folder: Path, exec_bits: bool) -> None:
    """Written on Windows, or lying on a drive where every file looks executable."""
    listed = {"package/bin/tool": Entry(Kind.FILE, Attributes(0o755)), "INFO": Entry(Kind.FILE, Attributes(0o644))}
    write_attributes(folder, listed, exec_bits=exec_bits)
    if exec_bits:
        attributes_path(folder).chmod(0o777)
        (folder / "INFO").chmod(0o777)
    entries = opened(folder).entries
    assert entries["package/bin/tool"].attributes == Attributes(0o755)
    assert entries["INFO"].attributes == Attributes(0o644)


def test_damaged_attributes_stop_the_opening(folder: Path) -> None:
    write_attributes(folder, {})
    attributes_path(folder).write_bytes(b"{")
    with pytest.raises(UnreadableError, match=r"attributes\.json is damaged"):
        opened(folder)


def test_progress_and_cancel(tmp_path: Path) -> None:
    folder = write_tree(tmp_path, {"INFO": b"", **{f"package/{number}": b"" for number in range(1200)}})
    seen: list[Progress] = []
    open_package(folder, TaskContext(seen.append))
    assert seen
    assert seen[0].unit == "files"
    context = quiet()
    context.cancel()
    with pytest.raises(Cancelled):
        open_package(folder, context)


def test_missing_files_and_broken_links_say_so(package: Package) -> None:
    with pytest.raises(UnreadableError, match="no such file"):
        package.content("package/none")
    with pytest.raises(UnreadableError, match="no such file"):
        package.content("package")


def test_text_keeps_bytes_that_are_no_utf_8(folder: Path) -> None:
    from spkcore.package.project import encode_text

    (folder / "INFO").write_bytes(b"caf\xe9 \xc3\xa9")
    text = opened(folder).text("INFO")
    assert text == "caf\udce9 é"
    assert encode_text(text) == b"caf\xe9 \xc3\xa9"


def test_thousands_of_files_open_fast(tmp_path: Path) -> None:
    """1.5 s is promised for 50,000 files on an idle machine; this is a tenth, in processor time, with room."""
    payload = tmp_path / "package"
    listed: dict[str, Entry] = {}
    for number in range(10):
        folder = payload / f"d{number}"
        folder.mkdir(parents=True)
        for index in range(500):
            os.close(os.open(folder / f"f{index}", os.O_CREAT))
            attributes = Attributes(0o644, 1700000000 + index)
            listed[f"package/d{number}/f{index}"] = Entry(Kind.FILE, attributes, position=len(listed))
    write_attributes(tmp_path, listed)
    start = time.process_time()
    package = opened(tmp_path)
    spent = time.process_time() - start
    assert len(package.entries) == 5_011
    assert spent < (0.5 if sys.gettrace() is None else 5)
