"""Rules about port files (.sc) and about ports that a package cannot have (spk-format.md 5.2 and 5.4)."""

from __future__ import annotations

from collections.abc import Iterator

from spkcore.base.reference import table
from spkcore.checks.memory import memory
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.jsonparts import hit_at, is_known, value_at
from spkcore.checks.rules.payloadpaths import inside
from spkcore.checks.rules.workers import account, matching, resource
from spkcore.checks.subject import Subject
from spkcore.package.findings import Severity
from spkcore.package.portfile import ENDING, Flaw, PortFile, is_guide_name, port_keys, repaired_ports
from spkcore.package.resource import PATH as RESOURCE

PROTOCOL_FILE = "/port-config/protocol-file"
_ROOT_WORKERS = ("docker", "docker-project", "webservice", "web-config")
"""Workers whose programs run as somebody who may listen on any port."""


def port_files(subject: Subject) -> list[str]:
    """The port files: the one that conf/resource names, and those in conf/, where older packages have them."""
    named = value_at(resource(subject), PROTOCOL_FILE)
    paths = [inside(named)] if isinstance(named, str) and named else []
    paths.extend(path for path in subject.outside if path.startswith("conf/") and path.endswith(ENDING))
    return [path for path in paths if is_known(subject, path)]


def port_file(subject: Subject, path: str) -> PortFile:
    """The port file at `path`."""
    return memory.get(("ports", path), subject.entries.get(path), lambda: PortFile.parse(subject.data(path)))


@rule("R005")
def port_file_name(subject: Subject) -> Iterator[Hit]:
    """The guide wants the package ID as the name."""
    package = subject.package
    for path in port_files(subject) if package else ():
        name = path.rpartition("/")[2]
        if name != package + ENDING:
            yield hit(path, name=name, wanted=package + ENDING)


@rule("R006")
def port_file_syntax(subject: Subject) -> Iterator[Hit]:
    """The firewall cannot read the file."""
    return subject.per_file(port_files(subject), _syntax)


def _syntax(subject: Subject, path: str) -> Iterator[Hit]:
    found = port_file(subject, path)
    if not found.services():
        yield hit(path, 1, 1, variant="empty", fixable=False)
    for flaw in found.flaws():
        yield _flaw_hit(path, flaw)


def _flaw_hit(path: str, flaw: Flaw) -> Hit:
    key = f"{flaw.section}/{flaw.key}".strip("/")
    severity = Severity.WARNING if flaw.kind in {"unknown", "twice", "yes-no"} else None
    return hit(
        path,
        flaw.place.line,
        flaw.place.column,
        field=key,
        variant=flaw.kind,
        severity=severity,
        fixable=bool(mended_value(flaw)),
        section=flaw.section,
        key=flaw.key,
        value=flaw.value,
        known=", ".join(port_keys()),
        highest=table("ports")["limits"]["highest"],
    )


def mended_value(flaw: Flaw) -> str:
    """What the value can only mean; "" where a person has to say."""
    if flaw.kind == "ports":
        return repaired_ports(flaw.value)
    if flaw.kind == "yes-no":
        return {"true": "yes", "1": "yes", "y": "yes", "false": "no", "0": "no", "n": "no"}.get(
            flaw.value.lower(), flaw.value.lower() if flaw.value.lower() in {"yes", "no"} else ""
        )
    if flaw.kind == "name":
        return "_".join(flaw.value.split())
    return flaw.value if flaw.kind == "quote" and flaw.key else ""


@rule("R007")
def port_section_name(subject: Subject) -> Iterator[Hit]:
    """The guide allows fewer characters."""
    return subject.per_file(port_files(subject), _section_name)


def _section_name(subject: Subject, path: str) -> Iterator[Hit]:
    for service in port_file(subject, path).services():
        name = service.name
        if name.strip() and not is_guide_name(name) and not any(char.isspace() for char in name):
            yield hit(path, service.place.line, service.place.column, field=name, section=name)


@rule("R016")
def port_too_low(subject: Subject) -> Iterator[Hit]:
    """Ports that only root can listen on, or that containers do not get."""
    yield from _container_ports(subject)
    found = resource(subject)
    works_as_root = found is not None and any(found.node(f"/{name}") is not None for name in _ROOT_WORKERS)
    if account(subject) and not works_as_root:
        yield from subject.per_file(port_files(subject), _low_ports)


def _container_ports(subject: Subject) -> Iterator[Hit]:
    found, first = resource(subject), table("ports")["limits"]["first_for_containers"]
    for pointer in matching(found, "/docker", "services/*/ports/*/host_port") if found else ():
        value = value_at(found, pointer)
        number = int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else first
        if found and number < first:
            yield hit_at(RESOURCE, found, pointer, variant="container", port=number, first=first)


def _low_ports(subject: Subject, path: str) -> Iterator[Hit]:
    first = table("ports")["limits"]["first_free"]
    for service in port_file(subject, path).services():
        ports, place = service.ports, service.places.get("dst.ports")
        low = [low for low, _ in ports.ranges if low < first] if ports else []
        if low and place:
            yield hit(path, place.line, place.column, field=f"{service.name}/dst.ports", port=low[0], first=first)
