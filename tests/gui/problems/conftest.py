"""For the tests of the problems panel: a package with mistakes that people make, and what one does with the panel."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.services.document import Document
from gui.windows.problempanel import ProblemPanel
from spkcore.checks.engine import Problem
from spkcore.package.changes import set_content
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import Opened, activate

ROOT = b'{\n  "defaults": {"run-as": "root"}\n}\n'
SCRIPT = "scripts/postinst"


@pytest.fixture
def panel(program: Program, qtbot: QtBot, open_package: Opened, sample: Path) -> ProblemPanel:
    """The panel of a package with a script of Windows, a key with a typing error, and a privilege file for root."""
    document = open_package(sample)
    edit(document, SCRIPT, document.content(SCRIPT).replace(b"\n", b"\r\n"))
    edit(document, "INFO", document.content("INFO") + b'maintainer_ulr="https://example.org"\n')
    edit(document, "conf/privilege", ROOT)
    program.window.set_panel_open(is_open=True)
    activate(program, qtbot)
    found = program.window.panel.problems
    wait_until_checked(program, qtbot)
    assert {"S003", "I025", "P003"} <= {row.problem.rule for row in found.model.rows}
    return found


def edit(document: Document, path: str, data: bytes) -> None:
    document.push(set_content(document.entries, path, data), f"Edit {path}")


def wait_until_checked(program: Program, qtbot: QtBot) -> None:
    current = program.workbench.current
    assert current is not None
    qtbot.waitUntil(lambda: current.validation.is_fresh, timeout=20_000)


def run(program: Program, command: str) -> None:
    program.context.commands.action(command).trigger()


def choose(panel: ProblemPanel, rule: str) -> Problem:
    """Click on the first row of this rule."""
    at = next(at for at, row in enumerate(panel.model.rows) if row.problem.rule == rule)
    panel.table.scrollTo(panel.model.index(at, 0))
    place = panel.table.visualRect(panel.model.index(at, 0)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel.current is not None
    assert panel.current.problem.rule == rule
    return panel.current.problem


def shown_rules(panel: ProblemPanel) -> list[str]:
    return [row.problem.rule for row in panel.model.rows]


def document_of(program: Program) -> Document:
    assert program.workbench.document is not None
    return program.workbench.document


def dialog_of(program: Program, qtbot: QtBot, kind: type[QWidget]) -> QWidget:
    def found() -> list[QWidget]:
        return [item for item in program.window.findChildren(QWidget) if isinstance(item, kind) and item.isVisible()]

    qtbot.waitUntil(lambda: bool(found()), timeout=20_000)
    return found()[-1]


def notes(program: Program) -> str:
    notifier = program.context.notifier
    assert isinstance(notifier, FakeNotifier)
    return "\n".join(notifier.informed)
