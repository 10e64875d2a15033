"""Quick fixes for the rules about WIZARD_UIFILES."""

from __future__ import annotations

from collections.abc import Callable

from spkcore.checks.fixes import fix
from spkcore.checks.problem import Problem
from spkcore.checks.rules.jsonparts import document, readable
from spkcore.checks.rules.wizard import MARK
from spkcore.checks.rules.wizard_code import pattern_problem, with_slashes
from spkcore.checks.rules.wizard_fields import SELECTS, is_preselected, right_default
from spkcore.checks.subject import Subject
from spkcore.package import jsonedit
from spkcore.package.changes import Change, set_content, set_mode
from spkcore.package.findings import encode, from_utf16
from spkcore.package.jsontext import JsonDocument, Node, join_pointer, require_node
from spkcore.package.wizard import FOLDER, WizardField, WizardPage, text_of, wizard_file, wizard_pages

Edit = Callable[[JsonDocument, str], JsonDocument | None]


def _edit(subject: Subject, problem: Problem, edit: Edit) -> Change | None:
    """The change that `edit` makes at the field of the problem; None where it has nothing to do there."""
    found = readable(subject, problem.path)
    if found is None or found.node(problem.field) is None:
        return None
    edited = edit(found, problem.field)
    return None if edited is None else _changed(subject, problem, edited.text)


def _changed(subject: Subject, problem: Problem, text: str) -> Change:
    place = f"{problem.path}#{problem.field}" if problem.field else problem.path
    return set_content(subject.entries, problem.path, encode(text), place=place)


@fix("W001")
def put_commas(subject: Subject, problem: Problem) -> Change | None:
    """Put in the commas that are missing, where nothing else is."""
    found = document(subject, problem.path)
    better = jsonedit.with_missing_commas(found)
    return None if better is found else _changed(subject, problem, better.text)


@fix("W002")
def write_strictly(subject: Subject, problem: Problem) -> Change | None:
    """Escape line breaks and tabs, drop last commas and comments."""
    found = document(subject, problem.path)
    return _changed(subject, problem, jsonedit.strict(found).text) if found.is_readable else None


@fix("W007")
def disable_next_on_dsm7(subject: Subject, problem: Problem) -> Change | None:
    """Put the key of DSM 7 behind the old one."""
    return _edit(subject, problem, _with_second_key)


def _with_second_key(document: JsonDocument, pointer: str) -> JsonDocument | None:
    page = _holder(pointer)
    members = require_node(document, page).members
    names = [member.name for member in members]
    if "invalid_next_disabled_v2" in names:
        return None
    index = names.index("invalid_next_disabled")
    value = members[index].node.value()
    return jsonedit.insert_member(document, page, "invalid_next_disabled_v2", value, index + 1)


@fix("W008")
def disable_next(subject: Subject, problem: Problem) -> Change | None:
    """Put the keys of the targets in front of the page's items."""

    def with_keys(document: JsonDocument, pointer: str) -> JsonDocument | None:
        names = [name for name, is_wanted in wanted if is_wanted]
        for name in names:
            page = require_node(document, pointer)
            if page.find(name):
                return None
            index = next(index for index, member in enumerate(page.members) if member.name == "items")
            document = jsonedit.insert_member(document, pointer, name, value=True, index=index)
        return document

    targets = subject.targets
    wanted = (("invalid_next_disabled", targets.below(7)), ("invalid_next_disabled_v2", targets.dsm7))
    return _edit(subject, problem, with_keys)


@fix("W009")
def spell_rightly(subject: Subject, problem: Problem) -> Change | None:
    """Rename the member; where the right one stands beside it, the misspelled one goes."""
    return _edit(subject, problem, _spelled_rightly)


def _spelled_rightly(document: JsonDocument, pointer: str) -> JsonDocument | None:
    page, _, name = pointer.rpartition("/")
    right = {"activeate": "activate", "defaultVaule": "defaultValue"}.get(name)
    if right is None:
        return None
    if require_node(document, page).find(right):
        return jsonedit.remove(document, pointer)
    return jsonedit.rename_member(document, pointer, right)


@fix("W010")
def preselect_one(subject: Subject, problem: Problem) -> Change | None:
    """Keep the first preselected option; without one, take the first that is not switched off, or the first."""
    return _edit(subject, problem, _with_one_default)


