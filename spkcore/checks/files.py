"""The checks of single files: what the bytes of INFO, of a JSON part or of a script have wrong by themselves."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from functools import partial

from spkcore.base.reference import table
from spkcore.package import schemas, scripts
from spkcore.package.arch import NOARCH, arch_problem
from spkcore.package.findings import Finding, Severity, decode
from spkcore.package.info import Info
from spkcore.package.infokeys import InfoKey, find_key, info_keys, languages, split_language, value_problem
from spkcore.package.jsontext import parse
from spkcore.package.parts import JsonPart, targets_dsm7
from spkcore.package.version import DsmVersion, parse_dsm_version


def check_info(data: bytes) -> list[Finding]:
    """INFO: how it is written, which keys are missing, and which values do not fit the table."""
    info = Info.parse(data)
    found = [*info.problems(), *_required(info), *_values(info), *_names(info)]
    return sorted(found, key=lambda finding: (finding.line, finding.column))


def json_check(part: JsonPart, *further: str) -> Callable[[bytes], list[Finding]]:
    """The check for a JSON part: its syntax and, where it can be read, its schema and `further` definitions in it."""
    return partial(_check_json, part.schema, (part.definition, *further))


def check_script(data: bytes) -> list[Finding]:
    """A script: its line ends. Programs that lie among the scripts are left alone."""
    is_text = b"\0" not in data
    if not is_text or scripts.line_end(data) not in {scripts.LineEnd.CRLF, scripts.LineEnd.MIXED}:
        return []
    line = data[: data.index(b"\r")].count(b"\n") + 1
    message = "Lines end as on Windows (CRLF). The NAS cannot run the script; save it with LF line ends."
    return [Finding("script-crlf", Severity.ERROR, message, line, 1)]


def _check_json(schema: str, definitions: tuple[str, ...], data: bytes) -> list[Finding]:
    document = parse(decode(data))
    found: list[Finding] = []
    for definition in definitions if document.is_readable else ():
        known = {item.field for item in found}
        found.extend(item for item in schemas.validate(document, schema, definition) if item.field not in known)
    return sorted([*document.problems, *found], key=lambda finding: (finding.line, finding.column))


def _required(info: Info) -> Iterator[Finding]:
    is_dsm7 = targets_dsm7(info)
    for key in info_keys().values():
        wanted = key.required == "always" or (key.required == "dsm7" and is_dsm7)
        if not wanted or info.get(key.name).strip():
            continue
        if key.name == "os_min_ver" and info.get("firmware"):
            continue
        who = "DSM" if key.required == "always" else "DSM 7"
        name = key.label if key.label.lower() == key.name else f"{key.label} ({key.name})"
        message = f"{name} is missing. {who} refuses a package without it."
        yield Finding("info-required", Severity.ERROR, message, info.line_of(key.name), 0, key.name)


def _values(info: Info) -> Iterator[Finding]:
    for name in info:
        key = find_key(name)
        if key is None:
            continue
        message = value_problem(key, info.get(name)) or _platform_problem(key, info)
        if message:
            yield _finding("info-value", _severity(key), message, info, name)


def _severity(key: InfoKey) -> Severity:
    """Booleans, addresses and rare keys are read by DSM or passed over; a bad value of the others stops it."""
    return Severity.WARNING if key.type in {"bool", "url"} or key.group == "old" else Severity.ERROR


def _platform_problem(key: InfoKey, info: Info) -> str:
    if key.choices == "architectures":
        values = info.get(key.name).split()
        problem = next((text for text in map(arch_problem, values) if text), "")
        if not problem and NOARCH in values and len(values) > 1:
            return "noarch stands for every platform, so it must stand alone."
        return problem
    if key.name == "os_max_ver":
        low, high = parse_dsm_version(info.get("os_min_ver")), parse_dsm_version(info.get("os_max_ver"))
        if low and high and _order(high) < _order(low):
            return "The highest DSM version lies below the lowest one."
    if key.name == "os_min_ver":
        low = parse_dsm_version(info.get("os_min_ver"))
        limit = parse_dsm_version(table("dsm_releases")["minimum_for_7"])
        if low and limit and low.major == limit.major and low < limit:
            return f"DSM 7 takes packages from {limit} on."
    return ""


def _order(version: DsmVersion) -> tuple[int, int, int]:
    return version.major, version.minor, version.build


def _names(info: Info) -> Iterator[Finding]:
    """Keys that DSM does not know, and languages that it does not have."""
    typos: dict[str, str] = table("info_keys")["typos"]
    for name in info:
        base, language = split_language(name)
        if language and language not in languages():
            message = f"DSM has no language '{language}', so this text is never shown."
            yield _about_key("info-language", Severity.WARNING, message, info, name)
        elif find_key(name) is None:
            near = [typos[name]] if name in typos else difflib.get_close_matches(base, info_keys(), 1, 0.85)
            hint = f" '{near[0]}' is probably meant." if near else ""
            message = f"DSM does not know the key '{name}'.{hint}"
            severity = Severity.WARNING if near else Severity.INFO
            yield _about_key("info-unknown", severity, message, info, name)


def _finding(rule: str, severity: Severity, message: str, info: Info, key: str) -> Finding:
    """A finding about a value; those about the key itself start at column 1 (`_about_key`)."""
    return Finding(rule, severity, message, info.line_of(key), info.column_of(key), key)


def _about_key(rule: str, severity: Severity, message: str, info: Info, key: str) -> Finding:
    return Finding(rule, severity, message, info.line_of(key), 1, key)
