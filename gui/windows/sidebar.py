"""The left side: which package is open, and the tree of its parts."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QTreeView, QWidget

from gui.app.context import AppContext
from gui.models.parts import PART_ROLE, PartsModel
from gui.qt.forms import GRID, ElidedLabel, ToolButton, column, fill, restyle, row
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.services.workbench import package_title
from gui.windows.partdelegate import PartDelegate
from spkcore.base.errors import SpkError
from spkcore.checks.engine import Problem
from spkcore.package.parts import Part, list_parts

_ICONS = ("PACKAGE_ICON.PNG", "PACKAGE_ICON_256.PNG")
_PICTURE = 40
_LARGEST_ICON = 4 << 20


class Sidebar(QWidget):
    """Follows one document."""

    part_chosen = Signal(str)
    """The path of the part that was selected."""
    package_problems_wanted = Signal()
    """The badge beside the name was clicked: show the problems of the package as a whole."""

    def __init__(self, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._context = context
        self.setObjectName("Sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(22 * GRID)
        self._picture = QLabel()
        self._picture.setFixedSize(_PICTURE, _PICTURE)
        self._name = ElidedLabel("", "strong", Qt.TextElideMode.ElideRight)
        self._version = ElidedLabel("", "small", Qt.TextElideMode.ElideRight)
        self.package_badge = ToolButton()
        self.package_badge.setProperty("look", "badge")
        self.package_badge.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.package_badge.clicked.connect(self.package_problems_wanted)
        self.package_badge.hide()
        self.model = PartsModel(context.theme, self)
        self.tree = QTreeView()
        self._set_up_tree()
        self._lay_out()
        document.changed.connect(self._on_document_changed)
        document.saved.connect(self._on_saved)
        self._refresh(frozenset(_ICONS) | {"INFO"})

    @property
    def heading(self) -> str:
        """Name and version as shown on top."""
        return f"{self._name.text()} {self._version.text()}"

    def select(self, path: str) -> None:
        """Select the part without telling anybody."""
        self.tree.selectionModel().blockSignals(True)  # noqa: FBT003 - Qt's own signature
        self.tree.setCurrentIndex(self.model.index_of(path))
        self.tree.selectionModel().blockSignals(False)  # noqa: FBT003 - Qt's own signature
        self.tree.viewport().update()

    def set_problems(self, problems: Iterable[Problem]) -> None:
        """Put badges on the parts, and one beside the name for what belongs to none."""
        self.model.set_problems(problems)
        badge = self.model.package_badge
        self.package_badge.setVisible(badge is not None)
        if badge is not None:
            text = tr("{n} problem of the package as a whole", "{n} problems of the package as a whole", n=badge.count)
            self.package_badge.setText(str(badge.count))
            self.package_badge.setToolTip(text)
            self.package_badge.setAccessibleName(text)
            restyle(self.package_badge, "tone", badge.severity)

    @property
    def selected(self) -> Part | None:
        """The part that is selected."""
        part = self.tree.currentIndex().data(PART_ROLE)
        return part if isinstance(part, Part) else None

    def _set_up_tree(self) -> None:
        tree = self.tree
        tree.setModel(self.model)
        tree.setItemDelegate(PartDelegate(self._context.theme, tree))
        tree.setProperty("role", "plain")
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setIndentation(0)
        tree.setItemsExpandable(False)
        tree.setMouseTracking(True)
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        tree.setAccessibleName(tr("Parts of the package"))
        tree.selectionModel().currentChanged.connect(self._on_current_changed)
        self._context.theme.changed.connect(tree.viewport().update)

    def _lay_out(self) -> None:
        texts = column(spacing=0)
        fill(texts, None, self._name, self._version, None)
        head = row(spacing=GRID + GRID // 2)
        head.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        fill(head, self._picture)
        head.addLayout(texts, 1)
        fill(head, self.package_badge)
        outer = column(self, spacing=0)
        fill(outer, head)
        outer.addWidget(self.tree, 1)

    def _refresh(self, paths: frozenset[str]) -> None:
        kept = self.selected
        if self.model.set_parts(list_parts(self._document.entries)):
            self.tree.expandAll()
            if kept is not None:
                self.select(kept.path)
        self.model.set_changed(self._document.package.changed)
        if "INFO" in paths:
            self._show_title()
        if paths & set(_ICONS):
            self._show_icon()

    def _show_title(self) -> None:
        name, version = package_title(self._document)
        self._name.setText(name)
        self._version.setText(version or tr("no version"))

    def _show_icon(self) -> None:
        data = next((data for name in _ICONS if (data := self._icon_bytes(name))), b"")
        picture = QPixmap()
        if not data or not picture.loadFromData(data):
            picture = self._context.theme.icon("package", "text_faint").pixmap(QSize(_PICTURE, _PICTURE))
        scale = self.devicePixelRatioF()
        side = int(_PICTURE * scale)
        smooth = Qt.TransformationMode.SmoothTransformation
        picture = picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        picture.setDevicePixelRatio(scale)
        self._picture.setPixmap(picture)

    def _icon_bytes(self, name: str) -> bytes:
        entry = self._document.entries.get(name)
        if entry is None or entry.size > _LARGEST_ICON:
            return b""
        try:
            return self._document.content(name)
        except SpkError:
            return b""

    @Slot(object)
    def _on_document_changed(self, paths: frozenset[str]) -> None:
        self._refresh(paths)

    @Slot()
    def _on_saved(self) -> None:
        self.model.set_changed(self._document.package.changed)
        self._show_title()

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        part = current.data(PART_ROLE)
        if isinstance(part, Part):
            self.part_chosen.emit(part.path)
