"""The card that shows what a build made: path, size and checksums to copy, and the way to the file."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QLocale, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QProgressBar, QStackedWidget, QWidget

from gui.dialogs.base import BaseDialog
from gui.qt.forms import GRID, ElidedLabel, column, fill, make_button, make_label, make_tool, restyle, row
from gui.qt.i18n import tr
from gui.qt.progress import progress_text, seconds_text, show_progress, size_text
from gui.qt.tasks import Task
from gui.qt.theme import Theme
from spkcore.base.tasks import Progress

_LONGEST = 64
"""Characters of a SHA-256: the longest value that has to be seen whole."""
_SMALLEST = 8
"""Points."""


class Built(Protocol):
    """What is shown of a BuildResult of spkcore.archive.build."""

    path: Path
    size: int
    md5: str
    sha256: str
    payload_entries: int
    seconds: float


class BuildDialog(BaseDialog):
    """First the progress of the build, then its result. Closing it lets the build go on. `target` is the build target
    for those that have one."""

    show_in_folder_wanted = Signal(object)
    """Path"""

    def __init__(self, task: Task, theme: Theme, parent: QWidget | None = None, *, target: str = "") -> None:
        super().__init__(tr("Build for {target}", target=target) if target else tr("Build"), parent)
        self.setModal(False)
        self._theme = theme
        self._task = task
        self._path = Path()
        self._target = target
        self.values: dict[str, QLineEdit] = {}
        self.setMinimumWidth(78 * GRID)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(task.title)
        self._step = ElidedLabel(tr("Starting"), "muted")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._progress_page())
        self.body.addWidget(self._pages)
        self.show_button = make_button(tr("&Show in folder"), "", theme.icon("reveal"))
        self.show_button.hide()
        self.show_button.clicked.connect(self._on_show_clicked)
        self.add_left(self.show_button)
        self.close_button = self.add_button(make_button(tr("Cancel")))
        self.close_button.clicked.connect(self._on_close_clicked)
        task.progressed.connect(self._on_progressed)
        task.finished.connect(self._on_finished)
        task.failed.connect(self.reject)
        task.cancelled.connect(self.reject)

    def _progress_page(self) -> QWidget:
        page = QWidget()
        lines = column(page)
        fill(lines, make_label(self._task.title, "heading", wrap=True), self._bar, self._step, None)
        return page

    def _result_page(self, result: Built) -> QWidget:
        page = QWidget()
        lines = column(page, spacing=2 * GRID)
        head = row(spacing=GRID + GRID // 2)
        icon = QLabel()
        icon.setPixmap(self._theme.icon("success", "success").pixmap(QSize(32, 32)))
        texts = column(spacing=0)
        name = ElidedLabel(tr("{name} is ready", name=result.path.name), "heading")
        facts = tr(
            "{size} · {n} payload entry · {time} · verified", "{size} · {n} payload entries · {time} · verified",
            size=size_text(result.size), n=result.payload_entries, time=seconds_text(result.seconds),
        )  # fmt: skip
        fill(texts, name, make_label(facts, "muted"))
        if self._target:
            fill(texts, make_label(tr("Build target: {target}", target=self._target), "muted"))
        fill(head, icon)
        head.addLayout(texts, 1)
        grid = QGridLayout()
        grid.setSpacing(GRID)
        pairs = (
            ("path", tr("File"), str(result.path)),
            ("size", tr("Size"), tr("{count} bytes", count=QLocale().toString(result.size))),
            ("sha256", tr("SHA-256"), result.sha256),
            ("md5", tr("MD5"), result.md5),
        )
        for position, (key, label, value) in enumerate(pairs):
            self._add_value(grid, position, key, label, value)
        fill(lines, head, grid, None)
        return page

    def _add_value(self, grid: QGridLayout, position: int, key: str, label: str, value: str) -> None:
        caption = make_label(label, "muted")
        field = QLineEdit(value)
        field.setReadOnly(True)
        field.setFont(self._value_font())
        field.setCursorPosition(0)
        field.setMinimumWidth(field.fontMetrics().horizontalAdvance("0" * _LONGEST) + 4 * GRID)
        caption.setBuddy(field)
        copy = make_tool(self._theme.icon("copy"), tr("Copy {what}", what=label))
        copy.clicked.connect(_Copy(field).run)
        self.values[key] = field
        grid.addWidget(caption, position, 0)
        grid.addWidget(field, position, 1)
        grid.addWidget(copy, position, 2)

    def _value_font(self) -> QFont:
        """The longest value is seen whole also in large letters on a small screen."""
        font = self._theme.fixed_font()
        room = self.screen().availableSize().width() - 36 * GRID
        while QFontMetrics(font).horizontalAdvance("0" * _LONGEST) > room and font.pointSize() > _SMALLEST:
            font.setPointSize(font.pointSize() - 1)
        return font

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        show_progress(self._bar, progress)
        self._step.setText(progress_text(progress))

    @Slot(object)
    def _on_finished(self, result: Built) -> None:
        self._path = result.path
        self._pages.addWidget(self._result_page(result))
        self._pages.setCurrentIndex(1)
        self.show_button.show()
        self.close_button.setText(tr("Close"))
        restyle(self.close_button, "look", "primary")
        self.close_button.setDefault(True)
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit_height()

    @Slot()
    def _on_show_clicked(self) -> None:
        self.show_in_folder_wanted.emit(self._path)

    @Slot()
    def _on_close_clicked(self) -> None:
        self._task.cancel()
        if self._task.state.is_over:
            self.accept()


class _Copy(QObject):
    """Copies one field; lives in it."""

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field)
        self._field = field

    def run(self) -> None:
        self._field.selectAll()
        QGuiApplication.clipboard().setText(self._field.text())
