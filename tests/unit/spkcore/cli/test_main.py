"""The frame of the command line: exit codes, the form of errors, help."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import click
import pytest

from spkcore.base.errors import Cancelled, NasError, SpkError, UnreadableError
from spkcore.cli.main import COMMANDS
from tests.unit.spkcore.cli.conftest import Outcome

Spk = Callable[..., Outcome]

_ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Makes `spk urls` raise what it is given."""

    def plant(error: BaseException) -> None:
        @click.command("urls")
        def command() -> None:
            raise error

        module = ModuleType("spkcore.cli.urls")
        module.command = command  # type: ignore[attr-defined]  # a stand-in module
        monkeypatch.setitem(sys.modules, "spkcore.cli.urls", module)

    return plant


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SpkError("no"), 1),
        (UnreadableError("broken", "a.spk", "get another one"), 3),
        (NasError("refused"), 4),
        (Cancelled(), 5),
        (KeyboardInterrupt(), 5),
        (ValueError("bug"), 70),
    ],
)
def test_exit_codes(spk: Spk, failing: Callable[[BaseException], None], error: BaseException, code: int) -> None:
    failing(error)

    assert spk("urls").code == code


FINALIZING = """
import signal, sys, types
import click
from spkcore.cli import main, output

class Channel:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
        for _ in range(3):
            pass  # the handler is called between two lines

@click.command("urls")
def command():
    context = output.task_context()
    Channel()
    context.check()

sys.modules["spkcore.cli.urls"] = types.SimpleNamespace(command=command)
sys.argv = ["spk", "urls"]
main.main()
"""


def test_ctrl_c_is_not_lost_while_python_finalizes_an_object() -> None:
    """What is raised there goes nowhere: once in a while a capture went on as if nobody had pressed a key."""
    done = subprocess.run([sys.executable, "-c", FINALIZING], cwd=_ROOT, capture_output=True, text=True, check=False)
    assert "Exception ignored" in done.stderr
    assert "Cancelled" in done.stderr
    assert done.returncode == Cancelled.exit_code


def test_errors_say_what_where_and_what_to_do(spk: Spk, failing: Callable[[BaseException], None]) -> None:
    failing(UnreadableError("The archive is cut off", "a.spk", "Download it again."))

    outcome = spk("urls")

    assert outcome.err == "spk: The archive is cut off: a.spk: Download it again.\n"
    assert outcome.out == ""


@pytest.mark.parametrize("arguments", [["no-such-command"], ["build"], ["build", "/no/such/folder"], ["--bogus"]])
def test_wrong_usage(spk: Spk, arguments: list[str]) -> None:
    outcome = spk(*arguments)

    assert outcome.code == 2
    assert outcome.err.startswith("spk: ")
    assert "--help" in outcome.err


def test_version_and_help(spk: Spk) -> None:
    assert spk("--version").out.startswith("spk ")
    assert all(name in spk("--help").out for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(spk: Spk, name: str) -> None:
    outcome = spk(name, "--help")

    assert outcome.code == 0
    assert f"spk {name}" in outcome.out


def test_without_a_command_the_help_is_shown_as_it_is(spk: Spk) -> None:
    outcome = spk()

    assert outcome.code == 2
    assert outcome.err.startswith("Usage: spk")
    assert outcome.err.rstrip().endswith(COMMANDS["demo"])


def test_a_full_disk_behind_the_output_is_no_bug(spk: Spk, failing: Callable[[BaseException], None]) -> None:
    failing(OSError(errno.ENOSPC, "No space left on device"))

    outcome = spk("urls")

    assert outcome.code == 1
    assert "No space left" in outcome.err
    assert "bug" not in outcome.err


def test_other_system_errors_are_bugs(spk: Spk, failing: Callable[[BaseException], None]) -> None:
    failing(OSError(errno.EIO, "broken"))

    assert spk("urls").code == 70


@pytest.mark.skipif(os.name == "nt", reason="Windows has no broken pipe of its own")
def test_a_reader_that_went_away_is_no_error() -> None:
    command = [sys.executable, "-m", "spkcore.cli", "new", "--list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=_ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
