"""Tests for the read model of wizards: pages, groups and fields, also of files that are none."""

from __future__ import annotations

import pytest

from spkcore.package.jsontext import parse
from spkcore.package.wizard import is_set, wizard_keys, wizard_pages

TEXT = """[
  {"step_title": "One", "items": [
    {"desc": "Text"},
    {"type": "password", "subitems": [{"key": "a", "hidden": "False", "validator": {"minLength": 1}}, 5]}
  ]},
  "no page",
  {"custom_render_fn": "f", "custom_render_name": "n"}
]"""


def test_pages_groups_and_fields() -> None:
    one, vue = wizard_pages(parse(TEXT))
    assert (one.pointer, one.title, one.is_vue) == ("/0", "One", False)
    assert (vue.pointer, vue.title, vue.is_vue, vue.groups) == ("/2", "", True, ())
    assert [(group.pointer, group.type) for group in one.groups] == [("/0/items/0", ""), ("/0/items/1", "password")]
    (field,) = one.fields
    assert (field.pointer, field.key, field.type, field.is_hidden) == ("/0/items/1/subitems/0", "a", "password", True)
    assert field.validator is not None
    assert field.validator.value() == {"minLength": 1}


def test_flags_count_as_the_dialog_counts_them() -> None:
    root = parse('{"a": true, "b": "False", "c": "", "d": false, "e": 1}').root
    assert root is not None
    assert [name for name in "abcdef" if is_set(root, name)] == ["a", "b", "e"]


@pytest.mark.parametrize("text", ["", "{}", "[5, {}]", '[{"items": {"type": "a"}}]', '[{"items": [{"subitems": {}}]}]'])
def test_what_is_no_wizard_has_no_fields(text: str) -> None:
    document = parse(text)
    assert [field for page in wizard_pages(document) for field in page.fields] == []
    assert wizard_keys(document) == []


def test_a_field_may_lack_everything() -> None:
    (page,) = wizard_pages(parse('[{"items": [{"subitems": [{"key": 5, "validator": []}]}]}]'))
    (field,) = page.fields
    assert (field.key, field.type, field.validator, field.is_hidden) == ("", "", None, False)
