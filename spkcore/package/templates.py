"""Starter packages: their questions, the filling in of answers, and the package folder made of them."""

from __future__ import annotations

import contextlib
import html
import json
import re
import secrets
import shlex
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from spkcore.base.errors import UsageError
from spkcore.base.files import is_windows_safe, write_error
from spkcore.base.longpaths import long_path
from spkcore.base.reference import resources_folder, table
from spkcore.base.tasks import TaskContext, quiet
from spkcore.package.entries import BytesContent, Entry, Kind, file_entry
from spkcore.package.infokeys import info_keys
from spkcore.package.project import Package, open_package

_TOKEN = re.compile(r"@@([a-z_]+)@@")
_TOKEN_BYTES = re.compile(_TOKEN.pattern.encode())
_ACCOUNT_LENGTH = 32
_EMPTY_LINE = re.compile(rb'^\w+=""\n', re.MULTILINE)
"""A line of INFO whose question was left empty."""
_SHELL_HEADS = (b"#!/bin/sh", b"# shellcheck shell=sh")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One question of a template; the fields are those of resources/templates/parameters.toml.

    `default` may hold tokens; `Template.complete` fills them in.
    """

    name: str
    label: str
    help: str
    default: str
    pattern: str
    advice: str
    maximum_length: int
    minimum: int | None = None
    maximum: int | None = None
    refused: tuple[str, ...] = ()
    file_name: bool = False
    optional: bool = False

    def problem(self, value: str) -> str:
        """Why `value` is no good, as a sentence of advice; empty when it is fine."""
        if not value.strip():
            return "" if self.optional else f"{self.label} must not be empty."
        if len(value) > self.maximum_length:
            return f"Use at most {self.maximum_length} characters."
        if not re.fullmatch(self.pattern, value) or not self._in_range(value):
            return self.advice
        if value.lower() in self.refused or (self.file_name and not is_windows_safe(value)):
            return f'The name "{value}" is reserved; choose another one.'
        return ""

    def _in_range(self, value: str) -> bool:
        if self.minimum is None or self.maximum is None:
            return True
        return self.minimum <= int(value) <= self.maximum


@dataclass(frozen=True, slots=True)
class Template:
    """One starter package. `id` is its folder below resources/templates; `dsm` says for which DSM versions it is."""

    id: str
    title: str
    summary: str
    dsm: str
    parameters: tuple[Parameter, ...]
    folders: tuple[Path, ...]
    left_out: tuple[str, ...]
    copies: tuple[tuple[str, str], ...]
    order: int
    keywords: tuple[str, ...] = ()

    @property
    def icon(self) -> bytes:
        """The large package icon, as PNG bytes."""
        return _files(self)["PACKAGE_ICON_256.PNG"].read_bytes()

    def complete(self, values: Mapping[str, str]) -> dict[str, str]:
        """`values` with the defaults of every question that is not answered, or answered with nothing."""
        answered = {name: value for name, value in values.items() if value}
        defaults = {parameter.name: parameter.default for parameter in self.parameters}
        known = {**defaults, **answered}
        known.update(_derived(known))
        return {
            name: answered[name] if name in answered else _TOKEN.sub(lambda token: known[token[1]], default)
            for name, default in defaults.items()
        }

    def problems(self, values: Mapping[str, str]) -> dict[str, str]:
        """What is wrong with the answers: parameter name → one sentence. Unanswered questions count as empty."""
        found = {parameter.name: parameter.problem(values.get(parameter.name, "")) for parameter in self.parameters}
        return {name: problem for name, problem in found.items() if problem}


@cache
def list_templates() -> list[Template]:
    """All templates, in the order to show them."""
    files = templates_folder().glob("*/template.toml")
    return sorted((_load(path.parent.name) for path in files), key=_by_order)


def find_template(template_id: str) -> Template:
    """The template of this id. Raises `UsageError` that names the known ones."""
    for template in list_templates():
        if template.id == template_id:
            return template
    known = ", ".join(template.id for template in list_templates())
    raise UsageError("There is no such template", template_id, f"Choose one of: {known}.")


def templates_folder() -> Path:
    """Where the templates are."""
    return resources_folder() / "templates"


def render(template: Template, values: Mapping[str, str]) -> dict[str, Entry]:
    """The entries of a new package. Modes are left to the roles of the files (`attributes.default_mode`).

    Unanswered questions get their defaults. Raises `UsageError` for an unknown question or a bad answer.
    """
    answers = _checked(template, values)
    tokens = {**answers, **_derived(answers)}
    entries: dict[str, Entry] = {}
    for name, source in sorted(_files(template).items()):
        path = _TOKEN.sub(lambda token: tokens[token[1]], name)
        _add(entries, path, file_entry(_filled(path, source.read_bytes(), tokens)))
    for target, path in template.copies:
        _add(entries, target, entries[path])
    return entries


def file_paths(template: Template, values: Mapping[str, str]) -> list[str]:
    """The paths of the files that `render` would make, in order, for bad answers, too: what a preview shows."""
    answers = template.complete(values)
    tokens = {**answers, **_derived(answers)}
    made = [_TOKEN.sub(lambda token: tokens[token[1]], name) for name in _files(template)]
    return sorted({*made, *(target for target, _path in template.copies)})


def _add(entries: dict[str, Entry], path: str, entry: Entry) -> None:
    for folder in reversed(PurePosixPath(path).parents[:-1]):
        entries.setdefault(str(folder), Entry(Kind.DIRECTORY))
    entries[path] = entry


def _filled(path: str, data: bytes, tokens: Mapping[str, str]) -> bytes:
    filled = _fill_in(data, tokens, _escape_for(path, data))
    return _EMPTY_LINE.sub(b"", filled) if path == "INFO" else filled


def create_package(template: Template, values: Mapping[str, str], folder: Path, context: TaskContext) -> Package:
    """Make the package folder `folder`, which must not exist or be empty, and open it.

    All or nothing: on any failure nothing new is left on disk. Raises `UsageError` for bad answers or a folder in
    use, `WriteError` when the disk says no, and passes `Cancelled` on.
    """
    entries = render(template, values)
    _require_usable(folder)
    with _folder_or_nothing(folder) as draft:
        _write_entries(entries, draft, context)
    return open_package(folder, quiet())


def _load(template_id: str) -> Template:
    folder = templates_folder() / template_id
    with (folder / "template.toml").open("rb") as stream:
        data: dict[str, Any] = tomllib.load(stream)
    base = _load(data["extends"]) if "extends" in data else None
    inherited = {parameter.name: parameter.default for parameter in base.parameters} if base else {}
    defaults = {**inherited, **data.get("defaults", {})}
    return Template(
        id=template_id,
        title=data["title"],
        summary=data["summary"],
        dsm=data["dsm"],
        parameters=tuple(_parameter(name, defaults) for name in data["parameters"]),
        folders=(*(base.folders if base else ()), folder / "files"),
        left_out=tuple(data.get("left_out", ())),
        copies=(*(base.copies if base else ()), *data.get("copies", {}).items()),
        order=data["order"],
        keywords=tuple(data.get("keywords", base.keywords if base else ())),
    )


@cache
def _questions() -> dict[str, dict[str, Any]]:
    with (templates_folder() / "parameters.toml").open("rb") as stream:
        return tomllib.load(stream)


def _parameter(name: str, defaults: Mapping[str, str]) -> Parameter:
    question = dict(_questions()[name])
    question["refused"] = (*question.get("refused", ()), *(_accounts() if question.pop("account", False) else ()))
    question["default"] = defaults.get(name, question["default"])
    if "info" in question:
        question["label"] = info_keys()[question.pop("info")].label
    return Parameter(name=name, **question)


def _accounts() -> tuple[str, ...]:
    """Users and groups that every NAS has; a package must not take them over."""
    known = table("accounts")
    return (*known["users"], *known["admin_groups"])


def _by_order(template: Template) -> int:
    return template.order


def _files(template: Template) -> dict[str, Path]:
    """Template path → file; the template's own files replace those of the one it extends."""
    found: dict[str, Path] = {}
    for folder in template.folders:
        found.update({file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()})
    for name in template.left_out:
        found.pop(name, None)
    return found


