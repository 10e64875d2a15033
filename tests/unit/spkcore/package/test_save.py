"""Saving: only what differs, atomically, repeatable after a failure, and undo still works afterwards."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from spkcore.base.errors import Cancelled, UnreadableError, WriteError
from spkcore.base.tasks import Progress, TaskContext, quiet
from spkcore.package import changes
from spkcore.package.attributes import attributes_path, write_attributes
from spkcore.package.changes import Change
from spkcore.package.entries import Attributes, BytesContent, Entry, FileContent, Kind, file_entry
from spkcore.package.project import Package, discard_trash, open_package, remove_clutter, save_package

from .conftest import FILES, contents, disk_state, write_tree

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX modes or links")
Reopen = Callable[[Package], Package]


def save(package: Package) -> None:
    save_package(package, quiet())
    assert not package.is_dirty
    assert package.saved == package.entries


def edit(package: Package, path: str, data: bytes) -> Change:
    change = changes.set_content(package.entries, path, data)
    package.apply(change)
    return change


def do(package: Package, change: Change) -> Change:
    package.apply(change)
    return change


def external(folder: Path, name: str, data: bytes) -> Entry:
    path = write_tree(folder, {name: data}) / name
    return Entry(Kind.FILE, content=FileContent.of(path))


def test_only_what_differs_is_written(package: Package) -> None:
    before = {path: (package.folder / path).stat().st_mtime_ns for path in FILES}
    inodes = {path: (package.folder / path).stat().st_ino for path in FILES}
    edit(package, "INFO", b"new")
    save(package)
    assert disk_state(package.folder) == {**FILES, "INFO": b"new"}
    for path in set(FILES) - {"INFO"}:
        status = (package.folder / path).stat()
        assert (status.st_mtime_ns, status.st_ino) == (before[path], inodes[path])
    assert not attributes_path(package.folder).exists()


def test_saving_without_changes_writes_nothing(package: Package) -> None:
    save(package)
    assert not (package.folder / ".spkcreator").exists()


def test_new_folders_files_and_removals_reach_the_disk(package: Package, reopen: Reopen) -> None:
    edit(package, "package/new/deep/file", b"1")
    do(package, changes.put(package.entries, {"package/empty": Entry(Kind.DIRECTORY)}))
    do(package, changes.remove(package.entries, ["package/ui", "LICENSE"]))
    save(package)
    expected = {path: data for path, data in FILES.items() if path not in {"package/ui/config", "LICENSE"}}
    assert disk_state(package.folder) == {**expected, "package/new/deep/file": b"1"}
    assert not (package.folder / "package/ui").exists()
    assert (package.folder / "package/empty").is_dir()
    assert set(reopen(package).entries) == set(package.entries)


def test_undo_after_saving_and_saving_again_brings_everything_back(package: Package) -> None:
    first = edit(package, "INFO", b"second")
    second = do(package, changes.remove(package.entries, ["package/bin"]))
    third = do(package, changes.rename(package.entries, "package/share", "package/data"))
    save(package)
    after = disk_state(package.folder)
    for change in (third, second, first):
        package.apply(change.inverse())
    assert contents(package) == FILES
    save(package)
    assert disk_state(package.folder) == FILES
    for change in (first, second, third):
        package.apply(change)
    save(package)
    assert disk_state(package.folder) == after
    assert "package/data/data.bin" in after


def test_undo_and_redo_to_the_saved_state_is_clean(package: Package) -> None:
    change = edit(package, "INFO", b"second")
    moved = do(package, changes.rename(package.entries, "LICENSE", "COPYING"))
    save(package)
    package.apply(moved.inverse())
    package.apply(change.inverse())
    assert package.is_dirty
    package.apply(change)
    package.apply(moved)
    assert not package.is_dirty


def test_moved_files_are_renamed_not_copied(package: Package) -> None:
    inode = (package.folder / "package/share/data.bin").stat().st_ino
    do(package, changes.rename(package.entries, "package/share", "package/a/b"))
    save(package)
    place = package.folder / "package/a/b/data.bin"
    assert place.stat().st_ino == inode
    content = package.entries["package/a/b/data.bin"].content
    assert isinstance(content, FileContent)
    assert content.path == place
    assert not (package.folder / "package/share").exists()


def test_two_files_can_change_places(package: Package) -> None:
    one, other = package.entries["INFO"], package.entries["LICENSE"]
    change = do(package, changes.put(package.entries, {"INFO": other, "LICENSE": one}))
    save(package)
    assert disk_state(package.folder) == {**FILES, "INFO": FILES["LICENSE"], "LICENSE": FILES["INFO"]}
    package.apply(change.inverse())
    save(package)
    assert disk_state(package.folder) == FILES


def test_a_chain_of_renames_and_a_change_of_case(package: Package, reopen: Reopen) -> None:
    do(package, changes.rename(package.entries, "package/bin/tool", "package/bin/x"))
    do(package, changes.rename(package.entries, "package/ui/config", "package/bin/tool"))
    do(package, changes.rename(package.entries, "package/share", "package/Share"))
    do(package, changes.rename(package.entries, "LICENSE", "License.txt"))
    do(package, changes.rename(package.entries, "License.txt", "license"))
    save(package)
    names = {path for path in disk_state(package.folder) if path not in FILES or path == "package/bin/tool"}
    assert names == {"package/bin/x", "package/bin/tool", "package/Share/data.bin", "license"}
    assert contents(reopen(package)) == contents(package)


def test_files_and_folders_change_kind(package: Package) -> None:
    first = do(package, changes.put(package.entries, {"package/share": file_entry(b"flat")}))
    second = do(package, changes.remove(package.entries, ["LICENSE"]))
    third = do(package, changes.put(package.entries, {"LICENSE/en": file_entry(b"text")}))
    save(package)
    assert disk_state(package.folder)["package/share"] == b"flat"
    assert disk_state(package.folder)["LICENSE/en"] == b"text"
    for change in (third, second, first):
        package.apply(change.inverse())
    save(package)
    assert disk_state(package.folder) == FILES


def test_files_from_elsewhere_are_copied_and_stay_there(package: Package, tmp_path: Path) -> None:
    entry = external(tmp_path / "else", "big.bin", os.urandom(5 << 20))
    change = do(package, changes.put(package.entries, {"package/one": entry, "package/two": entry}))
    seen: list[Progress] = []
    save_package(package, TaskContext(seen.append))
    assert not package.is_dirty
    data = (tmp_path / "else/big.bin").read_bytes()
    assert disk_state(package.folder)["package/one"] == disk_state(package.folder)["package/two"] == data
    for path in ("package/one", "package/two"):
        content = package.entries[path].content
        assert isinstance(content, FileContent)
        assert content.path == package.folder / path
    assert any(report.unit == "bytes" and report.total == 5 << 20 for report in seen)
    (tmp_path / "else/big.bin").unlink()
    package.apply(change.inverse())
    save(package)
    package.apply(change)
    save(package)
    assert disk_state(package.folder)["package/one"] == data


def test_a_copied_entry_keeps_both_files_apart(package: Package) -> None:
    do(package, changes.put(package.entries, {"package/copy": package.entries["INFO"]}))
    save(package)
    edit(package, "INFO", b"changed")
    save(package)
    discard_trash(package)
    assert package.content("package/copy") == FILES["INFO"]


def test_a_clutter_file_dragged_into_the_payload_is_copied(folder: Path) -> None:
    write_tree(folder, {"README.md": b"read me"})
    package = open_package(folder, quiet())
    entry = Entry(Kind.FILE, content=FileContent.of(folder / "README.md"))
    do(package, changes.put(package.entries, {"package/README.md": entry}))
    save(package)
    assert disk_state(folder)["README.md"] == disk_state(folder)["package/README.md"] == b"read me"


def test_clutter_and_unknown_files_are_never_touched(folder: Path) -> None:
    clutter = {"7z.exe": b"1", "README.md": b"2", "package/ui/.gitkeep": b"3", ".git/HEAD": b"4", "x.spk": b"5"}
    write_tree(folder, clutter)
    package = open_package(folder, quiet())
    do(package, changes.remove(package.entries, ["package/ui", "scripts"]))
    save(package)
    state = disk_state(folder)
    assert {path: state[path] for path in clutter} == clutter
    assert "package/ui/config" not in state


def test_junk_does_not_keep_a_removed_folder_alive(folder: Path) -> None:
    write_tree(folder, {"package/ui/Thumbs.db": b"junk"})
    package = open_package(folder, quiet())
    do(package, changes.remove(package.entries, ["package/ui"]))
    save(package)
    assert not (folder / "package/ui").exists()


def test_attributes_names_and_order_survive_reopening(package: Package, reopen: Reopen) -> None:
    new = {
        "package/a:b": replace(file_entry(b"1"), attributes=Attributes(0o100640, 5, 1, 2), position=3),
        "package/Readme": file_entry(b"2"),
        "package/README": file_entry(b"3"),
        "package/aux/.gitignore": file_entry(b"4"),
        "extra": file_entry(b"5"),
        "package/abs": Entry(Kind.SYMLINK, target="/bin/sh"),
        "package/up": Entry(Kind.SYMLINK, target="../../outside"),
        "package/in": Entry(Kind.SYMLINK, target="bin/tool"),
        "package/hard": Entry(Kind.HARDLINK, target="package/bin/tool"),
    }
    do(package, changes.put(package.entries, new))
    save(package)
    again = reopen(package)
    assert set(again.entries) == set(package.entries)
    assert contents(again) == contents(package)
    for path, entry in package.entries.items():
        assert replace(again.entries[path], content=None) == replace(entry, content=None), path
    assert sorted(item.name for item in (package.folder / "package").iterdir()) == sorted(
        ["%61ux", "README", "Readme~2", "a%3Ab", "bin", "hard", "share", "ui", *(["in"] if os.name == "posix" else [])]
    )


@posix
def test_only_links_that_stay_inside_are_made_on_disk(package: Package) -> None:
    do(package, changes.put(package.entries, {"package/soft": Entry(Kind.SYMLINK, target="./bin/tool")}))
    save(package)
    place = package.folder / "package/soft"
    assert os.readlink(place) == "./bin/tool"  # noqa: PTH115 - Path.readlink would drop the "./"
    do(package, changes.put(package.entries, {"package/soft": Entry(Kind.SYMLINK, target="/bin/tool")}))
    save(package)
    assert not place.is_symlink()
    do(package, changes.put(package.entries, {"package/soft": Entry(Kind.SYMLINK, target="ui")}))
    save(package)
    assert place.readlink() == Path("ui")
    edit(package, "package/soft", b"now a file")
    save(package)
    assert not place.is_symlink()
    assert place.read_bytes() == b"now a file"
    assert (package.folder / "package/ui/config").exists()


def test_hard_links_follow_their_target_on_disk(package: Package, reopen: Reopen) -> None:
    do(package, changes.put(package.entries, {"package/hard": Entry(Kind.HARDLINK, target="package/bin/tool")}))
    save(package)
    assert (package.folder / "package/hard").samefile(package.folder / "package/bin/tool")
    edit(package, "package/bin/tool", b"second")
    save(package)
    assert disk_state(package.folder)["package/hard"] == b"second"
    do(package, changes.rename(package.entries, "package/bin", "package/sbin"))
    save(package)
    assert reopen(package).entries["package/hard"].target == "package/sbin/tool"
    do(package, changes.remove(package.entries, ["package/sbin"]))
    save(package)
    assert contents(reopen(package))["package/hard"] == b"second"
    assert package.entries["package/hard"].kind is Kind.FILE


@posix
def test_execute_bits_reach_the_disk_and_come_back(package: Package, reopen: Reopen) -> None:
    tool = package.folder / "package/bin/tool"
    do(package, changes.set_mode(package.entries, ["package/bin/tool"], 0o755))
    save(package)
    assert tool.stat().st_mode & 0o100
    tool.chmod(0o644)
    assert reopen(package).entries["package/bin/tool"].attributes == Attributes(0o644)


@posix
def test_modes_written_on_windows_are_brought_to_the_disk_at_the_first_save(folder: Path, reopen: Reopen) -> None:
    write_attributes(folder, {"package/bin/tool": Entry(Kind.FILE, Attributes(0o755))}, exec_bits=False)
    package = open_package(folder, quiet())
    edit(package, "INFO", b"x")
    save(package)
    assert (folder / "package/bin/tool").stat().st_mode & 0o100
    assert reopen(package).entries["package/bin/tool"].attributes == Attributes(0o755)


@posix
def test_an_edited_script_stays_executable_on_disk(package: Package) -> None:
    script = package.folder / "scripts/postinst"
    script.chmod(0o755)
    edit(package, "scripts/postinst", b"#!/bin/sh\nexit 1\n")
    save(package)
    assert script.stat().st_mode & 0o777 == 0o755


class Failing:
    """Lets the n-th rename of a file into its place fail, as a full disk or a locked file does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, number: int, error: int = errno.ENOSPC) -> None:
        self.left = number
        self.error = error
        original = Path.replace

        def replace_or_fail(path: Path, target: Path) -> Path:
            if ".spkcreator" not in Path(target).parts:
                self.left -= 1
                if self.left < 0:
                    raise OSError(self.error, os.strerror(self.error), str(target))
            return original(path, target)

        monkeypatch.setattr(Path, "replace", replace_or_fail)


