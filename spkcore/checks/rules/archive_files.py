"""Rules about the files of the archive: owners, modes, junk, names and links (spk-format.md chapter 7).

What many files have in common is one problem: for the files outside the payload, and for those inside.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from spkcore.base.reference import table
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.subject import PAYLOAD_PREFIX, Subject
from spkcore.package.clutter import is_system_junk
from spkcore.package.entries import OWN_FOLDER, PAYLOAD, Attributes, Entry, Kind
from spkcore.package.findings import Severity
from spkcore.package.links import inner_target
from spkcore.package.names import collision_key
from spkcore.package.wizard import ACTIONS, FOLDER, wizard_file

Wanted = Callable[[str, Entry], bool]

WORLD_WRITABLE = 0o002
STICKY = 0o1000
PERMISSIONS = 0o7777


# ------------------------------------------------------------------------------------------------ owners and modes


@rule("A010")
def foreign_owner(subject: Subject) -> Iterator[Hit]:
    """Members that do not belong to root."""
    return gathered(owned_by_others(subject))


def owned_by_others(subject: Subject) -> list[str]:
    """The files and folders outside the payload whose owner is not 0:0."""
    return _outside(subject, lambda _, entry: any(_owner(entry.attributes)))


@rule("A011")
def world_writable_outside(subject: Subject) -> Iterator[Hit]:
    """Members that everybody on the NAS may change."""
    return gathered(_outside(subject, is_world_writable))


@rule("A022")
def world_writable_inside(subject: Subject) -> Iterator[Hit]:
    """Files of the payload that everybody on the NAS may change."""
    return gathered(subject.per_payload(_inside, is_world_writable))


@rule("A012")
def type_bits_in_mode(subject: Subject) -> Iterator[Hit]:
    """Modes as 7-Zip writes them."""
    yield from gathered(_outside(subject, has_type_bits))
    yield from gathered(subject.per_payload(_inside, has_type_bits))


def is_world_writable(_path: str, entry: Entry) -> bool:
    """Whether everybody may change this file or folder; in folders like /tmp each user has files of his own."""
    mode = entry.attributes.mode if entry.attributes is not None else 0
    return bool(mode & WORLD_WRITABLE) and not mode & STICKY and entry.kind is not Kind.SYMLINK


def has_type_bits(_path: str, entry: Entry) -> bool:
    """Whether the mode holds more than permissions."""
    return entry.attributes is not None and entry.attributes.mode > PERMISSIONS


# ------------------------------------------------------------------------------------------------ junk and names


@rule("A013")
def junk(subject: Subject) -> Iterator[Hit]:
    """What Windows, macOS and DSM leave in folders."""
    yield from gathered(_topmost(_outside(subject, is_junk)))
    yield from gathered(_topmost(subject.per_payload(_inside, is_junk)))


def is_junk(path: str, _entry: Entry) -> bool:
    """Whether an operating system or a packer left this file."""
    name = path.rpartition("/")[2]
    return is_system_junk(name) or (name.startswith(_leftovers()) and name.partition(".")[0] in _leftovers())


@rule("A014")
def known_name_in_other_case(subject: Subject) -> Iterator[Hit]:
    """A name that DSM would know, were it not for capital letters."""
    for path in subject.outside:
        meant = known_name(path)
        if meant and meant != path and known_name(posixpath.dirname(path)) in {"", posixpath.dirname(path)}:
            is_taken = meant in subject.entries
            yield hit(path, variant="both" if is_taken else "", fixable=not is_taken, name=path, meant=meant)


def known_name(path: str) -> str:
    """The name that DSM knows and that differs from `path` in capital letters at most; "" where there is none."""
    known = _known_names().get(path.casefold())
    if known is None and path.casefold().startswith(FOLDER.casefold() + "/"):
        wizard = f"{FOLDER}/{path.partition('/')[2].lower()}"
        known = wizard if wizard_file(wizard) else None
    return known or ""


@rule("A015")
def unknown_member(subject: Subject) -> Iterator[Hit]:
    """What DSM passes over."""
    members = subject.spk.members if subject.spk is not None else ()
    tops = [path.split("/")[0] for path in (*subject.outside, *(member.path for member in members)) if path]
    for top in dict.fromkeys(tops):
        if not known_name(top) and top not in {OWN_FOLDER, "", ".."} and not is_system_junk(top):
            yield hit(top, name=top)


@rule("A023")
def names_beyond_ascii(subject: Subject) -> Iterator[Hit]:
    """Names in letters whose bytes depend on the encoding."""
    yield from _beyond_ascii([path for path in subject.outside if not path.isascii()])
    yield from _beyond_ascii(subject.per_payload(_inside, _is_beyond_ascii))


def _is_beyond_ascii(path: str, _entry: Entry) -> bool:
    return not path.isascii()


def _beyond_ascii(paths: Iterable[str]) -> Iterator[Hit]:
    """UTF-8 is what DSM's own file systems use, so that is only worth knowing; other bytes are a mistake."""
    found = tuple(paths)
    broken = tuple(path for path in found if any("\udc80" <= char <= "\udcff" for char in path))
    yield from gathered(broken)
    if found and not broken:
        yield from gathered(found, one="utf8", several="utf8_several", severity=Severity.INFO)


