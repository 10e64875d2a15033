"""Runs a wizard that a script makes on the NAS itself, as the user who is logged in, in a folder that goes away again.

The script gets what `spkcore.package.wizardscript` describes. It never runs as root: DSM 7 runs it as the package's
user (spk-format.md 4.1), and a trial must not be able to change the NAS more than the user could by hand.
"""

from __future__ import annotations

import io
import re
import shlex
import tarfile
import time
from collections.abc import Mapping

from spkcore.base.errors import NasError
from spkcore.base.tasks import TaskContext
from spkcore.nas.agents import named_command
from spkcore.nas.errors import CommandFailedError
from spkcore.nas.process import RemoteProcess
from spkcore.nas.session import Session
from spkcore.package.scripts import interpreter
from spkcore.package.wizardscript import LARGEST_OUTPUT, SECONDS, Output, Trial, settable

_NAME = "spk-wizard"
_HEAD = re.compile(rb"SPK-WIZARD (-?\d+) (\d+) (\d+)\n")
_TOO_LARGE = 128 + 25
"""What a shell says of a program that wrote more into a file than it may (SIGXFSZ)."""
_PATIENCE = 15.0
"""Seconds for unpacking, reading and removing around the script itself."""

# Arguments: bytes of the archive, path of the script, seconds, bytes that are read of each output, its interpreter.
# Input: the archive, then nothing until the PC is done with it or gone: both end the script. The folder goes away in
# any case, so nothing may end this shell before that: hence the signals that only interrupt it. (Ignored ones would be
# ignored in the script too.) No file may grow larger than what is read: /tmp of a NAS is its memory. What the script
# made of its two files may be a pipe, which would be read for ever.
_RUN = r"""
trap : HUP INT TERM PIPE
umask 077
size=$1 script=$2 seconds=$3 most=$4 program=$5
root=$(mktemp -d "${TMPDIR:-/tmp}/spk-creator-wizard.XXXXXX") || exit 90
leave() { cd / && rm -rf -- "$root"; exit "$1"; }
mkdir "$root/package" "$root/home" && cd "$root" || leave 91
head -c "$size" | tar -xf - && cd package || leave 92
exec 3<&0
group=$(command -v setsid 2>/dev/null)
HOME=$root/home TMPDIR=$root/home SYNOPKG_TEMP_LOGFILE=$root/pages $group /bin/sh -c '
    set -a; . ../environment; set +a
    SYNOPKG_TEMP_LOGFILE=${TMPDIR%/home}/pages
    export SYNOPKG_TEMP_LOGFILE
    ulimit -f "$3"
    exec $1 "./$2"' spk-script "$program" "$script" $((most / 512 + 1)) 3<&- >"$root/log" 2>&1 </dev/null &
pid=$!
stop() { [ -n "$group" ] && kill "-$1" "-$pid" 2>/dev/null || kill "-$1" "$pid" 2>/dev/null; }
( cat <&3 >/dev/null; stop KILL ) >/dev/null 2>&1 &
reader=$!
( sleep "$seconds" && : >"$root/late" && stop KILL ) 3<&- >/dev/null 2>&1 </dev/null &
clock=$!
wait "$pid"
code=$?
stop KILL
kill -KILL "$reader" "$clock" 2>/dev/null
[ -e "$root/late" ] && code=-1
for f in pages log; do
    [ -f "$root/$f" ] || { rm -rf -- "$root/$f"; : >"$root/$f"; }
    head -c "$most" "$root/$f" >"$root/$f.head"
done
printf 'SPK-WIZARD %s %s %s\n' "$code" $(wc -c <"$root/pages.head") $(wc -c <"$root/log.head")
cat "$root/pages.head" "$root/log.head"
leave 0
"""


def run_on_nas(session: Session, trial: Trial, context: TaskContext, seconds: float = SECONDS) -> Output:
    """Run the script as the user who is logged in. The folder on the NAS is gone when this returns; after a lost
    connection the NAS removes it by itself.

    Raises `CommandFailedError` where the NAS cannot run it, and what sessions raise.
    """
    archive = _archive(trial)
    arguments = [str(len(archive)), trial.path, str(int(seconds)), str(LARGEST_OUTPUT), _program(trial)]
    process = session.start(named_command(_RUN, _NAME, arguments), context)
    try:
        process.write(archive)
        return _output(process, session, seconds)
    finally:
        process.close()


def _program(trial: Trial) -> str:
    found = interpreter(trial.files[trial.path])
    return f"{found.program} {found.arguments}".strip() if found is not None else "/bin/sh"


def _output(process: RemoteProcess, session: Session, seconds: float) -> Output:
    deadline = time.monotonic() + seconds + _PATIENCE
    pieces = list(iter(lambda: process.read(1 << 18, lambda: _check_time(deadline, session)), b""))
    code = process.wait(_PATIENCE)
    data = b"".join(pieces)
    head = _HEAD.match(data)
    if head is None:
        raise CommandFailedError("run the wizard script", session.target.place, process.stderr or f"exit code {code}")
    pages_end = head.end() + int(head[2])
    pages, log = data[head.end() : pages_end], data[pages_end : pages_end + int(head[3])]
    exit_code = int(head[1])
    ended = "time" if exit_code < 0 else "too much" if exit_code == _TOO_LARGE else ""
    return Output(_text(pages), _text(log), -1 if exit_code > 128 else exit_code, ended)


def _check_time(deadline: float, session: Session) -> None:
    if time.monotonic() > deadline:
        raise NasError("The wizard script did not come to an end", session.target.place)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _archive(trial: Trial) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, data in sorted(trial.files.items()):
            _add(archive, f"package/{name}", data)
        _add(archive, "environment", _assignments(trial.environment))
    return stream.getvalue()


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    member.mode = 0o700
    archive.addfile(member, io.BytesIO(data))


def _assignments(environment: Mapping[str, str]) -> bytes:
    lines = (f"{name}={shlex.quote(value)}\n" for name, value in settable(environment).items())
    return "".join(lines).encode("utf-8", "surrogateescape")
