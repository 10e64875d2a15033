"""paramiko's transport without the deadlock at the end of a channel, and without surprises from broken connections.

Import this module only where a connection is made: it loads paramiko.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from types import SimpleNamespace

import paramiko
from paramiko import auth_handler, buffered_pipe, channel, packet, transport

# paramiko measures its waits with the clock on the wall. If that is set back by hours while it waits, the wait lasts
# for hours, and nobody can cancel it.
for _module in (auth_handler, buffered_pipe, channel, packet, transport):
    _module.time = SimpleNamespace(time=time.monotonic, sleep=time.sleep)  # type: ignore[attr-defined]  # not in the stubs

_AES_REKEY_BYTES = 1 << 34
"""RFC 4344 (3.2) allows 2^32 blocks of AES under one key, which are 64 GB; paramiko would negotiate every 512 MB."""


class _Channels(transport.ChannelMap):
    """The channels of a transport. Its reader thread asks for all of them at its end only, to close them."""

    is_ending = False

    def values(self) -> list[paramiko.Channel]:
        """All channels."""
        if isinstance(threading.current_thread(), paramiko.Transport):
            self.is_ending = True
        return list(super().values())


class NasTransport(paramiko.Transport):
    """A transport whose reader thread never waits for itself.

    paramiko's reader thread answers the close of a channel. While keys are negotiated it would wait
    for the end of a negotiation that only it can carry on, until the connection breaks after 30 s. Here its answers
    wait in a list until the new keys are there. (Seen with paramiko 4.0; performance reference, chapter 2.)
    """

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self._channels = _Channels()

    def is_active(self) -> bool:
        """Whether the connection stands. paramiko closes the channels of a broken one before it says that it is broken:
        whoever looked in between saw a command that had ended."""
        return super().is_active() and not self._channels.is_ending

    def _send_user_message(self, data: paramiko.Message) -> None:
        if threading.current_thread() is self and not self.clear_to_send.is_set():
            self.__dict__.setdefault("_postponed", []).append(data)
            return
        # A broken connection shows as the end of every channel, a moment later; paramiko drops messages then, too.
        with contextlib.suppress(OSError, EOFError):
            super()._send_user_message(data)  # type: ignore[misc]  # the stubs hide the internals

    def _parse_newkeys(self, m: paramiko.Message) -> None:
        super()._parse_newkeys(m)  # type: ignore[misc]  # see above
        if self.remote_cipher.startswith("aes") and self.local_cipher.startswith("aes"):  # type: ignore[attr-defined]  # see above
            self.packetizer.REKEY_BYTES = _AES_REKEY_BYTES
        for message in self.__dict__.pop("_postponed", []):
            self._send_user_message(message)
