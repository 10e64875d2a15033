"""Tests of editing wizards by their outline: what is not touched stays, keys stay unique, every kind can be made."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.base.errors import UsageError
from spkcore.base.reference import table
from spkcore.package import schemas, wizardedit
from spkcore.package.jsontext import JsonDocument, parse
from spkcore.package.wizardedit import all_keys, level, owner

TEXT = """[
  {
    "step_title": "One",  // kept
    "odd": 1.0,
    "items": [
      {"type": "textfield", "desc": "Ports", "subitems": [
        {"key": "wizard_port", "desc": "Port", "x": "\\u0041"},
        {"key": "wizard_other"}
      ]},
      {"desc": "A text"}
    ]
  },
  {
    "step_title": "Two",
    "items": [
      {
        "type": "singleselect",
        "subitems": [
          {"key": "wizard_yes", "defaultValue": true},
          {"key": "wizard_no"}
        ]
      }
    ]
  }
]
"""


@pytest.fixture
def wizard() -> JsonDocument:
    return parse(TEXT)


@pytest.mark.parametrize(
    ("pointer", "expected", "of"),
    [
        ("/0", "page", "/0"),
        ("/0/items", "", "/0"),
        ("/0/items/1", "item", "/0/items/1"),
        ("/0/items/1/subitems/2", "field", "/0/items/1/subitems/2"),
        ("/0/items/1/subitems/2/validator/regex/expr", "", "/0/items/1/subitems/2"),
        ("/0/step_title", "", "/0"),
        ("", "", ""),
        ("/odd", "", ""),
    ],
)
def test_places(pointer: str, expected: str, of: str) -> None:
    assert level(pointer) == expected
    assert owner(pointer) == of


@pytest.mark.parametrize("kind", sorted(table("wizard_parts")["kinds"]))
def test_every_kind_can_be_added_and_fits_the_schema(kind: str) -> None:
    made, place = wizardedit.add(parse("[\n]\n"), kind)
    assert made.node(place) is not None
    assert "?" not in all_keys(made)
    found = schemas.validate(made, "wizard")
    if kind == "vue":  # an empty bundle is for people to fill
        found = [item for item in found if "custom_render_fn" not in item.field]
    assert not found


@pytest.mark.parametrize("starter", table("wizard_parts")["starters"], ids=lambda row: str(row["id"]))
def test_starters_fit_the_schema(starter: dict[str, str]) -> None:
    made, _ = wizardedit.paste(parse(""), starter["pages"])
    assert made.is_readable
    assert not schemas.validate(made, "wizard")


def test_new_fields_follow_the_custom_of_the_keys(wizard: JsonDocument) -> None:
    made, place = wizardedit.add(wizard, "textfield", "/0/items/0", label="Folder for films")
    assert place == "/0/items/1"
    assert made.value()[0]["items"][1]["subitems"][0]["key"] == "wizard_folder_films"
    again, _ = wizardedit.add(made, "textfield", place, label="Folder for films")
    assert "wizard_folder_films_2" in all_keys(again)


def test_adding_changes_nothing_else(wizard: JsonDocument) -> None:
    made, place = wizardedit.add(wizard, "text", "/0/items/0")
    back, _ = wizardedit.remove(made, place)
    assert back.text == TEXT


def test_one_more_option_has_a_key_and_is_not_chosen(wizard: JsonDocument) -> None:
    made, place = wizardedit.add_field(wizard, "/1/items/0/subitems/0")
    assert place == "/1/items/0/subitems/1"
    field = made.value()[1]["items"][0]["subitems"][1]
    assert field["key"].startswith("wizard_")
    assert "defaultValue" not in field


def test_a_text_takes_no_fields(wizard: JsonDocument) -> None:
    with pytest.raises(UsageError):
        wizardedit.add_field(wizard, "/0/items/1")
    assert wizardedit.move_refusal(wizard, "/1/items/0/subitems/0", "/0/items/1/subitems")


def test_moving_within_a_list_keeps_the_text(wizard: JsonDocument) -> None:
    made, place = wizardedit.move(wizard, "/0/items/0/subitems/0", "/0/items/0/subitems", 2)
    assert place == "/0/items/0/subitems/1"
    assert '"x": "\\u0041"' in made.text
    back, _ = wizardedit.move(made, place, "/0/items/0/subitems", 0)
    assert back.text == TEXT


def test_moving_over_pages_keeps_spelling_and_unknown_members(wizard: JsonDocument) -> None:
    made, place = wizardedit.move(wizard, "/0/items/0", "/1/items", 1)
    assert place == "/1/items/1"
    assert made.value()[1]["items"][1] == wizard.value()[0]["items"][0]
    assert '"x": "\\u0041"' in made.text
    assert '"odd": 1.0' in made.text
    assert "// kept" in made.text


def test_a_field_that_is_moved_onto_a_page_gets_an_item_of_its_type(wizard: JsonDocument) -> None:
    made, place = wizardedit.move(wizard, "/0/items/0/subitems/1", "/1/items", 0)
    assert place == "/1/items/0/subitems/0"
    assert made.value()[1]["items"][0] == {"type": "textfield", "subitems": [{"key": "wizard_other"}]}


def test_steps_go_over_the_border_and_end_at_the_edge(wizard: JsonDocument) -> None:
    moved = wizardedit.step(wizard, "/0/items/1", 1)
    assert moved is not None
    assert moved[1] == "/1/items/0"
    back = wizardedit.step(*moved, -1)
    assert back is not None
    assert back[1] == "/0/items/1"
    assert back[0].value() == wizard.value()
    assert wizardedit.step(wizard, "/0", -1) is None
    assert wizardedit.step(wizard, "/1", 1) is None


def test_removing_says_what_to_look_at(wizard: JsonDocument) -> None:
    made, place = wizardedit.remove(wizard, "/0/items/1")
    assert place == "/0/items/0"
    made, place = wizardedit.remove(made, "/0/items/0")
    assert place == "/0"
    made, place = wizardedit.remove(made, "/0")
    assert place == "/0"
    assert made.value()[0]["step_title"] == "Two"


def test_a_duplicate_has_keys_of_its_own(wizard: JsonDocument) -> None:
    made, place = wizardedit.duplicate(wizard, "/0")
    assert place == "/1"
    assert len(set(all_keys(made))) == len(all_keys(made)) == 6
    assert {"wizard_port_2", "wizard_other_2"} <= set(all_keys(made))


def test_copied_text_can_be_pasted_into_another_wizard(wizard: JsonDocument) -> None:
    for pointer in ("/0", "/0/items/0", "/0/items/0/subitems/1"):
        text = wizardedit.text_at(wizard, pointer)
        assert parse(text).is_readable
        other, place = wizardedit.paste(
            parse('[{"items": [{"type": "password", "subitems": []}]}]'), text, "/0/items/0"
        )
        assert other.is_readable
        assert level(place) == level(pointer)


@pytest.mark.parametrize("text", ["", "hello", "12", "[]", "[1]", '{"a"'])
def test_what_is_no_part_of_a_wizard_is_refused(wizard: JsonDocument, text: str) -> None:
    with pytest.raises(UsageError):
        wizardedit.paste(wizard, text, "/0")


def test_raw_line_breaks_in_texts_are_not_indented() -> None:
    document = parse('[\n\t{\n\t\t"items": [\n\t\t\t{"desc": "a\n  b"}\n\t\t]\n\t},\n\t{"items": []}\n]')
    made, _ = wizardedit.move(document, "/0/items/0", "/1/items", 0)
    assert made.value()[1]["items"][0]["desc"] == "a\n  b"


def test_windows_line_ends_stay() -> None:
    document = parse(TEXT.replace("\n", "\r\n"))
    made, _ = wizardedit.duplicate(document, "/1")
    assert "\n" not in made.text.replace("\r\n", "")


def test_another_type_drops_starting_values_that_it_cannot_have(wizard: JsonDocument) -> None:
    made = wizardedit.with_type(wizard, "/1/items/0", "multiselect")
    assert made.value()[1]["items"][0]["subitems"][0]["defaultValue"] is True
    made = wizardedit.with_type(made, "/1/items/0", "password")
    assert "defaultValue" not in made.value()[1]["items"][0]["subitems"][0]
    made = wizardedit.with_type(made, "/0/items/1", "textfield")
    assert made.value()[0]["items"][1]["subitems"][0]["key"].startswith("wizard_")


def test_of_a_single_choice_one_is_chosen(wizard: JsonDocument) -> None:
    made = wizardedit.choose_only(wizard, "/1/items/0/subitems/1")
    assert [field.get("defaultValue") for field in made.value()[1]["items"][0]["subitems"]] == [None, True]


_KINDS = sorted(table("wizard_parts")["kinds"])


def _places(document: JsonDocument) -> list[str]:
    return [pointer for pointer, node in document.walk() if level(pointer) and node.kind == "object"]


def _edited(document: JsonDocument, kind: str, which: int, more: int) -> JsonDocument:
    places = _places(document)
    place = places[which % len(places)] if places else ""
    if kind == "add" or not place:
        return wizardedit.add(document, _KINDS[more % len(_KINDS)], place)[0]
    if kind == "step":
        found = wizardedit.step(document, place, 1 if more % 2 else -1)
        return found[0] if found else document
    if kind == "copy":
        return wizardedit.paste(document, wizardedit.text_at(document, place), place)[0]
    return {"remove": wizardedit.remove, "duplicate": wizardedit.duplicate}[kind](document, place)[0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "step", "copy", "remove", "duplicate"]), st.integers(0, 30), st.integers(0, 30)
        ),
        max_size=12,
    )
)
def test_any_edits_leave_a_readable_wizard_with_keys_of_their_own(edits: list[tuple[str, int, int]]) -> None:
    document = parse(TEXT)
    for kind, which, more in edits:
        document = _edited(document, kind, which, more)
        assert document.is_readable
        assert len(set(all_keys(document))) == len(all_keys(document))
