"""Rules about conf/privilege (spk-format.md 5.1 and chapter 7); conf/resource and the port files have their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from spkcore.base.reference import schema, table
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import (
    conf_depends,  # noqa: F401 - registers its rules
    conf_ports,  # noqa: F401 - registers its rules
    conf_resource,  # noqa: F401 - registers its rules
    conf_web,  # noqa: F401 - registers its rules
    rule,
)
from spkcore.checks.rules.jsonparts import (
    document,
    hit_at,
    is_known,
    items_at,
    lenient_hits,
    readable,
    schema_findings,
    syntax_hits,
    text_at,
)
from spkcore.checks.rules.payloadpaths import is_in_payload
from spkcore.checks.subject import Subject
from spkcore.package.findings import Severity
from spkcore.package.jsontext import JsonDocument
from spkcore.package.privilege import PATH, SCHEMA
from spkcore.package.schemas import UNKNOWN

RUN_AS = "/defaults/run-as"
ROOT_SECTIONS = ("/ctrl-script", "/executable")
"""Parts of the file with which single scripts and programs run as somebody else."""

_FOUR_DIGITS = re.compile("[0-7]{4}")
_SETUID = 0o6000


@rule("P001")
def privilege_missing(subject: Subject) -> Iterator[Hit]:
    """DSM 7 wants to know as whom the package runs."""
    if PATH not in subject.entries or subject.is_folder(PATH):
        yield hit(PATH)


@rule("P002")
def privilege_unusable(subject: Subject) -> Iterator[Hit]:
    """Without a default that can be read, DSM 7 refuses the package."""
    return subject.per_file(_file(subject), _unusable)


@rule("P010")
def privilege_unusable_on_dsm6(subject: Subject) -> Iterator[Hit]:
    """The same file on DSM 6, which is not known to refuse it."""
    return subject.per_file([] if subject.targets.dsm7 else _file(subject), _unusable)


def _unusable(subject: Subject, path: str) -> Iterator[Hit]:
    found = readable(subject, path)
    if found is None:
        yield from syntax_hits(subject, path, has_starter=True)
        return
    node = found.node(RUN_AS)
    if node is None:
        is_object = found.root is not None and found.root.kind == "object"
        pointer = "/defaults" if found.node("/defaults") else ""
        yield hit_at(path, found, pointer, variant="" if is_object else "object", fixable=is_object)
    elif node.value() not in _run_as():
        yield hit_at(path, found, RUN_AS, variant="value", value=str(node.value())[:40])


def _run_as() -> list[str]:
    known: list[str] = schema(SCHEMA)["$defs"]["runAs"]["enum"]
    return known


@rule("P003")
def root_on_dsm7(subject: Subject) -> Iterator[Hit]:
    """DSM 7 keeps root for Synology's own packages."""
    return subject.per_file(_file(subject), _root)


def _root(subject: Subject, path: str) -> Iterator[Hit]:
    found = readable(subject, path)
    if found is None:
        return
    if text_at(found, RUN_AS) == "root":
        yield hit_at(path, found, RUN_AS)
    for pointer in ROOT_SECTIONS:
        if found.node(pointer) is not None:
            yield hit_at(path, found, pointer, of_name=True, variant="section", name=pointer[1:])


@rule("P004")
def capabilities(subject: Subject) -> Iterator[Hit]:
    """DSM 7 gives Linux capabilities to Synology's own packages only."""
    return subject.per_file(_file(subject), _capabilities)


def _capabilities(subject: Subject, path: str) -> Iterator[Hit]:
    for found, pointer in _tools(subject, path):
        if found.node(f"{pointer}/capabilities") is not None:
            tool = text_at(found, f"{pointer}/relpath")
            yield hit_at(path, found, f"{pointer}/capabilities", of_name=True, tool=tool)


@rule("P013")
def tool_owner(subject: Subject) -> Iterator[Hit]:
    """A tool of DSM 7 belongs to the package's own user."""
    return subject.per_file(_file(subject), _tool_owner)


def _tool_owner(subject: Subject, path: str) -> Iterator[Hit]:
    for found, pointer in _tools(subject, path):
        owner = text_at(found, f"{pointer}/user")
        if owner and owner != "package":
            tool = text_at(found, f"{pointer}/relpath")
            yield hit_at(path, found, f"{pointer}/user", tool=tool, owner=owner)


@rule("P005")
def system_on_dsm7(subject: Subject) -> Iterator[Hit]:
    """`system` went with DSM 6."""
    return subject.per_file(_file(subject), _system)


def _system(subject: Subject, path: str) -> Iterator[Hit]:
    found = readable(subject, path)
    if found is not None and text_at(found, RUN_AS) == "system":
        yield hit_at(path, found, RUN_AS)


