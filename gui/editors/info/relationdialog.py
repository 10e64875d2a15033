"""The dialog for relations to other packages: the lists of INFO and the files PKG_DEPS and PKG_CONX in one place."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHeaderView, QLineEdit, QListWidget, QPlainTextEdit, QWidget

from gui.dialogs.base import BaseDialog
from gui.editors.info.relations import RelationPlan, suggestions
from gui.editors.info.relationtable import RelationModel, RelationView
from gui.qt.forms import GRID, column, fill, make_button, make_label, make_tool, restyle, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.pickbutton import PickButton
from spkcore.base.errors import SpkError
from spkcore.package.entries import Entry

_LIST_WIDTH = 28 * GRID


class RelationDialog(BaseDialog):
    """The relations on the left, the packages of the chosen one on the right."""

    made = Signal(object)
    """Change: everything that was edited."""

    def __init__(self, plan: RelationPlan, entries: Mapping[str, Entry], theme: Theme, parent: QWidget | None) -> None:
        super().__init__(tr("Relations to other packages"), parent, heading=tr("Relations to other packages"))
        self.plan = plan
        self._entries = entries
        self._relations = plan.relations()
        self.list = QListWidget()
        self.about = make_label("", "muted", wrap=True)
        self.table = RelationModel(plan, theme, self)
        self.view = RelationView(self.table)
        self.entry = QLineEdit()
        self.add = make_button(tr("Add"), icon=theme.icon("plus"))
        tip = tr("Packages that others often need")
        self.suggest = PickButton(theme.icon("chevron-down"), tip, self.entry, suggestions, tuple, several=False)
        self.take_out = make_tool(theme.icon("trash"), tr("Take the package out"))
        self.up = make_tool(theme.icon("chevron-up"), tr("Move up"))
        self.down = make_tool(theme.icon("chevron-down"), tr("Move down"))
        self.message = make_label("", wrap=True)
        self.preview = QPlainTextEdit()
        self._refusal = ""
        self._set_up(theme)
        self._lay_out()
        self._connect()
        self.resize_within_screen(QSize(138 * GRID, 80 * GRID))
        self.list.setCurrentRow(0)

    def show_relation(self, name: str) -> None:
        """Begin with this one; the first one where it is none."""
        ids = [relation.id for relation in self._relations]
        self.list.setCurrentRow(ids.index(name) if name in ids else 0)
        self.entry.setFocus()

    @property
    def relation(self) -> str:
        """The id of the relation that is shown."""
        return self._relations[max(self.list.currentRow(), 0)].id

    # ------------------------------------------------------------------------------------------ slots

    @Slot(int)
    def _on_relation_chosen(self, number: int) -> None:
        if number < 0:
            return
        self.about.setText(self._relations[number].meaning)
        self.entry.clear()
        self._refusal = ""
        self.table.show_relation(self.relation)
        self._fit_columns()
        self._show_state()

    @Slot(str)
    def _on_entry_edited(self, text: str) -> None:
        self._refusal = self.plan.entry_problem(self.relation, text)
        self._show_state()

    @Slot()
    def _on_add(self) -> None:
        self._refusal = self.plan.add(self.relation, self.entry.text())
        if not self._refusal:
            self.entry.clear()
            self.table.reload()
            self.view.selectRow(self.table.rowCount() - 1)
        self._show_state()
        self.entry.setFocus()

    @Slot(str)
    def _on_suggested(self, name: str) -> None:
        self.entry.setText(name)
        self.entry.setFocus()
        self._on_entry_edited(name)

    @Slot()
    def _on_take_out(self) -> None:
        at = self.view.currentIndex().row()
        if at >= 0:
            self.plan.remove(self.relation, at)
            self.table.reload()
            self.view.selectRow(min(at, self.table.rowCount() - 1))
            self._show_state()

    @Slot()
    def _on_up(self) -> None:
        self._move(-1)

    @Slot()
    def _on_down(self) -> None:
        self._move(1)

    @Slot(str)
    def _on_refused(self, problem: str) -> None:
        self._refusal = problem
        self._show_state()

    @Slot()
    def _on_use(self) -> None:
        if self.entry.text().strip():
            self._on_add()  # typed, but not added yet
        if self.entry.text().strip():
            return
        try:
            change = self.plan.change(self._entries)
        except SpkError as error:
            self._on_refused(f"{error.what}. {error.what_to_do}")
            return
        self.accept()
        self.made.emit(change)

    # ------------------------------------------------------------------------------------------ inside

    def _move(self, by: int) -> None:
        at = self.view.currentIndex().row()
        if at >= 0:
            to = self.plan.move(self.relation, at, by)
            self.table.reload()
            self.view.selectRow(to)
            self._show_state()

    def _show_state(self) -> None:
        """Show the counts, what is wrong, and what will stand in the file."""
        for number, relation in enumerate(self._relations):
            count = self.plan.count(relation.id)
            item = self.list.item(number)
            item.setText(f"{relation.title}  ({count})" if count else relation.title)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{relation.title}, {count}")
        wrong = self._refusal or self.plan.problem(self.relation)
        self.message.setText(wrong or self.plan.note(self.relation))
        restyle(self.message, "role", "error" if wrong else "warning")
        restyle(self.entry, "state", "error" if self._refusal and self.entry.text() else "")
        self.preview.setPlainText(self.plan.text(self.relation))
        is_file = relation_is_file(self.relation)
        for button in (self.up, self.down):
            button.setVisible(not is_file)
        self.add.setEnabled(bool(self.entry.text().strip()))

    def _fit_columns(self) -> None:
        header = self.view.horizontalHeader()
        modes = QHeaderView.ResizeMode
        is_file = relation_is_file(self.relation)
        header.setSectionResizeMode(modes.ResizeToContents if is_file else modes.Stretch)
        header.setStretchLastSection(is_file)

    def _set_up(self, theme: Theme) -> None:
        self.list.setAccessibleName(tr("Relations"))
        self.list.addItems([relation.title for relation in self._relations])
        for number, relation in enumerate(self._relations):
            self.list.item(number).setToolTip(relation.id)
        self.list.ensurePolished()
        self.list.setFixedWidth(max(_LIST_WIDTH, self.list.sizeHintForColumn(0) + 7 * GRID))
        self.entry.setPlaceholderText(tr("Package ID, with a limit if you like: PHP8.2>=8.2.0"))
        self.entry.setAccessibleName(tr("Package to add"))
        self.preview.setReadOnly(True)
        self.preview.setFont(theme.fixed_font())
        line = self.fontMetrics().lineSpacing()
        self.preview.setMinimumHeight(2 * line + 2 * GRID)
        self.preview.setMaximumHeight(4 * line + 2 * GRID)
        self.view.setMinimumHeight(7 * line)
        self.preview.setAccessibleName(tr("What will stand in the file"))
        self.preview.setPlaceholderText(tr("Nothing: the key or the file is left out"))
        self.preview.setTabChangesFocus(True)
        self.message.setMinimumHeight(2 * line)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop)

    def _lay_out(self) -> None:
        adding = row(spacing=GRID)
        adding.addWidget(self.entry, 1)
        fill(adding, self.suggest, self.add)
        tools = column(spacing=GRID // 2)
        fill(tools, self.up, self.down, self.take_out, None)
        middle = row(spacing=GRID)
        middle.addWidget(self.view, 1)
        middle.addLayout(tools)
        right = column(spacing=GRID)
        fill(right, self.about, adding)
        right.addLayout(middle, 1)
        fill(right, self.message, make_label(tr("In the file"), "small"), self.preview)
        halves = row(spacing=2 * GRID)
        halves.addWidget(self.list)
        halves.addLayout(right, 1)
        self.body.addLayout(halves, 1)
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.use = self.add_button(make_button(tr("Use"), "primary"))
        self.use.clicked.connect(self._on_use)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._on_relation_chosen)
        self.entry.textChanged.connect(self._on_entry_edited)
        self.entry.returnPressed.connect(self._on_add)
        self.add.clicked.connect(self._on_add)
        self.suggest.picked.connect(self._on_suggested)
        self.take_out.clicked.connect(self._on_take_out)
        self.up.clicked.connect(self._on_up)
        self.down.clicked.connect(self._on_down)
        self.view.take_out_wanted.connect(self._on_take_out)
        self.view.move_wanted.connect(self._move)
        self.table.refused.connect(self._on_refused)


def relation_is_file(relation: str) -> bool:
    """Whether it is a file, not a key."""
    return relation.startswith("conf/")
