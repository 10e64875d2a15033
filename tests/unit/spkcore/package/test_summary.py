"""A package at a glance."""

from __future__ import annotations

from spkcore.package.entries import Entry, Kind, file_entry
from spkcore.package.info import Info
from spkcore.package.summary import card, card_languages, platforms, size, wishes
from spkcore.package.templates import find_template

PACKAGE = {
    "INFO": file_entry(
        'package="demo"\nversion="1.2-3"\nmaintainer="Jane"\ndescription="One<br>two<BR/> three"\n'
        'displayname="Demo"\ndisplayname_ger="Vorführung"\nbeta="YES"\n'.encode()
    ),
    "PACKAGE_ICON.PNG": file_entry(b"small"),
    "screen_10.png": file_entry(b"ten"),
    "screen_2.jpg": file_entry(b"two"),
    "CHANGELOG": file_entry(b"new\n"),
    "package": Entry(Kind.DIRECTORY),
    "package/a": file_entry(b"12345"),
    "package/link": Entry(Kind.SYMLINK, target="a"),
}


def test_the_card_speaks_the_language_that_is_asked_for() -> None:
    shown = card(PACKAGE)
    assert (shown.name, shown.maintainer, shown.version, shown.is_beta) == ("Demo", "Jane", "1.2-3", True)
    assert shown.description == "One\ntwo\nthree"
    assert card(PACKAGE, "ger").name == "Vorführung"
    assert card(PACKAGE, "ger").description == shown.description
    assert card_languages(PACKAGE) == [("ger", "German")]


def test_pictures_are_found_in_the_order_of_their_numbers() -> None:
    assert card(PACKAGE).screenshots == ("screen_2.jpg", "screen_10.png")
    assert card(PACKAGE).icon == "PACKAGE_ICON.PNG"
    assert card({**PACKAGE, "PACKAGE_ICON_256.PNG": file_entry(b"large")}).icon == "PACKAGE_ICON_256.PNG"
    assert card({}).icon == ""


def test_a_package_without_a_name_shows_its_id() -> None:
    assert card({"INFO": file_entry(b'package="demo"\n')}).name == "demo"


def test_families_count_their_platforms() -> None:
    assert platforms(Info.parse(b'arch="noarch"\n')).count == 0
    assert platforms(Info()).count == 0
    family = platforms(Info.parse(b'arch="x86_64"\n'))
    assert family.words == ("x86_64",)
    assert family.count > 5
    assert platforms(Info.parse(b'arch="apollolake geminilake"\n')).count == 2


def test_the_size_is_that_of_files_and_links() -> None:
    assert (size(PACKAGE).files, size(PACKAGE).bytes) == (2, 5)


def test_the_checklist_says_what_is_there() -> None:
    state = {wish.title: wish.is_there for wish in wishes(PACKAGE)}
    assert state["An icon"]
    assert state["Screenshots"]
    assert state["What is new"]
    assert not state["An icon for sharp screens"]
    assert not state["A website"]
    assert state["A description"]
    places = {wish.title: (wish.path, wish.field) for wish in wishes(PACKAGE)}
    assert places["A website"] == ("INFO", "maintainer_url")
    assert places["What is new"] == ("INFO", "changelog")
    assert places["A licence"] == ("LICENSE", "")


def test_what_a_template_begins_with_is_not_done() -> None:
    parameters = {parameter.name: parameter.default for parameter in find_template("minimal-dsm7").parameters}
    info = f'maintainer="{parameters["maintainer"]}"\ndescription="{parameters["description"]}"\n'
    state = {wish.title: wish.is_there for wish in wishes({"INFO": file_entry(info.encode())})}
    assert not state["A description"]
    assert not state["Who makes it"]
