"""The demo NAS's answers to DSM's web API: a list with its one package, which it downloads without installing."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

from spkcore.nas.demo.packagecenter import PACKAGE, URL, VERSION, make_package
from spkcore.nas.demo.tree import DemoTree

_FOLDER = "/volume1/@tmp/synopkg/download.d3m000"
_TASK = f"@SYNOPKG_DOWNLOAD_{PACKAGE}"


def answer(tree: DemoTree, words: list[str], download: Callable[[Path], None]) -> bytes:
    """What `synowebapi --exec` prints. `download` lets Package Center download its package into a folder."""
    values = dict(word.split("=", 1) for word in words if "=" in word)
    call = values.get("method"), values.get("api", "").rpartition(".")[2]
    data: dict[str, object] = {}
    if call == ("list", "Server"):
        data = {"packages": [_entry()]}
    elif call == ("install", "Installation"):
        download(tree.local(_FOLDER))
        data = {"taskid": _TASK}
    elif call == ("check", "Download"):
        data = {"filename": f"{_FOLDER}/{_TASK}"}
    elif call == ("delete", "Installation"):
        shutil.rmtree(tree.local(_FOLDER), ignore_errors=True)
    else:
        return json.dumps({"error": {"code": 103}, "success": False}).encode()
    return json.dumps({"data": data, "success": True}).encode()


def shelf() -> bytes:
    """The icon that Package Center keeps of its list; nothing is installed."""
    with tarfile.open(fileobj=io.BytesIO(make_package())) as archive:
        stream = archive.extractfile("PACKAGE_ICON.PNG")
        data = stream.read() if stream is not None else b""
    return f"ICON {PACKAGE} {base64.b64encode(data).decode()}\n".encode()


def _entry() -> dict[str, object]:
    data = make_package()
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return {
        "id": PACKAGE,
        "dname": "Demo Notes",
        "version": VERSION,
        "link": URL,
        "md5": md5,
        "size": len(data),
        "maintainer": "SPK Creator",
    }
