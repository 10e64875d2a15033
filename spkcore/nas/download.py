"""Downloads packages from their URLs: with progress, going on where a lost connection stopped, checked by size and MD5.

Only what the user chose to download is asked for; https is verified against the computer's certificates. The system's
proxy settings hold, as they do for a browser.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import queue
import re
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPMessage, HTTPResponse
from pathlib import Path
from typing import IO, BinaryIO, Self
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from spkcore.base.errors import SpkError, UsageError
from spkcore.base.files import free_path, make_folder, short_name, write_error
from spkcore.base.tasks import TaskContext
from spkcore.nas import waiting
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.received import file_md5, part_of
from spkcore.nas.sessionlog import mask_credentials

_TIMEOUT_SECONDS = 30.0
_OPEN_SECONDS = 120.0
"""Redirections and addresses that do not answer take a time each."""
_PIECE = 1 << 18
_PIECES_WAITING = 8
_HEAD = 1024
_KEPT = "/%:@!$&'()*+,;=~?[]"
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
    _written(item.url)
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
                raise _explain(error, item.shown) from error
    return _keep(item, part, target)


def file_name(item: PackageUrl) -> str:
    """How the file is called: as the server calls it, else after the package; Windows can hold it."""
    name = unquote(urlsplit(item.url).path).rpartition("/")[2]
    if not name.lower().endswith(".spk"):
        name = "-".join(part for part in (item.package, item.version) if part) + ".spk"
    return short_name(name if name != ".spk" else "package.spk")


def _written(url: str) -> str:
    """The address in the letters that servers know, as browsers write it, without its user. Raises `UsageError`."""
    try:
        parts = urlsplit(url)
        if parts.scheme.lower() in {"http", "https"} and parts.hostname and parts.port != 0:
            place = parts.netloc.rpartition("@")[2].encode("idna").decode()
            return urlunsplit((parts.scheme, place, quote(parts.path, _KEPT), quote(parts.query, _KEPT), ""))
    except ValueError:
        pass  # told below, as what is missing is
    shown = mask_credentials(url)
    raise UsageError("This is no address that can be downloaded", shown, "It must begin with https:// or http://.")


def _authorization(url: str) -> str:
    """What proves to the server who asks (RFC 7617), where the address says it."""
    user, at, _place = urlsplit(url).netloc.rpartition("@")
    name, _, password = user.partition(":")
    told = f"{unquote(name)}:{unquote(password)}".encode()
    return f"Basic {base64.b64encode(told).decode()}" if at else ""


def _fetch(item: PackageUrl, part: Path, context: TaskContext) -> None:
    """Bring what is missing behind the part."""
    start = _size(part)
    if item.size and start == item.size:
        return
    if item.size and start > item.size:
        part.unlink()
        start = 0
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    request = urllib.request.Request(_written(item.url), headers=headers)  # noqa: S310 - `download` has looked at the scheme
    if start:
        request.add_header("Range", f"bytes={start}-")
    if authorization := _authorization(item.url):
        # Not for the servers that this one leads to.
        request.add_unredirected_header("Authorization", authorization)
    try:
        response = waiting.call(lambda: _open(request), context, _OPEN_SECONDS, _close)
        start, total = _place(response.status, response.headers, start)
        with _Reader(response) as reader:
            _write(reader.pieces(context), part, start, total or item.size, context, most=item.size)
    except urllib.error.HTTPError as error:
        with error:
            if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE or not start:
                raise
        # The part is no beginning of what the server has now.
        part.unlink()
        _fetch(item, part, context)


def _place(status: int, headers: HTTPMessage, start: int) -> tuple[int, int]:
    """Where the answer's bytes begin, and how long the file is (0: not told)."""
    told = headers.get("Content-Length") or ""
    length = int(told) if told.isascii() and told.isdigit() else 0
    match = _RANGE.match(headers.get("Content-Range") or "")
    if status != http.client.PARTIAL_CONTENT or match is None or int(match["first"]) != start:
        return 0, length
    return start, int(match["total"]) if match["total"].isdigit() else start + length


