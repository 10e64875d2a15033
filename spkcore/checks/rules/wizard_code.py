"""Rules about the code in wizards: patterns, Vue bundles and what the JavaScript of pages asks for (4.2 to 4.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spkcore.checks.problem import Hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.jsonparts import document, hit_at
from spkcore.checks.rules.wizard_reading import below, fields, pages, per_wizard
from spkcore.checks.subject import Subject
from spkcore.package.findings import Severity
from spkcore.package.wizard import WizardPage, text_of

HOOKS = ("activate", "activeate", "deactivate", "activate_v2", "deactivate_v2")

_LITERAL = re.compile(r"/(?P<body>.+)/(?P<flags>[a-z]*)", re.DOTALL)
_PIECES = re.compile(
    r"\\.|(?P<class>\[\^?(?:\\.|[^\]\\])*(?:\]|\Z))|(?P<open>\((?:\?(?:[:=!]|<[=!]|<[A-Za-z_$][\w$]*>))?)|(?P<close>\))"
    r"|(?P<or>\|)|(?P<repeat>[*+?])|(?P<end>\\\Z)|.",
    re.DOTALL,
)
_KNOWN_FLAGS = frozenset("dgimsuvy")
_COMPONENT = re.compile(r"""getComponent\(\s*(['"])(?P<key>[^'"\\]+)\1\s*\)""")
_HEADLINE = re.compile(
    r"""(?:\b(?:headline|step_title)\s*[!=]==?|\b\w*ByTitle\((?:[^()'"]*,)?)\s*"""
    r"""(?P<quote>['"])(?P<title>(?:(?!(?P=quote))[^\\])+)(?P=quote)"""
)
"""A headline that is compared with a text, or looked for by a function as real packages have it."""


@rule("W012")
def bad_pattern(subject: Subject) -> Iterator[Hit]:
    """The pattern stands in the file as JavaScript would write it."""
    return per_wizard(subject, _bad_pattern)


def _bad_pattern(subject: Subject, path: str) -> Iterator[Hit]:
    found = document(subject, path)
    for field in fields(subject, path):
        member = field.validator.find("regex") if field.validator else None
        if member is None or member.node.kind != "object" or member.node.find("expr") is None:
            continue
        place = (path, found, below(field, "validator", "regex", "expr"))
        expression = text_of(member.node, "expr")
        problem = pattern_problem(expression)
        if not expression.startswith("/"):
            is_sound = bool(expression) and not pattern_problem(with_slashes(expression))
            yield hit_at(*place, fixable=is_sound, pattern=with_slashes(expression))
        elif problem:
            yield hit_at(*place, variant="broken", fixable=False, pattern=expression, problem=problem)
        elif not text_of(member.node, "errorText") and not text_of(field.node, "invalidText"):
            yield hit_at(*place, variant="silent", severity=Severity.INFO, fixable=False)


def with_slashes(expression: str) -> str:
    """A pattern as JavaScript writes it."""
    escaped = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]|/", lambda match: "\\/" if match[0] == "/" else match[0], expression)
    return f"/{escaped}/"


def pattern_problem(expression: str) -> str:
    """Why JavaScript cannot read the pattern; empty where it can.

    It finds what every JavaScript refuses: open brackets, repeats of nothing, unknown flags. What some versions take
    and others do not is left alone.
    """
    literal = _LITERAL.fullmatch(expression)
    if literal is None:
        return "the slash at its end is missing"
    flags = literal["flags"]
    if not set(flags) <= _KNOWN_FLAGS or len(set(flags)) < len(flags):
        return f"JavaScript has no flags '{flags}'"
    return _problem_of_body(literal["body"])


def _problem_of_body(body: str) -> str:
    depth, is_start = 0, True
    for piece in _PIECES.finditer(body):
        if piece["class"] and not _is_closed(piece["class"]):
            return "a '[' is never closed"
        if piece["close"]:
            depth -= 1
        if depth < 0:
            return "a ')' closes nothing"
        if piece["repeat"] and is_start:
            return f"there is nothing before '{piece['repeat']}' to repeat"
        if piece["end"]:
            return "a backslash stands at its end"
        depth += bool(piece["open"])
        is_start = bool(piece["open"] or piece["or"])
    return "a '(' is never closed" if depth else ""


def _is_closed(group: str) -> bool:
    """Whether a character class ends in a bracket of its own."""
    return re.fullmatch(r"\[\^?(?:\\.|[^\]\\])*\]", group, re.DOTALL) is not None


@rule("W023")
def name_not_in_bundle(subject: Subject) -> Iterator[Hit]:
    """The dialog looks for the page by the name that the bundle gives it."""
    return per_wizard(subject, _name_not_in_bundle)


def _name_not_in_bundle(subject: Subject, path: str) -> Iterator[Hit]:
    for page in pages(subject, path):
        name, bundle = text_of(page.node, "custom_render_name"), text_of(page.node, "custom_render_fn")
        if name and bundle and name not in bundle:
            yield hit_at(path, document(subject, path), below(page, "custom_render_name"), name=name)


@rule("W024")
def code_asks_for_nothing(subject: Subject) -> Iterator[Hit]:
    """JavaScript that asks for a field or page that is not there stops with an error."""
    return per_wizard(subject, _code_asks_for_nothing)


def _code_asks_for_nothing(subject: Subject, path: str) -> Iterator[Hit]:
    known = pages(subject, path)
    keys = {field.key for page in known for field in page.fields}
    titles = {page.title for page in known}
    for pointer, code in scripts_of(known):
        lost_keys = (match["key"] for match in _COMPONENT.finditer(code) if match["key"] not in keys)
        lost_titles = (match["title"] for match in _HEADLINE.finditer(code) if match["title"] not in titles)
        for name in dict.fromkeys(lost_keys):
            yield hit_at(path, document(subject, path), pointer, name=name)
        for name in dict.fromkeys(lost_titles):
            yield hit_at(path, document(subject, path), pointer, variant="title", name=name)


def scripts_of(found: tuple[WizardPage, ...]) -> Iterator[tuple[str, str]]:
    """The pointers and texts of the JavaScript in these pages: their hooks, and the validators of their fields."""
    for page in found:
        for name in HOOKS:
            if text_of(page.node, name):
                yield below(page, name), text_of(page.node, name)
        for field in page.fields:
            if field.validator and text_of(field.validator, "fn"):
                yield below(field, "validator", "fn"), text_of(field.validator, "fn")
