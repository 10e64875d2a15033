"""What lies between the network and a channel gives every byte once, in its order."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paramiko.buffered_pipe import PipeTimeout

from spkcore.nas.inbox import Inbox, ReadAhead


@settings(max_examples=50)
@given(st.lists(st.binary(max_size=20), max_size=8), st.lists(st.integers(1, 30), max_size=12))
def test_pieces_come_out_as_they_came_in(pieces: list[bytes], counts: list[int]) -> None:
    inbox, event = Inbox(), threading.Event()
    inbox.set_event(event)
    for piece in pieces:
        inbox.feed(piece)
    whole, at = b"".join(pieces), 0
    for count in counts:
        assert (len(inbox), inbox.read_ready(), event.is_set()) == (len(whole) - at, at < len(whole), at < len(whole))
        if at < len(whole):
            assert inbox.read(count, 0.0) == whole[at : at + count]
            at = min(at + count, len(whole))
    assert inbox.empty() == whole[at:]
    inbox.close()
    assert event.is_set()
    assert inbox.read(1) == b""


def test_a_read_waits_for_the_next_piece_or_gives_up() -> None:
    inbox = Inbox()
    for timeout in (0.0, 0.01):
        with pytest.raises(PipeTimeout):
            inbox.read(1, timeout)
    threading.Timer(0.01, inbox.feed, [b"late"]).start()
    assert inbox.read(9, 10) == b"late"
    threading.Timer(0.01, inbox.close).start()
    assert inbox.read(9, None) == b""


def test_a_socket_read_ahead_loses_nothing_and_keeps_its_ways() -> None:
    here, there = socket.socketpair()
    with here, there:
        ahead = ReadAhead(here)
        there.sendall(b"0123456789")
        assert [ahead.recv(4), ahead.recv(4), ahead.recv(4)] == [b"0123", b"4567", b"89"]
        ahead.settimeout(0.01)
        with pytest.raises(TimeoutError):
            ahead.recv(1)
        ahead.sendall(b"back")
        assert there.recv(9) == b"back"
        there.close()
        assert ahead.recv(1) == b""
