"""Downloads packages from their URLs: with progress, going on where a lost connection stopped, checked by size and MD5.

Only what the user chose to download is asked for; https is verified against the computer's certificates. The system's
proxy settings hold, as they do for a browser.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path
from typing import IO, BinaryIO
from urllib.parse import unquote, urlsplit

from spkcore.base.errors import SpkError, UsageError
from spkcore.base.files import free_path, make_folder, windows_safe, write_error
from spkcore.base.tasks import TaskContext
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.received import file_md5, part_of

_TIMEOUT_SECONDS = 30.0
_PIECE = 1 << 18
_TRIES = 4
_AGENT = "SPKCreator"
_RANGE = re.compile(r"bytes (?P<first>\d+)-\d+/(?P<total>\d+|\*)")


class DownloadError(SpkError):
    """A package could not be downloaded, or is not what its list says."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file that came: its bytes, its MD5, and whether a size or MD5 was known that it has been compared with."""

    path: Path
    size: int
    md5: str
    is_verified: bool


def download(item: PackageUrl, folder: Path, context: TaskContext) -> Downloaded:
    """Download one package to `folder`; what lies there already under its name is never overwritten.

    A download that broke off goes on where it stopped, at the next call too. Raises `DownloadError`, `UsageError` for
    what is no http(s) URL, `WriteError`, `Cancelled` (which leaves the part for the next call).
    """
    if urlsplit(item.url).scheme.lower() not in {"http", "https"}:
        raise UsageError(
            "This is no address that can be downloaded", item.url, "It must begin with https:// or http://."
        )
    make_folder(folder)
    target = folder / file_name(item)
    if target.exists() and (here := _already_here(item, target)):
        return here
    part = part_of(target)
    for turn in range(_TRIES):
        context.check()
        before = _size(part)
        try:
            _fetch(item, part, context)
            break
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, urllib.error.HTTPError) or turn == _TRIES - 1 or _size(part) <= before:
                raise _explain(error, item.url) from error
    return _keep(item, part, target)


def file_name(item: PackageUrl) -> str:
    """How the file is called: as the server calls it, else after the package; Windows can hold it."""
    name = unquote(urlsplit(item.url).path).rpartition("/")[2]
    if not name.lower().endswith(".spk"):
        name = "-".join(part for part in (item.package, item.version) if part) + ".spk"
    return windows_safe(name if name != ".spk" else "package.spk")


def _fetch(item: PackageUrl, part: Path, context: TaskContext) -> None:
    """Bring what is missing behind the part."""
    start = _size(part)
    if item.size and start == item.size:
        return
    if item.size and start > item.size:
        part.unlink()
        start = 0
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    request = urllib.request.Request(item.url, headers=headers)  # noqa: S310 - `download` has looked at the scheme
    if start:
        request.add_header("Range", f"bytes={start}-")
    try:
        with _opener().open(request, timeout=_TIMEOUT_SECONDS) as response:
            start, total = _place(response.status, response.headers, start)
            _write(response, part, start, total or item.size, context)
    except urllib.error.HTTPError as error:
        with error:
            if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE or not start:
                raise
        # The part is no beginning of what the server has now.
        part.unlink()
        _fetch(item, part, context)


def _place(status: int, headers: HTTPMessage, start: int) -> tuple[int, int]:
    """Where the answer's bytes begin, and how long the file is (0: not told)."""
    length = int(headers.get("Content-Length") or 0)
    match = _RANGE.match(headers.get("Content-Range") or "")
    if status != http.client.PARTIAL_CONTENT or match is None or int(match["first"]) != start:
        return 0, length
    return start, int(match["total"]) if match["total"].isdigit() else start + length


def _write(response: IO[bytes], part: Path, start: int, total: int, context: TaskContext) -> None:
    with _open_part(part, start) as stream:
        done = start
        for data in _pieces(response):
            try:
                stream.write(data)
            except OSError as error:
                raise write_error(part, error) from error
            done += len(data)
            context.progress(done, total, "Downloading")
    if total and done < total:
        raise http.client.IncompleteRead(b"", total - done)


def _open_part(part: Path, start: int) -> BinaryIO:
    try:
        stream = part.open("r+b" if start else "wb")
        stream.truncate(start)
        stream.seek(start)
    except OSError as error:
        raise write_error(part, error) from error
    return stream


def _pieces(response: IO[bytes]) -> Iterator[bytes]:
    while data := response.read(_PIECE):
        yield data


def _keep(item: PackageUrl, part: Path, target: Path) -> Downloaded:
    """Check what came, and give it its name."""
    try:
        size = part.stat().st_size
        with part.open("rb") as stream:
            md5 = file_md5(stream, size)
        wrong = "size" if item.size not in {0, size} else "checksum" if item.md5 not in {"", md5} else ""
        if wrong:
            part.unlink()
            raise DownloadError(
                f"What came has another {wrong} than its package list says",
                item.url,
                "The list may be old: refresh it in Package Center and read it again.",
            )
        path = free_path(target.parent, target.name)
        part.replace(path)
    except OSError as error:
        raise write_error(target, error) from error
    return Downloaded(path, size, md5, is_verified=bool(item.size or item.md5))


def _already_here(item: PackageUrl, target: Path) -> Downloaded | None:
    """The file of this name, if it is known to be the very one."""
    size = _size(target)
    if not item.md5 or item.size not in {0, size}:
        return None
    with target.open("rb") as stream:
        return Downloaded(target, size, item.md5, is_verified=True) if file_md5(stream, size) == item.md5 else None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


class _NoDowngrade(urllib.request.HTTPRedirectHandler):
    """Follows redirections, but never from https to http, and never to a file or another protocol."""

    def redirect_request(  # noqa: PLR0917 - the signature is urllib's
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        scheme = urlsplit(newurl).scheme.lower()
        if scheme != "https" and not (scheme == "http" and req.type == "http"):
            raise DownloadError(
                "The server leads to an address that is not safe", newurl, "Ask its owner for an https URL."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.HTTPSHandler(context=ssl.create_default_context()), _NoDowngrade)


def _explain(error: Exception, url: str) -> DownloadError:
    reason = getattr(error, "reason", error)
    if isinstance(error, urllib.error.HTTPError):
        return DownloadError(
            f"The server answered {error.code} ({error.reason})",
            url,
            "Check the address; lists keep old ones.",
        )
    if isinstance(reason, ssl.SSLCertVerificationError):
        return DownloadError(
            f"The server's certificate cannot be trusted ({reason.verify_message})",
            url,
            "Check the computer's date and time; a filter in your network may also stand in between.",
        )
    if isinstance(reason, socket.gaierror):
        return DownloadError("There is no server of this name", url, "Check the address and the internet connection.")
    return DownloadError(f"The download broke off ({reason})", url, "Try again: it goes on where it stopped.")
