"""The frame of the command line: exit codes, the form of errors, help."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

import click
import pytest

from spkcore.base.errors import Cancelled, NasError, SpkError, UnreadableError
from spkcore.cli.main import COMMANDS
from tests.unit.spkcore.cli.conftest import Outcome

Spk = Callable[..., Outcome]


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
