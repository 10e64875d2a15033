"""Tests of the answers that wizards ask for."""

from __future__ import annotations

from spkcore.package.answers import Answer, answers
from spkcore.package.entries import Entry, Kind, file_entry
from spkcore.package.scripts import variables

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
