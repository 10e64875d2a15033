#!/usr/bin/env python3
"""Runs a Windows program in the environment that this file lies in; as `winpy` it runs Python.

Python for Windows refuses a file of Linux as its standard output (WinError 6), so each program gets pipes. Explorer and
the services that Wine starts beside the first program keep the pipes open, so their end is not waited for.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
LEFT_OUT = ("PYTHON", "QT_", "VIRTUAL_ENV", "XDG_RUNTIME_DIR")
"""What is meant for programs of Linux."""

LAST_WORDS = 0.2
"""Seconds that the pipes are read on after the program has ended."""


def main() -> int:
    """Run it and pass on its output and its exit code."""
    own = Path(sys.argv[0]).name
    program = ["C:\\python\\python.exe"] if own == "winpy" else []
    started = subprocess.Popen(
        ["wine", *program, *sys.argv[1:]],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        pass_on(started)
    except KeyboardInterrupt:
        started.terminate()
    return started.wait()


def environment() -> dict[str, str]:
    """The variables for Wine and for the program."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith(LEFT_OUT)}
    variables.setdefault("WINEDEBUG", "-all")
    overrides = ["mscoree,mshtml=", "winemenubuilder.exe=d", *filter(None, [os.environ.get("WINEDLLOVERRIDES")])]
    return variables | {
        "WINEPREFIX": str(HERE.parent / "prefix"),
        "WINEARCH": "win64",
        "WINEDLLOVERRIDES": ";".join(overrides),
        "WINEPATH": "C:\\python\\Scripts",
        "LC_ALL": "C.UTF-8",
        "PYTHONPYCACHEPREFIX": "C:\\pycache",  # nothing is written beside the sources
    }


def pass_on(started: subprocess.Popen[bytes]) -> None:
    """Copy the program's output until it has ended and said its last words."""
    ended: float | None = None
    with selectors.DefaultSelector() as selector:
        for source, target in ((started.stdout, sys.stdout), (started.stderr, sys.stderr)):
            assert source is not None
            selector.register(source, selectors.EVENT_READ, target.buffer)
        while selector.get_map() and (ended is None or time.monotonic() - ended < LAST_WORDS):
            for key, _events in selector.select(timeout=0.05):
                data = os.read(key.fd, 65536)
                if not data:
                    selector.unregister(key.fileobj)
                key.data.write(data)
                key.data.flush()
            if ended is None and started.poll() is not None:
                ended = time.monotonic()


if __name__ == "__main__":
    sys.exit(main())
