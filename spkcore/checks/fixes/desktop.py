"""Quick fixes for the rules about the desktop folder."""

from __future__ import annotations

from dataclasses import replace

from spkcore.checks.fixes import fix
from spkcore.checks.problem import Problem
from spkcore.checks.rules.deskentries import config_entries, links, portal_apps
from spkcore.checks.rules.desktop import openable
from spkcore.checks.rules.desktop_files import pixels
from spkcore.checks.rules.desktop_texts import default_strings, strings
from spkcore.checks.rules.jsonparts import document, readable, text_at
from spkcore.checks.subject import Subject
from spkcore.package import jsonedit
from spkcore.package.attributes import default_mode
from spkcore.package.changes import Change, put, set_content, set_mode, touched
from spkcore.package.entries import Entry, file_entry
from spkcore.package.findings import encode
from spkcore.package.icons import desktop_icon_paths, make_sizes
from spkcore.package.info import PATH as INFO
from spkcore.package.info import Info


@fix("U002")
def mend_config(subject: Subject, problem: Problem) -> Change | None:
    """Put the missing commas in."""
    found = document(subject, problem.path)
    edited = jsonedit.with_missing_commas(found)
    return None if edited is found else set_content(subject.entries, problem.path, encode(edited.text))


@fix("U003")
def open_the_entry(subject: Subject, problem: Problem) -> Change | None:
    """Name the only entry that there is."""
    names = [*(item.entry.name for item in config_entries(subject)), *portal_apps(subject)]
    return _info(subject, problem.field, names[0]) if len(names) == 1 else None


@fix("U005")
def name_the_entry(subject: Subject, _problem: Problem) -> Change | None:
    """Name the only entry that people can open."""
    found = openable(subject)
    is_needed = not subject.info.get("dsmappname").strip()
    return _info(subject, "dsmappname", found[0].entry.name) if is_needed and len(found) == 1 else None


@fix("U006")
def make_icons(subject: Subject, problem: Problem) -> Change | None:
    """Make the sizes that are missing, or are of another size, from the largest picture that is there."""
    icon = text_at(readable(subject, problem.path), problem.field)
    folder = problem.path.rpartition("/")[0]
    paths = {size: f"{folder}/{path}" for size, path in desktop_icon_paths(icon).items()}
    pictures = [path for _, path in sorted(paths.items(), reverse=True) if subject.data(path)]
    wrong = {size: path for size, path in paths.items() if pixels(subject, path) != (size, size)}
    if "{0}" not in icon or not pictures or not wrong:
        return None
    made = make_sizes(subject.data(pictures[0]), wrong)
    changed = {path: _with_bytes(subject.entries.get(path), made[size]) for size, path in wrong.items()}
    return put(subject.entries, changed)


def _with_bytes(old: Entry | None, data: bytes) -> Entry:
    new = file_entry(data)
    if old is None or old.attributes is None:
        return new
    return replace(old, kind=new.kind, content=new.content, target="", attributes=touched(old.attributes))


@fix("U007")
def own_address(subject: Subject, problem: Problem) -> Change | None:
    """Use the name of this package in the address."""
    found, known = readable(subject, problem.path), links(subject)
    url = text_at(found, problem.field)
    before, prefix, rest = url.partition("3rdparty/")
    if found is None or not prefix or len(known) != 1:
        return None
    _, slash, page = rest.partition("/")
    edited = jsonedit.set_value(found, problem.field, f"{before}{prefix}{next(iter(known))}{slash}{page}")
    return set_content(subject.entries, problem.path, encode(edited.text), place=problem.path)


@fix("U011")
def make_executable(subject: Subject, problem: Problem) -> Change | None:
    """Set the execute bits where there are read bits."""
    entry = subject.entries.get(problem.path)
    if entry is None:
        return None
    known = entry.attributes
    mode = known.permissions if known else default_mode(problem.path, entry.kind, subject.head(problem.path))
    return set_mode(subject.entries, [problem.path], mode | 0o100 | (mode & 0o444) >> 2)


@fix("U013")
def copy_texts(subject: Subject, problem: Problem) -> Change | None:
    """Copy the texts that a language lacks from the default language."""
    if problem.field:
        return None
    known, own = strings(subject, default_strings(problem.path)), strings(subject, problem.path)
    missing = {key: row.value for key, row in known.texts.items() if key not in own}
    if not missing:
        return None
    return set_content(subject.entries, problem.path, own.with_texts(missing).to_bytes())


def _info(subject: Subject, key: str, value: str) -> Change | None:
    info = Info.parse(subject.data(INFO))
    return set_content(subject.entries, INFO, info.set(key, value).to_bytes(), place=f"{INFO}#{key}")
