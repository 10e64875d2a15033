"""conf/privilege: as whom the scripts and programs of the package run (spk-format.md 5.1)."""

from __future__ import annotations

from dataclasses import dataclass

from spkcore.base.reference import schema
from spkcore.package.jsontext import JsonDocument

PATH = "conf/privilege"
SCHEMA = "privilege"
DSM7_DEFINITION = "dsm7Unsigned"
"""Part of the schema with the limits for packages that Synology did not sign, on DSM 7."""

STARTER = '{\n    "defaults": {\n        "run-as": "package"\n    }\n}\n'
"""The text of a new file: the only default that DSM 7 takes from third parties."""

RUN_AS = "/defaults/run-as"
OWN = "package"
"""The value of run-as for the package's own user."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user and groups of the package. Where the file names none, DSM takes the package ID for both."""

    user: str
    group: str
    joined: str = ""


@dataclass(frozen=True, slots=True)
class CallUser:
    """As whom one call of a script runs. `dsm6` and `dsm7` are names of users; empty where DSM refuses the package."""

    action: str
    dsm6: str
    dsm7: str
    is_special: bool = False
    """Whether ctrl-script says so, and not the default."""


def actions() -> tuple[str, ...]:
    """The calls of scripts that ctrl-script can name, in the order of the guide."""
    names: list[str] = schema(SCHEMA)["properties"]["ctrl-script"]["items"]["properties"]["action"]["enum"]
    return tuple(names)


def account(document: JsonDocument, package: str) -> Account:
    """The accounts that DSM makes for the package with the ID `package`."""
    names = [_text(document, f"/{name}") for name in ("username", "groupname", "join-groupname")]
    return Account(names[0] or package, names[1] or package, names[2])


def call_users(document: JsonDocument, package: str) -> tuple[CallUser, ...]:
    """As whom every call of a script runs on DSM 6 and on DSM 7. DSM 7 takes packages that Synology did not sign only
    where all runs as the package's own user."""
    own = account(document, package).user
    default = _text(document, RUN_AS)
    special = dict(_special(document))
    allowed = default == OWN and document.node("/ctrl-script") is None and document.node("/executable") is None
    found = []
    for action in actions():
        wanted = special.get(action, default)
        dsm6 = own if wanted == OWN else wanted
        found.append(CallUser(action, dsm6, own if allowed else "", action in special))
    return tuple(found)


def _special(document: JsonDocument) -> list[tuple[str, str]]:
    node = document.node("/ctrl-script")
    rows = [item.value() for item in node.items] if node is not None else []
    return [
        (row["action"], row["run-as"])
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("action"), str) and isinstance(row.get("run-as"), str)
    ]


def _text(document: JsonDocument, pointer: str) -> str:
    node = document.node(pointer)
    value = None if node is None else node.value()
    return value if isinstance(value, str) else ""
