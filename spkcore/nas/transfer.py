"""Brings files that only root may read from the NAS to this computer, by SFTP or over the command channel."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Literal

from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.agents import named_command
from spkcore.nas.pipeline import Download, Pipeline
from spkcore.nas.received import LazyPartFile, Pulled, RemoteFile, arriving
from spkcore.nas.session import Session
from spkcore.nas.staging import CopyFailedError, NoShareError, staged
from spkcore.nas.tarstream import pull_by_tar

__all__ = ["Pulled", "RemoteFile", "Way", "list_files", "pull", "pull_files"]

Way = Literal["sftp", "exec"]
_LIST_SECONDS = 1800.0
"""The NAS computes a checksum of every file; its disks give about 100 MB/s."""
_LIST = r"""
cd "$1" || exit 9
if [ "$2" = all ]; then find . -type f -print; else cat; fi |
    tr '\n' '\0' | xargs -0 sh -c 'wc -c -- "$@"; md5sum -- "$@"' sh
echo ==end
"""
_SIZE_LINE = re.compile(r"\s*(?P<size>[0-9]+) \./(?P<name>.+)")
_SUM_LINE = re.compile(r"(?P<escaped>\\?)(?P<md5>[0-9a-f]{32})  \./(?P<name>.+)")


def pull(
    session: Session,
    folder: str,
    local_folder: Path,
    context: TaskContext,
    *,
    names: Collection[str] | None = None,
    prefer: Way = "sftp",
) -> list[Pulled]:
    """Copy the files below `folder` (only those in `names`, relative to it, if given) to `local_folder`, as root.

    Sizes and MD5 sums are compared with the NAS's. With `prefer="sftp"` the way falls back to the
    command channel where SFTP is off, shows no share to write into, or fails. Nothing stays behind on the NAS;
    files already finished stay on this computer after an error. Raises `TransferDamagedError`, `WriteError`,
    `CommandFailedError`, and what sessions raise.
    """
    files = list_files(session, folder, context, names)
    if not files:
        return []
    pulled = _pull_by_sftp(session, folder, local_folder, files, context) if prefer == "sftp" else None
    return _pull_by_tar(session, folder, local_folder, files, context) if pulled is None else pulled


def pull_files(
    session: Session, files: Sequence[tuple[RemoteFile, Path]], context: TaskContext, folder: str = "/"
) -> list[Pulled]:
    """Download files that SFTP shows, each (name relative to the SFTP path `folder`, size and MD5; its new path).

    Raises what `pull` raises, and `SftpUnavailableError`.
    """
    local = [LazyPartFile(path, file) for file, path in files]
    try:
        with session.sftp(context) as sftp:
            Pipeline(sftp, _downloads(folder, local), _progress(context, [file for file, _path in files])).run()
    finally:
        for file in local:
            file.discard()
    return [file.pulled() for file in local]


def list_files(
    session: Session, folder: str, context: TaskContext, names: Collection[str] | None = None
) -> list[RemoteFile]:
    """The regular files below `folder` (only those in `names`, if given) with size and MD5 as root sees them now.

    Names with a line break in them are left out. Raises `CommandFailedError`.
    """
    wanted = b"".join(f"./{name}\n".encode(errors="surrogateescape") for name in names or ())
    command = named_command(_LIST, "spk-list", [folder, "all" if names is None else "given"])
    result = session.root.execute(command, wanted, _LIST_SECONDS, context)
    if not result.text.endswith("==end\n"):
        raise errors.CommandFailedError(f"Listing {folder}", session.target.place, result.err)
    return parse_listing(result.text)


def parse_listing(text: str) -> list[RemoteFile]:
    """The files in the output of the listing command: those with both a size and a checksum, by name."""
    sizes: dict[str, int] = {}
    sums: dict[str, str] = {}
    for line in text.split("\n"):
        if match := _SUM_LINE.fullmatch(line):
            name = match["name"]
            sums[name.replace("\\\\", "\\") if match["escaped"] else name] = match["md5"]
        elif match := _SIZE_LINE.fullmatch(line):
            sizes[match["name"]] = int(match["size"])
    return [RemoteFile(name, sizes[name], sums[name]) for name in sorted(sizes) if name in sums]


def _pull_by_sftp(
    session: Session, folder: str, local_folder: Path, files: Sequence[RemoteFile], context: TaskContext
) -> list[Pulled] | None:
    """None if SFTP cannot do it here."""
    try:
        with (
            session.sftp(context) as sftp,
            staged(session, sftp, folder, files) as copy,
            arriving(local_folder, files) as local,
        ):
            session.log.add(f"Pull {len(local)} files from {copy} over SFTP")
            Pipeline(sftp, _downloads(copy, local), _progress(context, files)).run()
            return [file.pulled() for file in local]
    except (errors.SftpUnavailableError, errors.SftpFailedError, NoShareError, CopyFailedError) as error:
        session.log.add(f"Not by SFTP: {error}")
        return None


def _pull_by_tar(
    session: Session, folder: str, local_folder: Path, files: Sequence[RemoteFile], context: TaskContext
) -> list[Pulled]:
    session.log.add(f"Pull {len(files)} files from {folder} over the command channel")
    with arriving(local_folder, files) as local:
        pull_by_tar(session, folder, local, _progress(context, files), context)
        return [file.pulled() for file in local]


def _downloads(folder: str, files: Sequence[LazyPartFile]) -> list[Download]:
    return [Download(posixpath.join(folder, file.expected.name), file.expected.size, file) for file in files]


def _progress(context: TaskContext, files: Sequence[RemoteFile]) -> Callable[[int], None]:
    done = 0
    total = sum(file.size for file in files)

    def on_bytes(count: int) -> None:
        nonlocal done
        done += count
        context.progress(done, total, "Copying from the NAS")

    return on_bytes
