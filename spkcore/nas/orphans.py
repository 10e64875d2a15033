"""Finds and removes what captures left on a NAS, by path, marker and owner; lists what Package Center itself left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from spkcore.base.reference import table
from spkcore.base.tasks import TaskContext
from spkcore.nas.agents import RootShell, named_command

_FOLDER = re.compile(r"^(?P<volume>.*/volume[0-9]{1,3})/@tmp/spkcap-(?P<session>[0-9a-f]{8})$")

# A process is ours if the last word of its command line is the name that we gave the agent.
_OURS = r"""
ours() {
    for found in $(grep -l "spkcap-$session" /proc/[0-9]*/cmdline 2>/dev/null); do
        last=$(tr '\000' '\n' 2>/dev/null <"$found" | tail -n 1)
        [ "$last" = "spkcap-$session" ] || continue
        found=${found#/proc/}
        echo "${found%/cmdline}"
    done
}
"""

# A folder is ours if it is no link, belongs to root, and carries a marker of the session in its name.
_MARKED = r"""
is_root() {
    [ "$(ls -ldn "$folder" | awk '{ print $3 }')" = 0 ]
}
is_marked() {
    [ -f "$folder/marker" ] && grep -qx 'spkcap 1' "$folder/marker" 2>/dev/null &&
        grep -qx "session=$session" "$folder/marker"
}
is_empty() {
    [ -z "$(ls -A "$folder")" ]
}
"""

# An agent that was killed at its very start leaves a folder with nothing in it but what it makes first. Anything else
# stays: rmdir takes no folder that holds something.
_UNFINISHED = r"""
unfinished() {
    [ -d "$1" ] && [ ! -L "$1" ] && [ "$(ls -ldn "$1" | awk '{ print $3 }')" = 0 ] || return
    rm -f -- "$1/marker" "$1/marker.new" "$1/state/probe"
    rmdir -- "$1/tree" "$1/state" "$1" 2>/dev/null
}
"""

_END = r"""
for signal in TERM TERM KILL; do
    turn=0
    while [ $turn -lt 20 ] && running=$(ours) && [ -n "$running" ]; do
        kill -$signal $running 2>/dev/null
        sleep 0.1 2>/dev/null || sleep 1
        turn=$((turn + 1))
    done
done
"""

_CLEAN = (
    _MARKED
    + r"""
folder=$1 session=$2
refuse() {
    echo "$1"
    exit 1
}
case $folder in */volume[0-9]*/@tmp/spkcap-$session) ;; *) refuse 'this is not a folder of ours' ;; esac
case $folder in *//* | */../* | */./*) refuse 'this is not a clean path' ;; esac
if [ -e "$folder" ] || [ -L "$folder" ]; then
    [ -d "$folder" ] && [ ! -L "$folder" ] || refuse 'it is not a folder'
    is_root || refuse 'it does not belong to root'
    is_marked || is_empty || refuse 'it does not carry our marker'
fi
"""
    + _OURS
    + _END
    + _UNFINISHED
    + r"""