@rule("P006")
def tool_permission(subject: Subject) -> Iterator[Hit]:
    """A mode is four octal digits, without setuid."""
    return subject.per_file(_file(subject), _permission)


def _permission(subject: Subject, path: str) -> Iterator[Hit]:
    for found, pointer in _tools(subject, path):
        node = found.node(f"{pointer}/permission")
        if node is None:
            continue
        value, place = node.value(), f"{pointer}/permission"
        if not isinstance(value, str) or not _FOUR_DIGITS.fullmatch(value):
            yield hit_at(path, found, place, value=str(value)[:40], fixable=bool(four_digits(value)))
        elif int(value, 8) & _SETUID:
            tool = text_at(found, f"{pointer}/relpath")
            yield hit_at(path, found, place, variant="setuid", value=value, tool=tool, fixable=False)


def four_digits(value: Any) -> str:
    """The mode that `value` can only mean, as four digits; "" where it means nothing."""
    digits = str(value).strip().removeprefix("0o") if isinstance(value, str | int) else ""
    return digits.zfill(4) if re.fullmatch("[0-7]{3,4}", digits) else ""


@rule("P007")
def tool_missing(subject: Subject) -> Iterator[Hit]:
    """A tool or program that is to get an owner has to be there."""
    for path in _file(subject):
        found = readable(subject, path)
        for section in ("/tool", "/executable") if found else ():
            for pointer, _item in items_at(found, section) if found else ():
                name = text_at(found, f"{pointer}/relpath")
                if found and name and not is_in_payload(subject, name):
                    yield hit_at(path, found, f"{pointer}/relpath", tool=name)


@rule("P008")
def common_account(subject: Subject) -> Iterator[Hit]:
    """An account of that name exists already, or cannot be made."""
    for path in _file(subject):
        found = readable(subject, path)
        if found is None:
            continue
        name, pointer = text_at(found, "/username"), "/username"
        if not name:
            name, pointer = subject.package, ""
        limit = table("accounts")["longest_name"]
        if name.lower() in table("accounts")["users"]:
            yield hit_at(path, found, pointer, name=name)
        elif len(name) > limit and "{{" not in name:
            yield hit_at(path, found, pointer, variant="long", name=name, length=len(name), limit=limit)


@rule("P009")
def administrators(subject: Subject) -> Iterator[Hit]:
    """DSM 7 does not let a package be an administrator."""
    return subject.per_file(_file(subject), _administrators)


def _administrators(subject: Subject, path: str) -> Iterator[Hit]:
    found = readable(subject, path)
    for pointer in ("/groupname", "/join-groupname") if found else ():
        names = re.split(r"[\s,]+", text_at(found, pointer))
        bad = [name for name in names if name.lower() in table("accounts")["admin_groups"]]
        if found and bad:
            yield hit_at(path, found, pointer, group=bad[0])


@rule("P011")
def privilege_format(subject: Subject) -> Iterator[Hit]:
    """What the guide does not know in this file."""
    return subject.per_file(_file(subject), _format, subject.targets.dsm7)


def _format(subject: Subject, path: str, is_dsm7: bool) -> Iterator[Hit]:
    found = readable(subject, path)
    root_kind = found.root.kind if found is not None and found.root else ""
    for item in schema_findings(subject, path, SCHEMA) if root_kind == "object" else ():
        if item.field == "" and "'defaults'" in item.message:
            continue
        if item.field in {"/defaults", RUN_AS} or item.field.endswith("/permission"):
            continue
        severity = Severity.WARNING if item.rule == UNKNOWN else None
        yield hit(path, item.line, item.column, field=item.field, severity=severity, what=item.message)
    for tools, pointer in _tools(subject, path) if is_dsm7 else ():
        if text_at(tools, f"{pointer}/group") == "root":
            tool = text_at(tools, f"{pointer}/relpath")
            place = f"{pointer}/group"
            yield hit_at(path, tools, place, variant="group", severity=Severity.WARNING, tool=tool)


@rule("P012")
def privilege_lenient(subject: Subject) -> Iterator[Hit]:
    """JSON that only some readers take."""
    return subject.per_file(_file(subject), lenient_hits)


def _file(subject: Subject) -> list[str]:
    return [PATH] if is_known(subject, PATH) else []


def _tools(subject: Subject, path: str) -> Iterator[tuple[JsonDocument, str]]:
    """The tools of the file: the document and the pointer of each."""
    found = document(subject, path)
    if found.is_readable:
        yield from ((found, pointer) for pointer, item in items_at(found, "/tool") if item.kind == "object")
