"""`spk new`: a starter package from a template."""

from __future__ import annotations

from pathlib import Path

import click

from spkcore.base.errors import UsageError
from spkcore.cli.output import json_option, print_json, task_context


def _show_templates(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from spkcore.package.templates import list_templates

    for template in list_templates():
        click.echo(f"{template.id}: {template.title} ({template.dsm})")
        click.echo(f"    {template.summary}")
        for parameter in template.parameters:
            default = parameter.default or "may stay empty"
            click.echo(f"    --set {parameter.name}=…  {parameter.label} [{default}]")
    context.exit()


@click.command("new")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--template", "template_name", metavar="NAME", required=True, help="See --list.")
@click.option("--set", "assignments", metavar="KEY=VALUE", multiple=True, help="Give a parameter of the template.")
@click.option(
    "--list", is_flag=True, is_eager=True, expose_value=False, callback=_show_templates, help="Show templates."
)
@json_option
def command(folder: Path, template_name: str, assignments: tuple[str, ...], as_json: bool) -> None:
    """Make a starter package in DIR, which must be new or empty."""
    from spkcore.package.templates import create_package, find_template

    values = dict(_split(assignment) for assignment in assignments)
    package = create_package(find_template(template_name), values, folder, task_context())
    if as_json:
        print_json({"folder": str(package.folder), "template": template_name, "entries": len(package.entries)})
    else:
        click.echo(f"{package.folder}: made from the template {template_name}. Next: spk build {folder}")


def _split(assignment: str) -> tuple[str, str]:
    key, separator, value = assignment.partition("=")
    if not separator:
        raise UsageError("--set wants key=value", assignment, "Write for example --set package=MyPackage.")
    return key, value
