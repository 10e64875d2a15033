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
from spkcore.nas.tarstream import pull_by_tar, pull_tail

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
_PREFIXES = r"""
cd "$1" || exit 9
while IFS= read -r line; do
    head -c "${line%% *}" -- "${line#* }" | md5sum
done
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
    resumable: bool = False,
) -> list[Pulled]:
    """Copy the files below `folder` (only those in `names`, relative to it, if given) to `local_folder`, as root.

    Sizes and MD5 sums are compared with the NAS's. If it is `resumable`, what an earlier one to the same folder has
    brought is not brought again, and a file that a lost connection cut off goes on where it stopped, if both sides have
    the same bytes before that. With `prefer="sftp"` the way falls back to the
    command channel where SFTP is off, shows no share to write into, or fails. Nothing stays behind on the NAS;
    files already finished stay on this computer after an error. Raises `TransferDamagedError`, `WriteError`,
    `CommandFailedError`, and what sessions raise.
    """
    files = list_files(session, folder, context, names)
    with arriving(local_folder, files, resumable=resumable) as local:
        missing = _still_missing(session, folder, local, context) if resumable else local
        if missing and not (prefer == "sftp" and _pull_by_sftp(session, folder, missing, context)):
            _pull_by_exec(session, folder, missing, context)
        return [file.pulled() for file in local]


def pull_files(
    session: Session, files: Sequence[tuple[RemoteFile, Path]], context: TaskContext, folder: str = "/"
) -> list[Pulled]:
    """Download files that SFTP shows, each (name relative to the SFTP path `folder`, size and MD5; its new path).

    Raises what `pull` raises, and `SftpUnavailableError`.
    """
    local = [LazyPartFile(path, file) for file, path in files]
    try:
        with session.sftp(context) as sftp:
            Pipeline(sftp, _downloads(folder, local), _progress(context, local)).run()
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


def _still_missing(
    session: Session, folder: str, local: Sequence[LazyPartFile], context: TaskContext
) -> list[LazyPartFile]:
    """The files that have to come, each with the place where it goes on: both sides know the bytes before that."""
    parts = {}
    for file in local:
        context.check()
        file.is_finished = file.is_here()
        if not file.is_finished and (part := file.part())[0]:
            parts[file.expected.name] = part
    if parts:
        lines = "".join(f"{size} ./{name}\n" for name, (size, _sum) in parts.items())
        command = named_command(_PREFIXES, "spk-prefixes", [folder])
        answer = session.root.execute(command, lines.encode(errors="surrogateescape"), _LIST_SECONDS, context).text
        sums = [line.split(" ")[0] for line in answer.splitlines()]
        known = {name: size for (name, (size, sum_)), seen in zip(parts.items(), sums, strict=False) if seen == sum_}
        for file in local:
            file.start = known.get(file.expected.name, 0)
    return [file for file in local if not file.is_finished]


def _pull_by_sftp(session: Session, folder: str, local: Sequence[LazyPartFile], context: TaskContext) -> bool:
    """Whether SFTP can do it here."""
    files = [file.expected for file in local]
    try:
        with session.sftp(context) as sftp, staged(session, sftp, folder, files) as copy:
            session.log.add(f"Pull {len(local)} files from {copy} over SFTP")
            Pipeline(sftp, _downloads(copy, local), _progress(context, local)).run()
    except (errors.SftpUnavailableError, errors.SftpFailedError, NoShareError, CopyFailedError) as error:
        session.log.add(f"Not by SFTP: {error}")
        for file in local:
            file.discard()
        return False
    return True


def _pull_by_exec(session: Session, folder: str, local: Sequence[LazyPartFile], context: TaskContext) -> None:
    missing = [file for file in local if not file.is_finished]
    session.log.add(f"Pull {len(missing)} files from {folder} over the command channel")
    on_bytes = _progress(context, missing)
    for file in missing:
        if file.start:
            pull_tail(session, folder, file, on_bytes, context)
    whole = [file for file in missing if not file.is_finished]
    if whole:
        pull_by_tar(session, folder, whole, on_bytes, context)


def _downloads(folder: str, files: Sequence[LazyPartFile]) -> list[Download]:
    return [
        Download(posixpath.join(folder, file.expected.name), file.expected.size, file, file.start) for file in files
    ]


def _progress(context: TaskContext, files: Sequence[LazyPartFile]) -> Callable[[int], None]:
    done = sum(file.start for file in files)
    total = sum(file.expected.size for file in files)

    def on_bytes(count: int) -> None:
        nonlocal done
        done += count
        context.progress(done, total, "Copying from the NAS")

    return on_bytes
