"""Kills the PC side, the connection, the agent or its reporter at random moments, and counts what is lost or left.

    sudo .venv/bin/python -m benchmarks.kills [--rounds 200] [--seed 1] [--dsm 5 6 7]

Each round is one whole capture on a bench NAS of DSM 5, 6 or 7 (simulated Package Center, real sshd, sudo and shells)
with one kill at a random moment of it, and then another start of the program, which takes what was left. A round
is good if the package came home byte for byte (where the agent watched before it was installed) and nothing of ours is
left on the NAS or in the user's folder. Each round takes five to ten seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.integration.capture.kills import play
from tests.integration.nasbench.nas import missing_requirement, running_nas
from tests.integration.nasbench.personality import USERS, personality


def main() -> None:
    """Print a line per failure and the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dsm", type=int, nargs="+", default=[5, 6, 7])
    arguments = parser.parse_args()
    if reason := missing_requirement():
        raise SystemExit(reason)
    good: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="spk-kills-") as name, contextlib.ExitStack() as stack:
        units = {
            dsm: stack.enter_context(running_nas(Path(name) / f"nas{dsm}", personality(dsm))) for dsm in arguments.dsm
        }
        for number in range(arguments.rounds):
            dsm = arguments.dsm[number % len(arguments.dsm)]
            home = Path(name) / f"round{number}/home"
            home.mkdir(parents=True)
            outcome = play(units[dsm], USERS[dsm], home, arguments.seed + number)
            (bad if outcome.problem else good)[f"DSM {dsm}, {outcome.kind}, {outcome.when}"] += 1
            if outcome.problem:
                print(f"round {number}: DSM {dsm}, {outcome}", flush=True)
    print(f"{good.total()} of {arguments.rounds} rounds good, {time.monotonic() - started:.0f} s")
    for kind, count in sorted(good.items()):
        print(f"  {kind}: {count} good, {bad[kind]} bad")


if __name__ == "__main__":
    main()
