"""Rules about what desktop entries refer to: icons, pages, programs and JavaScript files (spk-format.md 5.5)."""

from __future__ import annotations

import posixpath
import re
import struct
from collections.abc import Iterator, Mapping

from spkcore.base.reference import table
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.deskentries import ConfigEntry, config_entries, config_files, links
from spkcore.checks.rules.jsonparts import hit_at, is_known, items_at, readable
from spkcore.checks.rules.payloadpaths import is_in_payload, payload_paths
from spkcore.checks.subject import PAYLOAD_PREFIX, Subject
from spkcore.checks.targets import read_version
from spkcore.package.attributes import default_mode
from spkcore.package.icons import desktop_icon_paths
from spkcore.package.jsontext import split_pointer

FIXED_MOMENT = 1_577_836_800
"""The time stamp that our build gives to new files (spkcore.archive.build)."""

_PNG = b"\x89PNG\r\n\x1a\n"
_NUMBERED = re.compile(r"\d|[0-9a-f]{8}")
_URL_END = re.compile(r"[?#].*", re.DOTALL)


@rule("U006")
def icon_sizes(subject: Subject) -> Iterator[Hit]:
    """An icon of another size is blurred, one that is missing stays blank."""
    for item in _with_icons(subject):
        icon = item.text("icon")
        pointer = f"{item.entry.pointer}/icon"
        paths = desktop_icon_paths(icon)
        missing = [size for size, path in paths.items() if not _has(subject, f"{item.folder}/{path}")]
        if missing:
            sizes = ", ".join(str(size) for size in missing) if "{0}" in icon else ""
            is_partly = bool(sizes) and len(missing) < len(paths)
            variant = "sizes" if is_partly else ""
            shown = icon.replace("{0}", "<size>")
            yield hit_at(item.path, item.document, pointer, variant=variant, fixable=is_partly, icon=shown, sizes=sizes)
        for size, path in paths.items() if "{0}" in icon else ():
            real = pixels(subject, f"{item.folder}/{path}")
            if real and real != (size, size):
                what = f"{real[0]} x {real[1]}"
                yield hit_at(item.path, item.document, pointer, variant="pixels", icon=path, size=size, real=what)


def _with_icons(subject: Subject) -> list[ConfigEntry]:
    """The entries with an icon in the desktop folder, each icon once; those that nobody sees are left out."""
    silent = table("desktop_entries")["types"]["silent"]
    found: dict[tuple[str, str], ConfigEntry] = {}
    for item in config_entries(subject):
        icon = item.text("icon")
        is_elsewhere = icon.startswith("/") or "://" in icon or "{{" in icon
        if icon and not is_elsewhere and item.entry.type not in silent:
            found.setdefault((item.folder, icon), item)
    return list(found.values())


def _has(subject: Subject, path: str) -> bool:
    return is_in_payload(subject, path.removeprefix(PAYLOAD_PREFIX))


def pixels(subject: Subject, path: str) -> tuple[int, int] | None:
    """Width and height of a PNG picture; None where it is none, or not there."""
    head = subject.head(path) if subject.is_file(path) else b""
    if not head.startswith(_PNG) or len(head) < 24:
        return None
    width, height = struct.unpack(">II", head[16:24])
    return width, height


@rule("U007")
def foreign_address(subject: Subject) -> Iterator[Hit]:
    """The address is that of another package."""
    known = links(subject)
    for item, name, _ in _addresses(subject):
        if name not in known and "{{" not in name:
            yield hit_at(
                item.path,
                item.document,
                f"{item.entry.pointer}/url",
                name=name,
                known=", ".join(known),
                fixable=len(known) == 1,
            )


@rule("U008")
def page_missing(subject: Subject) -> Iterator[Hit]:
    """The address leads to a file that the package does not bring."""
    known = links(subject)
    for item, name, rest in _addresses(subject):
        page = _URL_END.sub("", rest)
        if name not in known or not page or page.endswith("/") or "{{" in page:
            continue
        path = posixpath.normpath(f"{known[name]}/{page}")
        if known[name] in payload_paths(subject) and not _has(subject, path) and not _is_below_file(subject, path):
            shown = path.removeprefix(PAYLOAD_PREFIX)
            yield hit_at(item.path, item.document, f"{item.entry.pointer}/url", file=shown)


