"""Tests of what the script editor says about names, inserts, and draws, without widgets."""

from __future__ import annotations

from pathlib import Path

import pytest

from gui.editors.scripts import diagram, names
from gui.editors.scripts.diagram import Item, Measures, Placed, lay_out, sections, spoken
from gui.editors.scripts.presenter import about_script, environment
from gui.services.document import Document
from spkcore.checks.scriptmap import ScriptMap, Symbol, SymbolKind, script_map
from spkcore.checks.subject import Subject
from spkcore.package.entries import Entry, file_entry
from spkcore.package.lifecycle import DSM_6, DSM_7
from spkcore.package.project import Package
from spkcore.package.scripts import Variable, variables
from spkcore.package.snippets import Snippet
from tests.fakes.clock import FakeClock

POSTINST = b'#!/bin/sh\n. "$(dirname "$0")/common"\nsay-it "$folder" "${SYNOPKG_PKGVAR:-x}"\nNAME=1\nread NAME\n'
COMMON = b"#!/bin/sh\n# Says it.\nsay-it() {\n    :\n}\n"
WIZARD = b"""[{"step_title": "Where", "items": [
  {"type": "textfield", "subitems": [{"key": "folder", "desc": "Name"}]}
]}]"""
ENTRIES: dict[str, Entry] = {
    "INFO": file_entry(b'package="a"\n'),
    "scripts/postinst": file_entry(POSTINST),
    "scripts/common": file_entry(COMMON),
    "WIZARD_UIFILES/install_uifile": file_entry(WIZARD),
}
PATH = "scripts/postinst"
LINES = POSTINST.decode().split("\n")


@pytest.fixture(scope="module")
def found() -> ScriptMap:
    return script_map(Subject.of(ENTRIES))


@pytest.fixture(scope="module")
def known() -> dict[str, Variable]:
    return {item.name: item for item in variables(PATH, ENTRIES)}


@pytest.mark.parametrize(
    ("line", "word", "kind", "name"),
    [
        (3, "say-it", "function", "say-it"),
        (3, "it", "function", "say-it"),
        (3, "folder", "variable", "folder"),
        (3, "SYNOPKG_PKGVAR", "variable", "SYNOPKG_PKGVAR"),
        (4, "NAME", "variable", "NAME"),
        (5, "NAME", "variable", "NAME"),
        (5, "read", "", ""),
        (1, "bin", "", ""),
    ],
)
def test_the_name_at_a_place_is_known(line: int, word: str, kind: str, name: str, found: ScriptMap) -> None:
    text = LINES[line - 1]
    symbol = names.symbol_at(text, text.index(word) + 2, PATH, found)
    assert symbol == (Symbol(SymbolKind(kind), name) if kind else None)


def test_a_place_without_letters_has_no_name(found: ScriptMap) -> None:
    assert names.symbol_at("", 1, PATH, found) is None
    assert names.symbol_at("  &&  ", 4, PATH, found) is None


def test_definitions_lead_to_scripts_and_to_fields_of_wizards(found: ScriptMap) -> None:
    (place,) = names.destinations(Symbol(SymbolKind.FUNCTION, "say-it"), PATH, found)
    assert place == names.Destination("scripts/common", 3, 1)
    place = names.destinations(Symbol(SymbolKind.VARIABLE, "folder"), PATH, found)[0]
    assert (place.path, place.line) == ("WIZARD_UIFILES/install_uifile", 2)
    assert names.destinations(Symbol(SymbolKind.VARIABLE, "SYNOPKG_PKGVAR"), PATH, found) == []


def test_it_is_said_why_there_is_nothing_to_go_to(known: dict[str, Variable]) -> None:
    assert "no name" in names.nothing_found_text(None, known)
    text = names.nothing_found_text(Symbol(SymbolKind.VARIABLE, "SYNOPKG_PKGVAR"), known)
    assert text == "SYNOPKG_PKGVAR is set by DSM."
    assert "defines other" in names.nothing_found_text(Symbol(SymbolKind.VARIABLE, "other"), known)


def test_names_are_explained(found: ScriptMap, known: dict[str, Variable]) -> None:
    def told(kind: SymbolKind, name: str, path: str = PATH) -> str:
        return names.explain(Symbol(kind, name), path, found, known)

    variable, function = SymbolKind.VARIABLE, SymbolKind.FUNCTION
    assert "Since DSM 7.0-40314." in told(variable, "SYNOPKG_PKGVAR")
    assert "Page “Where”, field “Name” of WIZARD_UIFILES/install_uifile" in told(variable, "folder")
    said = told(function, "say-it")
    assert said.split("\n") == ["Function say-it, defined in common:3", "Says it.", "Called in 1 place"]
    assert "postinst:4  NAME=1" in told(variable, "NAME")
    assert told(variable, "nowhere") == ""


