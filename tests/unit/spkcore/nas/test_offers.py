"""Tests of what is made of the NAS's own list: names, versions that are installed, icons."""

from __future__ import annotations

import base64
import json
from typing import cast

import pytest

from spkcore.base.tasks import TaskContext
from spkcore.nas.catalogue import NoCatalogueError
from spkcore.nas.offers import parse_shelf, read_offers
from spkcore.nas.process import Result
from spkcore.nas.session import Session, Target

PICTURE = b"\x89PNG picture"
ENTRIES = [
    {
        "id": "Git",
        "dname": "Git  Server",
        "version": "2.1",
        "link": "https://x.example/Git-noarch.spk",
        "md5": "0" * 32,
        "size": "1000",
        "maintainer": "Synology Inc.",
    },
    {"id": "abc", "version": "1", "link": "https://x.example/a.spk", "icon": base64.b64encode(PICTURE).decode()},
]


class Root:
    """Answers as a NAS does."""

    def __init__(self, entries: list[dict[str, str]]) -> None:
        self.entries = entries

    def execute(self, command: str, timeout: float, context: TaskContext | None) -> Result:
        if "synowebapi" in command:
            return Result(0, json.dumps({"success": True, "data": {"packages": self.entries}}).encode(), "")
        assert "spk-shelf" in command
        return Result(
            0, b"VERSION Git 2.1\nVERSION Other 9\nICON Git " + base64.b64encode(b"kept") + b"\nICON abc !\n", ""
        )


class Nas:
    """As much of a session as is needed."""

    target = Target("nas", "admin")

    def __init__(self, entries: list[dict[str, str]]) -> None:
        self.root = Root(entries)


def session(entries: list[dict[str, str]]) -> Session:
    return cast("Session", Nas(entries))


def test_offers_come_by_name_with_what_is_installed_and_icons() -> None:
    first, second = read_offers(session(ENTRIES))
    assert (first.name, first.installed, first.icon) == ("abc", "", PICTURE)
    assert (second.name, second.installed, second.is_installed, second.icon) == ("Git Server", "2.1", True, b"kept")
    assert (second.url.size, second.url.arch, second.source) == (1000, "noarch", "Synology Inc.")


def test_an_empty_list_is_explained() -> None:
    with pytest.raises(NoCatalogueError, match="empty"):
        read_offers(session([]))


def test_what_is_no_answer_is_left_out() -> None:
    assert parse_shelf("VERSION\nnoise\nICON x ===\nVERSION y\n") == ({"y": ""}, {"x": b""})
