"""The tab with the variables that a script finds in its environment: what they mean, and putting one in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from gui.editors.scripts.names import variable_facts
from gui.qt.forms import GRID, column, fill, make_button, make_label, make_line, plain_tip, row
from gui.qt.i18n import tr
from spkcore.package.scripts import Variable

_NAME = int(Qt.ItemDataRole.UserRole)


class VariablesPane(QWidget):
    """Two groups: the answers of the wizards, and what DSM sets."""

    insert_wanted = Signal(str)
    """The name of a variable to put in."""
    wizard_wanted = Signal(str)
    """The name of an answer whose field is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._variables: dict[str, Variable] = {}
        self.filter = QLineEdit()
        self.tree = QTreeWidget()
        self.about = make_label("", wrap=True)
        self.facts = make_label("", "muted", wrap=True)
        self.insert_button = make_button(tr("Insert"))
        self.wizard_button = make_button(tr("Show its field"), "flat")
        self._lay_out()
        self.filter.textChanged.connect(self._on_filter)
        self.tree.currentItemChanged.connect(self._on_current_changed)
        self.tree.itemActivated.connect(self._on_activated)
        self.insert_button.clicked.connect(self._on_insert)
        self.wizard_button.clicked.connect(self._on_wizard)

    def show_variables(self, variables: Sequence[Variable]) -> None:
        """Show these; the selection stays."""
        found = {variable.name: variable for variable in variables}
        if found == self._variables and self.tree.topLevelItemCount():
            return
        kept = self.chosen
        self._variables = found
        self.tree.clear()
        self._add_group(tr("Answers of the wizards"), [item for item in variables if item.wizard])
        self._add_group(tr("Set by DSM"), [item for item in variables if not item.wizard])
        self.tree.expandAll()
        self._filter(self.filter.text())
        self._select(kept)

    @property
    def chosen(self) -> str:
        """The name of the selected variable."""
        item = self.tree.currentItem()
        return str(item.data(0, _NAME) or "") if item is not None else ""

    @property
    def shown(self) -> list[str]:
        """The names that are in the list now."""
        return [item.text(0) for item in self._rows() if not item.isHidden()]

    def _rows(self) -> list[QTreeWidgetItem]:
        return [item for group in self._groups() for item in _children(group)]

    def _groups(self) -> list[QTreeWidgetItem]:
        found = (self.tree.topLevelItem(index) for index in range(self.tree.topLevelItemCount()))
        return [group for group in found if group is not None]

    def _add_group(self, heading: str, variables: Sequence[Variable]) -> None:
        if not variables:
            return
        group = QTreeWidgetItem([heading])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.tree.addTopLevelItem(group)
        group.setFirstColumnSpanned(True)
        for variable in variables:
            short = variable.answer.field if variable.answer is not None else variable.sample
            item = QTreeWidgetItem([variable.name, short])
            item.setData(0, _NAME, variable.name)
            item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, variable.meaning)
            item.setToolTip(0, variable.name)
            item.setToolTip(1, plain_tip(short))
            group.addChild(item)

    def _select(self, name: str) -> None:
        rows = [item for item in self._rows() if not item.isHidden()]
        wanted = next((item for item in rows if item.text(0) == name), rows[0] if rows else None)
        if wanted is not None:
            self.tree.setCurrentItem(wanted)
        else:
            self.tree.setCurrentIndex(QModelIndex())

    def _filter(self, text: str) -> None:
        needle = text.casefold()
        for item in self._rows():
            variable = self._variables[item.text(0)]
            words = [variable.name, variable.meaning, *variable_facts(variable)]
            item.setHidden(not any(needle in word.casefold() for word in words))
        for group in self._groups():
            group.setHidden(all(item.isHidden() for item in _children(group)))

    def _lay_out(self) -> None:
        self.filter.setPlaceholderText(tr("Filter by name or meaning"))
        self.filter.setAccessibleName(tr("Filter variables"))
        self.filter.setClearButtonEnabled(True)
        tree = self.tree
        tree.setProperty("role", "plain")
        tree.setAccessibleName(tr("Variables of this script"))
        tree.setHeaderHidden(True)
        tree.setColumnCount(2)
        tree.setRootIsDecorated(False)
        tree.setIndentation(GRID)
        tree.setItemsExpandable(False)
        tree.setUniformRowHeights(True)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        head = row()
        head.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        head.addWidget(self.filter, 1)
        told = QWidget()
        texts = column(told, spacing=GRID // 2)
        texts.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        buttons = row()
        fill(buttons, self.insert_button, self.wizard_button, None)
        fill(texts, self.about, self.facts, None, buttons)
        told.setMinimumHeight(17 * GRID)
        outer = column(self, spacing=0)
        fill(outer, head)
        outer.addWidget(tree, 1)
        fill(outer, make_line(), told)

    # ------------------------------------------------------------------------------------------ slots

    @Slot(str)
    def _on_filter(self, text: str) -> None:
        self._filter(text)
        item = self.tree.currentItem()
        if item is None or item.isHidden():
            self._select(next(iter(self.shown), ""))

    @Slot()
    def _on_current_changed(self) -> None:
        variable = self._variables.get(self.chosen)
        self.about.setText(variable.meaning if variable is not None else tr("Choose a variable to read about it."))
        self.facts.setText("\n".join(variable_facts(variable)) if variable is not None else "")
        self.insert_button.setEnabled(variable is not None)
        self.wizard_button.setVisible(variable is not None and variable.answer is not None)

    @Slot()
    def _on_activated(self) -> None:
        if self.chosen:
            self.insert_wanted.emit(self.chosen)

    @Slot()
    def _on_insert(self) -> None:
        self._on_activated()

    @Slot()
    def _on_wizard(self) -> None:
        self.wizard_wanted.emit(self.chosen)


def _children(group: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (group.child(index) for index in range(group.childCount()))
    return [item for item in found if item is not None]
