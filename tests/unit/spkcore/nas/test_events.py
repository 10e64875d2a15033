"""Report lines become events; nothing else does."""

from __future__ import annotations

import pytest

from spkcore.nas import events
from spkcore.nas.events import parse_event


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("READY\t1\t0a1b2c3d\tsh\tcp-backup\t77\n", events.Ready("0a1b2c3d", "sh", "cp-backup", 77)),
        ("FOLDER\t/volume1\t/volume1/@tmp/spkcap-x", events.FolderMade("/volume1", "/volume1/@tmp/spkcap-x")),
        ("FILE\t/volume2\ta b/c\t12\t99", events.FileCaught("/volume2", "a b/c", 12, 99)),
        ("FILE\t/volume2\ta\\tb\\\\n\\n\t1\t2", events.FileCaught("/volume2", "a\tb\\n\n", 1, 2)),
        ("SPK\t/volume1\tp\t5\tstable", events.PackageSeen("/volume1", "p", 5, events.PackageState.STABLE)),
        ("PHASE\twaiting", events.PhaseChanged(events.AgentPhase.WAITING, "")),
        ("PHASE\tinstalling\tpkginstall", events.PhaseChanged(events.AgentPhase.INSTALLING, "pkginstall")),
        ("TICK\t1\t2\t3\t4", events.Tick(1, 2, 3, 4)),
        ("LOG\t/var/log/synopkg.log\tdownload x", events.LogLine("/var/log/synopkg.log", "download x")),
        ("LOW\t/volume1\t100", events.LowSpace("/volume1", 100)),
        ("ERR\tlink\ttext", events.Trouble("link", "text")),
        ("FAIL\tsetup\ttext", events.Failed("setup", "text")),
        ("DONE\t3\t4\tstop", events.Done(3, 4, "stop")),
    ],
)
def test_every_report_has_its_event(line: str, event: events.AgentEvent) -> None:
    assert parse_event(line) == event


@pytest.mark.parametrize(
    "line",
    ["", "hello", "FILE", "FILE\t/volume1\tx\tmany\t1", "SPK\t/volume1\tp\t5\todd", "TICK\t1", "DONE\t", "ready"],
)
def test_other_lines_are_none(line: str) -> None:
    assert parse_event(line) is None