def _with_one_default(document: JsonDocument, pointer: str) -> JsonDocument | None:
    place = join_pointer(pointer, "subitems")
    options = _items(document, place)
    if len(options) < 2:
        return None
    chosen = [index for index, option in enumerate(options) if is_preselected(option)]
    unset = [index for index, option in enumerate(options) if option.find("defaultValue") is None]
    first = next(iter([*chosen, *unset, 0]))
    for index in range(len(options)):
        if index == first or index in chosen:
            document = jsonedit.set_value(document, join_pointer(place, index, "defaultValue"), index == first)
    return document


@fix("W011")
def type_default_rightly(subject: Subject, problem: Problem) -> Change | None:
    """Write true or false for select fields, a text for the others."""
    return _edit(subject, problem, _with_right_default)


def _with_right_default(document: JsonDocument, pointer: str) -> JsonDocument | None:
    field, node = _field(document, _holder(pointer)), document.node(pointer)
    if field is None or node is None:
        return None
    is_select = field.type in SELECTS
    value = right_default(node, is_select=is_select)
    if isinstance(value, str) and node.kind == "number":
        value = document.text[node.start : node.end]
    return None if value is None else jsonedit.set_value(document, pointer, value)


@fix("W012")
def put_slashes(subject: Subject, problem: Problem) -> Change | None:
    """Put the pattern between slashes."""
    return _edit(subject, problem, _with_slashes)


def _with_slashes(document: JsonDocument, pointer: str) -> JsonDocument | None:
    node = document.node(pointer)
    expression = node.scalar if node else None
    if not isinstance(expression, str) or not expression or expression.startswith("/"):
        return None
    right = with_slashes(expression)
    return None if pattern_problem(right) else jsonedit.set_value(document, pointer, right)


@fix("W016")
def copy_english_pages(subject: Subject, problem: Problem) -> Change | None:
    """Give the users of all other languages the English pages."""
    wizard = wizard_file(problem.path)
    plain = f"{FOLDER}/{wizard.action}_uifile" if wizard else ""
    english = plain + "_enu"
    if not plain or plain in subject.entries or not subject.data(english):
        return None
    return set_content(subject.entries, plain, subject.data(english), place=plain)


@fix("W019")
def make_executable(subject: Subject, problem: Problem) -> Change | None:
    """Give the script the mode of a program."""
    return set_mode(subject.entries, [problem.path], 0o755)


@fix("W026")
def make_plain_text(subject: Subject, problem: Problem) -> Change | None:
    """Leave the description alone, without a type."""
    return _edit(subject, problem, _as_plain_text)


def _as_plain_text(document: JsonDocument, pointer: str) -> JsonDocument | None:
    group = _holder(pointer)
    node = require_node(document, group)
    if _items(document, pointer) or not text_of(node, "desc") or node.find("type") is None:
        return None
    without = jsonedit.remove(document, pointer)
    return jsonedit.remove(without, join_pointer(group, "type"))


@fix("W027")
def write_without_quotes(subject: Subject, problem: Problem) -> Change | None:
    """Write the flag or the number as JSON does."""
    return _edit(subject, problem, _without_quotes)


def _without_quotes(document: JsonDocument, pointer: str) -> JsonDocument | None:
    node = document.node(pointer)
    text = str(node.scalar).lower() if node and node.kind == "string" else ""
    if text in {"true", "false"}:
        return jsonedit.set_value(document, pointer, text == "true")
    return jsonedit.set_value(document, pointer, int(text)) if text.isdecimal() else None


@fix("W028")
def drop_the_mark(subject: Subject, problem: Problem) -> Change | None:
    """Remove the three bytes."""
    return _changed(subject, problem, subject.text(problem.path).removeprefix(MARK))


@fix("W029")
def read_as_windows_text(subject: Subject, problem: Problem) -> Change | None:
    """Take the bytes that are no UTF-8 for Windows-1252, and leave all others; UTF-16 is read as what it is."""
    whole = from_utf16(subject.data(problem.path))
    if whole is not None:
        return _changed(subject, problem, whole.decode())
    try:
        text = "".join(_windows(char) for char in subject.text(problem.path))
    except UnicodeDecodeError:
        return None
    return _changed(subject, problem, text)


def _windows(char: str) -> str:
    return bytes([ord(char) - 0xDC00]).decode("cp1252") if "\udc80" <= char <= "\udcff" else char


def _holder(pointer: str) -> str:
    return pointer.rpartition("/")[0]


def _items(document: JsonDocument, pointer: str) -> tuple[Node, ...]:
    node = document.node(pointer)
    return node.items if node else ()


def _field(document: JsonDocument, pointer: str) -> WizardField | None:
    pages: tuple[WizardPage, ...] = wizard_pages(document)
    return next((field for page in pages for field in page.fields if field.pointer == pointer), None)
