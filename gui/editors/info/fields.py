"""The fields of the INFO form: what each shows, worked out from the table of keys and the file; knows no widgets."""

from __future__ import annotations

from dataclasses import dataclass

from gui.editors.info.ranges import DsmRange, every_dsm
from gui.qt.i18n import tr
from spkcore.package.info import Info
from spkcore.package.infokeys import (
    InfoKey,
    KeyGroup,
    Relevance,
    find_key,
    key_groups,
    languages,
    relevance,
    split_language,
)
from spkcore.package.version import parse_dsm_version

COMMON = frozenset({
    "package", "version", "displayname", "description", "maintainer", "maintainer_url", "support_url", "arch",
    "os_min_ver", "firmware", "adminprotocol", "adminport", "adminurl", "dsmuidir", "dsmappname", "ctl_stop",
    "startable", "install_dep_packages",
})  # fmt: skip
"""Keys that are shown although the file does not have them: those that most packages need, for the DSM versions that
read them."""
TOGETHER = {"checkport": ("adminport",)}
"""Keys that are shown as soon as one of these others is set."""

_DSM7 = 7
_WORTH_SAYING = 5
"""Older DSM no longer meets a package that is made today."""
OTHER = "other"
"""The id of the group of keys that the table does not know."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the form. `name` is the key as the file has it, with its language ("description_fre")."""

    name: str
    label: str
    group: str
    kind: str
    """text, long, bool, choice, list, deps, version, int, computed"""
    value: str = ""
    is_set: bool = False
    placeholder: str = ""
    help: str = ""
    note: str = ""
    """Since which DSM, or that it is outdated."""
    required: bool = False
    language: str = ""
    localised: bool = False
    is_unknown: bool = False
    relevance: Relevance = "fits"
    """Whether the chosen DSM versions read the key."""
    is_wanted: bool = False
    """Whether it is shown although it is not set."""
    languages: int = 0
    """In how many languages there is a value of its own."""

    @property
    def is_variant(self) -> bool:
        """Whether it is the value for one language."""
        return bool(self.language)


@dataclass(frozen=True, slots=True)
class Group:
    """One section of the form."""

    id: str
    title: str
    description: str


def groups() -> list[Group]:
    """The sections in their order, the unknown keys last."""
    known = [Group(group.id, group.title, group.description) for group in key_groups()]
    return [*known, Group(OTHER, tr("Other keys"), tr("Keys of this file that no reference describes. They are kept."))]


def fields_of(info: Info, dsm: DsmRange | None = None) -> list[Field]:
    """Every field the form could show for this file, in the order of the form."""
    wanted = dsm or every_dsm()
    found: list[Field] = []
    for group in key_groups():
        for key in group.keys:
            found.append(_field(info, key, group, wanted))
            if key.localised:
                found.extend(_variant(info, key, group, code) for code in info.localised(key.name))
    unknown = [name for name in info if find_key(name) is None]
    return [*found, *(_unknown(info, name) for name in unknown)]


def is_shown(field: Field, needle: str, *, show_all: bool) -> bool:
    """Whether the form shows the field. A filter looks at all keys; the texts of single languages have a table of
    their own, and are in the form only when they are looked for."""
    if needle:
        text = f"{field.name} {field.label} {field.help}".casefold()
        return all(word in text for word in needle.casefold().split())
    if field.is_variant:
        return False
    return field.is_set or (field.relevance == "fits" and (show_all or field.is_wanted))


def _field(info: Info, key: InfoKey, group: KeyGroup, dsm: DsmRange) -> Field:
    required = key.required == "always" or (key.required == "dsm7" and dsm.high.major >= _DSM7)
    mates = TOGETHER.get(key.name, ())
    return Field(
        name=key.name,
        label=key.label,
        group=group.id,
        kind=_kind(key),
        value=info.get(key.name),
        is_set=key.name in info,
        placeholder=_placeholder(key),
        help=key.description,
        note=_note(key, dsm),
        required=required,
        localised=key.localised,
        relevance=relevance(key, dsm.low, dsm.high),
        is_wanted=required or key.name in COMMON or any(name in info for name in mates),
        languages=len(info.localised(key.name)) if key.localised else 0,
    )


def _variant(info: Info, key: InfoKey, group: KeyGroup, code: str) -> Field:
    name = f"{key.name}_{code}"
    return Field(
        name=name,
        label=languages().get(code, code),
        group=group.id,
        kind=_kind(key),
        value=info.get(name),
        is_set=True,
        language=code,
    )


def _unknown(info: Info, name: str) -> Field:
    return Field(name, name, OTHER, "text", info.get(name), is_set=True, is_unknown=True)


def _kind(key: InfoKey) -> str:
    if key.is_computed:
        return "computed"
    if key.type == "bool":
        return "bool"
    if key.values:
        return "choice"
    if key.type == "words" or key.choices == "dsm":
        return "list"
    if key.name == "version":
        return "version"
    return "long" if key.long else key.type if key.type in {"int", "deps"} else "text"


def _placeholder(key: InfoKey) -> str:
    if key.is_computed:
        return tr("Written by the build")
    if key.default:
        return tr("Not set: DSM takes {value}", value=key.default)
    if key.default_note:
        return tr("Not set: {value}", value=key.default_note)
    return tr("For example {value}", value=key.example) if key.example else ""


def _note(key: InfoKey, dsm: DsmRange) -> str:
    """What the chosen DSM versions make of the key, where that is not the same for all of them."""
    since = parse_dsm_version(key.since)
    deprecated = parse_dsm_version(key.deprecated)
    if deprecated is not None and dsm.high >= deprecated:
        if key.replaced_by:
            return tr("Outdated since DSM {version}: use {key}", version=key.deprecated, key=key.replaced_by)
        return tr("Outdated since DSM {version}", version=key.deprecated)
    if since is not None and dsm.high < since:
        return tr("Read only from DSM {version} on", version=key.since)
    if since is not None and since > dsm.low and since.major >= _WORTH_SAYING:
        return tr("Since DSM {version}", version=key.since)
    return tr("DSM 7 needs it") if key.required == "dsm7" and dsm.high.major >= _DSM7 else ""


def base_name(name: str) -> str:
    """The key without its language."""
    return split_language(name)[0]
