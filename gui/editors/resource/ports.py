"""The port file as the resource editor shows it: one service at a time, ports apart from protocols; no widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gui.editors.resource.presenter import PROTOCOL_FILE, ResourcePart, port_path
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.fields import FieldSpec
from spkcore.base.errors import SpkError
from spkcore.base.tasks import quiet
from spkcore.checks.engine import Options, Problem, find_problems
from spkcore.package.changes import set_content
from spkcore.package.entries import Entry, Kind
from spkcore.package.info import PATH as INFO
from spkcore.package.portfile import PortFile, Service, free_name, parse_ports, port_keys
from spkcore.package.privilege import PATH as PRIVILEGE
from spkcore.package.resource import PATH as RESOURCE

NAME, PORTS, PROTOCOL = "name", "ports", "protocols"
"""Members of the form that are no keys of the file: the section's name, and the two halves of dst.ports."""
LISTENS = "dst.ports"
SERVICES = "/port-config/services"
"""Where undo leads to: /port-config/services/0/ports is no place of the JSON file, but one of the form."""
_RULES = frozenset({"R005", "R006", "R007", "R016"})


@dataclass(frozen=True, slots=True)
class _Few:
    """The entries that the rules about ports look at."""

    entries: Mapping[str, Entry]


class PortsPart:
    """The port file that conf/resource names. Edits are undo steps on that file, and keep its comments."""

    def __init__(self, part: ResourcePart, document: Document) -> None:
        self.part = part
        self.document = document

    @property
    def path(self) -> str:
        """The path of the port file in the package; empty where conf/resource names none."""
        name = self.part.value(PROTOCOL_FILE)
        return port_path(name) if isinstance(name, str) and name and "{{" not in name else ""

    @property
    def exists(self) -> bool:
        """Whether the payload has it."""
        entry = self.document.entries.get(self.path)
        return entry is not None and entry.kind is not Kind.DIRECTORY

    @property
    def file(self) -> PortFile:
        """The file as it is now; an empty one where it cannot be read."""
        try:
            return PortFile.parse(self.document.content(self.path) if self.exists else b"")
        except SpkError:
            return PortFile()

    def services(self) -> list[dict[str, object]]:
        """The services as the form shows them."""
        return [_values(service) for service in self.file.services()]

    def specs(self, values: Mapping[str, object]) -> tuple[FieldSpec, ...]:
        """The fields of a service; keys that DSM does not know come last."""
        return (*_specs(), *(FieldSpec(key, key) for key in values if key not in {spec.name for spec in _specs()}))

    def create(self) -> None:
        """Make the file that conf/resource names."""
        data = self.part.new_port_file()
        change = set_content(self.document.entries, self.path, data, place=f"{RESOURCE}#{SERVICES}/0")
        self.document.push(change, tr("Create {name}", name=self.path.rpartition("/")[2]))

    def add_service(self) -> int:
        """Add a service; returns its number."""
        file = self.file
        name = free_name(file, "service")
        self._push(file.add(name, {"title": name, LISTENS: "8080/tcp"}), "", tr("Add a service"))
        return len(file.services())

    def remove_service(self, index: int) -> None:
        """Remove a service with the comments right above it."""
        name = self.file.services()[index].name
        self._push(self.file.remove(name), "", tr("Remove the service {name}", name=name))

    def edit(self, index: int, member: str, value: object, *, typed: bool) -> str:
        """Give a field of a service this value; returns why that cannot be, in one sentence."""
        file = self.file
        service = file.services()[index]
        text = "" if value is None else str(value).strip()
        if [item.name for item in file.services()].count(service.name) > 1:
            return tr("Two services have this name; rename one of them in the file first.")
        try:
            new, refusal = _edited(file, service, member, text)
        except SpkError as error:
            return f"{error.what}. {error.what_to_do}".strip()
        if refusal:
            return refusal
        place = f"{SERVICES}/{index}/{member}"
        self._push(new, place if typed else "", tr("Change ports of {name}", name=service.name), place)
        return ""

    def problems(self) -> dict[tuple[int, str], list[Problem]]:
        """What is wrong, by service and field; (-1, "") is the file as a whole."""
        wanted = (INFO, PRIVILEGE, RESOURCE, self.path)
        entries = {path: entry for path in wanted if (entry := self.document.entries.get(path)) is not None}
        found: dict[tuple[int, str], list[Problem]] = {}
        names = [service.name for service in self.file.services()]
        for problem in find_problems(_Few(entries), quiet(), Options(only=_RULES)) if self.exists else ():
            if problem.path == self.path:
                found.setdefault(_field(names, problem.field), []).append(problem)
        return found

    def _push(self, file: PortFile, merge: str, text: str, place: str = SERVICES) -> None:
        key = f"ports:{self.path}:{merge}" if merge else ""
        where = f"{RESOURCE}#{place}"
        self.document.push(set_content(self.document.entries, self.path, file.to_bytes(), key, where), text)


