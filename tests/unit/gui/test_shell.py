"""Showing a file in its folder."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath
from typing import cast

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from gui.services.shell import explorer_command, show_in_folder


def test_explorer_gets_the_path_in_quotes_of_its_own() -> None:
    path = cast("Path", PureWindowsPath("C:\\Über, uns\\a b.spk"))

    assert explorer_command(path) == 'explorer.exe /select,"C:\\Über, uns\\a b.spk"'


@pytest.mark.parametrize("is_there", [True, False])
def test_elsewhere_the_folder_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    if is_there:
        (tmp_path / "a.spk").write_bytes(b"")
    show_in_folder(tmp_path / "a.spk")

    assert opened == [QUrl.fromLocalFile(str(tmp_path))]
