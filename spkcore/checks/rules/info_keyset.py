"""Rules about the keys of INFO: which ones are missing, unknown, outdated, too new (spk-format.md 2.2, chapter 7)."""

from __future__ import annotations

from collections.abc import Iterator

from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules.info_base import at_key, at_value, given, info_rule, shown, spoken
from spkcore.checks.targets import Targets, read_version, releases
from spkcore.package.findings import Severity
from spkcore.package.info import PATH, Info
from spkcore.package.infokeys import find_key, info_keys, languages, split_language
from spkcore.package.infomend import as_boolean, meant_key

_FALLBACK = "enu"


@info_rule("I001")
def required_always(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Without these keys no DSM knows what it is about."""
    for key in info_keys().values():
        if key.required == "always" and not given(info, key.name):
            yield at_value(info, key.name, name=spoken(key.name))


@info_rule("I002")
def required_by_dsm7(info: Info, _targets: Targets) -> Iterator[Hit]:
    """What DSM 7 wants beyond that. It reads firmware where os_min_ver is missing, and was seen to do without arch."""
    for key in info_keys().values():
        if key.required != "dsm7" or given(info, key.name):
            continue
        if key.name == "arch":
            yield at_value(info, "arch", variant="arch", severity=Severity.WARNING)
        elif key.name != "os_min_ver" or not given(info, "firmware"):
            yield at_value(info, key.name, name=spoken(key.name))


@info_rule("I012")
def two_lowest_versions(info: Info, targets: Targets) -> Iterator[Hit]:
    """The old and the new key for the lowest DSM version say different things."""
    old, new = info.get("firmware").strip(), info.get("os_min_ver").strip()
    if old and new and old != new:
        yield at_value(info, "firmware", new=shown(new), fixable=is_outdated("firmware", targets))


@info_rule("I013")
def outdated_key(info: Info, targets: Targets) -> Iterator[Hit]:
    """Keys that all the targets have left behind."""
    for key in info:
        known = find_key(key)
        if known is not None and is_outdated(key, targets):
            variant = "replaced" if known.replaced_by else ""
            since, fixable = _plain(known.deprecated), known.type != "base64"
            yield at_key(info, key, variant=variant, fixable=fixable, since=since, new=known.replaced_by)


@info_rule("I014")
def start_and_stop_disagree(info: Info, targets: Targets) -> Iterator[Hit]:
    """The old and the new key for the start button say different things."""
    old, new = as_boolean(info.get("startable")), as_boolean(info.get("ctl_stop"))
    if old and new and old != new:
        yield at_value(info, "startable", new=new, fixable=is_outdated("startable", targets))


@info_rule("I025")
def unknown_key(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Keys that no table knows; a warning where a known one was probably meant."""
    for key in info:
        if find_key(key) is not None or _base_of_other_language(key):
            continue
        meant = meant_key(key)
        if meant:
            fixable = meant not in info
            yield at_key(info, key, variant="near", severity=Severity.WARNING, fixable=fixable, meant=meant)
        else:
            yield at_key(info, key, fixable=False)


@info_rule("I026")
def unknown_language(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Texts in languages that DSM does not have, or calls otherwise."""
    for key in info:
        language = split_language(key)[1]
        if not (language and language not in languages()) and not _base_of_other_language(key):
            continue
        meant = meant_key(key)
        code = language or key.rpartition("_")[2]
        fixable = bool(meant) and meant not in info
        variant = "near" if meant else ""
        yield at_key(info, key, variant=variant, fixable=fixable, meant=meant, language=shown(code))


@info_rule("I027")
def no_fallback(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Texts in some languages, and none for all the others."""
    for key in info_keys().values():
        codes = [code for code in info.localised(key.name) if code in languages()] if key.localised else []
        if codes and not given(info, key.name):
            first = info.line_of(f"{key.name}_{codes[0]}")
            fixable = given(info, f"{key.name}_{_FALLBACK}")
            other = f"{key.name}_{codes[0]}"
            yield hit(PATH, first, 1, field=key.name, fixable=fixable, key=key.name, other=other)


@info_rule("I028")
def no_displayname(info: Info, _targets: Targets) -> Iterator[Hit]:
    """The name shown is not given."""
    if not given(info, "displayname"):
        yield at_value(info, "displayname")


@info_rule("I052")
def too_new_key(info: Info, targets: Targets) -> Iterator[Hit]:
    """Keys that the lowest DSM does not read yet.

    Beta builds count as the release that followed them. os_min_ver is left alone: it says which DSM is the lowest.
    """
    low = next((item.version for item in releases() if item.version >= targets.low), targets.low)
    for key in info:
        known = find_key(key)
        since = read_version(known.since) if known is not None and key not in {"os_min_ver", "os_max_ver"} else None
        if known is None or since is None or not given(info, key) or _has_old_twin(info, key):
            continue
        if low < since:
            yield at_key(info, key, since=_plain(known.since), low=str(targets.low))


def _has_old_twin(info: Info, key: str) -> bool:
    """Whether the older key that older versions read is there, too."""
    return any(known.replaced_by == key and given(info, known.name) for known in info_keys().values())


def is_outdated(key: str, targets: Targets) -> bool:
    """Whether none of the targets needs this old key any more."""
    known = find_key(key)
    version = read_version(known.deprecated) if known is not None else None
    return version is not None and targets.low >= version


def _base_of_other_language(key: str) -> str:
    """The localised key in `description_de`: one that is written with another standard's code."""
    base, _, code = key.rpartition("_")
    known = info_keys().get(base)
    is_other = known is not None and known.localised and find_key(key) is None and 2 <= len(code) <= 3
    return base if is_other else ""


def _plain(version: str) -> str:
    """A version as people say it: without its build."""
    return version.partition("-")[0]
