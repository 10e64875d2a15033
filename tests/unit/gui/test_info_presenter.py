"""Tests of the INFO editor's logic without widgets: which keys fit which DSM, suggestions, versions and links."""

from __future__ import annotations

from pathlib import Path

import pytest

from gui.editors.info.choices import choices, toggled_words
from gui.editors.info.fields import Field, fields_of, groups, is_shown
from gui.editors.info.languages import coverage_text, language_rows
from gui.editors.info.presenter import InfoPresenter
from gui.editors.info.ranges import EVERY, PACKAGE, DsmRange, every_dsm, package_range, range_choices
from gui.services.document import Document
from spkcore.package.buildtargets import BuildTarget
from spkcore.package.entries import file_entry
from spkcore.package.info import Info
from spkcore.package.infokeys import info_keys, languages
from spkcore.package.project import Package
from tests.fakes.clock import FakeClock

DSM6 = BuildTarget("dsm6", "DSM 6", {"os_min_ver": "6.1-15047", "firmware": "6.1-15047"}, ("exclude_model",))


def _document(**files: bytes) -> Document:
    entries = {name.replace("__", "/"): file_entry(data) for name, data in files.items()}
    return Document(Package.from_entries(Path("/nowhere"), entries), FakeClock())


def _range(range_id: str) -> DsmRange:
    return next(item for item in range_choices(Info()) if item.id == range_id)


def _shown(info: Info, dsm: DsmRange, *, show_all: bool = False) -> set[str]:
    return {field.name for field in fields_of(info, dsm) if is_shown(field, "", show_all=show_all)}


def _field(info: Info, dsm: DsmRange, name: str) -> Field:
    return next(field for field in fields_of(info, dsm) if field.name == name)


def test_every_key_of_the_table_has_one_field_in_a_known_group() -> None:
    fields = fields_of(Info())
    known = {group.id for group in groups()}
    assert [field.name for field in fields] == list(info_keys())
    assert {field.group for field in fields} <= known


def test_required_keys_are_always_shown() -> None:
    fields = {field.name: field for field in fields_of(Info())}
    assert is_shown(fields["arch"], "", show_all=False)
    assert not is_shown(fields["checkport"], "", show_all=False)
    assert is_shown(fields["checkport"], "port check", show_all=False)


def test_keys_of_other_dsm_versions_are_hidden_until_they_are_set() -> None:
    on7, on6, on5 = (_shown(Info(), _range(name), show_all=True) for name in "765")
    assert "exclude_model" in on7
    assert not {"exclude_model", "dsmapppage"} & on6
    assert not {"firmware", "startable", "support_conf_folder", "package_icon"} & on7
    assert {"firmware", "support_conf_folder", "startable"} <= on5
    assert "os_min_ver" not in on5
    old = Info.parse(b'startable="no"\n')
    assert "startable" in _shown(old, _range("7"))
    assert "ctl_stop" in _field(old, _range("7"), "startable").note
    assert _shown(Info(), every_dsm(), show_all=True) == set(info_keys())


def test_the_lowest_version_goes_by_its_old_name_on_old_dsm() -> None:
    assert {"firmware", "startable"} <= _shown(Info(), _range("5"))
    assert not {"os_min_ver", "ctl_stop"} & _shown(Info(), _range("5"))


def test_notes_say_what_differs_within_the_range() -> None:
    assert _field(Info(), _range("7"), "support_move").note == ""
    assert _field(Info(), _range("6"), "support_move").note == "Since DSM 6.2-22306"
    assert _field(Info(), _range("6"), "exclude_model").note == "Read only from DSM 7.0-40329 on"
    assert not _field(Info(), _range("6"), "description").required
    assert _field(Info(), _range("7"), "description").required


def test_the_port_brings_its_check_along() -> None:
    assert "checkport" in _shown(Info.parse(b'adminport="8080"\n'), _range("7"))


def test_the_range_comes_from_info_and_the_build_targets() -> None:
    info = Info.parse(b'os_min_ver="7.1-42661"\nos_max_ver="7.2"\n')
    assert package_range(info).name == "DSM 7.1 to 7.2.2"
    both = package_range(info, [DSM6])
    assert both.name.startswith("DSM 6.1 to")
    titles = {item.id: item.name for item in range_choices(info, [DSM6])}
    assert titles["target:dsm6"].startswith("DSM 6.1")
    assert titles["info"] == "DSM 7.1 to 7.2.2"
    assert next(iter(titles)) == PACKAGE
    assert list(titles)[-1] == EVERY


