"""Edits of the desktop entries of a package: begin one in several ways, rename it, remove it; each is one change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from spkcore.base.errors import UsageError
from spkcore.base.reference import resources_folder, table
from spkcore.package import jsonedit
from spkcore.package.changes import Change, apply, put, remove, set_content, set_mode
from spkcore.package.desktop import STARTER, DesktopEntry, desktop_entries, desktop_links
from spkcore.package.entries import BytesContent, Entry, Kind
from spkcore.package.info import PATH as INFO_PATH
from spkcore.package.jsontext import JsonDocument, join_pointer, parse
from spkcore.package.parts import info_to_edit, read_info

Entries = Mapping[str, Entry]

LINKS = ".url"
"""The member of config that holds entries without code."""
_ADDRESS = re.compile(r"(?P<scheme>https?)://(?P<host>[^/:\s]*)(?::(?P<port>\d{1,5}))?(?P<path>/\S*)?", re.IGNORECASE)
_ON_NAS = re.compile(r"(?::(?P<port>\d{1,5}))?(?P<path>/\S*)?")
_FOLDER_LETTER = re.compile(r"[^a-z0-9]+")
_PROGRAMS = {".cgi", ".sh"}
"""Ends of the names of files that DSM runs; it only reads the others."""
_SIZE = re.compile(r"([_-])\d+\.png$")
_NAME_LETTER = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class EntryKind:
    """What a type of entry does, in words."""

    title: str
    does: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to begin an entry; `asks` names what it needs beside a title, `note` says what is not certain."""

    id: str
    title: str
    does: str
    asks: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What people said about a new entry; what its recipe does not ask for is ignored."""

    recipe: str
    title: str
    address: str = ""
    protocol: str = ""
    port: str = ""
    path: str = "/"


def entry_kind(kind: str) -> EntryKind:
    """What is known about a type; its name where nothing is."""
    row = table("desktop_entries")["kinds"].get(kind)
    return EntryKind(row["title"], row["does"]) if row else EntryKind(kind or "?", "DSM does not know this type.")


@cache
def recipes() -> tuple[Recipe, ...]:
    """The ways to begin an entry, in the order of the dialog."""
    rows = table("desktop_entries")["recipes"].items()
    return tuple(Recipe(name, row["title"], row["does"], tuple(row["asks"]), row.get("note", "")) for name, row in rows)


def wish_problem(wish: Wish) -> str:
    """Why no entry can be made of it, in one sentence; empty when one can."""
    asks = next(recipe.asks for recipe in recipes() if recipe.id == wish.recipe)
    if not wish.title.strip():
        return "Give it a title: people see it under the icon."
    if "address" in asks and not parse_address(wish.address):
        return "Type an address such as https://example.org, or :8080/path for a page of the NAS."
    if "port" in asks and not (wish.port.isdigit() and 0 < int(wish.port) <= 65535):
        return "Type a port from 1 to 65535."
    if "path" in asks and not wish.path.startswith("/"):
        return "The path begins with a slash."
    return ""


def parse_address(text: str) -> dict[str, object]:
    """The members url, protocol and port for what people type: a whole address, ":port/path", or "/path". Empty for
    anything else."""
    text = text.strip()
    whole = _ADDRESS.fullmatch(text)
    if whole and whole["host"]:
        return {"url": text}
    local = _ON_NAS.fullmatch(text)
    if not local or not text:
        return {}
    found: dict[str, object] = {"url": local["path"] or "/"}
    if local["port"]:
        if not 0 < int(local["port"]) <= 65535:
            return {}
        found |= {"protocol": "http", "port": local["port"]}
    return found


def add_entry(entries: Entries, config: str, wish: Wish) -> Change:
    """The change that begins an entry in the file `config` ("package/ui/config"), with the files that it needs; the
    first entry of the package also becomes INFO's dsmappname, so that Package Center's Open button works.

    Raises `UsageError` for a wish that `wish_problem` refuses, and for a config that cannot be read.
    """
    problem = wish_problem(wish)
    if problem:
        raise UsageError("The entry cannot be made", wish.title, problem)
    folder = config.rpartition("/")[0]
    tree = _tree(entries, config)
    name = free_name(entries, tree, wish.title)
    members, files = _made(entries, folder, wish)
    value = {"type": "url", "title": wish.title.strip(), "icon": _icon(folder, entries, wish.title), "allUsers": True}
    if wish.recipe == "script":
        value |= {"type": "legacy", "allUsers": False}
    value |= members
    now = dict(entries)
    change = put(now, files) if files else Change(())
    apply(now, change)
    added = _written(now, config, jsonedit.set_value(tree, join_pointer("", LINKS, name), value))
    apply(now, added)
    change = change.then(added).then(_first_named(now, name))
    return replace(change, place=f"{config}#{join_pointer('', LINKS, name)}")


def rename_entry(entries: Entries, config: str, entry: DesktopEntry, name: str) -> Change:
    """The change that calls an entry `name`, also in INFO. Raises `UsageError` for a name that is taken or none."""
    if not name or name != name.strip() or any(letter.isspace() for letter in name):
        raise UsageError("An entry cannot be called like this", name, "Use letters, digits and dots.")
    tree = jsonedit.rename_member(_tree(entries, config), entry.pointer, name)
    change = _written(entries, config, tree)
    now = dict(entries)
    apply(now, change)
    change = change.then(_in_info(now, entry.name, name))
    return replace(change, place=f"{config}#{join_pointer('', entry.file, name)}")


def remove_entry(entries: Entries, config: str, entry: DesktopEntry, *, with_files: bool) -> Change:
    """The change that takes an entry out, also out of INFO's dsmappname; `with_files` also its own folder."""
    now = dict(entries)
    change = _written(now, config, jsonedit.remove(_tree(entries, config), entry.pointer))
    apply(now, change)
    later = _in_info(now, entry.name, "")
    apply(now, later)
    change = change.then(later)
    own = own_folder(entries, config, entry) if with_files else ""
    if own:
        change = change.then(remove(now, [own]))
    return replace(change, place=config)


