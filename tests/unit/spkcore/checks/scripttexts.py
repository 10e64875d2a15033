"""Packages with scripts to order, and what one rule says about them."""

from __future__ import annotations

from collections.abc import Mapping

from spkcore.checks.engine import Options, check
from spkcore.checks.fixes import fixes
from spkcore.checks.problem import Problem
from spkcore.checks.subject import Subject
from spkcore.checks.targets import asked_targets
from spkcore.package import changes
from spkcore.package.entries import Entry, file_entry
from tests.data.recipes.spk import START_STOP_STATUS

INFO = (
    b'package="tool"\nversion="1.0-1"\nos_min_ver="7.0-40000"\ndescription="A tool."\narch="noarch"\nmaintainer="J"\n'
)
NAMES = ("preinst", "postinst", "preuninst", "postuninst", "preupgrade", "postupgrade")
HEAD = "#!/bin/sh\n"


def package(files: Mapping[str, str | bytes], info: bytes = INFO) -> dict[str, Entry]:
    """A sound package with these files; names without a folder are those of scripts."""
    entries = {f"scripts/{name}": file_entry(b"#!/bin/sh\nexit 0\n") for name in NAMES}
    entries |= {"INFO": file_entry(info), "scripts/start-stop-status": file_entry(START_STOP_STATUS.encode())}
    for name, data in files.items():
        path = name if "/" in name else f"scripts/{name}"
        entries[path] = file_entry(data.encode() if isinstance(data, str) else data)
    return entries


def problems(rule: str, files: Mapping[str, str | bytes], *, dsm: str = "7.0:7.2", info: bytes = INFO) -> list[Problem]:
    """What one rule says about a package with these files, for these DSM versions."""
    targets = asked_targets(*dsm.split(":"))
    subject = Subject.of(package(files, info), targets)
    return check(subject, Options(targets=targets, only=frozenset({rule})))


def lines(rule: str, body: str, *, name: str = "postinst", dsm: str = "7.0:7.2", info: bytes = INFO) -> list[int]:
    """The lines of a script, counted from its second one, that a rule complains about."""
    return [item.line - 1 for item in problems(rule, {name: HEAD + body}, dsm=dsm, info=info)]


def mended(rule: str, files: Mapping[str, str | bytes], *, dsm: str = "7.0:7.2") -> bytes:
    """The script after the fix of its first problem."""
    entries = package(files)
    found = problems(rule, files, dsm=dsm)[0]
    change = fixes()[rule](Subject.of(entries, asked_targets(*dsm.split(":"))), found)
    assert change is not None
    changes.apply(entries, change)
    content = entries[found.path].content
    assert content is not None
    return content.read()
