"""The properties of what is selected in the outline: forms from a table, its problems, and where its key is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QScrollArea, QWidget

from gui.editors.wizard import members
from gui.editors.wizard.inputs import BundleInput, KeyInput, make_wizard_input
from gui.editors.wizard.presenter import WizardPresenter
from gui.qt.forms import GRID, ToolButton, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.fieldform import FieldForm, InputMaker
from gui.widgets.fields import FieldInput, FieldSpec
from gui.widgets.fixline import FixLine
from spkcore.checks.engine import Problem
from spkcore.checks.wizarduses import KeyUse
from spkcore.package.wizardedit import FIELD, ITEM, SELECTS, kind_of, level

_SHOWN_USES = 4
_OPEN = frozenset({"main", "key", "start", "list", "old"})
"""Sections that are never folded."""


class FoldSection(QWidget):
    """A headline that opens and closes the form below it; without a title the form is always open.

    Rows are made when they are first seen: most people never open most of them.
    """

    def __init__(self, theme: Theme, title: str, maker: InputMaker, *, folds: bool) -> None:
        super().__init__()
        self._theme = theme
        self.form = FieldForm(maker=maker)
        self._specs: Sequence[FieldSpec] = ()
        self._values: Mapping[str, object] = {}
        self._problems: Mapping[str, Sequence[Problem]] = {}
        self.button = ToolButton()
        self.button.setText(title)
        self.button.setCheckable(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if not folds:
            self.button.hide()
        self.button.toggled.connect(self.set_open)
        lines = column(self, spacing=GRID)
        if not folds and title:
            fill(lines, make_label(title, "section"))
        fill(lines, self.button, self.form)
        self.set_open(is_open=not folds)

    @Slot(bool)
    def set_open(self, is_open: bool) -> None:
        """Show the form, or fold it away."""
        self.button.setChecked(is_open)
        self._fill(is_open=is_open)
        self.button.setIcon(self._theme.icon("chevron-down" if is_open else "chevron-right"))
        self.form.setVisible(is_open)

    @property
    def names(self) -> list[str]:
        """The names of its rows, seen or not."""
        return [spec.name for spec in self._specs]

    def show_values(self, specs: Sequence[FieldSpec], values: Mapping[str, object]) -> None:
        """Show these rows."""
        self._specs, self._values = specs, values
        self._fill(is_open=self.button.isChecked())

    def show_problems(self, by_name: Mapping[str, Sequence[Problem]]) -> None:
        """Mark the rows; a folded section that has a problem opens."""
        self._problems = by_name
        if self.button.isChecked():
            self.form.show_problems(by_name)
        elif any(name in by_name for name in self.names):
            self.set_open(is_open=True)

    def _fill(self, *, is_open: bool) -> None:
        self.form.set_specs(self._specs if is_open else ())
        if is_open:
            for made in self.form.rows.values():
                if made.isHidden():
                    made.show()  # Qt would do so a turn later, too late for the focus
            self.form.show_values(self._values)
            self.form.show_problems(self._problems)


class KeyUsesLine(QWidget):
    """Where the variable is used, as links, and the way to use it in a script."""

    place_wanted = Signal(str, int, int)
    use_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._uses: Sequence[KeyUse] = ()
        self.text = make_label("", "muted", wrap=True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.text.linkActivated.connect(self._on_link)
        self.use = make_button(tr("Use in script…"))
        self.use.clicked.connect(self.use_wanted)
        line = row(self, spacing=2 * GRID)
        line.addWidget(self.text, 1)
        line.addWidget(self.use, 0, Qt.AlignmentFlag.AlignTop)

    def show_uses(self, uses: Sequence[KeyUse]) -> None:
        """Say how often which file uses it."""
        self._uses = uses
        counted: dict[str, int] = {}
        for use in uses:
            counted[use.path] = counted.get(use.path, 0) + 1
        links = [_link(path, count) for path, count in list(counted.items())[:_SHOWN_USES]]
        more = len(counted) - _SHOWN_USES
        if more > 0:
            links.append(tr("and {n} more", "and {n} more", n=more))
        if links:
            self.text.setText(tr("Used in {places}", places=", ".join(links)))
        else:
            self.text.setText(tr("Nothing in scripts or conf uses it yet."))

    @Slot(str)
    def _on_link(self, path: str) -> None:
        first = next((use for use in self._uses if use.path == path), None)
        if first is not None:
            self.place_wanted.emit(first.path, first.line, first.column)


class Properties(QScrollArea):
    """The form of one page, item or field."""

    edited = Signal(str, object, bool)
    """Name of the row, new value, and whether it was typed."""
    key_wanted = Signal(str)
    """The field is to get this key."""
    proposal_wanted = Signal()
    """The field is to get a key made from its label."""
    bundle_wanted = Signal()
    """Another Vue bundle is to be read from a file."""
    field_wanted = Signal()
    """The item is to get one more field."""
    fix_wanted = Signal(object)
    undo_wanted = Signal()
    redo_wanted = Signal()
    focus_left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pointer = ""
        self._presenter: WizardPresenter | None = None
        titles = {
            "main": "",
            "key": "",
            "start": "",
            "rules": tr("Rules and messages"),
            "list": tr("What the list offers"),
            "more": tr("More"),
            "old": tr("Without effect"),
        }
        self.sections = {
            name: FoldSection(theme, titles[name], self._make_input, folds=name not in _OPEN)
            for name in members.SECTIONS
        }
        self.heading = make_label("", "strong", wrap=True)
        self.problems = make_label("", "warning", wrap=True)
        self.fixes = FixLine()
        self.uses = KeyUsesLine()
        self.unknown = make_label("", "muted", wrap=True)
        self.propose = make_button("", "link")
        self.add_field = make_button(tr("Add a field"), icon=theme.icon("plus"))
        self._lay_out()
        self._connect()

    def show_part(self, presenter: WizardPresenter, pointer: str) -> None:
        """Show the members of what is at `pointer`; rows keep their focus while the same kind of thing is shown."""
        is_other = pointer != self._pointer
        self._presenter, self._pointer = presenter, pointer
        self._inner.setVisible(bool(pointer))
        if not pointer:
            return
        shown = {section.name: section for section in members.sections(presenter.tree, pointer)}
        values = members.values(presenter.tree, pointer)
        for name, widget in self.sections.items():
            section = shown.get(name)
            widget.setVisible(section is not None)
            if is_other:
                widget.show_problems({})
            is_used = section is not None and section.is_used
            if is_other and name not in _OPEN and widget.button.isChecked() != is_used:
                widget.show_values((), {})
                widget.set_open(is_open=is_used)
            widget.show_values(section.specs if section else (), values)
        self._show_around(presenter, pointer)
        if is_other:
            self.show_refusal("key", "")
            self.verticalScrollBar().setValue(0)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show problems at their rows; those of the thing as a whole above the form."""
        names = self._names()
        by_name: dict[str, list[Problem]] = {}
        for problem in problems:
            name = members.member_of(self._pointer, problem.field, names) if problem.field != self._pointer else ""
            by_name.setdefault(name, []).append(problem)
        for widget in self.sections.values():
            widget.show_problems(by_name)
        here = by_name.get("", [])
        self.problems.setText("\n".join(problem.message for problem in here))
        self.problems.setVisible(bool(here))
        self.fixes.show_fixes(here)

    def show_refusal(self, name: str, text: str) -> None:
        """Say why what was typed into a row is not taken over."""
        for widget in self.sections.values():
            if name in widget.form.rows:
                widget.form.rows[name].show_refusal(text)

    def focus_field(self, pointer: str) -> bool:
        """Put the focus into the row that shows this place; False where none does."""
        name = members.member_of(self._pointer, pointer, self._names())
        for widget in self.sections.values():
            if name and name in widget.names:
                widget.set_open(is_open=True)
                widget.form.focus_member(name)
                # A section that was just opened has no place yet.
                QTimer.singleShot(0, self, self._show_focus)
                return True
        return False

    @Slot()
    def focus_first(self) -> None:
        """Put the focus into the first row."""
        names = self._names()
        if names:
            self.focus_field(members.place(self._pointer, names[0]))

    def key_input(self) -> KeyInput | None:
        """The input of the key, where there is one."""
        found = self.sections["key"].form.rows.get("key")
        return found.input if found is not None and isinstance(found.input, KeyInput) else None

    def _names(self) -> list[str]:
        return [name for widget in self.sections.values() for name in widget.names]

    def _show_around(self, presenter: WizardPresenter, pointer: str) -> None:
        self.heading.setText(presenter.kind_name(pointer))
        unknown = members.unknown_members(presenter.tree, pointer)
        names = ", ".join(unknown)
        self.unknown.setText(tr("Kept as they are, and edited as text: {names}", names=names) if unknown else "")
        self.unknown.setVisible(bool(unknown))
        is_field = level(pointer) == FIELD
        self.uses.setVisible(is_field and bool(presenter.key(pointer)))
        proposal = presenter.proposed_key(pointer) if is_field else ""
        self.propose.setText(tr("Name it {key}, after the label", key=proposal))
        self.propose.setVisible(is_field and proposal != presenter.key(pointer))
        is_item = level(pointer) == ITEM and members.scope_of(presenter.tree, pointer) == "item"
        is_choice = kind_of(presenter.tree, pointer) in SELECTS
        self.add_field.setVisible(is_item or is_field)
        self.add_field.setText(tr("Add an option") if is_choice else tr("Add a field"))

    def _make_input(self, spec: FieldSpec) -> FieldInput:
        made = make_wizard_input(spec)
        if isinstance(made, KeyInput):
            made.judged.connect(self._on_key_judged)
            made.committed.connect(self.key_wanted)
        if isinstance(made, BundleInput):
            made.file_wanted.connect(self.bundle_wanted)
        return made

    def _lay_out(self) -> None:
        self.setWidgetResizable(True)
        self.setAccessibleName(tr("Properties"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = QWidget()
        lines = column(self._inner, margin=2 * GRID, spacing=2 * GRID)
        head = row(spacing=GRID)
        head.addWidget(self.heading, 1)
        fill(head, self.add_field)
        lines.addLayout(head)
        fill(lines, self.problems, self.fixes, self.sections["main"], self.sections["key"], self.propose, self.uses)
        fill(lines, *(self.sections[name] for name in members.SECTIONS[2:]), self.unknown, None)
        self.problems.hide()
        self.propose.hide()
        self.setWidget(self._inner)

    def _connect(self) -> None:
        for widget in self.sections.values():
            form = widget.form
            form.edited.connect(self.edited)
            form.undo_wanted.connect(self.undo_wanted)
            form.redo_wanted.connect(self.redo_wanted)
            form.focus_left.connect(self.focus_left)
            form.fix_wanted.connect(self.fix_wanted)
        self.fixes.fix_wanted.connect(self.fix_wanted)
        self.propose.clicked.connect(self.proposal_wanted)
        self.add_field.clicked.connect(self.field_wanted)

    @Slot()
    def _show_focus(self) -> None:
        focus: QWidget | None = self._inner.focusWidget()
        lines = self._inner.layout()
        if focus is not None and lines is not None:
            lines.activate()
            self.ensureWidgetVisible(focus, 0, 16 * GRID)

    @Slot(str)
    def _on_key_judged(self, text: str) -> None:
        if self._presenter is not None and level(self._pointer) == FIELD:
            self.show_refusal("key", self._presenter.key_refusal(self._pointer, text.strip()))


def _link(path: str, count: int) -> str:
    name = escape(path.rpartition("/")[2])
    times = tr("{n} time", "{n} times", n=count)
    return f'<a href="{escape(path)}">{name}</a> ({times})'
