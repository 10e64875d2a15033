"""Moves to resource workers what scripts plainly did as root: links into /usr/local, and ports for the firewall.

Only commands that stand alone on their line are moved, where every word is known and the file is in the payload;
everything else is left to a person (migrate.Todo).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from spkcore.base.errors import UsageError
from spkcore.checks.hints import rendered
from spkcore.checks.rules.scripts_base import script, shell_scripts
from spkcore.checks.shell import Command, ShellScript
from spkcore.checks.subject import PAYLOAD_PREFIX, Subject
from spkcore.package import jsonedit, resource
from spkcore.package.changes import Change, apply, difference, set_content
from spkcore.package.findings import encode
from spkcore.package.jsontext import JsonDocument, join_pointer, parse

LINKER, PORTS = "usr-local-linker", "port-config"
PROTOCOL_FILE = "protocol-file"
_PLACE = re.compile(r"/usr/local/(bin|lib|etc)(?:/([^/]*))?/?")
_ALIAS = re.compile(r"/usr/local/[\w.-]+/?")
_FLAGS = re.compile(r"-[sfnTv]+")
_REST = re.compile(rb"(?:\s*\d?>>?\s*(?:/dev/null|&\d))*\s*;?\s*")
_GENERATION = ("DSM_VERSION", "majorversion", "productversion", "buildnumber", "VERSION")
_NAMED = re.compile(r"\$SYNOPKG_PKGNAME\b")


@dataclass
class _Found:
    """What was found: the lists of the linker, the port file, and the numbers of the lines that go, by script."""

    lists: dict[str, list[str]] = field(default_factory=dict)
    ports: str = ""
    lines: dict[str, dict[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    """A command that stands alone on its line: its program and its words, as far as they are known."""

    path: str
    number: int
    program: str
    words: tuple[str, ...]


def worker_change(subject: Subject) -> tuple[Change | None, tuple[tuple[str, str], ...]]:
    """The change that moves links and ports, and a line for each thing done, with its path; None where there is
    nothing to move."""
    found = _Search(subject).run()
    if not found.lists and not found.ports:
        return None, ()
    working = dict(subject.entries)
    try:
        new = _with_workers(subject, found)
    except UsageError:  # conf/resource is there but cannot be edited: a rule says so
        return None, ()
    apply(working, set_content(working, resource.PATH, encode(new.text)))
    details = [(resource.PATH, f"{LINKER} links {file} into /usr/local/{kind}") for kind, file in _pairs(found.lists)]
    if found.ports:
        details.append((resource.PATH, f"{PORTS} registers the ports in {found.ports}"))
    for path, lines in found.lines.items():
        apply(working, set_content(working, path, encode(_without(subject.text(path), lines))))
        count = f"{len(lines)} line that did this does" if len(lines) == 1 else f"{len(lines)} lines that did this do"
        details.append((path, f"{count} nothing any more"))
    return difference(subject.entries, working), tuple(details)


class _Search:
    """Looks through all scripts: what one of them makes, another one removes."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._found = _Found()
        self._lines = [line for path in shell_scripts(subject) for line in _lines(subject, path)]
        self._targets = self._target_folders()

    def run(self) -> _Found:
        """All that can be moved."""
        for line in self._lines:
            link, ports = self._link(line), self._port_file(line)
            if link is not None:
                self._note_link(*link)
                self._take(line, LINKER)
            elif ports and self._found.ports in {"", ports} and self._is_free(PORTS):
                self._found.ports = ports
                self._take(line, PORTS)
        for line in self._lines:
            if self._undoes_link(line):
                self._take(line, LINKER)
            elif self._undoes_ports(line):
                self._take(line, PORTS)
        return self._found

    def _target_folders(self) -> tuple[str, ...]:
        """The names of the target folder: a link in /usr/local to the whole of it is another one."""
        names = ["$SYNOPKG_PKGDEST", f"/var/packages/{self._subject.package}/target"]
        for line in self._lines:
            words = line.words
            is_link = line.program == "ln" and len(words) > 2 and words[-2].rstrip("/") in names
            if is_link and _ALIAS.fullmatch(words[-1]) and not _PLACE.fullmatch(words[-1]):
                names.append(words[-1].rstrip("/"))
        return tuple(names)

    def _payload_file(self, word: str) -> str:
        """The path in the payload ("bin/tool") of a file that a script names; empty where it names none."""
        word = _NAMED.sub(self._subject.package, word)
        for folder in self._targets:
            inner = word.removeprefix(f"{folder}/")
            if inner != word and self._subject.is_file(PAYLOAD_PREFIX + inner):
                return inner
        return ""

    def _link(self, line: _Line) -> tuple[str, str] | None:
        """("bin", "bin/tool") for a line that plainly links a file of the payload under its own name."""
        words = line.words
        flags = words[1:-2]
        if line.program != "ln" or len(words) < 3 or not all(_FLAGS.fullmatch(word) for word in flags):
            return None
        inner, place = self._payload_file(words[-2]), _PLACE.fullmatch(words[-1])
        if "s" not in "".join(flags) or not inner or place is None:
            return None
        return (place[1], inner) if place[2] in {None, "", posixpath.basename(inner)} else None

    def _port_file(self, line: _Line) -> str:
        """The port file that a line registers."""
        if line.program != "servicetool" or "--install-configure-file" not in line.words:
            return ""
        inner = self._payload_file(line.words[-1])
        return inner if inner.endswith(".sc") else ""

    def _is_free(self, worker: str) -> bool:
        path = resource.PATH
        return not self._subject.is_file(path) or self._subject.json(path).node(join_pointer("", worker)) is None

    def _note_link(self, kind: str, inner: str) -> None:
        files = self._found.lists.setdefault(kind, [])
        if inner not in files:
            files.append(inner)

    def _undoes_link(self, line: _Line) -> bool:
        places = {f"/usr/local/{kind}/{posixpath.basename(file)}" for kind, file in _pairs(self._found.lists)}
        folders = {f"/usr/local/{kind}" for kind in self._found.lists}
        files = {word.rstrip("/") for word in line.words[1:] if not word.startswith("-")}
        is_removed = line.program in {"rm", "unlink"} and files <= places
        return bool(files) and (is_removed or (line.program == "mkdir" and files <= folders))

    def _undoes_ports(self, line: _Line) -> bool:
        is_removed = line.program == "servicetool" and "--remove-configure-file" in line.words
        name = posixpath.basename(_NAMED.sub(self._subject.package, line.words[-1]))
        return bool(self._found.ports) and is_removed and name == posixpath.basename(self._found.ports)

    def _take(self, line: _Line, worker: str) -> None:
        self._found.lines.setdefault(line.path, {})[line.number] = worker


