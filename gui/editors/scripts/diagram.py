"""What the diagram of a package's life shows, and where each box stands; knows no widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect

from gui.qt.forms import GRID
from gui.qt.i18n import tr
from spkcore.package import scripts
from spkcore.package.entries import Entry
from spkcore.package.lifecycle import Operation, Step, StepKind, operations, wizards_of

_WIDEST = 56 * GRID
_NARROWEST = 34 * GRID
"""Pixels of a column of boxes; where there is room for two, there are two."""
RAIL = 2 * GRID
"""Pixels left of the boxes, for the line that joins them."""


@dataclass(frozen=True, slots=True)
class Item:
    """One step. `opens` is the path that a click opens; empty for what is no file, and for scripts that are missing.
    `creates` is the path of a missing script. `is_current`: it is the script in the editor."""

    step: Step
    opens: str = ""
    creates: str = ""
    is_current: bool = False

    @property
    def can_choose(self) -> bool:
        """Whether a click does something."""
        return bool(self.opens or self.creates)

    @property
    def title(self) -> str:
        """What is written in the box."""
        if self.step.kind is StepKind.SCRIPT:
            return f"{self.step.script} {self.step.argument}".strip()
        if self.step.kind is StepKind.WIZARD:
            return tr("Wizard asks the user")
        return self.step.text

    @property
    def note(self) -> str:
        """The small words below: the condition, the moment of workers."""
        if self.step.moment:
            return self.step.moment
        return tr("if {condition}", condition=self.step.condition) if self.step.condition else ""

    @property
    def version(self) -> str:
        """Which version it comes from, in an upgrade."""
        return {"old": tr("old version"), "new": tr("new version")}.get(self.step.of, "")


@dataclass(frozen=True, slots=True)
class Section:
    """One operation with its items."""

    operation: Operation
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """Heights of lines in pixels."""

    line: int
    small: int

    def height_of(self, item: Item) -> int:
        """Of a box or of a line without one."""
        is_box = item.step.kind in {StepKind.SCRIPT, StepKind.WIZARD}
        return (self.line + GRID if is_box else self.small + GRID // 2) + (self.small if item.note else 0)


@dataclass(frozen=True, slots=True)
class Placed:
    """An item, or the heading of a section where `item` is None, and its place."""

    section: Section
    item: Item | None
    place: QRect


def sections(path: str, entries: Mapping[str, Entry], dsm: int) -> list[Section]:
    """The life of a package on DSM 6 or 7, seen from the script at `path`. Wizards that it has not are left out."""
    return [
        Section(operation, tuple(item for step in operation.steps if (item := _item(step, path, entries)) is not None))
        for operation in operations(dsm)
    ]


def lay_out(found: Sequence[Section], width: int, measures: Measures) -> tuple[list[Placed], int]:
    """Where everything stands in this width, and the height that it takes."""
    columns = max(1, min(width // _NARROWEST, len(found)))
    room = min(width // columns, _WIDEST)
    placed: list[Placed] = []
    bottoms = [0] * columns
    for section, column in zip(found, _columns(found, columns, measures), strict=True):
        y = bottoms[column] + (2 * GRID if bottoms[column] else 0)
        left = column * room
        placed.append(Placed(section, None, QRect(left, y, room - GRID, measures.line + GRID)))
        y += measures.line + GRID
        for item in section.items:
            height = measures.height_of(item)
            placed.append(Placed(section, item, QRect(left + RAIL, y, room - RAIL - GRID, height)))
            y += height + GRID // 2
        bottoms[column] = y
    return placed, max(bottoms)


def start_of(found: Sequence[Section], path: str) -> tuple[str, Step] | None:
    """The operation and step to look at first: where the script of the editor has its main task, else where it runs
    at all."""
    known = scripts.lifecycle().get(path.removeprefix("scripts/"))
    main = known.runs[0] if known is not None else ""
    current = [(section.operation.id, item.step) for section in found for item in section.items if item.is_current]
    return next((place for place in current if place[0] == main), next(iter(current), None))


def details(item: Item, section: Section) -> list[tuple[str, str]]:
    """What there is to say about an item: the role of the text, and the text."""
    step = item.step
    found = [("strong", f"{section.operation.title}: {item.title}")]
    if step.kind is StepKind.SCRIPT and not step.argument and not item.is_current:  # the editor says it of its own
        found.append(("", scripts.lifecycle()[step.script].when))
    conditions = ", ".join(text for text in (item.version, item.note) if text)
    if conditions:
        found.append(("muted", f"{conditions[0].upper()}{conditions[1:]}."))
    if step.failure:
        found.append(("", tr("When it fails: {what}", what=step.failure)))
    if section.operation.note:
        found.append(("muted", section.operation.note))
    return found


def spoken(item: Item, section: Section) -> str:
    """The item in words, for screen readers."""
    state = tr("missing, Enter creates it") if item.creates else tr("Enter opens it")
    parts = [section.operation.title, item.title, item.version, item.note, state if item.can_choose else ""]
    return ", ".join(part for part in parts if part)


def _item(step: Step, path: str, entries: Mapping[str, Entry]) -> Item | None:
    if step.kind is StepKind.WIZARD:
        files = wizards_of(step, entries)
        return Item(step, files[0], is_current=path in files) if files else None
    if step.kind is not StepKind.SCRIPT:
        return Item(step)
    is_there = step.path in entries
    return Item(step, step.path if is_there else "", "" if is_there else step.path, step.path == path)


def _columns(found: Sequence[Section], columns: int, measures: Measures) -> list[int]:
    """The column of each section: in order, so that all are about equally long."""
    heights = [sum(measures.height_of(item) + GRID // 2 for item in section.items) for section in found]
    each, used, result = sum(heights) / columns, 0.0, []
    for height in heights:
        result.append(min(int((used + height / 2) // each) if each else 0, columns - 1))
        used += height
    return result
