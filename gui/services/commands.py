"""The registry of commands: menus, toolbar and palette are all built from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence

from gui.qt.icons import IconSource


@dataclass(frozen=True, slots=True)
class Command:
    """What a command is: unique id ("package.build"), text with a mnemonic, icon name, shortcuts, one line of help."""

    id: str
    text: str
    icon: str = ""
    shortcuts: tuple[str, ...] = ()
    tip: str = ""
    in_palette: bool = True

    @property
    def plain_text(self) -> str:
        """The text without mnemonic and dots, for the palette and for tooltips."""
        return self.text.replace("&&", "\0").replace("&", "").replace("\0", "&").removesuffix("…")


class CommandRegistry(QObject):
    """Holds one QAction per command. A disabled action says in its tooltip why."""

    ran = Signal(str)
    """The id of a command that was started, from wherever."""

    def __init__(self, icons: IconSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._reasons: dict[str, str] = {}

    def add(self, command: Command, handler: Callable[[], object]) -> QAction:
        """Register `command`; `handler` is a bound method without arguments.

        Raises `ValueError` for a second command with the same id or shortcut.
        """
        self._require_new(command)
        action = QAction(command.text, self)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(shortcut) for shortcut in command.shortcuts])
        if command.icon:
            action.setIcon(self._icons.icon(command.icon))
        action.triggered.connect(_Call(self, command.id, handler).run)
        self._commands[command.id] = command
        self._actions[command.id] = action
        self._describe(command.id)
        return action

    def remove(self, command_id: str) -> None:
        """Forget a command, for a part of the window that goes away."""
        action = self._actions.pop(command_id)
        del self._commands[command_id]
        self._reasons.pop(command_id, None)
        action.deleteLater()

    def action(self, command_id: str) -> QAction:
        """The action, to be put into a menu or a toolbar."""
        return self._actions[command_id]

    def command(self, command_id: str) -> Command:
        """What was registered."""
        return self._commands[command_id]

    def commands(self) -> list[Command]:
        """All of them, in the order of registration."""
        return list(self._commands.values())

    def disable(self, command_id: str, reason: str) -> None:
        """Grey the command out; `reason` is one sentence that says why."""
        self._reasons[command_id] = reason
        self._actions[command_id].setEnabled(False)
        self._describe(command_id)

    def enable(self, command_id: str) -> None:
        """Make the command usable."""
        self._reasons.pop(command_id, None)
        self._actions[command_id].setEnabled(True)
        self._describe(command_id)

    def allow(self, command_ids: Iterable[str], allowed: bool, reason: str) -> None:
        """Enable the commands, or disable them all for the same reason."""
        for command_id in command_ids:
            if allowed:
                self.enable(command_id)
            else:
                self.disable(command_id, reason)

    def reason(self, command_id: str) -> str:
        """Why the command is disabled; empty when it is not."""
        return self._reasons.get(command_id, "")

    def set_text(self, command_id: str, text: str) -> None:
        """Change the text on the action ("Undo Change version"); the command keeps its own."""
        self._actions[command_id].setText(text)
        self._describe(command_id)

    def _describe(self, command_id: str) -> None:
        command, action = self._commands[command_id], self._actions[command_id]
        help_line = self._reasons.get(command_id) or command.tip
        name = action.text().replace("&", "").removesuffix("…")
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        heading = f"{name} ({keys})" if keys else name
        action.setToolTip(f"{heading}\n{help_line}" if help_line else heading)
        action.setStatusTip(help_line or name)

    def _require_new(self, command: Command) -> None:
        if command.id in self._commands:
            raise ValueError(f"command {command.id} exists already")
        taken = {shortcut: other.id for other in self._commands.values() for shortcut in other.shortcuts}
        for shortcut in command.shortcuts:
            if shortcut in taken:
                raise ValueError(f"{shortcut} of {command.id} belongs to {taken[shortcut]}")


class _Call(QObject):
    """Calls the handler of one action and reports that it ran. Child of the registry."""

    def __init__(self, registry: CommandRegistry, command_id: str, handler: Callable[[], object]) -> None:
        super().__init__(registry)
        self._registry = registry
        self._id = command_id
        self._handler = handler

    def run(self) -> None:
        self._registry.ran.emit(self._id)
        self._handler()
