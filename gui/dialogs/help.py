"""The help window: the pages of resources/help, and the shortcuts as the command registry has them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QListWidget, QSplitter, QTextBrowser, QWidget

from gui.dialogs.base import BaseDialog
from gui.qt.forms import GRID, make_button
from gui.qt.i18n import tr
from gui.services.commands import CommandRegistry
from spkcore.base.reference import resources_folder

_PAGES = (
    "quick-start",
    "info",
    "scripts",
    "wizards",
    "conf",
    "payload",
    "pictures",
    "capture",
    "migration",
    "package-folder",
)
_LIST_WIDTH = 28 * GRID


class HelpDialog(BaseDialog):
    """Pages on the left, text on the right; it may stay open beside the work. Esc closes it."""

    def __init__(self, commands: CommandRegistry, parent: QWidget | None = None) -> None:
        super().__init__(tr("Help"), parent)
        self.setModal(False)
        self.resize(110 * GRID, 80 * GRID)
        self._texts = [_page(name) for name in _PAGES] + [shortcuts_page(commands)]
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Pages"))
        self.list.addItems([_heading(text) for text in self._texts])
        self.text = QTextBrowser()
        self.text.setAccessibleName(tr("Text of the page"))
        self.text.setOpenExternalLinks(False)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.addWidget(self.list)
        halves.addWidget(self.text)
        halves.setStretchFactor(1, 1)
        halves.setSizes([_LIST_WIDTH, 3 * _LIST_WIDTH])
        self.body.addWidget(halves, 1)
        close = self.add_button(make_button(tr("Close"), "primary"), default=True)
        close.clicked.connect(self.accept)
        self.list.currentRowChanged.connect(self._on_row_changed)
        self.list.setCurrentRow(0)
        self.list.setFocus()

    @Slot(int)
    def _on_row_changed(self, row: int) -> None:
        self.text.setMarkdown(self._texts[row])


def shortcuts_page(commands: CommandRegistry) -> str:
    """All commands that have a shortcut, as Markdown."""
    rows = [
        (command.plain_text, ", ".join(f"**{shortcut}**" for shortcut in command.shortcuts), command.tip)
        for command in commands.commands()
        if command.shortcuts
    ]
    return _table(tr("Shortcuts"), (tr("Command"), tr("Keys"), tr("What it does")), rows)


def _table(title: str, head: tuple[str, str, str], rows: Iterable[tuple[str, str, str]]) -> str:
    lines = [f"# {title}", "", f"| {' | '.join(head)} |", "|---|---|---|"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _page(name: str) -> str:
    return (resources_folder() / "help" / f"{name}.md").read_text(encoding="utf-8")


def _heading(text: str) -> str:
    return text.splitlines()[0].removeprefix("# ")
