"""Tests for spkcore.checks.targets: which DSM versions a package is meant for."""

from __future__ import annotations

import pytest

from spkcore.base.errors import UsageError
from spkcore.checks.targets import Targets, asked_targets, parse_range, read_version, releases, targets_of
from spkcore.package.info import Info
from spkcore.package.version import DsmVersion


def info(**keys: str) -> Info:
    return Info.parse("".join(f'{key}="{value}"\n' for key, value in keys.items()).encode())


def names(targets: Targets) -> list[str]:
    return [release.name for release in targets.releases()]


def test_a_package_for_dsm_7_is_meant_for_all_of_dsm_7() -> None:
    targets = targets_of(info(os_min_ver="7.1-42661"))
    assert names(targets) == ["7.1", "7.2", "7.2.1", "7.2.2", "7.3"]
    assert targets.dsm7
    assert targets.only_dsm7


def test_a_package_for_dsm_6_is_not_meant_for_dsm_7() -> None:
    targets = targets_of(info(firmware="6.1-15047"))
    assert names(targets) == ["6.1", "6.2", "6.2.4"]
    assert not targets.dsm7


def test_os_max_ver_ends_the_range() -> None:
    assert names(targets_of(info(os_min_ver="6.2-23739", os_max_ver="7.1-42661"))) == ["6.2", "6.2.4", "7.0", "7.1"]


@pytest.mark.parametrize(
    ("highest", "last"), [("7.1", "7.1"), ("7.2", "7.2.2"), ("7.2.1", "7.2.1"), ("7.2.1-69057", "7.2.1")]
)
def test_os_max_ver_without_a_build_is_all_of_that_dsm(highest: str, last: str) -> None:
    assert names(targets_of(info(os_min_ver="7.0-40000", os_max_ver=highest)))[-1] == last


def test_a_package_that_says_nothing_is_taken_for_dsm_7() -> None:
    assert names(targets_of(info()))[0] == "7.0"


def test_a_single_asked_version_keeps_its_name_and_means_its_newest_build() -> None:
    targets = asked_targets("7.2")
    assert names(targets) == ["7.2"]
    assert targets.low == DsmVersion(7, 2, build=72806)


def test_an_update_is_found_by_its_name() -> None:
    assert asked_targets("7.2.1").low == DsmVersion(7, 2, build=69057)
    assert read_version("7.2.1-69057") == DsmVersion(7, 2, build=69057)


def test_a_range_lists_the_releases_in_it() -> None:
    assert names(asked_targets("6.2", "7.0")) == ["6.2", "6.2.4", "7.0"]


@pytest.mark.parametrize("words", [("seven", ""), ("7.2", "6.2"), ("7.2", "x")])
def test_nonsense_is_refused(words: tuple[str, str]) -> None:
    with pytest.raises(UsageError):
        asked_targets(*words)


@pytest.mark.parametrize(
    ("text", "version", "inside"),
    [
        (">=7.0", "7.0", True),
        (">=7.0", "6.2", False),
        ("<7.0", "7.0", False),
        ("<7.0", "6.2", True),
        (">=6.0 <7.0", "5.2", False),
        (">=7.2-72806", "7.2-64570", False),
        (">=7.2-72806", "7.2.2", True),
        ("", "3.1", True),
    ],
)
def test_ranges_of_rules(text: str, version: str, inside: bool) -> None:
    assert asked_targets(version).overlaps(*parse_range(text)) is inside


def test_releases_are_sorted_and_known_once() -> None:
    versions = [release.version for release in releases()]
    assert versions == sorted(set(versions))
    assert releases()[-1].name == "7.3"
