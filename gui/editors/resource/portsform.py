"""The services of the port file, each on a card, below the settings of port-config."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.editors.resource.ports import NAME, SERVICES, PortsPart
from gui.editors.schemaform.base import ProblemNote, SchemaForm
from gui.editors.schemaform.host import FormHost
from gui.editors.schemaform.lists import Card
from gui.qt.forms import GRID, column, fill, make_button, make_label
from gui.qt.i18n import tr
from gui.widgets.fieldform import FieldForm
from spkcore.package.formspecs import Shape


class ServiceForm(SchemaForm):
    """The fields of one service."""

    def __init__(self, host: FormHost, ports: PortsPart, index: int) -> None:
        super().__init__(host, Shape("object"))
        self.ports = ports
        self.index = index
        self.fields = FieldForm((), host.make_input)
        column(self, spacing=0).addWidget(self.fields)
        self.fields.edited.connect(self._on_edited)
        self.fields.undo_wanted.connect(host.undo)
        self.fields.redo_wanted.connect(host.redo)
        self.fields.focus_left.connect(host.leave)
        self.fields.fix_wanted.connect(host.fix_wanted)

    def show_values(self, values: dict[str, object]) -> None:
        """Show this service."""
        self.fields.set_specs(self.ports.specs(values))
        self.fields.show_values(values)

    def _on_edited(self, name: str, value: object, typed: bool) -> None:
        self.fields.rows[name].show_refusal(self.ports.edit(self.index, name, value, typed=typed))


class PortsForm(QWidget):
    """All services of the port file, or the offer to make the file."""

    def __init__(self, host: FormHost, ports: PortsPart) -> None:
        super().__init__()
        self.host = host
        self.ports = ports
        self.cards: list[Card] = []
        self.forms: list[ServiceForm] = []
        self.heading = make_label("", "strong", wrap=True)
        self.note = ProblemNote(host)
        self.missing = make_label(tr("The payload has no such file yet."), "muted", wrap=True)
        self.create_button = make_button(tr("Create the port file"), "primary")
        self.add_button = make_button(tr("Add a service"), "link", host.theme.icon("plus", "accent"))
        self._cards = column(spacing=GRID)
        lines = column(self, spacing=GRID)
        fill(lines, self.heading, self.note, self.missing)
        lines.addWidget(self.create_button, 0, Qt.AlignmentFlag.AlignLeft)
        lines.addLayout(self._cards)
        lines.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.create_button.clicked.connect(self._on_create)
        self.add_button.clicked.connect(self._on_add)

    def show_state(self) -> None:
        """Show the file as it is now."""
        path, exists = self.ports.path, self.ports.exists
        self.setVisible(bool(path))
        self.heading.setText(tr("Services in {name}", name=path.partition("/")[2]))
        self.missing.setVisible(not exists)
        self.create_button.setVisible(not exists)
        self.add_button.setVisible(exists)
        services = self.ports.services()
        while len(self.cards) > len(services):
            self._drop()
        while len(self.cards) < len(services):
            self._make()
        for card, form, values in zip(self.cards, self.forms, services, strict=True):
            form.show_values(values)
            card.headline.setText(str(values.get("title") or values[NAME]))

    def show_problems(self) -> None:
        """Show what is wrong with the file, at its fields."""
        found = self.ports.problems()
        self.note.show_problems(found.get((-1, ""), []))
        for index, form in enumerate(self.forms):
            form.fields.show_problems({name: items for (at, name), items in found.items() if at == index})

    def focus_pointer(self, pointer: str) -> bool:
        """Put the focus on a place like /port-config/services/0/ports."""
        tokens = pointer.removeprefix(SERVICES).split("/")[1:]
        index = int(tokens[0]) if tokens and tokens[0].isdecimal() else 0
        if index < len(self.forms):
            self.cards[index].set_folded(folded=False)
            return self.forms[index].fields.focus_member(tokens[1] if len(tokens) > 1 else NAME)
        self.add_button.setFocus()
        return True

    def _make(self) -> None:
        index = len(self.cards)
        form = ServiceForm(self.host, self.ports, index)
        card = Card(self.host, form, index, tr("Service"))
        card.tools["up"].hide()
        card.tools["down"].hide()
        card.tools["remove"].clicked.connect(partial(self._remove, index))
        self.cards.append(card)
        self.forms.append(form)
        self._cards.addWidget(card)

    def _drop(self) -> None:
        old = self.cards.pop()
        self.forms.pop()
        self._cards.removeWidget(old)
        old.hide()
        old.deleteLater()

    def _remove(self, index: int, _checked: bool = False) -> None:
        self.ports.remove_service(index)
        self.add_button.setFocus()

    def _on_create(self) -> None:
        self.ports.create()
        self.focus_pointer(f"{SERVICES}/0/{NAME}")

    def _on_add(self) -> None:
        self.focus_pointer(f"{SERVICES}/{self.ports.add_service()}/{NAME}")
