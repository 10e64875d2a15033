"""Shared by the tests of the editors: an open package with real content, and the services around it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.app.bootstrap import Ports, build_context
from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.icons.view import IconsEditor
from gui.editors.info.view import InfoEditor
from gui.editors.registry import create_editor
from gui.editors.wizard.view import WizardEditor
from gui.services.document import Document
from spkcore.package.entries import Attributes, BytesContent, Entry, Kind, file_entry
from spkcore.package.parts import part_of, read_info
from spkcore.package.project import Package
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.gui.editors.wizarddesk import PATH as WIZARD_PATH
from tests.gui.editors.wizardpages import Shown, show_wizard

INFO = b"""# made by hand
package="attic"
version="1.2.0-0003"
displayname="Attic"
displayname_ger="Dachboden"
description="Keeps the attic tidy."
arch="noarch"
maintainer="Jane Doe"
os_min_ver="7.0-40000"
dsmuidir="ui"
odd_key="kept"
"""
WIZARD = b"""[{
  "step_title": "Where",
  "items": [{"type": "textfield", "desc": "Folder", "subitems": [{"key": "wizard_folder", "desc": "Name"}]}]
}]
"""
CONFIG = b'{".url": {"com.example.Attic": {"title": "Attic", "icon": "images/attic_{0}.png", "type": "url"}}}'


@pytest.fixture
def context(qapp: QApplication, tmp_path: Path, notifier: FakeNotifier, clock: FakeClock) -> Iterator[AppContext]:
    made = build_context(qapp, tmp_path / "home", Ports(notifier, FakeSecrets(), clock))
    made.theme.apply("light")
    yield made
    made.tasks.cancel_all()
    made.tasks.wait()
    made.settings.flush()
    made.theme.deleteLater()


def picture(size: int, color: str = "#3080d0", format_name: str = "PNG") -> bytes:
    """A plain square picture."""
    stream = io.BytesIO()
    Image.new("RGB", (size, size), color).save(stream, format_name)
    return stream.getvalue()


def sample_entries() -> dict[str, Entry]:
    """A small but whole package."""
    owned = Attributes(0o750, mtime=1_600_000_000, uname="attic", gname="users")
    return {
        "INFO": file_entry(INFO),
        "LICENSE": file_entry(b"Do what you like.\n"),
        "PACKAGE_ICON.PNG": file_entry(picture(64)),
        "scripts": Entry(Kind.DIRECTORY),
        "scripts/postinst": file_entry(b"#!/bin/sh\r\necho hello\r\nexit 0\r\n"),
        "WIZARD_UIFILES": Entry(Kind.DIRECTORY),
        "WIZARD_UIFILES/install_uifile": file_entry(WIZARD),
        "conf": Entry(Kind.DIRECTORY),
        "conf/privilege": file_entry(b'{"defaults": {"run-as": "package"}}'),
        "package": Entry(Kind.DIRECTORY),
        "package/bin": Entry(Kind.DIRECTORY),
        "package/bin/attic": Entry(Kind.FILE, owned, BytesContent(b"#!/bin/sh\necho attic\n")),
        "package/bin/att": Entry(Kind.SYMLINK, owned, target="attic"),
        "package/share": Entry(Kind.DIRECTORY),
        "package/share/data.bin": file_entry(bytes(range(256)) * 40),
        "package/ui": Entry(Kind.DIRECTORY),
        "package/ui/config": file_entry(CONFIG),
    }


@pytest.fixture
def document(qapp: QApplication, tmp_path: Path, clock: FakeClock) -> Document:
    return Document(Package.from_entries(tmp_path / "attic", sample_entries()), clock)


Opener = Callable[[str], Editor]


@pytest.fixture
def opened(qtbot: QtBot, document: Document, context: AppContext) -> Opener:
    """Opens the editor of a part and shows it in a window of its own."""

    kept: list[Editor] = []

    def open_part(path: str) -> Editor:
        editor = create_editor(part_of(path, read_info(document.entries)), document, context)
        kept.append(editor)
        qtbot.addWidget(editor)
        editor.resize(1000, 700)
        with qtbot.waitActive(editor):
            editor.show()
            editor.activateWindow()
        return editor

    return open_part


@pytest.fixture
def info_editor(opened: Opener, qtbot: QtBot) -> InfoEditor:
    """The editor of INFO, once all rows of its form are made."""
    made = opened("INFO")
    assert isinstance(made, InfoEditor)
    qtbot.waitUntil(lambda: made.form.has_row("odd_key"))
    return made


@pytest.fixture
def icons_editor(opened: Opener) -> IconsEditor:
    made = opened("PACKAGE_ICON.PNG")
    assert isinstance(made, IconsEditor)
    return made


@pytest.fixture
def wizard_editor(opened: Opener) -> Iterator[WizardEditor]:
    made = opened(WIZARD_PATH)
    assert isinstance(made, WizardEditor)
    yield made
    made.context.tasks.wait()


@pytest.fixture
def shown(qtbot: QtBot, context: AppContext) -> Shown:
    """Shows the preview of a wizard."""
    return partial(show_wizard, qtbot, context)


class _Shown(QObject):
    """Sees what is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.names.append(type(watched).__name__)
        return False


@pytest.fixture
def windows_shown(qapp: QApplication) -> Iterator[list[str]]:
    """The classes of all windows that are shown from now on, also for a moment only."""
    watch = _Shown()
    qapp.installEventFilter(watch)
    yield watch.names
    qapp.removeEventFilter(watch)
