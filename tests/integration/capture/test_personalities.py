"""One capture on a NAS of DSM 5, 6 and 7: everything that Package Center does with packages, one after the other."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from spkcore.base.tasks import TaskContext
from spkcore.nas import agents
from spkcore.nas.agents import AgentSetup, Engine
from spkcore.nas.capture import Capture, CaptureRequest, Until
from spkcore.nas.events import Ready
from spkcore.nas.facts import read_facts
from tests.integration.capture.local import find_python_2
from tests.integration.capture.packagecenter import Install
from tests.integration.capture.runs import Run, install, leftovers
from tests.integration.conftest import Connector, NasFactory
from tests.integration.nasbench.personality import USERS, personality

pytestmark = pytest.mark.integration

QUICK = AgentSetup("", (), stable_milliseconds=300)
TITLES = {5: "DSM 5.2-5967 Update 9", 6: "DSM 6.2.4-25556 Update 7", 7: "DSM 7.2.1-69057 Update 5"}


def plans(dsm: int) -> list[Install]:
    """Small and larger, slow and fast, renamed, cancelled, upgraded, uploaded, over two volumes."""

    def plan(name: str, seed: int, **changes: Any) -> Install:
        values: dict[str, Any] = {"files": 10, "filler": 300_000, "gap": 0.02} | changes
        return Install(dsm=min(dsm, 7) if dsm == 7 else 6, name=name, seed=seed, **values)

    return [
        plan("Fast", 1, rate=100e6, metadata_life=0.15),
        plan("Slow", 2, rate=1e6),
        plan("Large", 3, filler=20_000_000, rate=100e6),
        plan("Renamed", 4, renamed=True),
        plan("Cancelled", 5, cancelled=True),
        plan("Upgraded", 6),
        plan("Upgraded", 7, version="2.0-1"),
        plan("Uploaded", 8, upload=True),
        plan("Elsewhere", 9, download_volume=2, install_volume=1),
        plan("Second", 10, download_volume=1, install_volume=2),
    ]


@pytest.mark.parametrize("dsm", [5, 6, 7])
def test_everything_comes_home(
    start_nas: NasFactory, log_in: Connector, tmp_path: Path, dsm: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents, "HEARTBEAT_SECONDS", 0.5)
    nas = start_nas(personality(dsm))
    session = log_in(nas, user=USERS[dsm])
    facts = read_facts(session)
    assert facts.title.endswith(TITLES[dsm])
    assert [(volume.path, volume.free > 0) for volume in facts.volumes] == [("/volume1", True), ("/volume2", True)]
    volumes = tuple(volume.path for volume in facts.volumes)
    request = CaptureRequest(volumes, tmp_path / "home", until=Until.STOPPED, agent=QUICK)
    run = Run(lambda on_event: Capture(session, request, TaskContext(), on_event))
    run.ready()
    wanted = plans(dsm)
    with install(nas, *wanted) as process:
        written = json.loads(process.communicate()[0])
    run.capture.stop()
    result = run.finish()

    came = {file.md5: file for file in result.files}
    assert [plan.name for plan, one in zip(wanted, written, strict=True) if one["spk"] not in came] == []
    assert all(file.complete for file in result.files)
    names = {came[one["spk"]].path.name for one in written}
    assert names == {f"{plan.name}-{plan.version}-noarch.spk" for plan in wanted}
    unpacked = {(package.package, package.version) for package in result.packages if package.unpacked}
    assert unpacked >= {(plan.name, plan.version) for plan in wanted if not plan.cancelled or dsm == 7}
    assert [event.engine for event in run.events if isinstance(event, Ready)] == ["python" if dsm == 7 else "sh"]
    assert leftovers(nas) == []
    assert nas.auth_log.count("Failed password") == 0


@pytest.mark.skipif(
    find_python_2() is None, reason="DSM 6 has Python 2.7, and no package brings it; SPK_PYTHON2 names one"
)
def test_dsm_6_with_its_python_2(
    start_nas: NasFactory, log_in: Connector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent with inotify under a Python 2.7 that is mounted into the NAS; which one runs is not probed here."""
    monkeypatch.setattr(agents, "HEARTBEAT_SECONDS", 0.5)
    python_2 = Path(find_python_2() or "").resolve()
    nas = start_nas(personality(6))
    home = python_2.parents[1]  # its libraries are found by this path
    nas.path(str(home)).mkdir(parents=True)
    inside = f"{Path(f'/proc/{nas.pid}/root').readlink()}{home}"
    enter = ["nsenter", "--target", str(nas.pid), "--mount"]
    subprocess.run([*enter, "mount", "--bind", str(home), inside], check=True)
    engine = Engine("python", str(python_2))
    request = CaptureRequest(
        ("/volume1", "/volume2"), tmp_path / "home", until=Until.STOPPED, agent=QUICK, engine=engine
    )
    session = log_in(nas)
    run = Run(lambda on_event: Capture(session, request, TaskContext(), on_event))
    run.ready()
    wanted = plans(6)[:4]
    with install(nas, *wanted) as process:
        written = json.loads(process.communicate()[0])
    run.capture.stop()
    result = run.finish()
    assert [(event.engine, event.method) for event in run.events if isinstance(event, Ready)] == [("python", "inotify")]
    assert {file.md5 for file in result.files} >= {one["spk"] for one in written}
    assert leftovers(nas) == []
