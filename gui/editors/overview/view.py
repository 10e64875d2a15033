"""The overview of the open package: its card, what DSM says, the main facts, and what is missing, all with links."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.overview.presenter import Lack, OverviewPresenter, gravest
from gui.editors.overview.preview import PackageCard, breakable
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.services.pictures import Thumbnails
from gui.widgets.elidedlink import ElidedLink
from gui.widgets.languagecombo import LanguageCombo
from gui.widgets.segments import Segments
from gui.widgets.verdictstrip import VerdictStrip
from spkcore.checks.problem import Problem
from spkcore.checks.verdict import Verdict

_NARROW = 100 * GRID
_CARD = 76 * GRID
_MOST = 8
_LARGEST_SHOT = 528
"""Pixels: a screenshot in the card at 300 %."""
_LONGEST_TIP = 500
"""Characters."""
_ICONS = {"error": ("error", "danger"), "warning": ("warning", "warning"), "info": ("info", "accent")}


class OverviewEditor(Editor):
    """The page that a package opens with."""

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(path, document, context, parent)
        self.presenter = OverviewPresenter(document)
        self._problems: Sequence[Problem] = ()
        self.card = PackageCard()
        self.look = Segments(((7, tr("DSM 7")), (6, tr("DSM 6"))), tr("The look of which DSM"))
        self._thumbnails = Thumbnails(context.tasks, _LARGEST_SHOT, self)
        self.language = LanguageCombo(tr("Language of the card"))
        self.verdict = VerdictStrip(context.theme)
        self.verdict_pending = make_label(tr("Being checked…"), "muted")
        self._is_checked = False
        self._is_stale = True
        self._shown: dict[str, object] = {}
        self._facts = _grid()
        self._lacks = column(spacing=GRID // 2)
        self._wishes = _grid()
        self._wish_heading = make_label("", "heading")
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._lay_out()
        self._connect()
        self.look.choose(self.presenter.first_dsm())

    # --- editor ---------------------------------------------------------------------------------------------------

    def concerns(self, paths: frozenset[str]) -> bool:
        return True

    def refresh(self, paths: frozenset[str]) -> None:
        """In a turn of its own, and only where somebody looks."""
        self._is_stale = True
        self._timer.start()

    def set_package_state(self, problems: Sequence[Problem], verdicts: Sequence[Verdict]) -> None:
        self._problems = problems
        self.verdict.show_verdicts(verdicts)
        self._is_checked = bool(verdicts)
        self.verdict_pending.setVisible(not verdicts)
        if not self._is_stale:
            self._show_lacks()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_due()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= _NARROW
        wanted = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._sides.direction() != wanted:
            self._sides.setDirection(wanted)

    @Slot()
    def show_state(self) -> None:
        """Show everything anew."""
        self._is_stale = False
        self.language.show_languages(self.presenter.languages())
        self._show_card()
        self._show_facts()
        self._show_wishes()
        self._show_lacks()

    # --- parts of the page ----------------------------------------------------------------------------------------

    @Slot()
    def _show_card(self) -> None:
        major = 7 if self.look.chosen == 7 else 6
        card = self.presenter.card(self.language.code, major)
        icons = self.presenter.pictures([card.icon])
        shots = self.presenter.pictures(card.screenshots)
        self._thumbnails.forget_others([*icons, *shots])
        made = [self._thumbnails.find(content) for content in icons]
        icon = (made[0].image if made[0] is not None else None) if made else QImage()
        images = [found.image for content in shots if (found := self._thumbnails.find(content)) is not None]
        self.card.show_card(card, major, icon, [image for image in images if not image.isNull()])

    def _show_facts(self) -> None:
        facts = self.presenter.facts()
        if self._is_shown("facts", facts):
            return
        _clear(self._facts)
        for at, fact in enumerate(facts):
            self._facts.addWidget(make_label(fact.title, "muted"), at, 0)
            link = self._link(fact.value, fact.path, fact.field)
            link.setAccessibleName(f"{fact.title}: {fact.value}")
            self._facts.addWidget(link, at, 1, Qt.AlignmentFlag.AlignLeft)

    def _show_wishes(self) -> None:
        wishes = self.presenter.wishes()
        if self._is_shown("wishes", wishes):
            return
        _clear(self._wishes)
        done = sum(wish.is_there for wish in wishes)
        self._wish_heading.setText(tr("For people: {n} of {all}", n=done, all=len(wishes)))
        for at, wish in enumerate(wishes):
            icon, tone = ("success", "success") if wish.is_there else ("plus", "text_muted")
            self._wishes.addWidget(self._sign(icon, tone), at, 0)
            link = self._link(wish.title, wish.path, wish.field)
            if not wish.is_there:
                link.setToolTip(wish.without)
            state = tr("there") if wish.is_there else tr("missing")
            link.setAccessibleName(f"{wish.title}: {state}")
            self._wishes.addWidget(link, at, 1, Qt.AlignmentFlag.AlignLeft)

    def _show_lacks(self) -> None:
        missing = self.presenter.missing()
        known = {lack.path for lack in missing}
        found = [lack for lack in gravest(self._problems, _MOST) if lack.path not in known]
        ranks = list(_ICONS)
        lacks = sorted([*missing, *found], key=lambda lack: ranks.index(lack.severity))[:_MOST]
        if self._is_shown("lacks", (lacks, self._is_checked)):
            return
        _clear(self._lacks)
        for lack in lacks:
            self._lacks.addLayout(self._lack_line(lack))
        if not lacks:
            text = tr("Nothing that DSM would miss.") if self._is_checked else tr("Being checked…")
            self._lacks.addWidget(make_label(text, "muted", wrap=True))

    def _is_shown(self, what: str, content: object) -> bool:
        """Whether this is what the page shows already: made anew, its links would lose the focus."""
        is_shown = self._shown.get(what) == content
        self._shown[what] = content
        return is_shown

    def _lack_line(self, lack: Lack) -> QBoxLayout:
        line = row(spacing=GRID)
        line.addWidget(self._sign(*_ICONS[lack.severity]), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=0)
        fill(words, make_label(breakable(lack.text, _LONGEST_TIP), wrap=True))
        place = self._link(lack.path or tr("The package as a whole"), lack.path, lack.field)
        if lack.problem is not None:
            place.clicked.disconnect()
            place.clicked.connect(partial(self._show_problem, lack.problem))
        place.setAccessibleName(f"{lack.text} {lack.path}")
        words.addWidget(place, 0, Qt.AlignmentFlag.AlignLeft)
        line.addLayout(words, 1)
        return line

    def _link(self, text: str, path: str, field: str) -> QPushButton:
        button = ElidedLink(text)
        button.clicked.connect(partial(self._go, path, field))
        return button

    def _sign(self, icon: str, tone: str) -> QLabel:
        sign = QLabel()
        sign.setPixmap(self.context.theme.icon(icon, tone).pixmap(QSize(18, 18)))
        return sign

    def _go(self, path: str, field: str, _checked: bool = False) -> None:
        self.place_wanted.emit(path, field, 0, 0)

    def _show_problem(self, problem: Problem, _checked: bool = False) -> None:
        self.place_wanted.emit(problem.path, problem.field, problem.line, problem.column)

    # --- composition ----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        body = QWidget()
        whole = column(body, margin=2 * GRID, spacing=3 * GRID)
        whole.addLayout(self._head())
        self._sides.setSpacing(4 * GRID)
        self._sides.addLayout(self._left(), 3)
        self._sides.addLayout(self._right(), 2)
        whole.addLayout(self._sides)
        whole.addStretch(1)
        area = QScrollArea()
        area.setWidget(body)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column(self).addWidget(area)

    def _head(self) -> QBoxLayout:
        line = row(spacing=2 * GRID)
        fill(line, make_label(tr("What DSM says"), "strong"), self.verdict_pending)
        line.addWidget(self.verdict, 1)
        return line

    def _left(self) -> QVBoxLayout:
        switches = row(spacing=GRID)
        fill(switches, make_label(tr("In Package Center"), "heading"), None, self.language, self.look)
        lines = column(spacing=GRID)
        lines.addLayout(switches)
        self.card.setMinimumWidth(44 * GRID)
        self.card.setMaximumWidth(_CARD + 20 * GRID)
        lines.addWidget(self.card)
        lines.addStretch(1)
        return lines

    def _right(self) -> QVBoxLayout:
        self.add_button = make_button(tr("Add a part…"), icon=self.context.theme.icon("plus"))
        lines = column(spacing=3 * GRID)
        for heading, content in (
            (make_label(tr("At a glance"), "heading"), self._facts),
            (make_label(tr("To be done"), "heading"), self._lacks),
            (self._wish_heading, self._wishes),
        ):
            block = column(spacing=GRID)
            block.addWidget(heading)
            block.addLayout(content)
            lines.addLayout(block)
        lines.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        lines.addStretch(1)
        return lines

    def _connect(self) -> None:
        self._timer.timeout.connect(self._on_due)
        self.look.chosen_changed.connect(self._show_card)
        self.language.activated.connect(self._show_card)
        self._thumbnails.ready.connect(self._show_card)
        self.verdict.problem_wanted.connect(self.problem_wanted)
        self.add_button.clicked.connect(self.add_wanted)
        self.context.theme.changed.connect(self._on_theme_changed)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._shown.clear()
        self.show_state()

    @Slot()
    def _on_due(self) -> None:
        if self.isVisible() and self._is_stale:
            self.show_state()


def _clear(layout: QLayout) -> None:
    """Take away what is shown, with the lines inside it."""
    while (item := layout.takeAt(0)) is not None:
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            _clear(inner)
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(2 * GRID)
    grid.setVerticalSpacing(GRID // 2)
    grid.setColumnStretch(1, 1)
    return grid
