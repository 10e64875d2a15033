"""The one family of exceptions that is shown to people: what happened, where, and what to do.

Everything else that is raised is a bug and goes to the crash report.
"""

from __future__ import annotations

from enum import Enum

from spkcore.base.longpaths import plain_text


class SpkError(Exception):
    """Something that the user can understand and act on.

    `what` is one sentence, `where` names the file, member, line or host (may be empty), `what_to_do` is one
    sentence of advice (may be empty). `exit_code` is the command line's (see docs/cli.md).
    """

    exit_code = 1

    def __init__(self, what: str, where: str = "", what_to_do: str = "") -> None:
        super().__init__(what)
        self.what = plain_text(what)
        self.where = plain_text(where)
        self.what_to_do = what_to_do

    def __str__(self) -> str:
        return ": ".join(part for part in (self.what.rstrip("."), self.where, self.what_to_do) if part)


class UsageError(SpkError):
    """The request itself makes no sense: a missing argument, a target that exists already."""

    exit_code = 2


class UnreadableError(SpkError):
    """An input cannot be read, or is unsafe to unpack; nothing was changed."""

    exit_code = 3


class Obstacle(Enum):
    """Why a file could not be written: what can be done about it differs."""

    LOCKED = "another program has it open"
    READ_ONLY = "it is marked read-only"
    FORBIDDEN = "this user may not write it"
    GONE = "its folder or its drive is gone"
    FULL = "the drive is full"
    OTHER = "anything else"


class WriteError(SpkError):
    """A file could not be written or replaced; the old one is still there."""

    exit_code = 1

    def __init__(self, what: str, where: str = "", what_to_do: str = "", obstacle: Obstacle = Obstacle.OTHER) -> None:
        super().__init__(what, where, what_to_do)
        self.obstacle = obstacle


class NasError(SpkError):
    """The NAS or the network said no. Subclasses in spkcore.nas say which way."""

    exit_code = 4


class Cancelled(BaseException):
    """The user cancelled the task: clean up and let it pass.

    A BaseException, so that no `except Exception` swallows it.
    """

    exit_code = 5