def test_samples_are_those_of_the_package() -> None:
    info = b'package="attic"\nversion="2.0-1"\n'
    document = Document(Package.from_entries(Path("unsaved"), {"INFO": file_entry(info)}), FakeClock())
    samples = {item.name: item.sample for item in environment(PATH, document)}
    assert samples["SYNOPKG_PKGNAME"] == "attic"
    assert samples["SYNOPKG_PKGVER"] == "2.0-1"
    assert samples["SYNOPKG_PKGVAR"] == "/volume1/@appdata/attic"
    assert samples["SYNOPKG_PKGPORT"] == "8080"


def test_a_variable_that_the_script_does_not_get_is_told_so(found: ScriptMap) -> None:
    symbol = Symbol(SymbolKind.VARIABLE, "folder")
    assert "does not get it" in names.explain(symbol, "scripts/preuninst", found, {})
    symbol = Symbol(SymbolKind.VARIABLE, "SYNOPKG_TEMP_SPKFILE")
    assert "does not set it" in names.explain(symbol, "scripts/preuninst", found, {})


@pytest.mark.parametrize(
    ("before", "text"),
    [("", '"$X"'), ("cd ", '"$X"'), ('echo "a ', "${X}"), ('echo "a" ', '"$X"'), (r"echo \" ", '"$X"')],
)
def test_a_variable_is_put_in_quoted_unless_it_is_in_quotes_already(before: str, text: str) -> None:
    assert names.reference_to("X", before) == text


def test_a_snippet_stands_on_lines_of_its_own_with_the_indentation_of_the_caret() -> None:
    snippet = Snippet("x", "", "", "7", 'if [ "$ANSWER" ]; then\n    a\n\nfi\n')
    assert names.insertion(snippet, "    ", "key") == 'if [ "$key" ]; then\n        a\n\n    fi\n'
    assert names.insertion(snippet, "  cd x").startswith("\n  if")
    assert "$ANSWER" in names.insertion(snippet, "")


# ---------------------------------------------------------------------------------------------- diagram

MEASURES = Measures(20, 14)


def _items(path: str = PATH, dsm: int = DSM_7) -> dict[str, Item]:
    found = sections(path, ENTRIES, dsm)
    return {f"{section.operation.id} {item.title}": item for section in found for item in section.items}


def test_the_diagram_knows_what_is_there_missing_and_current() -> None:
    items = _items()
    assert items["install postinst"].is_current
    assert items["install postinst"].opens == PATH
    assert items["install preinst"].creates == "scripts/preinst"
    assert items["install preinst"].opens == ""
    assert not items["install DSM unpacks the payload"].can_choose
    assert items["upgrade preuninst"].version == "old version"
    assert items["install start-stop-status start"].note == "if the user lets it start"


def test_wizards_are_drawn_where_the_package_has_them() -> None:
    items = _items("WIZARD_UIFILES/install_uifile")
    wizard = items["install Wizard asks the user"]
    assert wizard.is_current
    assert wizard.opens == "WIZARD_UIFILES/install_uifile"
    assert "upgrade Wizard asks the user" not in items


def test_dsm_6_has_no_boxes_for_replacing() -> None:
    assert "install prereplace" in _items()
    assert "install prereplace" not in _items(dsm=DSM_6)


@pytest.mark.parametrize("width", [1, 200, 500, 560, 900, 2000])
def test_boxes_never_overlap_and_stay_inside(width: int) -> None:
    placed, height = lay_out(sections(PATH, ENTRIES, DSM_7), width, MEASURES)
    assert all(item.place.bottom() <= height for item in placed)
    if width >= 200:
        assert all(item.place.left() >= 0 and item.place.right() <= width for item in placed)
        assert not [(a, b) for a in placed for b in placed if a is not b and a.place.intersects(b.place)]


def test_a_wide_pane_has_more_columns_and_is_lower() -> None:
    narrow, wide = (lay_out(sections(PATH, ENTRIES, DSM_7), width, MEASURES) for width in (300, 900))
    assert len({item.place.left() for item in _headings(narrow[0])}) == 1
    assert len({item.place.left() for item in _headings(wide[0])}) == 3
    assert wide[1] < narrow[1] * 0.6


def _headings(placed: list[Placed]) -> list[Placed]:
    return [item for item in placed if item.item is None]


def test_a_box_is_explained_and_spoken() -> None:
    found = sections(PATH, ENTRIES, DSM_7)
    section = next(item for item in found if item.operation.id == "upgrade")
    item = next(item for item in section.items if item.step.script == "preupgrade")
    told = " ".join(text for _role, text in diagram.details(item, section))
    assert "the old version is started again" in told
    assert "UPGRADE in SYNOPKG_PKG_STATUS" in told
    assert spoken(item, section) == "Upgrade, preupgrade, new version, missing, Enter creates it"


def test_a_wizard_script_writes_into_a_file_and_a_helper_beside_it_is_a_helper() -> None:
    about = about_script("WIZARD_UIFILES/install_uifile_ger.sh")
    assert "SYNOPKG_TEMP_LOGFILE" in about.when
    assert about.user == "User: The package's own user on DSM 7."
    assert "executed" in about.failure
    helper = about_script("WIZARD_UIFILES/trace")
    assert helper == about_script("scripts/trace")
    assert "DSM does not run it by itself" in helper.when
