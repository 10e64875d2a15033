"""The page one sees first: drop or open a package, start from a template, get one from a NAS, open a recent one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.app.context import AppContext
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.widgets.cards import Card
from gui.widgets.room import letters
from gui.windows.dropzone import DropZone
from gui.windows.recentlist import RecentList
from spkcore.package.templates import Template, list_templates

_WIDTH = 148 * GRID
_TWO_HALVES = (112 * GRID, 100)
_TWO_CARDS = (58 * GRID, 72)
"""What two of them need beside each other: pixels, and letters of the font."""
_LOGO = 44
_CARDS = 6
"""Templates that have a card; the dialog shows them all."""


class WelcomePage(QScrollArea):
    """Everything it offers runs through commands, except what needs a parameter."""

    template_chosen = Signal(str)
    """The id of a template."""
    recent_chosen = Signal(object)
    """Path"""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setObjectName("Page")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        commands = context.commands
        self.drop_zone = DropZone(context.theme, tr("Open folder…"), tr("Open .spk…"))
        self.drop_zone.folder_button.clicked.connect(commands.action("file.open_folder").trigger)
        self.drop_zone.spk_button.clicked.connect(commands.action("file.open_spk").trigger)
        self._columns = 0
        self.template_cards: dict[str, Card] = {}
        self.more_templates = make_button("", "link")
        self.more_templates.clicked.connect(commands.action("file.new").trigger)
        self.capture_card = Card(
            context.theme, "capture", tr("Capture from a NAS"),
            tr("Keep the .spk that Package Center downloads, and open it here."),
        )  # fmt: skip
        self.capture_card.clicked.connect(commands.action("nas.capture").trigger)
        self.demo_card = Card(
            context.theme, "play", tr("Try without a NAS"),
            tr("The same capture against a small NAS that lives inside this program."),
        )  # fmt: skip
        self.demo_card.clicked.connect(commands.action("nas.demo").trigger)
        self.recent_list = RecentList(context)
        self.recent_list.chosen.connect(self.recent_chosen)
        self._lay_out()

    def _lay_out(self) -> None:
        main = column(spacing=GRID)
        fill(main, self.drop_zone, 2 * GRID, make_label(tr("New from a template"), "heading"), self._templates(), None)
        side = column(spacing=GRID)
        fill(side, make_label(tr("From a NAS"), "heading"), self.capture_card, self.demo_card, 2 * GRID)
        fill(side, make_label(tr("Recent packages"), "heading"), self.recent_list, None)
        self._halves = halves = row(spacing=4 * GRID)
        halves.addWidget(_half(main), 8)
        halves.addWidget(_half(side), 5)
        middle = QWidget()
        middle.setMaximumWidth(_WIDTH)
        lines = column(middle, spacing=3 * GRID)
        fill(lines, self._title(), halves, None)
        page = QWidget()
        outer = row(page, margin=4 * GRID, spacing=0)
        outer.addStretch(1)
        outer.addWidget(middle, 100)
        outer.addStretch(1)
        self.setWidget(page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def _fit(self) -> None:
        """One thing below the other where there is no room for two beside each other."""
        width = self.viewport().width()
        has_room = width >= letters(self, *_TWO_HALVES)
        way = QBoxLayout.Direction.LeftToRight if has_room else QBoxLayout.Direction.TopToBottom
        if self._halves.direction() is not way:
            self._halves.setDirection(way)
        cards = width * 8 // 13 if has_room else width
        self._place_cards(2 if cards >= letters(self, *_TWO_CARDS) else 1)

    def _place_cards(self, columns: int) -> None:
        """Put the cards of templates into so many columns."""
        if columns == self._columns:
            return
        self._columns = columns
        grid = self._grid
        for at, card in enumerate(self.template_cards.values()):
            grid.addWidget(card, at // columns, at % columns)
        grid.addWidget(self.more_templates, _CARDS, 0, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, columns - 1)

    def _title(self) -> QVBoxLayout:
        logo = QLabel()
        logo.setPixmap(self._context.theme.app_icon().pixmap(_LOGO, _LOGO))
        texts = column(spacing=0)
        fill(texts, make_label(tr("SPK Creator"), "title"))
        fill(texts, make_label(tr("Make, check, build and capture Synology packages"), "muted"))
        line = row(spacing=2 * GRID)
        fill(line, logo)
        line.addLayout(texts, 1)
        outer = column()
        outer.addLayout(line)
        return outer

    def _templates(self) -> QGridLayout:
        self._grid = grid = QGridLayout()
        grid.setSpacing(GRID + GRID // 2)
        templates = list_templates()
        for template in templates[:_CARDS]:
            self.template_cards[template.id] = self._template_card(template)
        self.more_templates.setText(tr("All {n} templates…", n=len(templates)))
        grid.setColumnStretch(0, 1)
        self._place_cards(2)
        return grid

    def _template_card(self, template: Template) -> Card:
        card = Card(
            self._context.theme,
            "package",
            template.title,
            template.summary,
            note=tr("DSM {versions}", versions=template.dsm),
        )
        picture = QPixmap()
        if picture.loadFromData(template.icon):
            card.set_picture(picture)
        card.clicked.connect(partial(self._choose_template, template.id))
        return card

    def _choose_template(self, template_id: str, _checked: bool = False) -> None:
        self.template_chosen.emit(template_id)


def _half(lines: QVBoxLayout) -> QWidget:
    """A column of the page. Its width does not depend on what is in it: long names must not push the other aside."""
    half = QWidget()
    half.setLayout(lines)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    half.setSizePolicy(policy)
    return half
