"""`spk check`: what is wrong with a package, and what DSM will say to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spkcore.cli.output import print_json, task_context

if TYPE_CHECKING:
    from spkcore.checks.overrides import CheckSettings, Override
    from spkcore.checks.problem import Problem
    from spkcore.checks.subject import Subject
    from spkcore.checks.verdict import Verdict

PROFILES = ("dsm", "guide", "publication", "spkrepo")
FORMATS = ("text", "json", "sarif")


@dataclass(frozen=True)
class Checked:
    """Everything that one check found."""

    problems: Sequence[Problem]
    accepted: Sequence[tuple[Problem, Override]]
    verdicts: Sequence[Verdict]

    @property
    def is_good(self) -> bool:
        """Whether the answer is yes: some DSM of the range takes it, and nothing but notes was found."""
        return all(item.accepted for item in self.verdicts) and all(item.severity == "info" for item in self.problems)


def _list_rules(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from spkcore.checks.rulebook import rules

    if context.params.get("output_format") == "json":
        print_json({"rules": [_rule_row(rule) for rule in rules().values()]})
    else:
        for rule in rules().values():
            dsm = f", DSM {rule.dsm}" if rule.dsm else ""
            click.echo(f"{rule.id}  {rule.title} ({rule.severity}, {rule.certainty}{dsm})")
            click.echo(f"      Why: {rule.why}\n      Fix: {rule.fix}")
            click.echo(f"      Profiles: {', '.join(sorted(rule.profiles))}. Source: {rule.source}")
    context.exit()


@click.command("check")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dsm", metavar="VERSION", help="7.2, 7.2-64570, or a range 6.2..7.2. Default: what INFO says.")
@click.option("--platform", default="", metavar="NAME", help="The verdict for this platform, for example apollolake.")
@click.option("--profile", type=click.Choice(PROFILES), help="Whose demands are checked. Default: guide.")
@click.option("--format", "output_format", type=click.Choice(FORMATS), default="text", is_eager=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--no-overrides", is_flag=True, help="Show also what the package folder's overrides accept.")
@click.option("--list-rules", is_flag=True, is_eager=True, expose_value=False, callback=_list_rules, help="All rules.")
def command(
    path: Path,
    *,
    dsm: str | None,
    platform: str,
    profile: str | None,
    output_format: str,
    as_json: bool,
    no_overrides: bool,
) -> int:
    """Check PATH, an .spk file or a package folder, and say what DSM will answer.

    Exit code 1: it has errors or warnings, or a DSM of the range refuses it.
    """
    settings = _settings(path, dsm, profile, no_overrides=no_overrides)
    checked = check_path(path, settings, platform)
    if as_json or output_format == "json":
        print_json(_document(checked))
    elif output_format == "sarif":
        from spkcore.checks.sarif import sarif

        print_json(sarif(checked.problems, checked.accepted, _prefix(path)))
    else:
        _print_text(path, checked)
    return 0 if checked.is_good else 1


def _settings(path: Path, dsm: str | None, profile: str | None, *, no_overrides: bool) -> CheckSettings:
    """The choices kept in the package folder, overruled by the options."""
    from spkcore.checks.overrides import CheckSettings, read_settings
    from spkcore.checks.rulebook import Profile

    settings = read_settings(path) if path.is_dir() else CheckSettings()
    if profile is not None:
        settings = replace(settings, profile=Profile(profile))
    if dsm is not None:
        settings = replace(settings, dsm=dsm)
    return replace(settings, overrides=()) if no_overrides else settings


def check_path(path: Path, settings: CheckSettings, platform: str = "") -> Checked:
    """Check a file or a folder."""
    from spkcore.checks.engine import Options, check
    from spkcore.checks.overrides import split
    from spkcore.checks.verdict import verdict

    subject = read_subject(path, settings)
    counting, accepted = split(check(subject, Options(settings.profile, subject.targets)), settings.overrides)
    return Checked(counting, accepted, verdict(subject, platform))


def read_subject(path: Path, settings: CheckSettings) -> Subject:
    """The package in a file or a folder. Raises `UnreadableError` for what is none."""
    from spkcore.checks.spkfile import read_spk
    from spkcore.checks.subject import Subject
    from spkcore.package.project import open_package

    context = task_context()
    if not path.is_dir():
        return read_spk(path, context, settings.targets)
    return Subject.of(open_package(path, context).entries, settings.targets, context=context)


def _document(checked: Checked) -> dict[str, object]:
    return {
        "verdict": [item.as_json() for item in checked.verdicts],
        "problems": [item.as_json() for item in checked.problems],
        "overridden": [{**problem.as_json(), "reason": override.reason} for problem, override in checked.accepted],
    }


def _rule_row(rule: object) -> dict[str, object]:
    from spkcore.checks.fixes import fixes
    from spkcore.checks.rulebook import Rule

    assert isinstance(rule, Rule)
    return {
        "rule": rule.id,
        "area": rule.area,
        "title": rule.title,
        "severity": str(rule.severity),
        "certainty": str(rule.certainty),
        "dsm": rule.dsm,
        "profiles": sorted(rule.profiles),
        "code": rule.code or None,
        "refuses": rule.refuses,
        "stops": dict(rule.stops),
        "why": rule.why,
        "fix": rule.fix,
        "fixable": rule.id in fixes(),
        "source": rule.source,
        "adapted": rule.adapted,
    }


def _prefix(path: Path) -> str:
    """The package folder as seen from the working folder, for SARIF; nothing for an .spk or a folder elsewhere."""
    if not path.is_dir():
        return ""
    try:
        relative = path.resolve().relative_to(Path.cwd())
    except ValueError:
        return ""
    return "" if relative == Path() else relative.as_posix()


def _print_text(path: Path, checked: Checked) -> None:
    for problem in checked.problems:
        click.echo(_line(problem))
    if checked.problems:
        click.echo()
    _print_verdicts(checked.verdicts)
    click.echo(_summary(path, checked))


def _line(problem: Problem) -> str:
    """As compilers write it, so that editors find the place."""
    place = problem.path or "(package)"
    if problem.line:
        place += f":{problem.line}:{problem.column}" if problem.column else f":{problem.line}"
    return f"{place}: {problem.severity}: {problem.message} [{problem.rule}{', fixable' if problem.fixable else ''}]"


def _print_verdicts(verdicts: Sequence[Verdict]) -> None:
    from spkcore.checks.verdict import group, range_text

    for alike in group(verdicts):
        answer = {"accepted": "accepts it", "refused": "refuses it"}.get(alike[0].outcome, "accepts it, but")
        click.echo(f"{range_text(alike)}: {answer}")
        _print_answer(alike[0])


def _print_answer(item: Verdict) -> None:
    if item.message:
        code = f" (code {item.code})" if item.code else ""
        click.echo(f"    Package Center: {item.message}{code}")
    if item.log:
        click.echo(f"    Log: {item.log}")
    if item.why:
        click.echo(f"    {item.why}")


def _summary(path: Path, checked: Checked) -> str:
    counts = [
        (plural, sum(problem.severity == name for problem in checked.problems)) for name, plural in _NAMES.items()
    ]
    parts = [f"{count} {plural.removesuffix('s') if count == 1 else plural}" for plural, count in counts if count]
    fixable = sum(problem.fixable for problem in checked.problems)
    text = f"{path}: {', '.join(parts)}" if parts else f"{path}: no problems"
    if checked.accepted:
        text += f", {len(checked.accepted)} overridden"
    return f"{text}. {fixable} can be fixed: spk fix {path}" if fixable else f"{text}."


_NAMES = {"error": "errors", "warning": "warnings", "info": "notes"}
