"""Tests for spkcore.package.parts and the small modules that say what a part is."""

from __future__ import annotations

from pathlib import Path

import pytest

from spkcore.package import desktop, privilege, resource, wizard
from spkcore.package.entries import Entry, FileContent, Kind, file_entry
from spkcore.package.info import Info
from spkcore.package.jsontext import parse
from spkcore.package.parts import (
    JsonPart,
    Need,
    Part,
    PartGroup,
    PartKind,
    json_part,
    list_parts,
    part_of,
    read_info,
    targets_dsm7,
)
from spkcore.package.schemas import validate

DSM7 = b'package="tool"\nos_min_ver="7.0-40000"\ndsmuidir="ui"\n'


def package(*paths: str, info: bytes = DSM7) -> dict[str, Entry]:
    return {"INFO": file_entry(info)} | {path: file_entry(b"") for path in paths}


def by_path(parts: list[Part]) -> dict[str, Part]:
    assert len({part.path for part in parts}) == len(parts)
    return {part.path: part for part in parts}


def test_a_full_package_in_the_order_of_the_tree() -> None:
    entries = package(
        "scripts/start-stop-status",
        "scripts/helper",
        "screen_1.png",
        "WIZARD_UIFILES/upgrade_uifile.sh",
        "WIZARD_UIFILES/install_uifile_fre",
        "WIZARD_UIFILES/install_uifile",
        "WIZARD_UIFILES/notes.txt",
        "conf/resource",
        "conf/PKG_DEPS",
        "conf/systemd/pkg-tool.service",
        "conf/privilege",
        "PACKAGE_ICON.PNG",
        "PACKAGE_ICON_256.PNG",
        "LICENSE",
        "syno_signature.asc",
        "package/ui/config",
        "package/ui/texts/enu/strings",
        "package/bin/tool",
        "README.md",
    )
    parts = [part for part in list_parts(entries) if part.present]
    assert [(part.group.value, part.kind.value, part.title) for part in parts] == [
        ("general", "info", "Package information"),
        ("general", "text", "Licence"),
        ("icons", "icon", "Icon"),
        ("icons", "icon", "Icon, 256 pixels"),
        ("icons", "screenshot", "screen_1.png"),
        ("scripts", "script", "start-stop-status"),
        ("scripts", "script", "helper"),
        ("wizards", "wizard", "Install wizard"),
        ("wizards", "wizard", "Install wizard (French)"),
        ("wizards", "wizard_script", "Upgrade wizard (script)"),
        ("wizards", "other", "notes.txt"),
        ("conf", "privilege", "Privileges"),
        ("conf", "resource", "Resources"),
        ("conf", "conf", "Needed packages"),
        ("conf", "conf", "systemd/pkg-tool.service"),
        ("desktop", "desktop", "Desktop entries"),
        ("desktop", "strings", "Texts (English)"),
        ("payload", "payload", "Payload"),
        ("other", "other", "Signature (DSM 5 and 6)"),
        ("other", "other", "README.md"),
    ]


def test_what_an_empty_package_lacks_for_dsm_7() -> None:
    missing = {part.path: part.need for part in list_parts({}) if not part.present}
    assert {path for path, need in missing.items() if need is Need.MUST} == {
        "INFO",
        "conf/privilege",
        "scripts/preupgrade",
        "scripts/postupgrade",
        "scripts/start-stop-status",
        "package",
    }
    assert {"PACKAGE_ICON.PNG", "PACKAGE_ICON_256.PNG", "scripts/preinst"} <= set(missing)
    assert "LICENSE" not in missing
    assert "scripts/prereplace" not in missing


def test_dsm_6_wants_less() -> None:
    parts = by_path(list_parts(package(info=b'package="tool"\nos_min_ver="6.1-15047"\n')))
    assert parts["scripts/preupgrade"].need is Need.SHOULD
    assert "conf/privilege" not in parts


@pytest.mark.parametrize(
    ("info", "expected"),
    [(b"", True), (b'os_min_ver="6.2-1"', False), (b'firmware="5.0-1"', False), (b'os_min_ver="7.2-64570"', True)],
)
def test_target(info: bytes, expected: bool) -> None:
    assert targets_dsm7(Info.parse(info)) is expected