def _write(pieces: Iterator[bytes], part: Path, start: int, total: int, context: TaskContext, *, most: int) -> None:
    """Write what comes from byte `start` on. What grows beyond `most` bytes (0: not known) is not what is wanted."""
    with _open_part(part, start) as stream:
        done = start
        for data in pieces:
            try:
                stream.write(data)
            except OSError as error:
                raise write_error(part, error) from error
            done += len(data)
            if most and done > most:
                return  # `_keep` says that it is another file
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


class _Reader(threading.Thread):
    """Reads an answer in a thread of its own: a server that stalls must hold nobody who wants to stop. It closes the
    answer, too: that waits for a read that goes on."""

    def __init__(self, response: HTTPResponse) -> None:
        super().__init__(daemon=True, name="download")
        self._response = response
        self._waiting: queue.Queue[bytes | Exception] = queue.Queue(_PIECES_WAITING)
        self._is_over = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()

    def run(self) -> None:
        with self._response:
            try:
                while (data := self._response.read1(_PIECE)) and self._put(data):
                    pass
                self._put(b"")
            except (OSError, http.client.HTTPException) as error:
                self._put(error)

    def pieces(self, context: TaskContext) -> Iterator[bytes]:
        """What came, until all is there. Raises what reading raised, and `Cancelled`."""
        while True:
            context.check()
            with contextlib.suppress(queue.Empty):
                piece = self._waiting.get(timeout=waiting.POLL_SECONDS)
                if isinstance(piece, Exception):
                    raise piece
                if not piece:
                    return
                yield piece

    def _put(self, piece: bytes | Exception) -> bool:
        """Hand it over; False once nobody wants it any more."""
        while not self._is_over.is_set():
            with contextlib.suppress(queue.Full):
                self._waiting.put(piece, timeout=waiting.POLL_SECONDS)
                return True
        return False


def _keep(item: PackageUrl, part: Path, target: Path) -> Downloaded:
    """Check what came, and give it its name."""
    try:
        size = part.stat().st_size
        with part.open("rb") as stream:
            md5 = file_md5(stream, size)
        if _is_web_page(part):
            part.unlink()
            raise DownloadError(
                "A web page came instead of the package",
                item.shown,
                "Open the address in a browser: it may be an old one, or the network wants you to log in first.",
            )
        wrong = "size" if item.size not in {0, size} else "checksum" if item.md5 not in {"", md5} else ""
        if wrong:
            part.unlink()
            raise DownloadError(
                f"What came has another {wrong} than its package list says",
                item.shown,
                "The list may be old: refresh it in Package Center and read it again.",
            )
        path = free_path(target.parent, target.name)
        part.replace(path)
    except OSError as error:
        raise write_error(target, error) from error
    return Downloaded(path, size, md5, is_verified=bool(item.size or item.md5))


def _is_web_page(part: Path) -> bool:
    with part.open("rb") as stream:
        return stream.read(_HEAD).lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html"))


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

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> IO[bytes] | None:
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except (ValueError, DownloadError):
            fp.close()
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(  # noqa: PLR0917 - the signature is urllib's
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        scheme = urlsplit(newurl).scheme.lower()
        if scheme != "https" and not (scheme == "http" and req.type == "http"):
            raise DownloadError(
                "The server leads to an address that is not safe",
                mask_credentials(newurl),
                "Ask its owner for an https URL.",
            )
        request = super().redirect_request(req, fp, code, msg, headers, newurl)
        authorization = req.unredirected_hdrs.get("Authorization")
        if request is not None and authorization and _is_same_server(req.full_url, newurl):
            request.add_unredirected_header("Authorization", authorization)
        return request


def _is_same_server(url: str, other: str) -> bool:
    """Whether both addresses lead to one server; the second may be its safe one."""
    old, new = urlsplit(url), urlsplit(other)
    return old.hostname == new.hostname and (old.port == new.port or (old.scheme, new.scheme) == ("http", "https"))


def _open(request: urllib.request.Request) -> HTTPResponse:
    try:
        response: HTTPResponse = _opener().open(request, timeout=_TIMEOUT_SECONDS)
    except ValueError as error:  # an address, in a redirection, that cannot be taken apart
        raise urllib.error.URLError(str(error)) from error
    return response


def _close(response: HTTPResponse) -> None:
    response.close()


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
