"""Gets a lost connection to the NAS back: waits for the network, then logs in again, once."""

from __future__ import annotations

import itertools
import time

from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.session import Session

_PAUSES = (0.5, 1.0, 2.0, 5.0)
_LONG_PAUSE = 10.0
_WORTH_WAITING = (
    errors.UnreachableError,
    errors.RefusedError,
    errors.NasTimeoutError,
    errors.ConnectionLostError,
    errors.NameNotFoundError,
    errors.NotSshError,
)
"""No network yet, or a NAS that is not up yet. Whatever concerns the login is final: DSM counts failures."""


def come_back(session: Session, patience: float, context: TaskContext) -> None:
    """Open the connection of `session` again; try for `patience` seconds as long as only the network is missing.

    Raises what `connect` raises, and `Cancelled`.
    """
    deadline = time.monotonic() + patience
    for pause in itertools.chain(_PAUSES, itertools.repeat(_LONG_PAUSE)):
        try:
            session.reconnect(context)
        except _WORTH_WAITING as error:
            if time.monotonic() + pause >= deadline:
                raise
            session.log.add(f"Not yet: {error.what}")
            context.cancelled.wait(pause)
            context.check()
        else:
            return
