"""What all rules about INFO share: they run once for each state of the file, and show their problem at its key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import wraps

from spkcore.checks.problem import Hit, Value
from spkcore.checks.rules import rule
from spkcore.checks.subject import Subject, Unread
from spkcore.checks.targets import Targets
from spkcore.package.findings import Severity, from_utf16
from spkcore.package.info import PATH, Info
from spkcore.package.infokeys import find_key, split_language

InfoCheck = Callable[[Info, Targets], Iterator[Hit]]

_LONGEST_SHOWN = 60
_OF_EVERY_ENCODING = frozenset({"I001", "I002", "I020"})
"""The rules that look at an INFO in UTF-16, too: DSM finds no key in it, and nothing else can be said about it."""


def info_rule(name: str) -> Callable[[InfoCheck], InfoCheck]:
    """Make the function below the one that looks for the problems of the rule `name` in INFO.

    It is called only where INFO can be read, and again only when INFO or the targets change: it may look at nothing
    else.
    """

    def register(check: InfoCheck) -> InfoCheck:
        def look(subject: Subject, _path: str, targets: Targets) -> Iterator[Hit]:
            return check(subject.info, targets)

        @wraps(check)
        def find(subject: Subject) -> Iterator[Hit]:
            is_text = name in _OF_EVERY_ENCODING or from_utf16(subject.data(PATH)) is None
            return subject.per_file([PATH] if has_info(subject) and is_text else [], look, subject.targets)

        rule(name)(find)
        return check

    return register


def has_info(subject: Subject) -> bool:
    """Whether there is an INFO that can be read, if only an empty one."""
    entry = subject.entries.get(PATH)
    if entry is None or entry.content is None or isinstance(entry.content, Unread):
        return False
    return bool(subject.data(PATH)) or entry.content.size == 0


def at_value(
    info: Info,
    key: str,
    *,
    offset: int = 0,
    variant: str = "",
    severity: Severity | None = None,
    fixable: bool = True,
    **arguments: Value,
) -> Hit:
    """A problem of a value, `offset` characters behind its start. Its message may name the {key} and the {value}."""
    words = (("key", shown(key)), ("value", shown(info.get(key))), *arguments.items())
    column = info.column_of(key) + offset if key in info else 0
    return Hit(PATH, info.line_of(key), column, key, variant, words, severity, fixable)


def at_key(
    info: Info,
    key: str,
    *,
    variant: str = "",
    severity: Severity | None = None,
    fixable: bool = True,
    **arguments: Value,
) -> Hit:
    """A problem of the key itself: it stands at the start of its line, or nowhere where the key is missing."""
    line = info.line_of(key)
    words = (("key", shown(key)), *arguments.items())
    return Hit(PATH, line, 1 if line else 0, key, variant, words, severity, fixable)


def shown(value: str) -> str:
    """`value`, short enough for a message, and without what no screen can show."""
    text = re.sub("[\udc80-\udcff\0-\x1f]", "\ufffd", value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def spoken(key: str) -> str:
    """The name of a key in the form, and as INFO has it: "Lowest DSM version (os_min_ver)"."""
    known = find_key(key)
    if known is None or known.label.lower() == key:
        return key.capitalize() if known else key
    language = split_language(key)[1]
    return f"{known.label} ({known.name}{f'_{language}' if language else ''})"


def given(info: Info, key: str) -> bool:
    """Whether the key is there with more than blanks."""
    return bool(info.get(key).strip())
