"""The one place outside gui/app where the QApplication is looked up, for signals that only it has."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication


def running_application() -> QGuiApplication:
    """The application. Raises `RuntimeError` before there is one."""
    application = QGuiApplication.instance()
    if not isinstance(application, QGuiApplication):
        raise RuntimeError("there is no QGuiApplication yet")  # noqa: TRY004 - the application is no argument
    return application
