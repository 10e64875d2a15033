"""The sections of the privilege form: tables that are greyed out where DSM 7 refuses them, and the table of users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.editors.privilege.presenter import PrivilegePart, section_help
from gui.editors.schemaform.base import ProblemNote
from gui.editors.schemaform.host import FormHost
from gui.editors.schemaform.lists import TableForm
from gui.editors.schemaform.others import JsonRow
from gui.editors.schemaform.problems import is_within
from gui.qt.forms import GRID, column, fill, make_button, make_label, restyle, row
from gui.qt.i18n import tr
from gui.widgets.fields import ChoiceInput, FieldInput, FieldSpec
from spkcore.package.formspecs import Member, fits, members, others
from spkcore.package.privilege import CallUser


class PrivilegeHost(FormHost):
    """Values that DSM 7 forbids stand in the choices, but cannot be chosen."""

    part: PrivilegePart

    def make_input(self, spec: FieldSpec) -> FieldInput:
        made = super().make_input(spec)
        if isinstance(made, ChoiceInput) and spec.name in {"run-as", "user", "group"}:
            forbid(made, self.part.forbidden_run_as())
        return made


def forbid(choice: ChoiceInput, reasons: Mapping[str, str]) -> None:
    """Grey out the values that have a reason, and say it in their tooltips."""
    model = choice.combo.model()
    for index in range(choice.combo.count()):
        reason = reasons.get(str(choice.value_at(index)), "")
        choice.combo.setItemData(index, reason or None, Qt.ItemDataRole.ToolTipRole)
        if isinstance(model, QStandardItemModel):
            model.item(index).setEnabled(not reason)


class ToolTable(TableForm):
    """A table with single columns greyed out."""

    reasons: Mapping[str, str] = {}

    def columns(self) -> list[FieldSpec]:
        found = members(self.shape.item or self.shape, {})
        return [self.host.spec_of(member, self.locked or self.reasons.get(member.name, "")) for member in found]


class PrivilegeSection(QWidget):
    """One list of the file. What cannot be shown in lines is shown as JSON."""

    def __init__(self, host: FormHost, part: PrivilegePart, member: Member) -> None:
        super().__init__()
        self.host = host
        self.part = part
        self.member = member
        self.pointer = f"/{member.name}"
        self.reason = make_label("", "warning", wrap=True)
        self.remove_button = make_button("", "link", host.theme.icon("trash", "accent"))
        self.note = ProblemNote(host)
        self.table: ToolTable | None = None
        self.json = JsonRow(host, member.name, "")
        self._lines = column(self, spacing=GRID)
        line = row(spacing=GRID)
        fill(line, make_label(member.label, "strong"), make_label(member.name, "small"), None)
        self._lines.addLayout(line)
        fill(self._lines, make_label(section_help(member.name), "muted", wrap=True), self.reason, self.note)
        self._lines.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._lines.addWidget(self.json)
        self.remove_button.clicked.connect(self._on_remove)

    def show_state(self) -> None:
        """Show the list as it is in the file."""
        value, reason = self.part.value(self.pointer), self.part.locked(self.member.name)
        self._make_table(reason)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        restyle(self.reason, "role", "warning" if value is not None else "muted")
        self.remove_button.setText(tr("Remove {name}", name=self.member.name))
        self.remove_button.setVisible(bool(reason) and value is not None)
        odd = not fits(self.member.shape, value) or any(_is_odd(self.member, item) for item in value or ())
        self.json.setVisible(odd)
        if self.table is not None:
            self.table.setVisible(not odd)
            if not odd:
                self.table.show_at(self.pointer, value)
        if odd:
            self.json.show_at(self.pointer)

    def show_problems(self) -> None:
        """Show what is wrong with the list."""
        problems = self.host.problems
        if not self.json.isHidden():
            self.json.show_problems()
            self.note.show_problems([])
            return
        self.note.show_problems(problems.at(self.pointer))
        if self.table is not None:
            self.table.show_problems()

    def focus_pointer(self, pointer: str) -> bool:
        """Put the focus into the list; on the way out where it is greyed."""
        if not is_within(pointer, self.pointer):
            return False
        if not self.remove_button.isHidden():
            self.remove_button.setFocus()
            return True
        if not self.json.isHidden():
            self.json.input.inner.setFocus()
            return True
        return self.table is not None and self.table.focus_pointer(pointer)

    def _make_table(self, reason: str) -> None:
        reasons = self.part.locked_columns()
        if self.table is not None and (self.table.locked, self.table.reasons) == (reason, reasons):
            return
        if self.table is not None:
            self._lines.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
        self.table = ToolTable(self.host, self.member, reason)
        self.table.reasons = reasons
        self._lines.addWidget(self.table)

    def _on_remove(self) -> None:
        self.part.remove_section(self.member.name, self.member.name)


class UsersTable(QWidget):
    """As whom every call of a script runs, on DSM 6 and on DSM 7."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4 * GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(3, 1)
        self._shown: tuple[object, ...] = ()

    def show_users(self, users: Sequence[CallUser], *, dsm6: bool, dsm7: bool) -> None:
        """Show these, with a column for each DSM generation that the package is meant for."""
        state = (tuple(users), dsm6, dsm7)
        if state == self._shown:
            return
        self._shown = state
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        heads = [tr("Call"), *[tr("On DSM 6")] * dsm6, *[tr("On DSM 7")] * dsm7]
        for at, text in enumerate(heads):
            self._grid.addWidget(make_label(text, "section"), 0, at)
        for number, user in enumerate(users, start=1):
            cells = [user.action, *[user.dsm6] * dsm6, *[user.dsm7 or tr("refused")] * dsm7]
            for at, text in enumerate(cells):
                label = make_label(text or tr("not said"), "" if text else "muted")
                if at and (text == tr("refused") or text == "root"):
                    restyle(label, "role", "warning" if text == "root" else "error")
                self._grid.addWidget(label, number, at)


def _is_odd(member: Member, item: object) -> bool:
    """Whether a line of the table would hide something of this item."""
    shape = member.shape.item or member.shape
    given = item if isinstance(item, dict) else {}
    found = members(shape, given)
    return bool(others(shape, given)) or not all(fits(entry.shape, given.get(entry.name)) for entry in found)
