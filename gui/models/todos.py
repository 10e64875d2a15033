"""What is left to do after a migration, as a list: the words, the place, and whether the user ticked it off."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QObject, Qt, Signal

from gui.qt.i18n import tr
from gui.qt.modelindex import NOWHERE, Index
from spkcore.checks.migrate import Todo

TODO_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class TodoModel(QAbstractListModel):
    """Each row says what is wrong, where, and what to do; ticking is asked of the owner."""

    ticked = Signal(object, bool)
    """Todo, and whether it is done."""

    def __init__(self, is_done: Callable[[Todo], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_done = is_done
        self._todos: tuple[Todo, ...] = ()

    def set_todos(self, todos: Sequence[Todo]) -> None:
        """Show these. The rows stay where only ticks have changed."""
        new = tuple(todos)
        if new == self._todos:
            if new:
                self.dataChanged.emit(self.index(0), self.index(len(new) - 1))
            return
        self.beginResetModel()
        self._todos = new
        self.endResetModel()

    def todo(self, row: int) -> Todo:
        """What stands in this row."""
        return self._todos[row]

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._todos)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        todo = self._todos[index.row()]
        is_done = self._is_done(todo)
        spoken = f"{todo.what} {place_text(todo)}. {todo.how}"
        values: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: todo.what,
            Qt.ItemDataRole.ToolTipRole: todo.why,
            Qt.ItemDataRole.AccessibleTextRole: tr("Done: {text}", text=spoken) if is_done else spoken,
            Qt.ItemDataRole.CheckStateRole: Qt.CheckState.Checked if is_done else Qt.CheckState.Unchecked,
            TODO_ROLE: todo,
        }
        return values.get(role)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.ticked.emit(self._todos[index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


def place_text(todo: Todo) -> str:
    """Where it is: "scripts/postinst, line 3", "INFO, arch", "Package"."""
    if not todo.path:
        return tr("Package")
    if todo.line:
        return tr("{path}, line {line}", path=todo.path, line=todo.line)
    return f"{todo.path}, {todo.field}" if todo.field else todo.path
