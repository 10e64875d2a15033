"""Runs shellcheck over shell scripts: many in one process, each text once, and never in the way of whoever types.

shellcheck takes some 15 to 50 ms for a script of a page, so what it said is remembered by the text of the script, and
several processes share what is new. Where the program is missing, nothing is said; `available` tells.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from spkcore.base.files import temporary_folder
from spkcore.base.reference import table
from spkcore.base.tasks import TaskContext
from spkcore.checks.shell import as_read

RULES = frozenset({"S016", "S020"})
"""The rules that call it. Who wants an answer at once asks without them first (`Options.only`), then with them."""

_LARGEST = 128 << 10
"""Bytes of a script that is looked at: larger ones are archives that unpack themselves."""
_BATCH = 12
"""Scripts for one process: small enough for the work to be shared, large enough to start few processes."""
_PATIENCE = 30.0
"""Seconds that a batch may take before its scripts count as not understood."""
_GLANCE = 0.1
"""Seconds after which a running batch looks whether it was cancelled."""
_FAREWELL = 5.0
"""Seconds that a killed process has to be gone; nothing waits longer for it."""
_ANSWER = "answer.json"
_REMEMBERED = 4000
_MOST_PROCESSES = 4


@dataclass(frozen=True, slots=True)
class Remark:
    """What shellcheck says about one place: `code` is 2086 of SC2086, `level` error, warning, info or style."""

    code: int
    level: str
    line: int
    column: int
    message: str

    @property
    def is_syntax(self) -> bool:
        """Whether the script cannot be read by a shell."""
        return self.level == "error" and 1000 <= self.code < 2000

    @property
    def is_fatal(self) -> bool:
        """Whether shellcheck gave up here."""
        return self.code in table("shell")["shellcheck"]["gave_up"]


Remarks = tuple[Remark, ...]


class _Known:
    """What was said about texts, the least used forgotten first; safe for several threads."""

    def __init__(self) -> None:
        self._rows: OrderedDict[bytes, Remarks] = OrderedDict()
        self._lock = Lock()

    def get(self, text: bytes) -> Remarks | None:
        with self._lock:
            found = self._rows.get(text)
            if found is not None:
                self._rows.move_to_end(text)
            return found

    def put(self, text: bytes, remarks: Remarks) -> None:
        with self._lock:
            self._rows[text] = remarks
            while len(self._rows) > _REMEMBERED:
                self._rows.popitem(last=False)


_known = _Known()


def available() -> bool:
    """Whether shellcheck is there."""
    return program() is not None


@cache
def program() -> Path | None:
    """shellcheck: the one that was installed with us, else the one on PATH."""
    name = "shellcheck.exe" if sys.platform == "win32" else "shellcheck"
    folders = [getattr(sys, "_MEIPASS", None), Path(sys.executable).parent, sysconfig.get_path("scripts")]
    own = (Path(folder) / name for folder in folders if folder)
    found = next((path for path in own if path.is_file()), None)
    if found is None:
        elsewhere = shutil.which("shellcheck")
        found = Path(elsewhere) if elsewhere else None
    return found


def is_known(data: bytes) -> bool:
    """Whether `remarks` would answer for this script at once."""
    return len(data) > _LARGEST or _known.get(as_read(data)) is not None


def remarks(scripts: Iterable[bytes], context: TaskContext, *, only_known: bool = False) -> Mapping[bytes, Remarks]:
    """What shellcheck says about each of these scripts, by their bytes; `only_known` asks it nothing new. Raises
    `Cancelled`.

    Line ends of Windows and byte order marks are taken away first: rules of our own speak of them.
    """
    texts = {data: as_read(data) for data in scripts if len(data) <= _LARGEST}
    new = sorted({text for text in texts.values() if _known.get(text) is None})
    if new and not only_known and available():
        _learn(new, context)
    return {data: _known.get(text) or () for data, text in texts.items()}


def _learn(texts: Sequence[bytes], context: TaskContext) -> None:
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    processes = min(len(batches), os.cpu_count() or 1, _MOST_PROCESSES)
    with ThreadPoolExecutor(processes, thread_name_prefix="shellcheck") as pool:
        jobs = [pool.submit(_run, batch, context) for batch in batches]
        for done, (batch, job) in enumerate(zip(batches, jobs, strict=True)):
            context.progress(done, len(batches), "Checking scripts", "")
            for text, said in zip(batch, job.result(), strict=True):
                _known.put(text, said)


def _run(texts: Sequence[bytes], context: TaskContext) -> list[Remarks]:
    """One process for these scripts. They go through a folder of their own: stdin holds only one at a time."""
    context.check()
    with temporary_folder("spk-shellcheck-") as folder:
        names = [f"{number}.sh" for number in range(len(texts))]
        for name, text in zip(names, texts, strict=True):
            (folder / name).write_bytes(text)
        answer = _answer([*_command(), *names], folder, context)
    found: dict[str, list[Remark]] = {name: [] for name in names}
    for row in _rows(answer):
        found[row["file"]].append(_remark(row))
    return [tuple(found[name]) for name in names]


@cache
def _command() -> list[str]:
    """The options. Following the flow of values is left out: a third of the time, for nothing that we show."""
    excluded = ",".join(f"SC{code}" for code in table("shell")["shellcheck"]["left_out"])
    options = ["--norc", "--format=json1", f"--exclude={excluded}"]
    text = subprocess.run([str(program()), "--version"], capture_output=True, check=False, **_hidden()).stdout
    has_flow = not text.partition(b"version: ")[2].startswith((b"0.4", b"0.5", b"0.6", b"0.7", b"0.8", b"0.9"))
    return [str(program()), *options, *(["--extended-analysis=false"] if has_flow else [])]


def _answer(command: Sequence[str], folder: Path, context: TaskContext) -> bytes:
    """What it says goes into a file: the end of a pipe is waited for as long as any process has the other one, and on
    Windows that may be one which happened to be started meanwhile."""
    end = monotonic() + _PATIENCE
    answer = folder / _ANSWER
    with answer.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL, **_hidden()
        )
    try:
        while monotonic() < end:
            context.check()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_GLANCE)
                return answer.read_bytes()
        return b""
    finally:
        if process.returncode is None:
            process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_FAREWELL)


def _hidden() -> dict[str, Any]:
    """On Windows a console program opens a black window unless it is told not to."""
    return {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}


def _rows(answer: bytes) -> Iterator[Mapping[str, Any]]:
    try:
        yield from json.loads(answer.decode("utf-8", "replace"))["comments"]
    except (ValueError, KeyError):
        return


def _remark(row: Mapping[str, Any]) -> Remark:
    return Remark(row["code"], row["level"], row["line"], row["column"], row["message"])
