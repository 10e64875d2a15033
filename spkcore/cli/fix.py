"""`spk fix`: applies quick fixes to a package folder, or shows what they would change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spkcore.base.errors import UsageError
from spkcore.cli.output import json_option, print_json, task_context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spkcore.checks.mending import Mended
    from spkcore.checks.preview import FilePreview


@click.command("fix")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--rule", "chosen", metavar="ID", multiple=True, help="Only the problems of this rule; can be repeated.")
@click.option("--dry-run", is_flag=True, help="Show the changes as a diff and write nothing.")
@click.option("--dsm", metavar="VERSION", help="7.2, 7.2-64570, or a range 6.2..7.2. Default: what INFO says.")
@json_option
def command(folder: Path, *, chosen: tuple[str, ...], dry_run: bool, dsm: str | None, as_json: bool) -> None:
    """Mend what can be mended mechanically in the package folder DIR.

    Without --rule everything is mended that needs no decision; `spk check` says what is fixable.
    """
    from spkcore.checks.engine import Options
    from spkcore.checks.mending import mend
    from spkcore.checks.overrides import read_settings, split
    from spkcore.checks.preview import preview
    from spkcore.package.project import open_package, save_package

    _require_fixable(chosen)
    settings = read_settings(folder)
    settings = replace(settings, dsm=dsm) if dsm is not None else settings
    context = task_context()
    package = open_package(folder, context)
    options = Options(settings.profile, settings.targets)
    mended = mend(package.entries, context, chosen=chosen or None, options=options, overrides=settings.overrides)
    previews = preview(mended.change)
    if not dry_run and not mended.change.is_empty:
        package.apply(mended.change)
        save_package(package, context)
    left, _ = split(mended.left, settings.overrides)
    if as_json:
        print_json(_document(mended, previews, len(left)))
        return
    for item in previews if dry_run else ():
        click.echo(item.text(), nl=False)
    _print_summary(mended, len(left), dry_run=dry_run)


def _require_fixable(chosen: Sequence[str]) -> None:
    from spkcore.checks.fixes import fixes
    from spkcore.checks.rulebook import rules

    for name in chosen:
        if name not in rules():
            raise UsageError("There is no such rule", name, "See spk check --list-rules.")
        if name not in fixes():
            raise UsageError("This rule has no quick fix", name, rules()[name].fix)


def _document(mended: Mended, previews: Sequence[FilePreview], left: int) -> dict[str, Any]:
    return {
        "fixed": [item.as_json() for item in mended.fixed],
        "files": [
            {"path": item.path, "happens": str(item.happens), "note": item.note, "diff": list(item.diff)}
            for item in previews
        ],
        "left": left,
    }


def _print_summary(mended: Mended, left: int, *, dry_run: bool) -> None:
    from spkcore.checks.rulebook import rules

    if not mended.fixed:
        click.echo(f"Nothing to fix; {_problems(left)} left." if left else "Nothing to fix; no problems.")
        return
    verb = "Would fix" if dry_run else "Fixed"
    for problem in mended.fixed:
        click.echo(f"{verb} {problem.path or '(package)'}: {rules()[problem.rule].mend} [{problem.rule}]")
    click.echo(f"{verb} {_problems(len(mended.fixed))}; {left} left.")


def _problems(count: int) -> str:
    return f"{count} problem" if count == 1 else f"{count} problems"
