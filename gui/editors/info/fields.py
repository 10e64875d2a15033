"""The fields of the INFO form: what each shows, worked out from the table of keys and the file; knows no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gui.qt.i18n import tr
from spkcore.base.reference import table
from spkcore.package.info import Info
from spkcore.package.infokeys import InfoKey, KeyGroup, find_key, key_groups, languages, split_language

COMMON = frozenset({
    "package", "version", "displayname", "description", "maintainer", "maintainer_url", "support_url", "arch",
    "os_min_ver", "adminprotocol", "adminport", "adminurl", "dsmuidir", "dsmappname", "ctl_stop",
    "install_dep_packages",
})  # fmt: skip
"""Keys that are shown although the file does not have them: those that most packages need."""

EVERY_PLATFORM = "noarch"
OTHER = "other"
"""The id of the group of keys that the table does not know."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One suggestion for a value, and what it means (may be empty)."""

    value: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the form. `name` is the key as the file has it, with its language ("description_fre")."""

    name: str
    label: str
    group: str
    kind: str
    """text, long, bool, choice, list, int, computed"""
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


def fields_of(info: Info) -> list[Field]:
    """Every field the form could show for this file, in the order of the form."""
    found: list[Field] = []
    for group in key_groups():
        for key in group.keys:
            found.append(_field(info, key, group))
            if key.localised:
                found.extend(_variant(info, key, group, code) for code in info.localised(key.name))
    unknown = [name for name in info if find_key(name) is None]
    return [*found, *(_unknown(info, name) for name in unknown)]


def is_shown(field: Field, needle: str, *, show_all: bool) -> bool:
    """Whether the form shows the field. A filter looks at all keys."""
    if needle:
        text = f"{field.name} {field.label} {field.help}".casefold()
        return all(word in text for word in needle.casefold().split())
    return show_all or field.is_set or field.name in COMMON or field.required


def choices(name: str) -> Sequence[Choice]:
    """What is suggested for a key; empty where anything goes."""
    key = find_key(name)
    if key is None:
        return ()
    if key.values:
        return [Choice(value) for value in key.values]
    return {
        "architectures": _architectures,
        "dsm": _releases,
        "services": _needed_services,
        "restart_services": _restarted_services,
    }.get(key.choices, _no_choices)()


def toggled_words(words: Sequence[str], value: str, *, ticked: bool) -> list[str]:
    """A list of words with `value` added or taken out. noarch stands alone: it means every platform."""
    others = [word for word in words if word != value]
    if not ticked:
        return others
    return [value] if value == EVERY_PLATFORM else [*(word for word in others if word != EVERY_PLATFORM), value]


def free_languages(info: Info, key: str) -> list[tuple[str, str]]:
    """Codes and names of the languages that the localised `key` has no value for yet."""
    present = info.localised(key)
    return [(code, name) for code, name in languages().items() if code not in present]


def _field(info: Info, key: InfoKey, group: KeyGroup) -> Field:
    return Field(
        name=key.name,
        label=key.label,
        group=group.id,
        kind=_kind(key),
        value=info.get(key.name),
        is_set=key.name in info,
        placeholder=_placeholder(key),
        help=key.description,
        note=_note(key),
        required=key.required != "no",
        localised=key.localised,
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
    if key.generated:
        return "computed"
    if key.type == "bool":
        return "bool"
    if key.values:
        return "choice"
    if key.type == "words" or key.choices == "dsm":
        return "list"
    return "long" if key.long else key.type if key.type == "int" else "text"


def _placeholder(key: InfoKey) -> str:
    if key.generated:
        return tr("Written by the build")
    if key.default:
        return tr("Not set: DSM takes {value}", value=key.default)
    if key.default_note:
        return tr("Not set: {value}", value=key.default_note)
    return tr("For example {value}", value=key.example) if key.example else ""


def _note(key: InfoKey) -> str:
    if key.deprecated and key.replaced_by:
        return tr("Outdated since DSM {version}: use {key}", version=key.deprecated, key=key.replaced_by)
    if key.deprecated:
        return tr("Outdated since DSM {version}", version=key.deprecated)
    if key.required == "dsm7":
        return tr("DSM 7 needs it")
    return tr("Since DSM {version}", version=key.since) if _is_recent(key.since) else ""


def _is_recent(since: str) -> bool:
    """Whether it is worth saying: DSM 5 and older no longer meet a package that is made today."""
    major = since.partition(".")[0]
    return major.isdigit() and int(major) >= 6


def _architectures() -> list[Choice]:
    data = table("architectures")
    families = [Choice(name, row.get("title", "")) for name, row in data.get("families", {}).items()]
    platforms = [
        Choice(name, ", ".join(row.get("models", [])[:4]) or row.get("family", ""))
        for name, row in data.get("platforms", {}).items()
    ]
    return families + platforms


def _releases() -> list[Choice]:
    return [Choice(row["os_min_ver"], row["name"]) for row in table("dsm_releases")["releases"]]


def _needed_services() -> list[Choice]:
    return _services("needs")


def _restarted_services() -> list[Choice]:
    return _services("restarts")


def _services(column: str) -> list[Choice]:
    meanings: dict[str, list[str]] = {}
    for version in table("services")["versions"]:
        for name in version[column]:
            meanings.setdefault(name, []).append(version["name"])
    return [Choice(name, ", ".join(versions)) for name, versions in meanings.items()]


def _no_choices() -> list[Choice]:
    return []


def base_name(name: str) -> str:
    """The key without its language."""
    return split_language(name)[0]
