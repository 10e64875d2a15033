"""Quick fixes for the rules about the archive: the outer tar, package.tgz, names and modes."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import replace

from spkcore.checks.fixes import fix
from spkcore.checks.problem import Problem
from spkcore.checks.rules import archive_files
from spkcore.checks.rules.archive_files import PERMISSIONS, Wanted
from spkcore.checks.subject import Subject
from spkcore.package import changes
from spkcore.package.attributes import default_mode
from spkcore.package.changes import Change, Edit
from spkcore.package.entries import PAYLOAD, Attributes, Entry, Kind
from spkcore.package.links import inner_target

_SPECIAL = 0o7000
"""Setuid, setgid and sticky: they are left alone."""


@fix("A010")
def give_to_root(subject: Subject, problem: Problem) -> Change | None:
    """Owner and group 0, without names."""
    paths = _same_side(archive_files.owned_by_others(subject), problem)
    return _with_attributes(subject, paths, lambda _, old: replace(old, uid=0, gid=0, uname="", gname=""))


@fix("A011", "A022")
def usual_modes(subject: Subject, problem: Problem) -> Change | None:
    """The mode that the role of each file asks for."""
    paths = _matching(subject, problem, archive_files.is_world_writable)
    return _with_attributes(subject, paths, lambda path, old: replace(old, mode=_usual_mode(subject, path, old)))


@fix("A012")
def only_permissions(subject: Subject, problem: Problem) -> Change | None:
    """Modes without the bits that say what kind of file it is."""
    paths = _matching(subject, problem, archive_files.has_type_bits)
    return _with_attributes(subject, paths, lambda _, old: replace(old, mode=old.mode & PERMISSIONS))


@fix("A013")
def remove_junk(subject: Subject, problem: Problem) -> Change | None:
    """Remove what operating systems left, with everything in such folders."""
    paths = _matching(subject, problem, archive_files.is_junk)
    return changes.remove(subject.entries, paths) if paths else None


@fix("A014")
def name_as_dsm_does(subject: Subject, problem: Problem) -> Change | None:
    """The name that DSM knows, where it is free."""
    meant = archive_files.known_name(problem.path)
    if problem.path not in subject.entries or not meant or meant == problem.path or meant in subject.entries:
        return None
    change = changes.rename(subject.entries, problem.path, meant)
    entries = dict(subject.entries)
    changes.apply(entries, change)
    inner = [path for path in entries if path.startswith(f"{meant}/")]
    moves = {path: known for path in inner if (known := archive_files.known_name(path)) not in {"", *entries}}
    return change.then(changes.rename_all(entries, moves)) if len(set(moves.values())) == len(moves) else change


@fix("A017")
def file_for_link(subject: Subject, problem: Problem) -> Change | None:
    """The file to which the link leads in its place; its mode stays that file's."""
    link = subject.entries.get(problem.path)
    source = archive_files.linked_file(subject, problem.path)
    if link is None or source is None or link.kind not in {Kind.SYMLINK, Kind.HARDLINK}:
        return None
    file = replace(source, position=link.position, archive_name="")
    return changes.put(subject.entries, {problem.path: file})


@fix("A021")
def relative_link(subject: Subject, problem: Problem) -> Change | None:
    """The same place inside the payload, seen from the folder of the link."""
    link = subject.entries.get(problem.path)
    inner = inner_target(link.target, subject.package) if link is not None else None
    if link is None or link.kind is not Kind.SYMLINK or inner is None:
        return None
    target = posixpath.relpath(posixpath.join(PAYLOAD, inner), posixpath.dirname(problem.path))
    return Change((Edit(problem.path, link, replace(link, target=target)),), place=problem.path)


@fix("A024", "A025")
def remove_signature(subject: Subject, problem: Problem) -> Change | None:
    """Remove the signature."""
    return changes.remove(subject.entries, [problem.path]) if problem.path in subject.entries else None


def _usual_mode(subject: Subject, path: str, old: Attributes) -> int:
    """The mode by role. A file without an ending that was executable stays it: it may be a script without #!."""
    kind = subject.entries[path].kind
    head = subject.head(path) if kind is Kind.FILE else b""
    mode = default_mode(path, kind, head)
    if kind is not Kind.DIRECTORY and old.mode & 0o111 and "." not in posixpath.basename(path):
        mode = 0o755
    return old.mode & ~PERMISSIONS | old.mode & _SPECIAL | mode


def _matching(subject: Subject, problem: Problem, is_wanted: Wanted) -> list[str]:
    return _same_side([path for path, entry in subject.entries.items() if is_wanted(path, entry)], problem)


def _same_side(paths: Iterable[str], problem: Problem) -> list[str]:
    """The paths that a problem of `archive_files.gathered` is about: one file, or all on its side of the payload."""
    if problem.path not in {"", PAYLOAD}:
        return [path for path in paths if path == problem.path]
    return [path for path in paths if archive_files.is_inside(path) == (problem.path == PAYLOAD)]


def _with_attributes(
    subject: Subject, paths: Iterable[str], make: Callable[[str, Attributes], Attributes]
) -> Change | None:
    edits = []
    for path in paths:
        entry = subject.entries[path]
        if entry.attributes is not None:
            edits.append(Edit(path, entry, _dressed(entry, make(path, entry.attributes))))
    return Change(tuple(edits), place=edits[0].path) if edits else None


def _dressed(entry: Entry, attributes: Attributes) -> Entry:
    return replace(entry, attributes=attributes)