def _lines(subject: Subject, path: str) -> Iterator[_Line]:
    shell = script(subject, path)
    for command in shell.commands:
        if _stands_alone(shell, command) and not any(word in item for item in command.guards for word in _GENERATION):
            words = tuple(rendered(shell, word) for word in command.words)
            yield _Line(path, command.place.line, shell.program(command), words)


def _stands_alone(shell: ShellScript, command: Command) -> bool:
    """Whether the command is all of its line, but for output that is thrown away."""
    start = shell.data.rfind(b"\n", 0, command.place.start) + 1
    end = shell.data.find(b"\n", command.place.start)
    end = len(shell.data) if end < 0 else end
    if command.is_piped or command.is_captured or command.is_condition or command.place.end > end:
        return False
    before, after = shell.data[start : command.place.start], shell.data[command.place.end : end]
    return not before.strip() and _REST.fullmatch(after) is not None


def _pairs(lists: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(kind, file) for kind, files in lists.items() for file in files]


def _without(text: str, lines: Mapping[int, str]) -> str:
    """The script with a command that does nothing in place of each line: a branch must not become empty."""
    all_lines = text.split("\n")
    for number, worker in lines.items():
        line = all_lines[number - 1]
        indent = line[: len(line) - len(line.lstrip())]
        all_lines[number - 1] = f"{indent}: # made by conf/resource ({worker}) on DSM 7: {line.lstrip()}"
    return "\n".join(all_lines)


def _with_workers(subject: Subject, found: _Found) -> JsonDocument:
    """conf/resource with the workers in it. Raises `UsageError` when it cannot be edited."""
    document = subject.json(resource.PATH) if subject.is_file(resource.PATH) else parse("{\n}\n")
    if found.ports:
        document = jsonedit.insert_member(document, "", PORTS, {PROTOCOL_FILE: found.ports})
    pointer = join_pointer("", LINKER)
    if not found.lists:
        return document
    if document.node(pointer) is None:
        return jsonedit.insert_member(document, "", LINKER, dict(found.lists))
    for kind, files in found.lists.items():
        held = document.node(join_pointer(pointer, kind))
        if held is None:
            document = jsonedit.insert_member(document, pointer, kind, files)
            continue
        for file in files:
            if file not in held.value():
                document = jsonedit.insert_item(document, join_pointer(pointer, kind), file)
    return document
