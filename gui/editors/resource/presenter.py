"""What the resource editor shows: the workers of the file, those that can be added, what fits; knows no widgets."""

from __future__ import annotations

from dataclasses import dataclass

from gui.editors.jsonpart import JsonPart
from gui.qt.i18n import tr
from spkcore.base.errors import SpkError
from spkcore.checks.targets import Targets, targets_of
from spkcore.package import jsonedit
from spkcore.package.changes import set_content
from spkcore.package.formspecs import Shape, new_item, shape_at
from spkcore.package.jsontext import join_pointer, parse, split_pointer
from spkcore.package.parts import read_info
from spkcore.package.portfile import first_service
from spkcore.package.privilege import PATH as PRIVILEGE
from spkcore.package.privilege import account
from spkcore.package.resource import (
    SCHEMA,
    Worker,
    note_of,
    spans,
    starter_for,
    used_workers,
    worker_named,
    workers,
)
from spkcore.package.version import parse_dsm_version
from spkcore.package.wizard import FOLDER, wizard_file, wizard_keys

PORTS = "port-config"
PROTOCOL_FILE = "/port-config/protocol-file"
UNITS = "systemd-user-unit"
NOTE = "_comment"


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """One member of the file: its name, what people call it, and whether a form knows it."""

    name: str
    title: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """One worker that can be added. `facts` is one line about provider and version; `refusal` says why it cannot be
    added, `warning` for which DSM versions of the package it does nothing."""

    worker: Worker
    facts: str
    refusal: str
    warning: str


class ResourcePart(JsonPart):
    """conf/resource, worker by worker."""

    @property
    def package(self) -> str:
        """The package ID."""
        return read_info(self.document.entries).get("package")

    @property
    def title(self) -> str:
        """The package's displayed name."""
        return read_info(self.document.entries).get("displayname") or self.package

    @property
    def user(self) -> str:
        """The package's own user."""
        entry = self.document.entries.get(PRIVILEGE)
        try:
            text = self.document.text(PRIVILEGE) if entry is not None and entry.content is not None else ""
        except SpkError:
            text = ""
        return account(parse(text), self.package).user

    def worker_rows(self) -> list[WorkerRow]:
        """What the file has, in its order."""
        names = used_workers(self.tree)
        if self.tree.node(f"/{NOTE}") is not None:
            names.append(NOTE)
        return [self._row(name) for name in dict.fromkeys(names)]

    def offers(self) -> list[Offer]:
        """All workers that can be added: documented ones first, then those that were only seen in packages."""
        present = set(used_workers(self.tree))
        known = sorted(workers(), key=lambda worker: not worker.is_documented)
        return [self._offer(worker, present) for worker in known]

    def add_worker(self, name: str) -> None:
        """Add a worker with values that fit this package, as one undo step; ports get their file."""
        worker = worker_named(name)
        if worker is None or self.tree.node(join_pointer("", name)) is not None:
            return
        value = starter_for(worker, self.package, self.user, self.document.entries)
        text = tr("Add {title}", title=worker.title)
        before = self.document.entries
        if name == PORTS:
            path = port_path(value["protocol-file"])
            if path not in before:
                self.add_with_file(join_pointer("", name), value, path, text)
                return
        self.set(join_pointer("", name), value, text)

    def add_with_file(self, pointer: str, value: object, path: str, text: str) -> None:
        """Put `value` at `pointer` and make a new port file, as one undo step."""
        tree = jsonedit.set_value(self.tree, pointer, value)
        source = self.source.with_text(tree.text)
        change = set_content(self.document.entries, self.path, source.encode(), place=f"{self.path}#{pointer}")
        made = set_content(self.document.entries, path, self.new_port_file(), place=f"{self.path}#{pointer}")
        self.tree, self.source, self._shown_data = tree, source, source.encode()
        self.document.push(made.then(change), text)

    def new_port_file(self) -> bytes:
        """A port file with one service: the package, on the port of its page where INFO names one."""
        info = read_info(self.document.entries)
        return first_service(self.package, self.title, info.get("adminport"))

    def remove_worker(self, name: str) -> None:
        """Take a worker out; without any, the file is an empty object."""
        self.remove(join_pointer("", name), tr("Remove {title}", title=self._row(name).title))

    def answers(self) -> tuple[str, ...]:
        """The keys that the wizards of the package ask for."""
        found: dict[str, None] = {}
        for path in self.document.entries:
            kind = wizard_file(path) if path.startswith(FOLDER) else None
            if kind is not None and not kind.is_script and kind.action != "uninstall":
                try:
                    keys = wizard_keys(parse(self.document.text(path)))
                except SpkError:
                    continue
                found.update(dict.fromkeys(key.name for key in keys))
        return tuple(found)

    def starter_of(self, pointer: str, shape: Shape) -> object:
        """What an added item begins with: the one of the worker's own starter where it has such a list."""
        tokens = split_pointer(pointer)
        worker = worker_named(tokens[0])
        value = starter_for(worker, self.package, self.user, self.document.entries) if worker is not None else None
        for token in tokens[1:]:
            value = value.get(token) if isinstance(value, dict) else None
        first = value[0] if isinstance(value, list) and value else None
        return first if isinstance(first, dict) else new_item(shape)

    def _row(self, name: str) -> WorkerRow:
        worker = worker_named(name)
        if worker is None:
            return WorkerRow(name, tr("Note") if name == NOTE else name, is_known=False)
        return WorkerRow(name, worker.title, is_known=True)

    def _offer(self, worker: Worker, present: set[str]) -> Offer:
        refusal = tr("The package has it already.") if worker.name in present else ""
        if worker.dsm7 and self._targets.only_dsm7:
            refusal = refusal or worker.dsm7
        return Offer(worker, facts(worker), refusal, "" if refusal else self.range_note(worker))

    @property
    def _targets(self) -> Targets:
        return targets_of(read_info(self.document.entries))

    def range_note(self, worker: Worker) -> str:
        """That DSM versions of the package's range are too old for the worker, or too new; empty where all fit."""
        since = parse_dsm_version(worker.since) if worker.since else None
        low = self._targets.low
        if worker.dsm7 and self._targets.dsm7:
            return worker.dsm7
        if since is None or (low.major, low.minor) >= (since.major, since.minor):
            return ""
        oldest = f"{low.major}.{low.minor}"
        return tr("DSM {oldest}, which the package allows, is too old for this.", oldest=oldest)


def worker_shape(name: str) -> Shape:
    """The shape of a worker's settings."""
    return shape_at(SCHEMA, name)


def port_path(name: str) -> str:
    """The path in the package of a port file, which is named relative to the payload."""
    return "package/" + name.strip("/")


def facts(worker: Worker) -> str:
    """Who brings a worker, since when, and whether the guide knows it, on one line."""
    since = tr("since DSM {version}", version=worker.since) if worker.since and worker.provider == "DSM" else ""
    by = "" if worker.provider == "DSM" else tr("needs the package {package}", package=worker.provider)
    known = "" if worker.is_documented else tr("not in Synology's guide")
    return ", ".join(filter(None, (since, by, known)))


def timing_text(worker: Worker) -> str:
    """When it sets up what it makes, when it takes that back, and what happens when that fails."""
    lines = []
    for start, end in spans(worker.timing):
        lines.append(
            tr("Set up {start}, taken back {end}. Where it fails, {failure}.", start=start.text, end=end.text,
               failure=start.failure)
        )  # fmt: skip
    return "\n".join(lines) or tr("When DSM does this is not documented.")


def remark(name: str) -> str:
    """What is easily missed about a worker."""
    return note_of(name)
