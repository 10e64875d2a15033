"""What the demo NAS answers to the commands of this program. It has no shell: each command is known by its name."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import shlex
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from spkcore.nas.demo.agent import DemoAgent
from spkcore.nas.demo.channel import CommandChannel
from spkcore.nas.demo.tree import FACTS, DemoTree, link_or_copy
from spkcore.nas.demo.webapi import answer, shelf

_AS_ROOT = re.compile(r"printf %s%s (?P<mark>\S+) (?P<rest>\S+) >&2; PATH=\S+; export PATH; (?P<command>.*)", re.DOTALL)
_GREETING = re.compile(r"echo (?P<token>[0-9a-f]+); id -u")
_SCRIPT_SIZE = re.compile(r"count=(\d+)|len\(t\)<(\d+)")
_AGENT_NAME = re.compile(r"spkcap-[0-9a-f]{8}")
_MARKER = "made-by-spk-creator"
_USER_ID = 1026
_LECTURE = b"We trust you have received the usual lecture from the local System Administrator.\n"


@dataclass(frozen=True, slots=True)
class Machine:
    """What commands work with. `on_capture` is told when an agent watches, `on_order` into which folder Package Center
    shall download its package."""

    tree: DemoTree
    password: str
    on_capture: Callable[[], None]
    on_order: Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Call:
    """One command: its arguments and its channel."""

    machine: Machine
    channel: CommandChannel
    arguments: list[str]
    script: str

    def folder(self, index: int = 0) -> Path:
        """Where the folder in this argument lies on this computer."""
        return self.machine.tree.local(self.arguments[index])


def run_command(machine: Machine, channel: CommandChannel, command: str) -> int:
    """Carry out one command line of the user; returns its exit code."""
    if match := _GREETING.fullmatch(command):
        channel.write(f"{match['token']}\n{_USER_ID}\n".encode())
        return 0
    words = shlex.split(command)
    if "sudo" in words[:2]:
        return _sudo(machine, channel, words)
    return _run_named(machine, channel, words)


def _sudo(machine: Machine, channel: CommandChannel, words: list[str]) -> int:
    prompt = words[words.index("-p") + 1].encode()
    channel.write_error(_LECTURE + prompt)
    if channel.read_line() != machine.password.encode():
        channel.write_error(b"Sorry, try again.\n" + prompt)
        channel.wait_for_end()
        channel.write_error(b"sudo: 1 incorrect password attempt\n")
        return 1
    match = _AS_ROOT.fullmatch(words[-1])
    if match is None:
        return _unknown(channel, words[-1])
    channel.write_error((match["mark"] + match["rest"]).encode())
    return _run_named(machine, channel, shlex.split(match["command"]))


def _run_named(machine: Machine, channel: CommandChannel, words: list[str]) -> int:
    """Run `/bin/sh -c SCRIPT NAME ARGUMENT…` by its name."""
    words = words[1:] if words[:1] == ["exec"] else words
    if words and words[0].endswith("/synowebapi"):
        channel.write(answer(machine.tree, words, machine.on_order))
        return 0
    if len(words) < 4 or words[1] != "-c":
        return _unknown(channel, " ".join(words))
    call = Call(machine, channel, words[4:], words[2])
    if words[3] in _COMMANDS:
        return _COMMANDS[words[3]](call)
    if _AGENT_NAME.fullmatch(words[3]):
        return _agent(call)
    return _unknown(channel, words[3])


def _unknown(channel: CommandChannel, what: str) -> int:
    channel.write_error(f"sh: {what.split(maxsplit=1)[0] if what else ''}: the demo NAS does not know this\n".encode())
    return 127


def _facts(call: Call) -> int:
    call.channel.write(FACTS.encode())
    return 0


def _probe(call: Call) -> int:
    """No Python here: the agent in sh is the one that is played."""
    call.channel.write(b"python=\n")
    return 0


def _nothing(_call: Call) -> int:
    """The tree is new, so there are no orphans and no lists outside the volumes."""
    return 0


def _shelf(call: Call) -> int:
    call.channel.write(shelf())
    return 0


def _agent(call: Call) -> int:
    size = _SCRIPT_SIZE.search(call.script)
    assert size is not None
    call.channel.read_exactly(int(size[1] or size[2]))
    agent = DemoAgent(call.machine.tree, call.channel)
    if not agent.read_setup():
        return 1
    agent.prepare()
    call.machine.on_capture()
    agent.run()
    return 0


def _head(call: Call) -> int:
    """Size, first and last bytes of a package file."""
    data = call.folder().read_bytes()
    call.channel.write(f"{len(data)}\n".encode() + data[: int(call.arguments[1])] + data[-1024:])
    return 0


def _select(call: Call) -> int:
    """Link what shall come home into a folder of its own, as the script in `spkcore.nas.harvest` does."""
    folder, mode, skipped = call.folder(), call.arguments[1], set(call.arguments[2:])
    tree = folder / "tree"
    for earlier in ("home", "unpacked"):
        shutil.rmtree(folder / earlier, ignore_errors=True)
    for file in _files(tree):
        name = file.relative_to(tree).as_posix()
        is_small_part = file.stat().st_size < 2 << 20 and "/package/" not in name and file.name != "package.tgz"
        is_home = file.name.startswith("@SYNOPKG_DOWNLOAD_") or name.startswith("upload_tmp.") or is_small_part
        wanted = is_home if mode == "home" else file.name == "package.tgz"
        if wanted and name not in skipped:
            target = folder / mode / name
            target.parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(file, target)
    (folder / mode).mkdir(exist_ok=True)
    return 0


def _clean(call: Call) -> int:
    folder, session = call.folder(), call.arguments[1]
    marker = folder / "marker"
    if folder.exists():
        if folder.name != f"spkcap-{session}" or f"session={session}\n" not in marker.read_text(encoding="utf-8"):
            call.channel.write(b"it does not carry our marker\n")
            return 1
        shutil.rmtree(folder)
    call.channel.write(b"gone\n")
    return 0


def _list(call: Call) -> int:
    folder = call.folder()
    if not folder.is_dir():
        call.channel.write_error(f"cd: {call.arguments[0]}: No such file or directory\n".encode())
        return 9
    lines = []
    for file in _chosen(call, folder) if call.arguments[1] == "given" else _files(folder):
        data = file.read_bytes()
        name = file.relative_to(folder).as_posix()
        lines += [f"{len(data)} ./{name}", f"{hashlib.md5(data, usedforsecurity=False).hexdigest()}  ./{name}"]
    call.channel.write("".join(f"{line}\n" for line in [*lines, "==end"]).encode(errors="surrogateescape"))
    return 0


def _tar(call: Call) -> int:
    folder = call.folder()
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT, encoding="utf-8") as archive:
        for file in _chosen(call, folder):
            archive.add(file, f"./{file.relative_to(folder).as_posix()}", recursive=False)
    call.channel.write(stream.getvalue())
    return 0


def _find(call: Call) -> int:
    tree = call.machine.tree
    for pattern in (f"volume1/*/{call.arguments[0]}", f"volume1/homes/*/{call.arguments[0]}"):
        for folder in tree.root.glob(pattern):
            token = (folder / _MARKER).read_bytes()
            space = f"\n{tree.free_bytes() // 4096} 4096\n"
            call.channel.write(token + tree.remote(folder).encode() + space.encode())
    return 0


def _hold(call: Call) -> int:
    """Copy the files whose names come first; remove the copy when the input ends."""
    source, copy = call.folder(0), call.folder(1)
    try:
        for file in _chosen(call, source):
            target = copy / "files" / file.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        (copy / "files").mkdir(exist_ok=True)
        call.channel.write(b"COPIED\n")
        call.channel.wait_for_end()
    finally:
        if (copy / _MARKER).is_file():
            shutil.rmtree(copy)
    return 0


def _chosen(call: Call, folder: Path) -> Iterator[Path]:
    """The files whose names come on the input, up to an empty line or its end; never one outside the tree."""
    tree = call.machine.tree
    while name := call.channel.read_line():
        with contextlib.suppress(FileNotFoundError):
            path = tree.local(f"{tree.remote(folder)}/{name.decode('utf-8', errors='surrogateescape')}")
            if path.is_file():
                yield path


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


_COMMANDS: dict[str, Callable[[Call], int]] = {
    "spk-facts": _facts,
    "spk-list": _list,
    "spk-tar": _tar,
    "spk-find": _find,
    "spk-hold": _hold,
    "spk-sweep": _nothing,
    "spk-shelf": _shelf,
    "spkcap-probe": _probe,
    "spkcap-sweep": _nothing,
    "spkcap-end": _nothing,
    "spkcap-orphans": _nothing,
    "spkcap-leftovers": _nothing,
    "spkcap-lists": _nothing,
    "spkcap-busy": _nothing,
    "spkcap-head": _head,
    "spkcap-select": _select,
    "spkcap-clean": _clean,
}
