"""The last page of a capture: the files that came, warnings, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QWidget

from gui.nas.capturestate import CaptureState
from gui.nas.errorbox import ErrorBox
from gui.nas.outcome import ResultFile
from gui.qt.announce import announce
from gui.qt.forms import GRID, ElidedLabel, column, fill, make_button, make_label, make_tool, row
from gui.qt.i18n import tr
from gui.qt.progress import size_text
from gui.qt.theme import Theme
from spkcore.nas.sessionlog import drop_credentials

_MOST_ROWS = 60


class ResultPanel(QWidget):
    """Shows how a capture ended."""

    open_clicked = Signal(object)
    """Path of a package."""
    show_clicked = Signal(object)
    """Path of a file."""
    copied = Signal(str)
    """The download address of which all but its password is on the clipboard now."""
    again_clicked = Signal()
    addresses_clicked = Signal()
    """The addresses of packages that the capture saw."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.headline = ElidedLabel("", "title")
        self.hint = make_label("", "muted", wrap=True)
        self.error = ErrorBox(theme)
        self._rows = column(spacing=GRID)
        inside = QWidget()
        inside_lines = column(inside)
        fill(inside_lines, self._rows, None)
        self._scroll = make_scroll_area(inside)
        self.again_button = make_button(tr("Capture &another package"), "primary", theme.icon("capture", "accent_text"))
        self.again_button.clicked.connect(self.again_clicked)
        self.addresses_button = make_button("", "", theme.icon("link"))
        self.addresses_button.clicked.connect(self.addresses_clicked)
        buttons = row()
        fill(buttons, self.again_button, self.addresses_button, None)
        lines = column(self, spacing=GRID)
        fill(lines, self.headline, self.hint, self.error, GRID // 2)
        lines.addWidget(self._scroll, 1)
        fill(lines, GRID // 2, buttons)
        # Takes the room when there is nothing to scroll: the button then stands below the error.
        lines.addStretch(0)

    def show_state(self, state: CaptureState) -> None:
        """Show the end of `state`."""
        self.headline.setText(state.headline)
        self.hint.setText(state.hint if state.error is None else "")
        self.headline.setVisible(state.error is None)
        self.hint.setVisible(bool(self.hint.text()))
        self.again_button.setText(tr("Capture &another package") if state.error is None else tr("Try &again"))
        self.error.setVisible(False)
        if state.error is not None:
            self.error.show_error(state.error)
        count = len(state.outcome.urls) if state.outcome is not None else 0
        self.addresses_button.setText(tr("Package a&ddresses ({n})…", n=count))
        self.addresses_button.setVisible(count > 0)
        self._clear()
        self._add_files(state)
        self._add_remarks(state)
        self._scroll.setVisible(self._rows.count() > 0)

    @property
    def open_buttons(self) -> list[QPushButton]:
        """The buttons that open what came; those of the last result are hidden until they go."""
        return [button for button in self._scroll.findChildren(QPushButton) if button.isVisibleTo(self._scroll)]

    def take_focus(self) -> None:
        """The focus goes to what comes next: open the first package that can be opened, else capture again."""
        (*self.open_buttons, self.again_button)[0].setFocus()
        announce(self.headline, f"{self.headline.text()}. {self.hint.text()}")

    def _clear(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _add_files(self, state: CaptureState) -> None:
        """One card for each package of the queue, and one for what belongs to none."""
        groups = state.outcome.groups if state.outcome is not None else ()
        room = _MOST_ROWS
        for name, files in groups:
            if room > 0:
                self._rows.addWidget(self._group_card(name, files[:room]))
            room -= len(files)
        if room < 0:
            text = tr("{n} more file is in the folder.", "{n} more files are in the folder.", n=-room)
            self._rows.addWidget(make_label(text, "muted"))

    def _group_card(self, name: str, files: Sequence[ResultFile]) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        lines = column(card, spacing=GRID)
        lines.setContentsMargins(2 * GRID, GRID + GRID // 2, 2 * GRID, GRID + GRID // 2)
        if name:
            lines.addWidget(ElidedLabel(name, "strong"))
        for file in files:
            lines.addLayout(self._file_row(file))
            if file.explanation:
                lines.addWidget(self._remark(file.explanation, "lock", "text_muted"))
            if file.remark:
                lines.addWidget(self._remark(file.remark, "info", "text_muted"))
            for problem in file.problems:
                lines.addWidget(self._remark(problem))
        return card

    def _add_remarks(self, state: CaptureState) -> None:
        outcome = state.outcome
        warnings = [*state.notes, *(outcome.warnings if outcome is not None else ())]
        for text in warnings:
            self._rows.addWidget(self._remark(text))

    def _file_row(self, file: ResultFile) -> QHBoxLayout:
        line = row(spacing=GRID)
        fill(line, self._picture(_icon(file), "accent" if file.is_package or file.readable else "icon"))
        texts = column(spacing=2)
        title = "" if file.title == file.package else file.title
        details = " · ".join(part for part in (title, *_facts(file)) if part)
        fill(texts, ElidedLabel(file.path.name), ElidedLabel(details, "muted"))
        line.addLayout(texts, 1)
        if file.readable:
            button = make_button(tr("Open in the editor"))
            button.setAccessibleName(tr("Open {name} in the editor", name=file.path.name))
            button.clicked.connect(partial(self._open, file.path))
            line.addWidget(button)
        if file.url:
            is_open = drop_credentials(file.url) == file.url
            tip = tr("Copy the download address of {name}", name=file.path.name)
            secret = tr("Copy the download address of {name}, without its password", name=file.path.name)
            copy = make_tool(self._theme.icon("link"), tip if is_open else secret)
            copy.clicked.connect(partial(self._copy, file.url))
            line.addWidget(copy)
        show = make_tool(self._theme.icon("reveal"), tr("Show {name} in its folder", name=file.path.name))
        show.clicked.connect(partial(self._show, file.path))
        line.addWidget(show)
        return line

    def _remark(self, text: str, icon: str = "warning", role: str = "warning") -> QWidget:
        widget = QWidget()
        line = row(widget, spacing=GRID)
        line.addWidget(self._picture(icon, role), 0, Qt.AlignmentFlag.AlignTop)
        label = make_label(text, "" if icon == "warning" else "muted", wrap=True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line.addWidget(label, 1)
        return widget

    def _picture(self, icon: str, role: str) -> QLabel:
        picture = QLabel()
        picture.setPixmap(self._theme.icon(icon, role).pixmap(QSize(20, 20)))
        return picture

    def _open(self, path: Path, _checked: bool = False) -> None:
        self.open_clicked.emit(path)

    def _copy(self, url: str, _checked: bool = False) -> None:
        QGuiApplication.clipboard().setText(drop_credentials(url))
        self.copied.emit(url)

    def _show(self, path: Path, _checked: bool = False) -> None:
        self.show_clicked.emit(path)


def make_scroll_area(widget: QWidget) -> QScrollArea:
    """`widget` in an area that scrolls up and down when the window is small."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area


def _facts(file: ResultFile) -> tuple[str, ...]:
    if not file.size and not file.is_package:
        return ()
    return size_text(file.size), _check_text(file)


def _check_text(file: ResultFile) -> str:
    """What the check of a file came to."""
    if not file.complete:
        return tr("not complete")
    if file.problems:
        return tr("whole, but look below")
    return tr("whole, with the checksum of the package list") if file.is_listed else tr("whole")


def _icon(file: ResultFile) -> str:
    if file.is_package:
        return "package"
    return "file" if file.size else "folder"
