"""What Package Center of a NAS offers, as a person sees it: names, icons, and what is installed already."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from spkcore.base.reference import table
from spkcore.base.tasks import TaskContext
from spkcore.nas.agents import named_command
from spkcore.nas.catalogue import NoCatalogueError, offers_in, read_list
from spkcore.nas.feeds import PackageUrl, address_of, find_urls, merge, plain_text
from spkcore.nas.harvest import LISTS
from spkcore.nas.session import Session

# Versions come from the INFO of each installed package. Icons are those that Package Center keeps of its list (capture
# reference, chapter 1.1: lfs/image), a few kilobytes each; nothing is fetched from the internet.
_SHELF = r"""
for file in /var/packages/*/INFO; do
    [ -f "$file" ] || continue
    name=${file%/INFO}
    echo "VERSION ${name##*/} $(sed -n 's/^version="\{0,1\}\([^"]*\).*/\1/p' "$file" | head -n 1)"
done
for file in /volume[0-9]*/@tmp/synopkg/lfs/image/*/*/*/thumb_64.png; do
    [ -f "$file" ] && [ "$(wc -c <"$file")" -lt 40000 ] || continue
    name=${file%/*/thumb_64.png}
    echo "ICON ${name##*/} $(base64 <"$file" 2>/dev/null | tr -d '\n')"
done
"""
_SHELF_SECONDS = 60.0
_MOST_ICON = 1 << 20


@dataclass(frozen=True, slots=True)
class Offer:
    """One package of the NAS's list. `name` is what people call it, `installed` the version on the NAS or "", `icon`
    the bytes of a picture or b""."""

    url: PackageUrl
    name: str
    source: str = ""
    installed: str = ""
    icon: bytes = b""

    @property
    def is_installed(self) -> bool:
        """Whether this very version is on the NAS."""
        return bool(self.installed) and self.installed == self.url.version


def read_offers(session: Session, context: TaskContext | None = None) -> tuple[Offer, ...]:
    """The packages that Package Center offers on this NAS, by name.

    Raises `NoCatalogueError`, and what sessions raise.
    """
    data = read_list(session, context)
    urls = offers_in(data)
    if not urls:
        raise NoCatalogueError(session.target.place, "its list is empty")
    command = named_command(_SHELF, "spk-shelf")
    versions, icons = parse_shelf(session.root.execute(command, timeout=_SHELF_SECONDS, context=context).text)
    about = _about(data)
    offers = [_offer(url, about.get(url.url, {}), versions, icons) for url in urls]
    return tuple(sorted(offers, key=lambda offer: (offer.name.casefold(), offer.url.version)))


def read_addresses(
    session: Session, volumes: Sequence[str], context: TaskContext | None = None
) -> tuple[PackageUrl, ...]:
    """The addresses of packages that the NAS knows: from the lists that Package Center keeps, and from its log.

    Works on every DSM; empty where there is nothing. Raises what sessions raise.
    """

    def found(source: str, patterns: Sequence[str]) -> tuple[PackageUrl, ...]:
        command = named_command(LISTS, "spkcap-lists", patterns)
        return find_urls(session.root.execute(command, timeout=_SHELF_SECONDS, context=context).out, source)

    lists = [feed["path"] for feed in table("capture_places")["feed_list"]]
    lists += [f"{volume}/@tmp/pkglist.tmp/*" for volume in volumes]
    return merge([*found("package list", lists), *found("synopkg.log", ["/var/log/synopkg.log*"])])


def parse_shelf(text: str) -> tuple[dict[str, str], dict[str, bytes]]:
    """({package: installed version}, {package: icon}) of what the NAS answered."""
    versions: dict[str, str] = {}
    icons: dict[str, bytes] = {}
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        package, _, value = rest.partition(" ")
        if kind == "VERSION" and package:
            versions[package] = plain_text(value)
        elif kind == "ICON" and package:
            icons[package] = _picture(value)
    return versions, icons


def _offer(url: PackageUrl, about: dict[str, object], versions: dict[str, str], icons: dict[str, bytes]) -> Offer:
    name = next((text for key in ("dname", "name") if (text := plain_text(about.get(key)))), url.package)
    return Offer(
        url,
        name,
        plain_text(about.get("source")) or plain_text(about.get("maintainer")),
        versions.get(url.package, ""),
        _picture(about.get("icon")) or icons.get(url.package, b""),
    )


def _about(data: dict[str, object]) -> dict[str, dict[str, object]]:
    """What the list tells beside the URL, by URL."""
    found: dict[str, dict[str, object]] = {}
    pending: list[object] = [data]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            if url := address_of(item.get("link")):
                found[url] = item
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return found


def _picture(value: object) -> bytes:
    """Lists give icons in Base64."""
    if not isinstance(value, str) or len(value) > _MOST_ICON:
        return b""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return b""
