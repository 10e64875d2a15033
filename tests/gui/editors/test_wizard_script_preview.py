"""Trial runs of script-made wizards: agreeing, running in a real shell or on the NAS, seeing what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.editors.wizard.runningview import ScriptPreview
from gui.nas.engine import Connection
from gui.services.document import Document
from spkcore.base.tasks import TaskContext
from spkcore.nas.errors import ConnectionLostError
from spkcore.package.changes import set_content
from spkcore.package.entries import file_entry
from spkcore.package.project import Package
from spkcore.package.shells import find_shells
from spkcore.package.wizardscript import Output, Trial
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import click, press, type_text
from tests.gui.nas.fakes import FakeEngine

PATH = "WIZARD_UIFILES/install_uifile.sh"
SCRIPT = b"""#!/bin/sh
echo "language: $SYNOPKG_DSM_LANGUAGE, mine: $MINE"
sed "s/@NAME@/$SYNOPKG_PKGNAME/" "$(dirname "$0")/pages" >"$SYNOPKG_TEMP_LOGFILE"
"""
PAGES = b"""[{"step_title": "Welcome to @NAME@", "items": [
  {"type": "textfield", "subitems": [{"key": "wizard_x", "desc": "X", "defaultValue": "1"}]}]}]"""

pytestmark = pytest.mark.skipif(not find_shells(), reason="no shell is here")
Opened = Callable[..., ScriptPreview]


class FarRuns:
    """Stands in for the NAS: notes what is run there."""

    def __init__(self) -> None:
        self.trials: list[Trial] = []
        self.failure: Exception | None = None

    def __call__(self, connection: Connection, trial: Trial, context: TaskContext) -> Output:
        self.trials.append(trial)
        if self.failure is not None:
            raise self.failure
        return Output('[{"step_title": "From the NAS", "items": []}]', "there\n", 0)


@pytest.fixture
def far() -> FarRuns:
    return FarRuns()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def document(tmp_path: Path) -> Document:
    entries = {
        "INFO": file_entry(b'package="attic"\nversion="1.0-1"\n'),
        PATH: file_entry(SCRIPT),
        "WIZARD_UIFILES/pages": file_entry(PAGES),
    }
    return Document(Package.from_entries(tmp_path / "attic", entries), FakeClock())


@pytest.fixture
def opened(qtbot: QtBot, document: Document, context: AppContext, far: FarRuns, engine: FakeEngine) -> Iterator[Opened]:
    """Opens the trial run in a window of its own, and waits until the shells of this PC are known."""
    kept: list[ScriptPreview] = []

    def open_one(script: bytes = SCRIPT) -> ScriptPreview:
        document.push(set_content(document.entries, PATH, script), "Edit")
        widget = ScriptPreview(PATH, document, context, engine=engine, run_there=far)
        kept.append(widget)
        qtbot.addWidget(widget)
        widget.resize(800, 900)
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()
        qtbot.waitUntil(lambda: widget.place.count() > 0, timeout=10_000)
        return widget

    yield open_one
    for widget in kept:
        widget.hide()
    context.tasks.wait()


def run(widget: ScriptPreview, qtbot: QtBot) -> Output:
    """Press Run and wait for the end."""
    with qtbot.waitSignal(widget.ran, timeout=15_000) as caught:
        click(widget.button)
    output = caught.args[0] if caught.args else None
    assert isinstance(output, Output)
    qtbot.waitUntil(lambda: not widget.is_running)
    return output


def log_in(widget: ScriptPreview) -> None:
    """Fill in the dialog that asks for the NAS."""
    dialog = widget.door.dialog
    assert dialog is not None
    dialog.form.address.setText("nas")
    dialog.form.user.setText("jane")
    dialog.form.password.setText("secret")
    dialog.form.submitted.emit()


def test_nothing_runs_before_one_agreed(opened: Opened, notifier: FakeNotifier, document: Document) -> None:
    widget = opened()
    assert "your rights" in widget.warning.text()

    click(widget.button)

    assert "your rights" in notifier.questions[0].text
    assert not widget.is_running
    notifier.answer("cancel")
    assert not widget.is_running


def test_a_run_shows_pages_output_and_variables(
    opened: Opened, notifier: FakeNotifier, qtbot: QtBot, document: Document
) -> None:
    widget = opened()
    notifier.answers.append("run")

    output = run(widget, qtbot)

    assert output.exit_code == 0
    assert widget.preview.dialog.headline.text() == "Welcome to attic"
    assert widget.tabs.currentWidget() is widget.preview
    assert widget.preview.variables.texts()[0][:2] == ("wizard_x", "1")
    assert "language: enu" in widget.log.toPlainText()
    assert widget.banner.message == "The script wrote its pages."
    assert not document.folder.exists()
    run(widget, qtbot)
    assert len(notifier.questions) == 1


def test_other_values_for_the_variables(opened: Opened, notifier: FakeNotifier, qtbot: QtBot) -> None:
    notifier.answers.append("run")
    widget = opened()
    widget.tabs.setCurrentWidget(widget.environment)
    table = widget.environment.table
    row = next(row for row in range(table.rowCount()) if _text(widget, row, 0) == "SYNOPKG_PKGNAME")
    table.setFocus()
    table.setCurrentCell(row, 1)
    _retype(widget, "loft", qtbot)
    click(widget.environment.add)
    _type(widget, "MINE", qtbot)
    table.setCurrentCell(table.rowCount() - 1, 1)
    _retype(widget, "yes", qtbot)

    run(widget, qtbot)

    assert widget.preview.dialog.headline.text() == "Welcome to loft"
    assert "mine: yes" in widget.log.toPlainText()
    press(table, Qt.Key.Key_Delete)
    assert "MINE" not in widget.environment.values()
    click(widget.environment.reset)
    assert widget.environment.values()["SYNOPKG_PKGNAME"] == "attic"


def _text(widget: ScriptPreview, row: int, column: int) -> str:
    item = widget.environment.table.item(row, column)
    return item.text() if item is not None else ""


def _retype(widget: ScriptPreview, text: str, qtbot: QtBot) -> None:
    table = widget.environment.table
    table.edit(table.currentIndex())
    _type(widget, text, qtbot)


def _type(widget: ScriptPreview, text: str, qtbot: QtBot) -> None:
    line = widget.environment.table.findChildren(QLineEdit)[-1]
    line.selectAll()
    type_text(line, text)
    press(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not widget.environment.table.findChildren(QLineEdit))


def test_a_failing_script_shows_what_it_said(opened: Opened, notifier: FakeNotifier, qtbot: QtBot) -> None:
    notifier.answers.append("run")
    widget = opened(b"#!/bin/sh\necho 'no such thing' >&2\nexit 7\n")

    run(widget, qtbot)

    assert widget.banner.message == "The script failed with exit code 7."
    assert widget.tabs.currentWidget() is widget.log
    assert "no such thing" in widget.log.toPlainText()


def test_pages_that_cannot_be_read(opened: Opened, notifier: FakeNotifier, qtbot: QtBot) -> None:
    notifier.answers.append("run")
    widget = opened(b'#!/bin/sh\necho \'[{"step_title": }]\' >"$SYNOPKG_TEMP_LOGFILE"\n')

    run(widget, qtbot)

    assert widget.banner.message.startswith("The pages cannot be read. Line 1")


def test_a_script_that_writes_nothing(opened: Opened, notifier: FakeNotifier, qtbot: QtBot) -> None:
    notifier.answers.append("run")
    widget = opened(b"#!/bin/sh\nexit 0\n")

    run(widget, qtbot)

    assert "no pages" in widget.banner.message
    assert widget.preview.empty.isVisible()


def test_stopping(opened: Opened, notifier: FakeNotifier, qtbot: QtBot) -> None:
    notifier.answers.append("run")
    widget = opened(b"#!/bin/sh\nsleep 60\n")
    click(widget.button)
    assert widget.is_running
    assert widget.stop.isVisible()
    assert not widget.button.isEnabled()

    click(widget.stop)

    qtbot.waitUntil(lambda: not widget.is_running, timeout=10_000)
    assert widget.button.isEnabled()
    assert not widget.stop.isVisible()


def test_a_script_for_another_program_is_refused_on_the_pc(
    opened: Opened, notifier: FakeNotifier, qtbot: QtBot
) -> None:
    notifier.answers.append("run")
    widget = opened(b"#!/usr/bin/php\n<?php\n")

    click(widget.button)
    qtbot.waitUntil(lambda: bool(widget.banner.message), timeout=10_000)

    assert "/usr/bin/php" in widget.banner.message


def test_a_change_after_the_run_is_said(
    opened: Opened, notifier: FakeNotifier, qtbot: QtBot, document: Document
) -> None:
    notifier.answers.append("run")
    widget = opened()
    run(widget, qtbot)

    document.push(set_content(document.entries, "WIZARD_UIFILES/pages", b"[]"), "Edit")

    assert "changed since" in widget.banner.message
    buttons = [child for child in widget.banner.findChildren(QWidget) if getattr(child, "text", str)() == "Run again"]
    with qtbot.waitSignal(widget.ran, timeout=10_000):
        click(buttons[0])
    qtbot.waitUntil(lambda: not widget.is_running)


def test_on_the_nas_with_one_login_for_several_runs(
    opened: Opened, notifier: FakeNotifier, qtbot: QtBot, far: FarRuns, engine: FakeEngine, context: AppContext
) -> None:
    widget = opened()
    widget.place.setCurrentIndex(widget.place.count() - 1)
    assert "not as root" in widget.warning.text()
    notifier.answers.append("run")

    click(widget.button)
    assert "NAS" in notifier.questions[0].title
    with qtbot.waitSignal(widget.ran, timeout=10_000):
        log_in(widget)
    qtbot.waitUntil(lambda: not widget.is_running)

    assert widget.preview.dialog.headline.text() == "From the NAS"
    assert far.trials[0].environment["SYNOPKG_PKGNAME"] == "attic"
    assert "jane@nas" in widget.warning.text()
    run(widget, qtbot)
    assert engine.attempts == 1
    widget.hide()
    assert engine.connections[0].closed.wait(10)


def test_a_lost_connection_is_told_and_asked_for_again(
    opened: Opened, notifier: FakeNotifier, qtbot: QtBot, far: FarRuns, engine: FakeEngine
) -> None:
    widget = opened()
    widget.place.setCurrentIndex(widget.place.count() - 1)
    notifier.answers.append("run")
    far.failure = ConnectionLostError("jane@nas")
    click(widget.button)
    log_in(widget)

    qtbot.waitUntil(lambda: bool(widget.banner.message), timeout=10_000)

    assert widget.door.connection is None
    assert engine.connections[0].closed.wait(10)
    qtbot.waitUntil(lambda: not widget.is_running)


def test_hiding_during_a_run_hangs_up_after_it(
    opened: Opened, notifier: FakeNotifier, qtbot: QtBot, engine: FakeEngine, far: FarRuns
) -> None:
    widget = opened()
    may_end = threading.Event()
    original = far.__call__

    def slow(connection: Connection, trial: Trial, context: TaskContext) -> Output:
        may_end.wait(10)
        return original(connection, trial, context)

    widget._run_there = slow
    widget.place.setCurrentIndex(widget.place.count() - 1)
    notifier.answers.append("run")
    click(widget.button)
    log_in(widget)
    qtbot.waitUntil(lambda: widget.is_running, timeout=10_000)

    widget.hide()
    assert not engine.connections[0].closed.is_set()
    may_end.set()

    qtbot.waitUntil(engine.connections[0].closed.is_set, timeout=10_000)


def test_who_closes_the_dialog_of_the_nas_runs_nothing(
    opened: Opened, notifier: FakeNotifier, qtbot: QtBot, far: FarRuns
) -> None:
    widget = opened()
    widget.place.setCurrentIndex(widget.place.count() - 1)
    notifier.answers.append("run")
    click(widget.button)
    dialog = widget.door.dialog
    assert dialog is not None

    press(dialog, Qt.Key.Key_Escape)

    qtbot.waitUntil(lambda: widget.door.dialog is None)
    assert not widget.is_running
    assert not far.trials
    click(widget.button)
    again = widget.door.dialog
    assert again is not None
    press(again, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: widget.door.dialog is None)


def test_everything_has_a_name(opened: Opened) -> None:
    widget = opened()
    for index in range(widget.tabs.count()):
        widget.tabs.setCurrentIndex(index)
        for child in widget.findChildren(QWidget):
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible():
                assert child.accessibleName() or getattr(child, "text", str)(), child
