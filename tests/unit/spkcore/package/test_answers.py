"""Tests of the answers that wizards ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from spkcore.package import jsontext
from spkcore.package.answers import Answer, answers
from spkcore.package.entries import Entry, Kind, file_entry
from spkcore.package.scripts import variables
from spkcore.package.wizard import wizard_keys

CORPUS = Path(__file__).resolve().parents[5] / "shared" / "corpus" / "wizards"

WIZARD = b"""[{"step_title": "Where", "items": [
  {"type": "textfield", "desc": "Folder", "subitems": [{"key": "folder", "desc": "Name"}, {"key": "other"}]}
]}]
"""


def test_an_answer_knows_its_page_field_and_place() -> None:
    found = list(answers({"WIZARD_UIFILES/install_uifile": file_entry(WIZARD)}))
    path = "WIZARD_UIFILES/install_uifile"
    assert found[0] == Answer("folder", path, "Where", "Name", "textfield", 2, 65)
    assert found[1].field == "Folder"
    assert WIZARD.decode().split("\n")[1][64:].startswith("folder")


def test_a_wizard_that_is_printed_or_broken_still_tells_its_keys() -> None:
    entries: dict[str, Entry] = {
        "WIZARD_UIFILES/install_uifile.sh": file_entry(b'#!/bin/sh\necho "[{\\"key\\": \\"asked\\"}]"\n'),
        "WIZARD_UIFILES/upgrade_uifile": file_entry(b'[{"key": "half'),
        "WIZARD_UIFILES/uninstall_uifile": file_entry(b'[{"key": "wipe", '),
        "WIZARD_UIFILES": Entry(Kind.DIRECTORY),
    }
    assert [(item.name, item.page, item.line) for item in answers(entries)] == [("asked", "", 2), ("wipe", "", 1)]


def test_a_variable_of_a_script_tells_where_it_is_asked_for() -> None:
    entries = {"WIZARD_UIFILES/install_uifile": file_entry(WIZARD)}
    found = {item.name: item for item in variables("scripts/postinst", entries)}
    answer = found["folder"].answer
    assert answer is not None
    assert answer.page == "Where"
    assert found["SYNOPKG_PKG_STATUS"].values[:2] == ("INSTALL", "UPGRADE")
    assert found["SYNOPKG_PKG_STATUS"].answer is None


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not beside the repository")
def test_answers_of_real_wizards_are_those_of_their_fields() -> None:
    for file in sorted(path for path in CORPUS.rglob("*") if path.is_file()):
        data = file.read_bytes()
        found = list(answers({"WIZARD_UIFILES/install_uifile": file_entry(data)}))
        document = jsontext.parse(data.decode("utf-8", "surrogateescape").removeprefix("\ufeff"))
        asked = {key.name for key in wizard_keys(document) if key.name.isidentifier()}
        assert {item.name for item in found} >= asked, file.name
        assert all(item.kind for item in found if item.name in asked), file.name
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        assert all(lines[item.line - 1][item.column - 1 :].startswith(item.name) for item in found), file.name
