"""Rules about the archive: the outer tar, package.tgz and the signature (spk-format.md chapter 7).

Those about its files (names, modes, owners, links) are in `archive_files`, about unreadable parts in `archive_parts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spkcore.archive.identify import ArchiveKind
from spkcore.archive.read import INFO_MEMBER, PAYLOAD_MEMBER
from spkcore.archive.tarstream import Member, shown
from spkcore.base.reference import table
from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import archive_files, archive_parts, rule
from spkcore.checks.subject import Subject
from spkcore.package.entries import PAYLOAD, Entry, Kind
from spkcore.package.findings import Severity

MODULES = (archive_files, archive_parts)
"""Where the other rules of this area are."""

SIGNATURE = "syno_signature.asc"

_FOREIGN = frozenset({ArchiveKind.PAYLOAD, ArchiveKind.ZIP, ArchiveKind.RAR, ArchiveKind.SEVEN_ZIP, ArchiveKind.BZIP2})


@rule("A001")
def compressed_for_dsm7(subject: Subject) -> Iterator[Hit]:
    """DSM 7 takes only a plain tar."""
    return _gzip_outside(subject)


@rule("A002")
def compressed_for_dsm6(subject: Subject) -> Iterator[Hit]:
    """DSM up to 6 unpacks a compressed file; nothing else does."""
    return _gzip_outside(subject)


def _gzip_outside(subject: Subject) -> Iterator[Hit]:
    if subject.spk is not None and subject.is_readable and subject.spk.identity.outer == "gzip":
        yield hit()


@rule("A003")
def no_tar(subject: Subject) -> Iterator[Hit]:
    """What is no tar is no package for any DSM."""
    if subject.spk is None:
        return
    identity = subject.spk.identity
    if identity.kind in _FOREIGN:
        yield hit(what=identity.explanation)
    elif identity.outer == "xz":
        yield hit(variant="xz")


@rule("A004")
def encrypted_by_synology(subject: Subject) -> Iterator[Hit]:
    """Synology's own packages for DSM 7 can be installed, but not looked into."""
    if subject.spk is not None and subject.spk.identity.kind is ArchiveKind.SYNOLOGY:
        yield hit()


@rule("A005")
def no_info(subject: Subject) -> Iterator[Hit]:
    """INFO is what DSM looks for first."""
    if not subject.is_file(INFO_MEMBER):
        yield hit(INFO_MEMBER)


@rule("A006")
def no_payload(subject: Subject) -> Iterator[Hit]:
    """package.tgz must be there, even if it is empty."""
    if PAYLOAD not in subject.entries:
        yield hit(PAYLOAD, severity=None if subject.spk is not None else Severity.WARNING)


@rule("A007")
def dotted_names(subject: Subject) -> Iterator[Hit]:
    """DSM asks tar for the member INFO, and ./INFO is another name."""
    names = [member.name for member in _members(subject) if member.name.startswith("./") and member.path]
    if names:
        yield hit(count=len(names), name=shown(names[0]))


@rule("A008")
def file_for_folder(subject: Subject) -> Iterator[Hit]:
    """A packed folder inside the package is not unpacked again."""
    for name in table("archive")["members"]["must_be_folders"]:
        if subject.is_file(name):
            yield hit(name, name=name)


@rule("A009")
def pax_headers(subject: Subject) -> Iterator[Hit]:
    """One note from DSM 7.2.2 says that such a file is refused."""
    names = [member.name for member in _members(subject) if member.has_pax]
    if names:
        yield hit(count=len(names), name=shown(names[0]))


@rule("A016")
def same_name_twice(subject: Subject) -> Iterator[Hit]:
    """Which one of two members of the same name counts depends on who reads them."""
    if subject.spk is None:
        return
    for path in _twice(subject.spk.members):
        yield hit(path, name=shown(path))
    inner = _twice(subject.spk.payload_members)
    if inner:
        yield hit(PAYLOAD, variant="payload", severity=Severity.WARNING, count=len(inner), name=shown(inner[0]))


@rule("A018")
def xz_for_old_dsm(subject: Subject) -> Iterator[Hit]:
    """DSM before 6.0 calls tar zxf."""
    if subject.spk is not None and subject.spk.payload_compression == "xz":
        yield hit(PAYLOAD)


@rule("A019")
def broken_payload(subject: Subject) -> Iterator[Hit]:
    """A payload that cannot be unpacked ends the installation."""
    if subject.spk is None:
        return
    if subject.spk.payload_error:
        yield hit(PAYLOAD, reason=subject.spk.payload_error.rstrip("."))
    elif subject.spk.payload_compression == "none":
        yield hit(PAYLOAD, variant="plain", severity=Severity.WARNING)
    elif subject.spk.payload_lacks_mark:
        yield hit(PAYLOAD, variant="unmarked", severity=Severity.WARNING)


@rule("A020")
def names_that_lead_out(subject: Subject) -> Iterator[Hit]:
    """Names that lead out of the folder into which package.tgz is unpacked."""
    members = subject.spk.payload_members if subject.spk is not None else ()
    names = [member.name for member in members if _leads_out(member.name)]
    if names:
        yield hit(PAYLOAD, count=len(names), name=shown(names[0]))


@rule("A024")
def useless_signature(subject: Subject) -> Iterator[Hit]:
    """DSM 7 has no use for the signature of DSM 5 and 6."""
    if subject.targets.only_dsm7 and SIGNATURE in subject.entries:
        yield hit(SIGNATURE)


@rule("A025")
def outdated_signature(subject: Subject) -> Iterator[Hit]:
    """A signature is about the exact bytes of a package."""
    signature = subject.entries.get(SIGNATURE)
    if signature is not None and (subject.spk is None or _is_older_than_something(signature, subject)):
        yield hit(SIGNATURE)


@rule("A029")
def devices_in_payload(subject: Subject) -> Iterator[Hit]:
    """Devices and pipes need root to be unpacked, and packages of DSM 7 are not unpacked as root."""
    members = subject.spk.payload_members if subject.spk is not None else ()
    found = [member for member in members if member.entry_kind is None]
    if found:
        yield hit(PAYLOAD, count=len(found), name=shown(found[0].name), kind=found[0].kind)


def _members(subject: Subject) -> tuple[Member, ...]:
    return subject.spk.members if subject.spk is not None else ()


def _twice(members: Iterable[Member]) -> list[str]:
    """The paths that stand in a tar more than once; a folder may, it only gets its attributes again."""
    seen: set[str] = set()
    found: dict[str, None] = {}
    for member in members:
        if member.path in seen and member.kind != Kind.DIRECTORY:
            found[member.path] = None
        seen.add(member.path)
    return list(found)


def _leads_out(name: str) -> bool:
    return name.startswith("/") or (".." in name and ".." in name.split("/"))


def _is_older_than_something(signature: Entry, subject: Subject) -> bool:
    """Whether something was packed that is newer than the signature, or INFO names another payload than this one."""
    assert subject.spk is not None
    signed = _mtime(signature)
    checksum = subject.info.get("checksum")
    is_other_payload = bool(checksum) and checksum.lower() != subject.spk.payload_md5
    return is_other_payload or any(
        member.kind == Kind.FILE and (member.attributes.mtime or 0) > signed and member.path != PAYLOAD_MEMBER
        for member in subject.spk.members
    )


def _mtime(entry: Entry) -> int:
    return (entry.attributes.mtime or 0) if entry.attributes is not None else 0
