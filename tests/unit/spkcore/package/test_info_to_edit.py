"""Edits that also write INFO never take one that could not be read for an empty one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from spkcore.base.errors import UnreadableError
from spkcore.base.tasks import quiet
from spkcore.checks.migrate import migrate
from spkcore.package.adding import add_part
from spkcore.package.buildtargets import BuildTarget
from spkcore.package.changes import put
from spkcore.package.desktop import desktop_entries
from spkcore.package.desktopedit import rename_entry
from spkcore.package.entries import Entry, FileContent, Kind, file_entry
from spkcore.package.info import Info
from spkcore.package.jsontext import parse
from spkcore.package.parts import LARGEST_TEXT, info_to_edit, part_of
from spkcore.package.project import Package

CONFIG = "package/ui/config"
TEXT = '{".url": {"one.App": {"type": "url", "title": "One", "url": "/one"}}}'
INFO = b'package="one"\nversion="1.0-1"\nos_min_ver="6.0-7321"\n'

Entries = dict[str, Entry]


@pytest.fixture(params=["too large", "gone"])
def entries(request: pytest.FixtureRequest, tmp_path: Path) -> Entries:
    """A package whose INFO holds something that cannot be read now, as when another program has it open."""
    place = tmp_path / "INFO"
    place.write_bytes(INFO + b"#" * (LARGEST_TEXT if request.param == "too large" else 1))
    content = FileContent.of(place)
    if request.param == "gone":
        place.unlink()
    return {"INFO": Entry(Kind.FILE, content=content), CONFIG: file_entry(TEXT.encode())} | {
        folder: Entry(Kind.DIRECTORY) for folder in ("package", "package/ui")
    }


def _rename(entries: Entries) -> object:
    return rename_entry(entries, CONFIG, next(iter(desktop_entries(parse(TEXT)))), "two.App")


def _add(entries: Entries) -> object:
    without = {path: entry for path, entry in entries.items() if path != CONFIG}
    return add_part(without, part_of(CONFIG, Info().set("dsmuidir", "ui")))


def _migrate(entries: Entries) -> object:
    return migrate(entries, "7.2", quiet())


def _build_target(entries: Entries) -> object:
    package = Package.from_entries(Path("x"), entries)
    return BuildTarget("six", "DSM 6", info={"os_min_ver": "6.0-7321"}).apply_to(package)


@pytest.mark.parametrize("edit", [_rename, _add, _migrate, _build_target], ids=lambda edit: edit.__name__.strip("_"))
def test_an_edit_is_refused_instead_of_emptying_info(edit: Callable[[Entries], object], entries: Entries) -> None:
    with pytest.raises(UnreadableError):
        edit(entries)


def test_without_info_an_edit_begins_one() -> None:
    assert not list(info_to_edit({}))
    package = Package.from_entries(Path("x"), {})
    assert put(package.entries, {"INFO": file_entry(INFO)}).edits
    assert info_to_edit({"INFO": file_entry(INFO)}).get("package") == "one"
