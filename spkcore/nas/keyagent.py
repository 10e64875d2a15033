"""The keys that the SSH agent of this computer holds: Pageant, Windows' own agent, or the one of a desktop."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spkcore.base.errors import NasError
from spkcore.nas.hostkeys import KnownKey

if TYPE_CHECKING:
    import paramiko


class AgentKeyMissingError(NasError):
    """The agent does not hold the key that the user chose."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__(
            "The SSH agent of this computer does not hold the chosen key",
            fingerprint,
            "Start the agent (Pageant, or the Windows service OpenSSH Authentication Agent) and add the key, "
            "or choose the key file.",
        )


@dataclass(frozen=True, slots=True)
class AgentKey:
    """One key of the agent: what it is called there, its algorithm, its fingerprint ("SHA256:…")."""

    comment: str
    algorithm: str
    fingerprint: str


def agent_keys() -> tuple[AgentKey, ...]:
    """The keys of the agent; none if no agent runs. Asking signs nothing and tells the NAS nothing."""
    with contextlib.ExitStack() as stack:
        held = _held(stack)
        return tuple(AgentKey(key.comment or "", key.get_name(), _fingerprint(key)) for key in held)


@contextlib.contextmanager
def agent_key(fingerprint: str) -> Iterator[paramiko.AgentKey]:
    """The key with this fingerprint, able to sign while the context lasts. Raises `AgentKeyMissingError`."""
    with contextlib.ExitStack() as stack:
        found = next((key for key in _held(stack) if _fingerprint(key) == fingerprint), None)
        if found is None:
            raise AgentKeyMissingError(fingerprint)
        yield found


def _held(stack: contextlib.ExitStack) -> tuple[paramiko.AgentKey, ...]:
    """The keys, which work until `stack` ends; none from an agent that cannot be spoken to."""
    import paramiko

    try:
        agent = paramiko.Agent()
    except (paramiko.SSHException, OSError):
        return ()
    stack.callback(agent.close)
    return tuple(agent.get_keys())


def _fingerprint(key: paramiko.AgentKey) -> str:
    return KnownKey(key.get_name(), key.asbytes()).fingerprint
