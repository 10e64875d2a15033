"""Tests for spkcore.package.infomend: each damage is mended, and everything else stays byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.package import infomend
from spkcore.package.info import Info

LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)


def info(text: str) -> Info:
    return Info.parse(text.encode("utf-8", "surrogateescape"))


def written(mended: Info) -> str:
    return mended.to_bytes().decode()


@settings(max_examples=100)
@given(st.lists(LETTERS, max_size=5))
def test_sound_files_stay_as_they_are(values: list[str]) -> None:
    text = "".join(f'key{number}="{infomend.without_quotes(value)}"\r\n' for number, value in enumerate(values))
    sound = info(text)
    for key in sound:
        assert infomend.written_plainly(sound, key) == sound
        assert infomend.last_line_only(sound, key) == sound
    assert infomend.closed(sound) == infomend.read_as_windows(sound) == sound


@settings(max_examples=100)
@given(st.text(st.characters(min_codepoint=0xA1, max_codepoint=0x17F), min_size=1, max_size=8))
def test_letters_that_were_converted_twice_come_back(word: str) -> None:
    twice = "".join(infomend_reading(byte) for byte in word.encode())
    assert infomend.mended_letters(f"x {twice} y") == f"x {word} y"


def infomend_reading(byte: int) -> str:
    """How Windows shows a byte: its five unused codes become control characters."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


@settings(max_examples=100)
@given(LETTERS)
def test_repairing_letters_twice_does_no_more_than_once_would(text: str) -> None:
    once = infomend.mended_letters(text)
    assert once == text or len(once) < len(text)


def test_a_value_over_several_lines_becomes_one_line_with_the_last_lines_end() -> None:
    broken = 'a="one\r\n two\r\nthree"\r\nb="x\nc="y"\nd="z\nnonsense\n'
    assert written(infomend.closed(info(broken))) == 'a="one two three"\r\nb="x"\nc="y"\nd="z"\nnonsense\n'
    assert infomend.split_values(info(broken)) == [(0, 2)]


def test_plain_writing_leaves_unclear_lines_alone() -> None:
    odd = 'a = \'x "y"\'\na="z" more\nb=1\n'
    assert written(infomend.written_plainly(info(odd), "a")) == 'a="x \'y\'"\na="z" more\nb=1\n'


def test_values_that_info_cannot_hold_are_not_written() -> None:
    assert infomend.with_value(info('a="1"\n'), "a", 'x"y') == info('a="1"\n')


def test_renaming_takes_all_lines_and_no_key_that_is_there() -> None:
    twice = 'old="1"\nx="old"\nold="2"\n'
    assert written(infomend.renamed(info(twice), "old", "new")) == 'new="1"\nx="old"\nnew="2"\n'
    assert infomend.renamed(info(twice), "old", "x") == info(twice)


def test_old_keys_become_new_ones() -> None:
    old = 'startable="no"\nfirmware="7.0-40000"\nos_min_ver="7.1-42661"\nthirdparty="yes"\npackage_icon="aa=="\n'
    mended = infomend.modern_keys(info(old), ["startable", "firmware", "thirdparty", "package_icon", "absent"])
    assert written(mended) == 'ctl_stop="no"\nos_min_ver="7.1-42661"\npackage_icon="aa=="\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [("aarch64 armv8 x64", "armv8 x86_64"), ("noarch", "noarch"), ("i686 z80", "i686 z80")],
)
def test_platforms_get_their_names(before: str, after: str) -> None:
    assert infomend.arch_values(before) == after
    assert infomend.arch_values("i686 alpine", expanded=True) == "evansport alpine"


def test_services_of_dsm_7() -> None:
    assert infomend.renamed_services("apache-web nginx cron samba") == "nginx.service crond.service samba"


@pytest.mark.parametrize(("code", "meant"), [("de", "ger"), ("DEU", "ger"), ("fre", "fre"), ("xx", ""), ("zh", "")])
def test_languages_of_other_standards(code: str, meant: str) -> None:
    assert infomend.meant_language(code) == meant
