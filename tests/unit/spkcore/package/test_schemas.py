"""Tests for the JSON schemas and their messages, against real files of other packages where they are at hand."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from spkcore.base.reference import schema
from spkcore.package.findings import decode, encode
from spkcore.package.jsontext import JsonDocument, parse
from spkcore.package.resource import workers
from spkcore.package.schemas import MAX_FINDINGS, validate

SHARED = Path(__file__).resolve().parents[5] / "shared"
CORPUS = SHARED / "corpus"
FOLDERS = {"wizards": "wizard", "privilege": "privilege", "resource": "resource", "ui_config": "ui_config"}
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not beside the repository")


def corpus() -> list[tuple[Path, str]]:
    return [(path, name) for folder, name in FOLDERS.items() for path in sorted((CORPUS / folder).glob("*"))]


@needs_corpus
def test_every_real_file_is_read_survives_and_follows_its_schema() -> None:
    files = corpus()
    assert len(files) > 70
    for path, name in files:
        data = path.read_bytes()
        document = parse(decode(data))
        assert encode(document.text) == data
        assert document.is_readable, (path, document.problems)
        assert validate(document, name) == [], path


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*place, key))


def names(value: Any) -> set[str]:
    """All names of members and all words of enumerations in a schema."""
    if isinstance(value, list):
        return {name for item in value for name in names(item)}
    if not isinstance(value, dict):
        return set()
    found = {str(word) for word in value.get("enum", ())} | set(value.get("properties", ()))
    return found | {name for child in value.values() for name in names(child)}


def mutated(value: Any, words: list[str], dice: random.Random) -> Any:
    """`value` with one place replaced, removed or added."""
    value = copy.deepcopy(value)
    new = dice.choice(
        [None, True, 0, 70000, "", "x", "{{k}}", "/a", [], {}, [""], {"a": 1}, "0755", dice.choice(words)]
    )
    place = dice.choice(list(places(value)))
    if not place:
        return new
    holder = value
    for key in place[:-1]:
        holder = holder[key]
    match dice.choice(["replace", "remove", "add"]):
        case "replace":
            holder[place[-1]] = new
        case "remove":
            del holder[place[-1]]
        case _ if isinstance(holder, dict):
            holder[dice.choice(words)] = new
        case _:
            holder.append(new)
    return value


@needs_corpus
@pytest.mark.parametrize("name", FOLDERS.values())
def test_the_schemas_judge_as_the_reference_does(name: str) -> None:
    reference = Draft202012Validator(json.loads((SHARED / "reference" / f"{name}_schema.json").read_text("utf-8")))
    ours = Draft202012Validator(schema(name))
    words = sorted(names(reference.schema))
    dice = random.Random(name)
    verdicts = set()
    for path, kind in corpus():
        if kind == name:
            value = parse(decode(path.read_bytes())).value()
            for _ in range(4):
                changed = mutated(value, words, dice)
                verdict = ours.is_valid(changed)
                assert verdict is reference.is_valid(changed), changed
                verdicts.add(verdict)
    assert verdicts == {True, False}


@pytest.mark.parametrize("name", FOLDERS.values())
def test_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


def test_every_worker_starts_with_a_valid_value() -> None:
    assert len(workers()) == 18
    for worker in workers():
        assert worker.title
        assert worker.description.endswith((".", ").", "documented."))
        assert validate(document({worker.name: worker.starter}), "resource") == [], worker


def document(value: Any) -> JsonDocument:
    return parse(json.dumps(value, indent=2))


WIZARD: list[Any] = [{"items": [{"type": "textfield", "subitems": [{"key": "a", "defaultValue": "x"}]}]}]
RESOURCE: dict[str, Any] = {"port-config": {"protocol-file": "a.sc"}}
PRIVILEGE: dict[str, Any] = {"defaults": {"run-as": "package"}}
CONFIG: dict[str, Any] = {".url": {"a": {"type": "url", "title": "A", "icon": "i", "url": "/"}}}


@pytest.mark.parametrize(
    ("name", "value", "pointer", "line", "words"),
    [
        ("wizard", {}, "", 1, "list of pages"),
        ("wizard", [{"itms": []}], "/0/itms", 3, "'itms' is not known here. 'items' is probably meant"),
        ("wizard", [{}], "/0", 2, "member 'items' is missing"),
        ("wizard", [{"items": [{"type": "text", "subitems": []}]}], "/0/items/0/type", 5, "'textfield' is probably"),
        ("wizard", [{"items": [{"subitems": []}]}], "/0/items/0/subitems", 5, "give it a type"),
        ("wizard", [{"items": [{"type": "combobox", "subitems": []}]}], "/0/items/0/subitems", 6, "At least 1 item"),
        (
            "wizard",
            [{"items": [{"type": "textfield", "subitems": [{"key": "a-b"}]}]}],
            "/0/items/0/subitems/0/key",
            8,
            "letters, digits and _",
        ),
        (
            "wizard",
            [{"items": [{"type": "password", "subitems": [{"hidden": "no"}]}]}],
            "/0/items/0/subitems/0/hidden",
            8,
            "true or false",
        ),
        ("privilege", {"defaults": {"run-as": "admin"}}, "/defaults/run-as", 3, '"package", "root" or "system"'),
        ("privilege", {"defaults": []}, "/defaults", 2, "an object { … } here, not a list"),
        ("resource", {"port": {}}, "/port", 2, "no such resource worker"),
        ("resource", {"port-config": "a.sc"}, "/port-config", 2, "an object"),
        ("resource", {"video-driver": {"a": 1}}, "/video-driver", 2, "write {}"),
        ("resource", {"port-config": {"protocol-file": "/a.sc"}}, "/port-config/protocol-file", 3, "without '/'"),
        ("ui_config", {"app": {}}, "/app", 2, ".url or the name of a .js file"),
        ("ui_config", {".url": {"a": {**CONFIG[".url"]["a"], "port": "high"}}}, "/.url/a/port", 8, "port number"),
    ],
)
def test_messages_are_plain_and_have_a_place(name: str, value: Any, pointer: str, line: int, words: str) -> None:
    findings = validate(document(value), name)
    messages = [finding.message for finding in findings if (finding.field, finding.line) == (pointer, line)]
    assert any(words in message for message in messages), findings
    assert len(findings) <= 2


@pytest.mark.parametrize(
    ("definition", "value", "is_valid"),
    [
        ("helptoc", {"app": "a", "title": "t", "content": "c.html", "toc": []}, True),
        ("helptoc", {"app": "a", "title": "t", "content": "c.html", "toc": [{"title": "x"}]}, False),
        ("index", {"app": "a", "title": "t", "keywords": ["k"]}, True),
        ("index", {"app": "a", "title": "t", "keywords": "k"}, False),
    ],
)
def test_definitions_inside_a_schema(definition: str, value: Any, is_valid: bool) -> None:
    assert (validate(document(value), "ui_config", definition) == []) is is_valid


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (PRIVILEGE, 0),
        ({"defaults": {"run-as": "root"}}, 3),
        ({**PRIVILEGE, "ctrl-script": []}, 5),
        ({**PRIVILEGE, "join-groupname": "administrators"}, 5),
        ({**PRIVILEGE, "tool": [{"relpath": "a", "user": "root", "group": "package", "permission": "0755"}]}, 8),
    ],
)
def test_limits_of_dsm_7(value: Any, line: int) -> None:
    findings = validate(document(value), "privilege", "dsm7Unsigned")
    assert [finding.line for finding in findings] == ([line] if line else [])
    assert all("DSM 7" in finding.message for finding in findings)


@pytest.mark.parametrize(
    ("name", "value"), [("wizard", WIZARD), ("resource", RESOURCE), ("privilege", PRIVILEGE), ("ui_config", CONFIG)]
)
def test_good_files_have_no_findings(name: str, value: Any) -> None:
    assert validate(document(value), name) == []


def test_a_file_of_the_wrong_kind_stays_readable() -> None:
    assert len(validate(document({f"x{number}": 1 for number in range(5000)}), "resource")) == MAX_FINDINGS
    assert validate(parse(""), "wizard") == []
