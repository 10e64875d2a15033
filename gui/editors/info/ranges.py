"""The DSM versions for which the INFO form shows keys: those of the package with its build targets, or others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gui.qt.i18n import tr
from spkcore.checks.targets import HIGHEST, LOWEST, Targets, releases, targets_of
from spkcore.package.buildtargets import BuildTarget
from spkcore.package.info import Info
from spkcore.package.version import DsmVersion

PACKAGE = "package"
EVERY = "every"
_KEYS = ("os_min_ver", "os_max_ver", "firmware")


@dataclass(frozen=True, slots=True)
class DsmRange:
    """DSM versions from `low` to `high`. `name` says them, as "DSM 7.0 to 7.3"; `title` says where they come from."""

    id: str
    title: str
    name: str
    low: DsmVersion
    high: DsmVersion


def every_dsm() -> DsmRange:
    """All versions there are."""
    return DsmRange(EVERY, tr("Every DSM"), tr("every DSM"), LOWEST, HIGHEST)


def package_range(info: Info, targets: Sequence[BuildTarget] = ()) -> DsmRange:
    """What INFO and the build targets say, from the lowest to the highest of them."""
    ranges = [targets_of(info), *(targets_of(_info_of(info, target)) for target in targets)]
    return _range(PACKAGE, tr("What this package is for"), min(item.low for item in ranges), _highest(ranges))


def range_choices(info: Info, targets: Sequence[BuildTarget] = ()) -> list[DsmRange]:
    """All ranges to choose from, the package's own first."""
    found = [package_range(info, targets)]
    if targets:
        own = targets_of(info)
        found.append(_range("info", tr("Main build"), own.low, own.high))
    for target in targets:
        asked = targets_of(_info_of(info, target))
        found.append(
            _range(f"target:{target.name}", tr("Build target {name}", name=target.title), asked.low, asked.high)
        )
    newest = releases()[-1].version
    found.append(_range("7", tr("DSM 7"), DsmVersion(7, 0, build=40000), newest))
    found.append(_range("6", tr("DSM 6"), DsmVersion(6, 0), _last_before(7)))
    found.append(_range("5", tr("DSM 5 and before"), LOWEST, _last_before(6)))
    return [*found, every_dsm()]


def _range(name: str, title: str, low: DsmVersion, high: DsmVersion) -> DsmRange:
    inside = Targets(low, high).releases()
    first, last = inside[0].name, inside[-1].name
    said = tr("DSM {first}", first=first) if first == last else tr("DSM {first} to {last}", first=first, last=last)
    return DsmRange(name, title, said, low, high)


def _highest(ranges: Sequence[Targets]) -> DsmVersion:
    return max(item.high for item in ranges)


def _last_before(major: int) -> DsmVersion:
    return next(item.version for item in reversed(releases()) if item.version.major < major)


def _info_of(info: Info, target: BuildTarget) -> Info:
    """INFO as the target builds it, as far as its DSM versions go."""
    for key in _KEYS:
        if key in target.without_keys:
            info = info.remove(key)
        elif key in target.info:
            info = info.set(key, target.info[key])
    return info
