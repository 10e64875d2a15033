"""Reads what matters of Windows' program files (PE): for which processor they are, and which libraries they load."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

X64 = 0x8664
"""IMAGE_FILE_MACHINE_AMD64 (Microsoft, "PE Format")."""

WINE_MARKS = (b"Wine builtin DLL", b"Wine placeholder DLL")
"""Wine writes one of them behind the DOS header of its own files."""

_IMPORTS, _SIGNATURES, _DELAYED_IMPORTS = 1, 4, 13
"""Places in the table of data directories."""
_IMPORT_SIZE, _DELAYED_SIZE = 20, 32


class NoPeFileError(ValueError):
    """The file is no 64- or 32-bit PE file."""


@dataclass(frozen=True, slots=True)
class PeFile:
    """What one program file or library says about itself."""

    machine: int
    imports: frozenset[str]
    """Lower-case names of the libraries it loads at its start or on first use."""
    is_signed: bool
    is_from_wine: bool
    subsystem_version: tuple[int, int]
    """The oldest Windows that starts it: (10, 0) is Windows 10."""


@dataclass(frozen=True, slots=True)
class _Section:
    address: int
    size: int
    offset: int


def read_pe(path: Path) -> PeFile:
    """Read the headers of `path`. Raises `NoPeFileError`, and `OSError`."""
    data = path.read_bytes()
    try:
        return _Reader(data).read()
    except (struct.error, IndexError, ValueError) as error:
        raise NoPeFileError(f"{path} is no PE file: {error}") from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        if data[:2] != b"MZ":
            raise ValueError("no MZ at its start")
        (self._header,) = struct.unpack_from("<I", data, 0x3C)
        if data[self._header : self._header + 4] != b"PE\0\0":
            raise ValueError("no PE header")
        self._machine, sections, *_rest, optional_size, _flags = struct.unpack_from("<HHIIIHH", data, self._header + 4)
        self._optional = self._header + 24
        self._sections = [self._section(self._optional + optional_size + 40 * number) for number in range(sections)]

    def read(self) -> PeFile:
        major, minor = struct.unpack_from("<HH", self._data, self._optional + 48)
        return PeFile(
            machine=self._machine,
            imports=frozenset([*self._imports(), *self._delayed_imports()]),
            is_signed=self._directory(_SIGNATURES)[1] > 0,
            is_from_wine=any(mark in self._data[: self._header] for mark in WINE_MARKS),
            subsystem_version=(major, minor),
        )

    def _section(self, at: int) -> _Section:
        virtual_size, address, raw_size, offset = struct.unpack_from("<IIII", self._data, at + 8)
        return _Section(address, max(virtual_size, raw_size), offset)

    def _directory(self, number: int) -> tuple[int, int]:
        """Address and size of an entry of the table, which lies 16 bytes further in 64-bit files."""
        (magic,) = struct.unpack_from("<H", self._data, self._optional)
        table = self._optional + (112 if magic == 0x20B else 96)
        (entries,) = struct.unpack_from("<I", self._data, table - 4)
        if number >= entries:
            return 0, 0
        address, size = struct.unpack_from("<II", self._data, table + 8 * number)
        return address, size

    def _imports(self) -> Iterator[str]:
        yield from self._names(_IMPORTS, _IMPORT_SIZE, 12)

    def _delayed_imports(self) -> Iterator[str]:
        yield from self._names(_DELAYED_IMPORTS, _DELAYED_SIZE, 4)

    def _names(self, directory: int, record_size: int, name_at: int) -> Iterator[str]:
        """The names in a list of records that ends with one full of zeros."""
        address, size = self._directory(directory)
        if not address or not size:
            return
        at = self._offset(address)
        while any(record := self._data[at : at + record_size]):
            (name,) = struct.unpack_from("<I", record, name_at)
            yield self._text(name)
            at += record_size

    def _text(self, address: int) -> str:
        start = self._offset(address)
        return self._data[start : self._data.index(b"\0", start)].decode("ascii").lower()

    def _offset(self, address: int) -> int:
        for section in self._sections:
            if section.address <= address < section.address + section.size:
                return address - section.address + section.offset
        raise ValueError(f"nothing lies at address {address:#x}")
