"""What an empty wizard shows: ways to begin, each with one sentence."""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from gui.editors.wizard.presenter import Starter
from gui.qt.forms import GRID, column, fill, make_label
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.cards import Card

GENERAL, INSTALL, EMPTY = "general", "install", "empty"


class StartPage(QScrollArea):
    """Cards; `chosen` carries the id of a starter, GENERAL, INSTALL or EMPTY."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, starters: Sequence[Starter], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWidgetResizable(True)
        self.cards: dict[str, Card] = {}
        inner = QWidget()
        self._lines = column(inner, margin=3 * GRID, spacing=GRID)
        fill(self._lines, make_label(tr("This wizard has no pages yet"), "heading", wrap=True))
        fill(
            self._lines, make_label(tr("Begin with one of these; everything can be changed."), "muted", wrap=True), GRID
        )
        translating = tr("To be translated; the variables stay the same.")
        self._add(GENERAL, "globe", tr("A copy of the file for all other languages"), translating)
        copying = tr("The same questions again, so that the scripts find the same variables.")
        self._add(INSTALL, "copy", tr("A copy of the install wizard"), copying)
        for starter in starters:
            self._add(starter.id, starter.icon, starter.title, starter.text)
        self._add(EMPTY, "plus", tr("An empty page"), tr("Add texts and questions yourself."))
        fill(self._lines, None)
        self.setWidget(inner)
        self.setFocusProxy(next(iter(self.cards.values())))

    def offer_copies(self, offered: Container[str]) -> None:
        """Which of GENERAL and INSTALL can be copied."""
        for key in (GENERAL, INSTALL):
            self.cards[key].setVisible(key in offered)
        usable = (card for key, card in self.cards.items() if key not in {GENERAL, INSTALL} or key in offered)
        self.setFocusProxy(next(usable))

    def _add(self, key: str, icon: str, title: str, text: str) -> None:
        card = Card(self._theme, icon, title, text)
        card.clicked.connect(partial(self._choose, key))
        self.cards[key] = card
        self._lines.addWidget(card)

    def _choose(self, key: str, _checked: bool = False) -> None:
        self.chosen.emit(key)
