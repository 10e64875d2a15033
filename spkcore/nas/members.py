"""Sorts what Package Center unpacked by package, and makes each of them a package folder that can be opened and built.

One queue of Package Center unpacks several packages one after the other, into the same place or into places beside each
other; each place that holds an INFO is one package. What lies in no such place (single scripts that DSM looked at,
package lists) belongs to nobody.
"""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spkcore.archive.extract import extract_package
from spkcore.archive.read import INFO_MEMBER, PAYLOAD_MEMBER
from spkcore.base.errors import SpkError
from spkcore.base.files import free_path, windows_safe, write_error
from spkcore.base.tasks import TaskContext
from spkcore.nas.keeping import keep_folder, move
from spkcore.nas.naming import Naming
from spkcore.nas.received import Pulled
from spkcore.package.info import Info

OTHER_FILES = "other files"
MOST_INFO = 4 << 20


@dataclass(slots=True)
class Unpacked:
    """What was unpacked of one package: {path in the package: file}; `clashes` are other files at the same paths."""

    naming: Naming
    files: dict[str, Pulled] = field(default_factory=dict)
    clashes: list[Pulled] = field(default_factory=list)

    def take(self, tail: str, item: Pulled) -> None:
        """A file of this package. Package Center unpacks several times: the same content counts once."""
        known = self.files.setdefault(tail, item)
        if known is not item and known.md5 != item.md5:
            self.clashes.append(item)

    @property
    def is_openable(self) -> bool:
        """Whether the payload is there: packed, or as DSM unpacked it."""
        return PAYLOAD_MEMBER in self.files or any(tail.startswith("package/") for tail in self.files)


def sort_members(members: Sequence[Pulled]) -> tuple[list[Unpacked], list[Pulled]]:
    """The packages that were unpacked, in the order in which they were found, and what belongs to none of them."""
    roots = {_above(item.name): item for item in members if item.name.split("/")[-1] == INFO_MEMBER}
    namings = {root: _naming(item) for root, item in roots.items() if item.size <= MOST_INFO}
    packages: dict[Naming, Unpacked] = {}
    for naming in namings.values():
        packages.setdefault(naming, Unpacked(naming))
    loose = []
    for item in sorted(members, key=lambda item: _rank(item.name)):
        root = _root_of(item.name, namings)
        if root is None:
            loose.append(item)
        else:
            packages[namings[root]].take(item.name[len(root) :].lstrip("/"), item)
    known = {(tail, item.md5) for package in packages.values() for tail, item in package.files.items()}
    loose = [item for item in loose if not any((tail, item.md5) in known for tail in _tails(item.name))]
    return list(packages.values()), [*loose, *(item for package in packages.values() for item in package.clashes)]


def _naming(item: Pulled) -> Naming:
    return Naming.of(Info.parse(item.path.read_bytes()))


def _above(name: str) -> str:
    return name.rpartition("/")[0]


def _root_of(name: str, roots: Iterable[str]) -> str | None:
    """The innermost of the places that hold `name`."""
    inside = [root for root in roots if not root or name.startswith(f"{root}/")]
    return max(inside, key=len, default=None)


def _rank(name: str) -> tuple[bool, str]:
    """What is unpacked for the installation comes before what is unpacked for a look or for the wizard."""
    return not ("install" in name or "extract." in name), name


def _tails(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[start:]) for start in range(1, len(parts))]


def make_folder_of(package: Unpacked, folder: Path, context: TaskContext) -> tuple[Path, str]:
    """Make the folder of one package in the user's `folder`: one that can be opened if the payload is there, else its
    loose members. One with the same content that is there already serves as well. Returns it and a warning, "" if all
    is well. Raises `WriteError`, `Cancelled`."""
    made, warning = _make_folder_of(package, folder, context)
    return keep_folder(made, package.naming.folder_name, OTHER_FILES), warning


def _make_folder_of(package: Unpacked, folder: Path, context: TaskContext) -> tuple[Path, str]:
    target = free_path(folder, package.naming.folder_name)
    if not package.is_openable:
        _move_all(package.files, target)
        return target, ""
    rest = package.files
    if PAYLOAD_MEMBER in rest:
        rest = {tail: item for tail, item in rest.items() if not tail.startswith("package/")}
    outer = {tail: item for tail, item in rest.items() if not tail.startswith("package/")}
    # Beside the files, and under a name without a number: the folder remembers what it was made from.
    packed = next(iter(package.files.values())).path.with_name(f"{package.naming.folder_name}.tar")
    try:
        _pack(outer, packed)
        extract_package(packed, target, context)
    except SpkError as error:
        shutil.rmtree(target, ignore_errors=True)
        _move_all(rest, target)
        return target, f"{target.name} holds the files as they came, because they make no package: {error.what}"
    finally:
        packed.unlink(missing_ok=True)
    _move_all({tail: item for tail, item in rest.items() if tail not in outer}, target)
    return target, ""


def keep_loose(items: Sequence[Pulled], folder: Path) -> None:
    """Keep what belongs to no package in the user's `folder`, at its path on the NAS."""
    target = free_path(folder, OTHER_FILES)
    for item in items:
        move(item.path, _free(target / _safe(item.name)))
    keep_folder(target, OTHER_FILES)


def _move_all(files: dict[str, Pulled], target: Path) -> None:
    for tail, item in files.items():
        move(item.path, _free(target / _safe(tail)))


def _safe(name: str) -> Path:
    return Path(*(windows_safe(part) for part in name.split("/") if part not in {"", ".", ".."}))


def _free(path: Path) -> Path:
    return free_path(path.parent, path.name)


def _pack(files: dict[str, Pulled], target: Path) -> None:
    """A plain tar of the outer members, as an .spk is one, with INFO first."""
    try:
        with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
            for tail in sorted(files, key=lambda tail: (tail != INFO_MEMBER, tail)):
                member = tarfile.TarInfo(tail)
                member.size = files[tail].size
                member.mode = 0o755 if tail.startswith("scripts/") else 0o644
                with files[tail].path.open("rb") as stream:
                    archive.addfile(member, stream)
    except OSError as error:
        raise write_error(target, error) from error
