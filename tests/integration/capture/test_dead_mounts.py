"""Network folders whose server is gone: whoever looks at one of them waits for ever.

The dead server is a FUSE file system that nobody answers for, as NFS and CIFS mounts are when their server went: real
mounts in /proc/mounts, one of them inside a shared folder, on which every stat hangs in the kernel.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from spkcore.base.tasks import TaskContext
from spkcore.nas import agents
from spkcore.nas.agents import AgentSetup
from spkcore.nas.capture import Capture, CaptureRequest
from spkcore.nas.events import Tick
from spkcore.nas.facts import read_facts
from spkcore.nas.transfer import Way
from tests.integration.capture.packagecenter import Install
from tests.integration.capture.runs import Run, install, leftovers
from tests.integration.conftest import Connector, NasFactory
from tests.integration.nasbench.nas import BenchNas, wait_until
from tests.integration.nasbench.personality import USERS, personality

pytestmark = pytest.mark.integration

QUICK = AgentSetup("", (), stable_milliseconds=300, gone=4, idle=1)
PLACES = ("/mnt/nfs", "/volume1/photo/remote", "/volume1/@tmp/mounted")
MOUNT = """
import ctypes, os, sys, time
libc = ctypes.CDLL(None, use_errno=True)
for place in sys.argv[1:]:
    os.makedirs(place, exist_ok=True)
    channel = os.open("/dev/fuse", os.O_RDWR)
    options = b"fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other" % channel
    if libc.mount(b"nas2:/gone", place.encode(), b"fuse.nfs", 0, options):
        sys.exit(os.strerror(ctypes.get_errno()))
print("mounted", flush=True)
time.sleep(600)
"""


@contextlib.contextmanager
def dead_mounts(nas: BenchNas) -> Iterator[None]:
    """Mounts on the NAS that nobody answers for; ending their process lets everything that waits fail."""
    if not Path("/dev/fuse").exists():
        pytest.skip("the dead server is a FUSE file system; there is no /dev/fuse, and no package brings it")
    root = Path(f"/proc/{nas.pid}/root").readlink()
    enter = ["nsenter", "--target", str(nas.pid), "--mount"]
    paths = [f"{root}{place}" for place in PLACES]
    server = subprocess.Popen(
        [*enter, sys.executable, "-c", MOUNT, *paths],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert server.stdout is not None
    assert server.stderr is not None
    try:
        if server.stdout.readline() != b"mounted\n":
            pytest.skip(f"FUSE cannot be mounted here, and no package brings it: {server.stderr.read().decode()}")
        # What is mounted later comes later in /proc/mounts: a df that looks for this share meets the dead ones first.
        public = f"{root}/volume1/public"
        subprocess.run([*enter, "mount", "-t", "tmpfs", "-o", "mode=0777", "tmpfs", public], check=True)
        for place in PLACES:
            assert hangs(nas, f"stat {place}"), f"{place} is alive"
        yield
    finally:
        server.kill()
        server.communicate()


def hangs(nas: BenchNas, command: str) -> bool:
    """Whether a command on the NAS does not come back."""
    enter = ["nsenter", "--target", str(nas.pid), "--mount", "--pid", "--root", "--wd"]
    started = subprocess.Popen(
        [*enter, "/bin/sh", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        started.wait(1.5)
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
        return True
    return False


@pytest.mark.parametrize(("dsm", "way"), [(5, "exec"), (6, "sftp"), (7, "sftp")])
def test_a_capture_touches_no_mount_of_a_server_that_is_gone(
    start_nas: NasFactory,
    log_in: Connector,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    dsm: int,
    way: Way,
) -> None:
    monkeypatch.setattr(agents, "HEARTBEAT_SECONDS", 0.5)
    nas = start_nas(personality(dsm))
    with dead_mounts(nas):
        session = log_in(nas, user=USERS[dsm])
        facts = read_facts(session)
        volumes = tuple(volume.path for volume in facts.volumes)
        assert volumes == ("/volume1", "/volume2")
        wanted = CaptureRequest(volumes, tmp_path / "home", settle=0.4, agent=QUICK, prefer=way)
        run = Run(lambda on_event: Capture(session, wanted, TaskContext(), on_event))
        run.ready()
        wait_until(lambda: any(isinstance(event, Tick) and event.free > 0 for event in run.events), seconds=20)
        with install(nas, Install(dsm=max(dsm, 6), files=10)) as process:
            result = run.finish(40)
            process.wait()
        assert [file.complete for file in result.files] == [True]
        pulled = "over the command channel" if way == "exec" else "over SFTP"
        assert any(line.endswith(pulled) for line in session.log.lines)
        assert hangs(nas, f"stat {PLACES[0]}")
        wait_until(lambda: leftovers(nas) == [])
