"""The tab "Search": a text in the whole package, every place it stands at, and what to put there instead."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QToolButton, QWidget

from gui.app.context import AppContext
from gui.models.hits import Found
from gui.qt.forms import GRID, ToolButton, column, fill, make_button, make_label, make_tool, restyle, row
from gui.qt.i18n import tr
from gui.services.searching import Searching
from gui.widgets.emptystate import EmptyState
from gui.widgets.hitlist import HitList
from spkcore.base.errors import SpkError
from spkcore.package.search import MOST_HITS, Hit, Query, replacement

_TYPING = 250
"""Milliseconds after the last letter."""


class SearchPanel(QWidget):
    """Follows the open package: after an edit it searches again, and keeps the ticks."""

    place_wanted = Signal(object)
    """Hit"""
    forgotten = Signal()
    """The tab is not wanted any more."""
    told = Signal(str)
    """What came out, for a short message."""

    def __init__(self, searching: Searching, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._searching = searching
        self._query = Query("")
        theme = context.theme
        self.text = QLineEdit()
        self.match_case = _toggle("Aa", tr("Match case"))
        self.whole_words = _toggle("W", tr("Whole words"))
        self.is_regex = _toggle(".*", tr("Regular expression"))
        self.new = QLineEdit()
        self.replace_button = make_button(tr("Replace ticked"))
        self.count = make_label("", "muted")
        self.close_button = make_tool(theme.icon("close"), tr("Close the search"))
        self.list = HitList(theme, ticks=True)
        self.list.setProperty("role", "plain")
        self._start = (
            tr("Search in the whole package"),
            tr("Type what to look for. All texts of the package are searched, the payload's, too."),
        )
        self._empty = EmptyState(theme, "search", *self._start)
        self._pages = QStackedWidget()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING)
        self._lay_out()
        self._connect()
        self._show([])

    def start(self, text: str = "") -> None:
        """Put the focus into the field, with `text` in it if there is any."""
        if text:
            self.text.setText(text)
        self.text.setFocus()
        self.text.selectAll()

    def query(self) -> Query:
        """What the fields ask for."""
        return Query(
            self.text.text(), self.match_case.isChecked(), self.whole_words.isChecked(), self.is_regex.isChecked()
        )

    # --- slots ----------------------------------------------------------------------------------------------------

    @Slot()
    def _search(self) -> None:
        self._timer.stop()
        self._query = self.query()
        if self._query.text:
            self._searching.search(self._query)
        else:
            self._searching.stop()
            self._show([])

    @Slot(object)
    def _on_found(self, hits: list[Hit]) -> None:
        self._show(hits)

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self._show([], reason)

    @Slot()
    def _on_document_changed(self) -> None:
        if self._query.text:
            self._timer.start()

    @Slot()
    def _show_replacement(self) -> None:
        wanted = bool(self.new.text()) or self.new.hasFocus()
        self.list.set_replacement(self._instead if wanted else None)

    @Slot()
    def _show_ticked(self) -> None:
        ticked = len(self.list.hits.ticked())
        self.replace_button.setEnabled(bool(ticked))
        count = self.list.hits.count
        places = tr("{n} place", "{n} places", n=count)
        files = tr("{n} file", "{n} files", n=self.list.hits.file_count)
        more = tr("more than ") if count >= MOST_HITS else ""
        text = tr("{more}{places} in {files}", more=more, places=places, files=files)
        if count and ticked != count:
            text = tr("{n} of {all} ticked", n=ticked, all=count)
        self.count.setText(text if count else "")

    @Slot()
    def _on_replace(self) -> None:
        hits = [found.hit for found in self.list.hits.ticked()]
        if not hits or self._query != self.query():
            self._search()
            return
        self.replace_button.setEnabled(False)
        self._searching.replace(self._query, hits, self.new.text())

    @Slot(int)
    def _on_replaced(self, count: int) -> None:
        self.told.emit(tr("{n} place was replaced.", "{n} places were replaced.", n=count))

    @Slot(str)
    def _on_refused(self, reason: str) -> None:
        self.told.emit(reason)
        self._search()

    @Slot(object)
    def _on_place_wanted(self, found: Found) -> None:
        self.place_wanted.emit(found.hit)

    def _instead(self, hit: Hit) -> str:
        try:
            return replacement(self._query, hit, self.new.text())
        except SpkError:
            return "?"

    def _show(self, hits: Sequence[Hit], trouble: str = "") -> None:
        shown = self.list.hits
        ticked = set(shown.ticked())
        unticked = {_line_of(item.hit) for item in shown.all() if item not in ticked}
        found = [Found(hit) for hit in hits]
        shown.set_found(found, [item for item in found if _line_of(item.hit) not in unticked])
        if trouble:
            self._empty.set_texts(tr("That cannot be searched for"), trouble)
        elif self._query.text:
            self._empty.set_texts(tr("Nothing found"), tr("No text of the package holds this."))
        else:
            self._empty.set_texts(*self._start)
        self._pages.setCurrentIndex(0 if hits else 1)
        restyle(self.text, "state", "error" if trouble else "")
        self._show_ticked()

    # --- composition ----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.text.setPlaceholderText(tr("Search in all texts"))
        self.text.setAccessibleName(tr("Search in all texts"))
        self.text.setClearButtonEnabled(True)
        self.new.setPlaceholderText(tr("Replace with"))
        self.new.setAccessibleName(tr("Replace with"))
        line = row(spacing=GRID)
        line.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        line.addWidget(self.text, 3)
        fill(line, self.match_case, self.whole_words, self.is_regex)
        line.addWidget(self.new, 2)
        fill(line, self.replace_button, self.count, self.close_button)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        lines = column(self, spacing=0)
        lines.addLayout(line)
        lines.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self.text.textChanged.connect(self._timer.start)
        self.text.returnPressed.connect(self._search)
        for toggle in (self.match_case, self.whole_words, self.is_regex):
            toggle.toggled.connect(self._search)
        self._timer.timeout.connect(self._search)
        self.new.textChanged.connect(self._show_replacement)
        self.new.returnPressed.connect(self._on_replace)
        self.replace_button.clicked.connect(self._on_replace)
        self.close_button.clicked.connect(self.forgotten)
        self.list.place_wanted.connect(self._on_place_wanted)
        self.list.hits.ticks_changed.connect(self._show_ticked)
        self._searching.found.connect(self._on_found)
        self._searching.failed.connect(self._on_failed)
        self._searching.replaced.connect(self._on_replaced)
        self._searching.refused.connect(self._on_refused)
        self._searching.document.changed.connect(self._on_document_changed)


def _line_of(hit: Hit) -> tuple[str, str, str, str]:
    """What tells a place from others although lines above it were added."""
    return (hit.path, hit.before, hit.found, hit.after)


def _toggle(text: str, name: str) -> QToolButton:
    button = ToolButton()
    button.setText(text)
    button.setCheckable(True)
    button.setToolTip(name)
    button.setAccessibleName(name)
    return button
