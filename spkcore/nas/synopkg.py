"""Package Center's own command line on the NAS, `synopkg`: installs a package while a capture watches."""

from __future__ import annotations

import json
import shlex

from spkcore.base.errors import NasError, UsageError
from spkcore.nas.errand import Errand
from spkcore.nas.process import Result
from spkcore.nas.session import Session

_SYNOPKG = "/usr/syno/bin/synopkg"
"""Not in the PATH of commands over SSH (capture reference, chapter 2)."""

_LONGEST_INSTALL = 3600.0
_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-")


class InstallFailedError(NasError):
    """The NAS did not install the package; what it said is part of the message."""

    def __init__(self, place: str, package: str, said: str) -> None:
        super().__init__(
            f"The NAS did not install {package}" + (f" ({said})" if said else ""),
            place,
            "Look at the package in Package Center, or install it there while the capture runs.",
        )


class Installation(Errand):
    """One `synopkg install_from_server`.

    `volume` is a path ("/volume1") or "" for the NAS's choice. Raises `UsageError` for a name that no package has.
    """

    def __init__(self, session: Session, package: str, volume: str = "") -> None:
        if not package or not set(package) <= _NAME_CHARACTERS:
            raise UsageError("This is not the name of a package", package, "Use the name in INFO, such as Git.")
        super().__init__(session, package, _LONGEST_INSTALL)
        self._volume = volume

    def _run(self) -> None:
        words = [_SYNOPKG, "install_from_server", self.package, *([self._volume] if self._volume else [])]
        result = self._session.root.execute(shlex.join(words), timeout=_LONGEST_INSTALL, context=self._context)
        said = complaint(result)
        if said is not None:
            raise InstallFailedError(self._session.target.place, self.package, said)


def complaint(result: Result) -> str | None:
    """What synopkg complained about; None when it succeeded.

    DSM 7 answers with JSON that has `success` and, on failure, an error with code and description (spk-format
    chapter 6.1); older versions only with an exit code and text.
    """
    try:
        answer = json.loads(result.text)
    except ValueError:
        answer = None
    failed = [entry for entry in _objects(answer) if entry.get("success") is False]
    if not failed and result.code == 0:
        return None
    errors = [error for entry in failed for error in _objects(entry.get("error"))]
    for error in errors:
        if "code" in error or "description" in error:
            return " ".join(str(error[key]) for key in ("code", "description") if key in error)
    lines = (result.text.strip() or result.err.strip()).splitlines()
    return lines[-1] if lines else f"exit code {result.code}"


def _objects(value: object) -> list[dict[str, object]]:
    """`value` and everything inside it that is a JSON object."""
    if isinstance(value, dict):
        return [value, *(found for member in value.values() for found in _objects(member))]
    if isinstance(value, list):
        return [found for member in value for found in _objects(member)]
    return []
