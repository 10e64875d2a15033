"""`spk build`: a package folder becomes a verified .spk."""

from __future__ import annotations

from pathlib import Path

import click

from spkcore.cli.output import human_size, json_option, print_json, task_context


@click.command("build")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The .spk to write, or a folder for it.")
@click.option("--compression", type=click.Choice(["gzip", "xz"]), help="Default: as the package came, else gzip.")
@click.option("--fast", is_flag=True, help="Trade size for speed.")
@json_option
def command(folder: Path, output: Path | None, compression: str | None, fast: bool, as_json: bool) -> None:
    """Build and verify an .spk from the package folder DIR. The same folder gives the same bytes everywhere.

    Without -o the file is written beside DIR, under the name that Synology's toolkit would give it.
    """
    from spkcore.archive.build import BuildOptions, build_package, default_name
    from spkcore.package.project import open_package

    context = task_context()
    package = open_package(folder, context)
    if output is None or output.is_dir():
        output = (output or folder.resolve().parent) / default_name(package)
    result = build_package(package, output, BuildOptions(compression=compression, fast=fast), context)
    if as_json:
        print_json(
            {
                "path": str(result.path),
                "size": result.size,
                "md5": result.md5,
                "sha256": result.sha256,
                "checksum": result.checksum,
                "extractsize": result.extractsize,
                "payload_entries": result.payload_entries,
                "seconds": round(result.seconds, 3),
            }
        )
        return
    click.echo(f"{result.path}")
    click.echo(f"  {human_size(result.size)}, {result.payload_entries:,} payload entries, {result.seconds:.2f} s")
    click.echo(f"  SHA-256 {result.sha256}")
    click.echo(f"  MD5     {result.md5}")
