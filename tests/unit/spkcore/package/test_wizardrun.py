"""A wizard without a window: answers, checks, pages, what the scripts get."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from spkcore.package.jsontext import parse
from spkcore.package.wizard import WizardField
from spkcore.package.wizardfields import Complaint, ListEntry, Unknown, Wrong, list_entries, unknowns
from spkcore.package.wizardrun import DSM_6, DSM_7, WizardRun

CORPUS = Path(__file__).parents[5] / "shared/corpus/wizards"
CORPUS_FILES = sorted(CORPUS.iterdir()) if CORPUS.is_dir() else []
NO_CORPUS = pytest.param(CORPUS, marks=pytest.mark.skip(reason="the corpus is not here"))


def page(*groups: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"step_title": "Page", "items": list(groups), **members}


def group(kind: str, *fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "subitems": list(fields)}


def run_of(*pages: dict[str, Any], dsm: str = DSM_7, has_summary: bool = True) -> WizardRun:
    return WizardRun(parse(json.dumps(pages)), dsm, has_summary=has_summary)


def text_run(validator: dict[str, Any], **members: Any) -> WizardRun:
    """One page with one text field."""
    return run_of(page(group("textfield", {"key": "K", "validator": validator, **members})))


FIELD = "/0/items/0/subitems/0"
SECOND = "/0/items/0/subitems/1"


def field_of(run: WizardRun, pointer: str = FIELD) -> WizardField:
    found = run.field(pointer)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("validator", "members", "value", "expected"),
    [
        ({}, {}, "", None),
        ({"allowBlank": True, "minLength": 5}, {}, "", None),
        ({"allowBlank": False}, {}, "", Complaint(Wrong.BLANK)),
        ({"allowBlank": False}, {"blankText": "Say it"}, "", Complaint(Wrong.BLANK, "Say it")),
        ({"minLength": 3}, {}, "ab", Complaint(Wrong.SHORT, limit=3)),
        ({"minLength": "3"}, {"minLengthText": "{0} at least"}, "ab", Complaint(Wrong.SHORT, "{0} at least", 3)),
        ({"maxLength": 3}, {}, "abcd", Complaint(Wrong.LONG, limit=3)),
        ({"maxLength": 1}, {}, "😀", Complaint(Wrong.LONG, limit=1)),
        ({"maxLength": 3}, {}, "abc", None),
        ({"vtype": "alpha"}, {}, "a1", Complaint(Wrong.VTYPE, vtype="alpha")),
        ({"vtype": "alphanum"}, {}, "a_1", None),
        ({"vtype": "email"}, {}, "jane.doe@example.com", None),
        ({"vtype": "email"}, {}, "jane.example.com", Complaint(Wrong.VTYPE, vtype="email")),
        ({"vtype": "url"}, {}, "https://example.com/a?b=c", None),
        ({"vtype": "url"}, {}, "http://localhost", Complaint(Wrong.VTYPE, vtype="url")),
        ({"vtype": "float"}, {}, "x", None),
        ({"regex": {"expr": "/^[a-z]+$/", "errorText": "No"}}, {}, "A", Complaint(Wrong.PATTERN, "No")),
        ({"regex": {"expr": "/^[a-z]+$/"}}, {"invalidText": "Bad"}, "A", Complaint(Wrong.PATTERN, "Bad")),
        ({"regex": {"expr": "^[a-z]+$", "errorText": "No"}}, {}, "A", None),
        ({"minLength": 3, "regex": {"expr": "/^[a-z]+$/"}}, {}, "A", Complaint(Wrong.SHORT, limit=3)),
        ({"allowBlank": False}, {"disabled": True}, "", None),
        ({"fn": "{return 'never'}"}, {}, "x", None),
    ],
)
def test_checks_of_a_field(
    validator: dict[str, Any], members: dict[str, Any], value: str, expected: Complaint | None
) -> None:
    run = text_run(validator, **members)
    run.set_value(FIELD, value)

    assert run.complaint(FIELD) == expected
    assert run.next() is (expected is None)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({"validator": {"fn": "{return true}"}}, (Unknown.JAVASCRIPT,)),
        ({"validator": {"regex": {"expr": "no slashes"}}}, (Unknown.PATTERN,)),
        ({"validator": {"vtype": "float"}}, (Unknown.VTYPE,)),
        ({"disabled": True}, (Unknown.DISABLED,)),
        ({"validator": {"regex": {"expr": "/a/"}, "vtype": "alpha"}}, ()),
    ],
)
def test_what_cannot_be_known_is_said(field: dict[str, Any], expected: tuple[Unknown, ...]) -> None:
    assert unknowns(field_of(run_of(page(group("textfield", {"key": "K", **field}))))) == expected


def test_one_round_button_of_a_group_is_on() -> None:
    buttons: list[dict[str, Any]] = [
        {"key": "A", "defaultValue": True},
        {"key": "B", "defaultValue": "False"},
        {"key": "C"},
    ]
    run = run_of(page(group("singleselect", *buttons)))
    assert dict(run.environment()) == {"A": "false", "B": "true", "C": "false"}  # a text counts as true, the last wins

    run.set_value(FIELD, True)

    assert dict(run.environment()) == {"A": "true", "B": "false", "C": "false"}


def test_check_boxes_are_independent() -> None:
    run = run_of(page(group("multiselect", {"key": "A", "defaultValue": True}, {"key": "B"})))
    run.set_value(SECOND, True)

    assert dict(run.environment()) == {"A": "true", "B": "true"}


def test_values_reach_scripts_as_text_and_the_last_of_one_key_counts() -> None:
    run = run_of(
        page(group("textfield", {"key": "A", "defaultValue": 8080}, {"key": "B", "defaultValue": True}, {"desc": "x"})),
        page(group("password", {"key": "A", "defaultValue": "last"}), {"desc": "only text", "key": "NO"}),
    )

    found = run.variables()

    assert [(answer.name, answer.value, answer.is_repeated) for answer in found] == [
        ("A", "last", True),
        ("B", "true", False),
    ]
    assert found[0].pointer == "/1/items/0/subitems/0"


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ({"store": ["a", 5, True]}, [("a", "a"), ("5", "5"), ("true", "true")]),
        ({"store": [["a", "Apple"], ["b"]]}, [("a", "Apple"), ("b", "b")]),
        (
            {
                "store": {"xtype": "arraystore", "fields": ["id", {"name": "text"}], "data": [["1", "One"]]},
                "valueField": "id",
                "displayField": "text",
            },
            [("1", "One")],
        ),
        ({"store": {"fields": ["id", "text"], "data": [["1", "One"]], "displayField": "text"}}, [("One", "One")]),
        (
            {
                "api_store": {"api": "SYNO.Core.Storage.Volume", "fields": ["volume_path", "display_name"]},
                "valueField": "volume_path",
                "displayField": "volume_path",
            },
            [("/volume1", "/volume1"), ("/volume2", "/volume2")],
        ),
        ({"api_store": {"api": "SYNO.Odd"}, "valueField": "x"}, [("Entry 1", "Entry 1"), ("Entry 2", "Entry 2")]),
        ({"store": "broken"}, []),
        ({}, []),
    ],
)
def test_entries_of_a_list(box: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    run = run_of(page(group("combobox", {"key": "K", **box})))

    assert list_entries(field_of(run)) == tuple(ListEntry(*row) for row in expected)


def test_a_list_of_the_nas_is_marked_as_sample() -> None:
    box = {
        "key": "K",
        "autoSelect": True,
        "valueField": "volume_path",
        "api_store": {"api": "SYNO.Core.Storage.Volume"},
    }
    run = run_of(page(group("combobox", box)))

    assert run.variables()[0].value == "/volume1"
    assert run.variables()[0].unknowns == (Unknown.LIST,)


def test_next_is_grey_where_the_page_asks_this_dsm_for_it() -> None:
    must = group("textfield", {"key": "K", "validator": {"allowBlank": False}})
    for member, dsm in (("invalid_next_disabled", DSM_6), ("invalid_next_disabled_v2", DSM_7)):
        other = DSM_7 if dsm == DSM_6 else DSM_6
        assert run_of(page(must, **{member: True}), dsm=dsm).next_is_grey
        assert not run_of(page(must, **{member: True}), dsm=other).next_is_grey
        assert not run_of(page(must, **{member: True}), dsm=other).next()


def test_javascript_of_pages_is_told_for_the_dsm_that_runs_it() -> None:
    hooked = page(activeate="x", deactivate_v2="{x}", activate_v2="")

    assert run_of(hooked, dsm=DSM_6).hooks == ("activeate",)
    assert run_of(hooked, dsm=DSM_7).hooks == ("deactivate_v2",)


def test_a_hidden_field_that_is_never_right_blocks() -> None:
    blocker = {"hidden": True, "validator": {"allowBlank": False}}

    assert not run_of(page(group("textfield", blocker))).next()


def test_the_way_through_the_pages() -> None:
    run = run_of(page(), page())
    assert (run.current, run.is_summary, run.ends_here) == (0, False, False)

    assert run.next()
    run.back()
    run.back()
    assert run.current == 0
    run.show(99)
    assert (run.current, run.is_summary, run.ends_here) == (2, True, True)
    assert run.next()
    assert run.is_finished
    run.back()
    assert (run.current, run.is_finished) == (1, False)


def test_without_a_summary_the_last_page_is_the_end() -> None:
    run = run_of(page(), page(), has_summary=False)
    run.show(5)
    assert (run.current, run.ends_here, run.is_summary) == (1, True, False)

    assert run.next()

    assert run.is_finished


def test_no_pages() -> None:
    run = run_of(has_summary=False)

    assert run.current == 0
    assert run.page is None
    assert not run.complaints()
    assert run.variables() == ()


def test_answers_move_with_their_keys_when_the_file_changes() -> None:
    old = run_of(page(group("textfield", {"key": "A", "defaultValue": "x"}, {"key": "B"}, {"key": "C"})), page())
    old.set_value(FIELD, "given")
    old.set_value(SECOND, "becomes a box")
    old.next()
    new = run_of(
        page(group("multiselect", {"key": "B"})),
        page(group("textfield", {"key": "A"}, {"key": "C", "defaultValue": "n"})),
    )

    new.take_answers(old)

    assert dict(new.environment()) == {"B": "false", "A": "given", "C": "n"}
    assert new.current == 1


def test_restart_forgets_the_answers() -> None:
    run = run_of(page(group("textfield", {"key": "A", "defaultValue": "x"})), page())
    run.set_value(FIELD, "y")
    run.next()

    run.restart()

    assert (run.current, dict(run.environment())) == (0, {"A": "x"})


SAMPLE_TEXTS = ("photo", "8080", "/volume1/backup", "Passw0rd!x", "192.168.1.0/24", "'a', 'b'", "jane@example.com")


@pytest.mark.parametrize("path", CORPUS_FILES or [NO_CORPUS], ids=lambda path: path.name)
@pytest.mark.parametrize("dsm", [DSM_6, DSM_7])
def test_every_real_wizard_runs_to_its_end(path: Path, dsm: str) -> None:
    run = WizardRun(parse(path.read_bytes().decode("utf-8", "surrogateescape")), dsm)
    assert run.pages

    while not run.is_finished:
        for pointer in run.complaints():
            for text in SAMPLE_TEXTS:
                run.set_value(pointer, text)
                if run.complaint(pointer) is None:
                    break
        assert run.next(), run.complaints()

    assert all(isinstance(value, str) for value in run.environment().values())
