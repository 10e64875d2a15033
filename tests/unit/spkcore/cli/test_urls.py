"""`spk urls`: what it prints and how it answers when there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.unit.spkcore.cli.conftest import Outcome

Spk = Callable[..., Outcome]

_LOG = """2026/11/01 16:41:32 download Git https://packages.example/spk/Git/2.45-1/Git-x86_64-2.45-1.spk Begin download
2026/11/01 16:41:35 download Git https://packages.example/spk/Git/2.45-1/Git-x86_64-2.45-1.spk End download
"""


def test_urls_of_a_log(tmp_path: Path, spk: Spk) -> None:
    log = tmp_path / "synopkg.log"
    log.write_text(_LOG, encoding="utf-8")

    document = spk("urls", log, log, "--json").json

    assert [(url["package"], url["url"]) for url in document["urls"]] == [
        ("Git", "https://packages.example/spk/Git/2.45-1/Git-x86_64-2.45-1.spk")
    ]
    assert "\tGit" in spk("urls", log).out


def test_no_urls_is_the_answer_no(tmp_path: Path, spk: Spk) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("nothing here", encoding="utf-8")

    outcome = spk("urls", text)

    assert (outcome.code, outcome.out) == (1, "")
