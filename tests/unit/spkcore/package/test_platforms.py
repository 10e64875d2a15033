"""Tests for spkcore.package.arch, spkcore.package.version and the tables of DSM facts beside them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkcore.base.reference import table
from spkcore.package.arch import arch_problem, expand, families, platforms
from spkcore.package.infokeys import languages
from spkcore.package.version import (
    bump_version,
    compare_versions,
    dsm_releases,
    is_version,
    parse_dsm_version,
    version_parts,
)


def test_families_and_platforms_agree() -> None:
    for family in families().values():
        for member in family.members:
            assert platforms()[member].family == family.name
    for platform in platforms().values():
        assert not platform.family or platform.name in families()[platform.family].members


def test_family_expansion() -> None:
    assert expand(["noarch"]) == ("noarch",)
    assert expand(["armv7", "alpine", "mystery"]) == ("alpine", "alpine4k", "mystery")


@pytest.mark.parametrize(("value", "word"), [("apollolake", ""), ("x86_64", ""), ("x64", "'x86_64'"), ("z80", "known")])
def test_arch_values(value: str, word: str) -> None:
    assert word in arch_problem(value)
    assert bool(word) is bool(arch_problem(value))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("1.2-0003", "1.2-3", 0),
        ("1.10", "1.9", 1),
        ("1.2", "1.2.0", 0),
        ("1.2-1", "1.2-0002", -1),
        ("7.2-64570", "7.2-72806", -1),
        ("", "0", 0),
    ],
)
def test_comparison(first: str, second: str, expected: int) -> None:
    assert compare_versions(first, second) == expected
    assert compare_versions(second, first) == -expected


@given(st.from_regex(r"\A[0-9]{1,6}([._-][0-9]{1,6}){0,3}\Z"))
def test_the_next_version_is_newer(version: str) -> None:
    following = bump_version(version)
    assert compare_versions(version, following) == -1
    assert is_version(following)


@pytest.mark.parametrize(
    ("version", "expected"),
    [("1.2-0009", "1.2-0010"), ("1.2", "1.2-0001"), ("1-999", "1-1000"), ("1.0-2b", "1.0-3b"), ("", ""), ("x", "x")],
)
def test_counting_up(version: str, expected: str) -> None:
    assert bump_version(version) == expected


def test_numbers_of_a_version() -> None:
    assert version_parts("1.0.2b-0004") == (1, 0, 2, 4)
    assert not is_version("1.0b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7.2-64570", (7, 2, 0, 64570)),
        ("6.0.1-7445", (6, 0, 1, 7445)),
        (" 6.1 ", (6, 1, 0, 0)),
        ("7", None),
        ("seven", None),
    ],
)
def test_dsm_versions(text: str, expected: tuple[int, ...] | None) -> None:
    version = parse_dsm_version(text)
    assert (version and (version.major, version.minor, version.micro, version.build)) == expected
    assert version is None or str(version) == text.strip()


def test_releases_are_sorted_and_well_formed() -> None:
    found = [parse_dsm_version(release.os_min_ver) for release in dsm_releases()]
    versions = [version for version in found if version]
    assert len(versions) == len(found)
    assert [(v.major, v.minor, v.build) for v in versions] == sorted(
        ((v.major, v.minor, v.build) for v in versions), reverse=True
    )


def test_services_have_a_meaning_and_errors_advice() -> None:
    services = table("services")
    for version in services["versions"]:
        for name in [*version["needs"], *version["restarts"], *version.get("also_seen", [])]:
            assert services["meanings"][name]
    for error in table("error_codes")["errors"]:
        assert isinstance(error["code"], int)
        assert error["text"] or not error["code"]
        assert error["meaning"].endswith(".")
        assert error["advice"].endswith(".")


def test_script_variables_name_real_scripts() -> None:
    scripts = {*table("scripts")["scripts"], "wizard"}
    for name, row in table("script_env")["variables"].items():
        assert re.fullmatch("SYNOPKG_[A-Z_]+", name)
        assert set(row["scripts"]) <= scripts
        assert row["description"].endswith(".")
        assert row["sample"]
    for names in table("script_env")["wizard_values"].values():
        assert set(names) <= scripts


def test_languages() -> None:
    assert len(languages()) == 21
    assert table("languages")["fallback"] in languages()
