"""A package that is closed, and a program that ends, while something is worked out for them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Program
from gui.dialogs.base import BaseDialog
from gui.editors.payload.comparedialog import CompareDialog
from gui.editors.payload.view import PayloadEditor
from gui.windows.searchpanel import SearchPanel
from tests.gui.conftest import Opened, collect, page_of, press

MOMENTS = (0, 1, 5, 20)
"""Turns of the event loop between the start of the work and the end of the package."""


@pytest.fixture
def large(sample: Path) -> Path:
    """Enough files that work takes many turns."""
    for number in range(300):
        (sample / "package" / f"f{number:04d}").write_bytes(b"an apple a day\n" * 50)
    return sample


@pytest.fixture
def other(large: Path, tmp_path: Path) -> Path:
    """Another package with the same files."""
    return Path(shutil.copytree(large, tmp_path / "other"))


def _panel(program: Program) -> SearchPanel:
    program.handlers.searching.search()
    found = program.handlers.searching.panel
    assert found is not None
    return found


def _search(program: Program, _tmp: Path) -> None:
    panel = _panel(program)
    panel.text.setText("apple")
    press(panel.text, Qt.Key.Key_Return)


def _search_slowly(program: Program, _tmp: Path) -> None:
    panel = _panel(program)
    panel.is_regex.setChecked(True)
    panel.text.setText("(a+)+p+l+e+$")
    press(panel.text, Qt.Key.Key_Return)


def _rename(program: Program, _tmp: Path) -> None:
    program.handlers.searching.rename()


def _compare(program: Program, other: Path) -> None:
    program.context.commands.action("package.compare").trigger()
    program.window.findChildren(CompareDialog)[-1].compare_with(other)


def _replace(program: Program, other: Path) -> None:
    page = page_of(program)
    page.show_part("package")
    editor = page.editor
    assert isinstance(editor, PayloadEditor)
    editor.replace_folder("package", other / "package")


def _filter_texts(program: Program, _tmp: Path) -> None:
    page = page_of(program)
    page.show_part("package")
    editor = page.editor
    assert isinstance(editor, PayloadEditor)
    editor.facts.search("apple")


Work = Callable[[Program, Path], None]
WORK = [_search, _search_slowly, _rename, _compare, _replace, _filter_texts]


def _turns(count: int) -> None:
    for _ in range(count):
        QApplication.processEvents()


@pytest.mark.parametrize("start", WORK, ids=lambda work: work.__name__.strip("_"))
def test_the_package_is_closed_meanwhile(
    start: Work, program: Program, open_package: Opened, large: Path, other: Path, qtbot: QtBot
) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    for turns in MOMENTS:
        open_package(large)
        start(program, other)
        _turns(turns)
        for dialog in program.window.findChildren(BaseDialog):
            dialog.reject()
        program.context.commands.action("file.close").trigger()
        collect(application)
        assert program.workbench.document is None
        qtbot.waitUntil(lambda: program.context.tasks.wait(0))
        _turns(3)  # what the workers told last arrives where nobody is any more
        collect(application)
    assert program.window.isVisible()


@pytest.mark.parametrize("start", WORK, ids=lambda work: work.__name__.strip("_"))
def test_the_program_ends_meanwhile(
    start: Work, program: Program, open_package: Opened, large: Path, other: Path
) -> None:
    """The fixture takes the program down, with its dialogs open and its workers busy."""
    open_package(large)
    start(program, other)
    _turns(3)
