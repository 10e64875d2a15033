"""A copy of files in a shared folder, for as long as SFTP needs it.

DSM's SFTP shows the shared folders only, while captures lie in /volumeN/@tmp. So root copies them into a private
folder that the SFTP user made. The copy is removed by the process that made it as soon as its input ends: after the
transfer, after a cancel, and when the connection breaks.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spkcore.base.errors import NasError
from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.agents import named_command
from spkcore.nas.lease import BEAT_SECONDS, beating
from spkcore.nas.process import RemoteProcess
from spkcore.nas.received import RemoteFile, name_lines
from spkcore.nas.session import Session
from spkcore.nas.sftp import RemoteEntry, Sftp

_SPARE_BYTES = 200_000_000
"""What must stay free in the share beside the copy."""
_REMOVE_SECONDS = 120.0
_HURRY_SECONDS = 5.0
"""How long to wait for the removal after an error or a cancel; the NAS carries it on without us."""
_MARKER = "made-by-spk-creator"
_BEAT = "beat"

_FIND = r"""
for d in /volume[0-9]*/*/"$1" /volume[0-9]*/homes/*/"$1" /volume[0-9]*/homes/@*/*/*/"$1"; do
    [ -f "$d/made-by-spk-creator" ] && [ ! -L "$d" ] || continue
    read -r up rest </proc/uptime
    (set -C && echo "${up%%.*}" >"$d/beat") 2>/dev/null
    cat "$d/made-by-spk-creator"
    echo "$d"
    stat -f -c '%a %S' "$d" 2>/dev/null || df -P -k "$d" | awk 'END { print $4, 1024 }'
done
"""
"""BusyBox's df would look at every mount, also at those of a server that is gone, and wait for it for ever."""
# A copy without its process was left by a power cut or a kill. A new one has no process for a moment, hence its beat,
# in seconds since the NAS was started: its clock may be set at any moment. Only what is so new that it has none, or
# comes from a version that made none, is judged by the age of its file.
_SWEEP = r"""
read -r up rest </proc/uptime
up=${up%%.*}
for d in /volume[0-9]*/*/spk-creator-* /volume[0-9]*/homes/*/spk-creator-* /volume[0-9]*/homes/@*/*/*/spk-creator-*; do
    name=${d##*/spk-creator-}
    case ${#name}$name in 16*[!0-9a-f]*) continue ;; 16*) ;; *) continue ;; esac
    [ -d "$d" ] && [ ! -L "$d" ] && [ -f "$d/made-by-spk-creator" ] && [ ! -L "$d/made-by-spk-creator" ] || continue
    [ "$(wc -c <"$d/made-by-spk-creator")" -eq 33 ] || continue
    ! grep -q "/[s]pk-creator-$name" /proc/[0-9]*/cmdline 2>/dev/null || continue
    last=
    [ ! -f "$d/beat" ] || read -r last <"$d/beat"
    case $last in
        '' | *[!0-9]*) [ -n "$(find "$d/made-by-spk-creator" -mmin +5 2>/dev/null)" ] || continue ;;
        *) [ "$last" -gt "$up" ] || [ $((up - last)) -gt 300 ] || continue ;;
    esac
    rm -rf -- "$d" && echo "$d"
done
"""
_HOLD = r"""
trap '' HUP INT TERM PIPE
umask 077
source=$1 copy=$2 user=$3
export copy
cd "$source" && mkdir "$copy/files" &&
    while IFS= read -r f && [ -n "$f" ]; do printf '%s\n' "$f"; done | tr '\n' '\0' |
    xargs -0 sh -c 'tar -cf - "$@" | tar -xf - -C "$copy/files"' sh &&
    chown -R "$user" "$copy/files" && chmod -R u+rwX "$copy/files" && echo COPIED || echo FAILED
drop() {
    [ -f "$copy/made-by-spk-creator" ] && rm -rf -- "$copy" && [ ! -e "$copy" ]
}
beat() {
    read -r up rest </proc/uptime
    echo "${up%%.*}" >"$copy/beat"
}
beat
while sleep 5 && [ -e "$copy/beat" ]; do
    read -r last <"$copy/beat"
    read -r up rest </proc/uptime
    [ $((${up%%.*} - last)) -gt "$4" ] || continue
    drop
    kill -KILL $$
done </dev/null >/dev/null 2>&1 &
watcher=$!
while IFS= read -r line; do beat; done
kill -KILL $watcher
drop
"""
"""The lines of names end with an empty line; each further line says that the PC is still there, because a PC that lost
its power does not hang up. The modes in question are those of our own copy."""
_LEASE_SECONDS = 120


