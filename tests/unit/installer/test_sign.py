"""Tests of signing, with a certificate of our own making and osslsigncode."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from installer import sign
from installer.peformat import read_pe
from tests.unit.installer.pefiles import make_pe


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "program.exe"
    file.write_bytes(make_pe(["KERNEL32.dll"]))
    return file


def test_without_a_certificate_nothing_is_signed(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIGN_CERTIFICATE", raising=False)
    before = program.read_bytes()
    assert sign.sign([program]) == 0
    assert program.read_bytes() == before


@pytest.mark.skipif(not shutil.which("osslsigncode") or not shutil.which("openssl"), reason="osslsigncode is not here")
def test_a_configured_certificate_signs(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate, store = tmp_path / "key.pem", tmp_path / "certificate.pem", tmp_path / "store.p12"
    subject = ["-subj", "/CN=Tests", "-days", "2", "-addext", "extendedKeyUsage=codeSigning"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, *subject],
        check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run(
        ["openssl", "pkcs12", "-export", "-in", certificate, "-inkey", key, "-out", store, "-passout", "pass:geheim"],
        check=True, capture_output=True,
    )  # fmt: skip
    monkeypatch.setenv("SIGN_CERTIFICATE", base64.b64encode(store.read_bytes()).decode())
    monkeypatch.setenv("SIGN_PASSWORD", "geheim")
    monkeypatch.setenv("SIGN_TIMESTAMPS", "")

    assert sign.sign([program]) == 0
    assert read_pe(program).is_signed
    said = subprocess.run(["osslsigncode", "verify", "-CAfile", certificate, program], check=False, capture_output=True)
    assert b"Succeeded" in said.stdout, said.stdout

    monkeypatch.setenv("SIGN_PASSWORD", "wrong")
    assert sign.sign([program]) != 0
