"""Running commands as root: sudo with the password on its standard input, once, and never on a terminal."""

from __future__ import annotations

import secrets
import shlex
from typing import TYPE_CHECKING

from spkcore.base.errors import NasError
from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.login import Secrets
from spkcore.nas.process import RemoteProcess, Result

if TYPE_CHECKING:
    from spkcore.nas.session import Session

_SUDO_SECONDS = 60.0
_PATH = "PATH=/usr/syno/bin:/usr/syno/sbin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin; export PATH"
"""Commands over SSH get a short PATH, sudo may set another one (capture reference, chapter 2)."""


class Root:
    """Runs commands as root for one session: directly if the user is root, by sudo otherwise.

    sudo gets a prompt nobody can guess, and the password only when that prompt appears. A refusal is final for the
    session, because DSM's Auto Block counts failures.
    """

    def __init__(self, session: Session, known_secrets: Secrets) -> None:
        self._session = session
        self._secrets = known_secrets
        self._refusal: NasError | None = None

    def execute(
        self, command: str, stdin: bytes = b"", timeout: float = 60.0, context: TaskContext | None = None
    ) -> Result:
        """Run `command` as root to its end. Raises what `start` and `Session.execute` raise."""
        from spkcore.nas.session import finish

        return finish(self.start(command, context), stdin, timeout)

    def start(self, command: str, context: TaskContext | None = None) -> RemoteProcess:
        """Start `command` (POSIX sh) as root, without a terminal; its own input begins empty. The caller closes it.

        Raises `SudoRefusedError`, `NotAdministratorError`.
        """
        self._session.log.add(f"root: {_title(command)}")
        if self._session.user_id == 0:
            return self._session.start_unlogged(f"/bin/sh -c {shlex.quote(f'{_PATH}; {command}')}", context)
        if self._refusal is not None:
            raise self._refusal
        prompt, started = (f"spk-{secrets.token_hex(12)}:" for _ in range(2))
        # In two halves, because sudo repeats the command when it refuses it.
        script = f"printf %s%s {started[:12]} {started[12:]} >&2; {_PATH}; {command}"
        sudo = f"LC_ALL=C sudo -k -S -p {prompt} -- /bin/sh -c {shlex.quote(script)}"
        process = self._session.start_unlogged(sudo, context)
        try:
            self._pass_sudo(process, prompt, started)
        except BaseException:
            process.close()
            raise
        return process

    def _pass_sudo(self, process: RemoteProcess, prompt: str, started: str) -> None:
        """Get past sudo's question; it does not ask where the user needs no password."""
        try:
            seen = process.wait_for_stderr((started, prompt), _SUDO_SECONDS)
            if seen == prompt:
                process.write(f"{self._secrets.password()}\n".encode())
                seen = process.wait_for_stderr((started, prompt), _SUDO_SECONDS)
        except errors.NasTimeoutError as error:
            asked = " ".join(process.stderr.split())[-200:]
            if not asked:
                raise
            raise errors.SudoRefusedError(self._session.target.place, f"it wants something else: {asked}") from error
        if seen != started:
            self._refusal = self._explain(seen == prompt, process.stderr)
            raise self._refusal

    def _explain(self, asked_again: bool, output: str) -> NasError:
        place = self._session.target.place
        lower = output.lower()
        if asked_again or "incorrect password" in lower or "try again" in lower:
            return errors.SudoRefusedError(place, "the password was not accepted")
        if "sudoers" in lower or "not allowed" in lower or "may not run" in lower:
            return errors.NotAdministratorError(place, self._session.target.user)
        return errors.SudoRefusedError(place, " ".join(output.split()) or "it gave no reason")


def _title(command: str) -> str:
    """How the log names a command: our own scripts by the name they run under, with their arguments."""
    words = shlex.split(command) if command.startswith(("/bin/sh -c ", "exec ")) else []
    words = words[1:] if words[:1] == ["exec"] else words
    return " ".join(words[3:]) if len(words) > 3 and words[1] == "-c" else command
