"""Tests of the grammar of package lists, and of raising versions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkcore.package.dependencies import (
    Dependency,
    dependencies_problem,
    item_problem,
    limit_problem,
    name_problem,
    parse_dependencies,
    range_problem,
    read_items,
    write_items,
)
from spkcore.package.version import compare_versions, next_versions


@given(st.text(alphabet="abP8.-_ :<>=,", max_size=40))
def test_a_list_is_written_as_it_was_read(value: str) -> None:
    items = read_items(value)
    assert write_items(items) == (value if value.strip() else "")
    readable = [item.dependency for item in items if item.dependency]
    assert list(parse_dependencies(value)) == readable
    assert (dependencies_problem(value) == "") == (bool(items) and len(readable) == len(items))


def test_an_edited_item_keeps_its_blanks_and_its_neighbours() -> None:
    first, second = read_items("pkgA > 2.2: pkgB")
    assert first.dependency == Dependency("pkgA", ">", "2.2")
    edited = second.with_dependency(Dependency("pkgC", ">=", "1"))
    assert write_items((first, edited)) == "pkgA > 2.2: pkgC>=1"


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("a=>1", "Write >= instead of =>"),
        ("a==1", "Write = instead of =="),
        ("a, b", "Separate packages with a colon"),
        ("a b", "Separate packages with a colon"),
        ("a>=", "version behind the sign is missing"),
        ("", "empty item"),
        ("a/b", "cannot be read"),
    ],
)
def test_what_is_wrong_is_said(item: str, words: str) -> None:
    assert words in item_problem(item)


@pytest.mark.parametrize("item", ["WebStation", "PHP7.4>=7.4.18-0114", " Node.js_v22 = 22 ", "erlang<26.3"])
def test_real_items_are_fine(item: str) -> None:
    assert item_problem(item) == ""


def test_names_and_limits() -> None:
    assert "missing" in name_problem(" ")
    assert "no package ID" in name_problem("a b")
    assert name_problem("Node.js_v22") == ""
    assert "missing" in limit_problem(Dependency("a", ">="))
    assert "at least" in limit_problem(Dependency("a", "", "1"))
    assert "no version" in limit_problem(Dependency("a", ">=", "1.0b"))
    assert limit_problem(Dependency("a", ">=", "1.0-2")) == ""


@pytest.mark.parametrize(
    ("value", "possible"),
    [
        ("erlang>=26.0:erlang<26.3", True),
        ("a>=2:a<2", False),
        ("a>=2:a<=2", True),
        ("a>2:a<=2", False),
        ("a=1:a=2", False),
        ("a>=3:b<1", True),
    ],
)
def test_two_limits_on_one_package(value: str, possible: bool) -> None:
    assert (range_problem(parse_dependencies(value)) == "") == possible


@pytest.mark.parametrize(
    ("version", "following"),
    [
        ("1.4.0-0012", ["1.4.0-0013", "1.4.1-0013", "1.5.0-0013", "2.0.0-0013"]),
        ("1.2", ["1.2-0001", "1.3", "2.0"]),
        ("20260805-4", ["20260805-5", "20260806-5"]),
        ("1.09.17-9", ["1.09.17-10", "1.09.18-10", "1.10.0-10", "2.00.0-10"]),
        ("1_2-3", ["1_2-4", "1_3-4", "2_0-4"]),
        ("1.0b-3", ["1.0b-4"]),
        ("1.0b", []),
        ("", []),
        ("1.0-beta", []),
        ("2147483647-1", ["2147483647-2"]),
        ("1" * 5000, []),
    ],
)
def test_the_next_versions_keep_the_form(version: str, following: list[str]) -> None:
    assert [item.version for item in next_versions(version)] == following


@given(st.from_regex(r"\A[0-9]{1,6}([._][0-9]{1,4}){0,3}(-[0-9]{1,6})?\Z"))
def test_the_next_version_is_newer(version: str) -> None:
    assert all(compare_versions(item.version, version) > 0 for item in next_versions(version))
