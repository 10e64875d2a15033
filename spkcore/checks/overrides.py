"""Findings that the author of a package accepts, each with a reason, and the other choices of a package's checks.

Kept in .spkcreator/settings.json inside the package folder, so that they go into version control with it. Members that
we do not know stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from spkcore.base.errors import UnreadableError, UsageError
from spkcore.base.files import make_folder, write_bytes
from spkcore.checks.problem import Problem
from spkcore.checks.rulebook import Profile, rules
from spkcore.checks.targets import Targets, asked_targets
from spkcore.package.entries import OWN_FOLDER


@dataclass(frozen=True, slots=True)
class Override:
    """A rule that does not count: in the files that `path` matches (with * and ?; "" is everywhere)."""

    rule: str
    reason: str
    path: str = ""

    def covers(self, problem: Problem) -> bool:
        """Whether the problem is one of those."""
        return problem.rule == self.rule and (not self.path or fnmatchcase(problem.path, self.path))


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """The choices of one package: its profile, its DSM range ("" for what INFO says, "7.2", or "6.2-7.2" with both
    ends) and its overrides."""

    profile: Profile = Profile.GUIDE
    dsm: str = ""
    overrides: tuple[Override, ...] = ()

    @property
    def targets(self) -> Targets | None:
        """The chosen range; None for what INFO says. Raises `UsageError`."""
        return parse_dsm_range(self.dsm) if self.dsm else None

    def with_override(self, override: Override) -> CheckSettings:
        """With one more override; an older one for the same rule and path goes. Raises `UsageError` without reason."""
        require_reason(override)
        same = (override.rule, override.path)
        rest = tuple(item for item in self.overrides if (item.rule, item.path) != same)
        return replace(self, overrides=(*rest, override))

    def without_override(self, override: Override) -> CheckSettings:
        """With one override less."""
        return replace(self, overrides=tuple(item for item in self.overrides if item != override))


def parse_dsm_range(text: str) -> Targets:
    """The targets "7.2", "6.2-25556", or with both ends "6.0..7.2". Raises `UsageError`."""
    first, _, last = text.partition("..")
    return asked_targets(first, last)


def split(
    problems: Iterable[Problem], overrides: Sequence[Override]
) -> tuple[list[Problem], list[tuple[Problem, Override]]]:
    """The problems that count, and those that are accepted, with the override that accepts them."""
    counting, accepted = [], []
    for problem in problems:
        cover = next((item for item in overrides if item.covers(problem)), None)
        if cover is None:
            counting.append(problem)
        else:
            accepted.append((problem, cover))
    return counting, accepted


def settings_path(folder: Path) -> Path:
    """The file inside the package folder `folder`."""
    return folder / OWN_FOLDER / "settings.json"


def read_settings(folder: Path) -> CheckSettings:
    """The choices kept in a package folder; the usual ones where it has none.

    Raises `UnreadableError` when the file is there and cannot be understood: accepting nothing silently would be
    as wrong as accepting everything.
    """
    raw = _document(folder).get("checks", {})
    try:
        overrides = tuple(
            Override(str(row["rule"]), str(row["reason"]), str(row.get("path", ""))) for row in raw.get("overrides", ())
        )
        settings = CheckSettings(Profile(raw.get("profile", Profile.GUIDE)), str(raw.get("dsm", "")), overrides)
        _ = settings.targets
    except (KeyError, TypeError, ValueError, AttributeError, UsageError) as error:
        raise _damaged(folder) from error
    for item in settings.overrides:
        require_reason(item)
    return settings


def write_settings(folder: Path, settings: CheckSettings) -> None:
    """Keep the choices in the package folder. Raises `WriteError`, and `UnreadableError` for a damaged file."""
    document = _document(folder)
    checks = dict(document.get("checks", {}))
    checks["profile"] = str(settings.profile)
    checks["dsm"] = settings.dsm
    checks["overrides"] = [_row(item) for item in settings.overrides]
    document["checks"] = checks
    make_folder(folder / OWN_FOLDER)
    text = json.dumps(document, ensure_ascii=False, indent=4) + "\n"
    write_bytes(settings_path(folder), text.encode("utf-8"))


def require_reason(override: Override) -> None:
    """Raise `UsageError` for an override without a reason, or of a rule that does not exist."""
    if override.rule not in rules():
        raise UsageError("There is no such rule", override.rule, "See spk check --list-rules.")
    if not override.reason.strip():
        raise UsageError("An override needs a reason", override.rule, "Say why the finding does not count here.")


def _row(item: Override) -> dict[str, str]:
    path = {"path": item.path} if item.path else {}
    return {"rule": item.rule, **path, "reason": item.reason}


def _document(folder: Path) -> dict[str, Any]:
    try:
        text = settings_path(folder).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(folder) from error
    try:
        document = json.loads(text)
    except ValueError as error:
        raise _damaged(folder) from error
    if not isinstance(document, dict):
        raise _damaged(folder)
    return document


def _damaged(folder: Path) -> UnreadableError:
    advice = "Mend the file, or delete it: then no problem counts as accepted."
    return UnreadableError("The settings of this package cannot be understood", str(settings_path(folder)), advice)
