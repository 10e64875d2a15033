"""The tab that tells when the scripts run: DSM 6 or 7, the diagram, and what there is to know about the chosen box."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QWidget

from gui.app.context import AppContext
from gui.editors.scripts.diagram import details, sections, start_of
from gui.editors.scripts.diagramview import DiagramView
from gui.qt.forms import GRID, column, fill, make_label, make_line, restyle, row
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.room import letters, text_lines
from gui.widgets.segments import Segments
from spkcore.package.lifecycle import DSM_6, DSM_7
from spkcore.package.parts import read_info, targets_dsm7

_MOST_DETAILS = 5
_LOW = (50 * GRID, 22)
_SIDE_BY_SIDE = (64 * GRID, 50)
"""Below this height and from this width (pixels, lines and letters of the font), diagram and text stand in a row."""


class WhenPane(QWidget):
    """Follows one script of the document; `refresh` shows the package as it is now."""

    opened = Signal(str)
    create_wanted = Signal(str)

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._document = document
        self.diagram = DiagramView(context.theme)
        self.dsm = Segments(((DSM_7, tr("DSM 7")), (DSM_6, tr("DSM 6"))), tr("Order of calls on"))
        is_dsm7 = targets_dsm7(read_info(document.entries))
        self.dsm.choose(DSM_7 if is_dsm7 else DSM_6)
        self._details = [make_label("", wrap=True) for _ in range(_MOST_DETAILS)]
        self._inside = QWidget()
        self._scroll = QScrollArea()
        self._line = make_line()
        self._halves = column(spacing=0)
        self._lay_out()
        self.dsm.chosen_changed.connect(self.refresh)
        self.diagram.opened.connect(self.opened)
        self.diagram.create_wanted.connect(self.create_wanted)
        self.diagram.selection_changed.connect(self._on_selected)
        self.diagram.shown.connect(self._on_shown)

    @property
    def explanation(self) -> str:
        """What is said about the chosen box."""
        return "\n".join(label.text() for label in self._details if not label.isHidden())

    @Slot()
    def refresh(self) -> None:
        """Show the package as it is now."""
        dsm = DSM_6 if self.dsm.chosen == DSM_6 else DSM_7
        found = sections(self._path, self._document.entries, dsm)
        self.diagram.set_sections(found, start_of(found, self._path))

    def _lay_out(self) -> None:
        bar = row(spacing=GRID // 2)
        bar.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        fill(bar, make_label(tr("Order of calls on"), "muted"), GRID // 2, self.dsm, None)
        inside = self._inside
        inside.setObjectName("Page")
        lines = column(inside)
        lines.setContentsMargins(2 * GRID, 0, GRID, GRID)
        lines.addWidget(self.diagram)
        fill(lines, None)
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        told = QWidget()
        texts = column(told, spacing=GRID // 2)
        texts.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        fill(texts, *self._details, None)
        told.setMinimumHeight(15 * GRID)
        self._halves.addWidget(self._scroll, 1)
        fill(self._halves, self._line, told)
        outer = column(self, spacing=0)
        fill(outer, bar)
        outer.addLayout(self._halves, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is low, what is told stands beside the diagram."""
        super().resizeEvent(event)
        is_low = self.height() < text_lines(self, *_LOW) and self.width() >= letters(self, *_SIDE_BY_SIDE)
        way = QBoxLayout.Direction.LeftToRight if is_low else QBoxLayout.Direction.TopToBottom
        if self._halves.direction() is not way:
            self._halves.setDirection(way)
            self._halves.setStretch(2, int(is_low))
            self._line.setHidden(is_low)

    @Slot()
    def _on_selected(self) -> None:
        chosen = self.diagram.selected
        found = details(chosen.item, chosen.section) if chosen is not None and chosen.item is not None else []
        if not found:
            found = [("muted", tr("DSM does not run this file by itself. Choose a box to read about it."))]
        for index, label in enumerate(self._details):
            role, text = found[index] if index < len(found) else ("", "")
            restyle(label, "role", role)
            label.setText(text)
            label.setHidden(not text)

    @Slot(QRect)
    def _on_shown(self, _place: QRect) -> None:
        # In a turn of its own: a pane that has just been shown has no sizes yet.
        QTimer.singleShot(0, self._show_selected)

    @Slot()
    def _show_selected(self) -> None:
        chosen = self.diagram.selected
        if chosen is not None:
            middle = self.diagram.mapTo(self._inside, chosen.place.center())
            self._scroll.ensureVisible(0, middle.y(), 0, min(chosen.place.height() * 3, self._scroll.height() // 2))
