"""Tests of the descriptions of forms: every worker has one, variants decide, and words come from the tables."""

from __future__ import annotations

from typing import Any

import pytest

from spkcore.base.reference import schema, table
from spkcore.package.formspecs import Shape, fits, is_table, label_of, members, new_item, others, shape_at
from spkcore.package.resource import workers


def _names(shape: Shape, value: object) -> list[str]:
    return [member.name for member in members(shape, value)]


def _services(value: dict[str, Any]) -> list[str]:
    listed = next(member for member in members(shape_at("resource", "webservice"), {}) if member.name == "services")
    assert listed.shape.item is not None
    return _names(listed.shape.item, value)


@pytest.mark.parametrize("name", [worker.name for worker in workers()])
def test_the_form_of_a_worker_shows_all_that_its_schema_knows(name: str) -> None:
    raw = schema("resource")["properties"][name]
    rare = {key for key, row in raw.get("properties", {}).items() if row.get("x-rare")}
    shape = shape_at("resource", name)
    assert shape.kind == "object"
    assert set(_names(shape, {})) == set(raw.get("properties", {})) - rare
    assert set(_names(shape, dict.fromkeys(rare, True))) == set(raw.get("properties", {}))
    assert all(member.shape.kind != "any" for member in _all_members(shape))


def _all_members(shape: Shape) -> list[Any]:
    found = []
    for member in members(shape, {"type": "apache_php"}):
        found.append(member)
        if member.shape.kind == "object":
            found += _all_members(member.shape)
        elif member.shape.kind == "list" and member.shape.item is not None:
            found += _all_members(member.shape.item)
    return found


def test_every_member_has_words_of_its_own() -> None:
    labels = table("workers")["labels"]
    missing = {
        member.name
        for worker in workers()
        for member in _all_members(shape_at("resource", worker.name))
        if member.name not in labels and "x-label" not in member.shape.raw
    }
    assert missing - {"strong-dependence"} == set()
    assert label_of("odd_name") == "Odd name"


def test_the_type_of_a_web_service_decides_what_it_has() -> None:
    assert {"root", "php", "backend"} <= set(_services({"type": "apache_php"}))
    assert "backend" not in _services({"type": "nginx_php"})
    assert "php" not in _services({"type": "static"})
    assert {"proxy_target", "proxy_headers"} <= set(_services({"type": "reverse_proxy"}))
    assert "root" not in _services({"type": "reverse_proxy"})
    assert _services({"type": "static"})[:4] == ["service", "display_name", "type", "root"], "what it needs comes first"
    assert "php" in _services({"type": "static", "php": {}}), "what is there is shown"


def test_ports_of_a_portal_count_with_its_type_only() -> None:
    listed = next(member for member in members(shape_at("resource", "webservice"), {}) if member.name == "portals")
    item = listed.shape.item
    assert item is not None
    assert "http_port" not in _names(item, {"type": "alias"})
    assert "alias" not in _names(item, {"type": "server"})
    assert {"http_port", "alias"} <= set(_names(item, {"type": "server", "alias": "x"}))
    required = [member.name for member in members(item, {"type": "alias"}) if member.required]
    assert required == ["service", "name", "type", "alias"]


def test_choices_have_meanings() -> None:
    run_as = members(shape_at("privilege", "defaults"), {})[0]
    assert dict(run_as.shape.choices)["package"] == "The package's own user"
    php = next(member for member in _all_members(shape_at("resource", "webservice")) if member.label == "PHP version")
    assert dict(php.shape.choices)[11] == "PHP 8.2"


def test_php_of_any_version_has_a_form() -> None:
    assert _names(shape_at("resource", "php74"), {}) == ["php-ini", "fpm-conf"]


def test_unknown_members_are_named() -> None:
    shape = shape_at("resource", "port-config")
    assert others(shape, {"protocol-file": "a", "x": 1}) == ("x",)
    assert others(shape, "a.sc") == ()


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("text", "a", ["a"]),
        ("object", {"a": [1]}, "a"),
        ("map", {"a": 1}, {"a": {}}),
        ("words", ["a"], "a"),
        ("paths", ["a"], [{}]),
        ("numbers", [1, "{{a}}"], [[]]),
        ("list", [{}], ["a"]),
    ],
)
def test_what_a_form_can_show_whole(kind: str, good: object, bad: object) -> None:
    assert fits(Shape(kind), good)
    assert fits(Shape(kind), None)
    assert not fits(Shape(kind), bad)


def test_short_items_stand_in_a_table_and_begin_with_what_they_need() -> None:
    tool = next(member for member in members(shape_at("privilege"), {}) if member.name == "tool")
    assert is_table(tool.shape)
    assert tool.shape.item is not None
    assert new_item(tool.shape.item) == {"relpath": "", "user": "package", "group": "package"}
    services = next(member for member in members(shape_at("resource", "webservice"), {}) if member.name == "services")
    assert not is_table(services.shape)
