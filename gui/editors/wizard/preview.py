"""The working preview of a wizard: a dialog like DSM's that one can go through, and what the scripts will get."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSplitter, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.editors.wizard.panes import turn
from gui.editors.wizard.previewdialog import DsmDialog
from gui.editors.wizard.previewmatch import quick_matches
from gui.editors.wizard.previewoccasion import Occasion
from gui.editors.wizard.previewtexts import hidden_trouble, page_notes
from gui.editors.wizard.previewvariables import VariablesTable
from gui.qt.forms import GRID, column, fill, make_label, make_tool, row
from gui.qt.i18n import tr
from gui.services.notifier import Choice, Question
from gui.services.shell import open_web_page
from gui.widgets.banner import Banner
from gui.widgets.emptystate import EmptyState
from gui.widgets.segments import Segments
from spkcore.package.jsontext import JsonDocument, parse
from spkcore.package.wizardfields import Value
from spkcore.package.wizardrun import DSM_6, DSM_7, WizardRun

LOOKS = {"dsm7": DSM_7, "dsm6": DSM_6}


class WizardPreview(QWidget):
    """Shows a wizard as Package Center would, with answers that stay when the file changes.

    `show_document` whenever the file changed, `show_page` and `select` to follow the designer; `page_shown` and
    `place_chosen` (a JSON pointer) for the designer to follow the preview.
    """

    page_shown = Signal(int)
    """The number of the page from 0, after Next and Back; the summary has the number behind the last page."""
    place_chosen = Signal(str)
    """JSON pointer of the page, group or field that was clicked beside its fields."""
    answered = Signal()
    """A variable got another value."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._run: WizardRun | None = None
        self._document: JsonDocument | None = None
        self._occasion = Occasion()
        self._dsm = DSM_7
        self._shown: set[str] = set()
        self._selected = ""
        self._end_text = ""
        self._address = ""
        self._marked: QWidget | None = None
        self._stops: list[QWidget] = []
        self.banner = Banner(context.theme)
        self.dialog = DsmDialog()
        self.notes = make_label(role="small", wrap=True)
        self.variables = VariablesTable(context.theme)
        self.position = make_label(role="muted")
        self.empty = EmptyState(context.theme, "wizard", tr("No pages"))
        self.looks = Segments((("dsm7", tr("DSM 7")), ("dsm6", tr("DSM 6"))), tr("The look of which DSM"))
        self._stack = QStackedWidget(self)
        self._splitter = QSplitter(Qt.Orientation.Vertical, self._stack)
        self._lay_out()
        self._connect()
        self._show_all()

    @property
    def run(self) -> WizardRun | None:
        """The run that is shown."""
        return self._run

    @property
    def look(self) -> str:
        """dsm6 or dsm7."""
        return next(name for name, dsm in LOOKS.items() if dsm == self._dsm)

    def set_occasion(self, occasion: Occasion) -> None:
        """Tell when the wizard runs and for which package: the title, and the last page."""
        if occasion != self._occasion:
            self._occasion = occasion
            self._begin(keep_answers=True)

    def show_document(self, document: JsonDocument, *, keep_answers: bool = True) -> None:
        """Show the file as it is now. One that DSM could not read leaves the last good state, and says so; an empty
        one has no pages."""
        document = document if document.text.strip() else parse("[]")
        if not _is_wizard(document):
            self._show_broken()
            return
        self.banner.hide()
        self._document = document
        self._begin(keep_answers=keep_answers)

    def show_page(self, index: int) -> None:
        """Go to this page, whatever is refused before it; behind the last one stands the summary."""
        if self._run is not None and (self._run.current != index or self._end_text):
            self._end_text = ""
            self._run.show(index)
            self._show_all()

    def select(self, pointer: str) -> None:
        """Mark this place of the file on the page, and show the page it is on; "" marks nothing."""
        self._selected = pointer
        index = pointer.split("/")[1] if pointer.count("/") else ""
        position = self._position_of(index)
        if position is not None:
            self.show_page(position)
        self._mark()

    @Slot(object)
    def set_look(self, look: str) -> None:
        """Look and behave like "dsm6" or "dsm7"."""
        if LOOKS[look] != self._dsm:
            self._dsm = LOOKS[look]
            self._begin(keep_answers=True)
        self.looks.choose(look)

    @Slot()
    def restart(self) -> None:
        """Forget the answers and begin at the first page."""
        if self._run is not None:
            self._end_text = ""
            self._shown.clear()
            self._run.restart()
            self._show_all()
            self.page_shown.emit(self._run.current)

    def _begin(self, *, keep_answers: bool) -> None:
        old = self._run
        if self._document is None:
            return
        has_summary = self._occasion.action != "uninstall"
        self._run = WizardRun(self._document, self._dsm, quick_matches, has_summary=has_summary)
        if old is not None and keep_answers:
            self._run.take_answers(old)
        elif not keep_answers:
            self._shown.clear()
        if not keep_answers or not self._run.is_finished:
            self._end_text = ""
        self._show_all()

    def _show_broken(self) -> None:
        if self._document is None:
            self.empty.set_texts(
                tr("Nothing to preview yet"), tr("The file has errors that DSM would stumble over too.")
            )
            return
        self.banner.show_message("warning", tr("The file has errors. This is its last state that could be read."))

    # --- what is shown -----------------------------------------------------------------------------------------

    def _show_all(self) -> None:
        run = self._run
        has_pages = run is not None and bool(run.pages)
        self._stack.setCurrentIndex(1 if has_pages else 0)
        if run is not None and not run.pages:
            self.empty.set_texts(tr("No pages"), tr("DSM shows no wizard for this file, and goes on without asking."))
        if run is None or not has_pages:
            self.variables.show_run(None)
            return
        focused = self._focused_field()
        self.dialog.set_look(self._dsm)
        self.dialog.build(run, self._occasion, self._end_text)
        self._show_state()
        self._mark()
        self._focus(focused)
        stops = [self.again, *self.dialog.stops(), self.variables]
        if stops != self._stops:
            self._stops = stops
            for first, second in pairwise(stops):
                QWidget.setTabOrder(first, second)

    def _show_state(self) -> None:
        run = self._run
        if run is None:
            return
        if self.dialog.page_view is not None:
            self.dialog.page_view.show_run(run, self._shown)
        self.dialog.next.setEnabled(bool(self._end_text) or not run.next_is_grey)
        notes = [] if self._end_text else page_notes(run)
        trouble = "" if self._end_text else hidden_trouble(run)
        self.notes.setText("\n".join(notes + ([trouble] if trouble else [])))
        self.notes.setVisible(bool(self.notes.text()))
        self.position.setText(self._position_text(run))
        self.variables.show_run(run)

    def _position_text(self, run: WizardRun) -> str:
        if self._end_text:
            return ""
        if run.page is None:
            return tr("Summary")
        return tr("Page {number} of {n}", "Page {number} of {n}", number=run.current + 1, n=len(run.pages))

    @Slot()
    def _mark(self) -> None:
        """Mark the part of the page that is selected; what was marked before stays where the user scrolled it to."""
        view = self.dialog.page_view
        place = view.mark(self._selected) if view is not None else None
        if place is not None and place is not self._marked:
            self.dialog.bring_into_view(place)
        self._marked = place

    def _focused_field(self) -> str:
        view = self.dialog.page_view
        rows = view.rows.items() if view is not None else ()
        return next((pointer for pointer, line in rows if line.input.hasFocus()), "")

    def _focus(self, pointer: str) -> None:
        view = self.dialog.page_view
        if view is not None and pointer in view.rows:
            view.rows[pointer].input.setFocus()

    def _position_of(self, index: str) -> int | None:
        pages = self._run.pages if self._run is not None else ()
        return next((number for number, page in enumerate(pages) if page.pointer == f"/{index}"), None)

    # --- what people do ----------------------------------------------------------------------------------------

    @Slot(str, object)
    def _on_edited(self, pointer: str, value: Value) -> None:
        if self._run is not None:
            self._run.set_value(pointer, value)
            self._shown.add(pointer)
            self._show_state()
            self.answered.emit()

    @Slot(str)
    def _on_left(self, pointer: str) -> None:
        if self._run is not None and self._run.field(pointer) is not None:
            self._shown.add(pointer)
            self._show_state()

    @Slot()
    def _on_next(self) -> None:
        if self._end_text:
            self.restart()
        elif self._run is not None and self._run.next():
            self._go_on(self._run)
        elif self._run is not None:
            self._refuse(self._run)

    @Slot()
    def _on_back(self) -> None:
        if self._run is not None:
            self._run.back()
            self._go_on(self._run)

    @Slot()
    def _on_cancel(self) -> None:
        self._end_text = tr("DSM closes the wizard here and changes nothing.")
        self._show_all()
        self.dialog.next.setFocus()

    def _go_on(self, run: WizardRun) -> None:
        if run.is_finished:
            self._end_text = tr("DSM closes the wizard here and begins. The scripts get the variables of the table.")
        self._show_all()
        self.dialog.next.setFocus()
        self.page_shown.emit(run.current)

    def _refuse(self, run: WizardRun) -> None:
        """Show everything that is wrong, and go to the first of it."""
        refused = run.complaints()
        self._shown.update(refused)
        self._show_state()
        self._focus(next(iter(refused)))

    @Slot(str)
    def _on_link(self, address: str) -> None:
        self._address = address
        text = tr("The text of the wizard leads to a web page. Open it?")
        choices = (Choice("open", tr("Open in the browser"), "primary"), Choice("cancel", tr("Cancel")))
        self._context.notifier.ask(Question(tr("Open a web page"), text, choices, detail=address), self._on_link_answer)

    def _on_link_answer(self, answer: str) -> None:
        if answer == "open":
            open_web_page(self._address)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        turn(self._splitter, self, (5, 4))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # What was marked while nobody saw the page may stand below its border; the page has its size a turn later.
        self._marked = None
        QTimer.singleShot(0, self, self._mark)

    # --- building ----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        splitter = self._splitter
        shown = QScrollArea(splitter)
        stage = QWidget(shown)
        middle = row()
        middle.addStretch(1)
        middle.addWidget(self.dialog, 1000)
        middle.addStretch(1)
        lines = column(stage, margin=2 * GRID, spacing=GRID)
        lines.addLayout(middle, 1)
        fill(lines, self.notes)
        shown.setWidget(stage)
        shown.setWidgetResizable(True)
        shown.setFrameShape(QFrame.Shape.NoFrame)
        shown.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        below = QWidget(splitter)
        heading: QLabel = make_label(tr("Variables the scripts will get"), "section")
        heading.setBuddy(self.variables)
        inside = column(below, spacing=GRID // 2)
        inside.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        fill(inside, heading)
        inside.addWidget(self.variables, 1)
        splitter.addWidget(shown)
        splitter.addWidget(below)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([70 * GRID, 24 * GRID])
        self._stack.addWidget(self.empty)
        self._stack.addWidget(splitter)
        outer = column(self, spacing=0)
        outer.addLayout(self._bar())
        fill(outer, self.banner)
        outer.addWidget(self._stack, 1)

    def _bar(self) -> QHBoxLayout:
        bar = row(spacing=GRID // 2)
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, 0)
        fill(bar, self.looks)
        again = make_tool(self._context.theme.icon("refresh"), tr("Begin again with the first page and no answers"))
        again.clicked.connect(self.restart)
        self.again = again
        fill(bar, None, self.position, again)
        return bar

    def _connect(self) -> None:
        dialog = self.dialog
        dialog.next_wanted.connect(self._on_next)
        dialog.back_wanted.connect(self._on_back)
        dialog.cancel_wanted.connect(self._on_cancel)
        dialog.edited.connect(self._on_edited)
        dialog.left.connect(self._on_left)
        dialog.link_chosen.connect(self._on_link)
        dialog.place_chosen.connect(self.place_chosen)
        self.variables.place_chosen.connect(self.place_chosen)
        self.looks.chosen_changed.connect(self.set_look)


def _is_wizard(document: JsonDocument) -> bool:
    return document.is_readable and document.root is not None and document.root.kind == "array"
