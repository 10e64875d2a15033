"""Tells by their first bytes which files are programs, libraries, scripts and texts, and which lack the execute bit.

Facts: resources/reference/elf.toml, table `files`.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from spkcore.base.errors import UnreadableError
from spkcore.base.reference import table
from spkcore.base.tasks import TaskContext
from spkcore.package.changes import Change, Edit, Entries
from spkcore.package.entries import PAYLOAD, Entry, Kind
from spkcore.package.scanning import with_exec

HEAD = 2048
"""Bytes that are read of a file: the program headers of an ELF file are at its start."""
_ANY_EXEC = 0o111


class Role(StrEnum):
    """What a file is by its first bytes."""

    PROGRAM = "program"
    LIBRARY = "library"
    SCRIPT = "script"
    TEXT = "text"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A program without the execute bit. `is_likely` is False where such scripts usually are modules."""

    path: str
    role: Role
    is_likely: bool = True


def role_of(path: str, head: bytes) -> Role:
    """What the file `path` is that begins with `head`, its first `HEAD` bytes."""
    if head.startswith(b"\x7fELF"):
        return _compiled_role(path, head)
    if head.startswith(b"#!"):
        return Role.SCRIPT
    return Role.DATA if b"\0" in head else Role.TEXT


def read_head(entry: Entry) -> bytes:
    """The first bytes of a file; nothing where it has none or they cannot be read."""
    if entry.content is None:
        return b""
    try:
        with entry.content.open() as stream:
            return stream.read(HEAD)
    except (UnreadableError, OSError):
        return b""


def roles(
    entries: Entries, paths: Iterable[str], context: TaskContext, known: Callable[[Entry], Role | None]
) -> dict[str, Role]:
    """The roles of these files of the payload; `known` spares reading what was read before."""
    found: dict[str, Role] = {}
    wanted = [path for path in paths if path in entries and entries[path].kind is Kind.FILE]
    for number, path in enumerate(wanted, 1):
        context.progress(number, len(wanted), "Looking at the files", unit="files")
        entry = entries[path]
        found[path] = known(entry) or role_of(path, read_head(entry))
    return found


def proposals(entries: Entries, known: dict[str, Role]) -> list[Proposal]:
    """The programs and scripts among `known` that nobody may run, in the order of their paths.

    Files whose mode the build chooses are not among them: it makes programs executable itself.
    """
    found = []
    for path, role in known.items():
        entry = entries.get(path)
        if role not in {Role.PROGRAM, Role.SCRIPT} or entry is None or entry.attributes is None:
            continue
        if not entry.attributes.mode & _ANY_EXEC and path.startswith(PAYLOAD + "/"):
            found.append(Proposal(path, role, role is Role.PROGRAM or not _is_module(path)))
    return sorted(found, key=lambda proposal: proposal.path)


def make_executable(entries: Entries, paths: Iterable[str]) -> Change:
    """Let everyone who may read these files run them."""
    edits = []
    for path in paths:
        entry = entries[path]
        if entry.attributes is not None:
            attributes = with_exec(entry.attributes, executable=True)
            edits.append(Edit(path, entry, replace(entry, attributes=attributes)))
    return Change(tuple(edits), place=edits[0].path if edits else "")


def _compiled_role(path: str, head: bytes) -> Role:
    facts = _facts()
    kind = _number(head, 16, "H")
    if kind == facts["object_type"] or _library_name()(path.rpartition("/")[2]):
        return Role.LIBRARY
    if kind == facts["program_type"]:
        return Role.PROGRAM
    if kind != facts["shared_type"]:
        return Role.LIBRARY  # a dump or something rare: compiled, but nothing to start
    is_static_program = path.split("/")[-2:-1] and path.split("/")[-2] in facts["program_folders"]
    return Role.PROGRAM if _has_interpreter(head) or is_static_program else Role.LIBRARY


def _has_interpreter(head: bytes) -> bool:
    """Whether one of the program headers names the loader, which only programs do."""
    is_wide = head[4:5] == b"\x02"
    start = _number(head, 32, "Q") if is_wide else _number(head, 28, "I")
    size, count = (_number(head, 54, "H"), _number(head, 56, "H")) if is_wide else (
        _number(head, 42, "H"), _number(head, 44, "H")
    )  # fmt: skip
    places = (start + number * size for number in range(min(count, 64)))
    return size > 0 and any(_number(head, place, "I") == _facts()["interpreter"] for place in places)


def _number(head: bytes, offset: int, form: str) -> int:
    """A number of an ELF header in its byte order; 0 behind the end."""
    order = ">" if head[5:6] == b"\x02" else "<"
    if offset < 0 or offset + struct.calcsize(form) > len(head):
        return 0
    number: int = struct.unpack_from(order + form, head, offset)[0]
    return number


def _is_module(path: str) -> bool:
    return not set(path.split("/")[:-1]).isdisjoint(_facts()["module_folders"])


def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = table("elf")["files"]
    return facts


@cache
def _library_name() -> Callable[[str], re.Match[str] | None]:
    return re.compile(_facts()["library"]).search
