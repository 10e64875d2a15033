"""Whether Package Center is still at work on its queue although nothing moves in the places that are watched."""

from __future__ import annotations

import re

from spkcore.base.reference import table
from spkcore.base.tasks import TaskContext
from spkcore.nas.agents import RootShell, named_command

MOST_QUIET_SECONDS = 900.0
"""A queue in which nothing moves for so long is not waited for any more: what looks busy may only hang."""

# A lock counts while a process holds it: /proc/locks names its inode. What holds a slash is a lock, else a process.
_BUSY = r"""
locks=$(cat /proc/locks)
for wanted in "$@"; do
    case $wanted in
        */*) for file in $wanted; do
            [ -f "$file" ] && inode=$(ls -i "$file") || continue
            inode=${inode#"${inode%%[! ]*}"}
            case $locks in *":${inode%% *} "*) echo "lock $file" ;; esac
        done ;;
        *) for process in /proc/[0-9]*; do
            read -r line <"$process/stat" || continue
            name=${line#*\(}
            case ${line##*\) } in Z*) continue ;; esac
            case ${name%)*} in $wanted) echo "process ${process#/proc/}" ;; esac
        done ;;
    esac
done 2>/dev/null
"""
_WORK = re.compile(r"\b(?:install|upgrade)\s+(?P<package>\S+)\s.*?\b(?P<what>Begin|End|[Ff]ail\w*)\b")


class Queue:
    """Looks for processes and locks of Package Center; those that were there at `begin` do not count."""

    def __init__(self, root: RootShell, tree_root: str = "") -> None:
        self._root = root
        self._signs = [
            f"{tree_root}{sign['pattern']}" if sign["kind"] == "lock" else sign["pattern"]
            for sign in table("capture_places")["busy"]
        ]
        self._known: frozenset[str] = frozenset()

    def begin(self) -> None:
        """Remember what works or is locked before anything is installed. Raises what `Root.execute` raises."""
        self._known = self._look(None)

    def is_busy(self, context: TaskContext | None = None) -> bool:
        """Whether something works or is locked now. Raises what `Root.execute` raises."""
        return bool(self._look(context) - self._known)

    def _look(self, context: TaskContext | None) -> frozenset[str]:
        command = named_command(_BUSY, "spkcap-busy", self._signs)
        return frozenset(self._root.execute(command, context=context).text.splitlines())


class LoggedWork:
    """What DSM's log has begun to install and not ended."""

    def __init__(self) -> None:
        self._begun: set[str] = set()

    def read(self, line: str) -> None:
        """Take one line of the log."""
        if match := _WORK.search(line):
            if match["what"] == "Begin":
                self._begun.add(match["package"])
            else:
                self._begun.discard(match["package"])

    @property
    def is_going_on(self) -> bool:
        """Whether an installation has begun and not ended."""
        return bool(self._begun)