def _checked(template: Template, values: Mapping[str, str]) -> dict[str, str]:
    known = {parameter.name for parameter in template.parameters}
    unknown = sorted(set(values) - known)
    if unknown:
        advice = f"It asks for: {', '.join(sorted(known))}."
        raise UsageError(f'The template "{template.id}" does not ask for this', ", ".join(unknown), advice)
    answers = template.complete(values)
    for name, problem in template.problems(answers).items():
        raise UsageError(f'The answer "{answers[name]}" cannot be used', name, problem)
    return answers


def _derived(answers: Mapping[str, str]) -> dict[str, str]:
    """Tokens made of the answers: names of small letters (an account, a container project, a path), and a section
    name for the port file (guide: no underscores)."""
    package = answers.get("package", "")
    slug = re.sub(r"[^a-z0-9-]+", "-", package.lower()).strip("-") or "package"
    return {"account": f"sc-{slug}"[:_ACCOUNT_LENGTH], "section": package.replace("_", "-"), "slug": slug}


def _fill_in(data: bytes, tokens: Mapping[str, str], escape: Callable[[str], str]) -> bytes:
    if b"\x00" in data:
        return data
    return _TOKEN_BYTES.sub(lambda token: escape(tokens[token[1].decode()]).encode("utf-8"), data)


