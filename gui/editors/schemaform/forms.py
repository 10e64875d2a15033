"""The form of one object: its plain members as fields, lists and objects as sections, and the rest as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.editors.schemaform.base import ProblemNote, SchemaForm
from gui.editors.schemaform.host import FormHost
from gui.editors.schemaform.lists import CardsForm, MapForm, TableForm, TextsForm
from gui.editors.schemaform.others import OtherMembers
from gui.editors.schemaform.problems import is_within
from gui.qt.forms import GRID, column, fill, make_button, make_label, make_tool, row
from gui.qt.i18n import tr
from gui.widgets.fieldform import FieldForm
from spkcore.package.formspecs import Member, Shape, fits, is_table, members, others
from spkcore.package.jsontext import join_pointer, split_pointer

_MANY = 7
"""Fields; beyond it, those that are not set wait behind a button."""


class ObjectForm(SchemaForm):
    """Fields first, sections below, unknown members last."""

    def __init__(self, host: FormHost, shape: Shape, *, prunes: bool = False) -> None:
        super().__init__(host, shape, prunes=prunes)
        self._value: Mapping[str, object] = {}
        self._kept: set[str] = set()
        self._shows_all = False
        self.note = ProblemNote(host)
        self.fields = FieldForm((), host.make_input)
        self.more = make_button("", "link", host.theme.icon("chevron-down", "accent"))
        self.sections: dict[str, Section] = {}
        self._below = column(spacing=2 * GRID)
        self.others = OtherMembers(host)
        lines = column(self, spacing=2 * GRID)
        fill(lines, self.note, self.fields)
        lines.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        fill(lines, self._below, self.others)
        self.more.clicked.connect(self._on_more)
        self.fields.edited.connect(self._on_edited)
        self.fields.undo_wanted.connect(host.undo)
        self.fields.redo_wanted.connect(host.redo)
        self.fields.focus_left.connect(host.leave)
        self.fields.fix_wanted.connect(host.fix_wanted)

    def show_at(self, pointer: str, value: object) -> None:
        super().show_at(pointer, value)
        self._value = value if isinstance(value, dict) else {}
        found = members(self.shape, self._value)
        shown = [member for member in found if fits(member.shape, self._value.get(member.name))]
        self._show_fields([member for member in shown if member.shape.is_scalar and not self._is_list(member)])
        self._show_sections([member for member in shown if not member.shape.is_scalar or self._is_list(member)])
        odd = {member.name: _why_odd(member) for member in found if member not in shown}
        known = {member.name for member in shown}
        names = [name for name in self._value if name not in known]
        self.others.show_at(pointer, names, odd)

    def show_problems(self) -> None:
        problems = self.host.problems
        places = {name: join_pointer(self.pointer, name) for name in self.fields.rows}
        self.fields.show_problems({name: problems.within(place) for name, place in places.items()})
        for section in self.sections.values():
            section.show_problems()
        self.others.show_problems()
        below = [join_pointer(self.pointer, name) for name in (*self.sections, *self.others.rows)]
        self.note.show_problems(problems.elsewhere(self.pointer, [*places.values(), *below]))

    def focus_pointer(self, pointer: str) -> bool:
        if not is_within(pointer, self.pointer):
            return False
        tokens = split_pointer(pointer)[len(split_pointer(self.pointer)) :]
        if not tokens:
            return self._focus_first()
        if tokens[0] in self.sections:
            return self.sections[tokens[0]].focus_pointer(pointer)
        if tokens[0] not in self.fields.rows and not self._shows_all:
            self._on_more()
        return self.fields.focus_member(tokens[0]) or self.others.focus_pointer(pointer)

    def _is_list(self, member: Member) -> bool:
        """Words that the line of words cannot show stand on lines of their own."""
        value = self._value.get(member.name)
        return member.shape.kind == "words" and isinstance(value, list) and any("," in str(item) for item in value)

    def _show_fields(self, found: Sequence[Member]) -> None:
        self._kept |= {member.name for member in found if member.required or self._value.get(member.name) is not None}
        kept = [member for member in found if member.name in self._kept or self._shows_all or len(found) <= _MANY]
        self.fields.set_specs([self.host.spec_of(member) for member in kept])
        self.fields.show_values(self._value)
        self.fields.setVisible(bool(kept))
        left = len(found) - len(kept)
        self.more.setText(tr("Show {n} more setting", "Show {n} more settings", n=left))
        self.more.setVisible(bool(left))

    def _show_sections(self, found: Sequence[Member]) -> None:
        wanted = {member.name: member for member in found}
        for name, old in list(self.sections.items()):
            if wanted.get(name) != old.member:
                del self.sections[name]
                self._below.removeWidget(old)
                old.hide()
                old.deleteLater()
        for index, (name, member) in enumerate(wanted.items()):
            if name not in self.sections:
                self.sections[name] = Section(self.host, member)
            self._below.insertWidget(index, self.sections[name])
            self.sections[name].show_at(join_pointer(self.pointer, name), self._value.get(name))

    def _focus_first(self) -> bool:
        found = next(iter(self.fields.rows), "")
        if found:
            return self.fields.focus_member(found)
        section = next(iter(self.sections.values()), None)
        return section is not None and section.focus_pointer(section.pointer)

    def _on_more(self) -> None:
        self._shows_all = True
        before = set(self.fields.rows)
        self.show_at(self.pointer, self._value)
        self.show_problems()
        self.fields.focus_member(next((name for name in self.fields.rows if name not in before), ""))

    def _on_edited(self, name: str, value: object, typed: bool) -> None:
        place = join_pointer(self.pointer, name)
        if value is None and self.prunes and list(self._value) == [name]:
            place = self.pointer
        found = self.fields.rows[name]
        found.show_refusal(self.host.edit(place, value, found.spec.label, typed=typed))


class Section(QWidget):
    """A list or an object inside another one, under a heading of its own. An object that is optional and not there
    waits behind a button."""

    def __init__(self, host: FormHost, member: Member) -> None:
        super().__init__()
        self.host = host
        self.member = member
        self.pointer = ""
        self.form: SchemaForm | None = None
        self.is_open = False
        self.note = ProblemNote(host)
        self.set_up = make_button(tr("Set up: {label}", label=member.label), "link", host.theme.icon("plus", "accent"))
        self.remove_button = make_tool(host.theme.icon("trash"), tr("Remove {name}", name=member.label))
        self._lines = column(self, spacing=GRID)
        self._lay_out()
        self.set_up.clicked.connect(self._on_set_up)
        self.remove_button.clicked.connect(self._on_remove)

    def show_at(self, pointer: str, value: object) -> None:
        """Show the value of the member, which stands at `pointer`."""
        self.pointer = pointer
        is_object = self.member.shape.kind == "object"
        self.is_open = self.is_open or value is not None or self.member.required or not is_object
        self.set_up.setVisible(not self.is_open)
        self.remove_button.setVisible(is_object and value is not None and not self.member.required)
        wanted = self._kind(value)
        if self.form is not None and type(self.form) is not wanted:
            self._lines.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        if self.is_open and self.form is None:
            self.form = self._make(wanted)
            self._lines.addWidget(self.form)
        if self.form is not None:
            self.form.setVisible(self.is_open)
            self.form.show_at(pointer, value)

    def show_problems(self) -> None:
        """Show what is wrong with the member and inside it."""
        problems = self.host.problems
        if self.form is None or not self.is_open:
            self.note.show_problems(problems.within(self.pointer))
        else:
            own = [] if isinstance(self.form, ObjectForm) else problems.at(self.pointer)
            self.note.show_problems(own)
            self.form.show_problems()

    def focus_pointer(self, pointer: str) -> bool:
        """Put the focus into the section."""
        if self.form is None or not self.is_open:
            self.set_up.setFocus()
            return True
        return self.form.focus_pointer(pointer)

    def _kind(self, value: object) -> type[SchemaForm]:
        shape = self.member.shape
        if shape.kind in {"paths", "words"}:
            return TextsForm
        if shape.kind == "map":
            return MapForm
        if shape.kind == "list" and shape.item is not None:
            items = value if isinstance(value, list) else []
            plain = is_table(shape) and not any(others(shape.item, item) for item in items)
            return TableForm if plain and all(_fits_table(shape.item, item) for item in items) else CardsForm
        return ObjectForm

    def _make(self, kind: type[SchemaForm]) -> SchemaForm:
        if issubclass(kind, CardsForm):
            return CardsForm(self.host, self.member, ObjectForm)
        if issubclass(kind, TableForm):
            return kind(self.host, self.member)
        return ObjectForm(self.host, self.member.shape, prunes=not self.member.required)

    def _on_set_up(self) -> None:
        self.is_open = True
        self.show_at(self.pointer, None)
        self.focus_pointer(self.pointer)

    def _on_remove(self) -> None:
        self.is_open = False
        self.host.edit(self.pointer, None, self.member.label, typed=False)
        self.set_up.setFocus()

    def _lay_out(self) -> None:
        line = row(spacing=GRID)
        fill(line, make_label(self.member.label + (" *" if self.member.required else ""), "strong"))
        since = self.host.since_note(self.member)
        if since:
            fill(line, make_label(since, "small"))
        fill(line, None, self.remove_button)
        self._lines.addLayout(line)
        if self.member.help:
            self._lines.addWidget(make_label(self.member.help, "muted", wrap=True))
        self._lines.addWidget(self.note)
        self._lines.addWidget(self.set_up, 0, Qt.AlignmentFlag.AlignLeft)


def _fits_table(shape: Shape, item: object) -> bool:
    given = item if isinstance(item, dict) else {}
    return all(fits(member.shape, given.get(member.name)) for member in members(shape, given))


def _why_odd(member: Member) -> str:
    wanted = {"object": tr("an object"), "list": tr("a list of objects"), "map": tr("an object")}
    kind = wanted.get(
        member.shape.kind, tr("a list") if member.shape.kind in {"words", "paths"} else tr("a plain value")
    )
    return tr("{label} should be {kind}; the file has something else here.", label=member.label, kind=kind)
