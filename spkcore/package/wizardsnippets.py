"""Shell text that reads the answer of a wizard, by the type of its field, and where it goes in a script."""

from __future__ import annotations

import re

from spkcore.base.reference import table
from spkcore.package.jsontext import Node
from spkcore.package.wizard import is_set, text_of
from spkcore.package.wizardkeys import is_reserved

_SELECTS = frozenset({"singleselect", "multiselect"})
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+=,-]*")


def scripts_that_see(action: str) -> list[str]:
    """The paths of the scripts that get the answers of this wizard."""
    seen: list[str] = table("script_env")["wizard_values"][f"{action}_uifile"]
    return [f"scripts/{name}" for name in seen]


def snippet(key: str, kind: str, node: Node) -> str:
    """Lines that read the answer; where no wizard ran (a silent installation) they take its starting value."""
    if kind in _SELECTS:
        default = (
            "true" if is_set(node, "defaultValue") and text_of(node, "defaultValue").lower() != "false" else "false"
        )
        return f'if [ "${{{key}:-{default}}}" = "true" ]; then\n    : # chosen\nfi\n'
    name = variable_for(key)
    if kind == "password":
        return f'# A password: keep it out of logs and messages.\n{name}="${{{key}:-}}"\n'
    return f'{name}="${{{key}:-{_quoted(text_of(node, "defaultValue"))}}}"\n'


def variable_for(key: str) -> str:
    """A short name for a variable of the script: PORT for WIZARD_PORT."""
    short = re.sub(r"\A(?:pkg)?wizard_+", "", key, flags=re.IGNORECASE).upper()
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", short) or is_reserved(short) or short == key:
        return f"ANSWER_{short}"
    return short


def insert_snippet(text: str, lines: str) -> tuple[str, int]:
    """A script with `lines` behind its opening comment, and the line where they begin, from 1."""
    known = text.split("\n")
    at = 0
    while at < len(known) and known[at].startswith("#"):
        at += 1
    before, after = known[:at], known[at:]
    while after and not after[0].strip():
        after.pop(0)
    made = [*before, *([""] if before else []), *lines.rstrip("\n").split("\n"), *([""] if after else []), *after]
    joined = "\n".join(made)
    return (joined if joined.endswith("\n") else joined + "\n"), len(before) + bool(before) + 1


def _quoted(default: str) -> str:
    """A default inside "${NAME:-…}": what the shell would read is escaped; nothing where it has lines."""
    if _PLAIN.fullmatch(default):
        return default
    return "" if "\n" in default else re.sub(r'([\\"$`}])', r"\\\1", default)