def test_several_desktop_folders_are_told_apart() -> None:
    info = b'package="p"\ndsmuidir="a:ui/one b:two"\n'
    parts = by_path(list_parts(package("package/ui/one/config", info=info)))
    assert parts["package/ui/one/config"].title == "Desktop entries (ui/one)"
    assert (parts["package/two/config"].present, parts["package/two/config"].need) == (False, Need.SHOULD)
    assert desktop.desktop_folders(Info.parse(b'dsmuidir="../x"')) == ()


@pytest.mark.parametrize(
    "path",
    [
        "INFO",
        "scripts/preinst",
        "scripts/helper",
        "WIZARD_UIFILES/install_uifile_ger.sh",
        "conf/privilege",
        "conf/other",
        "package/ui/config",
        "package/ui/texts/ger/strings",
        "screen_2.jpg",
        "PACKAGE_ICON.PNG",
        "notes",
        "package",
    ],
)
def test_part_of_agrees_with_the_list(path: str) -> None:
    listed = by_path(list_parts(package(path)))[path]
    single = part_of(path, Info.parse(DSM7))
    assert (single.kind, single.path, single.title, single.group) == (
        listed.kind,
        listed.path,
        listed.title,
        listed.group,
    )


def test_files_of_the_payload_belong_to_the_payload() -> None:
    part = part_of("package/bin/tool", Info.parse(DSM7))
    assert (part.kind, part.path, part.group) == (PartKind.PAYLOAD, "package", PartGroup.PAYLOAD)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("conf/privilege", JsonPart("privilege")),
        ("conf/resource", JsonPart("resource")),
        ("WIZARD_UIFILES/upgrade_uifile_fre", JsonPart("wizard")),
        ("WIZARD_UIFILES/upgrade_uifile.sh", None),
        ("package/ui/config", JsonPart("ui_config")),
        ("package/ui/helptoc.conf", JsonPart("ui_config", "helptoc")),
        ("package/ui/index.conf", JsonPart("ui_config", "index")),
        ("package/other/config", None),
        ("INFO", None),
    ],
)
def test_schemas_of_parts(path: str, expected: JsonPart | None) -> None:
    assert json_part(path, Info.parse(DSM7)) == expected


def test_an_info_that_cannot_be_read_is_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "INFO"
    path.write_bytes(DSM7)
    content = FileContent.of(path)
    assert list(read_info({"INFO": Entry(Kind.FILE, content=content)})) == ["package", "os_min_ver", "dsmuidir"]
    path.unlink()
    assert list(read_info({"INFO": Entry(Kind.FILE, content=content)})) == []
    assert list(read_info({"INFO": Entry(Kind.SYMLINK, target="x")})) == []
    assert list(read_info({})) == []


def test_wizard_files_and_keys() -> None:
    for path in ("WIZARD_UIFILES/install_uifile", "WIZARD_UIFILES/uninstall_uifile_krn.sh"):
        found = wizard.wizard_file(path)
        assert found is not None
        assert found.path == path
    assert wizard.wizard_file("WIZARD_UIFILES/install_uifile_french") is None
    document = parse(
        '[{"items": [{"desc": "x"}, {"type": "password", "subitems": [{"key": "a"}, {"desc": "no key"}]}]},'
        ' {"items": [{"type": "singleselect", "subitems": [{"key": "b"}]}]}, 3]'
    )
    assert [(key.name, key.type, key.pointer) for key in wizard.wizard_keys(document)] == [
        ("a", "password", "/0/items/1/subitems/0/key"),
        ("b", "singleselect", "/1/items/0/subitems/0/key"),
    ]


def test_resource_and_desktop_readers() -> None:
    document = parse('{"_comment": "", "data-share": {"shares": [{"name": "{{ wizard_share }}"}]}}')
    assert resource.used_workers(document) == ["data-share"]
    document = parse('{".url": {"com.tool": {"type": "url", "title": "Tool"}}, "app.js": {"A.B": {"type": "app"}}}')
    entries = desktop.desktop_entries(document)
    assert [(entry.name, entry.file, entry.title, entry.pointer) for entry in entries] == [
        ("com.tool", ".url", "Tool", "/.url/com.tool"),
        ("A.B", "app.js", "", "/app.js/A.B"),
    ]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (privilege.STARTER, JsonPart("privilege")),
        (resource.STARTER, JsonPart("resource")),
        (desktop.STARTER, JsonPart("ui_config")),
    ],
)
def test_new_files_are_valid(text: str, part: JsonPart) -> None:
    assert validate(parse(text), part.schema, part.definition) == []
