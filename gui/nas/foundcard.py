"""A card for what lies on the NAS from before: go on, fetch, take or remove it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from gui.nas.found import Earlier, group_orphans, leftovers_text
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from spkcore.nas.orphans import Leftover, Orphan

Action = tuple[str, Callable[..., None]]


class FoundCard(QFrame):
    """Hidden while there is nothing. Its signals carry the folders of one capture."""

    resume_clicked = Signal(object)
    """tuple[Orphan, ...]"""
    fetch_clicked = Signal(object)
    """tuple[Orphan, ...]"""
    remove_clicked = Signal(object)
    """Earlier"""
    take_clicked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Sequence[Orphan], Sequence[Leftover]] = ((), ())
        self.setProperty("role", "banner")
        self.setProperty("inset", True)  # noqa: FBT003 - Qt's own signature
        self.setProperty("tone", "info")
        self._rows = column(self, margin=2 * GRID, spacing=GRID + GRID // 2)
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What it says."""
        return [label.text() for label in self.findChildren(QLabel) if label.text() and not self.isHidden()]

    @property
    def buttons(self) -> list[QPushButton]:
        """What can be done."""
        return [button for button in self.findChildren(QPushButton) if not self.isHidden()]

    def show_found(self, orphans: Sequence[Orphan], leftovers: Sequence[Leftover]) -> None:
        """Show what lies there."""
        if (orphans, leftovers) != self._shown:
            self._shown = (orphans, leftovers)
            self._fill()
        self.setVisible(bool(orphans or leftovers))

    def _fill(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        orphans, leftovers = self._shown
        for earlier in group_orphans(orphans):
            self._rows.addWidget(self._earlier_row(earlier))
        if leftovers:
            title = tr("Package Center left packages on the NAS")
            actions: tuple[Action, ...] = ((tr("Take"), self._take),)
            self._rows.addWidget(self._row("package", title, leftovers_text(leftovers), actions))

    def _earlier_row(self, earlier: Earlier) -> QWidget:
        actions: list[Action] = [(tr("Remove"), partial(self._remove, earlier))]
        if earlier.is_running:
            actions.insert(0, (tr("Go on"), partial(self._resume, earlier)))
        elif earlier.has_packages:
            actions.insert(0, (tr("Fetch"), partial(self._fetch, earlier)))
        return self._row("recent", earlier.title, earlier.text, actions)

    def _row(self, icon: str, title: str, text: str, actions: Sequence[Action]) -> QWidget:
        widget = QWidget()
        line = row(widget, spacing=GRID)
        picture = QLabel()
        picture.setPixmap(self._theme.icon(icon, "accent").pixmap(QSize(20, 20)))
        line.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        texts = column(spacing=2)
        fill(texts, make_label(title, "strong", wrap=True), make_label(text, "muted", wrap=True))
        line.addLayout(texts, 1)
        for label, handler in actions:
            button = make_button(label)
            button.setAccessibleName(f"{label}: {title}")
            button.clicked.connect(handler)
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return widget

    def _resume(self, earlier: Earlier, _checked: bool = False) -> None:
        self.resume_clicked.emit(earlier.orphans)

    def _fetch(self, earlier: Earlier, _checked: bool = False) -> None:
        self.fetch_clicked.emit(earlier.orphans)

    def _remove(self, earlier: Earlier, _checked: bool = False) -> None:
        self.remove_clicked.emit(earlier)

    def _take(self, _checked: bool = False) -> None:
        self.take_clicked.emit()
