"""Results that were ready at the very moment when nobody wanted them any more: they take nobody's place."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from gui.editors.payload.facts import PayloadFacts
from gui.qt.tasks import TaskRunner
from gui.services import explaining as explaining_module
from gui.services.document import Document
from gui.services.explaining import Explaining
from gui.services.validation import Validation
from spkcore.base.errors import UsageError
from spkcore.base.tasks import TaskContext, quiet
from spkcore.package.changes import put
from spkcore.package.entries import file_entry
from spkcore.package.templates import create_package, find_template
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier

pytestmark = pytest.mark.gui


@pytest.fixture
def document(tmp_path: Path, qtbot: QtBot) -> Document:
    package = create_package(find_template("minimal-dsm7"), {}, tmp_path / "package", quiet())
    return Document(package, FakeClock())


@pytest.fixture
def tasks(document: Document, qtbot: QtBot) -> Iterator[TaskRunner]:
    runner = TaskRunner(document)
    yield runner
    for timer in document.findChildren(QTimer):
        timer.stop()
    runner.cancel_all()
    runner.wait()


def test_a_log_that_cannot_be_read_does_not_stop_an_explanation(
    document: Document, tasks: TaskRunner, notifier: FakeNotifier, tmp_path: Path, qtbot: QtBot
) -> None:
    goes_on = threading.Event()

    def occupy(_context: TaskContext) -> None:
        goes_on.wait()

    explaining = Explaining(tasks, notifier, document)
    heard: list[object] = []
    explaining.explained.connect(heard.append)
    tasks.start(explaining_module.LANE, "Another one", occupy)
    explaining.read_log(tmp_path / "gone.log")
    explaining.ask("error code: 263", "", None)
    qtbot.waitUntil(lambda: explaining._task is not None)
    goes_on.set()
    qtbot.waitUntil(lambda: bool(heard))
    assert len(notifier.errors) == 1


def test_a_check_that_fails_late_gives_up_nobody_who_waits_for_the_newer_one(
    document: Document, tasks: TaskRunner, notifier: FakeNotifier, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise UsageError("It went wrong")

    validation = Validation(document, tasks, notifier, document)
    with monkeypatch.context() as patch:
        patch.setattr("gui.services.validation._check", broken)
        validation.check_now()
    assert tasks.wait()  # the worker is through, and its word is on its way
    document.push(put(document.entries, {"LICENSE": file_entry(b"mine\n")}), "Edit")
    heard: list[bool] = []
    validation.when_fresh(lambda: heard.append(validation.is_fresh))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [True]
    assert notifier.errors == []


def test_files_that_were_looked_at_before_an_edit_are_not_told_after_it(
    document: Document, tasks: TaskRunner, qtbot: QtBot
) -> None:
    class Context:
        def __init__(self) -> None:
            self.tasks = tasks

    facts = PayloadFacts(document, Context(), document)  # type: ignore[arg-type]  # all that it wants of the context
    told: list[set[str]] = []
    facts.roles_changed.connect(lambda: told.append(set(facts.roles)))
    facts._look()
    assert tasks.wait()
    document.push(put(document.entries, {"package/new": file_entry(b"#!/bin/sh\n")}), "Add")
    facts._look()
    qtbot.waitUntil(lambda: bool(told))
    assert "package/new" in told[0]
