"""Rules about the desktop folder and its entries (spk-format.md 5.5 and chapter 7); texts and files have their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spkcore.base.reference import table
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import (
    desktop_files,  # noqa: F401 - registers its rules
    desktop_texts,  # noqa: F401 - registers its rules
    rule,
)
from spkcore.checks.rules.conf_ports import port_file, port_files
from spkcore.checks.rules.deskentries import ConfigEntry, config_entries, config_files, entry_names, portal_apps
from spkcore.checks.rules.jsonparts import (
    hit_at,
    is_known,
    items_at,
    lenient_hits,
    readable,
    schema_findings,
    syntax_hits,
    text_at,
    value_at,
)
from spkcore.checks.rules.payloadpaths import inside, is_in_payload, payload_paths
from spkcore.checks.rules.workers import resource
from spkcore.checks.subject import PAYLOAD_PREFIX, Subject
from spkcore.package.desktop import CONFIG, DEFINITIONS, SCHEMA
from spkcore.package.findings import Severity
from spkcore.package.info import PATH as INFO
from spkcore.package.resource import PATH as RESOURCE
from spkcore.package.schemas import UNKNOWN

HELP = "helptoc.conf"
INDEX = "index.conf"


def at_key(subject: Subject, key: str, **more: str | bool | Severity) -> Hit:
    """A hit at the value of a key of INFO."""
    line, column = subject.info.line_of(key), subject.info.column_of(key)
    return hit(INFO, line, column, field=key, **more)  # type: ignore[arg-type]  # arguments of messages, or hit's own


@rule("U001")
def folder_missing(subject: Subject) -> Iterator[Hit]:
    """The link of the desktop folder leads nowhere."""
    for folder in subject.desktop_folders:
        name = folder.removeprefix(PAYLOAD_PREFIX)
        if not is_in_payload(subject, name) or subject.is_file(folder):
            yield at_key(subject, "dsmuidir", folder=name)


@rule("U002")
def config_unusable(subject: Subject) -> Iterator[Hit]:
    """Without its config, the package has no icon."""
    yield from subject.per_file(config_files(subject), _config)
    there = payload_paths(subject)
    paths = [f"{name}/{CONFIG}" for name in subject.desktop_folders if name in there and not subject.is_file(name)]
    has_one = any(is_in_payload(subject, path.removeprefix(PAYLOAD_PREFIX)) for path in paths)
    if paths and not has_one and not portal_apps(subject):
        yield hit(paths[0], variant="missing", severity=Severity.WARNING, fixable=False)


def _config(subject: Subject, path: str) -> Iterator[Hit]:
    yield from syntax_hits(subject, path)
    for item in schema_findings(subject, path, SCHEMA):
        severity = Severity.WARNING if item.rule == UNKNOWN else None
        place = (path, item.line, item.column)
        yield hit(*place, field=item.field, severity=severity, variant="form", fixable=False, what=item.message)


@rule("U019")
def desktop_lenient(subject: Subject) -> Iterator[Hit]:
    """JSON that only some readers take."""
    return subject.per_file([*config_files(subject), *_conf_files(subject)], lenient_hits)


@rule("U003")
def app_name_unknown(subject: Subject) -> Iterator[Hit]:
    """The Open button does nothing."""
    known = [*entry_names(subject), *portal_apps(subject)]
    broken = len([path for path in config_files(subject) if readable(subject, path) is None])
    if not known or broken:
        return
    for key in ("dsmappname", "dsmapplaunchname"):
        for name in subject.info.words(key):
            longer = [entry for entry in known if entry.startswith(name + ".")]
            if name in known:
                continue
            if longer:
                info = Severity.INFO
                yield at_key(subject, key, variant="longer", severity=info, name=name, entry=longer[0], fixable=False)
            else:
                yield at_key(subject, key, name=name, known=", ".join(known), fixable=len(known) == 1)


@rule("U004")
def app_name_without_folder(subject: Subject) -> Iterator[Hit]:
    """There is nothing that the Open button could open."""
    name = subject.info.get("dsmappname").strip()
    if name and not subject.info.get("dsmuidir").strip() and not portal_apps(subject):
        yield at_key(subject, "dsmappname", name=name)


@rule("U005")
def no_app_name(subject: Subject) -> Iterator[Hit]:
    """Package Center has no Open button."""
    names = [item.entry.name for item in openable(subject)]
    if names and not subject.info.get("dsmappname").strip():
        can_mend = len(names) == 1 and not re.search(r'["\r\n]', names[0])
        yield at_key(subject, "dsmappname", names=", ".join(names), fixable=can_mend)


def openable(subject: Subject) -> list[ConfigEntry]:
    """The entries that people can open."""
    silent = table("desktop_entries")["types"]["silent"]
    return [
        item
        for item in config_entries(subject)
        if item.entry.type
        and item.entry.type not in silent
        and value_at(item.document, f"{item.entry.pointer}/hidden") is not True
    ]


@rule("U017")
def foreign_name(subject: Subject) -> Iterator[Hit]:
    """Names of entries are the same for all packages of the NAS."""
    entries = [(item.path, item.document, item.entry.pointer, item.entry.name) for item in config_entries(subject)]
    known, found = {name for *_, name in entries}, resource(subject)
    for pointer, _ in items_at(found, "/webservice/portals") if found else ():
        app = text_at(found, f"{pointer}/app")
        if found and app and app not in known:
            entries.append((RESOURCE, found, f"{pointer}/app", app))
    for path, document, pointer, name in entries:
        variant = "reserved" if name.startswith(tuple(table("desktop_entries")["names"]["reserved"])) else ""
        if variant or name in table("desktop_entries")["names"]["examples"]:
            yield hit_at(path, document, pointer, of_name=path != RESOURCE, name=name, variant=variant)


@rule("U018")
def ports_differ(subject: Subject) -> Iterator[Hit]:
    """The icon, the port file and INFO speak of different ports."""
    registered = [service.ports for path in port_files(subject) for service in port_file(subject, path).services()]
    files = [ports for ports in registered if ports is not None and "tcp" in ports.protocols]
    listed = ", ".join(str(ports) for ports in files)
    links = [(item, number) for item in config_entries(subject) if (number := _own_port(item))]
    for item, number in links:
        if files and not any(number in ports for ports in files):
            pointer = f"{item.entry.pointer}/port"
            yield hit_at(item.path, item.document, pointer, port=number, registered=listed)
    yield from _admin_port(subject, [number for _, number in links], listed, any_file=bool(files))


def _admin_port(subject: Subject, links: list[int], listed: str, *, any_file: bool) -> Iterator[Hit]:
    number = subject.info.integer("adminport") if subject.info.get("adminport").strip() else None
    if number is None or number in table("ports")["shared"]["ports"]:
        return
    registered = [service.ports for path in port_files(subject) for service in port_file(subject, path).services()]
    if any_file and not any(number in ports for ports in registered if ports):
        yield at_key(subject, "adminport", variant="admin", port=str(number), other=listed)
    elif links and not any_file and number not in links:
        yield at_key(subject, "adminport", variant="admin", port=str(number), other=", ".join(map(str, links)))


def _own_port(item: ConfigEntry) -> int:
    """The port of an entry that is the package's own; 0 where it is another one, or none."""
    value = value_at(item.document, f"{item.entry.pointer}/port")
    is_number = isinstance(value, int) or (isinstance(value, str) and value.isdecimal())
    number = int(value) if is_number and not isinstance(value, bool) else 0
    return 0 if "://" in item.text("url") or number in table("ports")["shared"]["ports"] else number


