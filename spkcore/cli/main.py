"""The command `spk`: finds the commands, and turns results and errors into exit codes (docs/cli.md)."""

from __future__ import annotations

import errno
import importlib
import signal
import sys
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from spkcore import __version__
from spkcore.base.errors import Cancelled, SpkError, WriteError
from spkcore.cli.output import cancel_everything

COMMANDS = {
    "new": "Make a starter package from a template.",
    "inspect": "Show what is in an .spk or a package folder.",
    "unpack": "Unpack an .spk to a package folder.",
    "build": "Build and verify an .spk from a package folder.",
    "check": "Say what is wrong with a package, and what DSM will answer.",
    "fix": "Apply quick fixes to a package folder.",
    "migrate": "Turn a package folder for DSM 6 into one for DSM 7.",
    "explain": "Say what an error message or log of DSM means.",
    "capture": "Catch a package on a NAS while Package Center installs it.",
    "urls": "Find package URLs in captured feed lists, logs or any text.",
    "demo": "Try the whole way on the built-in demo NAS.",
}
"""Command names with their one-line help: known without importing the modules, so that start-up stays quick."""

EXIT_OUR_BUG = 70
"""sysexits.h calls it EX_SOFTWARE."""


class LazyGroup(click.Group):
    """Imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"spkcore.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="spk", message="%(prog)s %(version)s")
def spk() -> None:
    """Make, inspect, build and capture Synology packages (.spk)."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line (without the program's name) and return its exit code; never raises."""
    try:
        outcome = spk.main(list(arguments), prog_name="spk", standalone_mode=False)
    except click.exceptions.Exit as exit_request:
        return exit_request.exit_code
    except click.ClickException as error:
        return _complain_about_usage(error)
    except SpkError as error:
        _complain(str(error))
        return error.exit_code
    except (Cancelled, KeyboardInterrupt, click.Abort):
        cancel_everything()
        _complain("Cancelled: nothing was left half-written")
        return Cancelled.exit_code
    except SystemExit:  # click's answer to a closed pipe: whoever read our output has seen enough
        return 0
    except Exception as error:  # noqa: BLE001 - the outermost frame: what comes here is our bug, and says so
        return _complain_about_failure(error)
    return outcome if isinstance(outcome, int) else 0


def _complain_about_usage(error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return 2
    advice = "run 'spk --help'"
    if isinstance(error, click.UsageError) and error.ctx is not None:
        advice = f"run '{error.ctx.command_path} --help'"
    _complain(f"{error.format_message().rstrip('.')}: {advice}")
    return 2


def _complain_about_failure(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        _complain(f"The output could not be written: {error.strerror}: Free some space and try again")
        return WriteError.exit_code
    traceback.print_exception(error)
    _complain("This is a bug in SPK Creator: please report it with the lines above")
    return EXIT_OUR_BUG


def _complain(text: str) -> None:
    click.echo(f"spk: {text}", err=True)


def _on_signal(_number: int, _frame: FrameType | None) -> NoReturn:
    """Ends what waits, like a prompt, and stops the tasks, too.

    Python drops what is raised while it finalizes an object (an SSH channel, for one): the command would go on as if
    nobody had pressed Ctrl+C.
    """
    cancel_everything()
    raise KeyboardInterrupt


def main() -> NoReturn:
    """The entry point of the console program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _on_signal)
    sys.exit(run(sys.argv[1:]))
