"""The page of one resource worker: what it does, when it acts, and its form."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from gui.editors.resource.ports import SERVICES, PortsPart
from gui.editors.resource.portsform import PortsForm
from gui.editors.resource.presenter import (
    PORTS,
    UNITS,
    ResourcePart,
    WorkerRow,
    facts,
    remark,
    timing_text,
    worker_shape,
)
from gui.editors.resource.timeline import Timeline
from gui.editors.resource.units import UnitsForm
from gui.editors.schemaform.base import ProblemNote
from gui.editors.schemaform.forms import ObjectForm
from gui.editors.schemaform.host import FormHost
from gui.editors.schemaform.others import JsonRow
from gui.editors.schemaform.problems import is_within
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from spkcore.package.formspecs import Shape, members
from spkcore.package.jsontext import join_pointer
from spkcore.package.resource import worker_named

_ANY = Shape("any")


class WorkerPage(QScrollArea):
    """One member of conf/resource. A worker that no form knows, or whose value is no object, is shown as JSON."""

    remove_wanted = Signal(str)
    place_wanted = Signal(str)
    """The path of a file of the package that is to be opened."""

    def __init__(self, host: FormHost, part: ResourcePart, found: WorkerRow) -> None:
        super().__init__()
        self.host = host
        self.part = part
        self.found = found
        self.pointer = join_pointer("", found.name)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.remove_button = make_button(tr("Remove this resource"), icon=host.theme.icon("trash"))
        self.remove_button.clicked.connect(self._on_remove)
        self.age = make_label("", "warning", wrap=True)
        self.note = ProblemNote(host)
        shape = worker_shape(found.name) if found.is_known else _ANY
        self.form = ObjectForm(host, shape) if shape.kind == "object" else None
        self.json = JsonRow(host, found.name, "")
        self.json.remove_button.hide()
        self.empty = make_label(tr("This resource has no settings. It is enough that it is there."), "muted", wrap=True)
        self.ports = PortsForm(host, PortsPart(part, part.document)) if found.name == PORTS else None
        self.units = UnitsForm(host, part) if found.name == UNITS else None
        content = QWidget()
        self._lay_out(content)
        self.setWidget(content)

    def show_state(self) -> None:
        """Show the member as it is in the file now."""
        value = self.part.value(self.pointer)
        has_form = self.form is not None and isinstance(value, dict)
        if self.form is not None and has_form:
            self.form.show_at(self.pointer, value)
            no_settings = not members(self.form.shape, value)
            self.empty.setVisible(no_settings)
            self.form.setVisible(not no_settings or bool(value))
        else:
            self.empty.hide()
            self.json.show_at(self.pointer)
        self.json.setVisible(not has_form)
        if self.form is not None and not has_form:
            self.form.hide()
        if self.ports is not None:
            self.ports.show_state()
        if self.units is not None:
            self.units.show_state()
        worker = worker_named(self.found.name)
        self.age.setText(self.part.range_note(worker) if worker is not None else "")
        self.age.setVisible(bool(self.age.text()))

    def show_problems(self) -> None:
        """Show what is wrong, at its fields."""
        if self.form is not None and self.json.isHidden():
            self.form.show_problems()
            hidden = self.form.isHidden()
            self.note.show_problems(self.host.problems.within(self.pointer) if hidden else [])
        else:
            self.json.show_problems()
        if self.ports is not None:
            self.ports.show_problems()

    def focus_pointer(self, pointer: str) -> bool:
        """Put the focus on a place of this worker, and scroll there."""
        done = self._focus(pointer)
        focus = self.focusWidget()
        if done and focus is not None:
            self.ensureWidgetVisible(focus, 0, 8 * GRID)
        return done

    def _focus(self, pointer: str) -> bool:
        if self.ports is not None and is_within(pointer, SERVICES):
            return self.ports.focus_pointer(pointer)
        if not self.json.isHidden():
            self.json.input.inner.setFocus()
            return True
        if self.form is not None and not self.form.isHidden() and self.form.focus_pointer(pointer):
            return True
        self.remove_button.setFocus()
        return pointer == self.pointer

    def _on_remove(self) -> None:
        self.remove_wanted.emit(self.found.name)

    def _lay_out(self, content: QWidget) -> None:
        lines = column(content, margin=3 * GRID, spacing=2 * GRID)
        line = row(spacing=GRID)
        line.addWidget(make_label(self.found.title, "heading", wrap=True), 1)
        line.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(line)
        fill(lines, self._explanation(), self.age, self.note)
        if self.form is not None:
            lines.addWidget(self.form)
        fill(lines, self.json, self.empty)
        if self.ports is not None:
            lines.addWidget(self.ports)
        if self.units is not None:
            lines.addWidget(self.units)
            self.units.place_wanted.connect(self.place_wanted)
        lines.addStretch(1)

    def _explanation(self) -> QWidget:
        box = QWidget()
        lines = column(box, spacing=GRID)
        worker = worker_named(self.found.name)
        if worker is None:
            text = tr("No form knows this. It stays as it is, and can be edited as JSON.")
            lines.addWidget(make_label(text, "muted", wrap=True))
            return box
        words = timing_text(worker)
        named = ", ".join(filter(None, (self.found.name, facts(worker))))
        fill(lines, make_label(worker.description, wrap=True), make_label(named, "muted", wrap=True))
        timeline = Timeline(self.host.theme, worker.timing, words)
        fill(lines, timeline, make_label(words, "muted", wrap=True))
        if remark(self.found.name):
            lines.addWidget(make_label(remark(self.found.name), "muted", wrap=True))
        return box
