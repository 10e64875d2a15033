"""Logins of several steps and kinds, against an SSH server in this process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import paramiko
import pytest
from paramiko.common import AUTH_FAILED, AUTH_PARTIALLY_SUCCESSFUL, AUTH_SUCCESSFUL
from paramiko.server import InteractiveQuery

from spkcore.base.errors import Cancelled, SpkError
from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.login import Authentication, KnownLogin, Login, Secrets, load_key
from spkcore.nas.sessionlog import SessionLog

KEY = paramiko.ECDSAKey.generate()


class Questions(paramiko.ServerInterface):
    """A NAS whose ways of logging in a test chooses. `seen` holds every secret that arrived."""

    def __init__(self, methods: str, prompts: Sequence[str] = (), second_factor: bool = False) -> None:
        self.methods = methods
        self.prompts = prompts
        self.second_factor = second_factor
        self.seen: list[str] = []
        self.password_done = False

    def get_allowed_auths(self, username: str) -> str:
        return "keyboard-interactive" if self.password_done else self.methods

    def check_auth_password(self, username: str, password: str) -> int:
        self.seen.append(password)
        if password != "right":
            return AUTH_FAILED
        self.password_done = self.second_factor
        return AUTH_PARTIALLY_SUCCESSFUL if self.second_factor else AUTH_SUCCESSFUL

    def check_auth_interactive(self, username: str, submethods: str) -> int | InteractiveQuery:
        return InteractiveQuery("NAS", "Please answer", *self.prompts)

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        self.seen += responses
        expected = ["right" if "Password" in prompt else "123456" for prompt in self.prompts]
        return AUTH_SUCCESSFUL if responses == expected else AUTH_FAILED


class Answers(KnownLogin):
    """Answers every other question with the same code, or fails as told."""

    code: str | None = "123456"
    error: SpkError | None = None

    def answer(self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]) -> list[str] | None:
        if self.error is not None:
            raise self.error
        return None if self.code is None else [self.code] * len(prompts)


@contextmanager
def logging_in(server: Questions, login: Login) -> Iterator[Authentication]:
    """An authentication over a pair of sockets."""
    ours, theirs = socket.socketpair()
    there, here = paramiko.Transport(theirs), paramiko.Transport(ours)
    try:
        there.add_server_key(KEY)
        there.start_server(threading.Event(), server)
        here.start_client(timeout=20)
        yield Authentication(here, "alice", Secrets(login, SessionLog()), TaskContext(), "alice@nas")
    finally:
        for transport in (here, there):
            transport.close()
            transport.join(10)


def test_a_password_and_then_a_code() -> None:
    server = Questions("password,keyboard-interactive", ["Verification code: "], second_factor=True)
    with logging_in(server, Answers("right")) as login:
        login.run()
    assert server.seen == ["right", "123456"]


def test_password_and_code_in_one_round_of_questions() -> None:
    server = Questions("keyboard-interactive", ["Password: ", "One-time password: "])
    with logging_in(server, Answers("right")) as login:
        login.run()
    assert server.seen == ["right", "123456"]


def test_a_wrong_password_goes_to_no_second_method() -> None:
    server = Questions("password,keyboard-interactive", ["Password: "])
    with logging_in(server, Answers("wrong")) as login, pytest.raises(errors.AuthenticationFailedError):
        login.run()
    assert server.seen == ["wrong"]


def test_giving_up_the_code_sends_no_empty_answer() -> None:
    server = Questions("password,keyboard-interactive", ["Code: "], second_factor=True)
    answers = Answers("right")
    object.__setattr__(answers, "code", None)
    with logging_in(server, answers) as login, pytest.raises(Cancelled):
        login.run()
    assert server.seen == ["right"]


def test_where_nobody_can_be_asked_the_question_is_told() -> None:
    server = Questions("password,keyboard-interactive", ["Code: "], second_factor=True)
    with logging_in(server, KnownLogin("right")) as login, pytest.raises(errors.CodeNeededError):
        login.run()
    assert server.seen == ["right"]


def test_giving_up_the_password_sends_nothing() -> None:
    server = Questions("password")
    with logging_in(server, KnownLogin(None)) as login, pytest.raises(Cancelled):
        login.run()
    assert server.seen == []


def test_a_nas_that_wants_keys_only_says_so() -> None:
    server = Questions("publickey")
    with (
        logging_in(server, KnownLogin("right")) as login,
        pytest.raises(errors.AuthenticationFailedError, match="publickey"),
    ):
        login.run()
    assert server.seen == []


class TestKeys:
    @pytest.mark.parametrize("passphrase", ["", "grün phrase"])
    def test_keys_are_read(self, passphrase: str, tmp_path: Path) -> None:
        path = tmp_path / "key"
        KEY.write_private_key_file(str(path), passphrase or None)
        login = KnownLogin(None, path, passphrase)
        assert load_key(path, Secrets(login, SessionLog())).asbytes() == KEY.asbytes()

    @pytest.mark.parametrize("content", [b"", b"PuTTY-User-Key-File-3: ssh-ed25519\n", b"\xff\xfe"])
    def test_what_is_no_key_is_refused(self, content: bytes, tmp_path: Path) -> None:
        path = tmp_path / "key"
        path.write_bytes(content)
        with pytest.raises(errors.KeyUnusableError, match="PuTTYgen"):
            load_key(path, Secrets(KnownLogin(), SessionLog()))

    def test_a_missing_key_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(errors.KeyUnusableError):
            load_key(tmp_path / "none", Secrets(KnownLogin(), SessionLog()))

    def test_giving_up_the_passphrase_cancels(self, tmp_path: Path) -> None:
        path = tmp_path / "key"
        KEY.write_private_key_file(str(path), "secret")
        with pytest.raises(Cancelled):
            load_key(path, Secrets(KnownLogin(None, path, None), SessionLog()))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no such file"),
        (b"ssh-ed25519 AAAAC3Nza jane@pc\n", "this is its public part"),
        (b"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "a key in the format of PuTTY"),
        (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "this is no private key"),
        (b"", "this is no private key"),
    ],
)
def test_a_key_that_cannot_be_used_is_told_in_plain_words(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(errors.KeyUnusableError, match=told) as caught:
        load_key(path, Secrets(KnownLogin(), SessionLog()))
    assert "Errno" not in caught.value.what
    assert "http" not in caught.value.what
