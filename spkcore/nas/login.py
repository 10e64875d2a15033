"""Logging in: which way the NAS offers, one attempt each, and nothing tried twice."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from spkcore.base.errors import Cancelled, SpkError
from spkcore.base.tasks import TaskContext
from spkcore.nas import errors, waiting
from spkcore.nas.keyagent import agent_key
from spkcore.nas.sessionlog import SessionLog

if TYPE_CHECKING:
    import paramiko

T = TypeVar("T")

AUTHENTICATION_SECONDS = 60.0
"""A small NAS takes its time over a password; a one-time code has to be typed."""
_MOST_STEPS = 4
_CODE_WORDS = ("one-time", "one time", "otp", "verification", "code", "token")


class Login(Protocol):
    """Where the secrets of a login come from: a dialog, a prompt, the credential store.

    Called from the connecting thread or, for `answer`, from a network thread.
    """

    @property
    def key_file(self) -> Path | None:
        """The private key to log in with, or None for the password."""

    def password(self) -> str | None:
        """The user's password; None if the user gives up. Asked at most once per connection, also for sudo."""

    def passphrase(self, key: Path) -> str | None:
        """What decrypts the private key; None if the user gives up. Asked only for encrypted keys."""

    def answer(self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]) -> list[str] | None:
        """Answers to the NAS's own questions (one-time codes), one per (prompt, whether typing is shown); None if
        the user gives up."""


@runtime_checkable
class AgentLogin(Login, Protocol):
    """A login that may use a key of the computer's SSH agent."""

    @property
    def agent_key(self) -> str:
        """The fingerprint ("SHA256:…") of the one key to offer; "" for none. Others are never offered: each one counts
        as an attempt."""


@dataclass(frozen=True)
class KnownLogin:
    """A login whose secrets are at hand already: from a prompt, standard input, the demo NAS; no one-time codes."""

    known_password: str | None = field(default=None, repr=False)
    key_file: Path | None = None
    known_passphrase: str | None = field(default=None, repr=False)

    def password(self) -> str | None:
        return self.known_password

    def passphrase(self, key: Path) -> str | None:
        return self.known_passphrase if key == self.key_file else None

    def answer(self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]) -> list[str] | None:
        raise errors.CodeNeededError(title or instructions or "".join(prompt for prompt, _shown in prompts))


class Secrets:
    """The secrets of one connection: each asked for at most once, and hidden from the log."""

    def __init__(self, login: Login, log: SessionLog) -> None:
        self.login = login
        self._log = log
        self._password: str | None = None
        self._passphrases: dict[Path, str] = {}

    def password(self) -> str:
        """The password. Raises `Cancelled` if the user gives up."""
        if self._password is None:
            given = self.login.password()
            if given is None:
                raise Cancelled
            self._log.hide(given)
            self._password = given
        return self._password

    def passphrase(self, key: Path) -> str:
        """The passphrase of `key`. Raises `Cancelled` if the user gives up."""
        if key not in self._passphrases:
            given = self.login.passphrase(key)
            if given is None:
                raise Cancelled
            self._log.hide(given)
            self._passphrases[key] = given
        return self._passphrases[key]


