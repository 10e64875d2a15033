"""What Package Center unpacked, sorted by package and made into folders that can be opened."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from pathlib import Path

from spkcore.base.tasks import TaskContext
from spkcore.nas.members import keep_loose, make_folder_of, sort_members
from spkcore.nas.naming import Naming
from spkcore.nas.received import Pulled
from spkcore.package.project import open_package


def pulled(folder: Path, files: dict[str, bytes]) -> list[Pulled]:
    """Files as they lie in the work folder after a pull."""
    items = []
    for number, (name, data) in enumerate(files.items()):
        path = folder / "work" / str(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        items.append(Pulled(name, path, len(data), hashlib.md5(data, usedforsecurity=False).hexdigest()))
    return items


def info(name: str) -> bytes:
    return f'package="{name}"\nversion="1"\narch="noarch"\n'.encode()


def payload() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("bin/tool")
        member.size, member.mode = 4, 0o755
        archive.addfile(member, io.BytesIO(b"tool"))
    return gzip.compress(stream.getvalue())


def test_a_queue_of_packages_is_kept_apart(tmp_path: Path) -> None:
    members = pulled(
        tmp_path,
        {
            "pkginstall/INFO": info("Second"),
            "pkginstall/scripts/preinst": b"second",
            "pkginstall.~1~/INFO": info("First"),
            "pkginstall.~1~/scripts/preinst": b"first",
            "synopkg/wizard.x/INFO": info("First"),
            "synopkg/wizard.x/scripts/preinst": b"first",
            "synopkg/wizard.x/WIZARD_UIFILES/install_uifile": b"[]",
            "57F509C1C3E69213/scripts/preinst": b"first",
            "57F509C1C3E69214/scripts/preinst": b"a third one",
            "pkglist.tmp/synoserver.enu": b"{}",
        },
    )
    packages, loose = sort_members(members)
    tails = {package.naming.package: sorted(package.files) for package in packages}
    assert tails == {
        "First": ["INFO", "WIZARD_UIFILES/install_uifile", "scripts/preinst"],
        "Second": ["INFO", "scripts/preinst"],
    }
    assert {item.name for item in loose} == {"57F509C1C3E69214/scripts/preinst", "pkglist.tmp/synoserver.enu"}


def test_other_content_at_the_same_path_is_not_lost(tmp_path: Path) -> None:
    members = pulled(
        tmp_path,
        {
            "synopkg/install.a/INFO": info("One"),
            "synopkg/install.a/scripts/x": b"installed",
            "synopkg/wizard.b/INFO": info("One"),
            "synopkg/wizard.b/scripts/x": b"shown",
        },
    )
    [package], loose = sort_members(members)
    assert package.files["scripts/x"].path.read_bytes() == b"installed"
    assert [item.path.read_bytes() for item in loose] == [b"shown"]
    keep_loose(loose, tmp_path / "home")
    assert (tmp_path / "home/other files/synopkg/wizard.b/scripts/x").read_bytes() == b"shown"


def test_an_unpacked_package_can_be_opened(tmp_path: Path) -> None:
    members = pulled(
        tmp_path,
        {
            "pkginstall/INFO": info("Tool"),
            "pkginstall/package.tgz": payload(),
            "pkginstall/package/half": b"unpacked beside it",
            "pkginstall/conf/privilege": b"{}",
        },
    )
    [package], _ = sort_members(members)
    folder, warning = make_folder_of(package, tmp_path, TaskContext())
    assert (folder.name, warning) == ("Tool-1-noarch unpacked", "")
    entries = open_package(folder, TaskContext()).entries
    assert {"INFO", "conf/privilege", "package/bin/tool"} <= set(entries)
    assert "package/half" not in entries
    assert not list(tmp_path.glob("*.tar"))


def test_without_package_tgz_the_payload_is_what_dsm_unpacked(tmp_path: Path) -> None:
    members = pulled(tmp_path, {"pkginstall/INFO": info("Tool"), "pkginstall/package/bin/tool": b"tool"})
    [package], _ = sort_members(members)
    folder, _warning = make_folder_of(package, tmp_path, TaskContext())
    assert {"INFO", "package/bin/tool"} <= set(open_package(folder, TaskContext()).entries)


def test_a_damaged_payload_is_kept_and_told(tmp_path: Path) -> None:
    members = pulled(tmp_path, {"pkginstall/INFO": info("Tool"), "pkginstall/package.tgz": payload()[:50]})
    [package], _ = sort_members(members)
    folder, warning = make_folder_of(package, tmp_path, TaskContext())
    assert "make no package" in warning
    assert {path.name for path in folder.iterdir()} == {"INFO", "package.tgz"}


def test_a_folder_with_the_same_content_is_kept_once_and_an_edited_one_stays(tmp_path: Path) -> None:
    def make() -> Path:
        members = pulled(
            tmp_path,
            {
                "pkginstall/INFO": info("Tool"),
                "pkginstall/package.tgz": payload(),
                "pkginstall/scripts/preinst": b"#!/bin/sh\n",
            },
        )
        [package], _ = sort_members(members)
        return make_folder_of(package, tmp_path, TaskContext())[0]

    assert [make().name for _ in range(3)] == ["Tool-1-noarch unpacked"] * 3
    (tmp_path / "Tool-1-noarch unpacked/scripts/preinst").write_bytes(b"#!/bin/sh\nexit 0\n")
    assert [make().name for _ in range(2)] == ["Tool-1-noarch unpacked (2)"] * 2
    (tmp_path / "Tool-1-noarch unpacked (2)/mine").touch()
    assert make().name == "Tool-1-noarch unpacked (3)"
    assert len(list(tmp_path.glob("*unpacked*"))) == 3


def test_other_files_that_came_before_are_kept_once(tmp_path: Path) -> None:
    for _ in range(2):
        keep_loose(pulled(tmp_path, {"synopkg/wizard.b/x": b"x"}), tmp_path / "home")
    keep_loose(pulled(tmp_path, {"synopkg/wizard.b/x": b"y"}), tmp_path / "home")
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == ["other files", "other files (2)"]


def test_small_members_alone_are_kept_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "Tool-1-noarch unpacked").mkdir()
    members = pulled(tmp_path, {"synopkg/wizard.b/INFO": info("Tool"), "synopkg/wizard.b/scripts/aux": b"x"})
    [package], _ = sort_members(members)
    assert package.naming == Naming("Tool", "1", "noarch")
    folder, _warning = make_folder_of(package, tmp_path, TaskContext())
    assert folder.name == "Tool-1-noarch unpacked (2)"
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")) == [
        "INFO",
        "scripts",
        "scripts/%61ux",
    ]
