"""The window in large letters on a small screen: one thing at a time, and all of it whole and within reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from docs.screenshots.sample import Sample
from docs.screenshots.stage import Looks, Stage
from gui.editors.payload.view import PayloadEditor
from gui.editors.scripts.view import ScriptEditor
from gui.editors.wizard.scriptview import WizardScriptEditor
from tests.gui.conftest import click, end, type_text
from tests.gui.test_small_screen import POINTS, QuickStage, squeezed

pytestmark = pytest.mark.gui
WINDOW = QSize(900, 600)
WINDOWS = {
    "desktop": ("strings",),
    "editors": ("icons",),
    "main_window": ("welcome",),
    "overview": ("changelog", "license"),
    "payload": ("payload-map",),
    "pictures": ("screenshots",),
    "scripts": ("script-variables", "script-missing"),
}


@pytest.fixture
def stage(qapp: QApplication, tmp_path: Path) -> Iterator[Stage]:
    made = QuickStage(tmp_path, tmp_path / "home", Looks("light", points=POINTS))
    made.window.resize(WINDOW)
    yield made
    end(made.program)


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in WINDOWS.items() for name in names])
def test_nothing_is_squeezed(stage: Stage, qtbot: QtBot, module: str, name: str) -> None:
    import_module(f"docs.screenshots.{module}").SHOTS[name](stage)
    stage.window.resize(WINDOW)

    def is_faultless() -> None:
        assert stage.window.size() == WINDOW
        assert squeezed(stage.window) == []

    qtbot.waitUntil(is_faultless, timeout=10_000)


def seen(*widgets: QWidget | None) -> list[bool]:
    return [widget is not None and widget.isVisible() for widget in widgets]


def grow(stage: Stage, qtbot: QtBot, until: Callable[[], bool]) -> None:
    stage.context.theme.apply("light", 9)
    stage.window.resize(1400, 900)
    qtbot.waitUntil(until)


def test_a_script_and_what_is_beside_it_take_turns(stage: Stage, qtbot: QtBot) -> None:
    editor = stage.open_editor(ScriptEditor, part="scripts/postinst")
    assert seen(editor.pane, editor.side) == [True, False]
    click(editor.side_button)
    assert seen(editor.pane, editor.side) == [False, True]
    bar = editor.side.tabs.tabBar()
    assert all(bar.rect().contains(bar.tabRect(at)) for at in range(bar.count()))
    editor.side.variables.insert_wanted.emit("SYNOPKG_PKGVAR")
    assert seen(editor.pane, editor.side) == [True, False]
    assert editor.pane.editor.text().startswith('"$SYNOPKG_PKGVAR"#!')
    assert not editor.side_button.isChecked()
    grow(stage, qtbot, lambda: seen(editor.pane, editor.side) == [True, True])
    assert editor.side_button.isChecked()


def test_a_problem_brings_the_script_back(stage: Stage) -> None:
    editor = stage.open_editor(ScriptEditor, part="scripts/postinst")
    click(editor.side_button)
    stage.page.show_place("scripts/postinst", line=3, column=1)
    assert seen(editor.pane, editor.side) == [True, False]
    assert editor.pane.editor.caret()[0] == 3


def test_what_a_small_window_hides_is_told_beside_the_script(stage: Stage) -> None:
    editor = stage.open_editor(ScriptEditor, part="scripts/postinst")
    assert seen(*editor._more) == [False, False]
    click(editor.side_button)
    assert seen(*editor._more) == [True, True]


def test_a_script_of_pages_and_its_trial_take_turns(stage: Stage, qtbot: QtBot) -> None:
    path = "WIZARD_UIFILES/install_uifile"
    stage.open_sample(Sample(files=((path, None), (f"{path}.sh", b"#!/bin/sh\nexit 0\n"))), part=f"{path}.sh")
    editor = stage.page.editor
    assert isinstance(editor, WizardScriptEditor)
    assert seen(editor.script, editor.preview) == [True, False]
    click(editor.show_preview)
    qtbot.waitUntil(lambda: seen(editor.script, editor.preview) == [False, True])
    editor.reveal("", 1, 1)
    assert seen(editor.script, editor.preview) == [True, False]
    grow(stage, qtbot, lambda: seen(editor.script, editor.preview) == [True, True])


def test_files_properties_and_map_take_turns(stage: Stage, qtbot: QtBot) -> None:
    editor = stage.open_editor(PayloadEditor, part="package")
    area = editor.area
    shown = editor.view, editor.properties, editor.map
    assert seen(*shown) == [True, False, False]
    click(area.properties_button)
    assert seen(*shown) == [False, True, False]
    type_text(editor.filter, "photo")
    assert seen(*shown) == [True, False, False]
    assert not area.properties_button.isChecked()
    click(area.map_button)
    assert seen(*shown) == [False, False, True]
    assert editor.map.map.tiles
    click(area.map_button)
    assert seen(*shown) == [True, False, False]
    grow(stage, qtbot, lambda: seen(*shown) == [True, True, False])


def test_signs_of_the_payload_have_names(stage: Stage, qtbot: QtBot) -> None:
    editor = stage.open_editor(PayloadEditor, part="package")
    add = editor.area._add
    assert [button.text() for button in add] == ["", ""]
    assert [button.toolTip() for button in add] == [button.accessibleName() for button in add]
    assert all(button.accessibleName() for button in add)
    grow(stage, qtbot, lambda: all(button.text() == button.accessibleName() for button in add))


def test_the_welcome_page_scrolls_downwards_only(stage: Stage, qtbot: QtBot) -> None:
    page = stage.window.welcome
    assert page.horizontalScrollBar().maximum() == 0
    assert (
        page.recent_list.mapTo(page, QPoint(0, 0)).y()
        > page.drop_zone.mapTo(page, page.drop_zone.rect().bottomLeft()).y()
    )
    page.ensureWidgetVisible(page.demo_card)
    place = QRect(page.demo_card.mapTo(page.viewport(), QPoint(0, 0)), page.demo_card.size())
    assert page.viewport().rect().contains(place)
    stage.context.theme.apply("light", 20)
    cards = list(page.template_cards.values())
    qtbot.waitUntil(lambda: len({card.x() for card in cards}) == 1)
    assert page.horizontalScrollBar().maximum() == 0
    grow(
        stage,
        qtbot,
        lambda: len({card.x() for card in cards}) == 2 and page.recent_list.mapTo(page, QPoint()).x() > 500,
    )
