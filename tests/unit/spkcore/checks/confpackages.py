"""Packages in memory for the tests of the rules about conf and the desktop folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from spkcore.checks.engine import Options, check
from spkcore.checks.fixes import fixes
from spkcore.checks.problem import Problem
from spkcore.checks.rulebook import Profile, rules
from spkcore.checks.subject import Subject
from spkcore.checks.targets import asked_targets
from spkcore.package.changes import apply
from spkcore.package.entries import Entry, Kind, file_entry

MINE = frozenset(name for name, rule in rules().items() if rule.area in {"conf", "desktop"})
INFO = 'package="sample"\nversion="1.0-0001"\nos_min_ver="7.0-40000"\narch="noarch"\n'
PACKAGE = {"defaults": {"run-as": "package"}}


def entries(files: Mapping[str, Any], info: str = "") -> dict[str, Entry]:
    """A package with these files: text, bytes, entries, or what becomes JSON. `info` is put behind its INFO."""
    known = {"INFO": INFO + info, "conf/privilege": PACKAGE, "package": Entry(Kind.DIRECTORY)} | dict(files)
    return {path: _entry(value) for path, value in known.items() if value is not None}


def problems(package: Mapping[str, Entry], dsm: str = "", only: str = "") -> list[Problem]:
    """The problems of conf and desktop, of all profiles; `only` of one rule."""
    targets = asked_targets(dsm) if dsm else None
    found = [
        problem
        for profile in (Profile.PUBLICATION, Profile.SPKREPO)
        for problem in check(Subject.of(package, targets), Options(profile, targets, MINE))
    ]
    return [problem for problem in dict.fromkeys(found) if problem.rule == only or not only]


def ids(package: Mapping[str, Entry], dsm: str = "") -> list[str]:
    """The rules that a package breaks."""
    return [problem.rule for problem in problems(package, dsm)]


def mended(package: Mapping[str, Entry], rule: str, dsm: str = "") -> dict[str, Entry]:
    """The package after the quick fixes of one rule."""
    result = dict(package)
    targets = asked_targets(dsm) if dsm else None
    for problem in problems(package, dsm, rule):
        change = fixes()[rule](Subject.of(result, targets), problem) if problem.fixable else None
        if change is not None:
            apply(result, change)
    return result


def text_of(package: Mapping[str, Entry], path: str) -> str:
    """The text of a file."""
    content = package[path].content
    assert content is not None
    return content.read().decode()


def _entry(value: Any) -> Entry:
    if isinstance(value, Entry):
        return value
    if isinstance(value, bytes):
        return file_entry(value)
    return file_entry((value if isinstance(value, str) else json.dumps(value)).encode())
