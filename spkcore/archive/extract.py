"""Unpacks an .spk into a package folder: nothing outside it, nothing half done, nothing lost for the way back."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from spkcore.archive.identify import identify
from spkcore.archive.read import INFO_MEMBER, PAYLOAD_MEMBER, Archive, Payload, open_archive
from spkcore.archive.streams import ProgressReader, Readable, unreadable
from spkcore.archive.tarstream import EndMark, Member
from spkcore.archive.unpacking import Limits, Unpacker
from spkcore.base.errors import UnreadableError, UsageError
from spkcore.base.files import write_error
from spkcore.base.tasks import TaskContext
from spkcore.package.attributes import ArchiveFacts, own_folder, read_attributes, write_attributes
from spkcore.package.entries import OWN_FOLDER, PAYLOAD, Attributes, Entry, Kind
from spkcore.package.names import DiskNames
from spkcore.package.scanning import keeps_exec_bits

DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was unpacked: the folder, the numbers of outer members and payload entries, what was neutralised, and how
    the archive ends (told among the warnings, too)."""

    folder: Path
    members: int
    payload_entries: int
    warnings: tuple[str, ...] = ()
    end: EndMark = EndMark.WHOLE


def extract_package(source: Path, folder: Path, context: TaskContext, limits: Limits = DEFAULT_LIMITS) -> Extraction:
    """Unpack the .spk `source` to the new or empty folder `folder`.

    The work happens in a hidden folder, beside a new folder or inside an existing one, and moves to its place at the
    end; a failed or cancelled unpack leaves nothing.
    Raises `UsageError` when `folder` is taken, `UnreadableError` for what is no package, is damaged or unsafe,
    `WriteError` when the disk says no.
    """
    target = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow links and rename drives
    _require_free(target)
    try:
        with _work_folder(target) as work:
            extraction = _Extractor(source, work, context, limits).run()
            _move_into_place(work, target)
    except OSError as error:
        raise write_error(target, error) from error
    return Extraction(folder, *extraction)


