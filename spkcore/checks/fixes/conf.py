"""Quick fixes for the rules about conf/privilege, conf/resource, port files and dependencies."""

from __future__ import annotations

from typing import Any

from spkcore.checks.fixes import fix
from spkcore.checks.problem import Problem
from spkcore.checks.rules.conf import RUN_AS, four_digits
from spkcore.checks.rules.conf_depends import dependency_lines
from spkcore.checks.rules.conf_ports import PROTOCOL_FILE, mended_value, port_file
from spkcore.checks.rules.conf_web import NGINX, right_source
from spkcore.checks.rules.jsonparts import document, readable, text_at, value_at
from spkcore.checks.rules.workers import resource
from spkcore.checks.subject import Subject
from spkcore.package import jsonedit
from spkcore.package.changes import Change, put, rename, set_content
from spkcore.package.entries import file_entry
from spkcore.package.findings import encode
from spkcore.package.info import PATH as INFO
from spkcore.package.info import Info
from spkcore.package.jsontext import JsonDocument, split_pointer
from spkcore.package.portfile import ENDING, PortFile
from spkcore.package.privilege import PATH, STARTER
from spkcore.package.resource import PATH as RESOURCE


@fix("P001")
def add_privilege(subject: Subject, problem: Problem) -> Change | None:
    """Add a privilege file with which the package runs as its own user."""
    is_there = subject.is_file(problem.path)
    return None if is_there else put(subject.entries, {PATH: file_entry(STARTER.encode())})


@fix("P002", "P010")
def usable_privilege(subject: Subject, problem: Problem) -> Change | None:
    """Put the missing commas in, or let the package run as its own user."""
    if not subject.data(problem.path).strip():
        return set_content(subject.entries, problem.path, STARTER.encode())
    if readable(subject, problem.path) is None:
        return _written(subject, problem, jsonedit.with_missing_commas(document(subject, problem.path)))
    return _set(subject, problem, RUN_AS, "package")


@fix("P003", "P005")
def run_as_package(subject: Subject, problem: Problem) -> Change | None:
    """Let everything run as the package's own user."""
    if problem.field == RUN_AS:
        return _set(subject, problem, RUN_AS, "package")
    return _without(subject, problem)


@fix("P004", "P009")
def take_out(subject: Subject, problem: Problem) -> Change | None:
    """Take the member out. A tool without capabilities needs a mode."""
    found = readable(subject, problem.path)
    if found is None or found.node(problem.field) is None:
        return None
    edited = jsonedit.remove(found, problem.field)
    tool = problem.field.rpartition("/")[0]
    if problem.field.endswith("/capabilities") and edited.node(f"{tool}/permission") is None:
        edited = jsonedit.set_value(edited, f"{tool}/permission", "0755")
    return _written(subject, problem, edited)


@fix("P013")
def package_owns_tool(subject: Subject, problem: Problem) -> Change | None:
    """Let the tool belong to the package's own user."""
    return _set(subject, problem, problem.field, "package")


@fix("P006")
def write_four_digits(subject: Subject, problem: Problem) -> Change | None:
    """Write the mode as a text of four digits."""
    digits = four_digits(value_at(readable(subject, problem.path), problem.field))
    return _set(subject, problem, problem.field, digits) if digits else None


@fix("R001", "U014")
def add_commas(subject: Subject, problem: Problem) -> Change | None:
    """Put the missing commas in."""
    return _written(subject, problem, jsonedit.with_missing_commas(document(subject, problem.path)))


@fix("P012", "R020", "U019")
def write_strictly(subject: Subject, problem: Problem) -> Change | None:
    """Write JSON that every reader takes."""
    return _written(subject, problem, jsonedit.strict(document(subject, problem.path)))


@fix("R005")
def name_port_file(subject: Subject, problem: Problem) -> Change | None:
    """Give the port file the name of the package, also where conf/resource names it."""
    folder, _, _ = problem.path.rpartition("/")
    wanted = f"{folder}/{subject.package}{ENDING}"
    if problem.path not in subject.entries or wanted in subject.entries:
        return None
    change, found = rename(subject.entries, problem.path, wanted), resource(subject)
    named = text_at(found, PROTOCOL_FILE)
    if found is None or problem.path.startswith("conf/") or not named:
        return change
    name = f"{named.rpartition('/')[0]}/{subject.package}{ENDING}".lstrip("/")
    edited = jsonedit.set_value(found, PROTOCOL_FILE, name)
    return change.then(set_content(subject.entries, RESOURCE, encode(edited.text)))


