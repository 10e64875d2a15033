"""One thing that is wrong with a package, as every check, fix, editor and command shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spkcore.package.findings import Severity

Value = str | int


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule saw: the place, and the arguments for the words of its message.

    `path` is a path of the package folder ("" is the package as a whole), `line` and `column` count from 1 (0: the
    file as a whole), `field` is the INFO key or the JSON pointer it is about. `variant` chooses one of several
    messages of the rule, `severity` overrules the rule's own where one case is milder than the others. `fixable` is
    False for a case that the rule's quick fix cannot mend.
    """

    path: str = ""
    line: int = 0
    column: int = 0
    field: str = ""
    variant: str = ""
    arguments: tuple[tuple[str, Value], ...] = ()
    severity: Severity | None = None
    fixable: bool = True


def hit(
    path: str = "",
    line: int = 0,
    column: int = 0,
    *,
    field: str = "",
    variant: str = "",
    severity: Severity | None = None,
    fixable: bool = True,
    **arguments: Value,
) -> Hit:
    """A `Hit`, with the message's arguments by name."""
    return Hit(path, line, column, field, variant, tuple(arguments.items()), severity, fixable)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. Lines and columns count from 1; 0 means the file as a whole.

    `rule` is the id of a rule of the rulebook, `field` the INFO key or the JSON pointer that it is about; it may be
    empty. `fixable` says that `spkcore.checks.fixes` can mend it.
    """

    rule: str
    severity: Severity
    path: str
    line: int
    column: int
    message: str
    field: str = ""
    fixable: bool = False
    arguments: tuple[tuple[str, Value], ...] = ()

    def argument(self, name: str) -> Value | None:
        """One of the arguments of its message."""
        return dict(self.arguments).get(name)

    def as_json(self) -> Mapping[str, object]:
        """The object of docs/cli.md."""
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "field": self.field,
            "message": self.message,
            "fixable": self.fixable,
        }
