"""Reports say what is needed of the computer, and keep quiet about the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from gui.app.facts import redacted, system_facts


def test_a_report_names_versions_and_screens(qapp: QApplication) -> None:
    assert isinstance(qapp, QGuiApplication)
    facts = system_facts(qapp)

    assert facts["Qt"].startswith("6.")
    assert "dpi" in facts["Screens"]
    assert facts["System"]


@pytest.mark.parametrize(
    "text",
    [
        "login(password='hunter2')",
        'settings {"nas_password": "hunter2"}',
        "passwort: hunter2",
        "GET https://jane:hunter2@nas.example/",
        "https://dl.example/p.spk?token=hunter2&x=1",
        "Authorization: Bearer hunter2",
        "api_key=hunter2",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nhunter2",
    ],
)
def test_secrets_are_removed(text: str) -> None:
    assert "hunter2" not in redacted(text)


def test_the_folder_of_the_user_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/jane doe"))

    assert redacted('File "/home/jane doe/x/y.py", line 3') == 'File "~/x/y.py", line 3'


def test_the_folder_of_a_windows_user_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Home:
        def __str__(self) -> str:
            return r"C:\Users\Jane"

    monkeypatch.setattr(Path, "home", Home)
    text = r"File C:\Users\Jane\x.py and 'C:\\Users\\Jane\\x.py' and C:/Users/Jane/x.py"

    assert redacted(text) == r"File ~\x.py and '~\\x.py' and ~/x.py"


def test_an_ordinary_traceback_stays_whole() -> None:
    text = "Traceback:\n  File \"x.py\", line 3, in f\n    raise KeyError(name)\nKeyError: 'version'"

    assert redacted(text) == text
