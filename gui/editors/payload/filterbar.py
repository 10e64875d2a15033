"""The line above the payload tree: what is searched for, in names or in texts, and which kinds of files are shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from gui.models.payloadtree import Wanted
from gui.qt.forms import GRID, ToolButton, column, fill, make_label, row
from gui.qt.i18n import tr
from gui.widgets.flow import FlowLayout
from gui.widgets.valueedits import CalmCombo
from spkcore.package.entries import Entry, Kind
from spkcore.package.executables import Role

LARGE = 1 << 20
"""Bytes from which a file counts as large."""
_PAUSE = 300
"""Milliseconds without typing before texts are searched."""
_ROLES = {"programs": Role.PROGRAM, "libraries": Role.LIBRARY, "scripts": Role.SCRIPT}


@dataclass(slots=True)
class Known:
    """What the filters look at; `problems` are the paths that have some, `holds` those that hold the searched text."""

    roles: Mapping[str, Role] = field(default_factory=dict)
    changed: Collection[str] = frozenset()
    problems: Collection[str] = frozenset()
    holds: Collection[str] | None = None


class FilterBar(QWidget):
    """`changed` says that something else is wanted; `needle` and `wanted` say what."""

    changed = Signal()
    text_wanted = Signal(str)
    """Find the files that hold this text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLineEdit()
        self.where = CalmCombo()
        self.chips: dict[str, QToolButton] = {}
        self.note = make_label("", "small")
        self.note.hide()
        self.known = Known()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._on_rest)
        self._set_up()

    @property
    def is_in_texts(self) -> bool:
        """Whether texts of files are searched instead of names."""
        return str(self.where.currentData()) == "texts"

    @property
    def needle(self) -> str:
        """What the paths must hold."""
        return "" if self.is_in_texts else self.text.text()

    def wanted(self) -> Wanted | None:
        """What the chips and the search in texts let through; None for everything."""
        tests = [test for name, test in self._tests().items() if self.chips[name].isChecked()]
        holds = self.known.holds if self.is_in_texts and self.text.text() else None
        if not tests and holds is None:
            return None

        def wanted(path: str, entry: Entry) -> bool:
            return (holds is None or path in holds) and (not tests or any(test(path, entry) for test in tests))

        return wanted

    def depends_on(self, *names: str) -> bool:
        """Whether one of these chips is pressed."""
        return any(self.chips[name].isChecked() for name in names)

    def clear(self) -> None:
        """Show everything."""
        for chip in self.chips.values():
            chip.setChecked(False)
        self.text.clear()
        self.changed.emit()

    def show_note(self, text: str) -> None:
        """Say how much is found, or that there is nothing."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def show_found(self, paths: Collection[str]) -> None:
        """These files hold the text."""
        self.known.holds = paths
        self.changed.emit()

    def _tests(self) -> dict[str, Callable[[str, Entry], bool]]:
        known = self.known

        def of_role(role: Role) -> Callable[[str, Entry], bool]:
            return lambda path, _entry: known.roles.get(path) is role

        return {name: of_role(role) for name, role in _ROLES.items()} | {
            "links": lambda _path, entry: entry.kind in {Kind.SYMLINK, Kind.HARDLINK},
            "large": lambda _path, entry: entry.size >= LARGE,
            "changed": lambda path, _entry: path in known.changed,
            "problems": lambda path, _entry: path in known.problems,
        }

    def _set_up(self) -> None:
        self.text.setPlaceholderText(tr("Filter by name"))
        self.text.setAccessibleName(tr("Filter the files"))
        self.text.setClearButtonEnabled(True)
        self.text.setAcceptDrops(False)
        self.text.textChanged.connect(self._on_text_changed)
        self.where.addItem(tr("in names"), "names")
        self.where.addItem(tr("in texts"), "texts")
        self.where.setAccessibleName(tr("Where to search"))
        self.where.currentIndexChanged.connect(self._on_where_changed)
        texts = {
            "programs": (tr("Programs"), tr("Compiled programs")),
            "libraries": (tr("Libraries"), tr("Compiled libraries")),
            "scripts": (tr("Scripts"), tr("Files that start with #!")),
            "links": (tr("Links"), tr("Symbolic and hard links")),
            "large": (tr("Large"), tr("Files of 1 MB and more")),
            "changed": (tr("Changed"), tr("Changed since the package was saved")),
            "problems": (tr("Problems"), tr("Files that the check found something in")),
        }
        chips = QWidget()
        flow = FlowLayout(chips, spacing=GRID // 2)
        for name, (text, tip) in texts.items():
            flow.addWidget(self._chip(name, text, tip))
        self._search = row(spacing=GRID)
        self._search.addWidget(self.text, 1)
        fill(self._search, self.where)
        lines = column(self, spacing=GRID // 2)
        fill(lines, self._search, chips, self.note)

    def add_right(self, *widgets: QWidget) -> None:
        """Put something at the right end of the line."""
        fill(self._search, *widgets)

    def _chip(self, name: str, text: str, tip: str) -> QToolButton:
        chip = ToolButton()
        chip.setText(text)
        chip.setToolTip(tip)
        chip.setAccessibleName(tip)
        chip.setCheckable(True)
        chip.setProperty("look", "toggle")
        chip.toggled.connect(self._on_chip_toggled)
        self.chips[name] = chip
        return chip

    @Slot()
    def _on_chip_toggled(self) -> None:
        self.changed.emit()

    @Slot()
    def _on_text_changed(self) -> None:
        if not self.is_in_texts:
            self.changed.emit()
        elif self.text.text():
            self._timer.start()
        else:
            self._forget_search()

    @Slot()
    def _on_where_changed(self) -> None:
        hint = tr("Search in text files") if self.is_in_texts else tr("Filter by name")
        self.text.setPlaceholderText(hint)
        if self.is_in_texts and self.text.text():
            self._timer.start(0)
        else:
            self._forget_search()

    def _forget_search(self) -> None:
        self._timer.stop()
        self.known.holds = None
        self.changed.emit()

    @Slot()
    def _on_rest(self) -> None:
        self.show_note(tr("Searching…"))
        self.text_wanted.emit(self.text.text())
