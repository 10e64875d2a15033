"""Adding from disk, moving, copying, exporting and summing up the payload."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from spkcore.base.errors import Cancelled, UnreadableError, UsageError
from spkcore.base.tasks import TaskContext, quiet
from spkcore.package import changes, payload
from spkcore.package.entries import Attributes, BytesContent, Entry, FileContent, Kind, file_entry
from spkcore.package.payload import Total

from .conftest import write_tree

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX modes, links or special files")
FOLDER = Entry(Kind.DIRECTORY)


@pytest.fixture
def entries() -> dict[str, Entry]:
    return {
        "INFO": file_entry(b"info"),
        "package": FOLDER,
        "package/bin": FOLDER,
        "package/bin/tool": Entry(Kind.FILE, Attributes(0o755, 5), BytesContent(b"tool"), "", 3, "./bin/tool"),
        "package/hard": Entry(Kind.HARDLINK, target="package/bin/tool"),
        "package/soft": Entry(Kind.SYMLINK, target="bin/tool"),
        "package/Zebra": file_entry(b"zz"),
    }


def applied(entries: dict[str, Entry], change: changes.Change) -> dict[str, Entry]:
    result = dict(entries)
    changes.apply(result, change)
    return result


def test_files_and_folders_are_added_with_everything_below(entries: dict[str, Entry], tmp_path: Path) -> None:
    source = write_tree(
        tmp_path / "web", {"index.html": b"<html>", "js/app.js": b"1", "js/Thumbs.db": b"", ".git/HEAD": b""}
    )
    (source / "empty").mkdir()
    single = write_tree(tmp_path, {"single.txt": b"one"}) / "single.txt"
    after = applied(entries, payload.add_from_disk(entries, "package/ui", [source, single], quiet()))
    assert set(after) - set(entries) == {
        "package/ui", "package/ui/web", "package/ui/web/index.html", "package/ui/web/js", "package/ui/web/js/app.js",
        "package/ui/web/empty", "package/ui/single.txt",
    }  # fmt: skip
    content = after["package/ui/web/js/app.js"].content
    assert isinstance(content, FileContent)
    assert content.path == source / "js/app.js"
    assert after["package/ui/single.txt"].attributes is None


def test_a_file_of_the_same_name_is_replaced_and_keeps_mode_and_place(
    entries: dict[str, Entry], tmp_path: Path
) -> None:
    source = write_tree(tmp_path / "bin", {"tool": b"new"})
    after = applied(entries, payload.add_from_disk(entries, "package", [source], quiet()))
    tool = after["package/bin/tool"]
    assert (tool.attributes, tool.position, tool.archive_name) == (Attributes(0o755), 3, "./bin/tool")
    assert tool.content is not None
    assert tool.content.read() == b"new"
    assert after["package/hard"] == entries["package/hard"]


@posix
def test_links_and_execute_bits_are_kept(tmp_path: Path) -> None:
    source = write_tree(tmp_path / "app", {"run": b"", "data": b""})
    (source / "run").chmod(0o700)
    (source / "soft").symlink_to("./run")
    (source / "out").symlink_to("/etc")
    after = applied({}, payload.add_from_disk({}, "package", [source], quiet()))
    assert after["package/app/run"].attributes == Attributes(0o755)
    assert after["package/app/data"].attributes is None
    assert after["package/app/soft"] == Entry(Kind.SYMLINK, target="./run")
    assert after["package/app/out"] == Entry(Kind.SYMLINK, target="/etc")


@posix
def test_pipes_and_devices_are_refused(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    os.mkfifo(tmp_path / "app/pipe")
    for source in (tmp_path / "app", Path("/dev/null")):
        with pytest.raises(UnreadableError, match="device"):
            payload.add_from_disk({}, "package", [source], quiet())


def test_what_cannot_be_added_is_refused(entries: dict[str, Entry], tmp_path: Path) -> None:
    write_tree(tmp_path, {"a/x": b"", "b/x": b"", ".spkcreator/journal.json": b""})
    cases = [
        ("package", [Path(tmp_path.anchor)]),
        ("package", [tmp_path / "a/x", tmp_path / "b/x"]),
        ("package/Zebra", [tmp_path / "a/x"]),
        ("", [tmp_path / ".spkcreator"]),
    ]
    for target, sources in cases:
        with pytest.raises(UsageError):
            payload.add_from_disk(entries, target, sources, quiet())
    with pytest.raises(UnreadableError):
        payload.add_from_disk(entries, "package", [tmp_path / "gone"], quiet())


def test_adding_can_be_cancelled(tmp_path: Path) -> None:
    context = TaskContext()
    context.cancel()
    with pytest.raises(Cancelled):
        payload.add_from_disk({}, "package", [write_tree(tmp_path, {"x": b""}) / "x"], context)


def test_replacing_keeps_the_mode(entries: dict[str, Entry], tmp_path: Path) -> None:
    source = write_tree(tmp_path, {"other": b"new"}) / "other"
    after = applied(entries, payload.replace_from_disk(entries, "package/bin/tool", source))
    assert after["package/bin/tool"].attributes == Attributes(0o755)
    with pytest.raises(UsageError):
        payload.replace_from_disk(entries, "package/bin", source)
    for bad in (tmp_path, tmp_path / "gone"):
        with pytest.raises(UnreadableError):
            payload.replace_from_disk(entries, "package/bin/tool", bad)


def test_folders_are_made_once(entries: dict[str, Entry]) -> None:
    after = applied(entries, payload.make_folder_entry(entries, "package/a/b"))
    assert after["package/a"] == after["package/a/b"] == FOLDER
    for path in ("package/bin", "INFO", "package/../x", "INFO/x"):
        with pytest.raises(UsageError):
            payload.make_folder_entry(entries, path)


def test_several_move_together_and_links_follow(entries: dict[str, Entry]) -> None:
    change = payload.move_into(entries, ["package/bin", "package/bin/tool", "package/Zebra"], "package/new")
    after = applied(entries, change)
    assert {path for path in after if path.startswith("package/new")} == {
        "package/new", "package/new/bin", "package/new/bin/tool", "package/new/Zebra",
    }  # fmt: skip
    assert after["package/hard"].target == "package/new/bin/tool"
    assert payload.move_into(entries, ["package/Zebra"], "package").is_empty
    with pytest.raises(UsageError):
        payload.move_into(entries, ["package/bin"], "package/bin")


def test_copies_get_free_names(entries: dict[str, Entry]) -> None:
    entries["package/bin/twin"] = Entry(Kind.HARDLINK, target="package/bin/tool")
    after = applied(entries, payload.copy_into(entries, ["package/bin", "package/Zebra"], "package"))
    assert set(after) - set(entries) == {
        "package/bin (2)", "package/bin (2)/tool", "package/bin (2)/twin", "package/Zebra (2)",
    }  # fmt: skip
    assert after["package/bin (2)/twin"].target == "package/bin (2)/tool"
    assert after["package/bin (2)/tool"].position is None


@pytest.mark.parametrize(
    ("name", "unique"),
    [
        ("free.txt", "package/free.txt"),
        ("Zebra", "package/Zebra (2)"),
        ("ZEBRA", "package/ZEBRA (2)"),
        ("a.tar.gz", "package/a.tar (2).gz"),
        (".hidden", "package/.hidden (2)"),
    ],
)
def test_unique_names_keep_the_extension(entries: dict[str, Entry], name: str, unique: str) -> None:
    entries |= {"package/a.tar.gz": file_entry(b""), "package/.hidden": file_entry(b"")}
    assert payload.unique_name(entries, "package", name) == unique
    assert payload.unique_name(entries, "", "INFO") == "INFO (2)"


def test_children_are_listed_folders_first(entries: dict[str, Entry]) -> None:
    index = payload.child_index(entries)
    assert index[""] == ["package", "INFO"]
    assert index["package"] == ["package/bin", "package/hard", "package/soft", "package/Zebra"]
    assert "package/hard" not in index


def test_totals_add_up_over_all_levels(entries: dict[str, Entry]) -> None:
    assert payload.folder_totals(entries) == {
        "": Total(10, 5), "package": Total(6, 4), "package/bin": Total(4, 1),
    }  # fmt: skip
    assert payload.folder_totals({"a/b/c": file_entry(b"123")})[""] == Total(3, 1)


def test_fifty_thousand_entries_are_listed_and_summed_quickly() -> None:
    entries = {"package": FOLDER} | {f"package/d{number % 200}": FOLDER for number in range(200)}
    entries |= {f"package/d{number % 200}/f{number}": file_entry(b"x") for number in range(50_000)}
    start = time.process_time()
    assert len(payload.child_index(entries)["package/d7"]) == 250
    assert payload.folder_totals(entries)["package"] == Total(50_000, 50_000)
    assert time.process_time() - start < 1.0


def test_export_writes_what_was_chosen(entries: dict[str, Entry], tmp_path: Path) -> None:
    entries["package/a:b"] = file_entry(b"colon")
    placed = payload.export(
        entries, ["package/bin", "package/bin/tool", "package/hard", "package/a:b"], tmp_path, quiet()
    )
    assert {place.relative_to(tmp_path).as_posix() for place in placed} == {"bin", "hard", "a%3Ab"}
    found = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"bin/tool": b"tool", "hard": b"tool", "a%3Ab": b"colon"}
    if os.name == "posix":
        assert (tmp_path / "bin/tool").stat().st_mode & 0o100


@posix
def test_export_makes_only_links_that_stay_inside(tmp_path: Path) -> None:
    entries = {
        "package": FOLDER,
        "package/app": FOLDER,
        "package/app/in": Entry(Kind.SYMLINK, target="./x"),
        "package/app/out": Entry(Kind.SYMLINK, target="../../etc"),
    }
    log: list[str] = []
    payload.export(entries, ["package/app"], tmp_path, TaskContext(on_log=log.append))
    assert (tmp_path / "app/in").is_symlink()
    assert not (tmp_path / "app/out").is_symlink()
    assert "package/app/out" in log[0]


def test_export_replaces_nothing(entries: dict[str, Entry], tmp_path: Path) -> None:
    write_tree(tmp_path, {"Zebra": b"mine"})
    with pytest.raises(UsageError):
        payload.export(entries, ["package/bin", "package/Zebra"], tmp_path, quiet())
    assert [item.name for item in tmp_path.iterdir()] == ["Zebra"]
    assert (tmp_path / "Zebra").read_bytes() == b"mine"