@rule("A026")
def names_equal_but_for_case(subject: Subject) -> Iterator[Hit]:
    """Two names that one Windows folder cannot hold."""
    yield from subject.per_payload(_colliding)


def _colliding(subject: Subject) -> list[Hit]:
    paths = subject.payload.entries
    if len({path.lower() for path in paths}) == len(paths) and all(map(str.isascii, paths)):
        return []
    seen: dict[tuple[str, str], str] = {}
    found = []
    for path in sorted(paths):
        folder, _, name = path.rpartition("/")
        first = seen.setdefault((folder, collision_key(name)), path)
        if first != path:
            found.append(hit(path, name=name, other=first.rpartition("/")[2]))
    return found


# ------------------------------------------------------------------------------------------------ links


@rule("A017")
def links_outside(subject: Subject) -> Iterator[Hit]:
    """Links and devices among the members that DSM reads one by one."""
    for path in subject.outside:
        entry = subject.entries[path]
        if entry.kind in {Kind.SYMLINK, Kind.HARDLINK}:
            yield hit(path, name=path, target=entry.target, fixable=linked_file(subject, path) is not None)
    for member in subject.spk.members if subject.spk is not None else ():
        if member.entry_kind is None:
            yield hit(member.path, variant="device", name=member.path, kind=member.kind)


def linked_file(subject: Subject, path: str) -> Entry | None:
    """The file to which the link `path` outside the payload leads; None where that is no file of the package."""
    seen: set[str] = set()
    entry = subject.entries.get(path)
    while entry is not None and path not in seen and entry.kind in {Kind.SYMLINK, Kind.HARDLINK}:
        seen.add(path)
        is_relative = entry.kind is Kind.SYMLINK and not entry.target.startswith("/")
        path = (
            posixpath.normpath(posixpath.join(posixpath.dirname(path), entry.target)) if is_relative else entry.target
        )
        entry = subject.entries.get(path)
    return entry if entry is not None and entry.kind is Kind.FILE else None


@rule("A021")
def absolute_links(subject: Subject) -> Iterator[Hit]:
    """Links of the payload that start at the root of the NAS."""
    package = subject.package
    for path, target in subject.per_payload(_absolute_links):
        inner = inner_target(target, package)
        if inner is not None:
            yield hit(path, variant="own", severity=_own_severity(target), name=path, target=target)
        elif not _is_below(target, table("archive")["links"]["stable"]):
            yield hit(path, fixable=False, name=path, target=target)


def _absolute_links(subject: Subject) -> tuple[tuple[str, str], ...]:
    links = ((path, entry) for path, entry in subject.payload.entries.items() if entry.kind is Kind.SYMLINK)
    return tuple((path, entry.target) for path, entry in links if entry.target.startswith("/"))


def _own_severity(target: str) -> Severity | None:
    """A link by way of /var/packages works on every volume; it is only longer than it has to be."""
    return None if target.startswith("/volume") else Severity.INFO


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


# ------------------------------------------------------------------------------------------------ helpers


def gathered(
    paths: Iterable[str], *, one: str = "", several: str = "several", severity: Severity | None = None
) -> Iterator[Hit]:
    """One hit for all these files, which lie on the same side of the payload's edge: at the file itself where it is
    one, else at the payload or the package as a whole. Messages know `name` (the first of them) and `count`."""
    found = sorted(paths)
    if len(found) == 1:
        yield hit(found[0], variant=one, severity=severity, name=found[0], count=1)
    elif found:
        place = PAYLOAD if is_inside(found[0]) else ""
        yield hit(place, variant=several, severity=severity, name=found[0], count=len(found))


def is_inside(path: str) -> bool:
    """Whether the path is the payload or lies in it."""
    return path == PAYLOAD or path.startswith(PAYLOAD_PREFIX)


def _outside(subject: Subject, is_wanted: Wanted) -> list[str]:
    return [path for path in subject.outside if is_wanted(path, subject.entries[path])]


def _inside(subject: Subject, is_wanted: Wanted) -> tuple[str, ...]:
    return tuple(path for path, entry in subject.payload.entries.items() if is_wanted(path, entry))


def _topmost(paths: Iterable[str]) -> list[str]:
    """`paths` without those that lie below another of them."""
    found: list[str] = []
    for path in sorted(paths):
        if not found or not path.startswith(found[-1] + "/"):
            found.append(path)
    return found


def _owner(attributes: Attributes | None) -> tuple[int, int]:
    return (attributes.uid, attributes.gid) if attributes is not None else (0, 0)


@cache
def _leftovers() -> tuple[str, ...]:
    return tuple(table("archive")["members"]["leftovers"])


@cache
def _known_names() -> Mapping[str, str]:
    members = table("archive")["members"]
    names = [*members["files"], *members["folders"], *members["inner"]]
    names += [f"scripts/{name}" for name in table("scripts")["scripts"]]
    names += [f"{FOLDER}/{action}_uifile" for action in ACTIONS]
    return {name.casefold(): name for name in names}
