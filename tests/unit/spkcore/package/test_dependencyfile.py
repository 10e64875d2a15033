"""Tests of conf/PKG_DEPS and conf/PKG_CONX: an edit changes its line and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkcore.base.errors import UsageError
from spkcore.base.reference import table
from spkcore.package.dependencyfile import DependencyFile, key_problem, keys_for
from spkcore.package.version import DsmVersion

FILE = b"""; needed for the pages\r
[MariaDB]\r
dsm_min_ver=5.0-4300   ; since then\r
\r
; a comment of PEAR\r
[ PEAR ]\r
pkg_min_ver = 1.0\r
odd line\r
"""


def _file() -> DependencyFile:
    return DependencyFile.parse(FILE)


@given(st.text(alphabet="[]ab=;# \r\n.1", max_size=60))
def test_a_file_is_written_as_it_was_read(text: str) -> None:
    assert DependencyFile.parse(text.encode()).to_bytes() == text.encode()


def test_sections_and_values() -> None:
    assert _file().packages() == ("MariaDB", "PEAR")
    assert _file().values("MariaDB") == {"dsm_min_ver": "5.0-4300"}
    assert _file().values("PEAR") == {"pkg_min_ver": "1.0"}
    assert _file().values("other") == {}


def test_a_value_changes_on_its_line_and_comments_stay() -> None:
    changed = _file().set("MariaDB", "dsm_min_ver", "6.0-7321")
    assert changed.to_bytes() == FILE.replace(b"5.0-4300", b"6.0-7321")
    assert _file().set("PEAR", "pkg_min_ver", "1.0").to_bytes() == FILE


def test_a_new_value_goes_below_the_others_of_its_section() -> None:
    changed = _file().set("MariaDB", "os_min_ver", "7.2-64570")
    assert changed.to_bytes() == FILE.replace(b"; since then\r\n", b"; since then\r\nos_min_ver=7.2-64570\r\n")
    assert changed.set("MariaDB", "os_min_ver", "").to_bytes() == FILE


def test_a_new_package_goes_to_the_end() -> None:
    changed = _file().set("PHP8.2", "pkg_min_ver", "8.2")
    assert changed.to_bytes() == FILE + b"[PHP8.2]\r\npkg_min_ver=8.2\r\n"
    assert DependencyFile().add("A").to_bytes() == b"[A]\n"
    assert DependencyFile.parse(b"[A]").set("A", "pkg_min_ver", "1").to_bytes() == b"[A]\npkg_min_ver=1\n"


def test_removing_a_package_leaves_the_comments_of_the_next() -> None:
    left = b"; needed for the pages\r\n\r\n; a comment of PEAR\r\n[ PEAR ]\r\npkg_min_ver = 1.0\r\nodd line\r\n"
    assert _file().remove("MariaDB").to_bytes() == left


def test_a_package_gets_another_name() -> None:
    assert _file().rename("PEAR", "PHP8.2").to_bytes() == FILE.replace(b"[ PEAR ]", b"[ PHP8.2 ]")
    with pytest.raises(UsageError):
        _file().rename("PEAR", "MariaDB")
    with pytest.raises(UsageError):
        _file().rename("PEAR", "a]b")
    with pytest.raises(UsageError):
        _file().set("PEAR", "pkg_min_ver", "1 ; 2")


def test_a_section_given_twice_is_one_package() -> None:
    file = DependencyFile.parse(b"[A]\npkg_min_ver=1\n[B]\n[A]\npkg_min_ver=2\n")
    assert file.packages() == ("A", "B")
    assert file.values("A") == {"pkg_min_ver": "2"}
    assert file.remove("A").to_bytes() == b"[B]\n"
    assert file.set("A", "pkg_min_ver", "").to_bytes() == b"[A]\n[B]\n[A]\n"


def test_keys_go_by_the_dsm_versions() -> None:
    old = keys_for(DsmVersion(6, 0), DsmVersion(7, 1, build=42661))
    new = keys_for(DsmVersion(7, 2, build=64570), DsmVersion(7, 3, build=81168))
    assert old == ("pkg_min_ver", "pkg_max_ver", "dsm_min_ver", "dsm_max_ver")
    assert new == ("pkg_min_ver", "pkg_max_ver", "os_min_ver", "os_max_ver")
    assert keys_for(DsmVersion(3, 1), DsmVersion(4, 0)) == ()
    assert set(table("pkg_deps")["columns"]) == set(table("pkg_deps")["keys"])


@pytest.mark.parametrize(
    ("key", "value", "fits"),
    [
        ("pkg_min_ver", "1.0-3", True),
        ("pkg_min_ver", "1.0b", False),
        ("dsm_min_ver", "5.0-4300", True),
        ("os_max_ver", "seven", False),
        ("os_max_ver", "", True),
        ("own_key", "anything", True),
    ],
)
def test_values_fit_their_keys(key: str, value: str, fits: bool) -> None:
    assert (key_problem(key, value) == "") == fits
