"""Commands as root: sudo with a password and without a terminal, refusals, and where the password never appears."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

import pytest

from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.hostkeys import HostKeys
from spkcore.nas.login import KnownLogin
from spkcore.nas.session import Session, connect
from tests.integration.conftest import Connector, NasFactory
from tests.integration.nasbench.nas import PASSWORDS, BenchNas, Options, wait_until

pytestmark = pytest.mark.integration


def test_sudo_passes_input_and_output_through_unchanged(session: Session) -> None:
    data = bytes(range(256)) * 500
    result = session.root.execute("id -u; cat", data)
    assert result.code == 0
    assert result.out == b"0\n" + data
    assert result.err == ""


def test_the_exit_code_and_error_text_are_the_commands_own(session: Session) -> None:
    result = session.root.execute("echo wrong >&2; exit 3")
    assert (result.code, result.err) == (3, "wrong\n")


def test_there_is_no_terminal(session: Session) -> None:
    assert session.root.execute("[ -t 0 ] || [ -t 1 ] || [ -t 2 ]").code == 1


def test_synology_programs_are_in_the_path(session: Session) -> None:
    assert session.root.execute('echo "$PATH"').text.startswith("/usr/syno/bin:")


def test_orders_reach_a_running_command(session: Session) -> None:
    process = session.root.start("while read -r line; do echo got $line; done; echo end")
    lines = process.lines()
    for word in ("one", "two"):
        process.write(f"{word}\n".encode())
        assert next(lines) == f"got {word}"
    process.close_stdin()
    assert list(lines) == ["end"]
    assert process.wait(10) == 0


def test_what_a_command_that_has_ended_does_not_take_is_dropped(session: Session) -> None:
    """On a busy machine the agent that cannot live ends before its text is sent: the connection is not lost by that."""
    process = session.root.start("exit 3")
    assert process.wait(20) == 3
    wait_until(lambda: process._channel.closed)
    process.write(b"x" * 100_000)
    assert process.read(1) == b""
    assert session.is_alive


def test_root_needs_no_sudo(nas: BenchNas, log_in: Connector) -> None:
    before = nas.sudo_log
    opened = log_in(nas, "root")
    assert opened.root.execute("id -u; cat", b"in").out == b"0\nin"
    assert nas.sudo_log == before


def test_sudo_without_a_password_is_not_given_one(start_nas: NasFactory, tmp_path: Path) -> None:
    nas = start_nas(Options(passwordless_sudo=True))
    login = KnownLogin(PASSWORDS["alice"])
    with connect(nas.target(), login, HostKeys(tmp_path / "keys"), lambda _: True, TaskContext()) as opened:
        assert opened.root.execute("id -u; cat", b"only this").out == b"0\nonly this"


def test_a_user_who_may_not_use_sudo_is_told_so(nas: BenchNas, log_in: Connector) -> None:
    opened = log_in(nas, "carol")
    with pytest.raises(errors.NotAdministratorError, match="carol"):
        opened.root.execute("true")


def test_a_wrong_sudo_password_is_tried_once_per_session(start_nas: NasFactory, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    nas = start_nas(Options(key_login=key.with_suffix(".pub").read_text(encoding="utf-8")))
    login = KnownLogin("wrong", key)
    with connect(nas.target(), login, HostKeys(tmp_path / "keys"), lambda _: True, TaskContext()) as opened:
        for _ in range(2):
            with pytest.raises(errors.SudoRefusedError, match="not accepted"):
                opened.root.execute("true")
    wait_until(lambda: "incorrect password attempt" in nas.sudo_log)
    assert nas.sudo_log.count("alice : 1 incorrect password attempt") == 1
    assert "incorrect password attempts" not in nas.sudo_log


def test_the_password_shows_nowhere(nas: BenchNas, log_in: Connector) -> None:
    opened = log_in(nas)
    process = opened.root.start("echo ready; cat")
    assert next(process.lines()) == "ready"
    secret = PASSWORDS["alice"]
    running = nas.processes()
    assert any("sudo" in command for command in running.values())
    for pid, command in running.items():
        assert secret not in command
        with contextlib.suppress(OSError):  # what was about to end may have ended
            assert secret.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
    assert not any(secret in line for line in opened.log.lines)
    assert secret not in nas.sudo_log
    assert secret not in nas.auth_log
    process.close_stdin()
    assert process.wait(10) == 0


def test_a_secret_in_a_command_is_masked_in_the_log(session: Session) -> None:
    session.execute(f"echo '{PASSWORDS['alice']}'")
    assert not any(PASSWORDS["alice"] in line for line in session.log.lines)
    assert any("•••" in line for line in session.log.lines)
