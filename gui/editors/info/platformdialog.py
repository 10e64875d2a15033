"""The dialog that chooses platforms for arch and exclude_arch, or NAS models for model and exclude_model."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from gui.dialogs.base import BaseDialog
from gui.editors.info.platformtree import Node, explanation, nodes, warning
from gui.editors.info.ranges import DsmRange
from gui.qt.forms import GRID, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.widgets.valueedits import ValueEdit
from spkcore.package.platformchoice import Words, expanded, gathered

_NODE = int(Qt.ItemDataRole.UserRole)
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class PlatformDialog(BaseDialog):
    """Families, platforms and models as a tree with a search; below it the value as INFO will have it."""

    chosen = Signal(str, str)
    """key, value"""

    def __init__(self, name: str, label: str, value: str, dsm: DsmRange, parent: QWidget | None) -> None:
        super().__init__(label, parent, heading=label)
        self._name = name
        self._dsm = dsm
        self._words: Words = tuple(value.split())
        self._lines: list[QTreeWidgetItem] = []
        self.search = QLineEdit()
        self.only_fitting = QCheckBox(tr("Only what {range} runs on", range=dsm.name))
        self.tree = QTreeWidget()
        self.about = make_label("", wrap=True)
        self.warning = make_label("", "warning", wrap=True)
        self.value = ValueEdit()
        self.expand_button = make_button(tr("Write families as platforms"))
        self.gather_button = make_button(tr("Write platforms as families"))
        self._set_up()
        self._lay_out()
        self._connect()
        self._fill()
        self.resize_within_screen(QSize(116 * GRID, 84 * GRID))
        self.search.setFocus()

    @property
    def is_for_models(self) -> bool:
        """Whether it chooses models."""
        return self._name.endswith("model")

    def item(self, word: str) -> QTreeWidgetItem | None:
        """The line of a platform, family or model (by its name), if there is one."""
        return next((item for item in self._items() if item.data(0, _NODE).name == word), None)

    # ------------------------------------------------------------------------------------------ slots

    @Slot()
    def _on_search(self) -> None:
        needle = self.search.text().casefold().split()
        for item in _children(self.tree.invisibleRootItem()):
            self._narrow(item, needle, inherited=False)

    @Slot(QTreeWidgetItem, int)
    def _on_item_changed(self, item: QTreeWidgetItem, _column: int) -> None:
        node: Node = item.data(0, _NODE)
        self._take(node.toggled(self._words, chosen=item.checkState(0) == _CHECKED))

    @Slot(QTreeWidgetItem)
    def _on_current_changed(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.about.setText(explanation(item.data(0, _NODE)))

    @Slot(str)
    def _on_value_typed(self, text: str) -> None:
        self._words = tuple(text.split())
        self._show_words(typed=True)

    @Slot()
    def _on_expand(self) -> None:
        self._take(expanded(self._words))

    @Slot()
    def _on_gather(self) -> None:
        self._take(gathered(self._words))

    @Slot()
    def _on_accepted(self) -> None:
        self.chosen.emit(self._name, " ".join(self._words))

    # ------------------------------------------------------------------------------------------ the tree

    def _take(self, words: Words) -> None:
        self._words = words
        self._show_words()

    def _fill(self) -> None:
        with QSignalBlocker(self.tree):
            for node in nodes(self._words, self._dsm, models=self.is_for_models, all_names=self._name == "arch"):
                self.tree.addTopLevelItem(self._make(node))
        self._show_words()
        self._on_search()
        shown = [item for item in self._items() if not item.isHidden()]
        ticked = [item for item in shown if item.checkState(0) == _CHECKED]
        self.tree.setCurrentItem((ticked or shown)[0])

    def _make(self, node: Node) -> QTreeWidgetItem:
        models = ", ".join(node.models)
        item = QTreeWidgetItem([node.title, node.cpu, node.dsm, node.note or models])
        self._lines.append(item)
        item.setData(0, _NODE, node)
        if models:
            item.setToolTip(3, models)
        if node.can_be_chosen:
            item.setCheckState(0, _UNCHECKED)
        if node.is_dim:
            item.setToolTip(0, tr("Not for {range}", range=self._dsm.name))
        for child in node.children:
            item.addChild(self._make(child))
        return item

    def _show_words(self, *, typed: bool = False) -> None:
        with QSignalBlocker(self.tree):
            for item in self._items():
                node: Node = item.data(0, _NODE)
                if node.can_be_chosen:
                    item.setCheckState(0, Qt.CheckState(node.state(self._words)))
        if not typed:
            self.value.show_value(" ".join(self._words))
        text = "" if self.is_for_models else warning(self._words, self._dsm)
        self.warning.setText(text)
        self.warning.setVisible(bool(text))
        self.expand_button.setEnabled(expanded(self._words) != self._words)
        self.gather_button.setEnabled(gathered(self._words) != self._words)

    def _narrow(self, item: QTreeWidgetItem, needle: list[str], *, inherited: bool) -> bool:
        """Show what the search finds, with what is above and below it; whether there is anything."""
        node: Node = item.data(0, _NODE)
        fits = inherited or node.fits(needle)
        inside = [self._narrow(child, needle, inherited=fits and not needle) for child in _children(item)]
        if node.children and needle and fits and not any(inside):
            inside = [self._narrow(child, [], inherited=True) for child in _children(item)]
        hidden_by_range = self.only_fitting.isChecked() and node.is_dim and not node.state(self._words)
        is_empty = node.kind == "heading" and not any(inside)
        shown = (fits or any(inside)) and not is_empty and not (hidden_by_range and not needle)
        item.setHidden(not shown)
        if node.children:
            item.setExpanded((bool(needle) and any(inside)) or (not needle and node.state_below(self._words)))
        return shown

    def _items(self) -> list[QTreeWidgetItem]:
        """All lines, from top to bottom."""
        return self._lines

    # ------------------------------------------------------------------------------------------ building

    def _set_up(self) -> None:
        self.search.setPlaceholderText(tr("Find a platform, processor or NAS model, such as DS920+"))
        self.search.setAccessibleName(tr("Find a platform or NAS model"))
        self.search.setClearButtonEnabled(True)
        self.only_fitting.setChecked(True)
        self.tree.setAccessibleName(tr("NAS models") if self.is_for_models else tr("Platforms"))
        self.tree.setHeaderLabels([tr("Platform"), tr("Processor"), tr("DSM"), tr("NAS models")])
        self.tree.setAllColumnsShowFocus(True)
        self.tree.ensurePolished()  # else lines that are laid out before have the height of another style
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        letter = self.fontMetrics().averageCharWidth()
        for number, letters in enumerate((36, 28, 14)):
            header.resizeSection(number, letters * letter)
        self.value.setAccessibleName(tr("The value of {key}", key=self._name))
        self.value.setPlaceholderText(tr("Nothing chosen"))

    def _lay_out(self) -> None:
        top = row(spacing=2 * GRID)
        top.addWidget(self.search, 1)
        fill(top, self.only_fitting)
        caption = make_label(self._name, "strong")
        caption.setBuddy(self.value)
        line = row(spacing=GRID)
        fill(line, caption)
        line.addWidget(self.value, 1)
        self.body.addLayout(top)
        self.body.addWidget(self.tree, 1)
        self.about.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        fill(self.body, self.about, line, self.warning)
        if not self.is_for_models:
            self.add_left(self.gather_button)
            self.add_left(self.expand_button)
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.use = self.add_button(make_button(tr("Use"), "primary"), default=True)
        self.use.clicked.connect(self.accept)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_search)
        self.only_fitting.toggled.connect(self._on_search)
        self.tree.itemChanged.connect(self._on_item_changed)
        self.tree.currentItemChanged.connect(self._on_current_changed)
        self.value.textEdited.connect(self._on_value_typed)
        self.expand_button.clicked.connect(self._on_expand)
        self.gather_button.clicked.connect(self._on_gather)
        self.accepted.connect(self._on_accepted)


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (item.child(at) for at in range(item.childCount()))
    return [child for child in found if child is not None]