def _escape_for(path: str, data: bytes) -> Callable[[str], str]:
    """How an answer is written into the file `path`. In scripts a token stands for one whole shell word."""
    if data.startswith(_SHELL_HEADS):
        return shlex.quote
    if path.startswith("WIZARD_UIFILES/"):
        return _json_of_html
    if path.startswith("conf/") or path.endswith(("/config", ".yaml")):
        return _json_text
    return html.escape if path.endswith(".html") else str


def _json_of_html(value: str) -> str:
    """Labels of wizards are HTML."""
    return _json_text(html.escape(value, quote=False))


def _json_text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _require_usable(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError("There is already a file of this name", str(folder), "Choose another folder.")
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError("The folder is not empty", str(folder), "Choose an empty folder, or the name of a new one.")


@contextlib.contextmanager
def _folder_or_nothing(folder: Path) -> Iterator[Path]:
    """A draft folder beside `folder` that takes its place when the block ends well, else vanishes."""
    new_parents = [parent for parent in folder.parents if not parent.exists()]
    folder = long_path(folder)
    draft = long_path(folder.with_name(f".{folder.name[:100]}.{secrets.token_hex(4)}.part"))
    was_there = folder.is_dir()
    done = False
    try:
        draft.mkdir(parents=True)
        yield draft
        if was_there:
            folder.rmdir()
        draft.rename(folder)
        done = True
    except OSError as error:
        raise write_error(folder, error) from error
    finally:
        if not done:
            shutil.rmtree(draft, ignore_errors=True)
            _put_back(folder, new_parents, was_there=was_there)


def _put_back(folder: Path, new_parents: list[Path], *, was_there: bool) -> None:
    with contextlib.suppress(OSError):
        if was_there:
            folder.mkdir(exist_ok=True)
        for parent in new_parents:
            parent.rmdir()


def _write_entries(entries: Mapping[str, Entry], draft: Path, context: TaskContext) -> None:
    for number, (path, entry) in enumerate(entries.items()):
        context.progress(number, len(entries), "Writing files", "files")
        if entry.kind is Kind.DIRECTORY:
            (draft / path).mkdir(parents=True, exist_ok=True)
        elif isinstance(entry.content, BytesContent):
            (draft / path).write_bytes(entry.content.data)
    context.progress(len(entries), len(entries), "Writing files", "files")
