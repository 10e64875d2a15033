"""Tests of the differences between a text and what is saved."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gui.models.linediff import ADDED, CHANGED, REMOVED, hunks, taken_back

SAVED = "one\ntwo\nthree\nfour\n"
LINES = st.lists(st.sampled_from("abcd"), max_size=12).map("\n".join)


def test_each_kind_of_difference_is_found_where_it_stands() -> None:
    found = hunks(SAVED, "zero\none\nTWO\nthree\n")
    assert [(item.kind, item.first, item.count) for item in found] == [(ADDED, 1, 1), (CHANGED, 3, 1), (REMOVED, 5, 0)]
    assert found[1].before == ("two",)


def test_the_same_text_has_no_difference() -> None:
    assert hunks(SAVED, SAVED) == []


def test_one_difference_is_taken_back_and_the_others_stay() -> None:
    now = "zero\none\nTWO\nthree\n"
    added, changed, removed = hunks(SAVED, now)
    assert taken_back(now, added) == "one\nTWO\nthree\n"
    assert taken_back(now, changed) == "zero\none\ntwo\nthree\n"
    assert taken_back(now, removed) == "zero\none\nTWO\nthree\nfour\n"


def test_a_text_that_is_all_different_is_one_difference() -> None:
    now = "\n".join(str(number) for number in range(5000))
    (found,) = hunks(SAVED, now)
    assert found.kind == CHANGED
    assert taken_back(now, found) == SAVED


@settings(max_examples=100)
@given(LINES, LINES)
def test_taking_everything_back_gives_what_is_saved(saved: str, now: str) -> None:
    for hunk in reversed(hunks(saved, now)):
        now = taken_back(now, hunk)
    assert now == saved
