"""Pipelined downloads against a server that answers late, out of order and in short pieces."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.pipeline import Download, Pipeline
from spkcore.nas.sftp import CLOSE, DATA, HANDLE, OPEN, READ, STATUS, Sftp


class Memory:
    """Receives one file."""

    def __init__(self, size: int) -> None:
        self.data = bytearray(size)
        self.finished = 0

    def write(self, offset: int, data: bytes | memoryview[int]) -> None:
        self.data[offset : offset + len(data)] = data

    def finish(self) -> None:
        self.finished += 1


class Server(Sftp):
    """Answers the requests of a pipeline from memory."""

    def __init__(self, files: dict[str, bytes], chance: random.Random) -> None:
        self.context = TaskContext()
        self.place = "test"
        self.files = files
        self.open_files: set[str] = set()
        self.most_open = 0
        self._chance = chance
        self._requests: list[tuple[int, int, bytes]] = []
        self._sent: list[tuple[int, int, bytes]] = []
        self._number = 0

    def request(self, kind: int, payload: bytes) -> int:
        self._number += 1
        self._requests.append((kind, self._number, payload))
        return self._number

    def flush(self) -> None:
        self._sent += self._requests
        self._requests = []

    def receive_all(self) -> Iterator[tuple[int, int, bytes]]:
        assert self._sent, "the pipeline waits for an answer to a request that it never sent"
        self._chance.shuffle(self._sent)
        count = self._chance.randint(1, len(self._sent))
        batch, self._sent = self._sent[:count], self._sent[count:]
        return iter([self._answer(*request) for request in batch])

    def _answer(self, kind: int, number: int, payload: bytes) -> tuple[int, int, bytes]:
        (length,) = struct.unpack_from(">I", payload)
        name = payload[4 : 4 + length].decode()
        if kind == OPEN:
            if name not in self.files:
                return STATUS, number, status(2)
            self.open_files.add(name)
            self.most_open = max(self.most_open, len(self.open_files))
            return HANDLE, number, payload[: 4 + length]
        if kind == CLOSE:
            self.open_files.remove(name)
            return STATUS, number, status(0)
        assert kind == READ
        offset, size = struct.unpack_from(">QI", payload, 4 + length)
        data = self.files[name][offset : offset + self._chance.randint(1, size)]
        return (DATA, number, struct.pack(">I", len(data)) + data) if data else (STATUS, number, status(1))


def status(code: int) -> bytes:
    return struct.pack(">II", code, 0) + struct.pack(">I", 0)


@given(st.lists(st.integers(0, 200_000), max_size=12), st.integers())
@settings(max_examples=60, deadline=None)
def test_every_file_comes_whole_whatever_the_server_does(sizes: list[int], seed: int) -> None:
    chance = random.Random(seed)
    files = {f"/f{number}": chance.randbytes(size) for number, size in enumerate(sizes)}
    server = Server(files, chance)
    received = {name: Memory(len(data)) for name, data in files.items()}
    counts: list[int] = []
    Pipeline(
        server, [Download(name, len(files[name]), memory) for name, memory in received.items()], counts.append
    ).run()
    assert {name: bytes(memory.data) for name, memory in received.items()} == files
    assert all(memory.finished == 1 for memory in received.values())
    assert sum(counts) == sum(sizes)
    assert server.open_files == set()


def test_thousands_of_files_are_not_open_at_once() -> None:
    files = {f"/f{number}": b"data" for number in range(2000)}
    server = Server(files, random.Random(1))
    Pipeline(server, [Download(name, 4, Memory(4)) for name in files], lambda _: None).run()
    assert 10 < server.most_open <= 64


def test_a_missing_file_is_named() -> None:
    server = Server({}, random.Random(1))
    with pytest.raises(errors.SftpFailedError, match="/gone") as caught:
        Pipeline(server, [Download("/gone", 4, Memory(4))], lambda _: None).run()
    assert caught.value.code == 2


def test_a_file_that_shrank_is_damaged() -> None:
    server = Server({"/f": b"short"}, random.Random(1))
    with pytest.raises(errors.TransferDamagedError):
        Pipeline(server, [Download("/f", 50, Memory(50))], lambda _: None).run()
