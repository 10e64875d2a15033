"""Says in plain words what the lines of the session log mean: our commands run on the NAS under names of their own."""

from __future__ import annotations

import re
from datetime import datetime

from gui.qt.i18n import tr

_COMMAND = re.compile(r"(?P<time>\d\d:\d\d:\d\d) (?P<who>\S+): (?P<name>\S+)(?P<rest>.*)")
_TIME = re.compile(r"\d\d:\d\d:\d\d ")
_AGENT = re.compile(r"spkcap-[0-9a-f]{8}")
_METHOD = re.compile(r"\bmethod=(\w+)")


def readable(line: str) -> str:
    """The line, with what a command is for before the command itself: "… root: looks for … [spkcap-orphans …]"."""
    match = _COMMAND.fullmatch(line)
    meaning = _meaning(match["name"], match["rest"]) if match is not None else ""
    if match is None or not meaning:
        return line
    return f"{match['time']} {match['who']}: {meaning}  [{match['name']}{match['rest']}]"


def step_text(line: str) -> str:
    """What a line means for somebody who waits for the connection, without time, names and commands."""
    match = _COMMAND.fullmatch(line)
    meaning = _meaning(match["name"], match["rest"]) if match is not None else ""
    if meaning:
        return meaning[:1].upper() + meaning[1:]
    text = _TIME.sub("", line)
    steps = {
        "Connect to ": tr("Looking for the NAS"),
        "Host key: ": tr("Logging in"),
        "Connected: ": tr("Logged in"),
    }
    return next((step for start, step in steps.items() if text.startswith(start)), text)


def stamped(text: str) -> str:
    """A line for the session log, with the time of now."""
    return f"{datetime.now().astimezone():%H:%M:%S} {text}"


def _meaning(name: str, rest: str) -> str:
    if _AGENT.fullmatch(name):
        return tr("runs the capture agent")
    if name.endswith("/synowebapi"):
        method = _METHOD.search(rest)
        return _web_texts().get(method[1], "") if method is not None else ""
    if name.endswith("/synopkg"):
        return tr("lets Package Center install the package")
    return _texts().get(name, "")


def _texts() -> dict[str, str]:
    return {
        "echo": tr("looks whether the user has a shell"),
        "spk-facts": tr("reads version, volumes and tools"),
        "spk-list": tr("lists the caught files with their checksums"),
        "spk-tar": tr("sends files over the SSH connection"),
        "spk-find": tr("looks for a shared folder that SFTP shows"),
        "spk-hold": tr("copies the files there, and removes the copy afterwards"),
        "spk-sweep": tr("removes copies of a transfer that was cut off"),
        "spk-prefixes": tr("compares what came before the transfer was cut off"),
        "spk-tail": tr("sends the rest of a file over the SSH connection"),
        "spk-wizard": tr("runs the script of a wizard"),
        "spk-shelf": tr("reads installed versions and icons"),
        "spkcap-probe": tr("looks for a Python that the agent can use"),
        "spkcap-leftovers": tr("looks for packages that Package Center left"),
        "spkcap-busy": tr("looks whether Package Center is still at work"),
        "spkcap-head": tr("looks whether the package is whole"),
        "spkcap-select": tr("chooses the files to bring home"),
        "spkcap-lists": tr("reads package lists and logs"),
        "spkcap-orphans": tr("looks for earlier captures"),
        "spkcap-sweep": tr("removes empty folders of earlier captures"),
        "spkcap-attach": tr("speaks with the capture agent again"),
        "spkcap-end": tr("ends the capture agent"),
        "spkcap-clean": tr("removes the folder of the capture"),
    }


def _web_texts() -> dict[str, str]:
    return {
        "list": tr("asks Package Center what it offers"),
        "install": tr("lets Package Center download the package, without installing it"),
        "check": tr("asks Package Center where its download lies"),
        "delete": tr("lets Package Center delete its download"),
    }
