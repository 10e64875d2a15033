"""The privilege editor: as whom everything runs, in fields and in words, and what single scripts and tools get."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from gui.app.context import AppContext
from gui.editors.formeditor import FormEditor
from gui.editors.privilege.presenter import SECTIONS, PrivilegePart
from gui.editors.privilege.sections import PrivilegeHost, PrivilegeSection, UsersTable
from gui.editors.schemaform.base import ProblemNote
from gui.editors.schemaform.others import OtherMembers
from gui.editors.schemaform.problems import ProblemsAt, is_within
from gui.qt.forms import GRID, column, fill, make_button, make_card, make_label, restyle
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.fieldform import FieldForm
from gui.widgets.fields import FieldSpec
from spkcore.checks.engine import Problem
from spkcore.package.formspecs import Shape, fits, members, shape_at
from spkcore.package.info import PATH as INFO
from spkcore.package.jsontext import split_pointer
from spkcore.package.privilege import RUN_AS, SCHEMA

_NAMES = ("username", "groupname", "join-groupname")
_RUN_AS = "run-as"


class PrivilegeEditor(FormEditor):
    """Edits conf/privilege."""

    part: PrivilegePart

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(PrivilegePart(path, document), document, context, parent)
        self.host = PrivilegeHost(self.part, context, self)
        self.host.fix_wanted.connect(self.fix_wanted)
        self._root = shape_at(SCHEMA)
        self.outcome_card, self._outcome_lines = make_card()
        self.outcomes: list[QLabel] = []
        self.use_own = make_button(tr("Use the package's user"), "primary")
        self.use_own.setToolTip(tr("run-as becomes package; ctrl-script and executable go"))
        self._outcome_lines.addWidget(self.use_own, 0, Qt.AlignmentFlag.AlignLeft)
        self.note = ProblemNote(self.host)
        self.fields = FieldForm((), self.host.make_input)
        known = {member.name: member for member in members(self._root, {})}
        self.sections = {name: PrivilegeSection(self.host, self.part, known[name]) for name in SECTIONS}
        self.others = OtherMembers(self.host)
        self.users = UsersTable()
        self._connect()
        self.set_form(self._make_form())

    # ------------------------------------------------------------------------------------------ editor

    def concerns(self, paths: frozenset[str]) -> bool:
        """The package ID and the DSM versions stand in INFO."""
        return bool(paths & {self.path, INFO})

    def show_part(self) -> None:
        self.host.look_again()
        self._show_outcomes()
        self._show_fields()
        for section in self.sections.values():
            section.show_state()
        odd = [name for name in self._value() if name not in {*_NAMES, *SECTIONS, "defaults"}]
        odd += [name for name in _NAMES if not fits(self._member_shape(name), self._value().get(name))]
        if not isinstance(self._value().get("defaults", {}), dict) or set(self._defaults()) - {_RUN_AS}:
            odd.append("defaults")
        self.others.show_at("", odd, {})
        targets = self.part.targets
        self.users.show_users(self.part.call_users(), dsm6=not targets.only_dsm7, dsm7=targets.dsm7)
        self.show_form_problems(self._problems)

    def focus_pointer(self, pointer: str) -> bool:
        name = next(iter(split_pointer(pointer)), "")
        if name in self.sections:
            return self._scrolled(self.sections[name].focus_pointer(pointer))
        if is_within(pointer, "/defaults") or not name:
            return self._scrolled(self.fields.focus_member(_RUN_AS))
        return self._scrolled(self.fields.focus_member(name) or self.others.focus_pointer(pointer))

    def show_form_problems(self, problems: Sequence[Problem]) -> None:
        found = self.host.problems = ProblemsAt(problems)
        by_name = {name: found.within(f"/{name}") for name in _NAMES}
        self.fields.show_problems({**by_name, _RUN_AS: found.within("/defaults")})
        for section in self.sections.values():
            section.show_problems()
        self.others.show_problems()
        shown = ["/defaults", *(f"/{name}" for name in (*_NAMES, *SECTIONS, *self.others.rows))]
        rest = [problem for problem in found.all if not any(is_within(problem.field, place) for place in shown)]
        self.note.show_problems(rest)

    # ------------------------------------------------------------------------------------------ slots

    def _on_edited(self, name: str, value: object, typed: bool) -> None:
        pointer = RUN_AS if name == _RUN_AS else f"/{name}"
        found = self.fields.rows[name]
        found.show_refusal(self.host.edit(pointer, value, found.spec.label, typed=typed))

    @Slot()
    def _on_use_own(self) -> None:
        self.part.use_package_user()
        self.focus_pointer(RUN_AS)

    # ------------------------------------------------------------------------------------------ inside

    def _value(self) -> dict[str, object]:
        value = self.part.value("", {})
        return value if isinstance(value, dict) else {}

    def _defaults(self) -> dict[str, object]:
        found = self._value().get("defaults")
        return found if isinstance(found, dict) else {}

    def _member_shape(self, name: str) -> Shape:
        return next(member.shape for member in members(self._root, {}) if member.name == name)

    def _show_outcomes(self) -> None:
        found = self.part.outcomes()
        while len(self.outcomes) < len(found):
            label = make_label("", "strong", wrap=True)
            self._outcome_lines.insertWidget(len(self.outcomes), label)
            self.outcomes.append(label)
        for at, label in enumerate(self.outcomes):
            label.setVisible(at < len(found))
            if at < len(found):
                label.setText(found[at].text)
                restyle(label, "role", "strong" if found[at].accepted else "error")
        self.use_own.setVisible(self.part.needs_package_user())

    def _show_fields(self) -> None:
        reasons = "\n".join(self.part.forbidden_run_as().values())
        about = tr("Holds for every script and program that is not named below.")
        defaults = shape_at(SCHEMA, "defaults")
        run_as = self.host.spec_of(members(defaults, {})[0])
        package = self.part.info.get("package")
        specs = [
            FieldSpec(run_as.name, run_as.label, run_as.kind, "\n".join(filter(None, (about, reasons))),
                      required=True, choices=run_as.choices)
        ]  # fmt: skip
        for member in members(self._root, {}):
            if member.name in _NAMES and fits(member.shape, self._value().get(member.name)):
                spec = self.host.spec_of(member)
                default = package if member.name != "join-groupname" else ""
                specs.append(FieldSpec(spec.name, spec.label, "text", spec.help, spec.note, default=default))
        self.fields.set_specs(specs)
        self.fields.show_values({**self._value(), _RUN_AS: self._defaults().get(_RUN_AS)})

    def _scrolled(self, done: bool) -> bool:
        focus = self.area.focusWidget()
        if done and focus is not None:
            self.area.ensureWidgetVisible(focus, 0, 8 * GRID)
        return done

    def _connect(self) -> None:
        self.use_own.clicked.connect(self._on_use_own)
        self.fields.edited.connect(self._on_edited)
        self.fields.undo_wanted.connect(self.host.undo)
        self.fields.redo_wanted.connect(self.host.redo)
        self.fields.focus_left.connect(self.host.leave)
        self.fields.fix_wanted.connect(self.fix_wanted)

    def _make_form(self) -> QWidget:
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        lines = column(content, margin=2 * GRID, spacing=3 * GRID)
        fill(lines, self.outcome_card, self.note, self.fields)
        fill(lines, *self.sections.values(), self.others)
        about = tr("Who runs what: every call of a script, as the file has it now.")
        fill(lines, make_label(tr("Users of the scripts"), "strong"), make_label(about, "muted", wrap=True), self.users)
        lines.addStretch(1)
        self.area.setWidget(content)
        self.area.setFocusProxy(self.fields)
        return self.area
