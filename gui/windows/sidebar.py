"""The left side: which package is open, and the tree of its parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPoint, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QPixmap
from PySide6.QtWidgets import QLabel, QMenu, QTreeView, QWidget

from gui.app.context import AppContext
from gui.models.parts import PART_ROLE, PartsModel, overview_part
from gui.qt.forms import GRID, ElidedLabel, ToolButton, column, fill, make_button, restyle, row
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.services.workbench import package_title
from gui.windows.partdelegate import PartDelegate
from spkcore.base.errors import SpkError
from spkcore.checks.engine import Problem
from spkcore.package.parts import Part, PartGroup, list_parts

_ICONS = ("PACKAGE_ICON.PNG", "PACKAGE_ICON_256.PNG")
_PICTURE = 40
_LARGEST_ICON = 4 << 20
_BESIDE_NAME = 11 * GRID
"""Pixels for the icon before the name of a part, the signs behind it and the scroll bar."""
_WIDEST_LEAST = 32 * GRID
_GROUPS = list(PartGroup)


class Sidebar(QWidget):
    """Follows one document."""

    part_chosen = Signal(str)
    """The path of the part that was selected."""
    remove_wanted = Signal(str)
    """The path of a part that is to go."""
    add_wanted = Signal()
    """Another part is to be added."""
    package_problems_wanted = Signal()
    """The badge beside the name was clicked: show the problems of the package as a whole."""

    def __init__(self, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._context = context
        self._wanted: dict[str, Part] = {}
        self.setObjectName("Sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
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

    def minimumSizeHint(self) -> QSize:
        """The name of a part is read whole, in letters of any size; a third of a small window is enough."""
        name = self.fontMetrics().horizontalAdvance(tr("Package information"))
        return QSize(min(name + _BESIDE_NAME, _WIDEST_LEAST), super().minimumSizeHint().height())

    @property
    def heading(self) -> str:
        """Name and version as shown on top."""
        return f"{self._name.text()} {self._version.text()}"

    def select(self, path: str) -> None:
        """Select the part without telling anybody."""
        with QSignalBlocker(self.tree.selectionModel()):
            self.tree.setCurrentIndex(self.model.index_of(path))
        self.tree.scrollTo(self.tree.currentIndex())  # the tree has not heard of it
        self.tree.viewport().update()

    def want(self, part: Part) -> None:
        """Show a part that is not there, until it is created: its editor offers what it can start with."""
        self._wanted[part.path] = replace(part, present=False)
        self._refresh(frozenset())

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
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._on_menu_wanted)
        self._remove = QAction(tr("Remove"), tree)
        self._remove.setShortcut(QKeySequence.StandardKey.Delete)
        self._remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._remove.triggered.connect(self._on_remove)
        tree.addAction(self._remove)
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
        self.add_button = make_button(tr("Add a part…"), "flat", self._context.theme.icon("plus"))
        self.add_button.clicked.connect(self.add_wanted)
        foot = row()
        foot.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        foot.addWidget(self.add_button, 1)
        outer.addLayout(foot)

    def _refresh(self, paths: frozenset[str]) -> None:
        kept = self.selected
        parts = list_parts(self._document.entries)
        known = {part.path for part in parts}
        self._wanted = {path: part for path, part in self._wanted.items() if path not in known}
        everything = sorted([*parts, *self._wanted.values()], key=lambda part: _GROUPS.index(part.group))
        if self.model.set_parts([overview_part(), *everything]):
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

    @Slot(QPoint)
    def _on_menu_wanted(self, place: QPoint) -> None:
        part = self.selected
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Add a part…"), self.add_wanted.emit)
        self._remove.setEnabled(part is not None and part.present)
        menu.addAction(self._remove)
        menu.popup(self.tree.viewport().mapToGlobal(place))

    @Slot()
    def _on_remove(self) -> None:
        part = self.selected
        if part is not None:
            self.remove_wanted.emit(part.path)

    @Slot()
    def _on_saved(self) -> None:
        self.model.set_changed(self._document.package.changed)
        self._show_title()

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        part = current.data(PART_ROLE)
        if isinstance(part, Part):
            self.part_chosen.emit(part.path)
