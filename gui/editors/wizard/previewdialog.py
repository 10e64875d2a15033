"""The imitated dialog of Package Center: title bar, headline, page, buttons, in the look of DSM 6 or DSM 7."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QScrollArea, QSizePolicy, QWidget

from gui.editors.wizard.dsmlook import COLORS, last_button, style_sheet
from gui.editors.wizard.previewoccasion import Occasion
from gui.editors.wizard.previewpage import EndView, PageView, SummaryView
from gui.qt.forms import GRID, ElidedLabel, column, fill, make_button, row
from gui.qt.i18n import tr
from spkcore.package.wizardrun import DSM_7, WizardRun

__all__ = ["DsmDialog", "Occasion"]

_WIDEST, _LOWEST = 84 * GRID, 23 * GRID


class DsmDialog(QFrame):
    """Shows one page of a run. It changes nothing itself: what people do goes out as signals."""

    back_wanted = Signal()
    next_wanted = Signal()
    cancel_wanted = Signal()
    edited = Signal(str, object)
    left = Signal(str)
    place_chosen = Signal(str)
    link_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("DsmDialog")
        self.page_view: PageView | None = None
        self.end_text = ""
        self.bar_title = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.headline = QLabel()
        self.headline.setObjectName("DsmHeadline")
        self.headline.setProperty("role", "heading")
        self.headline.setWordWrap(True)
        self.headline.setTextFormat(Qt.TextFormat.PlainText)
        self.back = make_button(tr("Back"))
        self.next = make_button(tr("Next"), "primary")
        self.cancel = make_button(tr("Cancel"))
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMaximumWidth(_WIDEST)
        self.setMinimumHeight(_LOWEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._dsm = ""
        self._lay_out()
        self.set_look(DSM_7)
        self.back.clicked.connect(self.back_wanted)
        self.next.clicked.connect(self._on_next)
        self.cancel.clicked.connect(self.cancel_wanted)

    def set_look(self, dsm: str) -> None:
        """Look like this DSM; pages that were built before keep the colour of their links."""
        if dsm != self._dsm:
            self._dsm = dsm
            self.setStyleSheet(style_sheet(dsm))

    def build(self, run: WizardRun, occasion: Occasion, end_text: str = "") -> None:
        """Show the page of the run; with an `end_text` what comes after it."""
        self.bar_title.setText(occasion.package)
        self.end_text = end_text
        if not self._follow(run):
            self.page_view = None
            self.area.setWidget(self._inside(run, occasion))
        self.headline.setText(_headline(run, end_text))
        self.headline.setVisible(bool(self.headline.text()))
        self.cancel.setVisible(not end_text)
        self.back.setVisible(not end_text)
        self.back.setEnabled(run.current > 0)
        self.next.setText(tr("Start again") if end_text else last_button(self._dsm) if run.ends_here else tr("Next"))

    def bring_into_view(self, widget: QWidget) -> None:
        """Scroll the page as far as needed."""
        inside = self.area.widget()
        if inside is not None:
            inside.adjustSize()  # the page was perhaps built just now
        self.area.ensureWidgetVisible(widget)

    def stops(self) -> list[QWidget]:
        """Where Tab goes: the page from top to bottom, then the buttons."""
        view = self.page_view
        fields = view.stops() if view is not None else self.area.findChildren(QCheckBox)
        return [*fields, self.back, self.cancel, self.next]

    def _follow(self, run: WizardRun) -> bool:
        """Whether the page that is shown already could take the change over."""
        view = self.page_view
        return view is not None and run.page is not None and not self.end_text and view.follow(run, run.page)

    def _inside(self, run: WizardRun, occasion: Occasion) -> QWidget:
        if self.end_text:
            return EndView(self.end_text)
        if run.page is None:
            return SummaryView(occasion.rows, occasion.action)
        view = PageView(run, run.page, COLORS[run.dsm]["link"], self.area.viewport())
        view.edited.connect(self.edited)
        view.left.connect(self.left)
        view.place_chosen.connect(self.place_chosen)
        view.link_chosen.connect(self.link_chosen)
        self.page_view = view
        return view

    def _lay_out(self) -> None:
        bar = QFrame()
        bar.setObjectName("DsmBar")
        fill(row(bar, margin=GRID, spacing=GRID), GRID, self.bar_title)
        footer = QFrame()
        footer.setObjectName("DsmFooter")
        buttons = row(footer, margin=GRID + GRID // 2, spacing=GRID)
        fill(buttons, self.back, None, self.cancel, self.next)
        inside = column(spacing=GRID)
        inside.setContentsMargins(3 * GRID, 2 * GRID, 2 * GRID, GRID)
        fill(inside, self.headline)
        inside.addWidget(self.area, 1)
        lines = column(self, spacing=0)
        lines.setContentsMargins(1, 1, 1, 1)
        fill(lines, bar)
        lines.addLayout(inside, 1)
        fill(lines, footer)
        for widget in (self.back, self.next, self.cancel):
            widget.setAccessibleDescription(tr("In the preview"))

    @Slot()
    def _on_next(self) -> None:
        self.next_wanted.emit()


def _headline(run: WizardRun, end_text: str) -> str:
    if end_text:
        return tr("End of the wizard")
    return run.page.title if run.page is not None else tr("Confirm settings")
