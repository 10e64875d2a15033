"""The journal brings unsaved work back after a crash, byte for byte, and never stands in the way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from spkcore.base.errors import UnreadableError, WriteError
from spkcore.base.tasks import quiet
from spkcore.package import changes
from spkcore.package.entries import Attributes, BytesContent, Entry, FileContent, Kind
from spkcore.package.journal import clear_journal, journal_path, read_journal, read_recovery, write_journal
from spkcore.package.project import Package, discard_trash, open_package, save_package

from .conftest import FILES, contents, disk_state, write_tree

ROOT = Path(__file__).resolve().parents[4]


def recovered(folder: Path) -> Package:
    package = open_package(folder, quiet())
    change = read_journal(package)
    assert change is not None
    package.apply(change)
    return package


def shape(package: Package) -> dict[str, tuple[object, ...]]:
    return {
        path: (entry.kind, entry.attributes, entry.target, entry.position, entry.archive_name)
        for path, entry in package.entries.items()
    }


def edit_everything(package: Package, outside: Path) -> None:
    write_tree(outside, {"dragged.bin": bytes(range(256)) * 100})
    package.apply(changes.set_content(package.entries, "INFO", b"caf\xe9\r\n\0"))
    package.apply(changes.rename(package.entries, "package/share", "package/data"))
    package.apply(changes.remove(package.entries, ["LICENSE"]))
    package.apply(changes.set_mode(package.entries, ["package/bin/tool"], 0o755))
    new = {
        "package/dragged.bin": Entry(Kind.FILE, content=FileContent.of(outside / "dragged.bin")),
        "package/soft": Entry(Kind.SYMLINK, Attributes(0o777, 1, 2, 3, "u", "g", (("k", "v"),)), target="/x"),
        "package/hard": Entry(Kind.HARDLINK, target="package/bin/tool"),
        "package/caf\udce9": Entry(Kind.DIRECTORY),
    }
    package.apply(changes.put(package.entries, new))


def test_a_package_folder_that_is_gone_is_not_made_again_for_the_journal(package: Package, tmp_path: Path) -> None:
    package.apply(changes.set_content(package.entries, "INFO", b"new"))
    package.folder.rename(tmp_path / "elsewhere")
    with pytest.raises(WriteError, match="folder is gone"):
        write_journal(package.snapshot())
    assert not package.folder.exists()


def test_a_new_package_has_a_journal_before_it_has_a_folder(tmp_path: Path) -> None:
    package = Package.from_entries(tmp_path / "new", {"INFO": Entry(Kind.FILE, content=BytesContent(b"1"))})
    write_journal(package.snapshot())
    assert journal_path(tmp_path / "new").is_file()


def test_recovery_gives_the_same_entries(package: Package, tmp_path: Path) -> None:
    edit_everything(package, tmp_path / "outside")
    write_journal(package.snapshot())
    wanted = contents(package)
    again = recovered(package.folder)
    assert shape(again) == shape(package)
    assert contents(again) == wanted
    assert disk_state(package.folder) == FILES
    save_package(again, quiet())
    assert not journal_path(again.folder).exists()
    assert contents(open_package(again.folder, quiet())) == wanted


CRASH = """
import os, signal, sys
from pathlib import Path
from spkcore.base.tasks import quiet
from spkcore.package import changes
from spkcore.package.journal import write_journal
from spkcore.package.project import open_package
package = open_package(Path(sys.argv[1]), quiet())
for number in range(3):
    package.apply(changes.set_content(package.entries, "INFO", b"\\xff%d" % number))
    package.apply(changes.set_content(package.entries, f"scripts/new{number}", os.urandom(0) + b"x" * 100000))
    write_journal(package)
