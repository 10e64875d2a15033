"""What the rules look at: a package folder, the open package of the editor, or an .spk, all in the same shape."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import BinaryIO, TypeVar

from spkcore.archive.identify import Identity
from spkcore.archive.tarstream import Member
from spkcore.base.errors import UnreadableError
from spkcore.base.tasks import TaskContext, quiet
from spkcore.checks.memory import memory
from spkcore.checks.problem import Hit
from spkcore.checks.targets import Targets, read_version, targets_of
from spkcore.package import jsontext
from spkcore.package.desktop import desktop_folders
from spkcore.package.entries import PAYLOAD, Entry, Kind
from spkcore.package.findings import decode
from spkcore.package.info import Info
from spkcore.package.jsontext import JsonDocument
from spkcore.package.parts import LARGEST_TEXT, read_info
from spkcore.package.version import DsmVersion
from spkcore.package.wizard import WizardFile, wizard_file

PAYLOAD_PREFIX = PAYLOAD + "/"
HEAD = 64
"""Bytes of a payload file that are looked at to tell what it is."""

Result = TypeVar("Result")
Check = Callable[..., Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class SpkFacts:
    """What only an .spk has: the file itself and its outer tar.

    `members` are all outer members as they stand there, duplicates too, `payload_members` those of package.tgz.
    `payload_md5` is the MD5 of package.tgz ("" without one), `payload_size` its bytes, `unpacked_size` the bytes of
    the files in it. `payload_error` says why package.tgz could not be read to its end; `payload_lacks_mark` that it is
    whole, but without the end mark of a tar.
    """

    identity: Identity
    members: tuple[Member, ...] = ()
    payload_members: tuple[Member, ...] = ()
    payload_compression: str = ""
    payload_md5: str = ""
    payload_size: int = 0
    unpacked_size: int = 0
    payload_error: str = ""
    payload_lacks_mark: bool = False


class Unread:
    """The content of a file in an .spk of which only the first bytes were kept."""

    __slots__ = ("head", "size")

    def __init__(self, size: int, head: bytes) -> None:
        self.size = size
        self.head = head

    def open(self) -> BinaryIO:
        raise UnreadableError("Only the start of this file was read", "", "Unpack the package to read it.")

    def read(self) -> bytes:
        raise UnreadableError("Only the start of this file was read", "", "Unpack the package to read it.")


@dataclass(frozen=True, slots=True)
class Payload:
    """The entries of the payload, by their path in the package folder ("package/bin/tool"). Remembered as long as
    every entry is the same, so that facts about 50,000 entries are found out once."""

    entries: Mapping[str, Entry]

    @property
    def files(self) -> Iterator[str]:
        """The paths of the files."""
        return (path for path, entry in self.entries.items() if entry.kind is Kind.FILE)


@dataclass(eq=False)
class Subject:
    """One package, for one run of the rules. Reads are remembered across runs, as long as the entry is the same."""

    entries: Mapping[str, Entry]
    targets: Targets
    info: Info
    spk: SpkFacts | None = None
    context: TaskContext = field(default_factory=quiet)
    quick: bool = False
    """Leave out what takes seconds (shellcheck reading new scripts): for the first of two looks in the editor."""

    @classmethod
    def of(
        cls,
        entries: Mapping[str, Entry],
        targets: Targets | None = None,
        spk: SpkFacts | None = None,
        context: TaskContext | None = None,
        *,
        quick: bool = False,
    ) -> Subject:
        """The package with these entries; its INFO names the targets where none are given."""
        info = read_info(entries)
        return cls(entries, targets or targets_of(info), info, spk, context or quiet(), quick)

    # ------------------------------------------------------------------------------------------ what there is

    @property
    def is_readable(self) -> bool:
        """Whether there is a package to look at: a folder always is, a file only if it is a tar."""
        return self.spk is None or bool(self.spk.members)

    @cached_property
    def outside(self) -> tuple[str, ...]:
        """The paths outside the payload, in the order of the package."""
        return tuple(path for path in self.entries if not path.startswith(PAYLOAD_PREFIX) and path != PAYLOAD)

    @cached_property
    def payload(self) -> Payload:
        """The payload; the same object as in the last run where nothing in it has changed."""
        found = {path: entry for path, entry in self.entries.items() if path.startswith(PAYLOAD_PREFIX)}
        return memory.keep("payload", Payload(found))

    @cached_property
    def scripts(self) -> tuple[str, ...]:
        """The paths of the files in scripts/ that hold text."""
        paths = (path for path in self.outside if path.startswith("scripts/") and self.is_file(path))
        return tuple(path for path in paths if b"\0" not in self.data(path)[:1024])

    @cached_property
    def wizards(self) -> tuple[WizardFile, ...]:
        """The wizard files, scripts among them."""
        return tuple(wizard for path in self.outside if self.is_file(path) and (wizard := wizard_file(path)))

    @cached_property
    def desktop_folders(self) -> tuple[str, ...]:
        """The desktop folders that INFO names ("package/ui"), whether they exist or not."""
        return desktop_folders(self.info)

    @property
    def package(self) -> str:
        """The package ID."""
        return self.info.get("package")

    @cached_property
    def lowest(self) -> DsmVersion | None:
        """The lowest DSM version that INFO allows (os_min_ver, else firmware); None where it names none."""
        return read_version(self.info.get("os_min_ver") or self.info.get("firmware"))

    def is_file(self, path: str) -> bool:
        """Whether `path` is a file (or a hard link to one)."""
        entry = self.entries.get(path)
        return entry is not None and entry.kind in {Kind.FILE, Kind.HARDLINK}

    def is_folder(self, path: str) -> bool:
        """Whether `path` is a folder of the package."""
        entry = self.entries.get(path)
        return entry is not None and entry.kind is Kind.DIRECTORY

    # ------------------------------------------------------------------------------------------ reading

    def data(self, path: str) -> bytes:
        """The bytes of the file `path`; none where it is missing, too large to be a text part, or unreadable."""
        entry = self.entries.get(path)
        if entry is not None and entry.kind is Kind.HARDLINK:
            entry = self.entries.get(entry.target)
        if entry is None or entry.content is None or entry.content.size > LARGEST_TEXT:
            return b""
        return memory.get(("data", path), entry, lambda: _read(entry))

    def text(self, path: str) -> str:
        """The text of the file `path`; bytes that are not UTF-8 are surrogates."""
        entry = self.entries.get(path)
        return memory.get(("text", path), entry, lambda: decode(self.data(path)))

    def json(self, path: str) -> JsonDocument:
        """The JSON of the file `path`, read as leniently as DSM does."""
        entry = self.entries.get(path)
        return memory.get(("json", path), entry, lambda: jsontext.parse(self.text(path).removeprefix("\ufeff")))

    def head(self, path: str) -> bytes:
        """The first bytes of a payload file; none where it cannot be read."""
        entry = self.entries[path]
        return memory.get(("head", path), entry, lambda: _read_head(entry))

    # ------------------------------------------------------------------------------------------ remembered checks

    def per_file(self, paths: Iterable[str], check: Check, *depends: Hashable) -> Iterator[Hit]:
        """The hits of `check(subject, path, *depends)` for each path.

        Remembered for each file: the check may look at that one file and at `depends`, at nothing else.
        """
        for path in paths:
            self.context.check()
            entry = self.entries.get(path)
            yield from memory.get((check, path, depends), entry, partial(_hits, check, self, path, depends))

    def per_payload(self, check: Callable[..., Result], *depends: Hashable) -> Result:
        """`check(subject, *depends)`, remembered as long as no payload entry and none of `depends` changes.

        For lists and tables about the whole payload, and for hits (as a list or tuple, not as an iterator).
        """
        self.context.check()
        return memory.get(("payload", check, depends), self.payload, lambda: check(self, *depends))


def _hits(check: Check, subject: Subject, path: str, depends: tuple[Hashable, ...]) -> tuple[Hit, ...]:
    return tuple(check(subject, path, *depends))


def _read(entry: Entry) -> bytes:
    try:
        return entry.content.read() if entry.content is not None else b""
    except UnreadableError:
        return b""


def _read_head(entry: Entry) -> bytes:
    if entry.content is None:
        return b""
    if isinstance(entry.content, Unread):
        return entry.content.head
    try:
        with entry.content.open() as stream:
            return stream.read(HEAD)
    except (UnreadableError, OSError):
        return b""