def _values(service: Service) -> dict[str, object]:
    values: dict[str, object] = {NAME: service.name, **service.values}
    listens = str(values.pop(LISTENS, ""))
    ports, slash, protocols = listens.partition("/")
    if parse_ports(listens) is None:
        return {**values, PORTS: listens}
    return {**values, PORTS: ports, **({PROTOCOL: ",".join(sorted(protocols.split(",")))} if slash else {})}


def _edited(file: PortFile, service: Service, member: str, text: str) -> tuple[PortFile, str]:
    """The file after the edit, and why it cannot be."""
    if member == NAME:
        wrong = not text or any(letter in text for letter in "[] \t")
        refusal = tr("Write a name without blanks and brackets.") if wrong else ""
        return (file if wrong else file.rename(service.name, text)), refusal
    if member in {PORTS, PROTOCOL, "src.ports"}:
        key = "src.ports" if member == "src.ports" else LISTENS
        value = text.replace(" ", "") if key == "src.ports" else _joined(service, member, text)
        if value and parse_ports(value) is None:
            return file, tr("Write ports and ranges from 1 to 65535, such as 6000,7000:8000.")
        return _with(file, service.name, key, value), ""
    return _with(file, service.name, member, text), ""


def _with(file: PortFile, section: str, key: str, value: str) -> PortFile:
    return file.set(section, key, value) if value else file.unset(section, key)


def _joined(service: Service, member: str, text: str) -> str:
    """dst.ports with one of its halves changed; without a protocol, both are meant."""
    shown = _values(service)
    ports = text.replace(" ", "") if member == PORTS else str(shown.get(PORTS, ""))
    if not ports or "/" in ports:
        return ports
    protocols = text if member == PROTOCOL else str(shown.get(PROTOCOL, ""))
    return f"{ports}/{protocols}" if protocols else ports


def _field(names: list[str], field: str) -> tuple[int, str]:
    """The service and the member that the field of a problem ("web/dst.ports") is about."""
    section, _, key = field.partition("/")
    if section not in names:
        return -1, ""
    return names.index(section), {LISTENS: PORTS, "": NAME}.get(key, key)


def _specs() -> tuple[FieldSpec, ...]:
    meanings = {key: row["meaning"] for key, row in port_keys().items()}
    both = (("tcp,udp", tr("TCP and UDP")), ("tcp", "TCP"), ("udp", "UDP"))
    yes_no = (("yes", tr("Yes")), ("no", tr("No")))
    listens = tr("The ports that the package listens on, with commas; a range as 7000:8000.")
    return (
        FieldSpec(NAME, tr("Service"), help=tr("A name of its own: letters, digits, dots and dashes."), required=True),
        FieldSpec("title", tr("Title"), help=meanings["title"]),
        FieldSpec("desc", tr("Description"), help=meanings["desc"]),
        FieldSpec(PORTS, tr("Ports"), help=listens, required=True),
        FieldSpec(PROTOCOL, tr("Protocol"), "choice", default=both[0][1], choices=both),
        FieldSpec(
            "port_forward", tr("Port forwarding"), "choice", meanings["port_forward"], default=tr("no"), choices=yes_no
        ),
        FieldSpec("src.ports", tr("Ports of clients"), help=meanings["src.ports"], placeholder=tr("Any")),
    )
