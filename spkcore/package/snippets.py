"""Pieces of scripts to put in, and whole scripts to start with (resources/reference/snippets.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from spkcore.base.reference import table
from spkcore.package import scripts

HELPER = "helper"
"""What the table calls scripts that DSM does not run itself."""
PLACEHOLDER = "ANSWER"
"""Stands in a snippet for the name of a wizard's answer."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a script. `dsm` are the versions it works with ("6", "7" or "6 and 7"); `scripts` the names of those
    where it is useful, none: everywhere. `text` ends with a line feed. `answer` is "ticked" where it is about a check
    box or a radio button of a wizard."""

    id: str
    title: str
    about: str
    dsm: str
    text: str
    scripts: tuple[str, ...] = ()
    answer: str = ""

    def suits(self, kind: str) -> bool:
        """Whether it is about answers of fields of this type (empty: not known)."""
        return self.answer != "ticked" or kind in {"", "singleselect", "multiselect"}

    def fits(self, name: str) -> bool:
        """Whether it is useful in the script of this name (`HELPER` for those that DSM does not run)."""
        return not self.scripts or name in self.scripts


def role_of(path: str) -> str:
    """The name of a script as the table has it: "postinst", or `HELPER`."""
    name = path.removeprefix("scripts/")
    return name if name in scripts.lifecycle() else HELPER


@cache
def snippets() -> tuple[Snippet, ...]:
    """All snippets, in the order of the table."""
    return tuple(_snippet(row, row.get("scripts", ())) for row in table("snippets")["snippets"])


@cache
def _templates() -> tuple[Snippet, ...]:
    return tuple(_snippet(row, row["names"]) for row in table("snippets")["templates"])


def templates_for(path: str) -> list[Snippet]:
    """What a new script at `path` may start with; the first one does nothing yet."""
    found = [item for item in _templates() if role_of(path) in item.scripts]
    return [item if item.text else _with_starter(item, path) for item in found]


def _with_starter(item: Snippet, path: str) -> Snippet:
    text = scripts.starter(path).decode("utf-8")
    return Snippet(item.id, item.title, item.about, item.dsm, text, item.scripts)


def _snippet(row: Mapping[str, Any], names: list[str]) -> Snippet:
    text, answer = row.get("text", ""), row.get("answer", "")
    return Snippet(row["id"], row["title"], row["about"], row["dsm"], text, tuple(names), answer)
