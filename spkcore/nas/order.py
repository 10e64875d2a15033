"""A capture for which the NAS itself is told to install or download the package, and what becomes of that order."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from spkcore.base.errors import NasError
from spkcore.base.tasks import TaskContext
from spkcore.nas.capture import Capture, CaptureRequest, CaptureResult
from spkcore.nas.catalogue import NasDownload
from spkcore.nas.events import CaptureEvent, PackageSeen, Step, StepChanged
from spkcore.nas.session import Session
from spkcore.nas.synopkg import Installation

Order = Installation | NasDownload
LATE_SECONDS = 15.0
"""How long after the NAS has carried the order out a package may still turn up."""


class OrderedCapture:
    """Gives the order once everything is watched, and ends the capture when the order brings nothing.

    `on_event` hears what `Capture` reports; `stop` may be called from any thread.
    """

    def __init__(
        self,
        session: Session,
        request: CaptureRequest,
        order: Order,
        context: TaskContext,
        on_event: Callable[[CaptureEvent], None],
    ) -> None:
        self._order = order
        self._tell = on_event
        self._capture = Capture(session, request, context, self._hear)
        self._has_package = False
        self._deadline: float | None = None

    def stop(self) -> None:
        """That is all; bring home what is there."""
        self._capture.stop()

    def run(self) -> CaptureResult:
        """Capture what was ordered. That the NAS could not carry the order out is a warning if something came.

        Raises what `Capture.run` raises, and what went wrong with the order.
        """
        order = self._order
        try:
            result = self._capture.run()
        except BaseException:
            order.abandon()
            raise
        finally:
            if isinstance(order, NasDownload) and order.has_started:
                order.clean()
        try:
            order.wait()
        except NasError as error:
            if not result.files:
                raise
            return replace(result, warnings=(*result.warnings, str(error)))
        return result

    def _hear(self, event: CaptureEvent) -> None:
        self._tell(event)
        if isinstance(event, StepChanged) and event.step is Step.WAITING and not self._order.has_started:
            self._order.start()
        self._has_package = self._has_package or isinstance(event, PackageSeen)
        if self._is_in_vain:
            self._capture.stop()

    @property
    def _is_in_vain(self) -> bool:
        """Whether the order is carried out and nothing came: refused, or the NAS had the package already."""
        if not self._order.is_over:
            return False
        if self._deadline is None:
            self._deadline = time.monotonic() + LATE_SECONDS
        return self._order.failure is not None or (not self._has_package and time.monotonic() >= self._deadline)
