"""`spk demo`: the whole way, as a newcomer runs it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from spkcore.archive.identify import ArchiveKind, identify
from spkcore.cli.demo import window_command
from tests.unit.spkcore.cli.conftest import Outcome

Spk = Callable[..., Outcome]


def test_demo_goes_the_whole_way(tmp_path: Path, spk: Spk) -> None:
    outcome = spk("demo", tmp_path / "a place")
    built = next(path for path in (tmp_path / "a place").glob("*.spk"))

    assert outcome.code == 0, outcome.err
    assert f"SHA-256:       {hashlib.sha256(built.read_bytes()).hexdigest()}" in outcome.out
    assert str(built) in outcome.out
    assert outcome.out.rstrip().endswith(window_command(tmp_path / "a place" / "package"))
    assert identify(built).kind is ArchiveKind.SPK
    assert spk("inspect", built, "--json").json["info"]["version"] == "1.0.0-0002"


def test_demo_refuses_a_full_folder(tmp_path: Path, spk: Spk) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")

    assert spk("demo", tmp_path).code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
