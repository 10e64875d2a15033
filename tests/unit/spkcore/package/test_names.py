"""Names on disk are safe for Windows, never collide, and lead back to the true ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkcore.base.files import is_windows_safe
from spkcore.package.names import DiskNames, collision_key


@pytest.mark.parametrize(
    ("paths", "disk"),
    [
        (["package/a"], ["package/a"]),
        (["package/a:b/c?"], ["package/a%3Ab/c%3F"]),
        (["package/README.txt", "package/readme.TXT"], ["package/README.txt", "package/readme~2.TXT"]),
        (["package/Lib/x", "package/lib/x"], ["package/Lib/x", "package/lib~2/x"]),
        (["package/x~2", "package/X", "package/x"], ["package/x~2", "package/X", "package/x~3"]),
        (["package/a%3Ab", "package/a:b"], ["package/a%3Ab", "package/a%3Ab~2"]),
        ([".spkcreator/x", "package/.spkcreator"], ["%2Espkcreator/x", "package/.spkcreator"]),
        ([".hidden", ".HIDDEN"], [".hidden", ".HIDDEN~2"]),
    ],
)
def test_names_that_windows_cannot_hold_get_others(paths: list[str], disk: list[str]) -> None:
    names = DiskNames()
    assert [names.claim(path) for path in paths] == disk
    assert [names.claim(path) for path in paths] == disk


names = st.text(alphabet=st.sampled_from("aAbB:.~2%ß"), min_size=1, max_size=4).filter(lambda name: name.strip("."))


@given(st.lists(st.lists(names, min_size=1, max_size=3).map("/".join), max_size=12, unique=True))
def test_no_two_entries_share_a_file_and_the_way_back_is_clear(paths: list[str]) -> None:
    disk_names = DiskNames()
    disk = {path: disk_names.claim(path) for path in paths}
    assert len({collision_key(place) for place in disk.values()}) == len(paths)
    true_names = disk_names.true_names()
    for path, place in disk.items():
        found = ""
        for part in place.split("/"):
            assert is_windows_safe(part)
            name = true_names.get(found, {}).get(part, part)
            found = f"{found}/{name}" if found else name
        assert found == path


def test_a_forgotten_name_is_free_again() -> None:
    disk_names = DiskNames(claimed=["Foo"])
    disk_names.forget("Foo")
    assert disk_names.claim("foo") == "foo"
    disk_names.forget("unknown")


def test_existing_names_stay_as_they_are_found() -> None:
    disk_names = DiskNames(claimed=["package", "package/Lib", "package/lib", "package/a:b"])
    assert disk_names.claim("package/lib/new") == "package/lib/new"
    assert disk_names.claim("package/a:b") == "package/a:b"
    disk_names.note_existing("package/c:d")
    assert disk_names.claim("package/c:d") == "package/c:d"


def test_very_long_names_are_shortened_and_stay_apart() -> None:
    disk_names = DiskNames()
    places = [disk_names.claim(f"package/{'ä' * 150}{end}") for end in "xy"]
    assert len(set(places)) == 2
    assert all(len(place.rpartition("/")[2].encode()) <= 200 for place in places)


def test_a_copy_is_independent() -> None:
    disk_names = DiskNames(claimed=["a"])
    disk_names.copy().claim("A")
    assert disk_names.claim("A") == "A~2"
    assert dict(disk_names.differing) == {"A": "A~2"}
