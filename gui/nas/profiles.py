"""The NAS units that the user has connected to: remembered by address and user, never with a password."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from gui.services.settings import Setting, Settings

NAS_PROFILES: Setting[list[Any]] = Setting("nas_profiles", [])
"""Profiles as objects, the one used last first."""

_MOST_PROFILES = 20
_ADDRESS = re.compile(
    r"(?:[a-z]+://)?(?:(?P<user>[^@/\s]+)@)?(?P<host>\[[0-9A-Fa-f:.%]+\]|[^:/\s]+)(?::(?P<port>\d+))?(?:/.*)?"
)


@dataclass(frozen=True, slots=True)
class NasProfile:
    """One way to connect. `key_file` is the path of a private key, `agent_key` the fingerprint of a key of the SSH
    agent; both empty: log in with the password."""

    host: str = ""
    port: int = 22
    user: str = ""
    key_file: str = ""
    agent_key: str = ""

    @property
    def has_key(self) -> bool:
        """Whether a key logs in."""
        return bool(self.key_file or self.agent_key)

    @property
    def title(self) -> str:
        """How lists name it; also the name under which the secret store keeps the password."""
        return f"{self.user}@{self.host}" + ("" if self.port == 22 else f":{self.port}")


class Profiles:
    """The saved profiles, kept in the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def all(self) -> list[NasProfile]:
        """All of them, the one used last first; damaged ones are left out."""
        read = (_read(raw) for raw in self._settings.get(NAS_PROFILES))
        return [profile for profile in read if profile is not None]

    def remember(self, profile: NasProfile) -> None:
        """Put it first."""
        others = [other for other in self.all() if other.title != profile.title]
        self._write([profile, *others][:_MOST_PROFILES])

    def forget(self, profile: NasProfile) -> None:
        """Remove it."""
        self._write([other for other in self.all() if other.title != profile.title])

    def _write(self, profiles: list[NasProfile]) -> None:
        self._settings.put(NAS_PROFILES, [asdict(profile) for profile in profiles])


def parse_address(text: str, profile: NasProfile) -> NasProfile:
    """`profile` with what the user typed as address: a name, user@name, name:port, or a web address of DSM.

    The port of a web address belongs to DSM's own page, so it is not taken over.
    """
    match = _ADDRESS.fullmatch(text.strip())
    if match is None:
        return replace(profile, host=text.strip())
    is_web = text.strip().lower().startswith(("http:", "https:"))
    port = profile.port if is_web or not match["port"] else int(match["port"])
    return replace(profile, host=match["host"].strip("[]"), user=match["user"] or profile.user, port=port)


def _read(raw: object) -> NasProfile | None:
    if not isinstance(raw, dict):
        return None
    host, port, user = (raw.get(name) for name in ("host", "port", "user"))
    if not (isinstance(host, str) and isinstance(user, str) and host and user and isinstance(port, int)):
        return None
    key_file, agent_key = (str(raw.get(name) or "") for name in ("key_file", "agent_key"))
    return NasProfile(host, port, user, key_file, agent_key)
