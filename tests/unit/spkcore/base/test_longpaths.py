"""Paths that only Windows finds long."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest

from spkcore.base import longpaths
from spkcore.base.errors import SpkError
from spkcore.base.longpaths import long_path, long_text, plain_path, plain_text

DEEP = "\\".join(["folder with a name"] * 15)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(longpaths, "WINDOWS", True)


@pytest.mark.parametrize(
    ("plain", "taken"),
    [
        (f"C:\\{DEEP}", f"\\\\?\\C:\\{DEEP}"),
        (f"\\\\nas\\share\\{DEEP}", f"\\\\?\\UNC\\nas\\share\\{DEEP}"),
        (f"\\\\?\\C:\\{DEEP}", f"\\\\?\\C:\\{DEEP}"),
        ("C:\\short", "C:\\short"),
        ("\\\\nas\\share\\short", "\\\\nas\\share\\short"),
        (f"relative\\{DEEP}", f"relative\\{DEEP}"),
    ],
)
def test_only_what_is_long_and_absolute_gets_the_prefix(windows: None, plain: str, taken: str) -> None:
    assert long_text(plain) == taken
    assert plain_text(taken).removeprefix("\\\\?\\") == plain.removeprefix("\\\\?\\")


def test_a_prefixed_path_stays_a_path(windows: None) -> None:
    taken = PureWindowsPath(long_text(f"\\\\nas\\share\\{DEEP}"))

    assert (taken / "INFO").name == "INFO"
    assert taken.is_absolute()


def test_elsewhere_nothing_is_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(longpaths, "WINDOWS", False)
    deep = tmp_path.joinpath(*["x" * 100] * 5)

    assert long_path(deep) is deep
    assert plain_path(deep) is deep


def test_nobody_reads_the_prefix() -> None:
    error = SpkError("It failed: \\\\?\\C:\\x", "\\\\?\\UNC\\nas\\share\\x")

    assert error.where == "\\\\nas\\share\\x"
    assert error.what == "It failed: C:\\x"
