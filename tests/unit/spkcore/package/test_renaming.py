"""Renaming a package everywhere."""

from __future__ import annotations

import pytest

from spkcore.base.errors import UsageError
from spkcore.base.tasks import TaskContext
from spkcore.package.changes import apply
from spkcore.package.entries import Entry, Kind, file_entry
from spkcore.package.renaming import PlaceKind, RenamePlan, plan_rename, refusal, rename_package

CONFIG = b'{".url": {\n"SYNO.SDS.demo.App": {"url": "/webman/3rdparty/demo/index.cgi", "title": "demo"}}}\n'
PACKAGE = {
    "INFO": file_entry(
        b'package="demo"\ndisplayname="demo for demos"\ndsmappname="SYNO.SDS.demo.App com.demo.Other"\n'
        b'install_replace_packages="demo-old"\n'
    ),
    "conf/privilege": file_entry(b'{"defaults": {"run-as": "package"}, "username": "demo"}\n'),
    "conf/resource": file_entry(b'{"port-config": {"protocol-file": "etc/demo.sc"}}\n'),
    "scripts/postinst": file_entry(
        b"#!/bin/sh\nchown -R sc-demo /var/packages/demo/target\n"
        b'synopkg restart "demo"\nsystemctl start pkg-demo\necho demo is ready; demography=1\n'
    ),
    "package": Entry(Kind.DIRECTORY),
    "package/etc": Entry(Kind.DIRECTORY),
    "package/etc/demo.sc": file_entry(b'[demo_web]\ntitle="demo"\ndst.ports="80/tcp"\n'),
    "package/ui": Entry(Kind.DIRECTORY),
    "package/ui/config": file_entry(CONFIG),
    "package/demo": Entry(Kind.DIRECTORY),
    "package/demo/demo.txt": file_entry(b"hello\n"),
    "package/link": Entry(Kind.SYMLINK, target="/var/packages/demo/target/demo"),
    "package/tool": file_entry(b"\x7fELF\0/var/packages/demo/target\0"),
    "package/demos.bin": file_entry(b"\x7fELF\0demos"),
}


def plan() -> RenamePlan:
    return plan_rename(PACKAGE, TaskContext())


def renamed(*, everything: bool) -> dict[str, Entry]:
    entries = dict(PACKAGE)
    apply(entries, rename_package(entries, [place for place in plan().places if place.is_sure or everything], "shop"))
    return entries


def text(entries: dict[str, Entry], path: str) -> str:
    content = entries[path].content
    assert content is not None
    return content.read().decode()


def test_what_has_to_follow_follows() -> None:
    after = renamed(everything=False)
    assert text(after, "INFO") == (
        'package="shop"\ndisplayname="demo for demos"\ndsmappname="SYNO.SDS.shop.App com.shop.Other"\n'
        'install_replace_packages="demo-old"\n'
    )
    assert text(after, "conf/privilege") == '{"defaults": {"run-as": "package"}, "username": "shop"}\n'
    assert text(after, "conf/resource") == '{"port-config": {"protocol-file": "etc/shop.sc"}}\n'
    assert text(after, "scripts/postinst") == (
        "#!/bin/sh\nchown -R sc-shop /var/packages/shop/target\n"
        'synopkg restart "shop"\nsystemctl start pkg-shop\necho demo is ready; demography=1\n'
    )
    assert text(after, "package/ui/config") == CONFIG.decode().replace("SDS.demo", "SDS.shop").replace(
        "party/demo", "party/shop"
    )
    assert text(after, "package/etc/shop.sc").startswith('[shop_web]\ntitle="demo"')
    assert after["package/link"].target == "/var/packages/shop/target/demo"
    assert "package/demo/demo.txt" in after
    assert "package/etc/demo.sc" not in after


def test_the_rest_follows_when_it_is_wanted() -> None:
    after = renamed(everything=True)
    assert "package/shop/shop.txt" in after
    assert not [path for path in after if "demo" in path and path != "package/demos.bin"]
    assert after["package/link"].target == "/var/packages/shop/target/shop"
    assert 'displayname="shop for demos"' in text(after, "INFO")
    assert "echo shop is ready; demography=1" in text(after, "scripts/postinst")


def test_one_change_takes_it_all_back() -> None:
    entries = dict(PACKAGE)
    change = rename_package(entries, plan().places, "shop")
    apply(entries, change)
    apply(entries, change.inverse())
    assert entries == PACKAGE


def test_places_say_what_they_are() -> None:
    by_path = {place.hit.path: place for place in plan().places if place.kind is PlaceKind.NAME}
    assert by_path["package/etc/demo.sc"].is_sure
    assert not by_path["package/demo"].is_sure
    shown = next(place for place in plan().places if place.hit.before == 'displayname="')
    assert (shown.is_sure, shown.why) == (False, "People read this; it may stay as it is.")


def test_programs_that_hold_the_id_are_named() -> None:
    assert plan().programs == ("package/tool",)


@pytest.mark.parametrize(
    ("name", "says"),
    [("", "Type"), ("a b", "a blank"), ("a/b", "/"), ("-a", "starts with"), ("a" * 33, "32"), ("Node.js_v22", "")],
)
def test_ids_that_dsm_does_not_take_are_refused(name: str, says: str) -> None:
    assert says in refusal(name)
    assert bool(refusal(name)) == bool(says)


def test_a_bad_id_changes_nothing() -> None:
    with pytest.raises(UsageError, match="cannot be called"):
        rename_package(PACKAGE, plan().places, "a b")


def test_a_package_without_an_id_cannot_be_renamed() -> None:
    with pytest.raises(UsageError, match="no ID"):
        plan_rename({"INFO": file_entry(b"")}, TaskContext())


def test_a_byte_order_mark_and_json_in_one_line_do_not_hide_places() -> None:
    entries = {
        "INFO": file_entry(b'\xef\xbb\xbfpackage="demo"\ndsmuidir="ui"\n'),
        "package/ui/config": file_entry(b'{".url":{"com.me.demo":{"title":"demo"}}}'),
    }
    places = plan_rename(entries, TaskContext()).places
    assert [(place.hit.path, place.is_sure) for place in places] == [
        ("INFO", True), ("package/ui/config", True), ("package/ui/config", False),
    ]  # fmt: skip
