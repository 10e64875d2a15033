"""`spk demo`: the whole way on the built-in demo NAS, step by step."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spkcore.base.errors import NasError, UsageError
from spkcore.cli.output import human_size, json_option, print_json, task_context

if TYPE_CHECKING:
    from spkcore.archive.build import BuildResult
    from spkcore.base.tasks import TaskContext
    from spkcore.nas.events import CaptureEvent

_PROGRAM = Path(__file__).resolve().parents[2]


@click.command("demo")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path))
@json_option
def command(folder: Path | None, as_json: bool) -> None:
    """Capture, open, edit, build and verify a package, without a NAS: the demo NAS runs inside this program.

    The results lie in DIR, by default a new temporary folder.
    """
    folder = _working_folder(folder)
    context = task_context(show_progress=False)
    captured = _capture(folder / "captured", context)
    project = folder / "package"
    version = _open_and_edit(captured, project, context)
    result = _build(project, folder, context)
    if as_json:
        print_json({"captured": str(captured), "folder": str(project), "version": version, "path": str(result.path),
                    "sha256": result.sha256})  # fmt: skip
        return
    click.echo()
    click.echo(f"Built package: {result.path}")
    click.echo(f"SHA-256:       {result.sha256}")
    click.echo(f"To see it in the window: {window_command(project)}")


def _working_folder(folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="spk-demo-"))
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("The demo wants a new or empty folder", str(folder), "Choose another one.")
    return folder


def _say(text: str) -> None:
    click.echo(text, err=True)


def _hear(event: CaptureEvent) -> None:
    from spkcore.nas.events import PackageSeen, PackageState, StepChanged

    if isinstance(event, StepChanged):
        _say(f"   {event.text}")
    elif isinstance(event, PackageSeen) and event.state is PackageState.STABLE:
        _say(f"   {event.path}: {human_size(event.size)}")


def _capture(folder: Path, context: TaskContext) -> Path:
    from spkcore.nas.capture import Capture, CaptureRequest
    from spkcore.nas.demo.nas import DemoNas
    from spkcore.nas.facts import read_facts

    _say("1. Capture a package from the demo NAS")
    with DemoNas() as nas, nas.connect(context) as session:
        facts = read_facts(session, context)
        _say(f"   Connected to {session.target.place}: {facts.title}")
        volumes = tuple(volume.path for volume in facts.volumes)
        result = Capture(session, CaptureRequest(volumes, folder), context, _hear).run()
    whole = [package.spk for package in result.packages if package.spk is not None]
    if not whole:
        raise NasError("The demo NAS gave no whole package", str(folder), "This should not happen: please report it.")
    _say(f"   Caught {whole[0].name} ({human_size(whole[0].stat().st_size)}) in {result.seconds:.1f} s")
    return whole[0]


def _open_and_edit(spk: Path, project: Path, context: TaskContext) -> str:
    from spkcore.archive.extract import extract_package
    from spkcore.package import changes
    from spkcore.package.info import Info
    from spkcore.package.project import discard_trash, open_package, save_package
    from spkcore.package.version import bump_version

    _say("2. Open it as a package folder")
    extraction = extract_package(spk, project, context)
    _say(f"   {extraction.members} members, {extraction.payload_entries} payload entries: {project}")
    package = open_package(project, context)
    info = Info.parse(package.content("INFO"))
    version = bump_version(info.get("version"))
    _say(f"3. Edit it: version {info.get('version')} becomes {version}")
    package.apply(changes.set_content(package.entries, "INFO", info.set("version", version).to_bytes()))
    save_package(package, context)
    discard_trash(package)
    return version


def _build(project: Path, folder: Path, context: TaskContext) -> BuildResult:
    from spkcore.archive.build import BuildOptions, build_package, default_name
    from spkcore.package.project import open_package

    _say("4. Build it, and verify what was written")
    package = open_package(project, context)
    result = build_package(package, folder / default_name(package), BuildOptions(), context)
    _say(f"   {human_size(result.size)}, {result.payload_entries} payload entries, {result.seconds:.2f} s")
    return result


def window_command(project: Path) -> str:
    """How to start the window on `project`: through the installed program, or from a checkout."""
    if getattr(sys, "frozen", False):
        return (
            f'"{Path(sys.executable).with_name("SPK Creator.exe" if os.name == "nt" else "SPK Creator")}" "{project}"'
        )
    interpreter = "python" if os.name == "nt" else Path(sys.executable).name
    return f'{interpreter} "{_PROGRAM / "dev.py"}" window "{project}"'
