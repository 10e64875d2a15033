"""The texts of wizards made safe, what the preview says, and what comes of a trial run; all without widgets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.editors.wizard.previewhtml import plain_text, safe_html
from gui.editors.wizard.previewmatch import quick_matches
from gui.editors.wizard.previewoccasion import occasion_of
from gui.editors.wizard.previewtexts import answer_note, complaint_text, hidden_trouble, page_notes
from gui.editors.wizard.running import ScriptTrial, pages_of, summary_of
from gui.services.document import Document
from spkcore.package.changes import set_content
from spkcore.package.entries import Entry, file_entry
from spkcore.package.jsontext import parse
from spkcore.package.jsregex import UntriedError, matches
from spkcore.package.project import Package
from spkcore.package.shells import Shell
from spkcore.package.wizardfields import Complaint, Wrong
from spkcore.package.wizardrun import DSM_6, WizardRun
from spkcore.package.wizardscript import Output
from tests.fakes.clock import FakeClock

PATH = "WIZARD_UIFILES/install_uifile.sh"
INFO = b'package="attic"\nversion="1.2-3"\ndisplayname="The Attic"\nmaintainer="Jane"\n'


@pytest.mark.parametrize(
    ("text", "rich", "plain"),
    [
        ("a <b>bold</b> word", "a <b>bold</b> word", "a bold word"),
        ("one<br>two<BR/>three", "one<br>two<br>three", "one two three"),
        ("5 < 6 & 7", "5 &lt; 6 &amp; 7", "5 < 6 & 7"),
        ("<script>alert(1)</script>x", "x", "x"),
        ("<style>b{}</style><i>x", "<i>x</i>", "x"),
        ('<a href="javascript:x()">x</a>', '<a style="color: red;">x</a>', "x"),
        ('<a href="file:///etc">x</a>', '<a style="color: red;">x</a>', "x"),
        (
            '<a href="https://a.b/?x=1&y" onclick="z">x</a>',
            '<a href="https://a.b/?x=1&amp;y" style="color: red;">x</a>',
            "x",
        ),
        ('<img src="http://a/b.png" alt="A cat">', "[A cat]", "[A cat]"),
        ('<img src="file:///x">', "[…]", "[…]"),
        ('<p style="background: url(http://x)">x', "<p>x</p>", "x"),
        ("<ul><li>a<li>b</ul>c", "<ul><li>a<li>b</li></li></ul>c", "a b c"),
        ("</b>x</i>", "x", "x"),
        ("a\n  b", "a\n  b", "a b"),
        ("<blink>x</blink>", "x", "x"),
        ("a<![if IE]>b<![CDATA[c]]>d", "abd", "abd"),
        ("a <![abc[ b", "a &lt;!abc[ b", "a <!abc[ b"),
    ],
)
def test_html_is_made_safe(text: str, rich: str, plain: str) -> None:
    assert safe_html(text, "red") == rich
    assert plain_text(text) == plain


@given(st.text(alphabet="<>/a b&;\"'=!-ins crpt", max_size=40))
def test_nothing_but_known_tags_comes_out(text: str) -> None:
    rich = safe_html(text, "red")

    for piece in rich.split("<")[1:]:
        assert piece.lstrip("/").startswith(("a", "b", "i", "p", "s", "t", "c"))
        assert "src" not in piece.partition(">")[0]


def test_a_pattern_that_would_be_tried_for_ever_is_given_up() -> None:
    with pytest.raises(UntriedError):
        quick_matches("/^(a+)+$/", "a" * 60 + "!")


@given(
    st.sampled_from(["/^[\\w _-]+$/", "/\\bcat\\b/i", "/^\\d{2,5}$/", "/a$/m", '/^[^<>:*/?"|]+$/']), st.text(max_size=9)
)
def test_both_engines_agree(expression: str, text: str) -> None:
    assert quick_matches(expression, text) == matches(expression, text)


@pytest.mark.parametrize(
    ("complaint", "text"),
    [
        (Complaint(Wrong.BLANK), "This field is required."),
        (Complaint(Wrong.SHORT, limit=1), "At least 1 character."),
        (Complaint(Wrong.SHORT, "No less than {0}!", 8), "No less than 8!"),
        (Complaint(Wrong.LONG, limit=5), "At most 5 characters."),
        (Complaint(Wrong.VTYPE, vtype="alpha"), "Only letters and _ are allowed."),
        (Complaint(Wrong.VTYPE, vtype="alphanum"), "Only letters, numbers and _ are allowed."),
        (Complaint(Wrong.VTYPE, vtype="email"), "This must be an e-mail address like user@example.com."),
        (Complaint(Wrong.VTYPE, vtype="url"), "This must be an address like http://www.example.com."),
        (Complaint(Wrong.PATTERN), "The value of this field is not valid."),
    ],
)
def test_why_an_input_is_refused(complaint: Complaint, text: str) -> None:
    assert complaint_text(complaint) == text


def run_of(*fields: dict[str, Any], dsm: str = "7", **members: Any) -> WizardRun:
    page = {"items": [{"type": "textfield", "subitems": list(fields)}], **members}
    return WizardRun(parse(json.dumps([page])), dsm)


def notes_of(run: WizardRun) -> dict[str, str]:
    found = {}
    for answer in run.variables():
        field = run.field(answer.pointer)
        assert field is not None
        found[answer.name] = answer_note(answer, field)
    return found


def test_remarks_beside_variables() -> None:
    run = run_of(
        {"key": "PATH"}, {"key": "a-b"}, {"key": "A"}, {"key": "A"}, {"key": "H", "hidden": True}, {"key": "G"}
    )

    assert notes_of(run) == {
        "PATH": "Scripts cannot use this name",
        "a-b": "Scripts cannot use this name",
        "A": "Several fields have this key; the last one counts",
        "H": "Hidden field",
        "G": "",
    }


def test_notes_of_a_page() -> None:
    field = {"key": "K", "desc": "Name", "validator": {"fn": "{return true}", "regex": {"expr": "x"}, "vtype": "odd"}}

    notes = page_notes(run_of(field, {"disabled": True, "key": "D"}, activate="x", dsm=DSM_6))

    assert "activate" in notes[0]
    assert [note.partition(":")[0] for note in notes[1:]] == ["K", "K", "K", "D"]
    assert page_notes(run_of(field | {"validator": {}}, activate="x")) == []


def test_a_hidden_blocker_is_explained() -> None:
    blocker = {"hidden": True, "validator": {"allowBlank": False}}

    assert "hidden field" in hidden_trouble(run_of(blocker))
    assert hidden_trouble(run_of({"key": "K", "validator": {"allowBlank": False}})) == ""


@pytest.mark.parametrize(
    ("output", "tone", "words"),
    [
        (Output("[]", "", 0), "success", "wrote its pages"),
        (Output(" \n", "", 0), "info", "no pages"),
        (Output("[]", "", 3), "danger", "exit code 3"),
        (Output("", "", -1, "time"), "danger", "longer than 30 seconds"),
        (Output("", "", -1, "too much"), "danger", "wrote more"),
        (Output('[{"a": }]', "", 0), "danger", "Line 1"),
    ],
)
def test_what_came_of_a_run(output: Output, tone: str, words: str) -> None:
    text, found = summary_of(output)

    assert found == tone
    assert words in text


def test_no_output_means_no_pages() -> None:
    assert pages_of(Output("", "", 0)).value() == []


@pytest.fixture
def document(tmp_path: Path) -> Document:
    entries: dict[str, Entry] = {
        "INFO": file_entry(INFO),
        PATH: file_entry(b"#!/bin/bash\n"),
        "WIZARD_UIFILES/pages": file_entry(b"[]"),
        "LICENSE": file_entry(b"x"),
    }
    return Document(Package.from_entries(tmp_path / "attic", entries), FakeClock())


def test_the_preview_knows_the_package(document: Document) -> None:
    occasion = occasion_of(PATH, document)

    assert (occasion.action, occasion.package) == ("install", "The Attic")
    assert occasion.rows == (("Package name", "The Attic"), ("Version", "1.2-3"), ("Developer", "Jane"))
    assert occasion_of("WIZARD_UIFILES/uninstall_uifile", document).action == "uninstall"


def test_the_shell_that_the_script_asks_for_is_proposed(document: Document) -> None:
    shells = [Shell("dash", "/bin/dash"), Shell("Git Bash", r"C:\Program Files\Git\bin\bash.exe")]
    trial = ScriptTrial(PATH, document)
    assert trial.best_shell(shells) == 1

    document.push(set_content(document.entries, PATH, b"#!/bin/sh\n"), "Edit")

    assert trial.best_shell(shells) == 0
    assert trial.best_shell([]) == 0


def test_a_run_is_stale_once_the_script_or_its_neighbours_change(document: Document) -> None:
    trial = ScriptTrial(PATH, document)
    assert not trial.is_stale
    trial.begin()
    document.push(set_content(document.entries, "LICENSE", b"y"), "Edit")
    assert not trial.is_stale

    document.push(set_content(document.entries, "WIZARD_UIFILES/pages", b"[{}]"), "Edit")

    assert trial.is_stale