package.apply(changes.set_content(package.entries, "INFO", b"typed after the last autosave"))
print("written", flush=True)
os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
"""


def test_work_survives_the_death_of_the_program(folder: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", CRASH, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.stdout == "written\n", result.stderr
    assert result.returncode != 0
    again = recovered(folder)
    assert contents(again) == {
        **FILES,
        "INFO": b"\xff2",
        **{f"scripts/new{number}": b"x" * 100000 for number in range(3)},
    }
    assert disk_state(folder) == FILES


def test_a_save_that_was_cut_off_can_be_recovered(
    package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal names files that the save had already moved to their new places."""
    edit_everything(package, tmp_path / "outside")
    write_journal(package)
    wanted, wanted_shape = contents(package), shape(package)
    original = Path.rename

    def die_at_the_first_removal(self: Path, target: Path) -> Path:
        if self.name == "LICENSE":
            raise OSError(5, "Input/output error")
        return original(self, target)

    monkeypatch.setattr(Path, "rename", die_at_the_first_removal)
    with pytest.raises(WriteError):
        save_package(package, quiet())
    monkeypatch.undo()
    again = recovered(package.folder)
    assert contents(again) == wanted
    assert shape(again) == wanted_shape


def test_what_undo_after_saving_needs_survives_in_the_trash(package: Package) -> None:
    removed = changes.remove(package.entries, ["LICENSE"])
    package.apply(removed)
    save_package(package, quiet())
    package.apply(removed.inverse())
    write_journal(package)
    again = recovered(package.folder)
    discard_trash(again)
    assert contents(again) == FILES


def test_nothing_unsaved_means_no_journal(package: Package) -> None:
    change = changes.set_content(package.entries, "INFO", b"x")
    package.apply(change)
    write_journal(package)
    assert journal_path(package.folder).exists()
    package.apply(change.inverse())
    write_journal(package)
    assert not journal_path(package.folder).exists()
    assert read_journal(package) is None
    clear_journal(package.folder)
    clear_journal(package.folder / "not there")


def test_a_journal_of_what_is_saved_by_now_is_stale(package: Package) -> None:
    package.apply(changes.set_content(package.entries, "INFO", b"x"))
    write_journal(package)
    text = journal_path(package.folder).read_bytes()
    save_package(package, quiet())
    journal_path(package.folder).write_bytes(text)
    assert read_journal(open_package(package.folder, quiet())) is None


def test_a_file_that_is_gone_costs_only_itself(package: Package, tmp_path: Path) -> None:
    edit_everything(package, tmp_path / "outside")
    write_journal(package)
    (tmp_path / "outside/dragged.bin").unlink()
    again = open_package(package.folder, quiet())
    recovery = read_recovery(again)
    assert recovery is not None
    assert recovery.lost == ("package/dragged.bin",)
    again.apply(recovery.change)
    package.apply(changes.remove(package.entries, ["package/dragged.bin"]))
    assert contents(again) == contents(package)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "{}", '{"schema": 7, "entries": {}}', '{"schema": 1, "entries": {"../x": null}}',
        '{"schema": 1, "entries": {"x": {"content": {"bytes": "%%"}}}}', '{"schema": 1, "entries": {"x": 5}}',
        '{"schema": 1, "entries": {"x": {"content": {"file": "../../etc/passwd", "inner": true, "size": 1}}}}',
    ],
)  # fmt: skip
def test_a_damaged_journal_is_an_error_with_its_place(package: Package, text: str) -> None:
    path = journal_path(package.folder)
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match=r"journal\.json is damaged") as caught:
        read_journal(package)
    assert caught.value.where == str(path)


def test_one_entry_stands_on_one_line(package: Package) -> None:
    package.apply(changes.set_content(package.entries, "INFO", b"x"))
    package.apply(changes.set_content(package.entries, "LICENSE", b"y"))
    write_journal(package)
    text = journal_path(package.folder).read_text(encoding="utf-8")
    assert set(json.loads(text)["entries"]) == {"INFO", "LICENSE"}
    assert len(text.splitlines()) == 7
