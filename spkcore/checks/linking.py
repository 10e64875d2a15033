"""Moves links into /usr/local from scripts to the resource worker usr-local-linker, where a script makes them plainly.

Only whole lines such as `ln -s "$SYNOPKG_PKGDEST/bin/tool" /usr/local/bin/tool`, whose file is in the payload, are
moved; everything else is left to a person (migrate.Todo).
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from spkcore.base.errors import UsageError
from spkcore.checks.subject import PAYLOAD_PREFIX, Subject
from spkcore.package import jsonedit, resource
from spkcore.package.changes import Change, apply, difference, set_content
from spkcore.package.entries import Entry
from spkcore.package.findings import encode
from spkcore.package.jsontext import JsonDocument, join_pointer, parse

WORKER = "usr-local-linker"
_TARGET = re.compile(r"(?:\$\{?SYNOPKG_PKGDEST\}?|/var/packages/[\w.-]+/target)/(.+)")
_PLACE = re.compile(r"/usr/local/(bin|lib|etc)(?:/([^/]*))?/?")
_UNPLAIN = re.compile(r"[;&|<>`*?(){}\[\]]|\$\(")
_FLAGS = re.compile(r"-[sfnTv]+")
_DONE = ": # made by conf/resource (usr-local-linker) on DSM 7: "


@dataclass
class _Links:
    """What was found: the lists of the worker, and the lines that go, by script."""

    lists: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


def link_change(subject: Subject) -> tuple[Change | None, tuple[tuple[str, str], ...]]:
    """The change that moves the links, and a line for each thing done, with its path; None where there is nothing."""
    links = _found(subject)
    if not links.lists:
        return None, ()
    working = dict(subject.entries)
    try:
        new = _with_worker(subject, links.lists)
    except UsageError:  # conf/resource is there but cannot be edited: a rule says so
        return None, ()
    apply(working, set_content(working, resource.PATH, encode(new.text)))
    details = [(resource.PATH, f"{WORKER} links {file} into /usr/local/{kind}") for kind, file in _pairs(links.lists)]
    for path in subject.scripts:
        text = _without_links(subject, path, links.names)
        if text != subject.text(path):
            apply(working, set_content(working, path, encode(text)))
            details.append((path, "The lines that made or removed the links do nothing any more"))
    return difference(subject.entries, working), tuple(details)


def _pairs(lists: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(kind, file) for kind, files in lists.items() for file in files]


def _found(subject: Subject) -> _Links:
    links = _Links()
    for path in subject.scripts:
        for line in subject.text(path).split("\n"):
            made = _link(line, subject.entries)
            if made is not None and made[1] not in links.lists.setdefault(made[0], []):
                links.lists[made[0]].append(made[1])
                links.names.add(f"/usr/local/{made[0]}/{posixpath.basename(made[1])}")
    return links


def _link(line: str, entries: Mapping[str, Entry]) -> tuple[str, str] | None:
    """("bin", "bin/tool") for a line that plainly links a file of the payload under its own name."""
    words = _words(line)
    if (
        len(words) < 3
        or words[0] != "ln"
        or not all(_FLAGS.fullmatch(word) for word in words[1:-2])
        or "s" not in "".join(words[1:-2])
    ):
        return None
    source, place = _TARGET.fullmatch(words[-2]), _PLACE.fullmatch(words[-1])
    if source is None or place is None or PAYLOAD_PREFIX + source[1] not in entries:
        return None
    return (place[1], source[1]) if place[2] in {None, "", posixpath.basename(source[1])} else None


def _words(line: str) -> list[str]:
    """The words of a simple command that stands alone on its line; none for anything else."""
    plain = re.sub(r"\$\{(\w+)\}", r"$\1", line.strip())
    if not plain or plain.startswith("#") or _UNPLAIN.search(plain):
        return []
    try:
        return shlex.split(plain)
    except ValueError:
        return []


def _without_links(subject: Subject, path: str, names: set[str]) -> str:
    """The script with a command that does nothing in place of each link: a branch must not become empty."""
    lines = subject.text(path).split("\n")
    return "\n".join(_done(line) if _is_moved(subject, line, names) else line for line in lines)


def _is_moved(subject: Subject, line: str, names: set[str]) -> bool:
    if _link(line, subject.entries) is not None:
        return True
    words = _words(line)
    files = [word for word in words[1:] if not word.startswith("-")]
    return bool(words) and words[0] in {"rm", "unlink"} and bool(files) and set(files) <= names


def _done(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}{_DONE}{line.strip()}"


def _with_worker(subject: Subject, lists: Mapping[str, list[str]]) -> JsonDocument:
    """conf/resource with the links in it. Raises `UsageError` when it cannot be edited."""
    document = subject.json(resource.PATH) if subject.is_file(resource.PATH) else parse("{\n}\n")
    pointer = join_pointer("", WORKER)
    if document.node(pointer) is None:
        return jsonedit.insert_member(document, "", WORKER, dict(lists))
    for kind, files in lists.items():
        held = document.node(join_pointer(pointer, kind))
        if held is None:
            document = jsonedit.insert_member(document, pointer, kind, files)
            continue
        for file in files:
            if file not in held.value():
                document = jsonedit.insert_item(document, join_pointer(pointer, kind), file)
    return document
