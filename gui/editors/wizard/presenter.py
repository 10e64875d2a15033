"""What the wizard designer shows and does: the outline, the edits of its parts, keys, problems; knows no widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gui.editors.jsonpart import JsonPart
from gui.editors.wizard import members
from gui.editors.wizard.outlinerows import OutlineNode, OutlineRows, kind_in_words, label_of
from gui.models.sourcetext import decode
from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.base.errors import SpkError, UsageError
from spkcore.base.reference import table
from spkcore.checks.engine import Problem
from spkcore.checks.rules.wizard_code import pattern_problem, with_slashes
from spkcore.checks.wizarduses import KeyUse, key_uses, renamed_key, renamed_uses
from spkcore.package import jsonedit, wizardedit, wizardlists
from spkcore.package.changes import set_content
from spkcore.package.jsontext import JsonDocument, join_pointer, parse, require_node
from spkcore.package.wizard import WizardFile, text_of, wizard_file
from spkcore.package.wizardedit import FIELD, ITEM, level, owner
from spkcore.package.wizardkeys import is_identifier, is_reserved, propose_key
from spkcore.package.wizardlanguages import with_lacks

Step = Callable[[], wizardedit.Edited]


class WizardPresenter(JsonPart):
    """One wizard file that holds JSON. Edits of the outline return where to look next; "" where nothing was done."""

    def __init__(self, path: str, document: Document) -> None:
        super().__init__(path, document)
        self.file: WizardFile = wizard_file(path) or WizardFile("install")
        self._rows = OutlineRows()
        self.refusal = ""
        """Why the last edit of the outline could not be made."""

    @property
    def trouble(self) -> str:
        """An empty file is a wizard without pages: the designer offers to begin."""
        if self.error is None and self.tree.root is None and not self.source.text.strip():
            return ""
        found = super().trouble
        if not found and self.tree.root is not None and self.tree.root.kind != "array":
            return tr("A wizard is a list of pages: the text must begin with [ and end with ].")
        return found

    # ------------------------------------------------------------------------------------------ reading

    def outline(self) -> list[OutlineNode]:
        """Pages, items and fields, as far as they are objects."""
        return [] if self.trouble else self._rows.rows(self.tree)

    def kind_name(self, pointer: str) -> str:
        """What it is, in words."""
        return kind_in_words(wizardedit.kind_of(self.tree, pointer), level(pointer))

    def label(self, pointer: str) -> str:
        """The text that F2 edits."""
        return label_of(require_node(self.tree, pointer), level(pointer))

    def has(self, pointer: str) -> bool:
        """Whether there is a page, item or field at `pointer` now."""
        node = self.tree.node(pointer) if level(pointer) else None
        return node is not None and node.kind == "object"

    def key(self, pointer: str) -> str:
        """The key of a field."""
        return text_of(require_node(self.tree, pointer), "key") if level(pointer) == FIELD else ""

    def problems_by_place(self, problems: Sequence[Problem]) -> dict[str, list[Problem]]:
        """The problems of each page, item and field; those of the file as a whole under ""."""
        found: dict[str, list[Problem]] = {}
        for problem in problems:
            pointer = problem.field if problem.field.startswith("/") else ""
            if not pointer and problem.line and not self.trouble:
                pointer = self.tree.pointer_at(self.tree.offset(problem.line, max(problem.column, 1)))
            place = owner(pointer)
            found.setdefault(place if self.has(place) else "", []).append(problem)
        return found

    # ------------------------------------------------------------------------------------------ members

    def set_member(self, pointer: str, name: str, value: object, *, typed: bool) -> str:
        """Give a row of the form another value; returns why that cannot be."""
        place = members.place(pointer, name)
        text = tr("Edit {name}", name=self.name)
        try:
            tree = self._with_member(pointer, name, value)
        except SpkError as error:
            return f"{error.what}. {error.what_to_do}".strip()
        self.put(tree, place, text, typed=typed)
        return ""

    def _with_member(self, pointer: str, name: str, value: object) -> JsonDocument:
        tree = self.tree
        if name == "source":
            return wizardlists.with_source(tree, pointer, str(value)) if value else tree
        if name == "type" and level(pointer) == ITEM:
            return wizardedit.with_type(tree, pointer, str(value or ""))
        if name == "store" and isinstance(value, str) and wizardlists.choices_of(tree, pointer) is not None:
            return wizardlists.with_choices(tree, pointer, wizardlists.from_lines(value))
        if name == "defaultValue" and value is True and wizardedit.kind_of(tree, pointer) == "singleselect":
            return wizardedit.choose_only(tree, pointer)
        place = members.place(pointer, name)
        if name in {"store", "api_store/baseParams"} and isinstance(value, str):
            value = _json_value(value)
        if value is None:
            return self._without(place, pointer)
        return self._with(place, value)

    def _without(self, place: str, pointer: str) -> JsonDocument:
        """Without a member, and without the objects around it that are empty then."""
        tree = self.tree
        self._remember(place)
        while place != pointer and tree.node(place) is not None:
            tree = jsonedit.remove(tree, place)
            place = place.rpartition("/")[0]
            above = tree.node(place)
            if above is None or above.members:
                break
        return tree

    def finish_pattern(self, pointer: str) -> bool:
        """Put the slashes around a pattern that was typed without them; True when that was needed."""
        place = members.place(pointer, "validator/regex/expr")
        pattern = self.value(place, "")
        if not isinstance(pattern, str) or not pattern or pattern.startswith("/"):
            return False
        if pattern_problem(with_slashes(pattern)):
            return False
        self.put(jsonedit.set_value(self.tree, place, with_slashes(pattern)), place, tr("Put slashes around a pattern"))
        return True

    # ------------------------------------------------------------------------------------------ outline edits

    def add(self, kind: str, near: str) -> str:
        """Add a page or an item of this kind behind what is at `near`."""
        return self._carry_out(tr("Add to {name}", name=self.name), lambda: wizardedit.add(self.tree, kind, near))

    def add_field(self, pointer: str) -> str:
        """Add one more field or option to an item."""
        return self._carry_out(tr("Add a field"), lambda: wizardedit.add_field(self.tree, pointer))

    def add_starter(self, starter: str, near: str = "") -> str:
        """Add the pages of a starter behind the page of `near`, or at the end."""
        row = next(row for row in starters(self.file.action) if row.id == starter)
        text = tr("Add {title}", title=row.title)
        return self._carry_out(text, lambda: wizardedit.paste(self.tree, row.pages, near))

    @property
    def models(self) -> dict[str, str]:
        """What an empty wizard can begin with a copy of: "general", the file for all other languages, and "install",
        the install wizard, in this language where there is one; with their paths."""
        here = self.file
        general = [WizardFile(here.action).path] if here.language else []
        install = [WizardFile("install", code).path for code in (here.language, "")] if here.action != "install" else []
        found = {}
        for name, paths in (("general", general), ("install", install)):
            there = [path for path in paths if path in self.document.entries]
            if there:
                found[name] = there[0]
        return found

    def copy_model(self, name: str) -> str:
        """Begin with a copy of one of `models`."""
        data = self.document.content(self.models[name])
        return self._carry_out(tr("Copy the pages of another wizard"), lambda: (parse(decode(data).text), "/0"))

    def complete(self, general: JsonDocument) -> None:
        """Add copies of what the general file has and this one lacks."""
        self.put(with_lacks(self.tree, general), "", tr("Add what {name} lacks", name=self.name))

    def remove_part(self, pointer: str) -> str:
        """Take a page, item or field away."""
        return self._carry_out(tr("Remove from {name}", name=self.name), lambda: wizardedit.remove(self.tree, pointer))

    def duplicate(self, pointer: str) -> str:
        """Put a copy behind it."""
        return self._carry_out(tr("Duplicate"), lambda: wizardedit.duplicate(self.tree, pointer))

    def move_part(self, pointer: str, holder: str, index: int) -> str:
        """Move it into the list at `holder`, before number `index`."""
        text = tr("Move in {name}", name=self.name)
        return self._carry_out(text, lambda: wizardedit.move(self.tree, pointer, holder, index))

    def step(self, pointer: str, direction: int) -> str:
        """Move it one place up (-1) or down (1); "" at the end."""
        found = wizardedit.step(self.tree, pointer, direction)
        return self._carry_out(tr("Move in {name}", name=self.name), lambda: found) if found else ""

    def copy_text(self, pointer: str) -> str:
        """JSON text for the clipboard."""
        return wizardedit.text_at(self.tree, pointer) + "\n"

    def paste(self, text: str, near: str) -> str:
        """Put copied parts behind `near`."""
        return self._carry_out(tr("Paste into {name}", name=self.name), lambda: wizardedit.paste(self.tree, text, near))

    def set_label(self, pointer: str, label: str) -> None:
        """Another title or text."""
        if label != self.label(pointer):
            self.put(wizardedit.set_label(self.tree, pointer, label), pointer, tr("Rename in {name}", name=self.name))

    def _carry_out(self, text: str, step: Step) -> str:
        self.refusal = self.trouble
        if self.refusal:
            return ""
        try:
            tree, place = step()
        except SpkError as error:
            self.refusal = f"{error.what}. {error.what_to_do}".strip()
            return ""
        self.put(tree, place, text)
        return place

    # ------------------------------------------------------------------------------------------ keys

    def key_refusal(self, pointer: str, key: str) -> str:
        """Why a field cannot have this key; empty when it can."""
        if not key:
            return tr("Without a name the answer reaches no script.")
        if not is_identifier(key):
            return tr("Only letters, digits and _ work here, and no digit in front: it becomes a shell variable.")
        if is_reserved(key):
            return tr("The shell or DSM has a variable of this name: the answer would overwrite it.")
        if any(field.key == key and field.pointer != pointer for field in wizardedit.all_fields(self.tree)):
            return tr("Another field of this wizard has this name: one of the answers would be lost.")
        return ""

    def proposed_key(self, pointer: str) -> str:
        """A key made from the label of the field, or of its item."""
        taken = [key for key in wizardedit.all_keys(self.tree) if key != self.key(pointer)]
        item = require_node(self.tree, wizardedit.parent(pointer))
        return propose_key(self.label(pointer) or text_of(item, "desc"), taken, self.key(pointer))

    def uses(self, key: str) -> list[KeyUse]:
        """Where else in the package the key is used."""
        return key_uses(self.document.entries, key, without=self.path)

    def rename_key(self, pointer: str, new: str, also: Sequence[str] = ()) -> None:
        """Give a field another key, and its uses in the files `also` the same, as one undo step."""
        old = self.key(pointer)
        if old == new:
            return
        tree = jsonedit.set_value(self.tree, join_pointer(pointer, "key"), new)
        if old and old not in wizardedit.all_keys(tree):
            tree = renamed_key(tree, old, new)
        source = self.source.with_text(tree.text)
        data = source.encode()
        entries = self.document.entries
        place = f"{self.path}#{join_pointer(pointer, 'key')}"
        change = renamed_uses(entries, old, new, also).then(set_content(entries, self.path, data, place=place))
        self.tree, self.source, self._shown_data = tree, source, data
        self.document.push(change, tr("Rename {old} to {new}", old=old or tr("a key"), new=new))


@dataclass(frozen=True, slots=True)
class Starter:
    """Pages to begin a wizard with."""

    id: str
    title: str
    text: str
    icon: str
    pages: str


def starters(action: str) -> list[Starter]:
    """What is offered for this wizard."""
    rows = table("wizard_parts")["starters"]
    names = ("id", "title", "text", "icon", "pages")
    return [Starter(*(row[name] for name in names)) for row in rows if action in row["actions"]]


def _json_value(text: str) -> object:
    """The value of JSON that was typed; None for nothing. Raises `UsageError` where it is none."""
    if not text.strip():
        return None
    found = parse(text)
    if found.root is None or not found.is_readable:
        what = found.problems[0].message.rstrip(".") if found.problems else tr("This is no JSON")
        raise UsageError(what, "", tr("It is taken over once it can be read."))
    return found.value()
