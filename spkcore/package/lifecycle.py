"""In which order DSM calls the scripts, shows the wizards and lets resource workers act (script_orders.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from spkcore.base.reference import table
from spkcore.package import scripts
from spkcore.package.wizard import wizard_file

DSM_6, DSM_7 = 6, 7


class StepKind(StrEnum):
    """What happens in a step."""

    SCRIPT = "script"
    WIZARD = "wizard"
    WORKER = "worker"
    DSM = "dsm"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an operation.

    `script` is the name of a script and `argument` the word it gets; `wizard` the action of the wizard that is shown;
    `moment` what Synology's guide calls the moment of resource workers. `of` is "old" or "new" in an upgrade, else
    empty; `condition` follows "if", `failure` is a sentence, `text` says what happens where no script runs.
    """

    kind: StepKind
    script: str = ""
    argument: str = ""
    wizard: str = ""
    moment: str = ""
    of: str = ""
    condition: str = ""
    failure: str = ""
    text: str = ""

    @property
    def path(self) -> str:
        """Where its script is in a package; empty for steps that are no script."""
        return f"scripts/{self.script}" if self.script else ""


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that is done with a package. `id` is install, upgrade, uninstall, start, stop or status."""

    id: str
    title: str
    note: str
    steps: tuple[Step, ...]


@cache
def operations(dsm: int) -> tuple[Operation, ...]:
    """What DSM 6 or 7 does with a package, in the order of a package's life."""
    return tuple(_operation(row, dsm) for row in table("script_orders")["operations"])


def wizards_of(step: Step, paths: Mapping[str, object]) -> list[str]:
    """The files of the wizard that a step shows, the one for all languages first; `paths` are those of the package."""
    found = ((path, wizard_file(path)) for path in paths if path.startswith("WIZARD_UIFILES/"))
    mine = [(file.language, not file.is_script, path) for path, file in found if file and file.action == step.wizard]
    return [path for _language, _is_static, path in sorted(mine)]


def _operation(row: Mapping[str, Any], dsm: int) -> Operation:
    note = row.get(f"note{dsm}", row.get("note", ""))
    steps = tuple(_step(item) for item in row["steps"] if item.get("dsm", dsm) == dsm)
    return Operation(row["id"], row["title"], note, steps)


def _step(row: Mapping[str, Any]) -> Step:
    name = row.get("script", "")
    own = scripts.lifecycle()[name].failure if name else ""
    return Step(
        kind=StepKind(row["kind"]),
        script=name,
        argument=row.get("argument", ""),
        wizard=row.get("wizard", ""),
        moment=row.get("moment", ""),
        of=row.get("of", ""),
        condition=row.get("if", ""),
        failure=row.get("failure", own),
        text=row.get("text", ""),
    )
