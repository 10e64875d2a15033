"""Where passwords rest: the system's own store, and only when the user says so. The only module that knows keyring."""

from __future__ import annotations

from typing import Protocol

from spkcore.base.errors import SpkError

_SERVICE = "SPK Creator"


class SecretStore(Protocol):
    """A place for passwords. `name` says whose it is, like "admin@nas:22"."""

    @property
    def place(self) -> str:
        """Where secrets go, in words for the user; empty when nothing can be kept on this computer."""

    def get(self, name: str) -> str | None:
        """The password, or None."""

    def put(self, name: str, secret: str) -> None:
        """Keep the password. Raises `SpkError` when the store refuses."""

    def forget(self, name: str) -> None:
        """Remove the password, if there is one."""


class KeyringStore:
    """The system's store: Windows Credential Manager on Windows."""

    @property
    def place(self) -> str:
        import keyring
        import keyring.backends.fail

        backend = keyring.get_keyring()
        return "" if isinstance(backend, keyring.backends.fail.Keyring) else str(backend.name)

    def get(self, name: str) -> str | None:
        import keyring
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(_SERVICE, name)
        except KeyringError:
            return None

    def put(self, name: str, secret: str) -> None:
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(_SERVICE, name, secret)
        except KeyringError as error:
            raise SpkError("The password could not be kept", self.place, "It is asked for next time.") from error

    def forget(self, name: str) -> None:
        import keyring
        from keyring.errors import KeyringError, PasswordDeleteError

        try:
            keyring.delete_password(_SERVICE, name)
        except (PasswordDeleteError, KeyringError):
            return
