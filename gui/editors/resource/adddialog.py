"""The dialog that adds a resource: all workers with what they do, since when, and when they act."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QScrollArea, QSplitter, QWidget

from gui.dialogs.base import BaseDialog
from gui.editors.resource.presenter import Offer, remark, timing_text
from gui.editors.resource.timeline import Timeline
from gui.qt.forms import GRID, column, fill, make_button, make_label
from gui.qt.i18n import tr
from gui.qt.theme import Theme

_NAME = Qt.ItemDataRole.UserRole


class AddResourceDialog(BaseDialog):
    """Search at the top, workers at the left, what the chosen one does at the right. Enter adds it."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, offers: Sequence[Offer], parent: QWidget | None) -> None:
        super().__init__(tr("Add a resource"), parent, tr("What should DSM set up for the package?"))
        self._theme = theme
        self._offers = {offer.worker.name: offer for offer in offers}
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Search: ports, database, web, container…"))
        self.filter.setAccessibleName(tr("Search the resources"))
        self.filter.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Resources"))
        self.details = QScrollArea()
        self.details.setWidgetResizable(True)
        self.details.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.list)
        halves.addWidget(self.details)
        halves.setStretchFactor(1, 1)
        self._halves = halves
        self.body.addWidget(self.filter)
        self.body.addWidget(halves, 1)
        self.cancel = self.add_button(make_button(tr("Cancel")))
        self.add = self.add_button(make_button(tr("Add"), "primary"), default=True)
        self._fill()
        self.cancel.clicked.connect(self.reject)
        self.add.clicked.connect(self._on_add)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.list.currentItemChanged.connect(self._on_current_changed)
        self.list.itemActivated.connect(self._on_add)
        self._fit_letters()
        self._select_first()
        self.filter.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows go through the list while the search has the focus."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        shown = [self.list.item(row) for row in range(self.list.count()) if not self.list.item(row).isHidden()]
        current = self.list.currentItem()
        if step and shown and self.filter.hasFocus():
            at = shown.index(current) + step if current in shown else 0
            self.list.setCurrentItem(shown[max(0, min(at, len(shown) - 1))])
        else:
            super().keyPressEvent(event)

    def _fill(self) -> None:
        for offer in self._offers.values():
            item = QListWidgetItem(offer.worker.title)
            item.setData(_NAME, offer.worker.name)
            item.setToolTip("\n".join(filter(None, (offer.worker.name, offer.refusal or offer.warning))))
            if offer.refusal:
                item.setIcon(self._theme.icon("close" if offer.refusal == offer.worker.dsm7 else "check", "text_faint"))
                item.setForeground(self._theme.color("text_faint"))
            else:
                item.setIcon(self._theme.icon("resource"))
            self.list.addItem(item)

    def _fit_letters(self) -> None:
        """Titles are whole and explanations have lines of some length, whatever the size of the letters."""
        self.list.ensurePolished()
        letters = self.list.fontMetrics()
        titles = max(32 * GRID, self.list.sizeHintForColumn(0) + 5 * GRID)
        about = max(66 * GRID, 74 * letters.averageCharWidth())
        self._halves.setSizes([titles, about])
        self.resize_within_screen(QSize(titles + about + 7 * GRID, max(64 * GRID, 26 * letters.lineSpacing())))

    def _select_first(self) -> None:
        rows = (self.list.item(row) for row in range(self.list.count()))
        free = [item for item in rows if not item.isHidden()]
        usable = [item for item in free if not self._offers[item.data(_NAME)].refusal]
        first = next(iter(usable or free), None)
        self.list.setCurrentRow(-1 if first is None else self.list.row(first))

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        words = text.casefold().split()
        for row in range(self.list.count()):
            item = self.list.item(row)
            worker = self._offers[item.data(_NAME)].worker
            told = f"{worker.name} {worker.title} {worker.description} {worker.provider}".casefold()
            item.setHidden(not all(word in told for word in words))
        self._select_first()

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current_changed(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        offer = self._offers[item.data(_NAME)] if item is not None else None
        self.add.setEnabled(offer is not None and not offer.refusal)
        self.details.setWidget(self._page(offer))

    @Slot()
    def _on_add(self) -> None:
        if self.add.isEnabled():
            self.chosen.emit(str(self.list.currentItem().data(_NAME)))
            self.accept()

    def _page(self, offer: Offer | None) -> QWidget:
        page = QWidget()
        lines = column(page, margin=2 * GRID, spacing=GRID)
        if offer is None:
            fill(lines, make_label(tr("No resource fits the search."), "muted", wrap=True), None)
            return page
        worker = offer.worker
        words = timing_text(worker)
        fill(lines, make_label(worker.title, "heading", wrap=True))
        fill(lines, make_label(f"{worker.name}, {offer.facts}".rstrip(", "), "muted", wrap=True))
        fill(lines, make_label(worker.description, wrap=True), GRID)
        fill(lines, Timeline(self._theme, worker.timing, words), make_label(words, "muted", wrap=True))
        if remark(worker.name):
            fill(lines, make_label(remark(worker.name), "muted", wrap=True))
        if offer.refusal or offer.warning:
            fill(lines, make_label(offer.refusal or offer.warning, "warning", wrap=True))
        lines.addStretch(1)
        return page
