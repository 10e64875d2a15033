"""The imitated dialog of Package Center: title bar, headline, page, buttons, in the look of DSM 6 or DSM 7."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QScrollArea, QSizePolicy, QWidget

from gui.editors.wizard.dsmlook import COLORS, last_button, style_sheet
from gui.editors.wizard.previewoccasion import Occasion
from gui.editors.wizard.previewpage import EndView, PageView, SummaryView
from gui.qt.forms import GRID, ElidedLabel, column, fill, make_button, row
from gui.qt.i18n import tr
from spkcore.package.wizard import WizardPage
from spkcore.package.wizardrun import DSM_7, WizardRun

__all__ = ["DsmDialog", "Occasion"]

_WIDEST, _LOWEST = 84 * GRID, 23 * GRID
_KEPT = 8
"""Pages that stay built: people go back and forth."""


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
        self.headline.setMinimumWidth(GRID)  # one long word makes no wider dialog
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
        self._holder = QWidget()
        self._shown: QWidget | None = None
        self._views: dict[str, PageView] = {}
        """The last pages by their places in the file, the newest last; what is hidden follows when it is shown."""
        self.set_look(DSM_7)  # before there is anything to be styled anew
        self._lay_out()
        self.back.clicked.connect(self.back_wanted)
        self.next.clicked.connect(self._on_next)
        self.cancel.clicked.connect(self.cancel_wanted)

    def set_look(self, dsm: str) -> None:
        """Look like this DSM; pages that were built before keep the colour of their links."""
        if dsm != self._dsm:
            self._dsm = dsm
            self.setStyleSheet(style_sheet(dsm))

    @property
    def inside(self) -> QWidget | None:
        """What the dialog shows between headline and buttons."""
        return self._shown

    def build(self, run: WizardRun, occasion: Occasion, end_text: str = "") -> None:
        """Show the page of the run; with an `end_text` what comes after it."""
        self.bar_title.setText(occasion.package)
        self.end_text = end_text
        self._show_inside(run, occasion)
        self.headline.setText(_headline(run, end_text))
        self.headline.setVisible(bool(self.headline.text()))
        self.cancel.setVisible(not end_text)
        self.back.setVisible(not end_text)
        self.back.setEnabled(run.current > 0)
        self.next.setText(tr("Start again") if end_text else last_button(self._dsm) if run.ends_here else tr("Next"))

    def bring_into_view(self, widget: QWidget) -> None:
        """Scroll the page as far as needed."""
        self._holder.adjustSize()  # the page was perhaps built just now
        self.area.ensureWidgetVisible(widget)

    def stops(self) -> list[QWidget]:
        """Where Tab goes: the page from top to bottom, then the buttons."""
        view = self.page_view
        boxes = self._shown.findChildren(QCheckBox) if self._shown is not None else []
        fields = view.stops() if view is not None else boxes
        return [*fields, self.back, self.cancel, self.next]

    def _show_inside(self, run: WizardRun, occasion: Occasion) -> None:
        page = run.page if not self.end_text else None
        self.page_view = self._view(run, page) if page is not None else None
        wanted = self.page_view or self._other_inside(run, occasion)
        before, self._shown = self._shown, wanted
        if before is wanted:
            return
        if before is not None:
            before.hide()
            if before not in self._views.values():
                self._drop(before)
        wanted.show()
        self.area.verticalScrollBar().setValue(0)

    def _view(self, run: WizardRun, page: WizardPage) -> PageView:
        """The page as it was built before, or a new one."""
        view = self._views.pop(page.pointer, None)
        if view is not None and not view.follow(run, page):
            if view is not self._shown:
                self._drop(view)
            view = None
        if view is None:
            view = self._new_view(run, page)
        self._views[page.pointer] = view
        for pointer in list(self._views)[:-_KEPT]:
            self._drop(self._views.pop(pointer))
        return view

    def _new_view(self, run: WizardRun, page: WizardPage) -> PageView:
        view = PageView(run, page, COLORS[run.dsm]["link"], self._holder)
        self._lines.addWidget(view)
        view.edited.connect(self.edited)
        view.left.connect(self.left)
        view.place_chosen.connect(self.place_chosen)
        view.link_chosen.connect(self.link_chosen)
        return view

    def _other_inside(self, run: WizardRun, occasion: Occasion) -> QWidget:
        made: QWidget
        if self.end_text:
            made = EndView(self.end_text, self._holder)
        else:
            made = SummaryView(occasion.rows, occasion.action, self._holder)
        self._lines.addWidget(made)
        return made

    def _drop(self, inside: QWidget) -> None:
        self._lines.removeWidget(inside)
        inside.hide()
        inside.deleteLater()

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
        self._lines = column(self._holder, spacing=0)
        self.area.setWidget(self._holder)
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
