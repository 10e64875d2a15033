"""Errors say what, where and what to do, and carry the exit code of the command line."""

from __future__ import annotations

import pytest

from spkcore.base.errors import Cancelled, NasError, SpkError, UnreadableError, UsageError, WriteError


def test_the_text_joins_what_is_known() -> None:
    assert str(WriteError("It is full", "/x/INFO", "Make room.")) == "It is full: /x/INFO: Make room."
    assert str(UsageError("No name")) == "No name"


@pytest.mark.parametrize(
    ("error", "code"),
    [(SpkError, 1), (WriteError, 1), (UsageError, 2), (UnreadableError, 3), (NasError, 4), (Cancelled, 5)],
)
def test_exit_codes_are_the_contract_of_the_command_line(error: type[SpkError | Cancelled], code: int) -> None:
    assert error.exit_code == code
