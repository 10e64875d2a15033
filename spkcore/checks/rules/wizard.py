"""Rules about WIZARD_UIFILES: the JSON, the pages and the files (spk-format.md chapter 7).

Those about fields are in wizard_fields, about JavaScript and patterns in wizard_code, about the answers in
wizard_answers.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from spkcore.base.reference import table
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule, wizard_answers, wizard_code, wizard_fields
from spkcore.checks.rules.jsonparts import document, hit_at, lenient_hits, schema_findings, syntax_hits
from spkcore.checks.rules.wizard_reading import below, json_wizards, pages, per_wizard, wizard_scripts
from spkcore.checks.subject import Subject
from spkcore.package import schemas
from spkcore.package.findings import Finding, Severity, undecodable
from spkcore.package.infokeys import languages
from spkcore.package.jsontext import split_pointer
from spkcore.package.wizard import ACTIONS, FOLDER, SCHEMA, is_set, text_of, wizard_file

__all__ = ["wizard_answers", "wizard_code", "wizard_fields"]

MARK = "\ufeff"
"""A byte order mark, as text."""

_ELSEWHERE = {
    ("key", "pattern"),
    ("key", "minLength"),
    ("vtype", "enum"),
    ("subitems", "minItems"),
    ("expr", "minLength"),
}
"""Last token of the pointer and schema keyword of what rules of their own say better."""
_LOGFILE = "SYNOPKG_TEMP_LOGFILE"
_COMMENT = re.compile(r"(?m)^[ \t]*#[^\n]*")
_PRINTS_PAGES = re.compile(r"""\\?["'](?:step_title|subitems|custom_render_fn)\\?["']""")


@rule("W001")
def no_json(subject: Subject) -> Iterator[Hit]:
    """DSM cannot show what it cannot read."""
    return per_wizard(subject, syntax_hits)


@rule("W002")
def lenient_json(subject: Subject) -> Iterator[Hit]:
    """DSM is not the only reader."""
    return per_wizard(subject, _lenient_json)


def _lenient_json(subject: Subject, path: str) -> Iterator[Hit]:
    found = document(subject, path)
    bad = undecodable(found.text)
    elsewhere = {found.line_column(bad)} if bad is not None else set()
    if found.text.startswith(MARK):
        elsewhere.add((1, 1))
    for item in lenient_hits(subject, path):
        if item.severity is Severity.INFO or (item.line, item.column) not in elsewhere:
            yield item


@rule("W003")
def against_the_schema(subject: Subject) -> Iterator[Hit]:
    """A page is drawn from members that the dialog knows."""
    return per_wizard(subject, _against_the_schema)


def _against_the_schema(subject: Subject, path: str) -> Iterator[Hit]:
    for finding in schema_findings(subject, path, SCHEMA):
        if not _is_said_elsewhere(finding):
            severity = Severity.ERROR if _breaks_the_page(finding) else Severity.WARNING
            what = finding.message
            yield hit(path, finding.line, finding.column, field=finding.field, severity=severity, what=what)


def _is_said_elsewhere(finding: Finding) -> bool:
    tokens = split_pointer(finding.field)
    if len(tokens) < 5:
        return _last(tokens, finding) in _ELSEWHERE
    if len(tokens) == 5:
        return finding.keyword in {"required", "not"}
    return tokens[5] in {"defaultValue", "defaultVaule"} or _last(tokens, finding) in _ELSEWHERE


def _last(tokens: list[str], finding: Finding) -> tuple[str, str]:
    return tokens[-1] if tokens else "", finding.keyword


def _breaks_the_page(finding: Finding) -> bool:
    """Whether a page or a field cannot be drawn; what is wrong within a field, or unknown, only has no effect."""
    tokens = split_pointer(finding.field)
    if finding.rule == schemas.UNKNOWN:
        return tokens[-1] == "subitems"
    return len(tokens) < 5 or finding.keyword == "type"


@rule("W007")
def next_for_old_dsm_only(subject: Subject) -> Iterator[Hit]:
    """DSM 7 reads another key."""
    return per_wizard(subject, _next_for_old_dsm_only)


def _next_for_old_dsm_only(subject: Subject, path: str) -> Iterator[Hit]:
    for page in pages(subject, path):
        if is_set(page.node, "invalid_next_disabled") and page.node.find("invalid_next_disabled_v2") is None:
            yield hit_at(path, document(subject, path), below(page, "invalid_next_disabled"), of_name=True)


@rule("W008")
def next_stays_active(subject: Subject) -> Iterator[Hit]:
    """Without the key, people only learn after Next that their input is wrong."""
    return per_wizard(subject, _next_stays_active)


def _next_stays_active(subject: Subject, path: str) -> Iterator[Hit]:
    for page in pages(subject, path):
        has_validator = any(field.validator and field.validator.members for field in page.fields)
        has_key = any(page.node.find(name) for name in ("invalid_next_disabled", "invalid_next_disabled_v2"))
        if has_validator and not has_key:
            yield hit_at(path, document(subject, path), page.pointer, page=page.title or page.pointer[1:])


@rule("W009")
def misspelled(subject: Subject) -> Iterator[Hit]:
    """Two misspellings went from an old table into real packages."""
    return per_wizard(subject, _misspelled)


def _misspelled(subject: Subject, path: str) -> Iterator[Hit]:
    found = document(subject, path)
    for page in pages(subject, path):
        if page.node.find("activeate"):
            yield hit_at(path, found, below(page, "activeate"), of_name=True, name="activeate", right="activate")
        for field in page.fields:
            if field.node.find("defaultVaule"):
                pointer = below(field, "defaultVaule")
                yield hit_at(path, found, pointer, of_name=True, name="defaultVaule", right="defaultValue")


@rule("W016")
def no_file_for_other_languages(subject: Subject) -> Iterator[Hit]:
    """Who uses DSM in another language may see no wizard."""
    actions = {wizard.action for wizard in subject.wizards if not wizard.language}
    for action in ACTIONS:
        found = [wizard for wizard in subject.wizards if wizard.action == action and not wizard.is_script]
        if found and action not in actions:
            plain = f"{FOLDER}/{action}_uifile"
            is_english = any(wizard.language == "enu" for wizard in found)
            yield hit(found[0].path, plain=plain, fixable=is_english)


@rule("W019")
def script_not_executable(subject: Subject) -> Iterator[Hit]:
    """DSM 7 executes the file as it is."""
    for path in wizard_scripts(subject):
        attributes = subject.entries[path].attributes
        if attributes is not None and not attributes.mode & 0o111:
            yield hit(path, mode=f"{attributes.mode & 0o7777:04o}")


@rule("W020")
def script_writes_elsewhere(subject: Subject) -> Iterator[Hit]:
    """DSM reads the pages from one file only."""
    return subject.per_file(wizard_scripts(subject), _script_writes_elsewhere)


def _script_writes_elsewhere(subject: Subject, path: str) -> Iterator[Hit]:
    text = _COMMENT.sub("", subject.text(path))
    pages_at = _PRINTS_PAGES.search(text)
    if pages_at and _LOGFILE not in text:
        yield hit(path, text.count("\n", 0, pages_at.start()) + 1, 1)


@rule("W021")
def script_and_file(subject: Subject) -> Iterator[Hit]:
    """Nobody knows which of the two DSM shows."""
    paths = {wizard.path for wizard in subject.wizards}
    for wizard in subject.wizards:
        if wizard.is_script and wizard.path.removesuffix(".sh") in paths:
            yield hit(wizard.path, other=wizard.path.removesuffix(".sh"))


@rule("W022")
def vue_page_for_old_dsm(subject: Subject) -> Iterator[Hit]:
    """Only DSM 7.2.2 draws such pages."""
    return per_wizard(subject, _vue_page_for_old_dsm)


def _vue_page_for_old_dsm(subject: Subject, path: str) -> Iterator[Hit]:
    for page in pages(subject, path):
        if page.is_vue:
            yield hit_at(path, document(subject, path), page.pointer)


@rule("W025")
def ignored_file(subject: Subject) -> Iterator[Hit]:
    """DSM looks for fixed names."""
    names = [f"{action}_uifile{ending}" for action in ACTIONS for ending in ("", ".sh")]
    for path in subject.outside:
        name = path.removeprefix(f"{FOLDER}/")
        if name == path or not subject.is_file(path):
            continue
        wizard = wizard_file(path)
        if wizard is not None and wizard.language and wizard.language not in languages():
            yield hit(path, variant="language", language=wizard.language)
        elif wizard is None and not _is_read_by_a_script(subject, name):
            near = difflib.get_close_matches(name, names, 1, 0.8)
            yield hit(path, variant="near" if near else "", name=name, near=near[0] if near else "")


def _is_read_by_a_script(subject: Subject, name: str) -> bool:
    word = re.compile(rf"(?<![\w.-]){re.escape(name.rpartition('/')[2])}(?![\w.-])")
    return any(word.search(subject.text(path)) for path in wizard_scripts(subject))


@rule("W028")
def byte_order_mark(subject: Subject) -> Iterator[Hit]:
    """What DSM makes of the mark is unknown, and nothing needs it."""
    for path in json_wizards(subject):
        if subject.text(path).startswith(MARK):
            yield hit(path, 1, 1)


@rule("W029")
def not_utf8(subject: Subject) -> Iterator[Hit]:
    """Text in an old encoding."""
    return per_wizard(subject, _not_utf8)


def _not_utf8(subject: Subject, path: str) -> Iterator[Hit]:
    found = document(subject, path)
    bad = undecodable(found.text)
    if bad is not None:
        yield hit(path, *found.line_column(bad))


@rule("W030")
def hook_for_old_dsm_only(subject: Subject) -> Iterator[Hit]:
    """DSM 7 runs other members."""
    return per_wizard(subject, _hook_for_old_dsm_only)


def _hook_for_old_dsm_only(subject: Subject, path: str) -> Iterator[Hit]:
    hooks: dict[str, str] = table("wizard")["hooks"]
    for page in pages(subject, path):
        for old, new in hooks.items():
            if text_of(page.node, old).strip() and page.node.find(new) is None:
                yield hit_at(path, document(subject, path), below(page, old), of_name=True, old=old, new=new)
