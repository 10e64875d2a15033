"""Tests for spkcore.package.info: nothing is lost, one line is touched."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.base.errors import UsageError
from spkcore.package.info import Info
from spkcore.package.infokeys import find_key, info_keys, key_groups, split_language, value_problem

TYPICAL = b'package="tool"\nversion="1.0-1"\narch="noarch"\nadminport="80"\nchecksum="0"\n'

keys = st.sampled_from(["package", "version", "description_fre", "arch", "checksum", "mystery", "adminport"])
values = st.text(st.characters(exclude_characters='\r\n\0"', exclude_categories=["Cs"]), max_size=12)
entries = st.builds(
    lambda before, key, equals, quote, value, tail: f"{before}{key}{equals}{quote}{value}{quote}{tail}".encode(),
    st.sampled_from(["", " ", "\t"]),
    keys,
    st.sampled_from(["=", " = ", "= "]),
    st.sampled_from(["", '"', "'"]),
    values,
    st.sampled_from(["", " ", " # note"]),
)
lines = st.one_of(entries, st.binary(max_size=20), st.sampled_from([b"", b"# comment", b"; ini", b'="x"', b'k="open']))
files = st.builds(
    lambda bom, parts, ends, last: bom + b"".join(a + b for a, b in zip(parts, ends, strict=False)) + last,
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.lists(lines, max_size=12),
    st.lists(st.sampled_from([b"\n", b"\r\n", b"\r"]), min_size=12, max_size=12),
    st.one_of(st.just(b""), lines),
)


@given(st.one_of(files, st.binary(max_size=200)))
@settings(max_examples=100)
def test_any_file_survives_unedited(data: bytes) -> None:
    assert Info.parse(data).to_bytes() == data


@given(files, keys, values)
@settings(max_examples=100)
def test_set_gives_the_value_back_and_touches_one_line(data: bytes, key: str, value: str) -> None:
    before = Info.parse(data)
    if value == before.get(key):
        value += "!"
    after = before.set(key, value)
    read_again = Info.parse(after.to_bytes())
    assert after.get(key) == value
    assert read_again.get(key, "?") == value
    old = [line.text for line in before.lines]
    new = [line.text for line in after.lines]
    if key in before:
        assert sum(a != b for a, b in zip(old, new, strict=True)) <= 1
        assert [line.end for line in before.lines] == [line.end for line in after.lines]
    else:
        index = after.line_of(key) - 1
        assert new[:index] + new[index + 1 :] == old


@given(files, keys)
@settings(max_examples=50)
def test_remove_leaves_only_other_lines(data: bytes, key: str) -> None:
    before = Info.parse(data)
    after = Info.parse(before.remove(key).to_bytes())
    assert key not in after
    assert {name: before.get(name) for name in before if name != key} == after.as_dict()


@pytest.mark.parametrize(
    ("line", "value", "expected"),
    [
        ('package="a"', "b", 'package="b"'),
        ("package=a", "b", "package=b"),
        ("package=a", "b c", 'package="b c"'),
        ('package = "a"', "b", 'package = "b"'),
        ("package='a'", "b", "package='b'"),
        ("package='a'", "it's", 'package="it\'s"'),
        ('package="a" # why', "b", 'package="b" # why'),
        ('package="a', "b", 'package="b"'),
        ("package=", "", "package="),
        ("package=x", "", 'package=""'),
        ('  package="a"\t', "b", '  package="b"\t'),
    ],
)
def test_a_line_keeps_its_way_of_quoting(line: str, value: str, expected: str) -> None:
    assert Info.parse(line.encode()).set("package", value).to_bytes().decode() == expected


def test_inner_quotes_are_read_and_kept() -> None:
    info = Info.parse(b'description="a "big" \\"tool\\""\n')
    assert info.get("description") == 'a "big" \\"tool\\"'
    assert info.set("description", info.get("description")) is info


def test_the_last_of_several_lines_counts_and_is_edited() -> None:
    info = Info.parse(b'version="1"\narch="noarch"\nversion="2"\n')
    assert info.get("version") == "2"
    assert info.set("version", "3").to_bytes() == b'version="1"\narch="noarch"\nversion="3"\n'
    assert info.remove("version").to_bytes() == b'arch="noarch"\n'


@pytest.mark.parametrize("value", ["a\nb", "a\rb", 'say "x"', "\0"])
def test_values_that_info_cannot_hold_are_refused(value: str) -> None:
    with pytest.raises(UsageError) as caught:
        Info.parse(TYPICAL).set("description", value)
    assert caught.value.what_to_do


@pytest.mark.parametrize(
    ("key", "expected_line"),
    [("displayname", 3), ("os_min_ver", 4), ("checkport", 5), ("singleApp", 5), ("extractsize", 6), ("beta", 3)],
)
def test_a_new_key_goes_to_its_neighbours_and_computed_ones_stay_last(key: str, expected_line: int) -> None:
    assert Info.parse(TYPICAL).set(key, "x").line_of(key) == expected_line


def test_a_localised_key_goes_behind_its_base() -> None:
    info = Info.parse(b'description="a"\nmaintainer="m"\n').set("description_fre", "b").set("description_ger", "c")
    assert list(info) == ["description", "description_ger", "description_fre", "maintainer"]
    assert info.localised("description") == {"ger": "c", "fre": "b"}


def test_a_new_last_line_keeps_line_ends_and_the_missing_one() -> None:
    assert Info.parse(b'package="a"\r\nversion="1"').set("mystery", "x").to_bytes() == (
        b'package="a"\r\nversion="1"\r\nmystery="x"'
    )
    assert Info().set("package", "a").to_bytes() == b'package="a"\n'


def test_rename_changes_the_key_only() -> None:
    info = Info.parse(b'# head\ninstall_dep_package = "a"\n').rename("install_dep_package", "install_dep_packages")
    assert info.to_bytes() == b'# head\ninstall_dep_packages = "a"\n'
    with pytest.raises(UsageError):
        info.set("version", "1").rename("version", "install_dep_packages")


def test_typed_access_uses_the_table_defaults() -> None:
    info = Info.parse(b'startable="no"\ninstall_dep_packages="WebStation>=3.0 : PHP8.2"\narch="x86 alpine "\n')
    assert (info.boolean("startable"), info.boolean("ctl_stop"), info.boolean("beta")) == (False, True, False)
    assert info.integer("adminport") == 80
    assert info.integer("extractsize") is None
    assert info.words("arch") == ("x86", "alpine")
    assert [str(item) for item in info.dependencies("install_dep_packages")] == ["WebStation>=3.0", "PHP8.2"]


def test_place_of_a_value() -> None:
    info = Info.parse(TYPICAL)
    assert (info.line_of("arch"), info.column_of("arch")) == (3, 7)
    assert (info.line_of("beta"), info.column_of("beta")) == (0, 0)


def test_every_key_of_the_table_is_usable() -> None:
    groups = [group.id for group in key_groups()]
    assert [key.name for group in key_groups() for key in group.keys] == list(info_keys())
    for key in info_keys().values():
        assert key.group in groups
        assert key.description.endswith((".", ".)"))
        assert key.label
        assert not value_problem(key, key.example), key
        assert not value_problem(key, key.default), key
        assert not key.needs or key.needs in info_keys()


@pytest.mark.parametrize(
    ("key", "value", "is_good"),
    [
        ("package", "a b", False),
        ("package", "Node.js_v22", True),
        ("version", "1.0.2b", False),
        ("version", "1.0-2147483648", False),
        ("version", "20260805-4", True),
        ("beta", "true", False),
        ("adminport", "65536", False),
        ("adminport", "eighty", False),
        ("os_min_ver", "7.0", False),
        ("os_min_ver", "6.0.1-7445", True),
        ("os_max_ver", "", True),
        ("adminprotocol", "ftp", False),
        ("install_dep_packages", "erlang>=26.0:erlang<26.3", True),
        ("install_dep_packages", "pkgA>2.2: pkgB", True),
        ("install_dep_packages", "a,b", False),
        ("install_dep_packages", "a=>1", False),
        ("install_dep_packages", "a:", False),
        ("model", "synology_bromolow_3612xs DS920+", False),
        ("support_url", "example.org", False),
        ("dsmuidir", "a:b c:d", True),
        ("dsmuidir", "a b", False),
        ("description_fre", "bonjour", True),
    ],
)
def test_values_are_judged_by_the_table(key: str, value: str, is_good: bool) -> None:
    known = find_key(key)
    assert known is not None
    assert bool(value_problem(known, value)) is not is_good


def test_language_suffixes() -> None:
    assert split_language("description_fre") == ("description", "fre")
    assert split_language("maintainer_url") == ("maintainer_url", "")
    assert split_language("package_icon") == ("package_icon", "")
    assert split_language("version_fre") == ("version_fre", "")