def _conf_files(subject: Subject) -> list[str]:
    """helptoc.conf and index.conf: those of the desktop folders, and those that the worker indexdb names."""
    paths = [f"{folder}/{name}" for folder in subject.desktop_folders for name in DEFINITIONS if name != CONFIG]
    found = resource(subject)
    named = (text_at(found, f"/indexdb/{kind}/conf-relpath") for kind in ("app-index", "help-index"))
    paths.extend(inside(name) for name in named if name)
    return [path for path in dict.fromkeys(paths) if is_known(subject, path)]


@rule("U014")
def index_unusable(subject: Subject) -> Iterator[Hit]:
    """DSM cannot index the application or its help."""
    return subject.per_file(_conf_files(subject), _index)


def _index(subject: Subject, path: str) -> Iterator[Hit]:
    yield from syntax_hits(subject, path)
    found = readable(subject, path)
    is_help = path.endswith(HELP) or (found is not None and found.node("/toc") is not None)
    for item in schema_findings(subject, path, SCHEMA, DEFINITIONS[HELP if is_help else INDEX]):
        severity = Severity.WARNING if item.rule == UNKNOWN else None
        place = (path, item.line, item.column)
        yield hit(*place, field=item.field, severity=severity, variant="form", fixable=False, what=item.message)


@rule("U015")
def index_app_unknown(subject: Subject) -> Iterator[Hit]:
    """The search result opens nothing."""
    known = [*entry_names(subject), *portal_apps(subject)]
    for path in _conf_files(subject) if known else ():
        found = readable(subject, path)
        name = text_at(found, "/app")
        if found and name and name not in known:
            yield hit_at(path, found, "/app", app=name, known=", ".join(known))
