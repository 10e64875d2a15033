"""Tests of the undo stack: it does what QUndoStack does, keeps nothing that was merged away, and dies in peace."""

from __future__ import annotations

import gc
import sys
import weakref
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QUndoCommand, QUndoStack

from gui.qt.undo import Step, UndoStack
from gui.services.document import Document
from spkcore.package.changes import Change, Edit, set_content
from spkcore.package.entries import BytesContent, file_entry
from spkcore.package.project import Package
from tests.fakes.clock import FakeClock


class Command(QUndoCommand):
    """The rival's step: what the documentation of Qt says to write."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.text)
        self.step = step

    def id(self) -> int:
        return 7 if self.step.change.merge_key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, Command) or not self.step.takes(other.step):
            return False
        change = self.step.change.then(other.step.change)
        self.step = Step(change, self.step.text, self.step.epoch)
        self.setObsolete(change.is_empty)
        return True


WORDS = tuple(file_entry(bytes([letter])) for letter in b"abc")


def write(number: int, before: int, after: int, *, key: str, epoch: int) -> Step:
    return Step(Change((Edit("INFO", WORDS[before], WORDS[after]),), key), f"Step {number}", epoch)


def seen_of(stack: QUndoStack | UndoStack) -> tuple[Any, ...]:
    return (
        stack.count(),
        stack.index(),
        stack.isClean(),
        stack.canUndo(),
        stack.canRedo(),
        stack.undoText(),
        stack.redoText(),
    )


ACTIONS = st.one_of(
    st.tuples(st.integers(0, 2), st.sampled_from(["", "typing", "typing", "other"]), st.integers(0, 1)),
    st.sampled_from(["undo", "undo", "redo", "setClean", "resetClean", "clear"]),
)


@given(st.lists(ACTIONS, max_size=30))
def test_it_does_what_qundostack_does(actions: list[Any]) -> None:
    ours, qts = UndoStack(), QUndoStack()
    told: dict[str, list[bool]] = {"ours": [], "qts": []}
    ours.clean_changed.connect(told["ours"].append)
    qts.cleanChanged.connect(told["qts"].append)
    word = 0
    for number, action in enumerate(actions):
        if isinstance(action, str):
            getattr(ours, action)()
            getattr(qts, action)()
        else:
            after, key, epoch = action
            step = write(number, word, after, key=key, epoch=epoch)
            ours.push(step)
            qts.push(Command(step))
            word = after
        assert seen_of(ours) == seen_of(qts)
    assert told["ours"] == told["qts"]


@pytest.fixture
def document() -> Document:
    return Document(Package.from_entries(Path("unsaved"), {"INFO": file_entry(b"")}), FakeClock())


def type_into(document: Document, text: bytes) -> Change:
    (edit,) = set_content(document.entries, "INFO", text).edits
    change = Change((edit,), "INFO")
    document.push(change, "Change INFO")
    return change


def test_what_was_merged_away_is_forgotten(document: Document) -> None:
    type_into(document, b"1")
    between = type_into(document, b"12").edits[0].after
    assert between is not None
    content = between.content
    assert isinstance(content, BytesContent)
    del between
    type_into(document, b"123")
    assert document.stack.count() == 1
    assert sys.getrefcount(content) == 2, "someone keeps what the text was between two keystrokes"
    document.stack.undo()
    assert document.content("INFO") == b""
    document.stack.redo()
    assert document.content("INFO") == b"123"


def test_nothing_keeps_a_document_with_steps_alive() -> None:
    """With QUndoCommands, collecting such a document now and then ended the program."""
    document = Document(Package.from_entries(Path("unsaved"), {"INFO": file_entry(b"")}), FakeClock())
    for number in range(50):
        document.push(set_content(document.entries, "INFO", b"%d" % number), "Edit")
    gone = weakref.ref(document)
    del document
    gc.collect()
    assert gone() is None
