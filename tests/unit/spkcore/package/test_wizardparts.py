"""Tests of keys, lists, languages and snippets of wizards, and of the table of their members."""

from __future__ import annotations

from typing import Any

import pytest

from spkcore.base.reference import schema, table
from spkcore.checks import shell
from spkcore.package.jsontext import parse, require_node
from spkcore.package.wizardkeys import is_reserved, propose_key, unique_key
from spkcore.package.wizardlanguages import lacks, with_lacks
from spkcore.package.wizardlists import as_lines, choices_of, from_lines, source_of, with_choices, with_source
from spkcore.package.wizardsnippets import insert_snippet, scripts_that_see, snippet, variable_for

FIELD = "/0/items/0/subitems/0"


@pytest.mark.parametrize(
    ("label", "taken", "expected"),
    [
        ("Port", (), "WIZARD_PORT"),
        ("<b>Port</b> number:", (), "WIZARD_PORT_NUMBER"),
        ("Größe", (), "WIZARD_GROE"),
        ("", (), "WIZARD_ANSWER"),
        ("文件夹", (), "WIZARD_ANSWER"),
        ("Port", ("WIZARD_PORT",), "WIZARD_PORT_2"),
        ("Port", ("pkgwizard_a", "pkgwizard_b", "x"), "pkgwizard_port"),
        (
            "Please enter the name of your first administrator account for everything",
            (),
            "WIZARD_NAME_FIRST_ADMINISTRATOR_ACCOUNT",
        ),
    ],
)
def test_keys_are_made_from_labels(label: str, taken: tuple[str, ...], expected: str) -> None:
    assert propose_key(label, taken) == expected


def test_numbers_go_on() -> None:
    assert unique_key("A_2", {"A", "A_2"}) == "A_3"


def _combo(text: str) -> str:
    return f'[{{"items": [{{"type": "combobox", "subitems": [{text}]}}]}}]'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"store": ["a", "b"]}', [("a", "a"), ("b", "b")]),
        ('{"store": [["a", "A"]]}', [("a", "A")]),
        (
            (
                '{"valueField": "v", "displayField": "t",'
                ' "store": {"xtype": "arraystore", "fields": ["t", "v"], "data": [["A", "a"]]}}'
            ),
            [("a", "A")],
        ),
        ('{"valueField": "v", "displayField": "v", "store": {"fields": ["v"], "data": [["a"]]}}', [("a", "a")]),
        ("{}", []),
        ('{"store": [1]}', None),
        ('{"store": {"data": [["a", "b", "c"]]}}', None),
        ('{"store": "x"}', None),
    ],
)
def test_choices_of_all_spellings(text: str, expected: list[tuple[str, str]] | None) -> None:
    document = parse(_combo(text))
    assert choices_of(document, FIELD) == expected
    if expected:
        same = with_choices(document, FIELD, expected)
        assert same.value() == document.value()
        more = with_choices(document, FIELD, [*expected, ("c", "c")])
        assert choices_of(more, FIELD) == [*expected, ("c", "c")]


def test_choices_as_lines() -> None:
    rows = [("a", "A b"), ("c", "c")]
    assert as_lines(rows) == "a | A b\nc"
    assert from_lines("a | A b\n\n  c  ") == rows


def test_a_list_can_come_from_the_nas_and_back() -> None:
    document = parse(_combo('{"key": "K", "store": ["a"], "odd": 1}'))
    remote = with_source(document, FIELD, "api_store")
    field = remote.value()[0]["items"][0]["subitems"][0]
    assert source_of(remote, FIELD) == "api_store"
    assert field["mode"] == "remote"
    assert "store" not in field
    assert field["odd"] == 1
    assert field["valueField"] in field["api_store"]["fields"]
    local = with_source(remote, FIELD, "store").value()[0]["items"][0]["subitems"][0]
    assert local["mode"] == "local"
    assert "api_store" not in local


GENERAL = """[
  {"step_title": "Hello", "items": [{"desc": "x"}]},
  {"step_title": "Port", "items": [{"type": "textfield", "subitems": [{"key": "A"}, {"key": "B"}]}]},
  {"step_title": "More", "items": [{"type": "password", "subitems": [{"key": "C"}]}]}
]"""


