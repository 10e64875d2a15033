"""What other programs do to the folder is noticed and can be taken over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spkcore.base.tasks import quiet
from spkcore.package import changes
from spkcore.package.attributes import write_attributes
from spkcore.package.entries import Attributes, Entry, Kind
from spkcore.package.project import Package, external_changes, open_package, reload_paths, save_package

from .conftest import FILES, contents, disk_state, write_tree


def touch(path: Path, data: bytes) -> None:
    """Write as another program does, at a time that differs."""
    path.write_bytes(data)
    os.utime(path, ns=(1, 1))


def test_an_untouched_folder_has_no_changes(package: Package) -> None:
    assert external_changes(package, ["package/ui/config"]) == frozenset()


def test_edited_new_and_removed_parts_are_noticed(package: Package) -> None:
    touch(package.folder / "INFO", FILES["INFO"])
    write_tree(package.folder, {"conf/resource": b"{}", "WIZARD_UIFILES/install_uifile": b"[]"})
    (package.folder / "scripts/postinst").unlink()
    assert external_changes(package) == {
        "INFO", "conf/resource", "WIZARD_UIFILES", "WIZARD_UIFILES/install_uifile", "scripts/postinst",
    }  # fmt: skip


def test_payload_files_count_when_they_are_named(package: Package) -> None:
    touch(package.folder / "package/ui/config", b"{ }")
    (package.folder / "package/bin/tool").unlink()
    assert external_changes(package) == frozenset()
    assert external_changes(package, ["package/ui/config", "package/bin/tool", "package/share/data.bin"]) == {
        "package/ui/config", "package/bin/tool",
    }  # fmt: skip


def test_our_own_edits_and_saves_are_no_external_changes(package: Package) -> None:
    package.apply(changes.set_content(package.entries, "INFO", b"x"))
    package.apply(changes.set_content(package.entries, "scripts/new", b"x"))
    package.apply(changes.rename(package.entries, "LICENSE", "package/LICENSE"))
    assert external_changes(package) == frozenset()
    save_package(package, quiet())
    assert external_changes(package, ["package/LICENSE"]) == frozenset()


def test_a_saved_file_that_is_overwritten_is_noticed(package: Package) -> None:
    package.apply(changes.set_content(package.entries, "INFO", b"x"))
    save_package(package, quiet())
    touch(package.folder / "INFO", b"y")
    assert external_changes(package) == {"INFO"}


def test_clutter_and_our_own_folder_do_not_count(package: Package) -> None:
    write_tree(package.folder, {"README.md": b"", ".git/HEAD": b"", ".spkcreator/journal.json": b"{}"})
    assert external_changes(package) == frozenset()


def test_links_that_only_attributes_know_do_not_count(folder: Path) -> None:
    write_attributes(
        folder, {"conf/soft": Entry(Kind.SYMLINK, target="/x"), "conf/empty": Entry(Kind.DIRECTORY, Attributes(0o700))}
    )
    assert external_changes(open_package(folder, quiet())) == frozenset()


def test_reloading_takes_the_state_of_the_disk(package: Package) -> None:
    package.apply(changes.set_content(package.entries, "INFO", b"typed"))
    touch(package.folder / "INFO", b"from outside")
    (package.folder / "LICENSE").unlink()
    write_tree(package.folder, {"conf/resource": b"{}"})
    change = reload_paths(package, external_changes(package))
    package.apply(change)
    assert contents(package) == disk_state(package.folder)
    assert not package.is_dirty
    assert external_changes(package) == frozenset()
    package.apply(change.inverse())
    assert set(package.entries) == {*FILES, "scripts", "conf", "package", "package/bin", "package/ui", "package/share"}
    assert package.content("INFO") == b"typed"
    assert package.is_dirty


def test_keeping_our_own_state_overwrites_the_disk_with_the_next_save(package: Package) -> None:
    package.apply(changes.set_content(package.entries, "INFO", b"typed"))
    touch(package.folder / "INFO", b"from outside")
    reload_paths(package, external_changes(package))
    assert external_changes(package) == frozenset()
    save_package(package, quiet())
    assert disk_state(package.folder) == {**FILES, "INFO": b"typed"}


def test_attributes_stay_with_a_reloaded_file(folder: Path) -> None:
    write_attributes(folder, {"INFO": Entry(Kind.FILE, Attributes(0o100600, 5), position=2)})
    package = open_package(folder, quiet())
    touch(folder / "INFO", b"new")
    package.apply(reload_paths(package, ["INFO"]))
    entry = package.entries["INFO"]
    assert (entry.attributes, entry.position) == (Attributes(0o100600, 5), 2)


def test_reloading_an_unchanged_file_drops_the_unsaved_edit(package: Package) -> None:
    package.apply(changes.set_content(package.entries, "INFO", b"typed"))
    package.apply(reload_paths(package, ["INFO", "LICENSE"]))
    assert not package.is_dirty


@pytest.mark.skipif(os.name != "posix", reason="needs real links")
def test_a_changed_link_is_noticed(package: Package) -> None:
    package.apply(changes.put(package.entries, {"conf/soft": Entry(Kind.SYMLINK, target="privilege")}))
    save_package(package, quiet())
    assert external_changes(package) == frozenset()
    (package.folder / "conf/soft").unlink()
    (package.folder / "conf/soft").symlink_to("resource")
    assert external_changes(package) == {"conf/soft"}
