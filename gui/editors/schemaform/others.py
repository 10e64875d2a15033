"""Members that a form does not know, or cannot show: each as JSON, kept as it is until it is edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.editors.schemaform.base import ProblemNote
from gui.editors.schemaform.host import FormHost
from gui.editors.schemaform.inputs import JsonInput
from gui.editors.schemaform.problems import is_within
from gui.qt.forms import GRID, align_caption, column, make_label, make_tool
from gui.qt.i18n import tr
from gui.widgets.fieldform import CAPTION_WIDTH
from gui.widgets.fields import FieldSpec
from spkcore.package.jsontext import join_pointer


class JsonRow(QWidget):
    """One member: its name, its JSON, and a button that removes it."""

    def __init__(self, host: FormHost, name: str, why: str) -> None:
        super().__init__()
        self.host = host
        self.pointer = ""
        self.input = JsonInput(FieldSpec(name, name), host.theme.fixed_font())
        self.remove_button = make_tool(host.theme.icon("trash"), tr("Remove {name}", name=name))
        self.refusal = make_label("", "error", wrap=True)
        self.refusal.hide()
        self.note = ProblemNote(host)
        self.why = make_label(why, "muted", wrap=True)
        self._lay_out(name)
        self.input.typed_json.connect(self._on_typed)
        self.input.undo_wanted.connect(host.undo)
        self.input.redo_wanted.connect(host.redo)
        self.input.focus_left.connect(host.leave)
        self.remove_button.clicked.connect(self._on_remove)

    def show_at(self, pointer: str) -> None:
        """Show the JSON that stands at `pointer`; what is being typed and is no JSON yet stays."""
        self.pointer = pointer
        text = self.host.part.text_at(pointer)
        if self.input.area.text().strip() != text:
            self.input.area.show_value(text)
            self._refuse("")

    def show_problems(self) -> None:
        """Show what is wrong at or below this member."""
        self.note.show_problems(self.host.problems.within(self.pointer))

    def _on_typed(self, text: str) -> None:
        name = self.input.spec.label
        self._refuse(self.host.part.replace_text(self.pointer, text, tr("Change {label}", label=name)))

    def _on_remove(self) -> None:
        self.host.edit(self.pointer, None, self.input.spec.label, typed=False)

    def _refuse(self, text: str) -> None:
        self.refusal.setText(text)
        self.refusal.setVisible(bool(text))

    def _lay_out(self, name: str) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        caption = make_label(name, wrap=True)
        caption.setFixedWidth(CAPTION_WIDTH)
        align_caption(caption, self.remove_button)
        grid.addWidget(caption, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.input, 0, 1)
        grid.addWidget(self.remove_button, 0, 2, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.why, 1, 1)
        self.why.setVisible(bool(self.why.text()))
        grid.addWidget(self.refusal, 2, 1)
        grid.addWidget(self.note, 3, 1)


class OtherMembers(QWidget):
    """All members of one object that its form does not show. Hidden while there are none."""

    def __init__(self, host: FormHost) -> None:
        super().__init__()
        self.host = host
        self.rows: dict[str, JsonRow] = {}
        self._lines = column(self, spacing=GRID)
        self._lines.addWidget(make_label(tr("Other members"), "strong"))
        text = tr("No form knows these. They stay as they are, and can be edited as JSON.")
        self._lines.addWidget(make_label(text, "muted", wrap=True))
        self.hide()

    def show_at(self, pointer: str, names: Sequence[str], reasons: Mapping[str, str]) -> None:
        """Show these members of the object at `pointer`; `reasons` says why a known one is here."""
        for name in [name for name in self.rows if name not in names]:
            old = self.rows.pop(name)
            self._lines.removeWidget(old)
            old.hide()
            old.deleteLater()
        for name in names:
            if name not in self.rows:
                self.rows[name] = JsonRow(self.host, name, reasons.get(name, ""))
                self._lines.addWidget(self.rows[name])
            self.rows[name].show_at(join_pointer(pointer, name))
        self.setVisible(bool(names))

    def show_problems(self) -> None:
        """Show what is wrong at the members."""
        for found in self.rows.values():
            found.show_problems()

    def focus_pointer(self, pointer: str) -> bool:
        """Put the focus on the member that holds `pointer`."""
        found = next((item for item in self.rows.values() if is_within(pointer, item.pointer)), None)
        if found is not None:
            found.input.inner.setFocus()
        return found is not None
