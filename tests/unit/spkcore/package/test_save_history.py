"""Saving after any history of edits, undos and saves: the disk holds what the package says."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spkcore.base.errors import UsageError
from spkcore.base.tasks import quiet
from spkcore.package import changes
from spkcore.package.changes import Change
from spkcore.package.entries import Entry, Kind
from spkcore.package.project import Package, open_package
from tests.unit.spkcore.package.test_save import do, save

from .conftest import contents, write_tree

PATHS = [
    "INFO",
    "package/a",
    "package/A",
    "package/d",
    "package/d/b",
    "package/d/c:",
    "package/e",
    "package/d/h",
    "x/y",
]
STEPS = st.one_of(
    st.tuples(st.just("set"), st.sampled_from(PATHS), st.binary(max_size=2)),
    st.tuples(st.just("rename"), st.sampled_from(PATHS), st.sampled_from(PATHS)),
    st.tuples(st.just("copy"), st.sampled_from(PATHS), st.sampled_from(PATHS)),
    st.tuples(st.just("remove"), st.sampled_from(PATHS), st.just("")),
    st.tuples(st.just("folder"), st.sampled_from(PATHS), st.just("")),
    st.tuples(st.just("hard"), st.sampled_from(PATHS), st.sampled_from(PATHS)),
    st.tuples(st.just("soft"), st.sampled_from(PATHS), st.sampled_from(["a", "d/b", "/x"])),
    st.tuples(st.just("undo"), st.just(""), st.just("")),
    st.tuples(st.just("save"), st.just(""), st.just("")),
)


def change_for(package: Package, kind: str, path: str, value: object) -> Change:
    entries = package.entries
    if kind == "set":
        assert isinstance(value, bytes)
        return changes.set_content(entries, path, value)
    if kind == "rename":
        return changes.rename(entries, path, str(value))
    if kind == "remove":
        return changes.remove(entries, [path])
    made = {
        "folder": Entry(Kind.DIRECTORY),
        "hard": Entry(Kind.HARDLINK, target=str(value)),
        "soft": Entry(Kind.SYMLINK, target=str(value)),
    }
    if kind == "copy":
        source = entries.get(path)
        if source is None or source.kind is not Kind.FILE:
            raise UsageError("nothing to copy")
        return changes.put(entries, {str(value): source})
    return changes.put(entries, {path: made[kind]})


def as_seen(package: Package) -> dict[str, object]:
    """What anybody can see of a package, without where the bytes are."""
    files = contents(package)
    return {path: (entry.kind, entry.target, files.get(path)) for path, entry in package.entries.items()}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=12))
def test_after_any_history_the_disk_holds_what_the_package_says(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, object]]
) -> None:
    folder = write_tree(tmp_path_factory.mktemp("any") / "p", {"INFO": b"i", "package/a": b"a", "package/d/b": b"b"})
    package = open_package(folder, quiet())
    start = as_seen(package)
    done: list[Change] = []
    for kind, path, value in [*steps, ("save", "", "")]:
        if kind == "save":
            save(package)
            assert as_seen(open_package(folder, quiet())) == as_seen(package)
        elif kind == "undo":
            if done:
                package.apply(done.pop().inverse())
        else:
            try:
                done.append(do(package, change_for(package, kind, path, value)))
            except UsageError:
                continue
    for change in reversed(done):
        package.apply(change.inverse())
    assert as_seen(package) == start
    save(package)
    assert as_seen(open_package(folder, quiet())) == start
