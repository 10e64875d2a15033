"""`spk build`: a package folder becomes a verified .spk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from spkcore.cli.output import human_size, json_option, print_json, task_context

if TYPE_CHECKING:
    from spkcore.base.tasks import TaskContext
    from spkcore.package.project import Package


@click.command("build")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The .spk to write, or a folder for it.")
@click.option("--compression", type=click.Choice(["gzip", "xz"]), help="Default: as the package came, else gzip.")
@click.option("--fast", is_flag=True, help="Trade size for speed.")
@click.option("--target", metavar="NAME", help="A build target of the folder, for example dsm6 (docs/migration.md).")
@click.option("--anyway", is_flag=True, help="Build also what every DSM that it is meant for would refuse.")
@json_option
def command(
    folder: Path,
    *,
    output: Path | None,
    compression: str | None,
    fast: bool,
    target: str | None,
    anyway: bool,
    as_json: bool,
) -> int:
    """Build and verify an .spk from the package folder DIR. The same folder gives the same bytes everywhere.

    Without -o the file is written beside DIR, under the name that Synology's toolkit would give it. Exit code 1: no
    DSM would take the package, so nothing was built.
    """
    from spkcore.archive.build import BuildOptions, build_package, default_name
    from spkcore.checks.overrides import read_settings
    from spkcore.package.buildtargets import read_target
    from spkcore.package.project import open_package

    context = task_context()
    package = open_package(folder, context)
    if target is not None:
        package = read_target(folder, target).apply_to(package)
    if not anyway and _is_refused(package, "" if target else read_settings(folder).dsm, folder, context):
        return 1
    if output is None or output.is_dir():
        name = default_name(package)
        output = (output or folder.resolve().parent) / (name if target is None else f"{name[:-4]}-{target}.spk")
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
        return 0
    click.echo(f"{result.path}")
    click.echo(f"  {human_size(result.size)}, {result.payload_entries:,} payload entries, {result.seconds:.2f} s")
    click.echo(f"  SHA-256 {result.sha256}")
    click.echo(f"  MD5     {result.md5}")
    return 0


def _is_refused(package: Package, dsm: str, folder: Path, context: TaskContext) -> bool:
    """Whether every DSM of the package's range refuses it; says so on stderr."""
    from spkcore.checks.overrides import CheckSettings
    from spkcore.checks.subject import Subject
    from spkcore.checks.verdict import is_refused_everywhere, verdict
    from spkcore.package.info import PATH as INFO_PATH

    if INFO_PATH not in package.entries:
        return False  # the build itself says what is missing
    verdicts = verdict(Subject.of(package.entries, CheckSettings(dsm=dsm).targets, context=context))
    if not is_refused_everywhere(verdicts):
        return False
    last = verdicts[-1]
    click.echo(f"spk: DSM {last.dsm} would refuse this package: {folder}: {last.why}", err=True)
    click.echo("spk: See all problems with spk check, mend them with spk fix, or build it with --anyway.", err=True)
    return True
