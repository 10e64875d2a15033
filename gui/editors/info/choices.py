"""What the form suggests for a key: DSM releases, services by DSM version, entries of the desktop file; no widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gui.editors.info.ranges import DsmRange, every_dsm
from gui.qt.i18n import tr
from spkcore.base.reference import table
from spkcore.package.infokeys import find_key
from spkcore.package.version import dsm_releases


@dataclass(frozen=True, slots=True)
class Choice:
    """One suggestion for a value, and what it means (may be empty). Without a value it is a heading."""

    value: str
    meaning: str = ""


def choices(name: str, dsm: DsmRange | None = None, words: Sequence[str] = ()) -> list[Choice]:
    """What is suggested for a key; empty where anything goes. `words` are those in use: what no table knows of them
    comes first, so that it can be taken out."""
    key = find_key(name)
    if key is None:
        return []
    if key.values:
        return [Choice(value) for value in key.values]
    makers = {"services": ("needs",), "restart_services": ("restarts",)}
    if key.choices == "dsm":
        found = _releases(highest=name == "os_max_ver")
    elif key.choices in makers:
        found = _services(*makers[key.choices], dsm or every_dsm())
    else:
        return []
    known = {choice.value for choice in found}
    strange = [Choice(word, tr("not in the table")) for word in words if word not in known]
    return [*strange, *found]


def toggled_words(words: Sequence[str], value: str, *, ticked: bool) -> list[str]:
    """A list of words with `value` added or taken out."""
    others = [word for word in words if word != value]
    return [*others, value] if ticked else others


def _releases(*, highest: bool) -> list[Choice]:
    found = [Choice(item.os_min_ver, item.name) for item in dsm_releases()]
    if not highest:
        return found
    limits = [Choice(row["os_max_ver"], row["name"]) for row in table("dsm_releases")["limits"]]
    return [*limits, Choice("", tr("Exactly up to a release, without later updates")), *found]


def _services(column: str, dsm: DsmRange) -> list[Choice]:
    """The services of the chosen DSM versions first, the others under a heading of their own."""
    rows = table("services")["versions"]
    oldest, newest = rows[-1]["major"], rows[0]["major"]
    low, high = (min(max(version.major, oldest), newest) for version in (dsm.low, dsm.high))
    inside = [row for row in rows if low <= row["major"] <= high]
    fitting = _by_service(inside, column)
    others = {name: said for name, said in _by_service(rows, column).items() if name not in fitting}
    found = [Choice(name, _meaning(name, said)) for name, said in fitting.items()]
    if others:
        found.append(Choice("", tr("Only on other DSM versions")))
    return found + [Choice(name, _meaning(name, said)) for name, said in others.items()]


def _by_service(rows: Sequence[Mapping[str, object]], column: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        names = row[column]
        for name in names if isinstance(names, list) else ():
            found.setdefault(str(name), []).append(str(row["name"]))
    return found


def _meaning(name: str, versions: Sequence[str]) -> str:
    meaning = table("services")["meanings"].get(name, "")
    return ", ".join([meaning, *versions] if meaning else versions)
