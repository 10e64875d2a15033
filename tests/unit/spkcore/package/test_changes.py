"""Changes can be undone exactly, redone, composed, and keep hard links whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.base.errors import UsageError
from spkcore.package import changes
from spkcore.package.changes import Change, Edit
from spkcore.package.entries import Attributes, BytesContent, Entry, Kind, file_entry

FOLDER = Entry(Kind.DIRECTORY)


def link(target: str) -> Entry:
    return Entry(Kind.HARDLINK, target=target)


def applied(entries: dict[str, Entry], change: Change) -> dict[str, Entry]:
    result = dict(entries)
    changes.apply(result, change)
    return result


def data(entries: dict[str, Entry], path: str) -> bytes:
    """The bytes of `path`, as tar would unpack them."""
    entry = entries[path]
    for _ in entries:
        if entry.kind is Kind.HARDLINK:
            entry = entries[entry.target]
    assert entry.content is not None
    return entry.content.read()


def assert_sane(entries: dict[str, Entry]) -> None:
    """Every parent is a folder, every hard link leads to a file."""
    for path, entry in entries.items():
        parent = path.rpartition("/")[0]
        assert not parent or entries[parent].kind is Kind.DIRECTORY, path
        if entry.kind is Kind.HARDLINK:
            assert isinstance(data(entries, path), bytes)


START = {
    "INFO": file_entry(b"info"),
    "package": FOLDER,
    "package/a": file_entry(b"A"),
    "package/d": FOLDER,
    "package/d/b": Entry(
        Kind.FILE, Attributes(0o100755, 5, pax=(("mtime", "5.5"), ("z", "1"))), BytesContent(b"B"), "", 3
    ),
    "package/d/hard": link("package/a"),
    "package/hard": link("package/d/b"),
    "package/soft": Entry(Kind.SYMLINK, target="a"),
}

names = st.sampled_from(
    ["package/a", "package/d", "package/d/b", "package/d/hard", "package/hard", "package/soft", "INFO"]
)
new_names = st.sampled_from(["package/n", "package/d/n", "package/n/m", "package/a", "package/a/x", "x"])
some_entries = st.sampled_from([file_entry(b"new"), FOLDER, Entry(Kind.SYMLINK, target="q"), link("INFO")])
operations = st.one_of(
    st.tuples(st.just("set"), names | new_names, st.binary(max_size=3)),
    st.tuples(st.just("put"), names | new_names, some_entries),
    st.tuples(st.just("remove"), names, names),
    st.tuples(st.just("rename"), names | new_names, new_names),
    st.tuples(st.just("mode"), names, st.integers(0, 0o7777)),
)


def build(entries: dict[str, Entry], operation: tuple[str, str, Any]) -> Change:
    makers: dict[str, Callable[[str, Any], Change]] = {
        "set": lambda path, value: changes.set_content(entries, path, value),
        "put": lambda path, value: changes.put(entries, {path: value}),
        "remove": lambda path, value: changes.remove(entries, [path, str(value)]),
        "rename": lambda path, value: changes.rename(entries, path, str(value)),
        "mode": lambda path, value: changes.set_mode(entries, [path] if path in entries else [], int(str(value))),
    }
    kind, path, value = operation
    return makers[kind](path, value)


@settings(max_examples=100, deadline=None)
@given(st.lists(operations, max_size=8))
def test_any_list_of_changes_is_undone_redone_and_composed_exactly(steps: list[tuple[str, str, object]]) -> None:
    states = [dict(START)]
    done: list[Change] = []
    for step in steps:
        try:
            change = build(states[-1], step)
        except UsageError:
            continue
        done.append(change)
        states.append(applied(states[-1], change))
        assert_sane(states[-1])
    current = states[-1]
    for change, before in zip(reversed(done), reversed(states[:-1]), strict=True):
        current = applied(current, change.inverse())
        assert current == before
    for change in done:
        current = applied(current, change)
    assert current == states[-1]
    whole = Change(())
    for change in done:
        whole = whole.then(change)
    assert applied(START, whole) == states[-1]
    assert applied(states[-1], whole.inverse()) == START
    assert applied(START, changes.difference(START, states[-1])) == states[-1]


def test_new_content_keeps_mode_and_owner_but_not_the_time() -> None:
    after = applied(START, changes.set_content(START, "package/d/b", b"new"))["package/d/b"]
    assert after.attributes == Attributes(0o100755, None, pax=(("z", "1"),))
    assert after.position == 3


def test_editing_a_hard_link_makes_it_a_file_of_its_own() -> None:
    after = applied(START, changes.set_content(START, "package/hard", b"mine"))
    assert after["package/hard"].kind is Kind.FILE
    assert data(after, "package/d/b") == b"B"


def test_links_follow_the_edited_target() -> None:
    after = applied(START, changes.set_content(START, "package/d/b", b"new"))
    assert data(after, "package/hard") == b"new"


def test_removing_the_target_leaves_the_bytes_to_the_first_link() -> None:
    entries = {**START, "package/z": Entry(Kind.HARDLINK, target="package/a", position=1)}
    after = applied(entries, changes.remove(entries, ["package/a"]))
    assert after["package/z"] == Entry(Kind.FILE, content=BytesContent(b"A"), position=1)
    assert after["package/d/hard"].target == "package/z"


def test_a_chain_of_links_survives_without_its_middle() -> None:
    entries = {**START, "package/end": link("package/d/hard")}
    after = applied(entries, changes.remove(entries, ["package/d/hard"]))
    assert after["package/end"] == link("package/a")


def test_a_target_that_becomes_a_folder_leaves_its_bytes() -> None:
    after = applied(START, changes.put(START, {"package/a": FOLDER}))
    assert data(after, "package/d/hard") == b"A"


def test_links_follow_a_renamed_target_inside_and_outside_the_moved_folder() -> None:
    entries = {**START, "package/d/inner": link("package/d/b")}
    after = applied(entries, changes.rename(entries, "package/d", "package/e"))
    assert after["package/hard"].target == "package/e/b"
    assert after["package/e/inner"].target == "package/e/b"
    assert after["package/e/hard"].target == "package/a"
    assert "package/d/b" not in after


def test_a_renamed_entry_loses_its_place_in_the_archive() -> None:
    entries = {"a": Entry(Kind.FILE, content=BytesContent(b""), position=7, archive_name="./a")}
    assert applied(entries, changes.rename(entries, "a", "b")) == {"b": Entry(Kind.FILE, content=BytesContent(b""))}


@pytest.mark.parametrize(
    "new", ["INFO", "", "/x", "a//b", "a/../b", "./a", "a/", "package/d/b/x", "package/a/x", "a\0b"]
)
def test_unusable_names_are_refused(new: str) -> None:
    with pytest.raises(UsageError):
        changes.rename(START, "package/d/b", new)


def test_a_folder_does_not_move_into_itself() -> None:
    with pytest.raises(UsageError, match="into itself"):
        changes.rename(START, "package/d", "package/d/e")


def test_a_missing_file_cannot_be_renamed() -> None:
    with pytest.raises(UsageError, match="no such file"):
        changes.rename(START, "package/gone", "package/x")


def test_two_files_do_not_move_to_one_name() -> None:
    with pytest.raises(UsageError, match="same name"):
        changes.rename_all(START, {"INFO": "x", "package/a": "x"})


def test_a_folder_gets_no_bytes_and_a_file_no_children() -> None:
    with pytest.raises(UsageError):
        changes.set_content(START, "package", b"")
    with pytest.raises(UsageError):
        changes.set_content(START, "INFO/x", b"")
    with pytest.raises(UsageError):
        changes.put(START, {"package/soft/x": file_entry(b"")})


def test_a_folder_replaced_by_a_file_loses_what_is_below_it() -> None:
    after = applied(START, changes.put(START, {"package/d": file_entry(b"flat")}))
    assert not [path for path in after if path.startswith("package/d/")]
    assert data(after, "package/hard") == b"B"


def test_missing_folders_are_made_and_named_ones_keep_their_attributes() -> None:
    bin_folder = Entry(Kind.DIRECTORY, Attributes(0o700))
    change = changes.put({}, {"package/bin/x": file_entry(b""), "package/bin": bin_folder})
    assert applied({}, change) == {"package": FOLDER, "package/bin": bin_folder, "package/bin/x": file_entry(b"")}


def test_permissions_leave_type_bits_alone() -> None:
    after = applied(START, changes.set_mode(START, ["package/d/b", "INFO"], 0o640))
    assert after["package/d/b"].attributes is not None
    assert after["package/d/b"].attributes.mode == 0o100640
    assert after["INFO"].attributes == Attributes(0o640)


def test_composition_keeps_the_first_before_and_the_last_place() -> None:
    first = Change((Edit("a", None, FOLDER),), "typing", "a")
    second = Change((Edit("a", FOLDER, None),), "typing", "")
    both = first.then(second)
    assert both.is_empty
    assert (both.merge_key, both.place) == ("typing", "a")
    assert both.paths == {"a"}
