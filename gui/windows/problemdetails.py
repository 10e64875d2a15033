"""The pane beside the table of problems: why it matters, how to mend it, how sure that is, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from gui.models.problems import SEVERITY_ICONS, ProblemRow, place_text, severity_text
from gui.models.problemtexts import certainty_text, dsm_text, fix_text, profile_text, rule_of
from gui.qt.forms import GRID, PushButton, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.flow import FlowLayout
from spkcore.checks.rulebook import Profile, Rule


class ProblemDetails(QStackedWidget):
    """Shows one row of the table, or says that none is selected."""

    go_wanted = Signal()
    fix_wanted = Signal()
    fix_kind_wanted = Signal()
    accept_wanted = Signal()
    count_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row: ProblemRow | None = None
        self.setMinimumWidth(28 * GRID)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName(tr("The selected problem"))
        self._icon = QLabel()
        self._kind = make_label("", "small")
        self.message = _selectable("strong")
        self.place = _PlaceLink()
        self.fix = make_button("")
        self.fix_kind = make_button("")
        self.accept_button = make_button(tr("Accept with a reason…"))
        self.count_again = make_button(tr("Count it again"))
        self.why = _selectable()
        self.how = _selectable()
        self.reason = _selectable()
        self.facts = _selectable("small")
        self._titles = [make_label(text, "section") for text in (tr("Accepted"), tr("Why"), tr("How to mend it"))]
        self._lay_out()
        self._connect()
        self.show_row(None, 0)

    def show_row(self, shown: ProblemRow | None, alike: int) -> None:
        """Show this row; `alike` problems of the same rule can be mended."""
        is_other = shown is None or self._row is None or shown.identity != self._row.identity
        self._row = shown
        self.setCurrentIndex(0 if shown is None else 1)
        if shown is None:
            return
        problem, rule = shown.problem, rule_of(shown.problem)
        self._paint()
        self._kind.setText(f"{severity_text(problem)} · {problem.rule}")
        self.message.setText(problem.message)
        self.place.setText(place_text(problem))
        self.place.setToolTip(place_text(problem))
        self._show_buttons(shown, alike)
        self._titles[0].setVisible(shown.override is not None)
        self.reason.setVisible(shown.override is not None)
        self.reason.setText(shown.override.reason if shown.override is not None else "")
        self.why.setText(rule.why)
        self.how.setText(rule.fix)
        self.facts.setText(_facts(rule))
        if is_other:
            self._area.verticalScrollBar().setValue(0)

    def _show_buttons(self, shown: ProblemRow, alike: int) -> None:
        text = fix_text(shown.problem)
        counts = shown.override is None
        self.fix.setVisible(bool(text) and counts)
        self.fix.setText(tr("Fix: {what}", what=text))
        self.fix_kind.setVisible(alike > 1 and counts)
        self.fix_kind.setText(tr("Fix all {n} of this kind…", "Fix all {n} of this kind…", n=alike))
        self.accept_button.setVisible(counts)
        self.count_again.setVisible(not counts)

    def _lay_out(self) -> None:
        body = QWidget()
        lines = column(body, margin=2 * GRID, spacing=GRID)
        lines.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        head = row(spacing=GRID)
        fill(head, self._icon, self._kind, None, self.place)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        flow.setContentsMargins(0, 0, 0, 0)
        for button in (self.fix, self.fix_kind, self.accept_button, self.count_again):
            flow.addWidget(button)
        fill(lines, head, self.message, buttons)
        for title, text in zip(self._titles, (self.reason, self.why, self.how), strict=True):
            section = column(spacing=2)
            fill(section, title, text)
            lines.addLayout(section)
        fill(lines, self.facts, None)
        nothing = make_label(tr("Select a problem to see why it matters and how to mend it."), "muted", wrap=True)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing.setMargin(2 * GRID)
        self._area.setWidget(body)
        self.addWidget(nothing)
        self.addWidget(self._area)

    def _connect(self) -> None:
        self.place.clicked.connect(self.go_wanted)
        self.fix.clicked.connect(self.fix_wanted)
        self.fix_kind.clicked.connect(self.fix_kind_wanted)
        self.accept_button.clicked.connect(self.accept_wanted)
        self.count_again.clicked.connect(self.count_wanted)
        self._theme.changed.connect(self._paint)

    @Slot()
    def _paint(self) -> None:
        if self._row is not None:
            names = SEVERITY_ICONS[self._row.severity] if self._row.override is None else ("check", "text_faint")
            self._icon.setPixmap(self._theme.icon(*names).pixmap(QSize(18, 18)))


class _PlaceLink(PushButton):
    """A link that gives way in its middle: paths are long, and the pane is narrow."""

    def __init__(self) -> None:
        super().__init__("")
        self.setProperty("look", "link")
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(6 * GRID, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self).width()
        text = option.fontMetrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        option.text = text.replace("&", "&&")
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)


def _selectable(role: str = "") -> QLabel:
    label = make_label("", role, wrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _facts(rule: Rule) -> str:
    """How sure, for which DSM, whose demand, and who says so."""
    mildest = next(profile for profile in Profile if profile in rule.profiles)
    demand = tr("Profile: {name}", name=profile_text(mildest)[0])
    first = " · ".join([certainty_text(rule.certainty), dsm_text(rule.dsm), demand])
    return f"{first}\n{tr('Source: {source}', source=rule.source)}"
