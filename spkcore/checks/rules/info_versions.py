"""Rules about versions in INFO: that of the package, and those of DSM (spk-format.md 2.3 and 2.5, chapter 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spkcore.base.reference import table
from spkcore.checks.problem import Hit
from spkcore.checks.rules.info_base import at_value, given, info_rule
from spkcore.checks.targets import Targets, read_version
from spkcore.package.info import Info
from spkcore.package.infomend import completed_dsm_version
from spkcore.package.version import MAX_VERSION_PART, DsmVersion, is_version, parse_dsm_version

_PACKAGE_VERSIONS = ("version", "auto_upgrade_from")
_LOWEST = ("os_min_ver", "firmware")
_DSM_VERSIONS = (*_LOWEST, "os_max_ver")
_SPKREPO_FORM = re.compile(r"\d+\.\d-\d{3,6}")


@info_rule("I005")
def letters_in_version(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A version that is more than numbers."""
    value = info.get("version").strip()
    if value and not is_version(value):
        match = re.search(r"[^0-9._-]|(?<![0-9])[._-]|[._-]\Z", info.get("version"))
        yield at_value(info, "version", offset=match.start() if match else 0)


@info_rule("I006")
def no_build_number(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A version without a dash and the number of the build."""
    value = info.get("version").strip()
    if is_version(value) and "-" not in value:
        yield at_value(info, "version")


@info_rule("I007")
def too_large_number(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A part of a version that does not fit into 31 bits."""
    for key in _PACKAGE_VERSIONS:
        for match in re.finditer(r"[0-9]{10,}", info.get(key)):
            if len(match[0].lstrip("0")) > 10 or int(match[0]) > MAX_VERSION_PART:
                yield at_value(info, key, offset=match.start(), number=match[0][:40], largest=MAX_VERSION_PART)
                break


@info_rule("I008")
def other_generation(info: Info, targets: Targets) -> Iterator[Hit]:
    """DSM 7 wants its own major number, and not that of its first betas."""
    key = next((name for name in _LOWEST if given(info, name)), "")
    low = read_version(info.get(key)) if key else None
    first = parse_dsm_version(table("dsm_releases")["minimum_for_7"])
    if low is None or first is None or not targets.dsm7:
        return
    wanted = max(first.major, targets.low.major)
    if not wanted <= low.major <= targets.high.major:
        yield at_value(info, key, minimum=str(first), major=wanted)
    elif low.major == first.major and low.build and low < first:
        yield at_value(info, key, variant="beta", minimum=str(first))


@info_rule("I009")
def no_dsm_build(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A DSM version that stops before its build number."""
    for key in _DSM_VERSIONS:
        version = parse_dsm_version(info.get(key))
        if version is not None and not version.build:
            full = completed_dsm_version(info.get(key)) if key in _LOWEST else ""
            yield at_value(info, key, variant="known" if full else "", fixable=bool(full), full=full)


@info_rule("I010")
def dsm_version_of_three_parts(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A form that DSM reads and spkrepo does not."""
    for key in _LOWEST:
        version = parse_dsm_version(info.get(key))
        if version is not None and version.build and not _SPKREPO_FORM.fullmatch(info.get(key).strip()):
            yield at_value(info, key)


@info_rule("I011")
def empty_range(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A highest DSM version below the lowest."""
    key = next((name for name in _LOWEST if given(info, name)), "")
    low, high = read_version(info.get(key)), read_version(info.get("os_max_ver"))
    if low is None or high is None:
        return
    if high < (low if high.build else DsmVersion(low.major, low.minor)):
        yield at_value(info, "os_max_ver", low=info.get(key))


@info_rule("I056")
def unreadable_dsm_version(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A DSM version that is none."""
    for key in _DSM_VERSIONS:
        if given(info, key) and parse_dsm_version(info.get(key)) is None:
            yield at_value(info, key)


@info_rule("I057")
def not_for_this_dsm(info: Info, targets: Targets) -> Iterator[Hit]:
    """The user asks for DSM versions that INFO leaves out; other generations are the matter of I008."""
    if not targets.asked:
        return
    key = next((name for name in _LOWEST if given(info, name)), "")
    low, high = read_version(info.get(key)), read_version(info.get("os_max_ver"))
    if low is not None and targets.high < low and (low.major == targets.high.major or targets.high.major < 7):
        yield at_value(info, key, asked=targets.asked)
    if high is not None and targets.low >= _end(high):
        yield at_value(info, "os_max_ver", variant="above", asked=targets.asked)


@info_rule("I058")
def bad_upgrade_version(info: Info, _targets: Targets) -> Iterator[Hit]:
    """auto_upgrade_from follows the grammar of versions."""
    if given(info, "auto_upgrade_from") and not is_version(info.get("auto_upgrade_from").strip()):
        yield at_value(info, "auto_upgrade_from")


def _end(high: DsmVersion) -> DsmVersion:
    """The first version above `high`; a version without build stands for all of its builds."""
    if high.build:
        return DsmVersion(high.major, high.minor, high.micro, high.build + 1)
    return DsmVersion(high.major, high.minor + 1)
