"""A wizard while somebody goes through it: the page, the answers, what is refused, what the scripts will get.

Facts: spk-format.md 4.2 to 4.6. JavaScript of the package is never run: `Page.hooks` and `unknowns` tell where it
would decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spkcore.base.reference import table
from spkcore.package.jsontext import JsonDocument, Node
from spkcore.package.jsregex import Matcher, matches
from spkcore.package.wizard import WizardField, WizardGroup, WizardPage, is_set, text_of, wizard_pages
from spkcore.package.wizardfields import CHOICES, Complaint, Unknown, Value, complaint, first_value, unknowns

DSM_6, DSM_7 = "6", "7"


@dataclass(frozen=True, slots=True)
class Answer:
    """One environment variable as the scripts get it. `pointer` is the field that gave it (the last one of several
    with one key, then `is_repeated`); `unknowns` tell why the value may differ on a NAS."""

    name: str
    value: str
    pointer: str
    unknowns: tuple[Unknown, ...] = ()
    is_repeated: bool = False


class WizardRun:
    """One way through the pages. `current` counts from 0; behind the last page stands the summary.

    `matcher` tries the patterns of the package; a window needs one that gives up in time. Without a summary, as
    while uninstalling, the last page is the end.
    """

    def __init__(
        self, document: JsonDocument, dsm: str = DSM_7, matcher: Matcher = matches, *, has_summary: bool = True
    ) -> None:
        self.dsm = dsm
        self.has_summary = has_summary
        self._matcher = matcher
        self._text = document.text
        self.pages: tuple[WizardPage, ...] = wizard_pages(document)
        self.current = 0
        self.is_finished = False
        self._fields = {field.pointer: field for page in self.pages for field in page.fields}
        self._groups = {field.pointer: group for page in self.pages for group in page.groups for field in group.fields}
        self._first = self._first_values()
        self._given: dict[str, Value] = {}
        self._judged: dict[str, tuple[Value, Complaint | None]] = {}
        """Values of fields, and what was found about them: the file does not change during a run."""
        self._unknowns: dict[str, tuple[Unknown, ...]] = {}

    @property
    def page(self) -> WizardPage | None:
        """The page that is shown; None for the summary."""
        return self.pages[self.current] if self.current < len(self.pages) else None

    @property
    def is_summary(self) -> bool:
        """Whether all pages were gone through."""
        return self.page is None

    @property
    def ends_here(self) -> bool:
        """Whether Next would end the wizard."""
        return self.current >= self._last

    def source(self, node: Node) -> str:
        """The text of a value in the file: where it is the same, there is nothing new to show."""
        return self._text[node.start : node.end]

    def field(self, pointer: str) -> WizardField | None:
        """The field at this place of the file."""
        return self._fields.get(pointer)

    def value(self, pointer: str) -> Value:
        """What the field holds now: true or false for selects, a text for the others. Raises `KeyError`."""
        return self._given.get(pointer, self._first[pointer])

    def set_value(self, pointer: str, value: Value) -> None:
        """Answer. Of round buttons in one group, the others go off. Raises `KeyError` where no field is."""
        group = self._groups[pointer]
        if group.type == "singleselect" and value:
            self._given.update({field.pointer: False for field in group.fields})
        self._given[pointer] = value

    def complaint(self, pointer: str) -> Complaint | None:
        """Why this field is refused now."""
        value = self.value(pointer)
        known = self._judged.get(pointer)
        if known is None or known[0] is not value:
            known = value, complaint(self._fields[pointer], value, self._matcher)
            self._judged[pointer] = known
        return known[1]

    def complaints(self) -> dict[str, Complaint]:
        """The fields of the page that are refused, hidden ones too, by their places."""
        found = {field.pointer: self.complaint(field.pointer) for field in self.page.fields} if self.page else {}
        return {pointer: what for pointer, what in found.items() if what is not None}

    @property
    def next_is_grey(self) -> bool:
        """Whether the page asks this DSM to keep Next grey, and something on it is refused."""
        return self.holds_next_back and bool(self.complaints())

    @property
    def holds_next_back(self) -> bool:
        """Whether Next stays grey on this page until all input is right."""
        return self.page is not None and is_set(self.page.node, table("wizard_dialog")["next"][self.dsm])

    @property
    def hooks(self) -> tuple[str, ...]:
        """The members of the page with JavaScript that this DSM runs, and a preview does not."""
        names: list[str] = table("wizard_dialog")["hooks"][self.dsm]
        return tuple(name for name in names if self.page is not None and text_of(self.page.node, name))

    def next(self) -> bool:
        """Go on, from the summary to the end; False when something on the page is refused."""
        if self.complaints():
            return False
        if self.ends_here:
            self.is_finished = True
        else:
            self.current += 1
        return True

    def back(self) -> None:
        """Go back; the answers stay."""
        self.is_finished = False
        self.current = max(self.current - 1, 0)

    def show(self, index: int) -> None:
        """Go to a page whatever was refused; behind the last one stands the summary."""
        self.is_finished = False
        self.current = max(min(index, self._last), 0)

    def restart(self) -> None:
        """Forget all answers and begin again."""
        self._given.clear()
        self.show(0)

    def take_answers(self, other: WizardRun) -> None:
        """Go on where `other` was, with the answers that were given there and still have a field of their type."""
        for pointer, value in other._given.items():
            old = other._fields[pointer]
            place = self._place_of(old)
            if place is not None and (self._fields[place].type in CHOICES) == (old.type in CHOICES):
                self._given[place] = value
        self.show(other.current)
        self.is_finished = other.is_finished and self.ends_here

    def variables(self) -> tuple[Answer, ...]:
        """What the scripts get, in the order of the fields; of fields with one key, the last one counts.

        The answers of pages that a Vue bundle draws are not known and not among them.
        """
        found: dict[str, Answer] = {}
        for pointer, field in self._fields.items():
            if field.key and field.type:
                is_repeated = field.key in found
                if pointer not in self._unknowns:
                    self._unknowns[pointer] = unknowns(field)
                open_ends = self._unknowns[pointer]
                found[field.key] = Answer(field.key, self._text_of(pointer), pointer, open_ends, is_repeated)
        return tuple(found.values())

    def environment(self) -> Mapping[str, str]:
        """The same by name, for running a script."""
        return {answer.name: answer.value for answer in self.variables()}

    @property
    def _last(self) -> int:
        return len(self.pages) if self.has_summary else len(self.pages) - 1

    def _text_of(self, pointer: str) -> str:
        value = self.value(pointer)
        return value if isinstance(value, str) else str(value).lower()

    def _first_values(self) -> dict[str, Value]:
        values = {pointer: first_value(field) for pointer, field in self._fields.items()}
        for group in (group for page in self.pages for group in page.groups if group.type == "singleselect"):
            values.update(_one_of(group, values))
        return values

    def _place_of(self, old: WizardField) -> str | None:
        if old.key:
            return next((pointer for pointer, field in self._fields.items() if field.key == old.key), None)
        return old.pointer if old.pointer in self._fields and not self._fields[old.pointer].key else None


def _one_of(group: WizardGroup, values: Mapping[str, Value]) -> dict[str, Value]:
    """Of round buttons that are all meant to be on at first, a browser leaves the last one on."""
    on = [field.pointer for field in group.fields if values[field.pointer]]
    return dict.fromkeys(on[:-1], False)
