"""Signs programs for Windows, where a certificate is configured; without one it does nothing.

Configured by two environment variables, which a CI service fills from its secrets: SIGN_CERTIFICATE is a PKCS #12 file
in base64, SIGN_PASSWORD its password. SIGN_TIMESTAMPS may name another time stamp server, or be empty for none.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_CERTIFICATE, _PASSWORD, _TIMESTAMPS = "SIGN_CERTIFICATE", "SIGN_PASSWORD", "SIGN_TIMESTAMPS"
_TIMESTAMP_SERVER = "http://timestamp.digicert.com"
_KITS = Path(r"C:\Program Files (x86)\Windows Kits\10\bin")


def is_configured() -> bool:
    """Whether there is a certificate to sign with."""
    return bool(os.environ.get(_CERTIFICATE))


def command() -> str:
    """The command line that signs one file, whose name is appended; for makensis, which signs the uninstaller."""
    return f'"{sys.executable}" -m installer.sign'


def sign(files: Sequence[Path]) -> int:
    """Sign `files` in place. Returns 0, or the exit code of the signing tool."""
    if not is_configured():
        return 0
    with tempfile.TemporaryDirectory() as place:
        certificate = Path(place) / "certificate.p12"
        certificate.write_bytes(base64.b64decode(os.environ[_CERTIFICATE]))
        password = Path(place) / "password.txt"
        password.write_text(os.environ.get(_PASSWORD, ""), encoding="utf-8")
        for file in files:
            code = _sign(file, certificate, password)
            if code:
                return code
    return 0


def _sign(file: Path, certificate: Path, password: Path) -> int:
    server = os.environ.get(_TIMESTAMPS, _TIMESTAMP_SERVER)
    if sys.platform == "win32":
        return _call(
            _signtool(),
            "sign",
            "/fd",
            "sha256",
            "/f",
            certificate,
            "/p",
            password.read_text(encoding="utf-8"),
            *(["/tr", server, "/td", "sha256"] if server else []),
            file,
        )
    signed = certificate.with_name("signed")
    code = _call(
        "osslsigncode",
        "sign",
        "-h",
        "sha256",
        "-pkcs12",
        certificate,
        "-readpass",
        password,
        *(["-ts", server] if server else []),
        "-in",
        file,
        "-out",
        signed,
    )
    if code == 0:
        shutil.move(signed, file)
    return code


def _signtool() -> str:
    """The newest signtool of the Windows SDK, if none is on the path."""
    found = sorted(_KITS.glob("*/x64/signtool.exe"))
    return shutil.which("signtool") or (str(found[-1]) if found else "signtool")


def _call(*words: str | Path) -> int:
    return subprocess.run([str(word) for word in words], check=False, stdout=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(sign([Path(name) for name in sys.argv[1:]]))
