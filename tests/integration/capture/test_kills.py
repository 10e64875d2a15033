"""A few random kills on NAS units of every age; benchmarks/kills.py is the long run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.integration.capture.kills import KINDS, play
from tests.integration.conftest import NasFactory
from tests.integration.nasbench.personality import USERS, personality

pytestmark = pytest.mark.integration

ROUNDS = int(os.environ.get("SPK_KILLS", "4"))
"""How many kills on each NAS: one of each kind, or more of them."""


@pytest.mark.parametrize("dsm", [5, 7])
def test_nothing_is_lost_and_nothing_is_left(start_nas: NasFactory, tmp_path: Path, dsm: int) -> None:
    nas = start_nas(personality(dsm))
    for number in range(ROUNDS):
        home = tmp_path / f"round{number}/home"
        home.mkdir(parents=True)
        outcome = play(nas, USERS[dsm], home, 1000 * dsm + number, [KINDS[number % len(KINDS)]])
        assert outcome.problem == "", outcome