def test_what_a_language_lacks() -> None:
    other = parse('[{"step_title": "Anschluss", "items": [{"type": "textfield", "subitems": [{"key": "A"}]}]}]')
    found = lacks(parse(GENERAL), other)
    assert [(lack.kind, lack.name) for lack in found] == [("page", "Hello"), ("page", "More"), ("field", "B")]
    whole = with_lacks(other, parse(GENERAL))
    assert not lacks(parse(GENERAL), whole)
    assert [page["step_title"] for page in whole.value()] == ["Hello", "Anschluss", "More"]
    assert [field["key"] for field in whole.value()[1]["items"][0]["subitems"]] == ["A", "B"]


def test_a_language_that_has_all_lacks_nothing() -> None:
    assert not lacks(parse(GENERAL), parse(GENERAL.replace("Hello", "Hallo")))


@pytest.mark.parametrize(
    ("kind", "field", "expected"),
    [
        ("textfield", '{"defaultValue": "8080"}', 'PORT="${WIZARD_PORT:-8080}"\n'),
        ("textfield", '{"defaultValue": "a \\"$b"}', 'PORT="${WIZARD_PORT:-a \\"\\$b}"\n'),
        ("multiselect", '{"defaultValue": true}', 'if [ "${WIZARD_PORT:-true}" = "true" ]; then\n'),
        ("singleselect", '{"defaultValue": "False"}', 'if [ "${WIZARD_PORT:-false}" = "true" ]; then\n'),
        (
            "password",
            '{"defaultValue": "x"}',
            '# A password: keep it out of logs and messages.\nPORT="${WIZARD_PORT:-}"\n',
        ),
    ],
)
def test_snippets_by_type(kind: str, field: str, expected: str) -> None:
    document = parse(f"[{field}]")
    lines = snippet("WIZARD_PORT", kind, require_node(document, "/0"))
    assert lines.startswith(expected)
    assert not shell.parse(lines.encode()).has_errors


def test_variables_of_the_shell_are_not_overwritten() -> None:
    assert variable_for("WIZARD_PATH") == "ANSWER_PATH"
    assert variable_for("pkgwizard_folder") == "FOLDER"
    assert variable_for("PORT") == "ANSWER_PORT"
    assert variable_for("wizard_2nd") == "ANSWER_2ND"


def test_snippets_go_behind_the_opening_comment() -> None:
    text, line = insert_snippet("#!/bin/sh\n# About\n\nexit 0\n", 'A="$B"\n')
    assert text == '#!/bin/sh\n# About\n\nA="$B"\n\nexit 0\n'
    assert line == 4
    assert insert_snippet("", "A=1\n") == ("A=1\n", 1)
    assert insert_snippet("#!/bin/sh\n", "A=1\n") == ("#!/bin/sh\n\nA=1\n", 3)


def test_scripts_that_see_answers() -> None:
    assert "scripts/postinst" in scripts_that_see("install")
    assert "scripts/postinst" not in scripts_that_see("uninstall")


_SCOPES = {
    "page": ("page",),
    "vue": ("vuePage",),
    "text": ("plainText",),
    "item": ("group", "choices", "textFields", "comboBoxes"),
    "select": ("choice",),
    "input": ("textField",),
    "combo": ("comboBox",),
}
_NESTED = {"validator": "validator/", "apiStore": "api_store/"}


def _properties(name: str) -> set[str]:
    return set(schema("wizard")["$defs"][name].get("properties", {}))


def _rows(scope: str) -> set[str]:
    rows: list[dict[str, Any]] = table("wizard_members")["members"]
    return {row["name"] for row in rows if scope in row["scope"]}


@pytest.mark.parametrize("scope", list(_SCOPES))
def test_the_table_has_every_member_of_the_schema(scope: str) -> None:
    known = {name.partition("/")[0] for name in _rows(scope)} | {"items", "subitems"}
    for name in _SCOPES[scope]:
        assert _properties(name) <= known, name


@pytest.mark.parametrize("name", list(_NESTED))
def test_the_table_has_every_member_below_a_field(name: str) -> None:
    head = _NESTED[name]
    known = {row.removeprefix(head).partition("/")[0] for row in _rows("combo") if row.startswith(head)}
    assert _properties(name)
    assert _properties(name) <= known


@pytest.mark.parametrize("name", ["_", "PATH", "REPLY", "BASHOPTS", "SYNOPKG_ANY", "LD_PRELOAD"])
def test_names_of_the_shell_and_of_dsm_are_taken(name: str) -> None:
    assert is_reserved(name)
    assert not is_reserved(f"wizard_{name}")
