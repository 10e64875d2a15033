"""Jump lists of Windows: links to this program on its taskbar button."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gui.services import windowscom as com
from gui.services.desktop import APP_ID, JumpItem

assert sys.platform == "win32"

_SHELL_LINK = "{00021401-0000-0000-C000-000000000046}"
_I_SHELL_LINK = "{000214F9-0000-0000-C000-000000000046}"
_I_PROPERTY_STORE = "{886D8EEB-8CF2-4446-8D02-CDBA1DBDCF99}"
_DESTINATION_LIST = "{77F10CF0-3DB5-4966-B520-B7C54FD35ED6}"
_I_DESTINATION_LIST = "{6332DEBF-87B5-4670-90C0-5E57B408A49E}"
_COLLECTION = "{2D3468C1-36A7-43B6-AC24-D3F02FD9607A}"
_I_COLLECTION = "{5632B1A4-E38A-400A-928A-D4CD63230295}"
_I_ARRAY = "{92CA9DCD-5622-4BBA-A805-5E9F541BD8C9}"
_TITLE = ("{F29F85E0-4FF9-1068-AB91-08002B27B3D9}", 2)
_LONGEST_ARGUMENTS = 1024
_LONGEST_TIP = 259
"""Characters (INFOTIPSIZE and MAX_PATH): Explorer drops a link whose description is longer."""


@dataclass(frozen=True, slots=True)
class Start:
    """How this program is started: the exe, arguments that always come first, and the folder to start in."""

    program: str
    arguments: str = ""
    folder: str = ""


def this_start() -> Start:
    """How the running program was started."""
    if getattr(sys, "frozen", False):
        return Start(sys.executable, folder=str(Path(sys.executable).parent))
    return Start(sys.executable, "-m gui", str(Path(__file__).resolve().parents[2]))


def make_link(start: Start, item: JumpItem) -> com.Interface:
    """A shortcut in memory."""
    link = com.create(_SHELL_LINK, _I_SHELL_LINK)
    link.call(20, (com.TEXT,), start.program)
    link.call(11, (com.TEXT,), f"{start.arguments} {item.arguments}".strip())
    link.call(9, (com.TEXT,), start.folder)
    link.call(7, (com.TEXT,), item.tip[:_LONGEST_TIP])
    link.call(17, (com.TEXT, com.INT), item.icon or start.program, 0)
    _set_property(link, _TITLE, item.title)
    return link


def set_jump_list(start: Start, category: str, recent: Sequence[JumpItem], tasks: Sequence[JumpItem]) -> None:
    """Replace the jump list; with nothing to show it goes. Raises `OSError`. For a worker thread."""
    with com.apartment():
        jumps = com.create(_DESTINATION_LIST, _I_DESTINATION_LIST)
        try:
            _fill(jumps, start, category, recent, tasks)
        finally:
            jumps.release()


def _fill(
    jumps: com.Interface, start: Start, category: str, recent: Sequence[JumpItem], tasks: Sequence[JumpItem]
) -> None:
    if not recent and not tasks:
        jumps.call(10, (com.TEXT,), APP_ID)
        return
    jumps.call(3, (com.TEXT,), APP_ID)
    slots, pointer = com.UINT(), com.PTR()
    jumps.call(
        4, (com.PTR, com.PTR, com.PTR), ctypes.byref(slots), ctypes.byref(com.Guid(_I_ARRAY)), ctypes.byref(pointer)
    )
    removed = _arguments_of(com.Interface(pointer))
    # Windows refuses a category that holds what the user has just taken out of it.
    wanted = [item for item in recent if f"{start.arguments} {item.arguments}".strip() not in removed]
    if wanted:
        links = _collection(start, wanted[: slots.value or len(wanted)])
        with contextlib.suppress(OSError):  # refused where recent files are switched off; the tasks are not
            jumps.call(5, (com.TEXT, com.PTR), category, links.pointer)
        links.release()
    if tasks:
        links = _collection(start, tasks)
        jumps.call(7, (com.PTR,), links.pointer)
        links.release()
    jumps.call(8)


def _collection(start: Start, items: Sequence[JumpItem]) -> com.Interface:
    links = com.create(_COLLECTION, _I_COLLECTION)
    for item in items:
        link = make_link(start, item)
        links.call(5, (com.PTR,), link.pointer)
        link.release()
    return links


def _arguments_of(links: com.Interface) -> frozenset[str]:
    """The arguments of the links in a collection; releases it."""
    if not links.pointer.value:
        return frozenset()
    count, found = com.UINT(), set()
    links.call(3, (com.PTR,), ctypes.byref(count))
    for position in range(count.value):
        pointer = com.PTR()
        links.call(
            4, (com.UINT, com.PTR, com.PTR), position, ctypes.byref(com.Guid(_I_SHELL_LINK)), ctypes.byref(pointer)
        )
        link = com.Interface(pointer)
        text = ctypes.create_unicode_buffer(_LONGEST_ARGUMENTS)
        link.call(10, (com.TEXT, com.INT), text, _LONGEST_ARGUMENTS)
        found.add(text.value)
        link.release()
    links.release()
    return frozenset(found)


def _set_property(link: com.Interface, key: tuple[str, int], text: str) -> None:
    store = link.other(_I_PROPERTY_STORE)
    try:
        store.call(
            6,
            (com.PTR, com.PTR),
            ctypes.byref(com.PropertyKey(com.Guid(key[0]), key[1])),
            ctypes.byref(com.TextValue(text)),
        )
        store.call(7)
    finally:
        store.release()
