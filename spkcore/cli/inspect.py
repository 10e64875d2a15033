"""`spk inspect`: what is in an .spk or a package folder, without unpacking it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from spkcore.base.errors import UnreadableError
from spkcore.cli.output import human_size, json_option, print_json, task_context

_RECOGNISED = frozenset({"spk", "signed-spk", "compressed-spk", "synology-archive", "folder", "payload", "tar"})
"""The kinds that are what somebody who handles packages may well have; all others are unreadable input."""


@click.command("inspect")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@json_option
def command(path: Path, as_json: bool) -> int:
    """Show what is in PATH, an .spk file or a package folder. Never writes anything.

    Exit code 1: PATH was recognised, but is nothing that can be listed as a package (an encrypted Synology archive, a
    bare package.tgz). Exit code 3: it is damaged, cut off, or something else altogether.
    """
    document = _inspect_folder(path) if path.is_dir() else _inspect_file(path)
    is_lost = document["kind"] not in _RECOGNISED
    if as_json:
        print_json(document)
    elif not is_lost:
        _print_text(document)
    if is_lost:
        raise UnreadableError(document["explanation"], str(path), document["advice"])
    return 0 if document["readable"] else 1


def _inspect_folder(folder: Path) -> dict[str, Any]:
    from spkcore.package.entries import PAYLOAD, Kind
    from spkcore.package.info import Info
    from spkcore.package.project import open_package
    from spkcore.package.scanning import is_package_folder

    if not is_package_folder(folder):
        return _no_package_folder()
    package = open_package(folder, task_context())
    outer = {name: entry for name, entry in package.entries.items() if name.split("/")[0] != PAYLOAD}
    payload = [entry for name, entry in package.entries.items() if name.startswith(f"{PAYLOAD}/")]
    has_info = "INFO" in outer and outer["INFO"].kind in {Kind.FILE, Kind.HARDLINK}
    return {
        "kind": "folder",
        "explanation": "This is a package folder." if has_info else "This is a package folder without the file INFO.",
        "advice": "Build it with: spk build" if has_info else "Add INFO; every package needs one.",
        "readable": has_info,
        "info": Info.parse(package.content("INFO")).as_dict() if has_info else {},
        "members": [
            {"name": name, "type": str(entry.kind), "size": entry.size, "mode": _mode(entry.attributes)}
            for name, entry in outer.items()
        ],
        "payload": {
            "compression": package.archive.payload_compression or "gzip",
            "entries": len(payload),
            "bytes": sum(entry.size for entry in payload),
        },
        "clutter": [item.path for item in package.clutter],
    }


def _no_package_folder() -> dict[str, Any]:
    return {
        "kind": "folder",
        "explanation": "This is a folder, but no package: it has neither INFO nor package nor scripts.",
        "advice": "Choose the folder that holds the file INFO.",
        "readable": False,
        "info": {},
        "members": [],
        "payload": None,
        "clutter": [],
    }


def _mode(attributes: Any) -> str | None:
    return f"{attributes.permissions:04o}" if attributes is not None else None


def _inspect_file(path: Path) -> dict[str, Any]:
    from spkcore.archive.read import inspect

    inspection = inspect(path, task_context())
    return {
        "kind": str(inspection.identity.kind),
        "explanation": inspection.identity.explanation,
        "advice": inspection.identity.advice,
        "readable": inspection.identity.readable,
        "info": inspection.info,
        "members": [
            {"name": member.name, "type": str(member.kind), "size": member.size, "mode": f"{member.mode & 0o7777:04o}"}
            for member in inspection.members
        ],
        "payload": None
        if inspection.payload is None
        else {
            "compression": inspection.payload.compression,
            "entries": inspection.payload.entries,
            "bytes": inspection.payload.bytes,
        },
    }


def _print_text(document: dict[str, Any]) -> None:
    click.echo(document["explanation"])
    if document["advice"]:
        click.echo(document["advice"])
    if document["info"]:
        click.echo()
        width = max(map(len, document["info"]))
        for key, value in document["info"].items():
            click.echo(f"  {key:<{width}}  {value}")
    if document["members"]:
        click.echo()
        for member in document["members"]:
            click.echo(f"  {member['mode'] or '':>4}  {member['size']:>12,}  {member['name']}")
    if payload := document["payload"]:
        click.echo()
        size = human_size(payload["bytes"])
        click.echo(f"  Payload: {payload['entries']:,} entries, {size}, {payload['compression']}")
    if clutter := document.get("clutter"):
        click.echo(f"  Not packed: {', '.join(clutter)}")
