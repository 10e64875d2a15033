"""Texts of INFO for the tests of its rules: a sound one, what the rules find in it, and what the fixes make of it."""

from __future__ import annotations

from collections.abc import Mapping

from spkcore.checks.engine import Options, check
from spkcore.checks.fixes import fixes
from spkcore.checks.problem import Problem
from spkcore.checks.rulebook import Profile, rules
from spkcore.checks.subject import Subject
from spkcore.checks.targets import asked_targets
from spkcore.package.changes import apply
from spkcore.package.entries import Entry, file_entry

SOUND = {
    "package": "tool",
    "version": "1.0-0001",
    "os_min_ver": "7.0-40000",
    "description": "A tool that keeps the attic tidy.",
    "arch": "noarch",
    "maintainer": "Jane Doe",
}
INFO_RULES = frozenset(name for name, rule in rules().items() if rule.area == "info")


def text(**changed: str | None) -> str:
    """A sound INFO with these keys changed, added or (None) gone."""
    return "".join(f'{key}="{value}"\n' for key, value in (SOUND | changed).items() if value is not None)


def find(
    info: str | bytes, *, dsm: str = "", profile: Profile = Profile.GUIDE, files: Mapping[str, bytes] | None = None
) -> list[Problem]:
    """The problems of INFO in a package that holds little else."""
    subject = subject_of(info, dsm=dsm, files=files)
    return check(subject, Options(profile, only=INFO_RULES))


def subject_of(info: str | bytes, *, dsm: str = "", files: Mapping[str, bytes] | None = None) -> Subject:
    data = info.encode() if isinstance(info, str) else info
    entries: dict[str, Entry] = {path: file_entry(content) for path, content in (files or {}).items()}
    first, _, last = dsm.partition("-")
    return Subject.of(entries | {"INFO": file_entry(data)}, asked_targets(first, last) if dsm else None)


def ids(problems: list[Problem]) -> list[str]:
    return [problem.rule for problem in problems]


def mended(info: str | bytes, rule: str, *, dsm: str = "") -> str:
    """INFO after every fixable problem of the rule was mended once."""
    subject = subject_of(info, dsm=dsm)
    entries = dict(subject.entries)
    for problem in check(subject, Options(Profile.PUBLICATION, only=frozenset({rule}))):
        if problem.fixable and (change := fixes()[rule](Subject.of(entries, subject.targets), problem)):
            apply(entries, change)
    content = entries["INFO"].content
    assert content is not None
    return content.read().decode()
