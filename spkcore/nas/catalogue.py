"""What the NAS itself offers in Package Center, and downloads there without installing.

Both ask DSM's own web API on the NAS, as root and without a login (`synowebapi --exec`). DSM 7 downloads in one call
and installs in a second one, which is never made here. Sources: pvulgaris/synology-nas-mcp and N4S4/synology-api (the
two calls, `Server.list` version 2 with link, md5 and size, `Installation.delete`), capture reference 1.2 and 5.
"""

from __future__ import annotations

import contextlib
import json
import shlex
from urllib.parse import urlsplit

from spkcore.base.errors import NasError
from spkcore.base.tasks import TaskContext
from spkcore.nas.errand import Errand
from spkcore.nas.feeds import PackageUrl, find_urls
from spkcore.nas.session import Session

_WEB_API = "/usr/syno/bin/synowebapi"
_LIST_SECONDS = 180.0
"""The NAS asks all its package sources first; on small ones that was seen to take 90 seconds."""
_CALL_SECONDS = 60.0
_OFFICIAL_HOSTS = ("synology.com", "synologydownload.com")


class NoCatalogueError(NasError):
    """The NAS does not tell what it offers."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The NAS does not tell which packages it offers ({reason})",
            place,
            "Choose the package in Package Center while the capture runs; an older DSM has no list to ask for.",
        )


class NotOfferedError(NasError):
    """No package of this name is in the NAS's list."""

    def __init__(self, place: str, package: str) -> None:
        super().__init__(
            f"Package Center of this NAS offers no package {package}",
            place,
            "Check the name (as in INFO, such as Git), and the sources in Package Center > Settings.",
        )


class NasDownloadFailedError(NasError):
    """The NAS did not begin the download."""

    def __init__(self, place: str, package: str, reason: str) -> None:
        super().__init__(
            f"The NAS did not download {package} ({reason})",
            place,
            "Capture it while Package Center installs it.",
        )


def read_catalogue(session: Session, context: TaskContext | None = None) -> tuple[PackageUrl, ...]:
    """The packages that Package Center offers on this NAS, from all its sources, by name. DSM 7.

    Raises `NoCatalogueError`, and what sessions raise.
    """
    found = offers_in(read_list(session, context))
    if not found:
        raise NoCatalogueError(session.target.place, "its list is empty")
    return tuple(sorted(found, key=lambda url: (url.package.casefold(), url.version)))


def read_list(session: Session, context: TaskContext | None = None) -> dict[str, object]:
    """The NAS's list as DSM's web API gives it. Raises `NoCatalogueError`, and what sessions raise."""
    return _call(session, "SYNO.Core.Package.Server", "list", 2, context, blforcereload=False, blloadothers=True)


def offers_in(data: dict[str, object]) -> list[PackageUrl]:
    """The packages in such a list, in its order."""
    return [url for url in find_urls(json.dumps(data).encode(), "Package Center") if url.package]


def find_offer(session: Session, package: str, context: TaskContext | None = None) -> PackageUrl:
    """The last entry of the NAS's list for this package. Raises `NotOfferedError`, and what `read_catalogue` raises."""
    offers = [url for url in read_catalogue(session, context) if url.package.casefold() == package.casefold()]
    if not offers:
        raise NotOfferedError(session.target.place, package)
    return offers[-1]


class NasDownload(Errand):
    """Lets the NAS download one package of its list, without installing it.

    Call `clean` once the file was captured: DSM would keep its own.
    """

    def __init__(self, session: Session, offer: PackageUrl) -> None:
        super().__init__(session, offer.package, 2 * _CALL_SECONDS)
        self._offer = offer

    def clean(self) -> None:
        """Let DSM delete its own file of the download; a NAS that does not, keeps it as it would anyway."""
        with contextlib.suppress(NasError):
            task = f"@SYNOPKG_DOWNLOAD_{self.package}"
            known = _call(self._session, "SYNO.Core.Package.Installation.Download", "check", 1, taskid=task)
            path = known.get("filename")
            if isinstance(path, str) and path.endswith(f"/{task}"):
                _call(self._session, "SYNO.Core.Package.Installation", "delete", 1, path=path)
                self._session.log.add(f"Package Center deleted {path}")

    def _run(self) -> None:
        offer = self._offer
        host = urlsplit(offer.url).hostname or ""
        try:
            _call(
                self._session, "SYNO.Core.Package.Installation", "install", 1, self._context,
                name=offer.package, url=offer.url, checksum=offer.md5, filesize=offer.size, operation="install",
                is_syno=host.endswith(_OFFICIAL_HOSTS), beta=False, blqinst=False,
            )  # fmt: skip
        except NoCatalogueError as error:
            raise NasDownloadFailedError(self._session.target.place, offer.package, error.what) from error


def _call(
    session: Session, api: str, method: str, version: int, context: TaskContext | None = None, **values: object
) -> dict[str, object]:
    """One call of DSM's web API; each value goes as JSON. Returns `data`. Raises `NoCatalogueError`."""
    words = [_WEB_API, "--exec", f"api={api}", f"method={method}", f"version={version}"]
    words += [f"{name}={json.dumps(value)}" for name, value in values.items()]
    seconds = _LIST_SECONDS if method == "list" else _CALL_SECONDS
    result = session.root.execute(f"{shlex.join(words)} 2>/dev/null", timeout=seconds, context=context)
    start = result.text.find("{")
    try:
        answer = json.loads(result.text[start:]) if start >= 0 else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise NoCatalogueError(session.target.place, f"its web API gave no answer, exit code {result.code}")
    if answer.get("success") is not True:
        error = answer.get("error")
        code = error.get("code") if isinstance(error, dict) else None
        raise NoCatalogueError(session.target.place, f"error {code}")
    data = answer.get("data")
    return data if isinstance(data, dict) else {}