def unpack_payload(folder: Path, context: TaskContext, limits: Limits = DEFAULT_LIMITS) -> int:
    """Unpack the package.tgz of the package folder `folder` into the folder package beside it; returns the number of
    payload entries. For folders where somebody unpacked only the outer archive.

    The package.tgz stays, as a stale archive that is never packed. A failed or cancelled unpack leaves nothing.
    Raises `UsageError` when there is a payload already, `UnreadableError` for a file that is damaged or unsafe,
    `WriteError` when the disk says no.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow links and rename drives
    source, target = folder / PAYLOAD_MEMBER, folder / PAYLOAD
    _require_free(target)
    try:
        with _work_folder(target) as work:
            entries = _Extractor(source, work, context, limits).run_on_payload(folder)
            _move_into_place(work / PAYLOAD, target)
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise write_error(target, error) from error
    return entries


class _Extractor:
    """One unpacking: reads the archive forward and hands every member to the unpacker."""

    def __init__(self, source: Path, work: Path, context: TaskContext, limits: Limits) -> None:
        self._source = source
        self._work = work
        self._context = context
        self._limits = limits
        self._order: dict[str, None] = {}
        self._payload_entries = 0
        self._payload_header: Attributes | None = None
        self._payload_compression = ""
        self._prefix: str | None = None
        self._has_root = False

    def run(self) -> tuple[int, int, tuple[str, ...], EndMark]:
        """Unpack everything; returns the numbers of members and entries, the warnings, and how the archive ends."""
        with open_archive(self._source, self._context) as archive:
            unpacker = Unpacker(self._work, archive.identity.size, self._limits, self._source.name)
            unpacker.add_folder(PAYLOAD, Entry(Kind.DIRECTORY))
            for member, stream in archive.members():
                if not member.path:
                    continue
                self._order[_unique(member, self._order)] = None
                if member.path == PAYLOAD_MEMBER and stream is not None:
                    self._payload_header = member.attributes
                    self._unpack_payload(archive.payload(stream), unpacker)
                else:
                    self._unpack_outer(member, stream, unpacker)
            unpacker.warnings.extend(archive.warnings)
            self._require_whole(unpacker)
            self._remember(unpacker, archive.identity.outer)
            end = archive.end
        return len(self._order), self._payload_entries, tuple(unpacker.warnings), end

    def run_on_payload(self, folder: Path) -> int:
        """Unpack a package.tgz that lies in the package folder `folder`, and add what it says to the folder's
        attributes.json; returns the number of entries."""
        try:
            size = self._source.stat().st_size
            stream = self._source.open("rb", buffering=0)
        except OSError as error:
            raise unreadable(self._source, error) from error
        unpacker = Unpacker(self._work, size, self._limits, self._source.name)
        unpacker.add_folder(PAYLOAD, Entry(Kind.DIRECTORY))
        with stream:
            reader = ProgressReader(stream, size, self._context)
            archive = Archive(replace(identify(self._source), outer="none"), reader, folder.name, self._context)
            self._unpack_payload(archive.payload(reader), unpacker)
        unpacker.make_links()
        stored = read_attributes(folder)
        facts = replace(
            stored.facts,
            payload_compression=self._payload_compression,
            payload_prefix=self._prefix or "",
            payload_root=self._has_root,
            implied_folders=stored.facts.implied_folders | unpacker.implied,
        )
        names = DiskNames({**stored.names.differing, **unpacker.names.differing})
        own_folder(folder)
        exec_bits = stored.exec_bits if stored.entries else keeps_exec_bits(folder)
        # Before the move: lines about files that are not there yet harm nobody if moving them to their place fails.
        write_attributes(folder, {**stored.entries, **unpacker.entries}, facts, names, exec_bits=exec_bits)
        return self._payload_entries

    def _unpack_outer(self, member: Member, stream: Readable | None, unpacker: Unpacker) -> None:
        top = member.path.split("/")[0]
        if top == OWN_FOLDER:
            unpacker.warnings.append(
                f"{member.name}: left out, because SPK Creator keeps its own files under this name"
            )
        elif top in {PAYLOAD_MEMBER, PAYLOAD}:
            raise UnreadableError(
                "The package holds something else where its payload belongs", member.name, "It is no usable package."
            )
        else:
            unpacker.add(member.path, member, stream, position=len(self._order) - 1)

    def _unpack_payload(self, payload: Payload, unpacker: Unpacker) -> None:
        self._payload_compression = payload.compression
        for position, (member, stream) in enumerate(payload.members()):
            self._payload_entries += 1
            if not member.path:
                self._has_root = True
                unpacker.add_folder(PAYLOAD, Entry(Kind.DIRECTORY, member.attributes, position=position))
                continue
            if self._prefix is None:
                self._prefix = "./" if member.name.startswith("./") else ""
            plain = self._prefix + member.path
            written = member.name.rstrip("/")
            unpacker.add(
                f"{PAYLOAD}/{member.path}" if not member.path.startswith("/") else member.path,
                member,
                stream,
                position=position,
                archive_name="" if written == plain else member.name,
                root=f"{PAYLOAD}/",
            )

    def _require_whole(self, unpacker: Unpacker) -> None:
        info = unpacker.entries.get(INFO_MEMBER)
        if info is None or info.kind is not Kind.FILE:
            raise UnreadableError("The archive holds no file INFO", self._source.name, "It is no package.")
        if PAYLOAD_MEMBER not in self._order:
            unpacker.warnings.append("The package holds no package.tgz; its payload is empty")

    def _remember(self, unpacker: Unpacker, outer_compression: str) -> None:
        facts = ArchiveFacts(
            source=self._source.name,
            payload_compression=self._payload_compression,
            payload_prefix=self._prefix or "",
            payload_root=self._has_root,
            outer_compression="" if outer_compression == "none" else outer_compression,
            outer_order=tuple(self._order),
            payload_member=self._payload_header,
            implied_folders=frozenset(unpacker.implied),
        )
        unpacker.make_links()
        own_folder(self._work)
        write_attributes(self._work, unpacker.entries, facts, unpacker.names, exec_bits=keeps_exec_bits(self._work))


def _unique(member: Member, order: Collection[str]) -> str:
    """The member's path; two outer members of one name are refused, because DSM's programs would disagree on them."""
    if member.path in order and member.kind != Kind.DIRECTORY:
        raise UnreadableError(
            "The package holds two members of the same name", member.name, "Get the package from its publisher again."
        )
    return member.path


def _require_free(target: Path) -> None:
    if not os.path.lexists(target):
        return
    if target.is_symlink() or not target.is_dir() or any(target.iterdir()):
        raise UsageError("The target is not empty", str(target), "Choose a new or an empty folder.")


@contextlib.contextmanager
def _work_folder(target: Path) -> Iterator[Path]:
    """A new hidden folder on the drive of `target`; gone afterwards unless it was moved, as are parents made for it
    if that fails."""
    missing = [parent for parent in target.parents if not parent.exists()]
    name = f".{target.name[:100]}.{secrets.token_hex(4)}.part"
    work = target / name if target.exists() else target.with_name(name)
    try:
        work.mkdir(parents=True)
        yield work
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        for parent in missing:
            with contextlib.suppress(OSError):
                parent.rmdir()
        raise


def _move_into_place(work: Path, target: Path) -> None:
    """Make `target` of the finished folder `work`. An existing target stays the folder that it is: it may be a mount,
    or the current folder of a shell."""
    if not target.exists():
        work.rename(target)
        return
    moved: list[Path] = []
    try:
        for item in sorted(work.iterdir()):
            moved.append(target / item.name)
            item.rename(moved[-1])
    except OSError:
        for place in moved:
            with contextlib.suppress(OSError):
                place.rename(work / place.name)
        raise
    work.rmdir()
