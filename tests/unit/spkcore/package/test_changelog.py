"""The changelog of a package."""

from __future__ import annotations

import pytest

from spkcore.package.changelog import Release, info_text, releases, with_entry


@pytest.mark.parametrize(
    "heading",
    ["1.4.0", "## 1.4.0", "## [1.4.0] - 2024-05-01", "Version 1.4.0:", "v1.4.0 (beta)", "=== 1.4.0 ===", "1.4.0-0012"],
)
def test_headings_of_many_kinds_begin_an_entry(heading: str) -> None:
    found = releases(f"{heading}\n---\n\n- new\n\n1.3\n- old\n")
    assert [entry.lines for entry in found] == [("- new",), ("- old",)]
    assert found[0].version.startswith("1.4.0")


def test_numbers_in_the_text_begin_nothing() -> None:
    assert releases("1.0\n1.5 times faster\n- needs 7.2 or later\n* 1.5 times faster\nsince 6.0 it works\n") == [
        Release("1.0", ("1.5 times faster", "- needs 7.2 or later", "* 1.5 times faster", "since 6.0 it works"))
    ]


def test_a_file_without_headings_is_one_entry() -> None:
    assert releases("\nFirst release\n\n") == [Release("", ("First release",))]
    assert releases("") == []


def test_an_entry_becomes_one_line_of_info() -> None:
    assert info_text(Release("1", ("* fast", '  • says "hello"', "", "done"))) == "- fast<br>- says 'hello'<br><br>done"


def test_a_new_entry_looks_like_the_others() -> None:
    assert with_entry("## [1.0]\n* old\n", "1.1-2") == "## [1.1-2]\n* \n\n## [1.0]\n* old\n"
    assert with_entry("1.0\nold\n", "1.1") == "1.1\n- \n\n1.0\nold\n"
    assert with_entry("", "1.1") == "1.1\n- \n"
    assert with_entry("1.1\n- x\n", "1.1") == "1.1\n- x\n"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("## [1.4.0] - 2024-05-01", "## [2.0]"),
        ("## [1.4.0]", "## [2.0]"),
        ("Version 1.4.0:", "Version 2.0:"),
        ("=== 1.4.0 ===", "=== 2.0 ==="),
        ("v1.4.0 (beta)", "v2.0"),
    ],
)
def test_a_new_heading_is_written_like_the_others(heading: str, expected: str) -> None:
    assert with_entry(f"{heading}\n- old\n", "2.0").splitlines()[0] == expected
