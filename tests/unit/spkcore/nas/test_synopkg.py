"""What synopkg's answers mean."""

from __future__ import annotations

import pytest

from spkcore.base.errors import UsageError
from spkcore.nas.process import Result
from spkcore.nas.synopkg import Installation, complaint


@pytest.mark.parametrize(
    ("code", "out", "expected"),
    [
        (0, b'{"results":[{"action":"install","success":true}]}', None),
        (0, b"install Git successfully\n", None),
        (1, b'{"results":[{"success":false,"error":{"code":261,"description":"invalid info"}}]}', "261 invalid info"),
        (0, b'{"success":false,"error":{"code":263}}', "263"),
        (2, b"", "exit code 2"),
        (2, b"usage\nno such package\n", "no such package"),
    ],
)
def test_answers(code: int, out: bytes, expected: str | None) -> None:
    assert complaint(Result(code, out, "")) == expected


@pytest.mark.parametrize("name", ["", "a b", "Git;reboot", "../x", "$(id)"])
def test_names_that_no_package_has(name: str) -> None:
    with pytest.raises(UsageError):
        Installation(None, name)  # type: ignore[arg-type]  # the name is refused before the session is used
