"""Wizard scripts on NAS units of real sshd and shells: run as the user who is logged in, and nothing stays."""

from __future__ import annotations

import threading

import pytest

from spkcore.base.errors import Cancelled
from spkcore.base.tasks import TaskContext
from spkcore.nas.session import Session
from spkcore.nas.wizardrun import run_on_nas
from spkcore.package.wizardscript import LARGEST_OUTPUT, Output, Trial
from tests.integration.conftest import Connector, NasFactory
from tests.integration.nasbench.nas import BenchNas, Options, wait_until

pytestmark = pytest.mark.integration
SCRIPT = "WIZARD_UIFILES/install_uifile.sh"


def trial(script: str, environment: dict[str, str] | None = None, **files: bytes) -> Trial:
    """A script with its neighbours."""
    beside = {f"WIZARD_UIFILES/{name}": data for name, data in files.items()}
    return Trial(SCRIPT, {SCRIPT: script.encode(), **beside}, environment or {})


def left_over(nas: BenchNas) -> list[str]:
    """What runs of scripts left in the folder for temporary files."""
    return [path.name for path in nas.path("/tmp").glob("spk-creator-wizard*")]


def test_pages_output_code_and_variables_come_home(nas: BenchNas, session: Session) -> None:
    script = (
        '#!/bin/sh\nid -un\necho "oh no" >&2\n'
        'sed "s/@NAME@/$SYNOPKG_PKGNAME/" "$(dirname "$0")/pages" >"$SYNOPKG_TEMP_LOGFILE"\nexit 3\n'
    )
    value = 'it\'s $HOME; "x" ä'

    output = run_on_nas(session, trial(script, {"SYNOPKG_PKGNAME": value}, pages=b'["@NAME@"]'), TaskContext())

    assert output == Output(f'["{value}"]', "alice\noh no\n", 3)
    assert not left_over(nas)


@pytest.mark.parametrize("options", [Options(busybox=True, dsm=5), Options(bash=True, dsm=6)], ids=["busybox", "bash"])
def test_shells_of_other_units(start_nas: NasFactory, log_in: Connector, options: Options) -> None:
    bench = start_nas(options)
    script = "#!/bin/sh\necho '[]' >\"$SYNOPKG_TEMP_LOGFILE\"\nsleep 1000 &\nkill -0 $! && echo $!\n"

    output = run_on_nas(log_in(bench), trial(script), TaskContext())

    assert (output.pages, output.exit_code) == ("[]\n", 0)
    assert not left_over(bench)
    wait_until(lambda: not any("sleep 1000" in command for command in bench.processes().values()))


def test_a_script_that_writes_nothing(session: Session) -> None:
    assert run_on_nas(session, trial("#!/bin/sh\nexit 0\n"), TaskContext()) == Output("", "", 0)


def test_a_script_without_end_is_ended(nas: BenchNas, session: Session) -> None:
    output = run_on_nas(session, trial("#!/bin/sh\necho begun\nsleep 987\n"), TaskContext(), seconds=1)

    assert output == Output("", "begun\n", -1, "time")
    assert not left_over(nas)
    wait_until(lambda: not any("sleep 987" in command for command in nas.processes().values()))


def test_cancelling_ends_it_and_removes_everything(nas: BenchNas, session: Session) -> None:
    context = TaskContext()

    def cancel() -> None:
        wait_until(lambda: any("sleep 986" in command for command in nas.processes().values()))
        context.cancel()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    with pytest.raises(Cancelled):
        run_on_nas(session, trial("#!/bin/sh\nsleep 986\n"), context)
    canceller.join()

    wait_until(lambda: not any("sleep 986" in command for command in nas.processes().values()))
    wait_until(lambda: not left_over(nas))


def test_a_lost_connection_leaves_nothing(start_nas: NasFactory, log_in: Connector) -> None:
    bench = start_nas(Options())
    session = log_in(bench)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            run_on_nas(session, trial("#!/bin/sh\nsleep 985\n"), TaskContext())
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test looks at it
            failures.append(error)

    runner = threading.Thread(target=run)
    runner.start()
    wait_until(lambda: any("sleep 985" in command for command in bench.processes().values()))
    bench.cut_connections()
    runner.join()

    assert len(failures) == 1
    wait_until(lambda: not any("sleep 985" in command for command in bench.processes().values()))
    wait_until(lambda: not left_over(bench))


def test_the_output_of_a_chatty_script_is_cut(session: Session) -> None:
    output = run_on_nas(session, trial("#!/bin/sh\nhead -c 9000000 /dev/zero | tr '\\0' x\n"), TaskContext())

    assert len(output.log) == 4 << 20


def test_output_without_end_does_not_fill_the_nas(nas: BenchNas, session: Session) -> None:
    output = run_on_nas(session, trial('#!/bin/sh\nexec yes >"$SYNOPKG_TEMP_LOGFILE"\n'), TaskContext(), seconds=20)

    assert (output.exit_code, output.ended) == (-1, "too much")
    assert len(output.pages) == LARGEST_OUTPUT
    assert not left_over(nas)


def test_pages_that_are_a_pipe_are_no_pages(nas: BenchNas, session: Session) -> None:
    output = run_on_nas(session, trial('#!/bin/sh\nmkfifo "$SYNOPKG_TEMP_LOGFILE"\n'), TaskContext(), seconds=5)

    assert output == Output("", "", 0)
    assert not left_over(nas)
