"""A clock on the wall that somebody sets must not change what the connection waits for."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import paramiko
import pytest
from paramiko.buffered_pipe import BufferedPipe, PipeTimeout

from spkcore.nas import transport

HOUR = 3600.0


def jumping_clock() -> Iterator[float]:
    """Each look at the clock sees it set back by three hours more."""
    moment = time.time()
    while True:
        yield moment
        moment -= 3 * HOUR


def test_a_wait_of_paramiko_ends_though_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    assert transport.__name__ in sys.modules
    clock = jumping_clock()
    monkeypatch.setattr(time, "time", lambda: next(clock))
    pipe, ended = BufferedPipe(), threading.Event()

    def read() -> None:
        with pytest.raises(PipeTimeout):
            pipe.read(1, timeout=0.05)
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    assert ended.wait(10)


def test_nothing_that_speaks_with_a_nas_measures_time_by_the_clock_on_the_wall() -> None:
    folder = Path(transport.__file__).parent
    users = [path.name for path in folder.glob("*.py") if "time.time(" in path.read_text("utf-8")]
    assert users == []


@pytest.mark.parametrize(
    ("ciphers", "expected"),
    [
        (("aes128-gcm@openssh.com", "aes256-ctr"), 1 << 34),
        (("3des-cbc", "aes128-ctr"), paramiko.packet.Packetizer.REKEY_BYTES),
    ],
)
def test_keys_of_aes_serve_for_large_transfers_others_as_long_as_paramiko_says(
    monkeypatch: pytest.MonkeyPatch, ciphers: tuple[str, str], expected: int
) -> None:
    monkeypatch.setattr(paramiko.Transport, "_parse_newkeys", lambda *_: None)
    made: Any = transport.NasTransport.__new__(transport.NasTransport)
    made.remote_cipher, made.local_cipher = ciphers
    made.packetizer = SimpleNamespace(REKEY_BYTES=paramiko.packet.Packetizer.REKEY_BYTES)
    made._parse_newkeys(paramiko.Message())
    assert expected == made.packetizer.REKEY_BYTES
