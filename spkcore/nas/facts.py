"""What a NAS is and has, asked in one command: DSM version, model, volumes and free space, tools, shared folders."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.agents import named_command
from spkcore.nas.session import Session, finish

_FACTS_SECONDS = 30.0
_VOLUME = re.compile(r"/volume[0-9]+")
_VOLUME_KINDS = frozenset({"ext4", "btrfs"})

_FACTS = r"""
echo '== version'; cat /etc.defaults/VERSION 2>/dev/null
echo '== model'; cat /etc.defaults/synoinfo.conf 2>/dev/null | grep -E '^(unique|upnpmodelname)='
echo '== machine'; uname -m
echo '== mounts'; cat /proc/mounts
volumes=$(sed -n 's,^[^ ]* \(/volume[0-9][0-9]*\) \(ext4\|btrfs\) .*,\1,p' /proc/mounts)
echo '== space'; for v in $volumes; do
set -- $(stat -f -c '%b %a %S' "$v" 2>/dev/null)
if [ $# = 3 ]; then echo "$v - $(($1 * ($3 / 512) / 2)) - $(($2 * ($3 / 512) / 2)) - $v"
else echo "$v $(df -P -k "$v" 2>/dev/null | tail -n 1)"; fi; done
echo '== python'; for p in python3 python; do
"$p" -c 'import sys, ctypes; print(sys.executable + " %d.%d.%d" % sys.version_info[:3])' 2>/dev/null && break
done
echo '== tools'; cp --help 2>&1 | grep -q -e --backup && echo cp-backup
sleep 0.01 2>/dev/null && echo fractional-sleep
command -v md5sum >/dev/null 2>&1 && echo md5sum
echo '== shares'; for v in $volumes; do for d in "$v"/[!@#.]*/; do
[ -d "$d" ] && [ "${d%/lost+found/}" = "$d" ] && if [ -w "$d" ]; then echo "w $d"; else echo "r $d"; fi; done; done
echo '== end'
"""
"""Read-only, for any POSIX shell. Never a bare df: it hangs on dead network mounts (capture reference, chapter 2). And
df only without stat: BusyBox's looks at every mount until it finds the right one."""


@dataclass(frozen=True, slots=True)
class Volume:
    """One writable volume: its path ("/volume1"), its file system ("ext4" or "btrfs"), its bytes in total and free."""

    path: str
    kind: str
    total: int
    free: int


@dataclass(frozen=True, slots=True)
class Share:
    """One shared folder: its name, its path on the volume, whether the user may write into it."""

    name: str
    path: str
    writable: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a NAS; texts are empty where it does not tell.

    `version` is as DSM shows it ("7.2.1"), `build` its number ("69057"), `update` the small fix ("5"), `platform` the
    package platform ("geminilake"), `machine` the kernel's ("x86_64"). `python` is an interpreter with ctypes.
    """

    version: str
    build: str
    update: str
    model: str
    platform: str
    machine: str
    volumes: tuple[Volume, ...]
    shares: tuple[Share, ...]
    python: str
    python_version: str
    tools: frozenset[str]

    @property
    def major(self) -> int:
        """The first number of the DSM version; 0 if unknown."""
        head = self.version.split(".", maxsplit=1)[0]
        return int(head) if head.isdigit() else 0

    @property
    def title(self) -> str:
        """How a person would say it: "DS920+, DSM 7.2.1-69057 Update 5"."""
        update = f" Update {self.update}" if self.update not in {"", "0"} else ""
        return f"{self.model or 'NAS'}, DSM {self.version or '(unknown version)'}-{self.build}{update}".rstrip("-")


def read_facts(session: Session, context: TaskContext | None = None) -> Facts:
    """Ask the NAS. Raises `CommandFailedError` when its shell does not play along, and what sessions raise."""
    session.log.add("Read the NAS's version, volumes and tools")
    process = session.start_unlogged(named_command(_FACTS, "spk-facts"), context)
    result = finish(process, b"", _FACTS_SECONDS)
    facts = parse_facts(result.text)
    if facts is None:
        raise errors.CommandFailedError("Reading the version", session.target.place, result.err)
    return facts


def parse_facts(output: str) -> Facts | None:
    """The facts in the output of the command; None if it is not complete."""
    parts = _sections(output)
    if "end" not in parts:
        return None
    version = _assignments(parts.get("version", []))
    model = _assignments(parts.get("model", []))
    python, _, python_version = " ".join(parts.get("python", [])[:1]).rpartition(" ")
    return Facts(
        version=version.get("productversion", ""),
        build=version.get("buildnumber", ""),
        update=version.get("smallfixnumber", ""),
        model=model.get("upnpmodelname", "") or model.get("unique", "").rpartition("_")[2].upper(),
        platform=_platform(model.get("unique", "")),
        machine=" ".join(parts.get("machine", [])),
        volumes=_volumes(parts.get("mounts", []), parts.get("space", [])),
        shares=tuple(_share(line) for line in parts.get("shares", [])),
        python=python,
        python_version=python_version,
        tools=frozenset(parts.get("tools", [])),
    )


def _sections(output: str) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in output.splitlines():
        if line.startswith("== "):
            lines = parts.setdefault(line[3:], [])
        elif line:
            lines.append(line)
    return parts


def _assignments(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition("=") for line in lines)
    return {key.strip(): value.strip().strip('"') for key, found, value in pairs if found}


def _platform(unique: str) -> str:
    """The platform in "synology_geminilake_920+"."""
    fields = unique.split("_")
    return fields[1] if len(fields) >= 3 else ""


def _volumes(mounts: list[str], space: list[str]) -> tuple[Volume, ...]:
    sizes = {fields[0]: fields for fields in (line.split() for line in space) if len(fields) >= 7}
    found = {}
    for line in mounts:
        fields = line.split()
        if len(fields) < 4 or not _VOLUME.fullmatch(fields[1]) or fields[2] not in _VOLUME_KINDS:
            continue
        if "rw" in fields[3].split(","):
            total, free = _space(sizes.get(fields[1]))
            found[fields[1]] = Volume(fields[1], fields[2], total, free)
    return tuple(sorted(found.values(), key=lambda volume: int(volume.path[7:])))


def _space(fields: list[str] | None) -> tuple[int, int]:
    """Total and free bytes of one line of df."""
    if fields is None or not (fields[-5].isdigit() and fields[-3].isdigit()):
        return 0, 0
    return int(fields[-5]) * 1024, int(fields[-3]) * 1024


def _share(line: str) -> Share:
    path = line[2:].rstrip("/")
    return Share(path.rpartition("/")[2], path, line.startswith("w"))
