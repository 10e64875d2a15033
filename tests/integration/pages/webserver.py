"""DSM's web server on loopback: the desktop, the folders that packages show, and their CGI programs."""

from __future__ import annotations

import json
import mimetypes
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.integration.pages.dsm import ADMINISTRATOR, HERE, WEBMAN, Dsm

_POLICY = "frame-src 'self' data: blob:"
"""What the desktop may frame (said by DSM 6.1 in github.com/vletroye/Mods issue 4), without the hosts of Synology."""


@dataclass
class Request:
    """What the browser wants."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Answer:
    """What it gets."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class WebServer:
    """Serves one NAS at `address`; while it `is_away`, connections end without an answer, and while it `is_starting`,
    there are error pages only."""

    def __init__(self, dsm: Dsm) -> None:
        self.dsm = dsm
        self.is_away = False
        self.is_starting = False
        self.answered: list[str] = []
        """The addresses that were asked for."""
        self._server = _Server(("127.0.0.1", 0), partial(_Handler, self))
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=partial(self._server.serve_forever, poll_interval=0.05))
        self._thread.start()

    def close(self) -> None:
        """Answer what is asked, and end."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, request: Request) -> Answer:
        """What DSM says."""
        if self.is_starting:
            return Answer(502, b"<html><body>Bad Gateway</body></html>", {"Content-Type": "text/html"})
        if request.path == "/webman/index.cgi":
            return self._desktop(request)
        for start, folder in self.dsm.shown.items():
            if request.path.startswith(start):
                return self._file(request, folder, request.path.removeprefix(start) or "index.html")
        return Answer(204) if request.path == "/favicon.ico" else Answer(404, b"no such page")

    def _desktop(self, request: Request) -> Answer:
        session = request.headers.get("Cookie", "").partition("id=")[2]
        user = self.dsm.user(session)
        configs = [self.dsm.path(f"{folder}/config") for start, folder in self.dsm.shown.items() if "3rdparty" in start]
        entries = [
            entry
            for config in configs
            for entry in json.loads(config.read_text(encoding="utf-8"))[".url"].values()
            if user == ADMINISTRATOR or (user and entry.get("allUsers"))
        ]
        data = {"token": self.dsm.token(session) if self.dsm.is_protected else "", "entries": entries}
        page = (HERE / "webman/desktop.html").read_text(encoding="utf-8")
        page = page.replace("@@desktop@@", json.dumps(data).replace("<", "\\u003c"))
        return Answer(200, page.encode(), {"Content-Type": "text/html", "Content-Security-Policy": _POLICY})

    def _file(self, request: Request, folder: str, name: str) -> Answer:
        file = self.dsm.path(f"{folder}/{name}")
        if not file.is_file():
            return Answer(404, b"no such file")
        if file.suffix == ".cgi":
            return self._cgi(request, file.stat().st_uid)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return Answer(200, file.read_bytes(), {"Content-Type": kind, "X-Content-Type-Options": "nosniff"})

    def _cgi(self, request: Request, owner: int) -> Answer:
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
        variables = {
            **headers,
            "GATEWAY_INTERFACE": "CGI/1.1",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": request.path,
            "QUERY_STRING": request.query,
            "CONTENT_LENGTH": str(len(request.body)),
        }
        program = f"{WEBMAN}/{request.path.removeprefix('/webman/')}"
        said = self.dsm.run(program, user=owner, env=variables, body=request.body)
        head, blank, body = said.partition(b"\r\n\r\n")
        if not blank:
            return Answer(500, b"The program gave no header.")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        return Answer(int(fields.pop("Status", "200 OK").split()[0]), body, fields)


class _Handler(BaseHTTPRequestHandler):
    timeout = 30  # seconds: browsers open connections that they may never use

    def __init__(self, site: WebServer, *words: Any) -> None:
        self.site = site
        super().__init__(*words)

    def do_GET(self) -> None:
        if self.site.is_away:
            return
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self.command, unquote(address.path), address.query, dict(self.headers), body)
        answer = self.site.answer(request)
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        self.site.answered.append(self.path)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives it
        """Nothing: the tests look at the browser."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that turns to another page ends its connections; all else is worth a line."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(dsm: Dsm) -> Iterator[WebServer]:
    """The web server of a NAS, for as long as it is wanted."""
    server = WebServer(dsm)
    try:
        yield server
    finally:
        server.close()
