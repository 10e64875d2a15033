"""The capture agent of the demo NAS: the line protocol of docs/capture-protocol.md, carried out in Python.

It exists because Windows has no POSIX shell. On a real NAS the agents of resources/agent/ run.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from spkcore.nas.demo.channel import CommandChannel
from spkcore.nas.demo.tree import DemoTree, link_or_copy

_ROUND_SECONDS = 0.03
_TICK_SECONDS = 2.0
_PHASES = {"install": "installing", "wizard": "unpacking", "info": "unpacking", "download": "downloading"}
_PACKAGE_PREFIX = "@SYNOPKG_DOWNLOAD_"


@dataclass(frozen=True, slots=True)
class _Place:
    """One PLACE line."""

    kind: str
    pattern: str
    unless: str = ""
    holds: str = ""

    @classmethod
    def parse(cls, value: str) -> _Place:
        kind, pattern, *options = value.split(" ")
        marked = {option[0]: option[1:] for option in options if option}
        return cls(kind, pattern, marked.get("!", ""), marked.get("?", ""))

    def matches(self, scratch: Path) -> Iterator[Path]:
        """The files and folders below @tmp that this place means now."""
        for path in _found(scratch.glob(self.pattern)):
            refused = self.unless and fnmatch.fnmatchcase(path.name, self.unless)
            if not refused and (not self.holds or (path / self.holds).exists()):
                yield path


@dataclass(slots=True)
class _Caught:
    """One file that was linked."""

    source: Path
    link: Path
    volume: str
    name: str
    is_package: bool
    size: int = -1
    changed: float = 0.0
    state: str = ""
    is_copy: bool = False

    def refresh(self) -> None:
        """Where the disk knows no hard links, a copy has to follow the file that grows."""
        with contextlib.suppress(OSError):  # the source may go at any moment; then the copy stays as it is
            if self.is_copy and self.source.stat().st_size != self.link.stat().st_size:
                shutil.copyfile(self.source, self.link)


@dataclass(slots=True)
class _Setup:
    """The orders before GO."""

    session: str = ""
    ttl: float = 1800.0
    stable: float = 2.0
    volumes: list[str] = field(default_factory=list)
    places: list[_Place] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)

    def take(self, word: str, value: str) -> None:
        """One line of the setup block; unknown words are ignored."""
        if word == "SESSION":
            self.session = value
        elif word == "TTL":
            self.ttl = float(value)
        elif word == "STABLE":
            self.stable = float(value) / 1000
        elif word == "VOLUME":
            self.volumes.append(value)
        elif word == "PLACE":
            self.places.append(_Place.parse(value))
        elif word == "LOG":
            self.logs.append(value)


class DemoAgent:
    """One agent; `run` returns when it is told to stop, when its time is over, or when the client is gone."""

    def __init__(self, tree: DemoTree, channel: CommandChannel) -> None:
        self._tree = tree
        self._channel = channel
        self._setup = _Setup()
        self._caught: dict[tuple[str, int], _Caught] = {}
        self._logs: dict[str, int] = {}
        self._phase = ""
        self._last_tick = 0.0
        self._started = time.monotonic()

    def read_setup(self) -> bool:
        """Take the orders up to GO; False if the client is gone."""
        while (line := self._channel.read_line()) is not None:
            word, _, value = line.decode("utf-8", errors="surrogateescape").partition(" ")
            if word == "GO":
                return True
            self._setup.take(word, value)
        return False

    def prepare(self) -> None:
        """Make the folders and say that everything is watched."""
        session = self._setup.session
        for volume in self._setup.volumes:
            folder = self._folder(volume)
            (folder / "tree").mkdir(parents=True)
            text = f"spkcap 1\nsession={session}\nstarted={int(time.time())}\npid=1\nengine=sh\n"
            (folder / "marker").write_bytes(text.encode())
            self._report("FOLDER", volume, self._tree.remote(folder))
        for log in self._setup.logs:
            path = self._tree.local(log)
            if path.exists():
                self._logs[log] = path.stat().st_size
        self._report("READY", "1", session, "sh", "cp-link", "1")

    def run(self) -> None:
        """Catch until it is over."""
        reason = ""
        while not reason:
            self._look()
            reason = self._next_order()
        self._look()
        self._report("DONE", *self._totals(), reason)

    def _next_order(self) -> str:
        """Wait for an order for one round; returns why to end, or nothing."""
        line = self._channel.read_line(_ROUND_SECONDS)
        if line == b"STOP":
            return "stop"
        if self._channel.has_ended:
            return "gone"
        return "ttl" if time.monotonic() - self._started > self._setup.ttl else ""

    def _look(self) -> None:
        phase, detail = "waiting", ""
        for volume in self._setup.volumes:
            scratch = self._tree.local(f"{volume}/@tmp")
            for place in self._setup.places:
                for path in place.matches(scratch):
                    self._catch_below(volume, scratch, path, place.kind)
                    if _rank(place.kind) >= _rank_of_phase(phase):
                        phase, detail = _PHASES.get(place.kind, phase), path.relative_to(scratch).as_posix()
        self._report_packages()
        self._report_phase(phase, detail)
        self._report_logs()
        if time.monotonic() - self._last_tick >= _TICK_SECONDS:
            self._last_tick = time.monotonic()
            self._report(
                "TICK", str(int(self._last_tick - self._started)), *self._totals(), str(self._tree.free_bytes())
            )

    def _catch_below(self, volume: str, scratch: Path, path: Path, kind: str) -> None:
        files = sorted(_found(path.rglob("*"))) if path.is_dir() else [path]
        for file in files:
            try:
                status = file.stat()
            except OSError:
                continue  # gone since it was listed
            name = file.relative_to(scratch).as_posix()
            if not file.is_file() or (name, status.st_ino) in self._caught:
                continue
            is_package = kind == "upload" or (kind == "download" and file.name.startswith(_PACKAGE_PREFIX))
            self._catch(_Caught(file, self._folder(volume) / "tree" / name, volume, name, is_package), status)

    def _catch(self, caught: _Caught, status: os.stat_result) -> None:
        caught.link.parent.mkdir(parents=True, exist_ok=True)
        if caught.link.exists():
            number = 1
            while (older := caught.link.with_name(f"{caught.link.name}.~{number}~")).exists():
                number += 1
            caught.link.rename(older)
        try:
            caught.is_copy = not link_or_copy(caught.source, caught.link)
        except OSError:
            return  # gone, or locked: the next round sees what is there then
        self._caught[caught.name, status.st_ino] = caught
        self._report("FILE", caught.volume, caught.name, str(status.st_size), str(status.st_ino))

    def _report_packages(self) -> None:
        now = time.monotonic()
        for caught in self._caught.values():
            if not caught.is_package:
                continue
            caught.refresh()
            size = caught.link.stat().st_size
            if size != caught.size:
                caught.changed = now
            state = "growing" if now - caught.changed < self._setup.stable else "stable"
            if not caught.source.exists():
                state = "released"
            if (size, state) != (caught.size, caught.state):
                caught.size, caught.state = size, state
                self._report("SPK", caught.volume, caught.name, str(size), state)

    def _report_phase(self, phase: str, detail: str) -> None:
        if phase != self._phase:
            self._phase = phase
            self._report("PHASE", phase, detail)

    def _report_logs(self) -> None:
        for log, position in self._logs.items():
            with self._tree.local(log).open("rb") as stream:
                stream.seek(position)
                new = stream.read()
            complete = new[: new.rfind(b"\n") + 1]
            self._logs[log] = position + len(complete)
            for line in complete.decode("utf-8", errors="surrogateescape").splitlines():
                self._report("LOG", log, line)

    def _totals(self) -> tuple[str, str]:
        sizes = [caught.link.stat().st_size for caught in self._caught.values()]
        return str(len(sizes)), str(sum(sizes))

    def _folder(self, volume: str) -> Path:
        return self._tree.local(f"{volume}/@tmp/spkcap-{self._setup.session}")

    def _report(self, *fields: str) -> None:
        line = "\t".join(_escaped(text) for text in fields)
        self._channel.write(line.encode("utf-8", errors="surrogateescape") + b"\n")


def _found(paths: Iterator[Path]) -> list[Path]:
    """What a search comes across; folders may vanish under it, and the next round looks again."""
    found = []
    with contextlib.suppress(OSError):
        for path in paths:
            found.append(path)  # noqa: PERF402 - list() would lose what came before the error
    return found


def _rank(kind: str) -> int:
    return _rank_of_phase(_PHASES.get(kind, "waiting"))


def _rank_of_phase(phase: str) -> int:
    """Later phases win where several places are in use."""
    return ("waiting", "downloading", "unpacking", "installing").index(phase)


def _escaped(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(plain, escaped)
    return text
