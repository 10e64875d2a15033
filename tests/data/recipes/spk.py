"""Makes small .spk files to order: a sound package, with the differences that a case asks for."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Bytes = bytes | str
SCRIPTS = ("preinst", "postinst", "preuninst", "postuninst", "preupgrade", "postupgrade")

START_STOP_STATUS = """#!/bin/sh
case "$1" in
    start | stop | prestart | prestop)
        exit 0
        ;;
    status)
        exit 0
        ;;
esac
exit 1
"""

_INFO7 = {
    "package": "sample",
    "version": "1.0-0001",
    "os_min_ver": "7.0-40000",
    "displayname": "Sample",
    "description": "A small package that shows one thing.",
    "arch": "noarch",
    "maintainer": "Jane Doe",
    "ctl_stop": "no",
}
_INFO6 = _INFO7 | {"os_min_ver": "6.1-15047"}

_GREY_256 = bytes.fromhex(
    "78daedca210100000c0230fa472125116e2f36bdf410411004411004411004411004411004411004411004411084df61ad8c413c"
)
"""The pixels of a grey picture of 256 x 256, compressed: stored, they would be most of every package."""


@dataclass(frozen=True)
class Member:
    """One member of a tar, as the tar will have it."""

    name: str
    data: bytes = b""
    mode: int = 0o644
    type: bytes = tarfile.REGTYPE
    target: str = ""
    uid: int = 0
    gid: int = 0
    mtime: int = 0
    pax: tuple[tuple[str, str], ...] = ()


Rework = Callable[[list[Member]], Iterable[Member]]


@dataclass(frozen=True)
class Case:
    """What one rule is tried with. `dsm` is the DSM version to ask for ("" is what INFO says).

    `beside` names the rules that the passing package cannot help breaking. `by_hand` makes its folder as a person
    would, because unpacking refuses such a file, or mends it.
    """

    fails: bytes
    passes: bytes
    dsm: str = ""
    beside: frozenset[str] = field(default_factory=frozenset)
    by_hand: bool = False


def case(
    fails: bytes, passes: bytes | None = None, *, dsm: str = "", beside: Iterable[str] = (), by_hand: bool = False
) -> Case:
    """A case; the package that passes is the sound one where none is given."""
    return Case(fails, spk() if passes is None else passes, dsm, frozenset(beside), by_hand)


def spk(
    dsm: int = 7,
    *,
    info: Mapping[str, str | None] | None = None,
    raw_info: Bytes | None = None,
    files: Mapping[str, Bytes | None] | None = None,
    payload: Mapping[str, Bytes | None] | None = None,
    modes: Mapping[str, int] | None = None,
    links: Mapping[str, str] | None = None,
    compression: str = "gzip",
    rework: Rework | None = None,
    rework_payload: Rework | None = None,
    wrap: str = "none",
    format: int = tarfile.USTAR_FORMAT,  # noqa: A002 - the name that tarfile uses
) -> bytes:
    """The bytes of an .spk.

    `info`, `files` (outside the payload) and `payload` (paths without "package/") change the sound package: None
    removes a key or a file. `raw_info` is INFO as a whole. `modes` and `links` go by path, those of the payload with
    "package/". `rework` and `rework_payload` get the members of the two tars at the end. `wrap` compresses the whole.
    """
    modes = modes or {}
    inner = _members({"bin/tool": "#!/bin/sh\nexit 0\n"} | dict(payload or {}), modes, "package/")
    inner += [_link(path, target) for path, target in (links or {}).items() if path.startswith("package/")]
    packed = pack(_tar(rework_payload(inner) if rework_payload else inner, tarfile.GNU_FORMAT), compression)
    outer = _members(_outer(dsm, info or {}, raw_info) | dict(files or {}), modes, "", {"package.tgz": packed})
    outer += [_link(path, target) for path, target in (links or {}).items() if not path.startswith("package/")]
    return pack(_tar(rework(outer) if rework else outer, format), wrap)


def png(width: int, height: int | None = None) -> bytes:
    """A grey picture; the data is stored, not compressed, so that every zlib writes the same bytes."""
    height = width if height is None else height
    rows = (b"\0" + b"\xaa" * ((width + 7) // 8)) * height
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = _GREY_256 if width == height == 256 else _stored(rows)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def elf(machine: int) -> bytes:
    """The header of a 64-bit program for this machine (62 is x86_64, 183 is ARM, 64 bit) and nothing behind it."""
    return b"\x7fELF" + struct.pack("<BBBB8xHHI", 2, 1, 1, 0, 2, machine, 1) + bytes(40)


def script(body: str = "exit 0\n", shell: str = "#!/bin/sh\n") -> str:
    """A shell script with this body."""
    return f"{shell}{body}"


def renamed(names: Mapping[str, str]) -> Rework:
    """Members with other names."""
    return lambda members: [replace(member, name=names.get(member.name, member.name)) for member in members]


def changed(name: str, **values: Any) -> Rework:
    """One member with other fields."""
    return lambda members: [replace(member, **values) if member.name == name else member for member in members]


def added(*more: Member) -> Rework:
    """Further members at the end."""
    return lambda members: [*members, *more]


def pack(data: bytes, compression: str) -> bytes:
    """`data` as gzip (stored), xz or as it is; the same bytes on every machine."""
    if compression == "gzip":
        packed = gzip.compress(data, compresslevel=0, mtime=0)
        return packed[:9] + b"\x03" + packed[10:]  # the byte that names the system: always Unix
    return lzma.compress(data) if compression == "xz" else data


def _outer(dsm: int, info: Mapping[str, str | None], raw_info: Bytes | None) -> dict[str, Bytes | None]:
    keys = {key: value for key, value in ((_INFO7 if dsm >= 7 else _INFO6) | dict(info)).items() if value is not None}
    text = "".join(f'{key}="{value}"\n' for key, value in keys.items())
    return {
        "INFO": text if raw_info is None else raw_info,
        "PACKAGE_ICON.PNG": png(64 if dsm >= 7 else 72),
        "PACKAGE_ICON_256.PNG": png(256),
        "conf/privilege": '{\n    "defaults": {\n        "run-as": "package"\n    }\n}\n',
        **{f"scripts/{name}": script() for name in SCRIPTS},
        "scripts/start-stop-status": START_STOP_STATUS,
    }


def _members(
    files: Mapping[str, Bytes | None], modes: Mapping[str, int], prefix: str, packed: Mapping[str, bytes] | None = None
) -> list[Member]:
    found: dict[str, Member] = {}
    for path, data in {**files, **(packed or {})}.items():
        if data is None:
            continue
        for folder in _parents(path):
            found.setdefault(folder, Member(folder, mode=modes.get(prefix + folder, 0o755), type=tarfile.DIRTYPE))
        raw = data.encode() if isinstance(data, str) else data
        found[path] = Member(path, raw, modes.get(prefix + path, _mode(path, raw)))
    return list(found.values())


def _mode(path: str, data: bytes) -> int:
    return 0o755 if path.startswith("scripts/") or data.startswith((b"#!", b"\x7fELF")) else 0o644


def _parents(path: str) -> list[str]:
    pieces = path.split("/")[:-1]
    return ["/".join(pieces[: count + 1]) for count in range(len(pieces))]


def _link(path: str, target: str) -> Member:
    return Member(path.removeprefix("package/"), mode=0o777, type=tarfile.SYMTYPE, target=target)


def _tar(members: Iterable[Member], format: int) -> bytes:  # noqa: A002 - the name that tarfile uses
    buffer = io.BytesIO()
    odd: dict[int, int] = {}
    with tarfile.open(fileobj=buffer, mode="w", format=format) as tar:
        for member in members:
            if member.mode > 0o7777:
                odd[tar.offset] = member.mode
            header = tarfile.TarInfo(member.name)
            header.size, header.mode, header.type = len(member.data), member.mode, member.type
            header.linkname, header.uid, header.gid = member.target, member.uid, member.gid
            header.mtime, header.pax_headers = member.mtime, dict(member.pax)
            tar.addfile(header, io.BytesIO(member.data))
        end = tar.offset
    data = bytearray(buffer.getvalue()[: end + 2 * tarfile.BLOCKSIZE])  # without tarfile's padding to 10 KB
    for offset, mode in odd.items():
        _set_mode(memoryview(data)[offset : offset + tarfile.BLOCKSIZE], mode)
    return bytes(data)


def _set_mode(header: memoryview, mode: int) -> None:
    """A mode with more than permissions, as 7-Zip writes it and `tarfile` does not."""
    header[100:108] = f"{mode:07o}\0".encode()
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()


def _stored(data: bytes) -> bytes:
    blocks = [data[start : start + 0xFFFF] for start in range(0, len(data), 0xFFFF)]
    body = b"".join(
        struct.pack("<BHH", index == len(blocks) - 1, len(block), len(block) ^ 0xFFFF) + block
        for index, block in enumerate(blocks)
    )
    return b"\x78\x01" + body + struct.pack(">I", zlib.adler32(data))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
