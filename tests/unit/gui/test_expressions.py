"""The engine for regular expressions that gives up in time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.services.expressions import finder
from spkcore.base.errors import UsageError
from spkcore.package.search import Query, SlowExpressionError, python_finder

_LINES = st.text(st.sampled_from("aAb1 _.é😀\udce9\ufeff"), max_size=12)
_EXPRESSIONS = ["a", "(a)|(b)", r"\w+", "(?P<n>.)1", "é|😀", r"[^a]b?", "a*"]
_QUERIES = st.builds(Query, st.sampled_from(_EXPRESSIONS), st.booleans(), st.booleans(), st.just(True))


@given(_LINES, _QUERIES)
def test_it_finds_what_python_finds(line: str, query: Query) -> None:
    ours = [match for match in finder(query).find(line) if match.end > match.start]
    assert ours == [match for match in python_finder(query).find(line) if match.end > match.start]
    assert finder(query).names == python_finder(query).names


def test_it_gives_up_in_time() -> None:
    with pytest.raises(SlowExpressionError):
        list(finder(Query("(a+)+$", is_regex=True)).find("a" * 5_000 + "b"))


def test_a_long_line_of_letters_beyond_the_first_plane_takes_no_time() -> None:
    line = "a😀" * 20_000
    assert len(list(finder(Query("a", is_regex=True)).find(line))) == 20_000  # minutes where each match counts anew


def test_the_place_of_an_error_is_one_of_what_was_typed() -> None:
    with pytest.raises(UsageError, match=re.escape("no regular expression")) as caught:
        finder(Query("ab(", whole_words=True, is_regex=True))
    assert caught.value.where == "character 4"
