"""Tests of the presenter of the wizard designer, and of every real wizard in it; no widgets."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gui.editors.wizard import members
from gui.editors.wizard.answers import lines_for, script_choices, use_in_script
from gui.editors.wizard.languages import WizardLanguages
from gui.editors.wizard.outlinerows import OutlineNode
from gui.editors.wizard.presenter import WizardPresenter, starters
from gui.services.document import Document
from spkcore.base.tasks import quiet
from spkcore.checks.engine import find_problems
from spkcore.package.entries import Entry, file_entry
from spkcore.package.project import Package
from spkcore.package.wizardedit import all_fields
from tests.fakes.clock import FakeClock

PATH = "WIZARD_UIFILES/install_uifile"
GERMAN = f"{PATH}_ger"
CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "wizards"
FILES = sorted(CORPUS.iterdir()) if CORPUS.is_dir() else []
WIZARD = b"""[
    {
        "step_title": "First",
        "items": [
            {
                "type": "textfield",
                "desc": "<b>Port</b> of the service",
                "subitems": [
                    {"key": "WIZARD_PORT", "desc": "Port", "odd": [1.0]}
                ]
            },
            {"desc": "Read this"}
        ]
    }
]
"""
FIELD = "/0/items/0/subitems/0"


def _document(entries: dict[str, bytes]) -> Document:
    made: dict[str, Entry] = {path: file_entry(data) for path, data in entries.items()}
    return Document(Package.from_entries(Path("x"), made), FakeClock())


@pytest.fixture
def document(qapp: QApplication) -> Document:
    script = b'#!/bin/sh\necho "$WIZARD_PORT"\n'
    return _document({"INFO": b"", PATH: WIZARD, GERMAN: WIZARD, "scripts/postinst": script})


@pytest.fixture
def presenter(document: Document) -> WizardPresenter:
    return WizardPresenter(PATH, document)


def _titles(nodes: list[OutlineNode] | tuple[OutlineNode, ...]) -> list[object]:
    return [[node.title, *_titles(node.children)] if node.children else node.title for node in nodes]


def test_the_outline_shows_plain_texts(presenter: WizardPresenter) -> None:
    assert _titles(presenter.outline()) == [["First", ["Port of the service", "Port"], "Read this"]]


def test_an_empty_file_is_a_wizard_without_pages(qapp: QApplication) -> None:
    document = _document({PATH: b""})
    presenter = WizardPresenter(PATH, document)
    assert not presenter.trouble
    assert presenter.outline() == []
    assert presenter.add_starter("port") == "/0"
    assert len(presenter.outline()) == 1


def test_what_is_no_list_is_said(qapp: QApplication) -> None:
    assert "list of pages" in WizardPresenter(PATH, _document({PATH: b"{}"})).trouble
    assert "Line 1" in WizardPresenter(PATH, _document({PATH: b"[1 2"})).trouble


def test_every_starter_is_offered_somewhere_and_works(qapp: QApplication) -> None:
    for action in ("install", "upgrade", "uninstall"):
        assert len(starters(action)) >= 2
        for starter in starters(action):
            presenter = WizardPresenter(f"WIZARD_UIFILES/{action}_uifile", _document({}))
            assert presenter.add_starter(starter.id)


def test_an_upgrade_wizard_begins_with_the_install_wizard(document: Document) -> None:
    presenter = WizardPresenter("WIZARD_UIFILES/upgrade_uifile_ger", document)
    assert presenter.models == {"install": GERMAN}
    assert presenter.copy_model("install") == "/0"
    assert document.content("WIZARD_UIFILES/upgrade_uifile_ger") == WIZARD


def test_a_language_begins_with_the_general_file(document: Document) -> None:
    path = f"{PATH}_fre"
    presenter = WizardPresenter(path, document)
    assert presenter.models == {"general": PATH}
    assert presenter.copy_model("general") == "/0"
    assert document.content(path) == WIZARD


def test_typing_merges_into_one_step_and_keeps_the_rest(presenter: WizardPresenter, document: Document) -> None:
    for text in ("8", "80", "808"):
        assert not presenter.set_member(FIELD, "defaultValue", text, typed=True)
    assert document.stack.count() == 1
    assert document.content(PATH) == WIZARD.replace(b"[1.0]}", b'[1.0], "defaultValue": "808"}')
    document.stack.undo()
    assert document.content(PATH) == WIZARD


def test_rules_come_and_go_with_their_object(presenter: WizardPresenter, document: Document) -> None:
    presenter.set_member(FIELD, "validator/regex/expr", "[0-9]+", typed=True)
    assert presenter.finish_pattern(FIELD)
    assert presenter.value(f"{FIELD}/validator/regex/expr") == "/[0-9]+/"
    assert not presenter.finish_pattern(FIELD)
    presenter.set_member(FIELD, "validator/regex/expr", None, typed=True)
    assert document.content(PATH) == WIZARD


def test_parameters_that_are_no_json_are_refused(presenter: WizardPresenter, document: Document) -> None:
    place = presenter.add("combobox_api", FIELD)
    before = document.content(PATH)
    field = f"{place}/subitems/0"
    assert presenter.set_member(field, "api_store/baseParams", "{1", typed=True)
    assert document.content(PATH) == before
    assert not presenter.set_member(field, "api_store/baseParams", '{"limit": 5}', typed=True)
    assert presenter.value(f"{field}/api_store/baseParams") == {"limit": 5}
    assert not presenter.set_member(field, "source", "store", typed=False)
    assert not presenter.set_member(field, "store", "a | A\nb", typed=True)
    assert presenter.value(f"{field}/store/data") == [["a", "A"], ["b", "b"]]


@pytest.mark.parametrize("key", ["", "2nd", "a-b", "PATH", "SYNOPKG_X", "WIZARD_PORT"])
def test_bad_and_taken_keys_are_refused(presenter: WizardPresenter, key: str) -> None:
    place = presenter.duplicate(FIELD)
    assert presenter.key(place) == "WIZARD_PORT_2"
    assert presenter.key_refusal(place, key)
    assert not presenter.key_refusal(place, "WIZARD_ELSE")


def test_a_key_is_renamed_with_its_uses_in_one_step(presenter: WizardPresenter, document: Document) -> None:
    uses = presenter.uses("WIZARD_PORT")
    assert {use.path for use in uses} == {GERMAN, "scripts/postinst"}
    presenter.rename_key(FIELD, "WIZARD_GATE", [use.path for use in uses])
    assert b"$WIZARD_GATE" in document.content("scripts/postinst")
    assert document.content(GERMAN) == WIZARD.replace(b"WIZARD_PORT", b"WIZARD_GATE")
    assert document.content(PATH) == WIZARD.replace(b"WIZARD_PORT", b"WIZARD_GATE")
    document.stack.undo()
    assert document.content(PATH) == document.content(GERMAN) == WIZARD
    assert b"$WIZARD_PORT" in document.content("scripts/postinst")


def test_an_answer_goes_into_a_script(presenter: WizardPresenter, document: Document) -> None:
    choices = script_choices(presenter)
    assert choices[0].path == "scripts/postinst"
    assert choices[0].is_there
    line = use_in_script(presenter, "scripts/postinst", lines_for(presenter, FIELD))
    text = document.text("scripts/postinst").splitlines()
    assert text[line - 1] == 'PORT="${WIZARD_PORT:-}"'
    missing = next(choice.path for choice in choices if not choice.is_there)
    use_in_script(presenter, missing, lines_for(presenter, FIELD))
    assert document.text(missing).startswith("#!")


def test_languages(document: Document, presenter: WizardPresenter) -> None:
    german = WizardPresenter(GERMAN, document)
    german.remove_part("/0/items/0")
    languages = WizardLanguages(german.file, document)
    rows = languages.rows()
    assert [row.text for row in rows] == ["All other languages", "German: lacks 1 part"]
    german.complete(presenter.tree)
    assert not WizardLanguages(german.file, document).rows()[1].lacks
    path = languages.add("fre")
    assert document.content(path) == WIZARD
    assert "fre" not in dict(languages.to_add())


def test_problems_are_found_at_their_places(qapp: QApplication) -> None:
    data = WIZARD.replace(b"WIZARD_PORT", b"PATH")
    document = _document({"INFO": b'package="a"\nversion="1.0-1"\nos_min_ver="7.0-40000"\n', PATH: data})
    presenter = WizardPresenter(PATH, document)
    problems = [problem for problem in find_problems(document.package, quiet()) if problem.path == PATH]
    by_place = presenter.problems_by_place(problems)
    rows = {problem.rule: problem.field for problem in by_place[FIELD]}
    names = [spec.name for section in members.sections(presenter.tree, FIELD) for spec in section.specs]
    assert members.member_of(FIELD, rows["W005"], names) == "key"
    assert members.member_of(FIELD, f"{FIELD}/validator/regex", names) == "validator/regex/expr"
    assert not members.member_of(FIELD, f"{FIELD}/odd", names)


def test_unknown_members_are_named(presenter: WizardPresenter) -> None:
    assert members.unknown_members(presenter.tree, FIELD) == ["odd"]
    assert members.unknown_members(presenter.tree, "/0") == []


@pytest.mark.skipif(not FILES, reason="the corpus of real files is not beside the repository")
@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_real_wizards_open_and_change_only_where_they_are_edited(file: Path, qapp: QApplication) -> None:
    data = file.read_bytes()
    document = _document({PATH: data})
    presenter = WizardPresenter(PATH, document)
    assert not presenter.trouble
    assert presenter.outline()
    assert document.content(PATH) == data
    for pointer, _node in list(presenter.tree.walk()):
        if presenter.has(pointer):
            assert members.sections(presenter.tree, pointer)
            assert not members.unknown_members(presenter.tree, pointer)
    fields = [field for field in all_fields(presenter.tree) if field.node.find("desc")]
    pointer = fields[0].pointer if fields else "/0"
    presenter.set_label(pointer, "Edited here")
    changed = document.content(PATH)
    start = next(at for at, pair in enumerate(zip(data, changed, strict=False)) if pair[0] != pair[1])
    inserted = b"Edited here"
    at = changed.find(inserted)
    assert at >= 0
    assert data[:start] == changed[:start]
    assert start >= at
    tail = changed[at + len(inserted) :]
    assert data.endswith(tail)
    document.stack.undo()
    assert document.content(PATH) == data
