"""Rules about conf/resource: its format, its files, its workers and the wizard answers in it (spk-format.md 5.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spkcore.base.reference import table
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.jsonparts import (
    hit_at,
    lenient_hits,
    readable,
    schema_findings,
    syntax_hits,
    value_at,
)
from spkcore.checks.rules.payloadpaths import inside, is_in_payload, payload_paths
from spkcore.checks.rules.workers import php_packages, places, resource, resource_file
from spkcore.checks.subject import Subject
from spkcore.checks.targets import read_version
from spkcore.package.answers import wizard_keys
from spkcore.package.findings import Severity
from spkcore.package.jsontext import JsonDocument, split_pointer
from spkcore.package.resource import PATH, SCHEMA, workers
from spkcore.package.schemas import UNKNOWN

_ANSWER = re.compile(r"\{\{[{#^/&]?\s*([^{}\s]+?)\s*\}?\}\}")
_VUE = "custom_render_fn"


@rule("R001")
def resource_unreadable(subject: Subject) -> Iterator[Hit]:
    """DSM cannot read the file."""
    return subject.per_file(resource_file(subject), _unreadable)


def _unreadable(subject: Subject, path: str) -> Iterator[Hit]:
    yield from syntax_hits(subject, path)
    found = readable(subject, path)
    if found is not None and found.root is not None and found.root.kind != "object":
        yield hit_at(path, found, "", variant="object", fixable=False)


@rule("R002")
def unknown_worker(subject: Subject) -> Iterator[Hit]:
    """DSM knows no worker of that name."""
    return subject.per_file(resource_file(subject), _unknown_worker)


def _unknown_worker(subject: Subject, path: str) -> Iterator[Hit]:
    for item in schema_findings(subject, path, SCHEMA):
        if item.rule == UNKNOWN and len(split_pointer(item.field)) == 1:
            yield hit(path, item.line, item.column, field=item.field, what=item.message)


@rule("R021")
def unknown_setting(subject: Subject) -> Iterator[Hit]:
    """The worker knows no setting of that name."""
    return subject.per_file(resource_file(subject), _unknown_setting)


def _unknown_setting(subject: Subject, path: str) -> Iterator[Hit]:
    for item in schema_findings(subject, path, SCHEMA):
        if item.rule == UNKNOWN and len(split_pointer(item.field)) > 1:
            worker = split_pointer(item.field)[0]
            yield hit(path, item.line, item.column, field=item.field, what=item.message, worker=worker)


@rule("R003")
def worker_format(subject: Subject) -> Iterator[Hit]:
    """A worker cannot use what stands there."""
    return subject.per_file(resource_file(subject), _worker_format)


def _worker_format(subject: Subject, path: str) -> Iterator[Hit]:
    found = readable(subject, path)
    for item in schema_findings(subject, path, SCHEMA):
        is_number = item.field.endswith("/php/backend") and isinstance(value_at(found, item.field), int)
        if item.rule != UNKNOWN and item.field and not is_number:
            worker = split_pointer(item.field)[0]
            yield hit(path, item.line, item.column, field=item.field, what=item.message, worker=worker)


@rule("R012")
def php_backend(subject: Subject) -> Iterator[Hit]:
    """The number stands for no known PHP version."""
    return subject.per_file(resource_file(subject), _php_backend)


def _php_backend(subject: Subject, path: str) -> Iterator[Hit]:
    found = readable(subject, path)
    known = php_packages()
    for pointer in _backends(found) if found else ():
        number = value_at(found, pointer)
        if found and isinstance(number, int) and not isinstance(number, bool) and number not in known:
            is_newer = number > max(known)
            severity = Severity.INFO if is_newer else None
            variant = "newer" if is_newer else ""
            yield hit_at(path, found, pointer, variant=variant, severity=severity, number=number, last=max(known))


def _backends(found: JsonDocument) -> list[str]:
    return [pointer for pointer, _ in found.walk() if pointer.endswith("/php/backend")]


@rule("R004")
def worker_file_missing(subject: Subject) -> Iterator[Hit]:
    """A worker needs a file that the payload does not have."""
    found = resource(subject)
    for place in places(found, "files") if found else ():
        if found is None or not place.text:
            continue
        if not is_in_payload(subject, place.text):
            yield hit_at(PATH, found, place.pointer, file=place.text, worker=place.row["worker"])
        elif not _holds(subject, place.text, place.row.get("holds", ())):
            wanted = place.row["holds"][0]
            yield hit_at(PATH, found, place.pointer, variant="compose", folder=place.text, file=wanted)


def _holds(subject: Subject, folder: str, names: list[str]) -> bool:
    if not names or "{{" in folder or inside(folder) not in payload_paths(subject):
        return True
    return any(f"{inside(folder)}/{name}" in payload_paths(subject) for name in names)


@rule("R022")
def link_target_missing(subject: Subject) -> Iterator[Hit]:
    """The linker passes over what is not there."""
    found = resource(subject)
    for place in places(found, "links") if found else ():
        if found and place.text and not is_in_payload(subject, place.text):
            yield hit_at(PATH, found, place.pointer, file=place.text)


@rule("R014")
def worker_too_new(subject: Subject) -> Iterator[Hit]:
    """An older DSM that the package allows does not know the worker."""
    found = resource(subject)
    if found is None:
        return
    asked = [(f"/{worker.name}", worker.name, worker.since) for worker in workers() if worker.since]
    newer = [(place.pointer, split_pointer(place.pointer)[-1], place.row["dsm"]) for place in places(found, "since")]
    for pointer, name, since in [*asked, *newer]:
        version = read_version(since)
        old = [item for item in subject.targets.releases() if version is not None and item.version < version]
        if old and found.node(pointer) is not None:
            yield hit_at(PATH, found, pointer, of_name=True, name=name, since=since, old=old[0].name)


@rule("R019")
def plain_password(subject: Subject) -> Iterator[Hit]:
    """Everybody who has the package can read it."""
    found = resource(subject)
    for place in places(found, "secrets") if found else ():
        if found and place.text and "{{" not in place.text:
            yield hit_at(PATH, found, place.pointer, name=split_pointer(place.pointer)[-1])


@rule("R015")
def answer_without_question(subject: Subject) -> Iterator[Hit]:
    """A wizard answer that no wizard asks for is empty."""
    found = resource(subject)
    if found is None:
        return
    at_install, at_upgrade = _asked(subject, "install"), _asked(subject, "upgrade")
    at_end = _asked(subject, "uninstall") or frozenset()
    for pointer, node in found.walk():
        value = node.scalar if node.kind == "string" else ""
        for key in dict.fromkeys(_ANSWER.findall(str(value))):
            if key.startswith("SYNOPKG_") or pointer == "/_comment":
                continue
            if _is_unasked(key, at_install) and _is_unasked(key, at_upgrade):
                if key not in at_end:
                    yield hit_at(PATH, found, pointer, key=key)
            elif _is_unasked(key, at_upgrade) and not _is_harmless(found, pointer):
                yield hit_at(PATH, found, pointer, variant="upgrade", key=key)


def _asked(subject: Subject, action: str) -> frozenset[str] | None:
    """The keys that the wizards of an action ask for; None where a script or a Vue page may ask for anything."""
    files = [wizard for wizard in subject.wizards if wizard.action == action]
    texts = [subject.text(wizard.path) for wizard in files]
    if any(wizard.is_script for wizard in files) or any(_VUE in text for text in texts):
        return None
    return frozenset(key for text in texts for key in wizard_keys(text))


def _is_unasked(key: str, asked: frozenset[str] | None) -> bool:
    return asked is not None and key not in asked


def _is_harmless(found: JsonDocument, pointer: str) -> bool:
    """Whether an empty answer does no harm in an upgrade: the worker has flags, or does it once."""
    worker, *rest = split_pointer(pointer)
    if worker in table("workers")["upgrade"]["harmless"]:
        return True
    return worker == "data-share" and value_at(found, f"/data-share/shares/{rest[1] if len(rest) > 1 else 0}/once") in {
        True,
        "true",
    }


@rule("R020")
def resource_lenient(subject: Subject) -> Iterator[Hit]:
    """JSON that only some readers take."""
    return subject.per_file(resource_file(subject), lenient_hits)
