"""Rules about what INFO says of NAS models, other packages and services (spk-format.md 2.6 to 2.8, chapter 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spkcore.base.reference import table
from spkcore.checks.problem import Hit
from spkcore.checks.rules.info_base import at_key, at_value, given, info_rule, shown
from spkcore.checks.targets import Targets
from spkcore.package.arch import NOARCH, arch_problem, families
from spkcore.package.dependencies import parse_dependencies
from spkcore.package.findings import Severity
from spkcore.package.info import Info
from spkcore.package.infokeys import info_keys, value_problem
from spkcore.package.infomend import as_boolean, mended_dependencies, renamed_services

_PLATFORM_KEYS = ("arch", "exclude_arch")
_RESTARTS = ("instuninst_restart_services", "startstop_restart_services")
_NEEDS = ("install_dep_services", "start_dep_services")


@info_rule("I033")
def unknown_platform(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Values that no NAS is known for. Beside a known one they may be for a NAS that is newer than our table."""
    for key in _PLATFORM_KEYS:
        words = _words(info, key)
        bad = [(start, word) for start, word in words if arch_problem(word) and not _build_name(word)]
        for start, word in bad:
            is_harmless = key != "arch" or len(bad) < len(words)
            severity = Severity.WARNING if is_harmless else None
            yield at_value(info, key, offset=start, severity=severity, word=shown(word))
        if key == "exclude_arch" and NOARCH in info.words(key):
            yield at_value(info, key, variant="all", severity=Severity.WARNING)


@info_rule("I034")
def build_name(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Names that only build tools use."""
    for key in _PLATFORM_KEYS:
        words = _words(info, key)
        is_harmless = key != "arch" or not all(arch_problem(word) for _, word in words)
        for start, word in words:
            if meant := _build_name(word):
                severity = Severity.WARNING if is_harmless else None
                yield at_value(info, key, offset=start, severity=severity, word=word, meant=meant)


@info_rule("I035")
def family_for_old_dsm(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A family where DSM 6 may want the platform itself."""
    for start, word in _words(info, "arch"):
        family = families().get(word)
        if family is not None and family.members:
            yield at_value(info, "arch", offset=start, word=word)


@info_rule("I038")
def broken_dependencies(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A list of packages that cannot be read."""
    for key in info_keys().values():
        problem = value_problem(key, info.get(key.name)) if key.type == "deps" else ""
        if problem:
            fixable = bool(mended_dependencies(info.get(key.name)))
            yield at_value(info, key.name, fixable=fixable, problem=problem)


@info_rule("I039")
def unknown_service(info: Info, targets: Targets) -> Iterator[Hit]:
    """A service to wait for that the targets do not have."""
    packages = {item.name for item in parse_dependencies(info.get("install_dep_packages"))}
    for key in _NEEDS:
        for start, word in _words(info, key):
            if _is_service(word, "needs", targets):
                continue
            new = renamed_services(word) if targets.only_dsm7 else word
            variant = "renamed" if new != word else "package" if word in packages else ""
            fixable = new != word
            yield at_value(info, key, offset=start, variant=variant, fixable=fixable, word=shown(word), new=new)


@info_rule("I040")
def old_restart_name(info: Info, targets: Targets) -> Iterator[Hit]:
    """A service to restart that DSM 7 calls otherwise, or has no more."""
    rows = table("services")["versions"]
    old = {name for row in rows if row["major"] < 7 for name in row["restarts"]}
    seen = {name for row in rows if row["major"] >= 7 for name in row.get("also_seen", ())}
    for key in _RESTARTS:
        for start, word in _words(info, key):
            if word not in old:
                continue
            new = renamed_services(word)
            variant = "gone" if new == word else ""
            severity = Severity.INFO if word in seen else None
            fixable = new != word and targets.only_dsm7
            yield at_value(
                info, key, offset=start, variant=variant, severity=severity, fixable=fixable, word=word, new=new
            )


@info_rule("I041")
def restarts_for_nothing(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Restarts that DSM passes over."""
    reboots = as_boolean(info.get("install_reboot")) == "yes"
    stop = next((key for key in ("ctl_stop", "startable") if as_boolean(info.get(key)) == "no"), "")
    for key in _RESTARTS:
        if given(info, key) and reboots:
            yield at_key(info, key, because='install_reboot="yes"')
        elif given(info, key) and stop and key.startswith("startstop"):
            yield at_key(info, key, because=f'{stop}="no"')


def _words(info: Info, key: str) -> list[tuple[int, str]]:
    """The items of a list with the place where each one starts in the value."""
    return [(match.start(), match[0]) for match in re.finditer(r"\S+", info.get(key))]


def _build_name(word: str) -> str:
    meant: str = table("architectures")["wrong"].get(word, "")
    return meant


def _is_service(word: str, column: str, targets: Targets) -> bool:
    """Whether one of the targets has it; DSM 7 can name any unit of systemd."""
    if targets.dsm7 and word.endswith(tuple(table("services")["unit_endings"])):
        return True
    rows = table("services")["versions"]
    newest, oldest = rows[0]["major"], rows[-1]["major"]
    low, high = (min(max(version.major, oldest), newest) for version in (targets.low, targets.high))
    rows = [row for row in rows if low <= row["major"] <= high]
    return any(word in (*row[column], *row.get("also_seen", ())) for row in rows)
