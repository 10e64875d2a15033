"""Checking while one edits: a quick look first, shellcheck's findings after it, and choices kept in the folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from gui.qt.tasks import TaskRunner
from gui.services.document import Document
from gui.services.validation import Outcome, Validation
from spkcore.base.tasks import quiet
from spkcore.checks import shellcheck
from spkcore.checks.overrides import CheckSettings, Override, read_settings, settings_path
from spkcore.checks.rulebook import Profile
from spkcore.package.changes import set_content
from spkcore.package.templates import create_package, find_template
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier

pytestmark = pytest.mark.gui

LOOP = b'#!/bin/sh\nfor name in $(ls *.%s); do echo "$name"; done\nexit 0\n'


@pytest.fixture
def document(tmp_path: Path, qtbot: QtBot) -> Document:
    package = create_package(find_template("minimal-dsm7"), {}, tmp_path / "package", quiet())
    return Document(package, FakeClock())


@pytest.fixture
def notifier() -> FakeNotifier:
    return FakeNotifier()


@pytest.fixture
def validation(document: Document, notifier: FakeNotifier, tasks: TaskRunner) -> Validation:
    return Validation(document, tasks, notifier, document)


@pytest.fixture
def tasks(document: Document, qtbot: QtBot) -> Iterator[TaskRunner]:
    runner = TaskRunner(document)
    yield runner
    for timer in document.findChildren(QTimer):
        timer.stop()
    runner.cancel_all()
    runner.wait()


def rules_of(validation: Validation) -> set[str]:
    return {problem.rule for problem in validation.problems}


@pytest.mark.skipif(not shellcheck.available(), reason="shellcheck is not installed")
def test_a_quick_look_comes_before_shellcheck_and_keeps_what_it_said(
    validation: Validation, document: Document, qtbot: QtBot
) -> None:
    seen: list[tuple[bool, bool]] = []
    validation.problems_changed.connect(
        lambda: seen.append((_outcome(validation).is_whole, "S020" in rules_of(validation)))
    )
    document.push(set_content(document.entries, "scripts/preinst", LOOP % b"one"), "Edit")
    validation.check_now()
    qtbot.waitUntil(lambda: _outcome(validation).is_whole and "S020" in rules_of(validation), timeout=60_000)
    seen.clear()
    document.push(set_content(document.entries, "scripts/preinst", LOOP % b"two" + b"\n"), "Edit")
    validation.check_now()
    qtbot.waitUntil(lambda: validation.is_fresh and _outcome(validation).is_whole, timeout=60_000)
    assert all(has_finding for _, has_finding in seen)
    assert "S020" in rules_of(validation)


def test_choices_are_kept_in_the_folder_and_count_at_once(
    validation: Validation, document: Document, tasks: TaskRunner, qtbot: QtBot
) -> None:
    document.push(set_content(document.entries, "scripts/preinst", b"#!/bin/sh\r\nexit 0\r\n"), "Edit")
    validation.check_now()
    qtbot.waitUntil(lambda: "S003" in rules_of(validation), timeout=60_000)
    settings = CheckSettings(Profile.DSM).with_override(Override("S003", "On purpose."))
    validation.set_settings(settings)
    qtbot.waitUntil(lambda: "S003" not in rules_of(validation) and bool(validation.accepted), timeout=60_000)
    qtbot.waitUntil(lambda: settings_path(document.folder).exists(), timeout=60_000)
    assert read_settings(document.folder) == settings


def test_settings_that_cannot_be_understood_are_told_and_left_alone(
    document: Document, tasks: TaskRunner, notifier: FakeNotifier, qtbot: QtBot
) -> None:
    settings_path(document.folder).parent.mkdir(exist_ok=True)
    settings_path(document.folder).write_text("{", encoding="utf-8")
    validation = Validation(document, tasks, notifier, document)
    assert "settings" in str(notifier.errors[0])
    validation.set_settings(CheckSettings(Profile.SPKREPO))
    qtbot.waitUntil(lambda: validation.is_fresh, timeout=60_000)
    assert settings_path(document.folder).read_text(encoding="utf-8") == "{"
    assert "until the package is closed" in notifier.informed[-1]
    settings_path(document.folder).unlink()
    validation.set_settings(CheckSettings(Profile.DSM))
    qtbot.waitUntil(lambda: settings_path(document.folder).is_file(), timeout=60_000)
    assert read_settings(document.folder).profile is Profile.DSM


def test_a_verdict_for_other_choices_is_not_taken_for_the_one_for_these(validation: Validation, qtbot: QtBot) -> None:
    validation.check_now()
    qtbot.waitUntil(lambda: validation.is_fresh, timeout=60_000)
    validation.set_settings(CheckSettings(dsm="6.2"))
    assert not validation.is_fresh
    seen: list[list[str]] = []
    validation.when_fresh(lambda: seen.append([item.dsm for item in validation.verdicts]))
    qtbot.waitUntil(lambda: bool(seen), timeout=60_000)
    assert seen == [["6.2"]]


def test_the_first_result_is_told_also_when_nothing_is_wrong(
    validation: Validation, qtbot: QtBot, document: Document
) -> None:
    assert not validation.has_result
    with qtbot.waitSignal(validation.problems_changed, timeout=60_000):
        validation.check_now()
    assert validation.has_result


def test_a_verdict_is_waited_for(validation: Validation, document: Document, qtbot: QtBot) -> None:
    calls: list[int] = []
    validation.when_fresh(lambda: calls.append(len(validation.verdicts)))
    qtbot.waitUntil(lambda: bool(calls), timeout=60_000)
    assert calls == [6]
    validation.when_fresh(lambda: calls.append(0))
    assert calls == [6, 0]


def _outcome(validation: Validation) -> Outcome:
    return validation._outcome
