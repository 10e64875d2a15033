"""Whatever is done in whichever editor: undoing all of it brings every byte back, and redoing all of it the result."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gui.editors.info.presenter import InfoPresenter
from gui.editors.json.presenter import tidy
from gui.editors.payload.presenter import PayloadPresenter
from gui.editors.text.presenter import TextPresenter
from gui.services.document import Document
from spkcore.base.errors import SpkError
from spkcore.package.entries import Entry, file_entry
from spkcore.package.ownership import set_bits
from spkcore.package.project import Package
from tests.fakes.clock import FakeClock

FILES = {
    "INFO": b'package="a"\r\nversion="1"\nodd=1\n',
    "LICENSE": b"free\r\nas air\xff\n",
    "conf/privilege": b'{"defaults":{"run-as":"package"}}',
    "package/bin/tool": b"#!/bin/sh\n",
    "package/share/a": b"a",
}
PATHS = st.sampled_from(["package/bin", "package/bin/tool", "package/share/a", "package/share", "package/x"])
NAMES = st.sampled_from(["x", "y", "bin", "a b", ""])
WORDS = st.sampled_from(["", "1", "two", "three\nlines\n", 'quote"', "é😀"])

EDITS = st.one_of(
    st.tuples(st.just("key"), st.sampled_from(["version", "odd", "arch", "description_fre"]), WORDS),
    st.tuples(st.just("text"), st.sampled_from(["LICENSE", "conf/privilege", "package/bin/tool"]), WORDS),
    st.tuples(st.just("tidy"), st.just("conf/privilege"), st.just("")),
    st.tuples(st.just("rename"), PATHS, NAMES),
    st.tuples(st.just("remove"), PATHS, st.just("")),
    st.tuples(st.just("move"), PATHS, st.sampled_from(["package", "package/share", "package/bin"])),
    st.tuples(st.just("mode"), PATHS, st.just("")),
    st.tuples(st.just("folder"), st.just("package"), st.just("")),
)


def _edit(document: Document, kind: str, target: str, value: str) -> None:
    payload = PayloadPresenter(document)
    if kind == "key":
        InfoPresenter(document).set_value(target, value, typed=True)
    elif kind == "text":
        TextPresenter(target, document).edit(value, typed=True)
    elif kind == "tidy":
        tidy(TextPresenter(target, document))
    elif kind == "rename":
        payload.rename(target, value)
    elif kind == "remove":
        payload.remove([target])
    elif kind == "move":
        payload.move([target], value)
    elif kind == "mode" and target in document.entries:
        document.push(set_bits(document.entries, [target], 0o777, 0o700), "Change mode")
    elif kind == "folder":
        payload.new_folder(target)


def _state(document: Document) -> dict[str, Entry]:
    return dict(document.entries)


@settings(max_examples=80, deadline=None)
@given(st.lists(EDITS, max_size=12))
def test_undo_brings_everything_back(edits: list[tuple[str, str, str]]) -> None:
    entries = {path: file_entry(data) for path, data in FILES.items()}
    clock = FakeClock()
    document = Document(Package.from_entries(Path("unsaved"), entries), clock)
    before = _state(document)
    for kind, target, value in edits:
        clock.advance(1)
        try:
            _edit(document, kind, target, value)
        except SpkError:
            continue
    after = _state(document)
    while document.stack.canUndo():
        document.stack.undo()
    assert _state(document) == before
    while document.stack.canRedo():
        document.stack.redo()
    assert _state(document) == after
