"""Logging in: one attempt, clear refusals, host keys, cancelling, lost connections."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from spkcore.base.errors import Cancelled
from spkcore.base.tasks import TaskContext
from spkcore.nas import errors, session
from spkcore.nas.hostkeys import HostKeyQuestion, HostKeys
from spkcore.nas.keyagent import AgentKeyMissingError, agent_keys
from spkcore.nas.login import KnownLogin
from spkcore.nas.session import Session, Target, connect
from tests.integration.conftest import Connector, NasFactory
from tests.integration.nasbench.nas import PASSWORDS, BenchNas, Options, wait_until

pytestmark = pytest.mark.integration


class CountingLogin:
    """Counts how often it is asked."""

    def __init__(self, password: str, key_file: Path | None = None) -> None:
        self.key_file = key_file
        self.asked = 0
        self._password = password

    def password(self) -> str | None:
        self.asked += 1
        return self._password

    def passphrase(self, key: Path) -> str | None:
        return None

    def answer(self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]) -> list[str] | None:
        raise AssertionError("nothing else is asked")


def refused_attempts(nas: BenchNas, user: str) -> int:
    return nas.auth_log.count(f"Failed password for {user} ") + nas.auth_log.count(
        f"Failed keyboard-interactive/pam for {user} "
    )


def test_an_administrator_logs_in_and_runs_commands(session: Session) -> None:
    result = session.execute("echo out; echo err >&2; cat; exit 7", b"in")
    assert (result.code, result.out, result.err) == (7, b"out\nin", "err\n")
    assert session.user_id == 1026
    assert session.is_alive


def test_a_wrong_password_is_sent_once_and_never_again(nas: BenchNas, log_in: Connector) -> None:
    before = refused_attempts(nas, "alice")
    with pytest.raises(errors.AuthenticationFailedError, match="Auto Block"):
        log_in(nas, password="wrong")
    wait_until(lambda: refused_attempts(nas, "alice") > before)
    log_in(nas).close()
    assert refused_attempts(nas, "alice") == before + 1


def test_a_wrong_password_by_keyboard_interactive_is_sent_once(start_nas: NasFactory, log_in: Connector) -> None:
    nas = start_nas(Options(keyboard_interactive=True))
    with pytest.raises(errors.AuthenticationFailedError):
        log_in(nas, password="wrong")
    wait_until(lambda: refused_attempts(nas, "alice"))
    assert log_in(nas).execute("id -un").text == "alice\n"
    assert refused_attempts(nas, "alice") == 1


def test_the_password_is_asked_once_for_login_and_sudo(nas: BenchNas, tmp_path: Path) -> None:
    login = CountingLogin(PASSWORDS["alice"])
    with connect(nas.target(), login, HostKeys(tmp_path / "keys"), lambda _: True, TaskContext()) as opened:
        opened.root.execute("true")
        opened.root.execute("true")
    assert login.asked == 1


def test_a_user_without_a_shell_is_no_administrator(nas: BenchNas, log_in: Connector) -> None:
    with pytest.raises(errors.NotAdministratorError, match="bob"):
        log_in(nas, "bob")


def test_a_key_logs_in_and_its_passphrase_is_asked(start_nas: NasFactory, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret phrase", "-f", key], check=True)
    nas = start_nas(Options(key_login=key.with_suffix(".pub").read_text(encoding="utf-8")))
    login = KnownLogin(PASSWORDS["alice"], key, "secret phrase")
    with connect(nas.target(), login, HostKeys(tmp_path / "keys"), lambda _: True, TaskContext()) as opened:
        assert opened.root.execute("id -un").text == "root\n"
    assert "Accepted publickey for alice" in nas.auth_log
    with pytest.raises(errors.KeyUnusableError, match="passphrase"):
        connect(
            nas.target(),
            replace(login, known_passphrase="no"),
            HostKeys(tmp_path / "keys"),
            lambda _: True,
            TaskContext(),
        )


def test_a_refused_key_is_not_followed_by_the_password(nas: BenchNas, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    login = CountingLogin(PASSWORDS["alice"], key)
    with pytest.raises(errors.AuthenticationFailedError, match="private key"):
        connect(nas.target(), login, HostKeys(tmp_path / "keys"), lambda _: True, TaskContext())
    assert login.asked == 0


class TestHostKeys:
    def test_a_new_key_is_shown_and_remembered(self, nas: BenchNas, tmp_path: Path) -> None:
        questions: list[HostKeyQuestion] = []

        def confirm(question: HostKeyQuestion) -> bool:
            questions.append(question)
            return True

        keys = HostKeys(tmp_path / "keys")
        for _ in range(2):
            connect(nas.target(), KnownLogin(PASSWORDS["alice"]), keys, confirm, TaskContext()).close()
        assert len(questions) == 1
        listing = subprocess.run(
            ["ssh-keygen", "-l", "-f", nas.folder / "root/etc/ssh/ssh_host_ed25519_key.pub"],
            check=True,
            capture_output=True,
            text=True,
        )
        assert questions[0].fingerprint in listing.stdout
        assert (questions[0].host, questions[0].port) == ("127.0.0.1", nas.port)

    def test_ssh_itself_understands_the_file(self, nas: BenchNas, tmp_path: Path) -> None:
        keys = HostKeys(tmp_path / "keys")
        connect(nas.target(), KnownLogin(PASSWORDS["alice"]), keys, lambda _: True, TaskContext()).close()
        found = subprocess.run(["ssh-keygen", "-F", f"[127.0.0.1]:{nas.port}", "-f", keys.path], check=False)
        assert found.returncode == 0

    def test_a_rejected_key_ends_before_any_login(self, nas: BenchNas, tmp_path: Path) -> None:
        login = CountingLogin(PASSWORDS["alice"])
        with pytest.raises(errors.HostKeyRejectedError):
            connect(nas.target(), login, HostKeys(tmp_path / "keys"), lambda _: False, TaskContext())
        assert login.asked == 0
        assert not (tmp_path / "keys").exists()

    def test_a_changed_key_is_refused_before_any_login(self, nas: BenchNas, tmp_path: Path) -> None:
        other = tmp_path / "other"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other], check=True)
        algorithm, blob, *_ = other.with_suffix(".pub").read_text(encoding="ascii").split()
        (tmp_path / "keys").write_text(f"[127.0.0.1]:{nas.port} {algorithm} {blob}\n", encoding="ascii")
        login = CountingLogin(PASSWORDS["alice"])
        with pytest.raises(errors.HostKeyChangedError, match="no password was sent"):
            connect(nas.target(), login, HostKeys(tmp_path / "keys"), lambda _: True, TaskContext())
        assert login.asked == 0

    def test_the_known_kind_of_key_is_asked_for(self, nas: BenchNas, tmp_path: Path) -> None:
        public = (nas.folder / "root/etc/ssh/ssh_host_rsa_key.pub").read_text(encoding="ascii").split()
        (tmp_path / "keys").write_text(f"[127.0.0.1]:{nas.port} {public[0]} {public[1]}\n", encoding="ascii")
        keys = HostKeys(tmp_path / "keys")
        connect(nas.target(), KnownLogin(PASSWORDS["alice"]), keys, lambda _: False, TaskContext()).close()


class TestAlgorithms:
    def test_an_old_dsm_with_sha_1_only_is_reached_and_noted(self, start_nas: NasFactory, log_in: Connector) -> None:
        nas = start_nas(Options(algorithms=("HostKeyAlgorithms ssh-rsa", "KexAlgorithms diffie-hellman-group14-sha1")))
        assert any("SHA-1" in line for line in log_in(nas).log.lines)

    def test_a_current_dsm_is_not_noted(self, session: Session) -> None:
        assert not any("SHA-1" in line for line in session.log.lines)

    def test_no_common_algorithm_is_explained(self, start_nas: NasFactory, log_in: Connector) -> None:
        nas = start_nas(Options(algorithms=("KexAlgorithms sntrup761x25519-sha512@openssh.com",)))
        with pytest.raises(errors.AlgorithmsTooOldError, match="Advanced Settings"):
            log_in(nas)


class TestNoAnswer:
    @pytest.fixture
    def silent_port(self) -> Iterator[int]:
        with closing(socket.create_server(("127.0.0.1", 0))) as listener:
            yield listener.getsockname()[1]

    def test_nobody_listens(self, tmp_path: Path) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as listener:
            port = listener.getsockname()[1]
        with pytest.raises(errors.RefusedError, match="Terminal & SNMP"):
            self._connect(port, tmp_path)

    def test_an_unknown_name(self, tmp_path: Path) -> None:
        with pytest.raises(errors.NameNotFoundError):
            self._connect(22, tmp_path, "nas.invalid")

    @pytest.mark.parametrize("host", ["a..b", "x" * 70])
    def test_a_name_that_cannot_be_one(self, host: str, tmp_path: Path) -> None:
        with pytest.raises(errors.NameNotFoundError):
            self._connect(22, tmp_path, host)

    def test_a_web_server_answers(self, tmp_path: Path) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as listener:

            def answer() -> None:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(1000)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")

            thread = threading.Thread(target=answer)
            thread.start()
            with pytest.raises(errors.NotSshError, match="does not speak SSH"):
                self._connect(listener.getsockname()[1], tmp_path)
            thread.join()

    def test_silence_is_a_timeout(self, silent_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(session, "BANNER_SECONDS", 0.3)
        with pytest.raises(errors.NasTimeoutError):
            self._connect(silent_port, tmp_path)

    def test_silence_can_be_cancelled_at_once(self, silent_port: int, tmp_path: Path) -> None:
        context = TaskContext()
        timer = threading.Timer(0.2, context.cancel)
        timer.start()
        started = time.monotonic()
        with pytest.raises(Cancelled):
            self._connect(silent_port, tmp_path, context=context)
        assert time.monotonic() - started < 1.2
        timer.join()

    @staticmethod
    def _connect(port: int, folder: Path, host: str = "127.0.0.1", context: TaskContext | None = None) -> None:
        target = Target(host, "alice", port)
        connect(target, KnownLogin("x"), HostKeys(folder / "keys"), lambda _: True, context or TaskContext())


def test_a_running_command_can_be_cancelled(nas: BenchNas, log_in: Connector) -> None:
    context = TaskContext()
    opened = log_in(nas, context=context)
    process = opened.start("echo ready; exec sleep 1234")
    lines = process.lines()
    assert next(lines) == "ready"
    context.cancel()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        next(lines)
    assert time.monotonic() - started < 1.0
    assert opened.execute("echo cleaning", context=TaskContext()).out == b"cleaning\n"


def test_a_command_that_takes_too_long_is_a_timeout(session: Session) -> None:
    with pytest.raises(errors.NasTimeoutError):
        session.execute("exec sleep 1234", timeout=0.3)


def test_a_cut_connection_is_reported(start_nas: NasFactory, log_in: Connector) -> None:
    nas = start_nas(Options())
    opened = log_in(nas)
    process = opened.start("echo ready; exec sleep 1234")
    lines = process.lines()
    assert next(lines) == "ready"
    nas.cut_connections()
    with pytest.raises(errors.ConnectionLostError):
        next(lines)
    wait_until(lambda: not opened.is_alive)
    with pytest.raises(errors.ConnectionLostError):
        opened.execute("true")


def test_closing_leaves_no_thread(nas: BenchNas, log_in: Connector) -> None:
    before = set(threading.enumerate())
    opened = log_in(nas)
    opened.execute("true")
    opened.close()
    assert set(threading.enumerate()) <= before


class AgentLogin(CountingLogin):
    """Offers one key of the agent."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__(PASSWORDS["alice"])
        self.agent_key = fingerprint