def _addresses(subject: Subject) -> Iterator[tuple[ConfigEntry, str, str]]:
    """The entries with an address below 3rdparty: entry, name of the link, and the rest of the address."""
    prefixes = table("desktop_entries")["addresses"]["prefixes"]
    for item in config_entries(subject):
        url = item.text("url")
        prefix = next((start for start in prefixes if url.startswith(start)), "")
        if prefix and not item.text("port"):
            name, _, rest = url.removeprefix(prefix).partition("/")
            yield item, name, rest


def _is_below_file(subject: Subject, path: str) -> bool:
    """Whether the start of the path is a program that gets the rest as an argument."""
    pieces = path.split("/")
    return any(subject.is_file("/".join(pieces[:count])) for count in range(2, len(pieces)))


@rule("U009")
def script_missing(subject: Subject) -> Iterator[Hit]:
    """The application has no code."""
    for path, name, pointer in _script_names(subject):
        folder = path.rpartition("/")[0]
        found = readable(subject, path)
        if found and not _has(subject, f"{folder}/{name}"):
            yield hit_at(path, found, pointer, of_name=True, file=name)


@rule("U010")
def script_unversioned(subject: Subject) -> Iterator[Hit]:
    """Browsers keep the old code after an upgrade."""
    for path, name, pointer in _script_names(subject):
        found = readable(subject, path)
        entry = subject.entries.get(f"{path.rpartition('/')[0]}/{name}")
        if found is None or entry is None or _NUMBERED.search(name):
            continue
        moment = entry.attributes.mtime if entry.attributes else None
        if moment is None or moment <= FIXED_MOMENT:
            yield hit_at(path, found, pointer, of_name=True, file=name)


@rule("U016")
def vue_too_early(subject: Subject) -> Iterator[Hit]:
    """DSM brings Vue for desktop applications since 7.2 only."""
    row = table("desktop_entries")["vue"]
    first = read_version(row["since"])
    old = [item.name for item in subject.targets.releases() if first and item.version < first]
    for path, name, pointer in _script_names(subject) if old else ():
        found, script = readable(subject, path), f"{path.rpartition('/')[0]}/{name}"
        if found and is_known(subject, script) and any(mark in subject.text(script) for mark in row["marks"]):
            yield hit_at(path, found, pointer, of_name=True, file=name, since=row["since"], old=old[0])


def _script_names(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """The JavaScript files that config files name: path of the config, name, and pointer."""
    for path in config_files(subject):
        found = readable(subject, path)
        for pointer, _ in items_at(found, "") if found and found.root and found.root.kind == "object" else ():
            name = split_pointer(pointer)[0]
            if name.endswith(".js"):
                yield path, name, pointer


@rule("U011")
def cgi_not_executable(subject: Subject) -> Iterator[Hit]:
    """DSM's web server cannot start the program."""
    for path in cgi_programs(subject):
        entry = subject.entries[path]
        mode = entry.attributes.permissions if entry.attributes else default_mode(path, entry.kind, subject.head(path))
        if not mode & 0o100:
            yield hit(path, mode=f"{mode:04o}")


@rule("U012")
def cgi_open_to_all(subject: Subject) -> Iterator[Hit]:
    """DSM does not ask for a login before it starts the program."""
    programs = cgi_programs(subject)
    if not programs or _asks_anywhere(subject):
        return
    for path in programs:
        if is_known(subject, path) and b"\0" not in subject.data(path):  # nobody can tell what a compiled one asks
            yield hit(path)


def _asks_anywhere(subject: Subject) -> bool:
    """Whether a program or script of a desktop folder asks DSM who is calling; it may be one that the others use."""
    marks = [mark.encode() for mark in table("desktop_entries")["cgi"]["marks"]]
    return any(
        mark in subject.data(path) for path in subject.per_payload(_code, subject.desktop_folders) for mark in marks
    )


def cgi_programs(subject: Subject) -> tuple[str, ...]:
    """The programs in the desktop folders that DSM's web server starts."""
    return tuple(path for path in subject.per_payload(_code, subject.desktop_folders) if path.endswith(".cgi"))


def _code(subject: Subject, folders: tuple[str, ...]) -> tuple[str, ...]:
    below = tuple(folder + "/" for folder in folders)
    endings = (".cgi", ".sh", ".py", ".php", ".pl")
    entries: Mapping[str, object] = subject.payload.entries
    return tuple(
        path for path in entries if path.startswith(below) and path.endswith(endings) and subject.is_file(path)
    )
