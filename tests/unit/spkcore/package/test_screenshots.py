"""Tests of screenshots: their order, and what arranging, adding and removing does to the files."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.package import screenshots
from spkcore.package.changes import apply
from spkcore.package.entries import Attributes, Entry, Kind, file_entry


def package(*names: str) -> dict[str, Entry]:
    return {"INFO": file_entry(b"")} | {name: file_entry(name.encode()) for name in names}


def contents(entries: dict[str, Entry]) -> dict[str, bytes]:
    return {path: entry.content.read() for path, entry in entries.items() if entry.content and path != "INFO"}


def test_the_order_is_that_of_the_numbers() -> None:
    entries = package("screen_10.png", "screen_2.jpg", "Screen_1.PNG", "screen_x.png", "screen.png", "screen_3.txt")
    entries["screen_4.png"] = Entry(Kind.DIRECTORY)
    entries["package/screen_5.png"] = file_entry(b"")
    assert screenshots.list_screenshots(entries) == ["Screen_1.PNG", "screen_2.jpg", "screen_10.png", "screen_x.png"]


def test_arranging_renames_and_keeps_formats_attributes_and_archive_places() -> None:
    entries = package("screen_1.png", "screen_2.jpg")
    owned = Attributes(0o640, uname="jane")
    entries["screen_1.png"] = replace(entries["screen_1.png"], attributes=owned, position=3)
    apply(entries, screenshots.arrange(entries, ["screen_2.jpg", "screen_1.png"]))
    assert contents(entries) == {"screen_1.jpg": b"screen_2.jpg", "screen_2.png": b"screen_1.png"}
    assert entries["screen_2.png"].attributes == owned


def test_swapping_two_of_one_format_changes_both_in_their_archive_places() -> None:
    entries = package("screen_1.png", "screen_2.png")
    entries = {path: replace(entry, position=at) for at, (path, entry) in enumerate(entries.items())}
    change = screenshots.arrange(entries, ["screen_2.png", "screen_1.png"])
    before = dict(entries)
    apply(entries, change)
    assert contents(entries) == {"screen_1.png": b"screen_2.png", "screen_2.png": b"screen_1.png"}
    assert [entries[path].position for path in ("screen_1.png", "screen_2.png")] == [1, 2]
    apply(entries, change.inverse())
    assert entries == before


def test_removing_closes_the_gap() -> None:
    entries = package("screen_1.png", "screen_2.png", "screen_3.png")
    apply(entries, screenshots.arrange(entries, ["screen_1.png", "screen_3.png"]))
    assert contents(entries) == {"screen_1.png": b"screen_1.png", "screen_2.png": b"screen_3.png"}


def test_adding_in_the_middle_and_to_nothing() -> None:
    entries = package("screen_1.png", "screen_2.png")
    apply(entries, screenshots.insert(entries, [(".jpg", b"new"), (".png", b"newer")], 1))
    assert contents(entries) == {
        "screen_1.png": b"screen_1.png",
        "screen_2.jpg": b"new",
        "screen_3.png": b"newer",
        "screen_4.png": b"screen_2.png",
    }
    empty = package()
    change = screenshots.insert(empty, [(".png", b"only")], 0)
    assert change.place == screenshots.FIRST
    apply(empty, change)
    assert contents(empty) == {"screen_1.png": b"only"}


def test_a_hard_link_follows_its_screenshot() -> None:
    entries = package("screen_1.png", "screen_2.png")
    entries["screen_3.png"] = Entry(Kind.HARDLINK, target="screen_1.png")
    apply(entries, screenshots.arrange(entries, ["screen_2.png", "screen_1.png", "screen_3.png"]))
    assert entries["screen_3.png"].target == "screen_2.png"


def test_a_hard_link_to_a_removed_screenshot_gets_its_bytes() -> None:
    entries = package("screen_1.png")
    entries["screen_2.png"] = Entry(Kind.HARDLINK, target="screen_1.png")
    apply(entries, screenshots.arrange(entries, ["screen_2.png"]))
    assert contents(entries) == {"screen_1.png": b"screen_1.png"}


@settings(max_examples=60)
@given(st.permutations(range(1, 7)))
def test_any_order_can_be_made_and_taken_back(order: list[int]) -> None:
    entries = package(*(f"screen_{number}.{'jpg' if number % 2 else 'png'}" for number in range(1, 7)))
    paths = screenshots.list_screenshots(entries)
    before = dict(entries)
    change = screenshots.arrange(entries, [paths[number - 1] for number in order])
    apply(entries, change)
    now = [contents(entries)[path].decode() for path in screenshots.list_screenshots(entries)]
    assert now == [paths[number - 1] for number in order]
    apply(entries, change.inverse())
    assert entries == before
