"""Rules about INFO's platforms and what is compiled in the payload: I036, I037 (spk-format.md chapter 7)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from types import MappingProxyType

from spkcore.base.reference import table
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.subject import Subject
from spkcore.package.arch import NOARCH, platforms
from spkcore.package.entries import Kind
from spkcore.package.info import PATH as INFO_PATH

_MOST_LOOKED_AT = 2000
"""Files whose first bytes are read: opening one more takes 0.1 ms on a Windows disk."""

_SMALLEST = 52
"""Bytes of the smallest ELF header."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The compiled files of a payload for one machine: their number, and the first of them by name."""

    count: int
    first: str


@rule("I036")
def noarch_stands_alone(subject: Subject) -> Iterator[Hit]:
    """noarch is for every platform, so nothing may stand beside it, and nothing be compiled for one."""
    values = subject.info.get("arch").split()
    if NOARCH not in values:
        return
    place = (INFO_PATH, subject.info.line_of("arch"), subject.info.column_of("arch"))
    if len(values) > 1:
        yield hit(*place, field="arch", variant="beside", others=", ".join(v for v in values if v != NOARCH))
        return
    found = compiled_files(subject)
    if len(found) == 1:  # files for several machines: its scripts choose among them
        machine, files = next(iter(found.items()))
        yield hit(*place, field="arch", file=_shown(files.first), count=files.count, machine=_title(machine))


@rule("I037")
def compiled_for_the_named_platforms(subject: Subject) -> Iterator[Hit]:
    """Programs for another processor do not start."""
    values = subject.info.get("arch").split()
    wanted = _machines_of(tuple(values))
    if not wanted:
        return
    for machine, files in compiled_files(subject).items():
        if machine not in wanted:
            variant = "several" if files.count > 1 else ""
            place, text = _shown(files.first), " ".join(values)
            yield hit(files.first, variant=variant, count=files.count, file=place, machine=_title(machine), arch=text)


def compiled_files(subject: Subject) -> Mapping[str, Compiled]:
    """The compiled files of the payload by machine ("x86_64"). Machines that no NAS has are left out."""
    return subject.per_payload(_compiled_files)


def _compiled_files(subject: Subject) -> Mapping[str, Compiled]:
    found: dict[str, Compiled] = {}
    looks_compiled = _pattern().search
    candidates = (
        path
        for path, entry in subject.payload.entries.items()
        if looks_compiled(path) and entry.kind is Kind.FILE and entry.size >= _SMALLEST
    )
    for path in islice(candidates, _MOST_LOOKED_AT):
        machine = machine_of(subject.head(path))
        if machine:
            known = found.get(machine)
            found[machine] = Compiled(known.count + 1, min(known.first, path)) if known else Compiled(1, path)
    return MappingProxyType(found)


def machine_of(head: bytes) -> str:
    """The machine that a file of these first bytes is compiled for; "" for other files and unknown machines."""
    if len(head) < 20 or not head.startswith(b"\x7fELF") or head[5] not in {1, 2}:
        return ""
    number: int = struct.unpack_from("<H" if head[5] == 1 else ">H", head, 18)[0]
    machine: str = table("elf")["machines"].get(str(number), "")
    return machine


def _title(machine: str) -> str:
    title: str = table("elf")["titles"][machine]
    return title


def _shown(path: str) -> str:
    return path.removeprefix("package/")


@cache
def _pattern() -> re.Pattern[str]:
    endings = "|".join(map(re.escape, table("elf")["names"]["endings"]))
    return re.compile(rf"/[^/.]+\Z|\.(?:{endings}|so\.[\d.]+|\d+)\Z", re.IGNORECASE)


@cache
def _machines_of(values: tuple[str, ...]) -> frozenset[str]:
    """The machines that run on all these platforms together; empty where one of them is not known."""
    rows = table("elf")
    found: set[str] = set()
    for value in values:
        known = platforms().get(value)
        family = known.family if known else value
        machines = rows["families"].get(family) or rows["platforms"].get(value)
        if not machines:
            return frozenset()
        found.update(machines)
    return frozenset(found)