@pytest.mark.parametrize("number", range(5))
def test_a_failing_save_leaves_every_file_old_or_new_and_can_be_repeated(
    package: Package, monkeypatch: pytest.MonkeyPatch, reopen: Reopen, number: int, tmp_path: Path
) -> None:
    done = [
        edit(package, "INFO", b"new info"),
        edit(package, "scripts/new", b"new script"),
        do(package, changes.rename(package.entries, "package/share", "package/data")),
        do(package, changes.put(package.entries, {"package/z": external(tmp_path / "e", "z", b"zz")})),
        do(package, changes.remove(package.entries, ["LICENSE"])),
        do(package, changes.set_mode(package.entries, ["conf/privilege"], 0o600)),
    ]
    wanted = contents(package)
    with monkeypatch.context() as patch:
        failing = Failing(patch, number)
        if number < 4:
            with pytest.raises(WriteError, match=re.escape(str(package.folder))):
                save_package(package, quiet())
            assert package.is_dirty
        else:
            save_package(package, quiet())
        assert failing.left == (-1 if number < 4 else 0)
    state = disk_state(package.folder)
    for path in {*FILES, *wanted}:
        assert state.get(path) in {FILES.get(path), wanted.get(path)}
    assert FILES["package/share/data.bin"] in state.values()
    assert contents(package) == wanted
    reopen(package)
    save(package)
    assert disk_state(package.folder) == wanted
    for change in reversed(done):
        package.apply(change.inverse())
    save(package)
    assert disk_state(package.folder) == FILES


