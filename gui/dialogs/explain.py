"""From an error to its cause: a field for what Package Center, synopkg or a log said, and what it can mean."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QPushButton, QScrollArea, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.dialogs.base import BaseDialog
from gui.dialogs.causecard import CauseCard
from gui.qt.forms import GRID, align_caption, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.services.explaining import Explaining
from gui.services.workbench import Workbench
from gui.widgets.elidedlink import ElidedLink
from gui.widgets.emptystate import EmptyState
from spkcore.checks.answers import messages
from spkcore.checks.explain import Cause
from spkcore.checks.targets import releases
from spkcore.package.project import Package

_MOST_CAUSES = 20


class ExplainDialog(BaseDialog):
    """Stays open beside the work. Links go to the problems of the open package that can be behind the error."""

    problem_wanted = Signal(object)
    """Problem"""

    def __init__(self, context: AppContext, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(tr("Explain an error"), parent)
        self.setModal(False)
        self._context = context
        self._workbench = workbench
        self._explaining = Explaining(context.tasks, context.notifier, self)
        self.cards: list[CauseCard] = []
        self.usual: list[QPushButton] = []
        self.field = _Field()
        self.paste_button = make_button(tr("&Paste"), "", context.theme.icon("paste"))
        self.open_button = make_button(tr("&Open a log…"), "", context.theme.icon("open"))
        self.dsm = QComboBox()
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self.resize_within_screen(QSize(96 * GRID, 84 * GRID))
        self.field.setFocus()
        self._ask()

    def set_text(self, text: str) -> None:
        """Explain this."""
        self.field.setPlainText(text)

    def _lay_out(self) -> None:
        caption = make_label(tr("What Package Center, synopkg or a log on the NAS said"), "strong")
        caption.setBuddy(self.field)
        line = row(spacing=GRID)
        which = make_label(tr("&DSM of the NAS"))
        which.setBuddy(self.dsm)
        self.dsm.addItem(tr("Not known"), "")
        for item in reversed(releases()):
            self.dsm.addItem(f"DSM {item.name}", item.name)
        self.dsm.setAccessibleName(tr("DSM of the NAS"))
        align_caption(which, self.dsm)
        fill(line, self.paste_button, self.open_button, None, which, self.dsm)
        self.results = QWidget()
        self._lines = column(self.results, spacing=GRID)
        self._lines.setContentsMargins(0, 0, GRID, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.results)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.nothing = EmptyState(
            self._context.theme,
            "help",
            tr("Nothing in this text is known"),
            tr("Paste the message as it stands, or the lines of /var/log/synopkg.log and of the package's own log "
               "under /var/log/packages around the time of the error."),
        )  # fmt: skip
        for page in (self._usual_page(), area, self.nothing):
            self._pages.addWidget(page)
        fill(self.body, caption, self.field, line, GRID)
        self.body.addWidget(self._pages, 1)
        close = self.add_button(make_button(tr("Close")))
        close.clicked.connect(self.accept)

    def _usual_page(self) -> QWidget:
        page = QWidget()
        lines = column(page, spacing=GRID // 2)
        fill(lines, make_label(tr("The usual messages of Package Center"), "strong"))
        for message in messages():
            button = ElidedLink(message)
            button.clicked.connect(partial(self._choose, message))
            self.usual.append(button)
            lines.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        text = tr(
            "More is in the log of the NAS: as root, tail -n 50 /var/log/synopkg.log. With a log the cause can often "
            "be told for certain. A log file can be dropped here."
        )
        fill(lines, GRID, make_label(text, "muted", wrap=True), None)
        return page

    def _connect(self) -> None:
        self.field.textChanged.connect(self._ask)
        self.field.log_dropped.connect(self._explaining.read_log)
        self.dsm.currentIndexChanged.connect(self._ask)
        self.paste_button.clicked.connect(self._on_paste_clicked)
        self.open_button.clicked.connect(self._on_open_clicked)
        self._explaining.explained.connect(self._on_explained)
        self._explaining.log_read.connect(self.field.setPlainText)
        self._workbench.opened.connect(self._ask)
        self._workbench.closing.connect(self._on_package_closing)
        self.finished.connect(self._explaining.stop)

    def _choose(self, message: str, _checked: bool = False) -> None:
        self.set_text(message)
        self.field.setFocus()

    @Slot()
    def _ask(self) -> None:
        """Explain what stands in the field, for the package that is open now."""
        document = self._workbench.document
        self._ask_about(document.package if document is not None else None)

    def _ask_about(self, package: Package | None) -> None:
        text = self.field.toPlainText()
        if text.strip():
            self._explaining.ask(text, str(self.dsm.currentData()), package)
        else:
            self._explaining.stop()
            self._show_causes(())
            self._pages.setCurrentIndex(0)

    @Slot(object)
    def _on_explained(self, causes: tuple[Cause, ...]) -> None:
        self._show_causes(causes)
        self._pages.setCurrentIndex(1 if causes else 2)

    def _show_causes(self, causes: tuple[Cause, ...]) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.cards = [CauseCard(cause, self._context.theme) for cause in causes[:_MOST_CAUSES]]
        if causes:
            text = tr("{n} likely cause", "{n} likely causes, the likeliest first", n=len(self.cards))
            fill(self._lines, make_label(text, "strong"))
        for card in self.cards:
            card.problem_wanted.connect(self.problem_wanted)
            self._lines.addWidget(card)
        self._lines.addStretch(1)

    @Slot()
    def _on_package_closing(self) -> None:
        """Nothing may lead into a package that goes away; what the text means without one is still worth knowing."""
        self._show_causes(())
        self._ask_about(None)

    @Slot()
    def _on_paste_clicked(self) -> None:
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self.set_text(text)
        else:
            self._context.notifier.inform(tr("The clipboard holds no text."))

    @Slot()
    def _on_open_clicked(self) -> None:
        patterns = ((tr("Logs and texts"), "*.log *.txt *.json"), (tr("All files"), "*"))
        self._context.notifier.open_files(tr("Open a log"), patterns, None, self._open_first)

    def _open_first(self, paths: list[Path]) -> None:
        if paths:
            self._explaining.read_log(paths[0])


class _Field(QPlainTextEdit):
    """Takes text, and log files that are dropped on it."""

    log_dropped = Signal(object)
    """Path"""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("What was said"))
        self.setPlaceholderText(tr("Paste a message, the result of synopkg install, or lines of a log here"))
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * 6 + 3 * GRID)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """What is pasted or dropped: a file is read, text is taken."""
        path = _log_in(source)
        if path is None:
            super().insertFromMimeData(source)
        else:
            self.log_dropped.emit(path)


def _log_in(mime: QMimeData) -> Path | None:
    """The first file of what is dragged."""
    urls = [url for url in mime.urls() if url.isLocalFile()]
    path = Path(urls[0].toLocalFile()) if urls else None
    return path if path is not None and path.is_file() else None