@pytest.fixture
def agent_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A key that only a running SSH agent holds, beside another one; its public part."""
    for name in ("other", "id"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(tmp_path / name)]
        subprocess.run(command, check=True)
    place = str(tmp_path / "agent")
    monkeypatch.setenv("SSH_AUTH_SOCK", place)
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", place], stdout=subprocess.DEVNULL)
    wait_until(lambda: Path(place).exists())
    for name in ("other", "id"):
        subprocess.run(["ssh-add", "-q", str(tmp_path / name)], check=True)
    yield tmp_path / "id.pub"
    agent.terminate()
    agent.wait()


def test_one_key_of_the_agent_logs_in_and_no_other_is_offered(
    start_nas: NasFactory, tmp_path: Path, agent_key: Path
) -> None:
    nas = start_nas(Options(key_login=agent_key.read_text(encoding="utf-8")))
    known = {key.comment: key.fingerprint for key in agent_keys()}
    assert set(known) == {"id", "other"}
    login, keys = AgentLogin(known["id"]), HostKeys(tmp_path / "known")
    with connect(nas.target(), login, keys, lambda _question: True, TaskContext()) as opened:
        assert opened.execute("id -un").text == "alice\n"
    assert login.asked == 0
    assert "Failed publickey" not in nas.auth_log

    with pytest.raises(errors.KeyRefusedError, match="chmod 755"):
        connect(nas.target(), AgentLogin(known["other"]), keys, lambda _question: True, TaskContext())
    with pytest.raises(AgentKeyMissingError):
        connect(nas.target(), AgentLogin("SHA256:gone"), keys, lambda _question: True, TaskContext())