def test_a_locked_file_is_named(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(package, "INFO", b"new")
    Failing(monkeypatch, 0, errno.EACCES)
    with pytest.raises(WriteError) as caught:
        save_package(package, quiet())
    assert caught.value.where == str(package.folder / "INFO")
    assert "Close the program" in caught.value.what_to_do
    assert disk_state(package.folder) == FILES
    assert not [item for item in (package.folder / ".spkcreator/trash").iterdir() if item.read_bytes() == FILES["INFO"]]


def test_a_source_that_is_gone_is_named_and_nothing_is_lost(package: Package, tmp_path: Path) -> None:
    entry = external(tmp_path / "e", "z", b"zz")
    (tmp_path / "e/z").unlink()
    do(package, changes.put(package.entries, {"package/z": entry}))
    with pytest.raises(UnreadableError, match="could not be read") as caught:
        save_package(package, quiet())
    assert caught.value.where == str(tmp_path / "e/z")
    assert disk_state(package.folder) == FILES


def test_cancelling_leaves_a_package_that_can_be_saved(package: Package, reopen: Reopen) -> None:
    for number in range(5):
        edit(package, f"package/n{number}", b"x")
    context = TaskContext(lambda report: context.cancel() if report.done else None)
    with pytest.raises(Cancelled):
        save_package(package, context)
    assert package.is_dirty
    save(package)
    assert contents(reopen(package)) == contents(package)


def test_trash_keeps_what_entries_need_and_goes_otherwise(package: Package) -> None:
    removed = do(package, changes.remove(package.entries, ["LICENSE", "INFO"]))
    save(package)
    package.apply(Change((next(edit for edit in removed.inverse().edits if edit.path == "INFO"),)))
    discard_trash(package)
    assert package.content("INFO") == FILES["INFO"]
    assert len(list((package.folder / ".spkcreator/trash").iterdir())) == 1
    save(package)
    discard_trash(package)
    assert not (package.folder / ".spkcreator/trash").exists()
    discard_trash(package)


def test_clutter_of_the_older_tool_goes_to_the_trash(folder: Path) -> None:
    write_tree(folder, {"7z.exe": b"1", "Pack.cmd": b"2", "README.md": b"3", "old.spk": b"4"})
    package = open_package(folder, quiet())
    assert remove_clutter(package) == ("7z.exe", "Pack.cmd")
    assert disk_state(folder) == {**FILES, "README.md": b"3", "old.spk": b"4"}
    assert {item.path for item in package.clutter} == {"README.md", "old.spk"}
    assert len(list((folder / ".spkcreator/trash").iterdir())) == 2


# --- a new package, and saving as -------------------------------------------------------------------------------------


def test_a_folder_that_is_gone_is_not_made_again_with_half_a_package(package: Package, tmp_path: Path) -> None:
    edit(package, "INFO", b"new")
    package.folder.rename(tmp_path / "elsewhere")
    with pytest.raises(WriteError, match="folder is gone"):
        save_package(package, quiet())
    assert not package.folder.exists()
    assert package.is_dirty


def test_a_folder_that_holds_no_more_than_our_own_is_gone_too(package: Package, tmp_path: Path) -> None:
    edit(package, "INFO", b"new")
    package.folder.rename(tmp_path / "elsewhere")
    write_tree(package.folder, {".spkcreator/journal.json": b"{}"})
    with pytest.raises(WriteError, match="folder is gone"):
        save_package(package, quiet())
    assert disk_state(package.folder) == {}
    assert package.is_dirty


def test_what_another_program_wrote_meanwhile_goes_to_the_trash(package: Package) -> None:
    edit(package, "INFO", b"one")
    save(package)
    (package.folder / "INFO").write_bytes(b"from outside")
    edit(package, "INFO", b"two")
    edit(package, "scripts/new", b"mine")
    (package.folder / "scripts/new").write_bytes(b"theirs")
    save(package)
    assert disk_state(package.folder) == {**FILES, "INFO": b"two", "scripts/new": b"mine"}
    trash = {item.read_bytes() for item in (package.folder / ".spkcreator/trash").iterdir()}
    assert {b"from outside", b"theirs"} <= trash


def test_an_unknown_file_can_become_part_of_the_package(folder: Path, reopen: Reopen) -> None:
    write_tree(folder, {"README.md": b"read me"})
    package = open_package(folder, quiet())
    do(
        package,
        changes.put(package.entries, {"README.md": Entry(Kind.FILE, content=FileContent.of(folder / "README.md"))}),
    )
    save(package)
    assert package.clutter == ()
    assert reopen(package).content("README.md") == b"read me"


def test_a_snapshot_does_not_see_later_edits_but_reads_after_a_save(package: Package) -> None:
    snapshot = package.snapshot()
    edit(package, "INFO", b"new")
    do(package, changes.rename(package.entries, "package/share", "package/data"))
    save(package)
    assert contents(snapshot) == FILES
    assert not snapshot.is_dirty


def test_bytes_in_memory_are_not_read_back(package: Package) -> None:
    edit(package, "INFO", b"new")
    save(package)
    assert package.entries["INFO"].content == BytesContent(b"new")
