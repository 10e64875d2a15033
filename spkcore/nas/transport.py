"""paramiko's transport without the deadlock at the end of a channel, and without surprises from broken connections.

Import this module only where a connection is made: it loads paramiko.
"""

from __future__ import annotations

import contextlib
import threading

import paramiko


class NasTransport(paramiko.Transport):
    """A transport whose reader thread never waits for itself.

    paramiko's reader thread answers the close of a channel. While keys are negotiated (every 512 MB) it would wait
    for the end of a negotiation that only it can carry on, until the connection breaks after 30 s. Here its answers
    wait in a list until the new keys are there. (Seen with paramiko 4.0; performance reference, chapter 2.)
    """

    def _send_user_message(self, data: paramiko.Message) -> None:
        if threading.current_thread() is self and not self.clear_to_send.is_set():
            self.__dict__.setdefault("_postponed", []).append(data)
            return
        # A broken connection shows as the end of every channel, a moment later; paramiko drops messages then, too.
        with contextlib.suppress(OSError, EOFError):
            super()._send_user_message(data)  # type: ignore[misc]  # the stubs hide the internals

    def _parse_newkeys(self, m: paramiko.Message) -> None:
        super()._parse_newkeys(m)  # type: ignore[misc]  # see above
        for message in self.__dict__.pop("_postponed", []):
            self._send_user_message(message)
