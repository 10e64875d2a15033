"""What `spk capture` says of others' words: names and questions that come from a NAS steer no terminal."""

from __future__ import annotations

import click
import pytest

from spkcore.cli.capture import Listener, TerminalLogin
from spkcore.nas.events import PackageSeen, PackageState, Trouble

STEERING = "\x1b]0;mine\x07\x1b[31m\r\u202e"


def test_names_from_the_nas_steer_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    listener = Listener()
    listener.hear(
        PackageSeen("/volume1", f"synopkg/download.x/@SYNOPKG_DOWNLOAD_{STEERING}", 1536, PackageState.GROWING)
    )
    listener.hear(Trouble("link", f"could not link {STEERING}"))
    said = capsys.readouterr().err
    assert "1.5 KB" in said
    assert "could not link ?" in said
    assert all(letter.isprintable() or letter == "\n" for letter in said)


def test_questions_of_the_nas_steer_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(text: str, *, hide_input: bool, err: bool) -> str:
        asked.append(text)
        return "123456"

    monkeypatch.setattr(click, "prompt", answer)
    given = TerminalLogin(None).answer(f"Title {STEERING}", "", [(f"Code{STEERING}: ", True)])
    assert given == ["123456"]
    assert asked[0].startswith("Code?")
    assert asked[0].isprintable()
    assert all(letter.isprintable() or letter == "\n" for letter in capsys.readouterr().err)
