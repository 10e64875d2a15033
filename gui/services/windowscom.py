"""COM without a library: interface pointers whose methods are called by their place in the table, through ctypes.

Identifiers and places are those of shobjidl_core.h, propkey.h and propsys.h of the Windows SDK.
"""

from __future__ import annotations

import ctypes
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

assert sys.platform == "win32"

_INPROC_SERVER = 1
_APARTMENT_THREADED = 2
_VT_LPWSTR = 31

PTR = ctypes.c_void_p
TEXT = ctypes.c_wchar_p
UINT = ctypes.c_uint
INT = ctypes.c_int


class Guid(ctypes.Structure):
    """An identifier of a class or an interface."""

    _fields_ = (("bytes", ctypes.c_ubyte * 16),)

    def __init__(self, text: str) -> None:
        super().__init__((ctypes.c_ubyte * 16)(*uuid.UUID(text).bytes_le))


class PropertyKey(ctypes.Structure):
    """The name of a property: PROPERTYKEY."""

    _fields_ = (("format", Guid), ("number", ctypes.c_ulong))


class TextValue(ctypes.Structure):
    """A PROPVARIANT that holds a text."""

    _fields_ = (("kind", ctypes.c_ushort), ("reserved", ctypes.c_ushort * 3), ("text", TEXT), ("rest", PTR))

    def __init__(self, text: str) -> None:
        super().__init__(_VT_LPWSTR, (ctypes.c_ushort * 3)(), text, None)


class Interface:
    """One counted reference to an object; every method raises `OSError` for a failure the object reports."""

    def __init__(self, pointer: ctypes.c_void_p) -> None:
        self.pointer = pointer

    def call(self, place: int, types: tuple[type, ...] = (), *values: object) -> None:
        """Call the method at `place` of the table."""
        method = ctypes.WINFUNCTYPE(ctypes.HRESULT, *types)(place, "method")
        method(self.pointer, *values)

    def other(self, interface: str) -> Interface:
        """The same object by another interface."""
        pointer = PTR()
        self.call(0, (PTR, PTR), ctypes.byref(Guid(interface)), ctypes.byref(pointer))
        return Interface(pointer)

    def release(self) -> None:
        """Let go of it."""
        ctypes.WINFUNCTYPE(ctypes.c_ulong)(2, "Release")(self.pointer)


@contextmanager
def apartment() -> Iterator[None]:
    """Use COM in this worker thread. The GUI thread needs none: Qt has opened it there."""
    ole32 = ctypes.OleDLL("ole32")
    ole32.CoInitializeEx(None, _APARTMENT_THREADED)
    try:
        yield
    finally:
        ole32.CoUninitialize()


def create(kind: str, interface: str) -> Interface:
    """A new object of the class `kind`. Raises `OSError` when this system has none."""
    pointer = PTR()
    ctypes.OleDLL("ole32").CoCreateInstance(
        ctypes.byref(Guid(kind)), None, _INPROC_SERVER, ctypes.byref(Guid(interface)), ctypes.byref(pointer)
    )
    return Interface(pointer)
