"""Downloads from a web server on loopback: whole, cut, refused, changed, redirected."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import http.server
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from spkcore.base.errors import Cancelled, UsageError
from spkcore.base.tasks import Progress, TaskContext
from spkcore.nas.download import DownloadError, download, file_name
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.received import part_of

DATA = bytes(range(256)) * 8000
MD5 = hashlib.md5(DATA, usedforsecurity=False).hexdigest()


ANSWERS = {
    "no number": ("many", DATA),
    "web page": ("40", b"\n<!DOCTYPE html><html>Log in</html>".ljust(40)),
    "stalls": ("1000", b"x" * 100),
    "no end": (str(1 << 40), DATA),
}


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves DATA under every path; `server.plan` says what goes wrong with the next requests."""

    server: Server

    def do_GET(self) -> None:
        self.server.ranges.append(self.headers.get("Range", ""))
        self.server.authorizations.append(self.headers.get("Authorization", ""))
        plan = self.server.plan.pop(0) if self.server.plan else ""
        if plan.startswith("to "):
            self.send_response(302)
            self.send_header("Location", plan[3:])
            self.end_headers()
        elif plan in ANSWERS:
            self.send_response(200)
            self.send_header("Content-Length", ANSWERS[plan][0])
            self.end_headers()
            self.wfile.write(ANSWERS[plan][1])
            if plan == "stalls":
                self.wfile.flush()
                self.server.ended.wait(20)
        elif plan.isdigit():
            self.send_error(int(plan))
        else:
            self._send(plan)

    def _send(self, plan: str) -> None:
        start = int(self.headers.get("Range", "bytes=0-")[6:-1]) if plan != "no ranges" else 0
        rest = DATA[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(DATA) - 1}/{len(DATA)}")
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[: len(rest) // 2] if plan == "cut" else rest)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing."""


class Server(http.server.ThreadingHTTPServer):
    """The web server with its plan and what it was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.plan: list[str] = []
        self.ranges: list[str] = []
        self.authorizations: list[str] = []
        self.ended = threading.Event()

    def url(self, path: str = "/spk/Tool/1.0/Tool-noarch.spk") -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.ended.set()
    running.shutdown()
    thread.join()
    running.server_close()


def test_a_package_comes_is_checked_and_named(server: Server, tmp_path: Path) -> None:
    progress: list[Progress] = []
    item = PackageUrl(server.url(), "Tool", "1.0", MD5, len(DATA))
    came = download(item, tmp_path / "new", TaskContext(progress.append))
    assert (came.path, came.size, came.md5, came.is_verified) == (
        tmp_path / "new/Tool-noarch.spk",
        len(DATA),
        MD5,
        True,
    )
    assert came.path.read_bytes() == DATA
    assert progress[-1].done == progress[-1].total == len(DATA)
    assert download(item, tmp_path / "new", TaskContext()) == came
    assert len(server.ranges) == 1
    assert not download(PackageUrl(server.url()), tmp_path, TaskContext()).is_verified


def test_a_password_in_the_address_goes_to_its_server_alone_and_into_no_message(server: Server, tmp_path: Path) -> None:
    url = server.url().replace("://", "://me:se%40cret@")
    server.plan = [f"to {server.url('/elsewhere.spk')}", "", f"to {server.url().replace('127.0.0.1', 'localhost')}"]
    for folder in ("one", "two"):
        assert download(PackageUrl(url, md5=MD5), tmp_path / folder, TaskContext()).is_verified
    basic = f"Basic {base64.b64encode(b'me:se@cret').decode()}"
    assert server.authorizations == [basic, basic, basic, ""]
    server.plan = ["401"]
    with pytest.raises(DownloadError) as refused:
        download(PackageUrl(url), tmp_path / "three", TaskContext())
    with pytest.raises(UsageError) as no_address:
        download(PackageUrl("ftp://me:secret@x.example/a.spk"), tmp_path, TaskContext())
    for error in (refused.value, no_address.value):
        assert "cret" not in f"{error} {error.what} {error.where} {error.what_to_do}"


def test_nothing_is_overwritten(server: Server, tmp_path: Path) -> None:
    (tmp_path / "Tool-noarch.spk").write_bytes(b"mine")
    came = download(PackageUrl(server.url(), md5=MD5), tmp_path, TaskContext())
    assert came.path.name == "Tool-noarch (2).spk"
    assert (tmp_path / "Tool-noarch.spk").read_bytes() == b"mine"


@pytest.mark.parametrize("plan", [["cut", "cut"], ["cut", "no ranges"]])
def test_a_download_that_breaks_off_goes_on(server: Server, tmp_path: Path, plan: list[str]) -> None:
    server.plan = plan
    came = download(PackageUrl(server.url(), md5=MD5), tmp_path, TaskContext())
    assert came.path.read_bytes() == DATA
    assert server.ranges[:2] == ["", f"bytes={len(DATA) // 2}-"]


def test_a_cancelled_download_goes_on_at_the_next_call(server: Server, tmp_path: Path) -> None:
    context = TaskContext(lambda _progress: context.cancel())
    with pytest.raises(Cancelled):
        download(PackageUrl(server.url()), tmp_path, context)
    left = part_of(tmp_path / "Tool-noarch.spk").stat().st_size
    assert 0 < left < len(DATA)
    download(PackageUrl(server.url(), md5=MD5), tmp_path, TaskContext())
    assert server.ranges == ["", f"bytes={left}-"]
    assert [path.name for path in tmp_path.iterdir()] == ["Tool-noarch.spk"]


def test_a_part_that_does_not_fit_is_begun_anew(server: Server, tmp_path: Path) -> None:
    part_of(tmp_path / "Tool-noarch.spk").write_bytes(b"x" * (len(DATA) + 5))
    server.plan = ["416"]
    assert download(PackageUrl(server.url(), md5=MD5), tmp_path, TaskContext()).md5 == MD5


@pytest.mark.parametrize(
    ("item", "message"), [(PackageUrl("", md5="0" * 32), "another checksum"), (PackageUrl("", size=17), "another size")]
)
def test_what_is_not_what_the_list_says_is_refused(
    server: Server, tmp_path: Path, item: PackageUrl, message: str
) -> None:
    wrong = PackageUrl(server.url(), md5=item.md5, size=item.size)
    with pytest.raises(DownloadError, match=message):
        download(wrong, tmp_path, TaskContext())
    assert list(tmp_path.iterdir()) == []


def test_refusals_are_explained(server: Server, tmp_path: Path) -> None:
    server.plan = ["404"]
    with pytest.raises(DownloadError, match="answered 404"):
        download(PackageUrl(server.url()), tmp_path, TaskContext())
    server.plan = ["to ftp://127.0.0.1/x.spk"]
    with pytest.raises(DownloadError, match="not safe"):
        download(PackageUrl(server.url()), tmp_path, TaskContext())
    with pytest.raises(UsageError):
        download(PackageUrl("file:///etc/passwd"), tmp_path, TaskContext())
    server.plan = [f"to {server.url('/b.spk')}"]
    assert download(PackageUrl(server.url("/a.spk")), tmp_path, TaskContext()).path.name == "a.spk"


def test_a_server_with_a_certificate_that_nobody_signed_is_not_trusted(server: Server, tmp_path: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate(tmp_path))
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    with pytest.raises(DownloadError, match="certificate cannot be trusted"):
        download(PackageUrl(server.url().replace("http:", "https:")), tmp_path / "d", TaskContext())
    assert server.ranges == []


def test_an_answer_without_a_readable_length_comes_too(server: Server, tmp_path: Path) -> None:
    server.plan = ["no number"]
    assert download(PackageUrl(server.url(), md5=MD5), tmp_path, TaskContext()).size == len(DATA)


def test_a_web_page_is_no_package(server: Server, tmp_path: Path) -> None:
    server.plan = ["web page"]
    with pytest.raises(DownloadError, match="web page came"):
        download(PackageUrl(server.url()), tmp_path, TaskContext())
    assert list(tmp_path.iterdir()) == []


def test_more_than_the_list_says_is_not_waited_for(server: Server, tmp_path: Path) -> None:
    server.plan = ["no end"]
    with pytest.raises(DownloadError, match="another size"):
        download(PackageUrl(server.url(), size=1000), tmp_path, TaskContext())
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_stalls_holds_nobody(server: Server, tmp_path: Path) -> None:
    server.plan = ["stalls"]
    context = TaskContext(lambda progress: context.cancel() if progress.done else None)
    started = time.monotonic()
    with pytest.raises(Cancelled):
        download(PackageUrl(server.url()), tmp_path, context)
    assert time.monotonic() - started < 5.0
    assert part_of(tmp_path / "Tool-noarch.spk").stat().st_size == 100


@pytest.mark.parametrize("url", ["http://127.0.0.1:abc/x.spk", f"http://{'a' * 70}.example/x.spk", "http://[::1/x.spk"])
def test_addresses_that_cannot_be_taken_apart_are_explained(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match="no address"):
        download(PackageUrl(url), tmp_path, TaskContext())


def test_letters_that_are_not_ascii_are_written_as_browsers_do(server: Server, tmp_path: Path) -> None:
    assert download(PackageUrl(server.url("/päck age.spk?a=é%20")), tmp_path, TaskContext()).path.name == "päck age.spk"


def test_a_redirection_to_nonsense_is_explained(server: Server, tmp_path: Path) -> None:
    server.plan = ["to http://[::1/x.spk"]
    with pytest.raises(DownloadError):
        download(PackageUrl(server.url()), tmp_path, TaskContext())


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1, signed by itself, with its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(
    ("item", "name"),
    [
        (PackageUrl("https://x/spk/Tool%20x.spk?a=1"), "Tool x.spk"),
        (PackageUrl("https://x/get?id=3", "Tool", "1.0"), "Tool-1.0.spk"),
        (PackageUrl("https://x/get"), "package.spk"),
        (PackageUrl("https://x/a/..%2F..%2Fb.spk"), "b.spk"),
        (PackageUrl("https://x/a:b.spk"), "a%3Ab.spk"),
        (PackageUrl("https://x/..%5C..%5Cb.spk"), "..%5C..%5Cb.spk"),
        (PackageUrl("https://x/CON.spk"), "%43ON.spk"),
        (PackageUrl(f"https://x/{'a' * 300}.spk"), f"{'a' * 166}.spk"),
        (PackageUrl(f"https://x/{'ä' * 300}.spk"), f"{'ä' * 83}.spk"),
    ],
)
def test_files_are_named_after_the_server_or_the_package(item: PackageUrl, name: str) -> None:
    assert file_name(item) == name
