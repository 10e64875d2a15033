"""`spk migrate`: turns a package folder for DSM 6 into one for DSM 7, or shows what that would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spkcore.base.errors import UsageError
from spkcore.cli.output import json_option, print_json, task_context

if TYPE_CHECKING:
    from spkcore.checks.migrate import Migration, Todo
    from spkcore.checks.verdict import Verdict
    from spkcore.package.entries import Entry


@click.command("migrate")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--to", "to", metavar="VERSION", required=True, help="The DSM version to migrate to, for example 7.2.")
@click.option("--keep-dsm6", is_flag=True, help="Keep the package for DSM 6 as a build target of the same folder.")
@click.option("--dry-run", is_flag=True, help="Show the changes as a diff and write nothing.")
@json_option
def command(folder: Path, *, to: str, keep_dsm6: bool, dry_run: bool, as_json: bool) -> int:
    """Migrate the package folder DIR to DSM 7: what is mechanical is done, the rest is listed with its place.

    With --keep-dsm6 the folder builds for both: `spk build DIR` for DSM 7, `spk build DIR --target dsm6` for DSM 6.
    Exit code 1: DSM would still refuse the package, or something is left to do.
    """
    from spkcore.checks.migrate import is_for_dsm6, migrate
    from spkcore.checks.preview import preview
    from spkcore.package.project import open_package, save_package

    context = task_context()
    package = open_package(folder, context)
    if keep_dsm6 and not is_for_dsm6(package.entries):
        advice = "Leave out --keep-dsm6. A target that was kept before stays."
        raise UsageError("This package is for DSM 7 already: there is nothing to keep for DSM 6", str(folder), advice)
    migration = migrate(package.entries, to, context)
    previews = preview(migration.change)
    if not dry_run and not migration.change.is_empty:
        before = dict(package.entries)
        package.apply(migration.change)
        if keep_dsm6:
            _keep(folder, package.entries, before)
        save_package(package, context)
    if as_json:
        files = [{"path": item.path, "happens": str(item.happens), "diff": list(item.diff)} for item in previews]
        print_json({**migration.as_json(), "files": files})
    else:
        for item in previews if dry_run else ():
            click.echo(item.text(), nl=False)
        _print_report(migration, dry_run=dry_run)
    return 0 if all(item.accepted for item in migration.after) and not migration.is_unfinished else 1


def _keep(folder: Path, main: Mapping[str, Entry], other: Mapping[str, Entry]) -> None:
    from spkcore.checks.migrate import dsm6_target
    from spkcore.package.buildtargets import write_target

    write_target(folder, dsm6_target(main, other))


def _print_report(migration: Migration, *, dry_run: bool) -> None:
    click.echo(f"Before: {_verdict(migration.before)}; {_problems(migration.problems_before)}.")
    click.echo(f"After:  {_verdict(migration.after)}; {_problems(migration.problems_after)}.")
    if migration.steps:
        click.echo("\nWould be done:" if dry_run else "\nDone:")
    for step in migration.steps:
        click.echo(f"  {step.title}")
        for path, text in step.details:
            click.echo(f"    {path}: {text}")
    if migration.todos:
        click.echo(f"\nLeft for you ({len(migration.todos)}):")
    for todo in migration.todos:
        _print_todo(todo)


def _print_todo(todo: Todo) -> None:
    place = f"{todo.path}:{todo.line}" if todo.line else todo.path or "(package)"
    click.echo(f"  [ ] {place}: {todo.what}{f' [{todo.rule}]' if todo.rule else ''}")
    click.echo(f"      {todo.how}")


def _verdict(verdicts: Sequence[Verdict]) -> str:
    from spkcore.checks.verdict import group, range_text

    words = {"accepted": "accepts it", "refused": "refuses it"}
    return ", ".join(
        f"{range_text(alike)} {words.get(alike[0].outcome, 'accepts it, but')}" for alike in group(verdicts)
    )


def _problems(count: int) -> str:
    return f"{count} problem" if count == 1 else f"{count} problems"
