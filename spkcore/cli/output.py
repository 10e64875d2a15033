"""What the commands share: printing JSON or text, a progress line, and a task context that Ctrl+C cancels."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

import click

from spkcore.base.tasks import Progress, TaskContext

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document (docs/cli.md).")


def print_json(document: Mapping[str, Any]) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def say(text: str) -> None:
    """A line on stderr with words of others in it (names and questions of a NAS): what would steer the terminal shows
    as "?"."""
    click.echo("".join(letter if letter.isprintable() or letter in "\n\t" else "?" for letter in text), err=True)


def human_size(size: int) -> str:
    """1536 → '1.5 KB', in steps of 1024 as Windows shows sizes."""
    amount = float(size)
    for unit in ("bytes", "KB", "MB", "GB"):
        if amount < 1024 or unit == "GB":
            break
        amount /= 1024
    return f"{int(amount)} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"


_contexts: list[TaskContext] = []


def cancel_everything() -> None:
    """Ask every task of this command to stop; their threads end then, and with them the program."""
    for context in _contexts:
        context.cancel()


def task_context(*, show_progress: bool = True) -> TaskContext:
    """A context that shows progress and log lines on a terminal; silent when stderr is none."""
    if not (show_progress and sys.stderr.isatty()):
        context = TaskContext()
    else:
        context = TaskContext(on_progress=_show_progress, on_log=_show_log)
    _contexts.append(context)
    return context


def _show_progress(progress: Progress) -> None:
    if progress.fraction is None:
        amount = human_size(progress.done) if progress.unit == "bytes" else f"{progress.done} {progress.unit}"
    else:
        amount = f"{progress.fraction:4.0%}"
    ending = "\n" if progress.total and progress.done >= progress.total else "\r"
    click.echo(f"\x1b[K{progress.text or 'Working'} {amount}"[:100], err=True, nl=False)
    click.echo(ending, err=True, nl=False)


def _show_log(line: str) -> None:
    click.echo(f"\x1b[K{line}", err=True)
