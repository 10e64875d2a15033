"""`spk unpack`: an .spk becomes a package folder."""

from __future__ import annotations

from pathlib import Path

import click

from spkcore.cli.output import json_option, print_json, task_context


@click.command("unpack")
@click.argument("spk_file", metavar="FILE.spk", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@json_option
def command(spk_file: Path, folder: Path, as_json: bool) -> None:
    """Unpack FILE.spk to the package folder DIR, which must be new or empty."""
    from spkcore.archive.extract import extract_package

    extraction = extract_package(spk_file, folder, task_context())
    if as_json:
        print_json(
            {
                "folder": str(extraction.folder),
                "members": extraction.members,
                "payload_entries": extraction.payload_entries,
                "warnings": list(extraction.warnings),
            }
        )
        return
    for warning in extraction.warnings:
        click.echo(f"spk: warning: {warning}", err=True)
    click.echo(f"{extraction.folder}: {extraction.members} members, {extraction.payload_entries:,} payload entries")
