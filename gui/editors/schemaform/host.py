"""What the forms of one editor share: the JSON part that they edit, and the inputs that fit its members."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from gui.app.context import AppContext
from gui.editors.jsonpart import JsonPart
from gui.editors.schemaform.inputs import AnswerNumberInput, NumbersInput, PathInput, PlainInput
from gui.editors.schemaform.problems import ProblemsAt
from gui.qt.i18n import tr
from gui.widgets.fields import FieldInput, FieldSpec, make_input
from spkcore.checks.targets import targets_of
from spkcore.package.entries import PAYLOAD, Kind
from spkcore.package.formspecs import Member, Shape, new_item
from spkcore.package.parts import read_info
from spkcore.package.version import parse_dsm_version

_MOST_PATHS = 3000
"""Paths in a list to pick from; beyond it, typing is quicker."""


class FormHost(QObject):
    """Edits go to `part`; problems are told by `problems`. Subclasses know better values to begin with."""

    fix_wanted = Signal(object)

    def __init__(self, part: JsonPart, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self.part = part
        self.context = context
        self.problems = ProblemsAt(())
        self.answers: tuple[str, ...] = ()
        """The keys that the wizards ask for."""
        self.lowest = (0, 0)
        """The oldest DSM that the package is meant for."""
        self.look_again()

    def look_again(self) -> None:
        """Read what the rest of the package says: call it before the forms are shown anew."""
        low = targets_of(read_info(self.part.document.entries)).low
        self.lowest = (low.major, low.minor)

    @property
    def theme(self) -> Any:
        """Icons and fonts."""
        return self.context.theme

    def edit(self, pointer: str, value: object, label: str, *, typed: bool) -> str:
        """Set or clear a value; returns why that cannot be."""
        return self.part.attempt(pointer, value, tr("Change {label}", label=label), typed=typed)

    def starter_of(self, pointer: str, shape: Shape) -> Any:
        """What a new item of the list at `pointer` begins with."""
        return new_item(shape)

    def paths(self) -> list[tuple[str, str]]:
        """What the payload has, relative to it."""
        start = PAYLOAD + "/"
        found = sorted(
            (path.removeprefix(start), tr("folder") if entry.kind is Kind.DIRECTORY else "")
            for path, entry in self.part.document.entries.items()
            if path.startswith(start)
        )
        return found[:_MOST_PATHS]

    def make_input(self, spec: FieldSpec) -> FieldInput:
        """The input that fits the description."""
        if spec.kind == "path":
            return PathInput(spec, self.context.theme, self.paths)
        makers = {"number": AnswerNumberInput, "numbers": NumbersInput, "plain": PlainInput}
        maker = makers.get(spec.kind)
        return maker(spec) if maker is not None else make_input(spec)

    def spec_of(self, member: Member, locked: str = "") -> FieldSpec:
        """The description of a member's input."""
        shape = member.shape
        kind = "path" if shape.is_path else {"flag": "choice"}.get(shape.kind, shape.kind)
        return FieldSpec(
            member.name,
            member.label,
            kind,
            member.help,
            self.since_note(member),
            default=member.default,
            required=member.required,
            locked=locked,
            choices=self._choices(shape),
        )

    def since_note(self, member: Member) -> str:
        """Since when DSM knows a member, where the package is also for older versions."""
        since = parse_dsm_version(member.since) if member.since else None
        if not member.since or (since is not None and self.lowest >= (since.major, since.minor)):
            return ""
        return tr("since {version}", version=member.since)

    def _choices(self, shape: Shape) -> tuple[tuple[object, str], ...]:
        answers = tuple((f"{{{{{key}}}}}", tr("Answer of the wizard: {key}", key=key)) for key in self.answers)
        if shape.kind == "flag":
            return ((True, tr("Yes")), (False, tr("No")), *answers)
        if shape.kind == "choice":
            return shape.choices
        return answers if shape.kind in {"text", "number"} else ()

    @Slot()
    def undo(self) -> None:
        """Take the last edit back."""
        self.part.document.stack.undo()

    @Slot()
    def redo(self) -> None:
        """Carry it out again."""
        self.part.document.stack.redo()

    @Slot()
    def leave(self) -> None:
        """What is typed next is an undo step of its own."""
        self.part.document.break_merging()
