"""Rules about web services in conf/resource, and about the packages that bring workers (spk-format.md 5.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spkcore.base.reference import table
from spkcore.checks.problem import Hit
from spkcore.checks.rules import rule
from spkcore.checks.rules.conf_depends import needed_packages
from spkcore.checks.rules.deskentries import entry_names
from spkcore.checks.rules.jsonparts import hit_at, items_at, text_at, value_at
from spkcore.checks.rules.workers import account, matching, php_packages, providers, resource
from spkcore.checks.subject import Subject
from spkcore.package.jsontext import JsonDocument, split_pointer
from spkcore.package.resource import PATH

SERVICES = "/webservice/services"
PORTALS = "/webservice/portals"
FOLDERS = "/webservice/pkg_dir_prepare"
NGINX = "nginx.service"
_NGINX_NAMES = {NGINX, "nginx"}


@rule("R008")
def other_user(subject: Subject) -> Iterator[Hit]:
    """The package cannot use what belongs to somebody else."""
    found, own = resource(subject), account(subject)
    if found is None or not own:
        return
    for pointer, _ in items_at(found, "/data-share/shares"):
        users = _named(found, f"{pointer}/permission")
        if users and own not in users and not any("{{" in user for user in users):
            yield hit_at(PATH, found, f"{pointer}/permission", variant="share", own=own, user=", ".join(users))
    for place in (f"{FOLDERS}/*/user", f"{SERVICES}/*/php/user"):
        for pointer in matching(found, "", place[1:]):
            user = text_at(found, pointer)
            if user and user != own and "{{" not in user:
                yield hit_at(PATH, found, pointer, user=user, own=own)


def _named(found: JsonDocument, permission: str) -> list[str]:
    """The users that a share is open to."""
    lists = [items_at(found, f"{permission}/{kind}") for kind in ("rw", "ro")]
    return list(dict.fromkeys(text_at(found, pointer) for items in lists for pointer, _ in items))


@rule("R009")
def portal_without_service(subject: Subject) -> Iterator[Hit]:
    """A portal leads to a service of the same file."""
    found = resource(subject)
    if found is None or found.node(SERVICES) is None:
        return
    known = {text_at(found, f"{pointer}/service") for pointer, _ in items_at(found, SERVICES)}
    for pointer, _ in items_at(found, PORTALS):
        name = text_at(found, f"{pointer}/service")
        if name and name not in known and "{{" not in name:
            yield hit_at(PATH, found, f"{pointer}/service", service=name, known=", ".join(sorted(known)))


@rule("R010")
def portal_without_entry(subject: Subject) -> Iterator[Hit]:
    """Web Station makes an icon of its own for an application that config does not know."""
    found, known = resource(subject), entry_names(subject)
    for pointer, _ in items_at(found, PORTALS) if found and known else ():
        app = text_at(found, f"{pointer}/app")
        if found and app and app not in known and "{{" not in app:
            yield hit_at(PATH, found, f"{pointer}/app", app=app, known=", ".join(known))


@rule("R011")
def provider_missing(subject: Subject) -> Iterator[Hit]:
    """The package that brings a worker has to be installed first."""
    found = resource(subject)
    needed = needed_packages(subject) if found else frozenset()
    for pointer, wanted in _wanted(found) if found else ():
        if found and not needed & set(wanted):
            worker = split_pointer(pointer)[0]
            yield hit_at(
                PATH, found, pointer, of_name=pointer.count("/") == 1, worker=worker, packages=" or ".join(wanted)
            )


def _wanted(found: JsonDocument) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Places of the file and the packages of which each needs one; each package once."""
    seen: set[tuple[str, ...]] = set()
    for pointer, wanted in [*_workers(found), *_backends(found)]:
        if wanted and wanted not in seen:
            seen.add(wanted)
            yield pointer, wanted


def _workers(found: JsonDocument) -> list[tuple[str, tuple[str, ...]]]:
    return [(pointer, providers(split_pointer(pointer)[0])) for pointer, _ in items_at(found, "")]


def _backends(found: JsonDocument) -> Iterator[tuple[str, tuple[str, ...]]]:
    php = php_packages()
    apache = {row["backend"]: row["package"] for row in table("workers")["apache"]}
    for pointer, _ in items_at(found, SERVICES):
        kind = text_at(found, f"{pointer}/type")
        number = value_at(found, f"{pointer}/php/backend")
        if kind.endswith("_php") and isinstance(number, int) and number in php:
            yield f"{pointer}/php/backend", (php[number],)
        server = value_at(found, f"{pointer}/backend")
        if kind == "apache_php" and isinstance(server, int) and server in apache:
            yield f"{pointer}/backend", (apache[server],)


@rule("R013")
def source_outside(subject: Subject) -> Iterator[Hit]:
    """DSM copies only what the installed package has."""
    found, package = resource(subject), subject.package
    for pointer, _ in items_at(found, FOLDERS) if found and package else ():
        source, place = text_at(found, f"{pointer}/source"), f"/var/packages/{package}/target"
        if found and source and "{{" not in source and not (source + "/").startswith(place + "/"):
            can_mend = bool(right_source(source, package))
            yield hit_at(PATH, found, f"{pointer}/source", source=source, place=place, fixable=can_mend)


def right_source(source: str, package: str) -> str:
    """The folder that `source` can only mean; "" where it means something else."""
    match = re.fullmatch(r"/?var/packages?/[^/]+/target(/.*)?", source)
    return f"/var/packages/{package}/target{match[1] or ''}" if match else ""


@rule("R017")
def nginx_not_restarted(subject: Subject) -> Iterator[Hit]:
    """The web server reads new settings only when it starts."""
    found = resource(subject)
    if found is None or found.node("/web-config") is None:
        return
    for key in nginx_keys(found):
        if not _NGINX_NAMES & set(subject.info.words(key)):
            yield hit_at(PATH, found, "/web-config", of_name=True, key=key)


def nginx_keys(found: JsonDocument) -> list[str]:
    """The keys of INFO that have to name the web server."""
    has_disable = found.node("/web-config/nginx-static-config/disable") is not None
    return ["instuninst_restart_services", *(["startstop_restart_services"] if has_disable else [])]