def test_the_chosen_range_follows_the_file() -> None:
    presenter = InfoPresenter(_document(INFO=b'os_min_ver="6.2-23739"\n'))
    assert presenter.dsm.name == "DSM 6.2 to 6.2.4"
    before = presenter.left_out()
    presenter.set_value("os_min_ver", "7.0-40000", typed=True)
    assert presenter.dsm.name == "DSM 7.0 to 7.3"
    presenter.choose_range("5")
    assert presenter.dsm.name == "DSM 3.1 to 5.2"
    presenter.choose_range(EVERY)
    assert before > presenter.left_out() == 0


def test_suggestions_come_from_the_tables() -> None:
    assert all(choice.meaning for choice in choices("os_min_ver"))
    assert "7.2-79999" in {choice.value for choice in choices("os_max_ver")}
    assert "7.2-79999" not in {choice.value for choice in choices("os_min_ver")}
    assert [choice.value for choice in choices("adminprotocol")] == ["http", "https"]
    assert not choices("no_such_key")
    assert not choices("maintainer")


def test_services_of_the_chosen_dsm_come_first_and_unknown_ones_stay() -> None:
    found = choices("start_dep_services", _range("7"), ["pgsql", "odd.service"])
    names = [choice.value for choice in found]
    assert names[0] == "odd.service"
    heading = names.index("")
    assert "crond.service" in names[:heading]
    assert "mysql" in names[heading:]
    assert next(choice for choice in found if choice.value == "pgsql").meaning == "DSM's database, DSM 7"
    assert "crond.service" in [choice.value for choice in choices("start_dep_services", _range("6"))][3:]


def test_words_are_added_and_taken_out() -> None:
    assert toggled_words(["a"], "b", ticked=True) == ["a", "b"]
    assert toggled_words(["a", "b"], "a", ticked=False) == ["b"]


def test_the_open_button_offers_the_entries_of_the_desktop_file() -> None:
    config = b'{".url": {"com.example.a": {"title": "A"}}, "app.js": {"com.example.b": {"title": "B"}}}'
    presenter = InfoPresenter(_document(INFO=b'dsmuidir="ui"\ndsmappname="gone"\n', package__ui__config=config))
    assert [choice.value for choice in presenter.choices("dsmappname")] == ["gone", "com.example.a", "com.example.b"]
    assert InfoPresenter(_document(INFO=b'dsmappname="x"\n')).choices("dsmappname") == []


@pytest.mark.parametrize(
    ("info", "link"),
    [
        (b"", ""),
        (b'adminport="8080"\n', "http://nas:8080/"),
        (b'adminprotocol="https"\nadminport="443"\nadminurl="/a/"\n', "https://nas/a/"),
        (b'adminurl="a"\n', "http://nas/a"),
        (b'adminprotocol="https"\nadminport="80"\n', "https://nas:80/"),
    ],
)
def test_the_link_is_what_protocol_port_and_path_make(info: bytes, link: str) -> None:
    assert InfoPresenter(_document(INFO=info)).link() == link


def test_languages_stand_in_dsms_order_with_strange_ones_last() -> None:
    info = Info.parse(b'displayname="A"\ndisplayname_fre="B"\ndescription_xyz="C"\ndisplayname_ger="D"\n')
    rows = language_rows(info)
    assert [row.code for row in rows] == ["", *languages(), "xyz"]
    assert rows[0].values == {"displayname": "A"}
    assert rows[-1].values == {"description": "C"}
    assert rows[-1].key("description") == "description_xyz"
    assert "Name shown: 2/22" in coverage_text(rows)


def test_a_renamed_key_keeps_its_line() -> None:
    document = _document(INFO=b"a=1\r\nodd = 'x'  \r\nb=2\r\n")
    presenter = InfoPresenter(document)
    assert presenter.rename_key("odd", " new ") == ""
    assert document.content("INFO") == b"a=1\r\nnew = 'x'  \r\nb=2\r\n"
    assert presenter.rename_key("new", "a") != ""
    assert presenter.rename_key("new", "no key") != ""
    assert presenter.rename_key("new", "new") == ""
    assert document.stack.count() == 1


def test_the_texts_of_single_languages_are_in_the_form_only_when_looked_for() -> None:
    info = Info.parse(b'displayname="A"\ndisplayname_ger="B"\n')
    variant = _field(info, every_dsm(), "displayname_ger")
    assert not is_shown(variant, "", show_all=True)
    assert is_shown(variant, "german", show_all=False)
    assert _field(info, every_dsm(), "displayname").languages == 1
