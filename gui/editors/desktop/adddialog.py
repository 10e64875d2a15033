"""Begins a desktop entry: what it opens, its title, and where that is."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLabel, QLineEdit, QRadioButton, QWidget

from gui.dialogs.base import BaseDialog
from gui.editors.desktop.presenter import DesktopPart
from gui.qt.forms import GRID, column, fill, make_button, make_label
from gui.qt.i18n import tr
from gui.widgets.valueedits import CalmCombo
from spkcore.package.desktopedit import Wish, recipes, wish_problem

_WIDTH = 76 * GRID


class AddEntryDialog(BaseDialog):
    """One way is chosen, and only what it needs is asked for."""

    def __init__(self, part: DesktopPart, parent: QWidget | None) -> None:
        super().__init__(tr("Add a desktop entry"), parent, heading=tr("What should the icon open?"))
        self._part = part
        self.setMinimumWidth(_WIDTH)
        self.ways: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.title = _line(tr("Title"), tr("What people see under the icon"))
        self.address = _line(tr("Address"), tr("https://example.org, or :8080/path for a page of the NAS"))
        self.protocol = CalmCombo()
        self.protocol.setAccessibleName(tr("Protocol"))
        self.protocol.addItems(["http", "https"])
        self.port = _line(tr("Port"), "8080")
        self.path = _line(tr("Path"), "/")
        self.path.setText("/")
        self.note = make_label("", "warning", wrap=True)
        self.error = make_label("", "error", wrap=True)
        self._rows: dict[str, tuple[QLabel, QWidget]] = {}
        self._lay_out()
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.add = self.add_button(make_button(tr("Add"), "primary"), default=True)
        self.add.clicked.connect(self._on_add)
        self._group.buttonToggled.connect(self._on_changed)
        for field in (self.title, self.address, self.port, self.path):
            field.textChanged.connect(self._on_changed)
        self.ways["address"].setChecked(True)
        self.title.setFocus()

    def wish(self) -> Wish:
        """What was said so far."""
        chosen = next(name for name, button in self.ways.items() if button.isChecked())
        return Wish(
            chosen,
            self.title.text(),
            self.address.text(),
            self.protocol.currentText(),
            self.port.text().strip(),
            self.path.text().strip(),
        )

    @Slot()
    def _on_changed(self) -> None:
        wish = self.wish()
        chosen = next(recipe for recipe in recipes() if recipe.id == wish.recipe)
        for name, widgets in self._rows.items():
            for widget in widgets:
                widget.setVisible(name in chosen.asks)
        self.note.setText(chosen.note)
        self.note.setVisible(bool(chosen.note))
        self.error.hide()
        self.add.setEnabled(bool(wish.title.strip()))
        self.fit_height()

    @Slot()
    def _on_add(self) -> None:
        wish = self.wish()
        problem = wish_problem(wish) or self._part.add(wish)
        if problem:
            self.error.setText(problem)
            self.error.show()
            self.fit_height()
        else:
            self.accept()

    def _lay_out(self) -> None:
        for recipe in recipes():
            button = QRadioButton(recipe.title)
            button.setAccessibleDescription(recipe.does)
            self._group.addButton(button)
            self.ways[recipe.id] = button
            does = make_label(recipe.does, "muted", wrap=True)
            does.setContentsMargins(3 * GRID, 0, 0, 0)
            box = column(spacing=2)
            fill(box, button, does)
            self.body.addLayout(box)
        grid = QGridLayout()
        grid.setContentsMargins(0, GRID, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        fields: tuple[tuple[str, str, QWidget], ...] = (
            ("", tr("&Title"), self.title),
            ("address", tr("&Address"), self.address),
            ("protocol", tr("P&rotocol"), self.protocol),
            ("port", tr("&Port"), self.port),
            ("path", tr("Pat&h"), self.path),
        )
        for at, (name, text, field) in enumerate(fields):
            caption = QLabel(text)
            caption.setBuddy(field)
            grid.addWidget(caption, at, 0)
            grid.addWidget(field, at, 1)
            if name:
                self._rows[name] = (caption, field)
        self.body.addLayout(grid)
        fill(self.body, self.note, self.error)
        self.error.hide()


def _line(name: str, example: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(example)
    return field
