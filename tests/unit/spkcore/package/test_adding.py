"""Parts that can be added, and what each starts with."""

from __future__ import annotations

from spkcore.package.adding import add_part, addable_parts
from spkcore.package.changes import apply
from spkcore.package.entries import Entry, file_entry
from spkcore.package.jsontext import parse
from spkcore.package.parts import Part, PartKind


def package(**files: bytes) -> dict[str, Entry]:
    return {
        "INFO": file_entry(b'package="demo"\nversion="1"\n'),
        **{path: file_entry(data) for path, data in files.items()},
    }


def part(entries: dict[str, Entry], path: str) -> Part:
    return next(part for part in addable_parts(entries) if part.path == path)


def added(entries: dict[str, Entry], path: str) -> dict[str, Entry]:
    after = dict(entries)
    apply(after, add_part(entries, part(entries, path)))
    return after


def text(entries: dict[str, Entry], path: str) -> str:
    content = entries[path].content
    assert content is not None
    return content.read().decode()


def test_what_is_there_is_not_offered_again() -> None:
    entries = package()
    offered = {item.path for item in addable_parts(entries)}
    assert {"LICENSE", "conf/privilege", "scripts/postinst", "WIZARD_UIFILES/install_uifile"} <= offered
    assert "INFO" not in offered
    assert not any(item.present for item in addable_parts(entries))
    assert "conf/privilege" not in {item.path for item in addable_parts(added(entries, "conf/privilege"))}


def test_desktop_entries_bring_their_folder_into_info() -> None:
    after = added(package(), "package/ui/config")
    assert 'dsmuidir="ui"' in text(after, "INFO")
    assert parse(text(after, "package/ui/config")).value() == {".url": {}}
    assert part(after, "package/ui/helptoc.conf").kind is PartKind.DESKTOP
    assert part(after, "package/ui/texts/fre/strings").title == "Texts (French)"


def test_a_folder_that_info_names_is_used() -> None:
    entries = package()
    entries["INFO"] = file_entry(b'package="demo"\ndsmuidir="app"\n')
    after = added(entries, "package/app/config")
    assert text(after, "INFO") == 'package="demo"\ndsmuidir="app"\n'


def test_languages_are_offered_for_what_is_there() -> None:
    offered = {item.path for item in addable_parts(added(package(), "WIZARD_UIFILES/install_uifile"))}
    assert "WIZARD_UIFILES/install_uifile_ger" in offered
    assert "WIZARD_UIFILES/upgrade_uifile_ger" not in offered


def test_new_parts_are_sound() -> None:
    entries = package()
    assert text(added(entries, "scripts/preinst"), "scripts/preinst").startswith("#!/bin/sh\n")
    assert parse(text(added(entries, "conf/privilege"), "conf/privilege")).value() == {
        "defaults": {"run-as": "package"}
    }
    assert text(added(entries, "CHANGELOG"), "CHANGELOG") == ""
