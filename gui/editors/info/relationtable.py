"""The table of packages of one relation, edited in place."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QObject,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui.editors.info.relations import OPERATOR, RelationPlan, operators
from gui.qt.i18n import tr
from gui.qt.modelindex import NOWHERE, Index
from gui.qt.theme import Theme

_ROLE = Qt.ItemDataRole


class RelationModel(QAbstractTableModel):
    """The rows of one relation. What cannot be is refused with a reason, and stays as it was."""

    refused = Signal(str)
    """Why the last edit cannot be; empty when it was taken over."""

    def __init__(self, plan: RelationPlan, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plan = plan
        self._theme = theme
        self.relation = plan.relations()[0].id

    def show_relation(self, relation: str) -> None:
        """Show the packages of this relation."""
        self.beginResetModel()
        self.relation = relation
        self.endResetModel()

    def reload(self) -> None:
        """Rows came, went or moved."""
        self.beginResetModel()
        self.endResetModel()

    def has_operators(self, index: Index) -> bool:
        """Whether the cell holds the sign of a limit."""
        return not self.plan.columns(self.relation)[OPERATOR].key and index.column() == OPERATOR

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self.plan.count(self.relation)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.plan.columns(self.relation))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> str | None:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        found = self.plan.columns(self.relation)[section]
        title = f"{found.title}\n{found.key}" if found.key else found.title
        return {_ROLE.DisplayRole: title, _ROLE.ToolTipRole: found.meaning}.get(_ROLE(role))

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        text = self.plan.cell(self.relation, index.row(), index.column())
        match role:
            case _ROLE.DisplayRole:
                return dict(operators()).get(text, text) if self.has_operators(index) else text
            case _ROLE.EditRole:
                return text
            case _ROLE.ForegroundRole:
                wrong = self.plan.row_problem(self.relation, index.row())
                return QBrush(self._theme.color("danger" if wrong else "text"))
            case _ROLE.ToolTipRole:
                return self.plan.row_problem(self.relation, index.row())
            case _ROLE.AccessibleTextRole:
                title = self.plan.columns(self.relation)[index.column()].title
                return f"{title}: {text or tr('not set')}"
            case _:
                return None

    def setData(self, index: Index, value: object, role: int = _ROLE.EditRole) -> bool:
        if role != _ROLE.EditRole or str(value) == self.data(index, _ROLE.EditRole):
            return False
        problem = self.plan.set_cell(self.relation, index.row(), index.column(), str(value))
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), self.columnCount() - 1))
        self.refused.emit(problem)
        return not problem


class RelationView(QTableView):
    """F2, Enter or typing edits a cell, Del takes the package out, Alt+Up and Alt+Down move it."""

    take_out_wanted = Signal()
    move_wanted = Signal(int)

    def __init__(self, table: RelationModel) -> None:
        super().__init__()
        self.setModel(table)
        self.setItemDelegate(_CellDelegate(self))
        self.setAccessibleName(tr("Packages of this relation"))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().lineSpacing() * 2)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)

    def selectRow(self, row: int) -> None:
        """Make this row the current one."""
        if row >= 0:
            self.setCurrentIndex(self.model().index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.state() is not self.State.EditingState:  # then it comes from the line that is edited
                self.edit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete:
            self.take_out_wanted.emit()
        elif alt and event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.move_wanted.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)


class _CellDelegate(QStyledItemDelegate):
    """A choice for the sign of a limit, a line for everything else."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        table = index.model()
        if isinstance(table, RelationModel) and table.has_operators(index):
            combo = QComboBox(parent)
            for value, text in operators():
                combo.addItem(text, value)
            combo.setAccessibleName(str(index.data(_ROLE.AccessibleTextRole)))
            return combo
        made = super().createEditor(parent, option, index)
        made.setAccessibleName(str(index.data(_ROLE.AccessibleTextRole)))
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(index.data(_ROLE.EditRole)))
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QComboBox):
            model.setData(model.index(index.row(), index.column()), editor.currentData())
        else:
            super().setModelData(editor, model, index)
