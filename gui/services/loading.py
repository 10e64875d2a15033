"""What opening does in its worker thread: look at the path, unpack an .spk into a scratch folder, read the package."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from gui.qt.i18n import tr
from spkcore.base.errors import SpkError, UnreadableError
from spkcore.base.files import remove_folder
from spkcore.base.tasks import TaskContext
from spkcore.package.journal import Recovery, read_recovery
from spkcore.package.project import Package, open_package

INFO = "INFO"


@dataclass(frozen=True, slots=True)
class Loaded:
    """An opened package. `source` is the .spk it was unpacked from, `remark` what is to be said of that; `recovery` is
    what a crash left unsaved, and `damage` why that cannot be read."""

    package: Package
    source: Path | None
    recovery: Recovery | None
    damage: SpkError | None = None
    remark: str = ""


def load(path: Path, home: Path, context: TaskContext) -> Loaded:
    """Open a package folder, its INFO file, or an .spk.

    Raises `UnreadableError` that says why anything else cannot be opened.
    """
    if path.is_dir():
        return load_folder(package_folder(path), None, context)
    if path.name == INFO:
        return load_folder(path.parent, None, context)
    return _load_archive(path, home, context)


def load_folder(folder: Path, source: Path | None, context: TaskContext) -> Loaded:
    """Open the package folder; `source` is given for scratch folders."""
    context.progress(0, 0, tr("Reading the package folder"), "files")
    package = open_package(folder, context)
    try:
        return Loaded(package, source, read_recovery(package))
    except UnreadableError as error:
        return Loaded(package, source, None, error)


def load_unpacking(folder: Path, context: TaskContext) -> Loaded:
    """Unpack the package.tgz of a folder where only the outer archive was unpacked, then open the folder."""
    from spkcore.archive.extract import unpack_payload

    context.progress(0, 0, tr("Unpacking the payload"))
    unpack_payload(folder, context)
    return load_folder(folder, None, context)


def package_folder(folder: Path) -> Path:
    """`folder`, or the one folder inside it that holds INFO. Raises `UnreadableError` when there is none."""
    if (folder / INFO).is_file():
        return folder
    inside = [path.parent for path in folder.glob(f"*/{INFO}") if path.is_file()]
    if len(inside) == 1:
        return inside[0]
    if inside:
        names = ", ".join(sorted(path.name for path in inside)[:5])
        raise UnreadableError(
            tr("This folder holds several packages"), str(folder), tr("Open one of them: {names}.", names=names)
        )
    raise UnreadableError(
        tr("This folder is not a package folder: it holds no file INFO"),
        str(folder),
        tr("Choose the folder that holds INFO, or make a new package."),
    )


def scratch_folder(home: Path) -> Path:
    """Where .spk files are unpacked to until they are saved."""
    return home / "scratch"


def remove_scratch(folder: Path, home: Path) -> None:
    """Delete a scratch folder; anything outside the program's own place is left alone."""
    root = scratch_folder(home).resolve()
    place = folder.resolve()
    if root in place.parents:
        top = root / place.relative_to(root).parts[0]
        remove_folder(top)


def _load_archive(path: Path, home: Path, context: TaskContext) -> Loaded:
    from spkcore.archive.extract import extract_package
    from spkcore.archive.identify import identify

    context.progress(0, 0, tr("Looking at the file"))
    identity = identify(path)
    if not identity.readable:
        raise UnreadableError(identity.explanation, str(path), identity.advice)
    room = scratch_folder(home) / uuid.uuid4().hex[:12]
    room.mkdir(parents=True)
    try:
        extraction = extract_package(path, room / (path.stem or "package"), context)
        return replace(load_folder(extraction.folder, path, context), remark=extraction.end.note)
    except BaseException:
        remove_folder(room)
        raise
