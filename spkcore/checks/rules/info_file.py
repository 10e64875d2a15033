"""Rules about INFO and the rest of the .spk: the computed keys, and wizards that are skipped (chapter 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from spkcore.checks.memory import memory
from spkcore.checks.problem import Hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.info_base import at_key, at_value, given, has_info
from spkcore.checks.subject import SpkFacts, Subject
from spkcore.package.answers import wizard_keys
from spkcore.package.infomend import as_boolean
from spkcore.package.scripts import assigned_variables, used_variables

_TOLERANCE = 4
"""How many times too large or too small extractsize may be: file systems count differently (I031)."""
_SMALL = 1 << 20
"""Bytes that make no difference for a volume."""
_BLOCK = 4096
_KILOBYTES_SINCE = 6
_CARED_FOR = re.compile(
    r"""\$\{(\w+):?[-=+?]|-[nz]\s+"?\$\{?(\w+)|"\$\{?(\w+)\}?"\s*!?=|=\s*"\$\{?(\w+)\}?"\s*\]|case\s+"?\$\{?(\w+)"""
)
"""${name:-…}, [ -z "$name" ], [ "$name" = … ], [ … = "$name" ], case "$name" in."""


@rule("I029")
def wrong_checksum(subject: Subject) -> Iterator[Hit]:
    """The checksum is that of another package.tgz."""
    found = subject.info.get("checksum").strip()
    facts = subject.spk
    if facts is not None and has_info(subject) and found and facts.payload_md5 and found.lower() != facts.payload_md5:
        yield at_value(subject.info, "checksum", actual=facts.payload_md5)


@rule("I030")
def no_checksum(subject: Subject) -> Iterator[Hit]:
    """There is nothing to check package.tgz against."""
    if has_info(subject) and not given(subject.info, "checksum"):
        yield at_value(subject.info, "checksum")


@rule("I031")
def wrong_extractsize(subject: Subject) -> Iterator[Hit]:
    """extractsize is far from what the payload takes, or in the wrong unit."""
    value = subject.info.integer("extractsize") if given(subject.info, "extractsize") else None
    if value is None or subject.spk is None or not has_info(subject) or subject.spk.payload_error:
        return
    least, most = _space(subject.spk)
    unit = 1024 if subject.lowest is None or subject.lowest.major >= _KILOBYTES_SINCE else 1
    right = str(most // unit)
    if _is_far(value * unit, least, most):
        variant = "bytes" if unit > 1 and not _is_far(value, least, most) else "old" if unit == 1 else ""
        yield at_value(subject.info, "extractsize", variant=variant, right=right)


@rule("I032")
def no_extractsize(subject: Subject) -> Iterator[Hit]:
    """DSM takes the size of the file instead."""
    if has_info(subject) and not given(subject.info, "extractsize"):
        yield at_value(subject.info, "extractsize")


@rule("I048")
def skipped_wizard(subject: Subject) -> Iterator[Hit]:
    """A wizard that is skipped leaves its answers empty, and a script counts on them."""
    info = subject.info
    for action in ("install", "upgrade", "uninstall"):
        key = f"silent_{action}"
        if as_boolean(info.get(key)) != "yes":
            continue
        asked = [name for wizard in subject.wizards if wizard.action == action for name in _asked(subject, wizard.path)]
        without = [name for name in _without_default(subject) if name in asked] if asked else []
        if without:
            yield at_key(info, key, names=", ".join(without[:5]), action=action)


def _space(facts: SpkFacts) -> tuple[int, int]:
    """The bytes of the payload, and those of the disk blocks that it takes."""
    sizes = [member.size for member in facts.payload_members]
    return sum(sizes), sum(-(-size // _BLOCK) * _BLOCK or _BLOCK for size in sizes)


def _is_far(value: int, least: int, most: int) -> bool:
    too_large = value > most * _TOLERANCE and value - most > _SMALL
    return too_large or (value * _TOLERANCE < least and least - value > _SMALL)


def _asked(subject: Subject, path: str) -> list[str]:
    return wizard_keys(subject.text(path))


def _without_default(subject: Subject) -> list[str]:
    """The variables that scripts use and that no script gives a value of its own."""
    used: dict[str, None] = {}
    cared: set[str] = set()
    for path in subject.scripts:
        subject.context.check()
        entry = subject.entries.get(path)
        names, defaults = memory.get(("variables of", path), entry, partial(_variables, subject, path))
        used.update(dict.fromkeys(names))
        cared.update(defaults)
    return [name for name in used if name not in cared]


def _variables(subject: Subject, path: str) -> tuple[list[str], set[str]]:
    """What a script uses, and what it copes with when it is empty: it sets, tests or compares it, or has a default."""
    text = subject.text(path)
    cared = {next(filter(None, match)) for match in _CARED_FOR.findall(text)}
    return used_variables(text), cared | set(assigned_variables(text))
