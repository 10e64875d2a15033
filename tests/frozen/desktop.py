"""Runs inside Windows: lists windows, closes them, and presses keys, with nothing but Python and user32.

python desktop.py titles | close TITLE | front TITLE | press ctrl+s … | type TEXT
"""

from __future__ import annotations

import ctypes
import json
import sys
import time
from collections.abc import Iterator

assert sys.platform == "win32"

KEYS = {"ctrl": 0x11, "shift": 0x10, "alt": 0x12, "enter": 0x0D, "esc": 0x1B, "tab": 0x09, "end": 0x23, "home": 0x24}
KEYS |= {f"f{number}": 0x6F + number for number in range(1, 13)}
_KEY_UP, _UNICODE = 0x0002, 0x0004
_WM_CLOSE = 0x0010


class _Key(ctypes.Structure):
    _fields_ = (
        ("vk", ctypes.c_ushort),
        ("scan", ctypes.c_ushort),
        ("flags", ctypes.c_ulong),
        ("time", ctypes.c_ulong),
        ("extra", ctypes.c_void_p),
    )


class _Input(ctypes.Structure):
    """INPUT of SendInput: its union is as large as MOUSEINPUT, 32 bytes."""

    _fields_ = (("type", ctypes.c_ulong), ("key", _Key), ("padding", ctypes.c_ubyte * 8))


def windows() -> dict[str, int]:
    """Title → handle of all windows that can be seen."""
    user32 = ctypes.windll.user32
    found: dict[str, int] = {}
    text = ctypes.create_unicode_buffer(1000)

    @ctypes.WINFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    def look(handle: int, _parameter: int) -> int:
        if user32.IsWindowVisible(ctypes.c_void_p(handle)):
            user32.GetWindowTextW(ctypes.c_void_p(handle), text, 1000)
            if text.value:
                found[text.value] = handle
        return 1

    user32.EnumWindows(look, None)
    return found


def find(part: str) -> int:
    """The handle of the window whose title contains `part`."""
    return next(handle for title, handle in windows().items() if part in title)


def press(combination: str) -> None:
    """Press and release keys together, like "ctrl+shift+s"."""
    codes = [KEYS.get(name) or ord(name.upper()) for name in combination.split("+")]
    _send([*((code, 0, 0) for code in codes), *((code, 0, _KEY_UP) for code in reversed(codes))])


def write(text: str) -> None:
    """Type `text`, whatever the keyboard's layout."""
    _send([(0, ord(letter), _UNICODE | up) for letter in text for up in (0, _KEY_UP)])


def _send(strokes: list[tuple[int, int, int]]) -> None:
    inputs = (_Input * len(strokes))(*_inputs(strokes))
    ctypes.windll.user32.SendInput(len(strokes), inputs, ctypes.sizeof(_Input))


def _inputs(strokes: list[tuple[int, int, int]]) -> Iterator[_Input]:
    for code, scan, flags in strokes:
        yield _Input(1, _Key(code, scan, flags, 0, None))


def main(action: str, *words: str) -> None:
    """Do one thing; `titles` prints JSON."""
    if action == "titles":
        sys.stdout.write(json.dumps(list(windows())))
    elif action == "close":
        ctypes.windll.user32.PostMessageW(ctypes.c_void_p(find(words[0])), _WM_CLOSE, None, None)
    elif action == "front":
        ctypes.windll.user32.SetForegroundWindow(ctypes.c_void_p(find(words[0])))
    elif action == "press":
        for combination in words:
            press(combination)
            time.sleep(0.05)  # a person's pace
    elif action == "type":
        write(words[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
