"""`spk urls`: what it prints and how it answers when there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from spkcore.base.tasks import TaskContext
from spkcore.nas import download as downloading
from spkcore.nas.download import Downloaded, DownloadError
from spkcore.nas.feeds import PackageUrl
from tests.unit.spkcore.cli.conftest import Outcome

Spk = Callable[..., Outcome]

_LOG = """2026/11/01 16:41:32 download Git https://packages.example/spk/Git/2.45-1/Git-x86_64-2.45-1.spk Begin download
2026/11/01 16:41:35 download Git https://packages.example/spk/Git/2.45-1/Git-x86_64-2.45-1.spk End download
"""


def test_urls_of_a_log(tmp_path: Path, spk: Spk) -> None:
    log = tmp_path / "synopkg.log"
    log.write_text(_LOG, encoding="utf-8")

    document = spk("urls", log, log, "--json").json

    assert [(url["package"], url["url"]) for url in document["urls"]] == [
        ("Git", "https://packages.example/spk/Git/2.45-1/Git-x86_64-2.45-1.spk")
    ]
    assert "\tGit" in spk("urls", log).out


def test_no_urls_is_the_answer_no(tmp_path: Path, spk: Spk) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("nothing here", encoding="utf-8")

    outcome = spk("urls", text)

    assert (outcome.code, outcome.out) == (1, "")


def test_urls_are_filtered_and_exported(spk: Spk, tmp_path: Path) -> None:
    text = tmp_path / "list.txt"
    text.write_text("https://x.example/a.spk https://x.example/b.spk", encoding="utf-8")
    table = spk("urls", text, "--csv", "--filter", "B.SPK").out.splitlines()
    assert table == ["package,version,size,md5,url,source", ",,,,https://x.example/b.spk,list.txt"]


def test_one_that_cannot_be_downloaded_keeps_no_other_from_coming(
    spk: Spk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(item: PackageUrl, folder: Path, _context: TaskContext) -> Downloaded:
        if item.url.endswith("a.spk"):
            raise DownloadError("The server answered 404", item.url)
        return Downloaded(folder / "b.spk", 3, "0" * 32, is_verified=False)

    monkeypatch.setattr(downloading, "download", fetch)
    text = tmp_path / "list.txt"
    text.write_text("https://x.example/a.spk https://x.example/b.spk", encoding="utf-8")
    outcome = spk("urls", text, "--download", tmp_path, "--json")
    assert outcome.code == 1
    assert [file["url"] for file in outcome.json["files"]] == ["https://x.example/b.spk"]
    assert outcome.json["failed"] == [{"url": "https://x.example/a.spk", "what": "The server answered 404"}]
    assert "404" in outcome.err
