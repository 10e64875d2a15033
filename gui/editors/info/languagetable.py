"""The table of names and descriptions by language, edited in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QBrush, QFont, QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui.editors.info.languages import LanguageRow, coverage_text, localised_keys
from gui.qt.forms import GRID, column, fill, make_label
from gui.qt.i18n import tr
from gui.qt.modelindex import NOWHERE, Index
from gui.qt.theme import Theme
from gui.widgets.valueedits import LongEdit, ValueEdit
from spkcore.checks.engine import Problem

_ROLE = Qt.ItemDataRole
_TALLEST = 400
"""Pixels that a text may be high in the table."""
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class LanguageModel(QAbstractTableModel):
    """Languages down, texts across. `edited` says what was typed; the document decides."""

    edited = Signal(str, str)
    """key of INFO, new value; empty takes the key out"""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._keys = localised_keys()
        self._rows: list[LanguageRow] = []
        self._problems: Mapping[str, Sequence[Problem]] = {}

    def show_rows(self, rows: list[LanguageRow]) -> None:
        """Show these languages. Where only texts changed, selection and place stay."""
        same = [row.code for row in rows] == [row.code for row in self._rows]
        if not same:
            self.beginResetModel()
        self._rows = rows
        if same:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._keys)))
        else:
            self.endResetModel()

    def show_problems(self, by_field: Mapping[str, Sequence[Problem]]) -> None:
        """Mark the texts with these problems."""
        self._problems = by_field
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._keys)))

    def key_at(self, index: Index) -> str:
        """The key of INFO that a cell edits; empty for the names of the languages."""
        if not index.isValid() or not index.column():
            return ""
        return self._rows[index.row()].key(self._keys[index.column() - 1].name)

    def index_of(self, name: str) -> QModelIndex:
        """The cell of a key of INFO; invalid when the table has none."""
        for row, language in enumerate(self._rows):
            for number, key in enumerate(self._keys):
                if language.key(key.name) == name:
                    return self.index(row, number + 1)
        return QModelIndex()

    def is_long(self, index: Index) -> bool:
        """Whether the text of a cell may have several lines."""
        return index.column() > 0 and self._keys[index.column() - 1].long

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._keys) + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> str | None:
        if role != _ROLE.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return self._keys[section - 1].label if section else tr("Language")

    def flags(self, index: Index) -> Qt.ItemFlag:
        editable = Qt.ItemFlag.ItemIsEditable if index.column() else Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | editable

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        row = self._rows[index.row()]
        if not index.column():
            return _language_data(row, role)
        base = self._keys[index.column() - 1].name
        value = row.values.get(base)
        problems = self._problems.get(row.key(base), ())
        match role:
            case _ROLE.EditRole:
                return value or ""
            case _ROLE.DisplayRole:
                return _as_shown(self._general(base) if value is None else value)
            case _ROLE.ForegroundRole:
                return self._brush("danger" if problems else "text_faint" if value is None else "text")
            case _ROLE.FontRole:
                return _italic() if value is None else None
            case _ROLE.ToolTipRole:
                missing = tr("Missing: DSM shows the general text") if value is None and row.code else ""
                return "\n".join(problem.message for problem in problems) or missing
            case _ROLE.AccessibleTextRole:
                text = _as_shown(value) if value is not None else tr("missing")
                return f"{self._keys[index.column() - 1].label}, {row.name}: {text}"
            case _:
                return None

    def setData(self, index: Index, value: object, role: int = _ROLE.EditRole) -> bool:
        name = self.key_at(index)
        if role != _ROLE.EditRole or not name or str(value) == self.data(index, _ROLE.EditRole):
            return False
        self.edited.emit(name, str(value))
        return True

    def _general(self, base: str) -> str:
        return self._rows[0].values.get(base, "")

    def _brush(self, role: str) -> QBrush:
        return QBrush(self._theme.color(role))


class LanguageView(QTableView):
    """F2, Enter or typing edits a text, Del takes it out, Ctrl+C and Ctrl+V copy it from language to language."""

    cleared = Signal(str)

    def __init__(self, languages: LanguageModel) -> None:
        super().__init__()
        self._languages = languages
        self.setModel(languages)
        self.setItemDelegate(_TextDelegate(self))
        self.setAccessibleName(tr("Texts by language"))
        self.setWordWrap(True)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.sectionResized.connect(self._on_size_changed)
        languages.dataChanged.connect(self._on_texts_changed)
        languages.modelReset.connect(self._on_texts_changed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        self.setColumnWidth(0, max(16 * GRID, min(30 * GRID, width // 4)))
        self.setColumnWidth(1, max(14 * GRID, width // 4))
        self.resizeRowsToContents()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.resizeRowsToContents()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in _ENTER:
            if self.state() is not self.State.EditingState:  # then it comes from the line that is edited
                self.edit(index)
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and self._languages.key_at(index):
            self.cleared.emit(self._languages.key_at(index))
        elif event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(str(self._languages.data(index, _ROLE.EditRole)))
        elif event.matches(QKeySequence.StandardKey.Paste):
            text = "<br>".join(QApplication.clipboard().text().splitlines())
            self._languages.setData(index, text or self._languages.data(index, _ROLE.EditRole))
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_size_changed(self) -> None:
        self.resizeRowsToContents()

    @Slot()
    def _on_texts_changed(self) -> None:
        if self.isVisible():  # else while typing in the form; it gets its size when it is shown
            self.resizeRowsToContents()


class LanguagePage(QWidget):
    """The table with a word on how to use it."""

    edited = Signal(str, str)
    cleared = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.languages = LanguageModel(theme, self)
        self.view = LanguageView(self.languages)
        self._coverage = make_label("", "strong")
        about = tr(
            "DSM shows each user the text in the language of the desktop. Where one is missing, it shows the general "
            "text (grey here). Enter or F2 edits a text, Shift+Enter makes a line break, Del takes it out."
        )
        lines = column(self, margin=2 * GRID, spacing=GRID)
        fill(lines, self._coverage, make_label(about, "muted", wrap=True))
        lines.addWidget(self.view, 1)
        self.languages.edited.connect(self.edited)
        self.view.cleared.connect(self.cleared)
        self.setFocusProxy(self.view)

    def show_rows(self, rows: list[LanguageRow]) -> None:
        """Show these languages."""
        self.languages.show_rows(rows)
        self._coverage.setText(coverage_text(rows))

    def reveal(self, name: str) -> bool:
        """Go to the text of a key; whether there is one."""
        index = self.languages.index_of(name)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)
            self.view.setFocus()
        return index.isValid()


class _TextDelegate(QStyledItemDelegate):
    """Edits a short text in one line, a long one in several; Enter is done in both."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        view = self.parent()
        made: QWidget
        if isinstance(view, LanguageView) and view._languages.is_long(index):
            made = LongEdit(parent)
        else:
            made = ValueEdit(parent)
        made.setAccessibleName(str(index.data(_ROLE.AccessibleTextRole)))
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, ValueEdit | LongEdit):
            editor.show_value(str(index.data(_ROLE.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, ValueEdit | LongEdit):
            model.setData(model.index(index.row(), index.column()), editor.text())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Qt forgets the padding when it wraps a text."""
        view = self.parent()
        width = view.columnWidth(index.column()) - 3 * GRID if isinstance(view, LanguageView) else 0
        room = QRect(0, 0, max(width, GRID), _TALLEST)
        text = str(index.data(_ROLE.DisplayRole))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        return option.fontMetrics.boundingRect(room, int(flags), text).size() + QSize(3 * GRID, 2 * GRID)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        place = QRect(option.rect)
        if isinstance(editor, LongEdit):
            editor.setGeometry(place.x(), place.y(), place.width(), max(place.height(), editor.height()))
        else:
            editor.setGeometry(place)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(editor, LongEdit):
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if event.key() in _ENTER and not shift:
                self.commitData.emit(editor)
                self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
                return True
        return super().eventFilter(editor, event)


def _language_data(row: LanguageRow, role: int) -> object:
    if role == _ROLE.DisplayRole:
        return f"{row.name}\n{row.native} · {row.code}" if row.native else f"{row.name}\n{row.code}".strip()
    if role == _ROLE.AccessibleTextRole:
        return f"{row.name} {row.code}".strip()
    return None


def _as_shown(value: str) -> str:
    return value.replace("<br>", "\n")


def _italic() -> QFont:
    font = QFont()
    font.setItalic(True)
    return font
