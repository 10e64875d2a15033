"""`spk explain`: from a message of Package Center, a result of synopkg or lines of a log to the likely causes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spkcore.base.errors import UsageError
from spkcore.cli.output import json_option, print_json

if TYPE_CHECKING:
    from spkcore.checks.problem import Problem

_LARGEST = 1 << 20
"""Characters of a log that are read: the tail of a day's synopkg.log."""


@click.command("explain")
@click.argument("text", metavar="TEXT")
@click.option("--package", "path", type=click.Path(exists=True, path_type=Path), help="The .spk or package folder.")
@click.option("--dsm", metavar="VERSION", help="The DSM that said it. Default: what INFO says.")
@json_option
def command(text: str, *, path: Path | None, dsm: str | None, as_json: bool) -> int:
    """Explain TEXT: an error message, a code, or "-" to read a log from standard input.

    With --package the causes that this package really has come first. Exit code 1: nothing in the text is known.
    """
    from spkcore.checks.explain import explain

    said = sys.stdin.read(_LARGEST) if text == "-" else text
    if not said.strip():
        raise UsageError("There is nothing to explain", "", "Give the message, or a log on standard input with -.")
    causes = explain(said, _problems(path, dsm) if path is not None else ())
    if as_json:
        print_json({"causes": [cause.as_json() for cause in causes]})
    elif not causes:
        click.echo("Nothing in this text is known. Look at the problems of the package: spk check")
    else:
        for cause in causes:
            click.echo(f"{f'{cause.code}: ' if cause.code else ''}{cause.meaning} {cause.advice}")
            for problem in cause.problems:
                place = f"{problem.path}:{problem.line}" if problem.line else problem.path or "(package)"
                click.echo(f"    {place}: {problem.message} [{problem.rule}]")
    return 0 if causes else 1


def _problems(path: Path, dsm: str | None) -> list[Problem]:
    """All problems, overridden or not: DSM knows no overrides."""
    from spkcore.checks.engine import Options, check
    from spkcore.checks.overrides import CheckSettings
    from spkcore.cli.check import read_subject

    subject = read_subject(path, CheckSettings(dsm=dsm or ""))
    return check(subject, Options(targets=subject.targets))