class Authentication:
    """One login over one transport.

    Raises `AuthenticationFailedError`, `KeyUnusableError`, `NasTimeoutError`, `ConnectionLostError`, `Cancelled`.
    """

    def __init__(
        self, transport: paramiko.Transport, user: str, secrets: Secrets, context: TaskContext, place: str
    ) -> None:
        self._transport = transport
        self._user = user
        self._secrets = secrets
        self._context = context
        self._place = place
        self._password_sent = False
        self._stopped: BaseException | None = None

    def run(self) -> None:
        """Log in, by as many steps as the NAS asks for."""
        offered = self._offered_methods()
        tried: set[str] = set()
        for _ in range(_MOST_STEPS):
            if self._transport.is_authenticated():
                return
            method = self._choose(offered, tried)
            tried.add(method)
            offered = self._step(method)
        if not self._transport.is_authenticated():
            raise errors.AuthenticationFailedError(self._place, "The NAS asked for more steps than this program knows")

    def _offered_methods(self) -> Sequence[str]:
        """What the NAS accepts; asking is part of the protocol and no attempt."""
        import paramiko

        try:
            self._call(lambda: self._transport.auth_none(self._user))
        except paramiko.BadAuthenticationType as answer:
            return answer.allowed_types
        return []

    def _choose(self, offered: Sequence[str], tried: set[str]) -> str:
        if self._wants_key and "publickey" not in tried:
            return "publickey"
        for method in ("password", "keyboard-interactive"):
            if method in offered and method not in tried:
                return method
        raise errors.AuthenticationFailedError(
            self._place, f"The NAS wants a login this program cannot give ({', '.join(offered) or 'none offered'})"
        )

    @property
    def _wants_key(self) -> bool:
        return self._secrets.login.key_file is not None or bool(self._agent_key)

    @property
    def _agent_key(self) -> str:
        login = self._secrets.login
        return login.agent_key if isinstance(login, AgentLogin) else ""

    def _step(self, method: str) -> Sequence[str]:
        """Carry out one method; returns the methods that are still asked for."""
        import paramiko

        action = {
            "publickey": self._prepare_key,
            "password": self._prepare_password,
            "keyboard-interactive": self._prepare_questions,
        }[method]()
        try:
            return self._call(action)
        except paramiko.BadAuthenticationType as error:
            raise errors.AuthenticationFailedError(
                self._place, f"The NAS does not offer the method {method}"
            ) from error
        except paramiko.AuthenticationException as error:
            raise self._failure(method, error) from error

    def _failure(self, method: str, error: Exception) -> BaseException:
        if self._stopped is not None:
            return self._stopped
        if "timeout" in str(error).lower():
            return errors.NasTimeoutError(self._place, "logging in")
        if method == "publickey":
            return errors.KeyRefusedError(self._place, self._user)
        return errors.AuthenticationFailedError(self._place)

    def _prepare_key(self) -> Callable[[], Sequence[str]]:
        if self._agent_key:
            return self._log_in_by_agent
        path = self._secrets.login.key_file
        assert path is not None
        key = load_key(path, self._secrets)
        return lambda: self._transport.auth_publickey(self._user, key)

    def _log_in_by_agent(self) -> Sequence[str]:
        with agent_key(self._agent_key) as key:
            return self._transport.auth_publickey(self._user, key)

    def _prepare_password(self) -> Callable[[], Sequence[str]]:
        password = self._secrets.password()
        self._password_sent = True
        return lambda: self._transport.auth_password(self._user, password, fallback=False)

    def _prepare_questions(self) -> Callable[[], Sequence[str]]:
        if not self._password_sent:
            self._secrets.password()
        return lambda: self._transport.auth_interactive(self._user, self._answer)

    def _answer(self, title: str, instructions: str, prompts: list[tuple[str, bool]]) -> list[str]:
        """Runs in the network thread. The password goes out once; everything else is asked of the user."""
        answers: list[str | None] = [None] * len(prompts)
        for index, (prompt, _shown) in enumerate(prompts):
            if is_password_prompt(prompt) and not self._password_sent:
                self._password_sent = True
                answers[index] = self._secrets.password()
        open_prompts = [prompts[index] for index, answer in enumerate(answers) if answer is None]
        if open_prompts:
            remaining = iter(self._ask(title, instructions, open_prompts))
            answers = [next(remaining, "") if answer is None else answer for answer in answers]
        return [answer or "" for answer in answers]

    def _ask(self, title: str, instructions: str, prompts: list[tuple[str, bool]]) -> list[str]:
        """Ask the user. Giving up hangs up, because an empty answer would count as a failed login."""
        try:
            given = self._secrets.login.answer(title, instructions, prompts)
        except SpkError as error:
            self._stopped = error
        else:
            if given is not None:
                return given
            self._stopped = Cancelled()
        self._transport.close()
        return []

    def _call(self, function: Callable[[], T]) -> T:
        import paramiko

        try:
            return waiting.call(function, self._context, AUTHENTICATION_SECONDS, _drop)
        except TimeoutError as error:
            raise errors.NasTimeoutError(self._place, "logging in") from error
        except paramiko.AuthenticationException:
            raise
        except (paramiko.SSHException, EOFError, OSError) as error:
            if self._stopped is not None:
                raise self._stopped from error
            raise errors.ConnectionLostError(self._place) from error


def is_password_prompt(prompt: str) -> bool:
    """Whether the NAS asks for the account's password, not for a one-time one."""
    lower = prompt.lower()
    return "password" in lower and not any(word in lower for word in _CODE_WORDS)


def load_key(path: Path, secrets: Secrets) -> paramiko.PKey:
    """The private key in `path`. Raises `KeyUnusableError`, `Cancelled`."""
    import paramiko

    try:
        return paramiko.PKey.from_path(path)
    except (TypeError, paramiko.PasswordRequiredException):
        passphrase = secrets.passphrase(path)
    except (OSError, ValueError, paramiko.SSHException, paramiko.pkey.UnknownKeyType) as error:
        raise errors.KeyUnusableError(str(path), _what_is_wrong(path, error)) from error
    try:
        # The stub says str; paramiko 4 hands it to cryptography, which takes bytes only.
        return paramiko.PKey.from_path(path, passphrase.encode("utf-8"))  # type: ignore[arg-type]  # see above
    except (OSError, TypeError, ValueError, paramiko.SSHException, paramiko.pkey.UnknownKeyType) as error:
        raise errors.KeyUnusableError(str(path), "wrong passphrase or unknown format") from error


def _what_is_wrong(path: Path, error: Exception) -> str:
    """In words for people: libraries tell of PEM framing and of error numbers."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, OSError):
        return error.strerror or "it cannot be read"
    with contextlib.suppress(OSError), path.open("rb") as stream:
        head = stream.read(64)
        if head.startswith((b"ssh-", b"ecdsa-", b"sk-", b"---- BEGIN SSH2 PUBLIC")):
            return "this is its public part, which goes onto the NAS; the private part lies beside it without .pub"
        if head.startswith(b"PuTTY-User-Key-File"):
            return "this is a key in the format of PuTTY"
    return "this is no private key that can be read"


def _drop(_value: object) -> None:
    """A login that nobody waits for any more ends with its transport."""
