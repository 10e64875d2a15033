"""The tab "Search": a text in the whole package, every place it stands at, and what to put there instead."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QToolButton, QWidget

from gui.app.context import AppContext
from gui.dialogs.skipped_files import SkippedFilesDialog
from gui.models.hits import Found
from gui.qt.forms import GRID, ToolButton, column, fill, make_button, make_label, make_tool, restyle, row
from gui.qt.i18n import tr
from gui.services.searching import Searching, SearchResult
from gui.widgets.emptystate import EmptyState
from gui.widgets.hitlist import HitList
from spkcore.base.errors import SpkError
from spkcore.package.search import MOST_HITS, Hit, Query, replacement

_TYPING = 250
"""Milliseconds after the last letter."""
_PATIENCE = 400
"""Milliseconds after which it is said that the search goes on."""
_NOTHING = SearchResult(Query(""), (), (), -1)


class SearchPanel(QWidget):
    """Follows the open package: after an edit it searches again, and keeps the ticks."""

    place_wanted = Signal(object)
    """Hit"""
    part_wanted = Signal(str)
    """path"""
    forgotten = Signal()
    """The tab is not wanted any more."""
    told = Signal(str)
    """Why nothing happens, for a short message."""

    def __init__(self, searching: Searching, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._searching = searching
        self._shown = _NOTHING
        theme = context.theme
        self.text = QLineEdit()
        self.match_case = _toggle("Aa", tr("Match case"))
        self.whole_words = _toggle("W", tr("Whole words"))
        self.is_regex = _toggle(".*", tr("Regular expression"))
        self.new = QLineEdit()
        self.replace_button = make_button(tr("Replace ticked"))
        self.count = make_label("", "muted")
        self.skipped = make_button("", "link")
        self.close_button = make_tool(theme.icon("close"), tr("Close the search"))
        self.list = HitList(theme, ticks=True)
        self.list.setProperty("role", "plain")
        self._start = (
            tr("Search in the whole package"),
            tr("Type what to look for. All texts of the package are searched, the payload's, too."),
        )
        self._empty = EmptyState(theme, "search", *self._start)
        self._pages = QStackedWidget()
        self._timer = _pause(_TYPING, self)
        self._impatience = _pause(_PATIENCE, self)
        self._lay_out()
        self._connect()
        self._show(_NOTHING)

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
        query = self.query()
        if query.text:
            self._searching.search(query)
            self._impatience.start()
        else:
            self._searching.forget()
            self._show(_NOTHING)

    @Slot(object)
    def _on_found(self, result: SearchResult) -> None:
        self._show(result)

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self._show(_NOTHING, reason)

    @Slot()
    def _on_document_changed(self) -> None:
        if self.text.text():
            self._timer.start()

    @Slot()
    def _show_replacement(self) -> None:
        wanted = bool(self.new.text()) or self.new.hasFocus()
        self.list.set_replacement(self._instead if wanted else None)

    @Slot()
    def _show_ticked(self) -> None:
        ticked = len(self.list.hits.ticked())
        is_editing = self._searching.is_editing
        self.replace_button.setEnabled(bool(ticked) and not is_editing)
        count = self.list.hits.count
        places = tr("{n} place", "{n} places", n=count)
        files = tr("{n} file", "{n} files", n=self.list.hits.file_count)
        text = tr("{places} in {files}", places=places, files=files)
        if count >= MOST_HITS:
            text = tr("The first {places}, in {files}: the search ended there.", places=places, files=files)
        if count and ticked != count:
            text = tr("{n} of {all} ticked", n=ticked, all=count)
        if not is_editing:
            self._tell(text if count else "")

    @Slot()
    def _show_patience(self) -> None:
        if not self._searching.is_editing:
            self._tell(tr("Searching…"))

    @Slot()
    def _on_replace(self) -> None:
        if self._searching.is_editing:
            return
        is_fresh = (self._shown.query, self._shown.revision) == (self.query(), self._searching.document.revision)
        hits = [found.hit for found in self.list.hits.ticked()]
        if not is_fresh and self.text.text():
            self.told.emit(tr("Nothing was replaced: the search is not done yet. Look at what it finds first."))
            self._search()
        elif hits:
            self._impatience.stop()
            self._searching.replace(self._shown.query, hits, self.new.text())
            self._tell(tr("Replacing {n} place…", "Replacing {n} places…", n=len(hits)))
            self._show_ticked()
        elif self._shown.hits:
            self.told.emit(tr("Nothing was replaced: no place is ticked."))

    @Slot()
    def _on_edit_ended(self) -> None:
        """What was asked for meanwhile is looked for now."""
        self._show_ticked()
        self._search()

    @Slot()
    def _on_skipped(self) -> None:
        dialog = SkippedFilesDialog(self._shown.skipped, self)
        dialog.chosen.connect(self.part_wanted)
        dialog.open()

    @Slot(object)
    def _on_place_wanted(self, found: Found) -> None:
        self.place_wanted.emit(found.hit)

    def _tell(self, text: str) -> None:
        self.count.setText(text)
        self.count.setVisible(bool(text))

    def _instead(self, hit: Hit) -> str:
        try:
            return replacement(self._shown.query, hit, self.new.text())
        except SpkError:
            return "?"

    def _show(self, result: SearchResult, trouble: str = "") -> None:
        self._impatience.stop()
        self._shown = result
        shown = self.list.hits
        ticked = set(shown.ticked())
        unticked = {_line_of(item.hit) for item in shown.all() if item not in ticked}
        found = [Found(hit) for hit in result.hits]
        shown.set_found(found, [item for item in found if _line_of(item.hit) not in unticked])
        if trouble:
            self._empty.set_texts(tr("That cannot be searched for"), trouble)
        elif result.query.text:
            self._empty.set_texts(tr("Nothing found"), tr("No text of the package holds this."))
        else:
            self._empty.set_texts(*self._start)
        self._pages.setCurrentIndex(0 if found else 1)
        restyle(self.text, "state", "error" if trouble else "")
        skipped = len(result.skipped)
        self.skipped.setText(tr("{n} file not searched", "{n} files not searched", n=skipped))
        self.skipped.setVisible(bool(skipped))
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
        fill(line, self.replace_button, self.close_button)
        keeps = self.skipped.sizePolicy()  # the list below stays where it is
        keeps.setRetainSizeWhenHidden(True)
        self.skipped.setSizePolicy(keeps)
        told = row(spacing=2 * GRID)  # below: beside the fields it would move them with every letter typed
        told.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID)
        fill(told, self.count, self.skipped, None)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        lines = column(self, spacing=0)
        lines.addLayout(line)
        lines.addLayout(told)
        lines.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self.text.textChanged.connect(self._timer.start)
        self.text.returnPressed.connect(self._search)
        for toggle in (self.match_case, self.whole_words, self.is_regex):
            toggle.toggled.connect(self._search)
        self._timer.timeout.connect(self._search)
        self._impatience.timeout.connect(self._show_patience)
        self.skipped.clicked.connect(self._on_skipped)
        self.new.textChanged.connect(self._show_replacement)
        self.new.returnPressed.connect(self._on_replace)
        self.replace_button.clicked.connect(self._on_replace)
        self.close_button.clicked.connect(self.forgotten)
        self.list.place_wanted.connect(self._on_place_wanted)
        self.list.hits.ticks_changed.connect(self._show_ticked)
        self._searching.found.connect(self._on_found)
        self._searching.failed.connect(self._on_failed)
        self._searching.replaced.connect(self._on_edit_ended)
        self._searching.refused.connect(self._on_edit_ended)
        self._searching.document.changed.connect(self._on_document_changed)


def _line_of(hit: Hit) -> tuple[str, str, str, str]:
    """What tells a place from others although lines above it were added."""
    return (hit.path, hit.before, hit.found, hit.after)


def _pause(milliseconds: int, owner: QWidget) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    return timer


def _toggle(text: str, name: str) -> QToolButton:
    button = ToolButton()
    button.setText(text)
    button.setCheckable(True)
    button.setToolTip(name)
    button.setAccessibleName(name)
    return button
