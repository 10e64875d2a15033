"""The help window: the pages of resources/help, and the shortcuts as the command registry has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QListWidget, QSplitter, QTextBrowser, QWidget

from gui.dialogs.base import BaseDialog
from gui.qt.forms import GRID, make_button
from gui.qt.i18n import tr
from gui.services.commands import CommandRegistry
from spkcore.base.reference import resources_folder
from spkcore.package.parts import Part, PartKind

QUICK_START, CAPTURE = "quick-start", "capture"
_PAGES = (
    QUICK_START,
    "templates",
    "overview",
    "info",
    "pictures",
    "scripts",
    "wizards",
    "conf",
    "desktop",
    "payload",
    "notes",
    "finding",
    CAPTURE,
    "migration",
    "package-folder",
)
_OF_KIND: Mapping[PartKind, str] = {
    PartKind.OVERVIEW: "overview",
    PartKind.INFO: "info",
    PartKind.ICON: "pictures",
    PartKind.SCREENSHOT: "pictures",
    PartKind.SCRIPT: "scripts",
    PartKind.WIZARD: "wizards",
    PartKind.WIZARD_SCRIPT: "wizards",
    PartKind.PRIVILEGE: "conf",
    PartKind.RESOURCE: "conf",
    PartKind.CONF: "info",
    PartKind.DESKTOP: "desktop",
    PartKind.STRINGS: "desktop",
    PartKind.PAYLOAD: "payload",
    PartKind.TEXT: "notes",
}
_LIST_WIDTH = 28 * GRID


class HelpDialog(BaseDialog):
    """Pages on the left, text on the right; it may stay open beside the work. Esc closes it."""

    def __init__(self, commands: CommandRegistry, page: str = QUICK_START, parent: QWidget | None = None) -> None:
        super().__init__(tr("Help"), parent)
        self.setModal(False)
        self.resize_within_screen(QSize(110 * GRID, 80 * GRID))
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
        self.show_page(page)
        self.list.setFocus()

    def show_page(self, page: str) -> None:
        """Show the page of this name."""
        self.list.setCurrentRow(_PAGES.index(page))

    @Slot(int)
    def _on_row_changed(self, row: int) -> None:
        self.text.setMarkdown(self._texts[row])


def page_of(part: Part) -> str:
    """The page about the editor of a part."""
    return _OF_KIND.get(part.kind, QUICK_START)


def shortcuts_page(commands: CommandRegistry) -> str:
    """All commands that have a shortcut, then the keys of the editors, as Markdown."""
    rows = [
        (command.plain_text, ", ".join(f"**{shortcut}**" for shortcut in command.shortcuts), command.tip)
        for command in commands.commands()
        if command.shortcuts
    ]
    table = _table(tr("Shortcuts"), (tr("Command"), tr("Keys"), tr("What it does")), rows)
    return f"{table}\n\n{_page('keys')}"


def _table(title: str, head: tuple[str, str, str], rows: Iterable[tuple[str, str, str]]) -> str:
    lines = [f"# {title}", "", f"| {' | '.join(head)} |", "|---|---|---|"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _page(name: str) -> str:
    return (resources_folder() / "help" / f"{name}.md").read_text(encoding="utf-8")


def _heading(text: str) -> str:
    return text.splitlines()[0].removeprefix("# ")