def remove_stale_copies(session: Session) -> None:
    """Remove the copies that a NAS which lost its power, or a killed process, left in shares. Raises what sessions
    raise."""
    for folder in session.root.execute(named_command(_SWEEP, "spk-sweep")).text.splitlines():
        session.log.add(f"Removed {folder}, which an earlier transfer had left")


class CopyFailedError(NasError):
    """The copy in the shared folder could not be made: its volume is full, a quota, a file that went."""

    def __init__(self, place: str, output: str) -> None:
        super().__init__(
            f"The files could not be copied into a shared folder ({' '.join(output.split()) or 'no message'})",
            place,
            "Free some space in the shared folder.",
        )


class NoShareError(NasError):
    """No shared folder can take the copy."""

    def __init__(self, place: str) -> None:
        super().__init__(
            "SFTP shows no shared folder that the user may write into and that has room",
            place,
            "Give the user write access to a shared folder, or turn on the user home service.",
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """One private folder, as SFTP and as the NAS itself name it."""

    seen: str
    real: str
    free: int


@contextlib.contextmanager
def staged(session: Session, sftp: Sftp, folder: str, files: Sequence[RemoteFile]) -> Iterator[str]:
    """The SFTP path of a copy of `files` (relative to `folder`); it is gone afterwards, whatever happens.

    Raises `NoShareError`, `CopyFailedError`, and what sessions raise.
    """
    place = _find_place(session, sftp, sum(file.size for file in files))
    session.log.add(f"Copy {len(files)} files to {place.real} for SFTP")
    command = named_command(_HOLD, "spk-hold", [folder, place.real, str(session.user_id), str(_LEASE_SECONDS)])
    try:
        process = session.root.start(command, sftp.context)
    except BaseException:
        _drop(sftp, place.seen)
        raise
    patience = _HURRY_SECONDS
    try:
        process.write(name_lines(files) + b"\n")
        _wait_for_copy(process, session)
        with beating(BEAT_SECONDS, lambda: process.write(b"\n")):
            yield f"{place.seen}/files"
        patience = _REMOVE_SECONDS
    finally:
        _remove_copy(process, session, place, patience)


def _wait_for_copy(process: RemoteProcess, session: Session) -> None:
    for line in process.lines():
        if line == "COPIED":
            return
        if line == "FAILED":
            break
    raise CopyFailedError(session.target.place, process.stderr)


def _remove_copy(process: RemoteProcess, session: Session, place: _Place, patience: float) -> None:
    """Let the copying process see the end of its input; runs after a cancel too."""
    process.context = TaskContext()
    try:
        process.close_stdin()
        code = process.wait(patience)
        session.log.add(f"Removed {place.real}" if code == 0 else f"{place.real} could not be removed")
    except NasError as error:
        session.log.add(f"The NAS goes on to remove {place.real} by itself ({error.what})")
    finally:
        process.close()


def _find_place(session: Session, sftp: Sftp, size: int) -> _Place:
    """A private folder in the first share that takes it: the user's home if there is one."""
    shares = [entry for entry in sftp.list("/") if entry.is_folder and entry.name[0] not in "@#."]
    for share in sorted(shares, key=_home_first):
        place = _try_share(session, sftp, share.name)
        if place is None:
            continue
        if place.free >= size + _SPARE_BYTES:
            return place
        _drop(sftp, place.seen)
    raise NoShareError(session.target.place)


def _home_first(entry: RemoteEntry) -> tuple[bool, str]:
    return entry.name != "home", entry.name


def _try_share(session: Session, sftp: Sftp, share: str) -> _Place | None:
    """A private folder in `share`, found again by root through the text in its marker file."""
    name = f"spk-creator-{secrets.token_hex(8)}"
    seen = f"/{share}/{name}"
    token = secrets.token_hex(16)
    try:
        sftp.make_folder(seen)
    except errors.SftpFailedError:
        return None
    try:
        sftp.write_file(f"{seen}/{_MARKER}", f"{token}\n".encode())
        lines = session.root.execute(named_command(_FIND, "spk-find", [name]), context=sftp.context).text.splitlines()
    except BaseException:
        _drop(sftp, seen)
        raise
    if len(lines) != 3 or lines[0] != token:
        _drop(sftp, seen)
        return None
    fields = lines[2].split()
    is_told = len(fields) == 2 and all(field.isdigit() for field in fields)
    return _Place(seen, lines[1], int(fields[0]) * int(fields[1]) if is_told else 0)


def _drop(sftp: Sftp, seen: str) -> None:
    """Remove a private folder that holds nothing but its marker and the beat of its search."""
    wanted, sftp.context = sftp.context, TaskContext()
    try:
        for name in (_BEAT, _MARKER):
            with contextlib.suppress(NasError):
                sftp.remove(f"{seen}/{name}")
        with contextlib.suppress(NasError):
            sftp.remove_folder(seen)
    finally:
        sftp.context = wanted