unfinished "$folder.new"
for turn in 1 2 3; do
    [ -e "$folder" ] || { echo gone; exit 0; }
    for item in "$folder"/* "$folder"/.[!.]*; do
        [ "$item" = "$folder/marker" ] || rm -rf -- "$item"
    done
    [ "$(ls -A "$folder")" != marker ] || rm -f -- "$folder/marker"
    rmdir -- "$folder" 2>/dev/null
done
[ -e "$folder" ] || { echo gone; exit 0; }
refuse 'it could not be removed'
"""
)
"""The marker goes last: whatever ends this script on its way, what is left still says whose it is."""

_STOP = "session=$1\n" + _OURS + _END

_SWEEP = (
    """
IFS='
'
"""
    + _MARKED
    + _OURS
    + _UNFINISHED
    + r"""
for pattern in "$@"; do
    for folder in $pattern $pattern.new; do
        session=${folder##*spkcap-}
        session=${session%.new}
        case $session in *[!0-9a-f]*) continue ;; esac
        [ -d "$folder" ] && [ ! -L "$folder" ] && is_root && [ -z "$(ours)" ] || continue
        case $folder in *.new) unfinished "$folder" ;; *) is_empty && rmdir -- "$folder" ;; esac 2>/dev/null
        [ -e "$folder" ] || echo "$folder"
    done
done
"""
)

_LIST = (
    r"""
IFS='
'
"""
    + _MARKED
    + _OURS
    + r"""
for pattern in "$@"; do
    for folder in $pattern; do
        session=${folder##*spkcap-}
        [ -d "$folder" ] && [ ! -L "$folder" ] && is_root && is_marked || continue
        echo "FOLDER $folder"
        head -n 20 "$folder/marker"
        [ -n "$(ours)" ] && echo running=yes || echo running=no
        cd "$folder/tree" 2>/dev/null || continue
        find . -type f \( -name '@SYNOPKG_DOWNLOAD_*' -o -path './upload_tmp.*' \) -exec ls -ln {} \; |
            sed -n 's/^[^ ]* *[0-9]* *[0-9]* *[0-9]* *\([0-9]*\) *[^ ]* *[^ ]* *[^ ]* \.\//SPK \1 /p'
    done
done
"""
)

_LEFTOVERS = r"""
IFS='
'
for pattern in "$@"; do
    for file in $pattern; do
        [ -f "$file" ] && [ ! -L "$file" ] || continue
        ls -ln "$file" | awk -v file="$file" '{ print "SPK " $5 " " file }'
    done
done
"""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A folder that an earlier capture left on the NAS.

    `started` is None when the marker does not say. `packages` are (path below tree/, bytes) of the package files in it.
    """

    folder: str
    session: str
    started: datetime | None
    is_running: bool
    packages: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Leftover:
    """A package file that Package Center itself left behind below @tmp: a free capture. Size in bytes."""

    path: str
    size: int


def find_orphans(root: RootShell, volumes: Sequence[str], tree_root: str = "") -> tuple[Orphan, ...]:
    """The folders of earlier captures on these volumes ("/volume1")."""
    patterns = [f"{tree_root}{volume}/@tmp/spkcap-????????" for volume in volumes]
    return tuple(_parse_orphans(root.execute(named_command(_LIST, "spkcap-orphans", patterns)).text))


def find_leftovers(root: RootShell, volumes: Sequence[str], tree_root: str = "") -> tuple[Leftover, ...]:
    """The package files that lie in Package Center's download places now, finished or not."""
    patterns = [
        f"{tree_root}{volume}/@tmp/{place['pattern']}" + ("/@SYNOPKG_DOWNLOAD_*" if place["kind"] == "download" else "")
        for volume in volumes
        for place in table("capture_places")["place"]
        if place["kind"] in {"download", "upload"}
    ]
    lines = root.execute(named_command(_LEFTOVERS, "spkcap-leftovers", patterns)).text.splitlines()
    words = [line.split(" ", 2) for line in lines if line.startswith("SPK ")]
    return tuple(Leftover(path, int(size)) for _, size, path in words)


def sweep_unfinished(root: RootShell, volumes: Sequence[str], tree_root: str = "") -> tuple[str, ...]:
    """Remove what agents left that were killed while they made or removed their folder: it holds nothing. Returns the
    paths that were removed."""
    patterns = [f"{tree_root}{volume}/@tmp/spkcap-????????" for volume in volumes]
    return tuple(root.execute(named_command(_SWEEP, "spkcap-sweep", patterns)).text.splitlines())


def end_agent(root: RootShell, session: str, context: TaskContext | None = None) -> None:
    """End what still runs of the agent of `session`; its folder stays."""
    root.execute(named_command(_STOP, "spkcap-end", [session]), context=context)


def remove_folder(root: RootShell, folder: str, context: TaskContext | None = None) -> str:
    """Remove a folder of ours, with the agent that still works in it. Returns "" or why it is still there."""
    match = _FOLDER.match(folder)
    if match is None:
        return "this is not a folder of ours"
    result = root.execute(
        named_command(_CLEAN, "spkcap-clean", [folder, match["session"]]), timeout=120, context=context
    )
    answer = result.text.strip()
    return "" if result.code == 0 and answer == "gone" else answer or f"exit status {result.code}"


def remove_orphan(root: RootShell, orphan: Orphan) -> str:
    """Remove what an earlier capture left. Returns "" or why it is still there."""
    return remove_folder(root, orphan.folder)


def folders_of(setup_volumes: Iterable[str], session: str, tree_root: str = "") -> tuple[str, ...]:
    """Where the agent of `session` makes its folders."""
    return tuple(f"{tree_root}{volume}/@tmp/spkcap-{session}" for volume in setup_volumes)


def _parse_orphans(text: str) -> list[Orphan]:
    orphans = []
    for block in re.split(r"^FOLDER ", text, flags=re.MULTILINE)[1:]:
        folder, *lines = block.splitlines()
        match = _FOLDER.match(folder)
        if match is None:
            continue
        values = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("SPK "))
        packages = [line.split(" ", 2) for line in lines if line.startswith("SPK ")]
        started = values.get("started", "")
        orphans.append(
            Orphan(
                folder,
                match["session"],
                datetime.fromtimestamp(int(started), UTC) if started.isdigit() else None,
                values.get("running") == "yes",
                tuple((path, int(size)) for _, size, path in packages),
            )
        )
    return orphans
