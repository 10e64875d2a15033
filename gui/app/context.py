"""The services that every part of the window gets through its constructor; there is no other way to reach them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gui.qt.tasks import TaskRunner
from gui.qt.theme import Theme
from gui.services.commands import CommandRegistry
from gui.services.notifier import Notifier
from gui.services.recents import Recents
from gui.services.secrets import SecretStore
from gui.services.settings import Settings


@dataclass(frozen=True, slots=True)
class AppContext:
    """Built once in gui/app/bootstrap.py. `home` is the folder for the program's own files; `clock` gives monotonic
    seconds and is replaced in tests."""

    home: Path
    settings: Settings
    tasks: TaskRunner
    commands: CommandRegistry
    notifier: Notifier
    recents: Recents
    secrets: SecretStore
    theme: Theme
    clock: Callable[[], float]
