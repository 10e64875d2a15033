"""Something that the NAS is told to do, in a thread of its own, while a capture watches."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod

from spkcore.base.errors import Cancelled, NasError
from spkcore.base.tasks import TaskContext
from spkcore.nas.errors import ConnectionLostError
from spkcore.nas.session import Session

_ABANDON_SECONDS = 10.0


class Errand(ABC):
    """One order to the NAS about `package`; `failure` is set when it has gone wrong. `longest` is in seconds."""

    def __init__(self, session: Session, package: str, longest: float) -> None:
        self.package = package
        self.failure: NasError | None = None
        self._session = session
        self._longest = longest
        self._context = TaskContext()
        self._thread = threading.Thread(target=self._work, name=f"errand {package}", daemon=True)

    @abstractmethod
    def _run(self) -> None:
        """Give the order and wait for its end. Raises what went wrong."""

    @property
    def has_started(self) -> bool:
        """Whether `start` was called."""
        return self._thread.ident is not None

    @property
    def is_over(self) -> bool:
        """Whether the NAS has carried the order out, or refused it."""
        return self.has_started and not self._thread.is_alive()

    def start(self) -> None:
        """Let the NAS begin."""
        self._thread.start()

    def wait(self) -> None:
        """Wait until the NAS has finished. Raises what went wrong."""
        if self.has_started:
            self._thread.join(self._longest)
        if self.failure is not None:
            raise self.failure

    def abandon(self) -> None:
        """Stop listening; the NAS finishes by itself."""
        self._context.cancel()
        if self.has_started:
            self._thread.join(_ABANDON_SECONDS)

    def _work(self) -> None:
        try:
            self._run()
        except (Cancelled, ConnectionLostError):
            return  # nobody listens any more; the NAS goes on by itself
        except NasError as error:
            self.failure = error