def own_folder(entries: Entries, config: str, entry: DesktopEntry) -> str:
    """The folder of the desktop folder that only this entry opens; empty where there is none."""
    tree = _tree(entries, config)
    folder = config.rpartition("/")[0]
    places = {other.name: _folder_of(entries, folder, _url(tree, other)) for other in desktop_entries(tree)}
    own = places.get(entry.name, "")
    shared = any(place == own for name, place in places.items() if name != entry.name)
    return own if own and not shared else ""


def free_name(entries: Entries, tree: JsonDocument, title: str) -> str:
    """A name for a new entry: the ID of the package and the title, and a number where it is taken. DSM wants it to be
    the only one on the whole NAS (spk-format.md 5.5)."""
    package = read_info(entries).get("package") or "Package"
    base = f"{package}.{_NAME_LETTER.sub('', title.title()) or 'Entry'}"
    taken = {entry.name for entry in desktop_entries(tree)}
    return next(name for name in (base, *(f"{base}{number}" for number in range(2, 10_000))) if name not in taken)


def _made(entries: Entries, folder: str, wish: Wish) -> tuple[dict[str, object], dict[str, Entry]]:
    """The members that say what is opened, and the files behind it."""
    if wish.recipe == "address":
        return parse_address(wish.address), {}
    if wish.recipe == "port":
        return {"url": wish.path, "protocol": wish.protocol or "http", "port": wish.port}, {}
    place = _free_folder(entries, folder, wish.title)
    package = read_info(entries).get("package")
    link = f"/webman/3rdparty/{_link_of(entries, folder)}/{place.rpartition('/')[2]}/index.html"
    source = resources_folder() / "desktop" / wish.recipe
    files = {
        f"{place}/{found.name}": _file(found.read_bytes(), wish.title, package, is_program=found.suffix in _PROGRAMS)
        for found in sorted(source.iterdir())
    }
    return {"url": link}, files


def _file(data: bytes, title: str, package: str, *, is_program: bool) -> Entry:
    safe = title.strip().replace("&", "&amp;").replace("<", "&lt;")
    filled = data.replace(b"@@title@@", safe.encode()).replace(b"@@package@@", package.encode())
    entry = Entry(Kind.FILE, content=BytesContent(filled))
    if not is_program:
        return entry
    made = set_mode({"x": entry}, ["x"], 0o755).edits[0].after
    assert made is not None
    return made


def _free_folder(entries: Entries, folder: str, title: str) -> str:
    base = f"{folder}/{_FOLDER_LETTER.sub('-', title.lower()).strip('-') or 'page'}"
    return next(place for place in (base, *(f"{base}-{number}" for number in range(2, 10_000))) if place not in entries)


def _icon(folder: str, entries: Entries, title: str) -> str:
    """A pattern of icons of its own where there are such files; else one that other entries have; else the title's."""
    clean = _FOLDER_LETTER.sub("-", title.lower()).strip("-") or "icon"
    images = [path.removeprefix(folder + "/") for path in entries if path.startswith(f"{folder}/images/")]
    own = f"images/{clean}_{{0}}.png"
    if any(path.startswith(f"images/{clean}_") for path in images):
        return own
    return next((_SIZE.sub(r"\1{0}.png", path) for path in images if _SIZE.search(path)), own)


def _folder_of(entries: Entries, folder: str, url: str) -> str:
    link = _link_of(entries, folder)
    match = re.match(rf"/?(?:webman/)?3rdparty/{re.escape(link)}/([^/]+)/", url) if link else None
    place = f"{folder}/{match[1]}" if match else ""
    return place if place in entries and match and match[1] not in {"images", "texts", "help"} else ""


def _link_of(entries: Entries, folder: str) -> str:
    """The name below /webman/3rdparty/ under which DSM shows a desktop folder."""
    info = read_info(entries)
    return next((link for link, shown in desktop_links(info) if shown == folder), info.get("package"))


def _url(tree: JsonDocument, entry: DesktopEntry) -> str:
    node = tree.node(join_pointer(entry.pointer, "url"))
    return node.scalar if node is not None and isinstance(node.scalar, str) else ""


def _first_named(entries: Entries, name: str) -> Change:
    info = info_to_edit(entries)
    if info.get("dsmappname") or INFO_PATH not in entries:
        return Change(())
    return set_content(entries, INFO_PATH, info.set("dsmappname", name).to_bytes())


def _in_info(entries: Entries, old: str, new: str) -> Change:
    info = info_to_edit(entries)
    words = info.words("dsmappname")
    if old not in words or INFO_PATH not in entries:
        return Change(())
    left = [new if word == old else word for word in words if new or word != old]
    changed = info.set("dsmappname", " ".join(left)) if left else info.remove("dsmappname")
    return set_content(entries, INFO_PATH, changed.to_bytes())


def _tree(entries: Entries, config: str) -> JsonDocument:
    entry = entries.get(config)
    if entry is None or entry.content is None:
        return parse(STARTER)
    tree = parse(entry.content.read().decode("utf-8", "surrogateescape"))
    if tree.root is None or not tree.is_readable:
        raise UsageError("The desktop entries cannot be read", config, "Correct the text first.")
    return tree


def _written(entries: Entries, config: str, tree: JsonDocument) -> Change:
    return set_content(entries, config, tree.text.encode("utf-8", "surrogateescape"))
