"""Choosing platforms for arch and exclude_arch, and models for model and exclude_model (spk-format.md 2.6).

A choice is the list of words as INFO has it. Words that the table does not know stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from spkcore.package.arch import NOARCH, Family, Platform, expand, families, platforms
from spkcore.package.version import DsmVersion, parse_dsm_version

Words = tuple[str, ...]
_OLD_STYLE = re.compile(r"(ds|rs)(?=\d)")


def covering(words: Sequence[str], name: str) -> str:
    """The word that a platform is covered by: itself, its family, or noarch; empty when none covers it."""
    platform = platforms().get(name)
    wanted = (name, platform.family if platform else "", NOARCH)
    return next((word for word in wanted if word and word in words), "")


def with_platform(words: Sequence[str], name: str, *, chosen: bool) -> Words:
    """`words` with a family, a platform or noarch taken in or out.

    noarch stands alone. A family takes the place of its platforms, which it says too; and a platform that is taken out
    of a family leaves the others of it behind, one by one.
    """
    if not chosen:
        return _without(words, name)
    if name in words:
        return tuple(words)
    if name == NOARCH:
        return (NOARCH,)
    family = families().get(name)
    gone = {NOARCH, *(family.members if family else ())}
    return (*(word for word in words if word not in gone), name)


def expanded(words: Sequence[str]) -> Words:
    """`words` with every family written as its platforms: what DSM 6 on every NAS understands."""
    return expand(words)


def gathered(words: Sequence[str]) -> Words:
    """`words` with each family in place of its platforms, where all of them are there."""
    result = tuple(words)
    for family in families().values():
        if family.members and all(member in result for member in family.members):
            at = result.index(next(word for word in result if word in family.members))
            before = tuple(word for word in result[:at] if word not in family.members)
            after = tuple(word for word in result[at:] if word not in family.members and word != family.name)
            result = (*before, family.name, *after)
    return result


def unknown_words(words: Sequence[str]) -> Words:
    """The words that are neither platforms nor families."""
    return tuple(word for word in words if word not in families() and word not in platforms())


def runs_on(platform: Platform, low: DsmVersion, high: DsmVersion) -> bool:
    """Whether one of the DSM versions runs on the platform, as far as known; what nobody knows counts as yes.

    The table ends with the newest DSM it knows: a platform that has it has later ones too.
    """
    known = sorted(version for version in map(parse_dsm_version, platform.dsm) if version is not None)
    if not known:
        return True
    last = known[-1]
    ends = DsmVersion(99, 0) if last == _newest_dsm() else DsmVersion(last.major, last.minor + 1)
    return known[0] <= high and low < ends


@cache
def _newest_dsm() -> DsmVersion:
    """The newest DSM that the table of platforms knows."""
    return max(version for item in platforms().values() for version in map(parse_dsm_version, item.dsm) if version)


def members_of(family: Family) -> tuple[Platform, ...]:
    """The platforms that a family stands for."""
    return tuple(platforms()[name] for name in family.members if name in platforms())


@cache
def model_words(platform: str, model: str) -> Words:
    """How INFO may call a NAS model, as synology_<platform>_<model>.

    Older models answer without the DS or RS before their number, newer ones with it (synology_cedarview_412,
    synology_armada38x_ds216j), and no list says which do what: for those both forms are given.
    """
    name = re.sub(r"\s*\(.*\)", "", model).lower().replace(" ", "")
    short = _OLD_STYLE.sub("", name)
    return tuple(dict.fromkeys((f"synology_{platform}_{short}", f"synology_{platform}_{name}")))


def has_model(words: Sequence[str], platform: str, model: str) -> bool:
    """Whether a model is named, in whichever form and case."""
    given = {word.lower() for word in words}
    return any(word in given for word in model_words(platform, model))


def with_model(words: Sequence[str], platform: str, model: str, *, chosen: bool) -> Words:
    """`words` with a model taken in, or out in every form."""
    forms = model_words(platform, model)
    if chosen:
        return (
            (*words, *(word for word in forms if word not in words))
            if not has_model(words, platform, model)
            else (tuple(words))
        )
    return tuple(word for word in words if word.lower() not in forms)


def unknown_models(words: Sequence[str]) -> Words:
    """The words that name no model of the table."""
    known = {form for item in platforms().values() for model in item.models for form in model_words(item.name, model)}
    return tuple(word for word in words if word.lower() not in known)


def _without(words: Sequence[str], name: str) -> Words:
    if name in words:
        return tuple(word for word in words if word != name)
    cover = covering(words, name)
    family = families().get(cover)
    if not cover or family is None or not family.members:
        return tuple(words)
    at = list(words).index(cover)
    rest = [member for member in family.members if member != name and member not in words]
    return (*words[:at], *rest, *words[at + 1 :])