@fix("R006")
def mend_port_file(subject: Subject, problem: Problem) -> Change | None:
    """Write ports, yes and no, quotes and names of sections as DSM reads them."""
    found = port_file(subject, problem.path)
    for flaw in found.flaws():
        if f"{flaw.section}/{flaw.key}".strip("/") != problem.field or not (value := mended_value(flaw)):
            continue
        found = (
            found.rename(flaw.section, value) if flaw.kind == "name" else _closed(found, flaw.section, flaw.key, value)
        )
    data = found.to_bytes()
    return set_content(subject.entries, problem.path, data) if data != subject.data(problem.path) else None


def _closed(found: PortFile, section: str, key: str, value: str) -> PortFile:
    """With this value; a value that has no closing quote is written anew."""
    service = next(item for item in found.services() if item.name == section)
    if service.values.get(key) != value:
        return found.set(section, key, value)
    return found.set(section, key, value + " ").set(section, key, value)


@fix("R011")
def add_provider(subject: Subject, problem: Problem) -> Change | None:
    """Name the package in install_dep_packages."""
    packages = str(problem.argument("packages") or "")
    wanted = packages.split(" or ")
    known = subject.info.get("install_dep_packages")
    if not packages or any(item.name in wanted for item in subject.info.dependencies("install_dep_packages")):
        return None
    name = wanted[-1] if subject.targets.only_dsm7 and not subject.targets.below(7, 2) else wanted[0]
    return _info(subject, "install_dep_packages", f"{known}:{name}" if known.strip() else name)


@fix("R013")
def mend_source(subject: Subject, problem: Problem) -> Change | None:
    """Name the folder of this package."""
    source = text_at(readable(subject, problem.path), problem.field)
    right = right_source(source, subject.package)
    return _set(subject, problem, problem.field, right) if right else None


@fix("R017")
def restart_nginx(subject: Subject, problem: Problem) -> Change | None:
    """Let DSM restart the web server."""
    key = str(problem.argument("key") or "")
    words = subject.info.get(key).split()
    return None if NGINX in words or not key else _info(subject, key, " ".join([*words, NGINX]))


@fix("R018")
def add_counterpart(subject: Subject, problem: Problem) -> Change | None:
    """Say the same with the key that the other DSM versions read."""
    key, other = str(problem.argument("key") or ""), str(problem.argument("other") or "")
    keys = dependency_lines(subject.text(problem.path))
    number = next((item.line for item in keys if item.field == problem.field), 0)
    if not other or not number:
        return None
    lines = subject.text(problem.path).splitlines(keepends=True)
    line = lines[number - 1]
    end = line[len(line.rstrip("\r\n")) :]
    copy = line.rstrip("\r\n").replace(key, other, 1)
    lines[number - 1] = f"{line}{copy}{end}" if end else f"{line}\n{copy}"
    return set_content(subject.entries, problem.path, encode("".join(lines)))


def _set(subject: Subject, problem: Problem, pointer: str, value: Any) -> Change | None:
    found = readable(subject, problem.path)
    if found is None or found.root is None or found.root.kind != "object":
        return None
    defaults = found.node("/defaults")
    if pointer == RUN_AS and defaults is not None and defaults.kind != "object":
        return _written(subject, problem, jsonedit.set_value(found, "/defaults", {"run-as": value}))
    return _written(subject, problem, jsonedit.set_value(found, pointer, value))


def _without(subject: Subject, problem: Problem) -> Change | None:
    found = readable(subject, problem.path)
    if found is None or not problem.field or found.node(problem.field) is None:
        return None
    name = split_pointer(problem.field)[0]
    return _written(subject, problem, jsonedit.remove(found, f"/{name}"))


def _written(subject: Subject, problem: Problem, edited: JsonDocument) -> Change | None:
    if edited.text == subject.text(problem.path):
        return None
    return set_content(subject.entries, problem.path, encode(edited.text), place=problem.path)


def _info(subject: Subject, key: str, value: str) -> Change | None:
    info = Info.parse(subject.data(INFO))
    return set_content(subject.entries, INFO, info.set(key, value).to_bytes(), place=f"{INFO}#{key}")
