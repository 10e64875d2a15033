"""Tests of choosing platforms and models: families stand for platforms, and unknown words stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkcore.package.arch import families, platforms
from spkcore.package.platformchoice import (
    covering,
    expanded,
    gathered,
    has_model,
    model_words,
    runs_on,
    unknown_models,
    unknown_words,
    with_model,
    with_platform,
)
from spkcore.package.version import DsmVersion

NAMES = [*families(), *platforms(), "strange"]


def test_a_family_takes_the_place_of_its_platforms() -> None:
    assert with_platform(("rtd1296", "odd", "armada38x"), "armv8", chosen=True) == ("odd", "armada38x", "armv8")
    assert with_platform(("noarch",), "armv8", chosen=True) == ("armv8",)
    assert with_platform(("armv8", "odd"), "noarch", chosen=True) == ("noarch",)


def test_a_platform_taken_out_of_its_family_leaves_the_others() -> None:
    assert with_platform(("odd", "armv7", "x86_64"), "alpine", chosen=False) == ("odd", "alpine4k", "x86_64")
    assert with_platform(("armv7", "alpine"), "alpine", chosen=False) == ("armv7",)
    assert with_platform(("odd",), "alpine", chosen=False) == ("odd",)


def test_what_covers_a_platform() -> None:
    assert covering(("x86_64",), "geminilake") == "x86_64"
    assert covering(("geminilake", "x86_64"), "geminilake") == "geminilake"
    assert covering(("noarch",), "monaco") == "noarch"
    assert covering(("armv8",), "geminilake") == ""


@given(st.lists(st.sampled_from(NAMES), unique=True, max_size=6), st.sampled_from(NAMES))
def test_no_click_loses_a_word_that_no_table_knows(words: list[str], name: str) -> None:
    for chosen in (True, False):
        after = with_platform(words, name, chosen=chosen)
        if name not in {"noarch", "strange"}:
            assert ("strange" in after) == ("strange" in words)
        assert len(set(after)) == len(after)
        assert (name in after) == chosen


def test_expanding_and_gathering_are_inverse() -> None:
    words = ("odd", "armv8", "monaco")
    assert expanded(words) == ("odd", *families()["armv8"].members, "monaco")
    assert gathered(expanded(words)) == words
    assert gathered(("alpine",)) == ("alpine",)
    assert unknown_words(words) == ("odd",)


def test_platforms_and_the_dsm_versions_that_run_on_them() -> None:
    dsm7 = DsmVersion(7, 0, build=40000), DsmVersion(7, 3, build=81168)
    dsm6 = DsmVersion(6, 0), DsmVersion(6, 2, build=25556)
    newest = DsmVersion(7, 3), DsmVersion(7, 3, build=81168)
    known = platforms()
    assert not runs_on(known["x86"], *dsm7)
    assert runs_on(known["x86"], *dsm6)
    assert not runs_on(known["epyc7002"], *dsm6)
    assert runs_on(known["geminilake"], *newest)
    assert not runs_on(known["cedarview"], *newest)
    assert runs_on(known["geminilakenk"], *dsm6)  # nobody knows


@pytest.mark.parametrize(
    ("platform", "model", "words"),
    [
        ("cedarview", "DS713+", ("synology_cedarview_713+", "synology_cedarview_ds713+")),
        ("bromolow", "DS3612xs", ("synology_bromolow_3612xs", "synology_bromolow_ds3612xs")),
        ("purley", "FS6400", ("synology_purley_fs6400",)),
        ("kvmx64", "VirtualDSM", ("synology_kvmx64_virtualdsm",)),
        ("88f6281", "DS111 (legacy)", ("synology_88f6281_111", "synology_88f6281_ds111")),
    ],
)
def test_models_are_written_in_all_their_forms(platform: str, model: str, words: tuple[str, ...]) -> None:
    assert model_words(platform, model) == words
    assert with_model(("odd",), platform, model, chosen=True) == ("odd", *words)
    assert with_model(("odd", words[-1]), platform, model, chosen=False) == ("odd",)
    assert has_model((words[0],), platform, model)
    assert with_model((words[0],), platform, model, chosen=True) == (words[0],)
    assert unknown_models(("odd", *words)) == ("odd",)
