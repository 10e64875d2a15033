"""The list of recent packages on the welcome page: open, pin, remove; those that are gone are greyed out."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from gui.app.context import AppContext
from gui.qt.forms import GRID, ElidedLabel, PushButton, column, fill, make_button, make_label, make_tool, plain_tip, row
from gui.qt.i18n import tr
from gui.services.recents import Recent
from spkcore.base.tasks import TaskContext

_ICON = 20


class RecentList(QWidget):
    """One row per recent package."""

    chosen = Signal(object)
    """Path"""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._rows: list[RecentRow] = []
        self._lines = column(self, spacing=2)
        self._empty = make_label(tr("Packages that you open appear here."), "muted", wrap=True)
        self._lines.addWidget(self._empty)
        self.clear = make_button(tr("C&lear this list"), "flat")
        self.clear.setToolTip(tr("Forget all packages but the pinned ones; the packages themselves stay"))
        self.clear.clicked.connect(context.recents.clear)
        self._lines.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignLeft)
        context.recents.changed.connect(self.reload)
        self.reload()

    @property
    def rows(self) -> list[RecentRow]:
        """The rows from top to bottom."""
        return self._rows

    @Slot()
    def reload(self) -> None:
        """Show the list again, and look in the background which packages are still there."""
        for old in self._rows:
            self._lines.removeWidget(old)
            old.deleteLater()
        items = self._context.recents.all()
        self._rows = [RecentRow(item, self._context, self) for item in items]
        for shown in self._rows:
            shown.chosen.connect(self.chosen)
            self._lines.insertWidget(self._lines.count() - 1, shown)
        self._empty.setVisible(not items)
        self.clear.setVisible(any(not item.pinned for item in items))
        if items:
            self._look_for(tuple(item.path for item in items))

    def _look_for(self, paths: tuple[str, ...]) -> None:
        task = self._context.tasks.start("recents", tr("Look for packages"), partial(_missing, paths), hidden=True)
        task.finished.connect(self._on_looked)

    @Slot(object)
    def _on_looked(self, missing: object) -> None:
        if isinstance(missing, frozenset):
            for shown in self._rows:
                shown.set_missing(shown.recent.path in missing)


class RecentRow(QWidget):
    """One package."""

    chosen = Signal(object)

    def __init__(self, recent: Recent, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.recent = recent
        self._context = context
        self.button = _RowButton(recent, context, self)
        self.button.clicked.connect(self._on_clicked)
        theme = context.theme
        pin_name = tr("Unpin {name}", name=recent.title) if recent.pinned else tr("Pin {name}", name=recent.title)
        self.pin = make_tool(theme.icon("pinned" if recent.pinned else "pin"), pin_name)
        self.pin.clicked.connect(self._on_pin)
        self.remove = make_tool(theme.icon("close"), tr("Remove {name} from this list", name=recent.title))
        self.remove.clicked.connect(self._on_remove)
        line: QHBoxLayout = row(self, spacing=0)
        line.addWidget(self.button, 1)
        fill(line, self.pin, self.remove)

    def set_missing(self, missing: bool) -> None:
        """Grey the row out when its package is gone."""
        self.button.setEnabled(not missing)
        self.button.note.setVisible(missing)

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(Path(self.recent.path))

    @Slot()
    def _on_pin(self) -> None:
        self._context.recents.set_pinned(self.recent.path, not self.recent.pinned)

    @Slot()
    def _on_remove(self) -> None:
        self._context.recents.remove(self.recent.path)


class _RowButton(PushButton):
    def __init__(self, recent: Recent, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "row")
        self.setAutoDefault(False)
        self.setToolTip(plain_tip(recent.path))
        self.setAccessibleName(recent.title)
        self.setAccessibleDescription(recent.path)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        picture = QLabel()
        icon = "package" if recent.path.lower().endswith(".spk") else "folder"
        picture.setPixmap(context.theme.icon(icon).pixmap(QSize(_ICON, _ICON)))
        self.note = make_label(tr("not there any more"), "small")
        self.note.hide()
        head = row(spacing=GRID)
        head.addWidget(ElidedLabel(recent.title, "strong", Qt.TextElideMode.ElideRight), 1)
        fill(head, self.note, make_label(recent.version, "small"))
        lines = column(spacing=0)
        fill(lines, head, ElidedLabel(recent.path, "small"))
        line = row(self, margin=GRID, spacing=GRID + GRID // 2)
        line.addWidget(picture)
        line.addLayout(lines, 1)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Show}:
            # The style sheet gives buttons a height of their own, which is too low for two lines.
            self.setFixedHeight(self.sizeHint().height())
        return done

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.totalSizeHint() if layout is not None else super().sizeHint()


def _missing(paths: tuple[str, ...], context: TaskContext) -> frozenset[str]:
    gone = []
    for path in paths:
        context.check()
        if not Path(path).exists():
            gone.append(path)
    return frozenset(gone)
