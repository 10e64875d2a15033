"""Rules about single values of INFO: names, yes and no, addresses, ports, texts (spk-format.md 2.2 and chapter 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spkcore.base.reference import table
from spkcore.checks.problem import Hit
from spkcore.checks.rules.info_base import at_key, at_value, given, info_rule, shown
from spkcore.checks.targets import Targets
from spkcore.package.findings import Severity
from spkcore.package.info import Info
from spkcore.package.infokeys import InfoKey, find_key, info_keys, is_placeholder, value_problem
from spkcore.package.infomend import as_boolean

_FORBIDDEN = re.compile(r"[:/<>|=\s]")
_SPKREPO_NAME = re.compile(r"[\w-]+")
_PORT = re.compile("[0-9]{1,5}")
_ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):\S+")
_OWN_RULES = frozenset({"package", "version", "auto_upgrade_from", "adminport", "install_type", "dsmuidir"})
"""Keys whose pattern, list of values or limits a rule of their own looks after; DSM versions have theirs, too."""


@info_rule("I003")
def unusable_name(info: Info, _targets: Targets) -> Iterator[Hit]:
    """The package ID holds what no folder or list can hold."""
    match = _FORBIDDEN.search(info.get("package"))
    if match is not None and given(info, "package"):
        blank = match[0].isspace()
        yield at_value(info, "package", offset=match.start(), variant="blank" if blank else "", letter=match[0])


@info_rule("I004")
def name_that_spkrepo_refuses(info: Info, _targets: Targets) -> Iterator[Hit]:
    """spkrepo takes letters, digits, _ and - only."""
    name = info.get("package")
    if name.strip() and not _FORBIDDEN.search(name) and not _SPKREPO_NAME.fullmatch(name):
        yield at_value(info, "package")


@info_rule("I015")
def no_yes_or_no(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Something else where only yes and no are known."""
    for key in _of_type(info, "bool"):
        value = info.get(key.name)
        if value not in {"yes", "no"}:
            answer = as_boolean(value)
            yield at_value(info, key.name, variant="meant" if answer else "", fixable=bool(answer), answer=answer)


@info_rule("I042")
def impossible_port(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A port that does not exist."""
    if given(info, "adminport") and _port(info) is None:
        yield at_value(info, "adminport")


@info_rule("I043")
def port_of_dsm(info: Info, _targets: Targets) -> Iterator[Hit]:
    """DSM does not look whether its own ports are free."""
    ports: list[int] = table("info_keys")["limits"]["dsm_ports"]
    if _port(info) in ports and as_boolean(info.get("checkport")) != "no":
        yield at_value(info, "adminport")


@info_rule("I044")
def no_port(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A link without the port leads to port 80."""
    key = next((name for name in ("adminurl", "adminprotocol") if given(info, name)), "")
    if key and not given(info, "adminport"):
        yield at_key(info, key)


@info_rule("I045")
def beta_without_reports(info: Info, _targets: Targets) -> Iterator[Hit]:
    """The mark of a beta and the address for its testers belong together."""
    is_beta = as_boolean(info.get("beta")) == "yes"
    if given(info, "report_url") and not is_beta:
        yield at_key(info, "report_url")
    elif is_beta and not given(info, "report_url"):
        yield at_key(info, "beta", variant="beta")


@info_rule("I046")
def hidden_report_url(info: Info, _targets: Targets) -> Iterator[Hit]:
    """The link to Support Center takes the place of the feedback page."""
    if given(info, "report_url") and as_boolean(info.get("support_center")) == "yes":
        yield at_key(info, "report_url")


@info_rule("I047")
def insecure_address(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Addresses that are not https."""
    for key in _of_type(info, "url"):
        match = _ADDRESS.fullmatch(info.get(key.name).strip())
        scheme = match["scheme"].lower() if match else "https"
        if scheme != "https":
            yield at_value(info, key.name, variant="" if scheme == "http" else "other", scheme=scheme)


@info_rule("I049")
def text_for_nobody(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Texts that are too short to say anything, or were never filled in."""
    shortest: int = table("info_keys")["limits"]["short_description"]
    for key in table("info_keys")["placeholders"]:
        value = info.get(key).strip()
        if is_placeholder(key, value):
            yield at_value(info, key)
        elif key == "description" and 0 < len(value) < shortest:
            yield at_value(info, key, variant="short", length=len(value), shortest=shortest)


@info_rule("I050")
def without_effect(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Keys that work only together with another one that says yes."""
    for key in info_keys().values():
        if key.needs and given(info, key.name) and as_boolean(info.get(key.needs)) != "yes":
            yield at_key(info, key.name, needs=key.needs)


@info_rule("I051")
def unknown_install_type(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A place of installation that DSM does not have."""
    known = info_keys()["install_type"].values
    if given(info, "install_type") and info.get("install_type").strip() not in known:
        yield at_value(info, "install_type", known=" and ".join(known))


@info_rule("I059")
def no_address(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Something else where an address should be."""
    for key in _of_type(info, "url"):
        if not _ADDRESS.fullmatch(info.get(key.name).strip()):
            yield at_value(info, key.name)


@info_rule("I060")
def unknown_value(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A value that is not one of the few that are known."""
    for key in info_keys().values():
        if key.values and key.name not in _OWN_RULES and given(info, key.name):
            value = info.get(key.name).strip()
            if value not in key.values:
                yield at_value(info, key.name, known=", ".join(key.values))


@info_rule("I061")
def no_model(info: Info, _targets: Targets) -> Iterator[Hit]:
    """Names of models in another form than DSM's."""
    for key in info_keys().values():
        for match in re.finditer(r"\S+", info.get(key.name) if key.item_pattern else ""):
            if not re.search(key.item_pattern, match[0]):
                mild = None if key.name == "model" else Severity.WARNING
                word, hint = shown(match[0]), key.item_pattern_hint
                yield at_value(info, key.name, offset=match.start(), severity=mild, word=word, hint=hint)
                break


@info_rule("I062")
def bad_desktop_folder(info: Info, targets: Targets) -> Iterator[Hit]:
    """A desktop folder that cannot be read, or several where DSM links only one."""
    key = info_keys()["dsmuidir"]
    if not given(info, key.name):
        return
    if not re.search(key.pattern, info.get(key.name).strip()):
        yield at_value(info, key.name, hint=key.pattern_hint)
    elif ":" in info.get(key.name) and targets.below(7):
        yield at_value(info, key.name, variant="pairs")


@info_rule("I063")
def bad_computed_value(info: Info, _targets: Targets) -> Iterator[Hit]:
    """A computed value that nothing has computed."""
    for key in info_keys().values():
        problem = value_problem(key, info.get(key.name).strip()) if key.generated else ""
        if problem:
            yield at_value(info, key.name, problem=problem)


@info_rule("I064")
def no_base64(info: Info, _targets: Targets) -> Iterator[Hit]:
    """An icon inside INFO that cannot be read."""
    for key in _of_type(info, "base64"):
        if value_problem(key, info.get(key.name)):
            yield at_value(info, key.name)


def _of_type(info: Info, wanted: str) -> Iterator[InfoKey]:
    """The keys of a type that are given, in the order of the file."""
    for name in info:
        key = find_key(name)
        if key is not None and key.type == wanted and given(info, name):
            yield key


def _port(info: Info) -> int | None:
    text = info.get("adminport").strip()
    port = int(text) if _PORT.fullmatch(text) else 0
    return port if 1 <= port <= 65535 else None
