"""Tests of icons inside INFO: recognised, and turned into files without touching anything else."""

from __future__ import annotations

import base64

from spkcore.package.changes import apply
from spkcore.package.entries import Entry, file_entry
from spkcore.package.info import Info
from spkcore.package.infoicons import as_files, info_icons

SMALL, LARGE = (base64.b64encode(data).decode() for data in (b"small", b"large"))
INFO = (
    f'# by hand\r\npackage="x"\r\npackage_icon="{SMALL}"\r\nodd="1"\r\npackage_icon_256="{LARGE}"\r\n'
    f'package_icon_144="{SMALL}"\r\n'
)


def test_all_of_them_are_recognised_with_their_files() -> None:
    found = {icon.key: (icon.size, icon.path, icon.data) for icon in info_icons(Info.parse(INFO.encode()))}
    assert found == {
        "package_icon": (72, "PACKAGE_ICON.PNG", b"small"),
        "package_icon_256": (256, "PACKAGE_ICON_256.PNG", b"large"),
        "package_icon_144": (144, "", b"small"),
    }
    assert info_icons(Info()) == []


def test_what_is_no_base64_is_shown_without_a_picture() -> None:
    assert info_icons(Info.parse(b'package_icon="%%%"\n'))[0].data == b""


def test_they_become_files_and_the_rest_of_info_stays() -> None:
    entries: dict[str, Entry] = {"INFO": file_entry(INFO.encode()), "PACKAGE_ICON_256.PNG": file_entry(b"own")}
    change = as_files(entries)
    assert change is not None
    apply(entries, change)
    written = {path: entry.content.read() for path, entry in entries.items() if entry.content}
    assert written == {
        "INFO": f'# by hand\r\npackage="x"\r\nodd="1"\r\npackage_icon_144="{SMALL}"\r\n'.encode(),
        "PACKAGE_ICON.PNG": b"small",
        "PACKAGE_ICON_256.PNG": b"own",
    }


def test_nothing_to_do() -> None:
    assert as_files({}) is None
    assert as_files({"INFO": file_entry(b'package="x"\npackage_icon="%"\n')}) is None
