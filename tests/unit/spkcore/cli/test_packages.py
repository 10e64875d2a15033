"""`spk new`, `inspect`, `unpack` and `build`: the way of a package, and what happens when it goes wrong."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.spkcore.cli.conftest import Outcome

Spk = Callable[..., Outcome]


def test_new_build_inspect_unpack_build_gives_the_same_bytes(tmp_path: Path, spk: Spk, folder: Path) -> None:
    built = spk("build", folder, "-o", tmp_path / "one.spk", "--json").json
    inspected = spk("inspect", tmp_path / "one.spk", "--json").json
    unpacked = spk("unpack", tmp_path / "one.spk", tmp_path / "again", "--json").json
    rebuilt = spk("build", tmp_path / "again", "-o", tmp_path / "two.spk", "--json").json

    assert built["sha256"] == rebuilt["sha256"] == hashlib.sha256((tmp_path / "one.spk").read_bytes()).hexdigest()
    assert inspected["kind"] == "spk"
    assert inspected["info"]["package"] == "Demo"
    assert inspected["info"]["checksum"] == built["checksum"]
    assert next(member["name"] for member in inspected["members"]) == "INFO"
    assert unpacked["members"] == len(inspected["members"])
    assert unpacked["payload_entries"] == inspected["payload"]["entries"] == built["payload_entries"]


def test_build_json_has_the_members_of_the_contract(tmp_path: Path, spk: Spk, folder: Path) -> None:
    document = spk("build", folder, "-o", tmp_path / "a.spk", "--json").json

    assert set(document) == {
        "path", "size", "md5", "sha256", "checksum", "extractsize", "payload_entries", "seconds",
    }  # fmt: skip
    assert document["size"] == (tmp_path / "a.spk").stat().st_size
    with tarfile.open(tmp_path / "a.spk") as archive:
        payload = archive.extractfile("package.tgz")
        assert payload is not None
        assert document["checksum"] == hashlib.md5(payload.read()).hexdigest()


def test_build_without_output_uses_the_toolkits_name_beside_the_folder(spk: Spk, folder: Path) -> None:
    outcome = spk("build", folder)

    assert outcome.code == 0, outcome.err
    assert [path.name for path in folder.parent.glob("*.spk")] == ["Demo-1.0.0-0001.spk"]


@pytest.mark.parametrize("compression", ["gzip", "xz"])
def test_build_in_both_compressions(tmp_path: Path, spk: Spk, folder: Path, compression: str) -> None:
    spk("build", folder, "-o", tmp_path / "a.spk", "--compression", compression)

    assert spk("inspect", tmp_path / "a.spk", "--json").json["payload"]["compression"] == compression


def test_inspect_folder(spk: Spk, folder: Path) -> None:
    (folder / "7z.exe").write_bytes(b"MZ")

    document = spk("inspect", folder, "--json").json

    assert document["kind"] == "folder"
    assert document["info"]["package"] == "Demo"
    assert "scripts/postinst" in {member["name"] for member in document["members"]}
    assert document["clutter"] == ["7z.exe"]


def test_inspect_says_what_a_web_page_is(tmp_path: Path, spk: Spk) -> None:
    page = tmp_path / "download.spk"
    page.write_bytes(b"<!DOCTYPE html><html><body>Not found</body></html>")

    outcome = spk("inspect", page)

    assert outcome.code == 3
    assert "web page" in outcome.err.lower()
    assert ".:" not in outcome.err
    assert spk("inspect", page, "--json").json["kind"] == "web-page"


def test_inspect_recognises_an_encrypted_package(tmp_path: Path, spk: Spk) -> None:
    archive = tmp_path / "official.spk"
    archive.write_bytes(bytes.fromhex("70adbeef") + bytes(4096))

    outcome = spk("inspect", archive, "--json")

    assert outcome.code == 1
    assert outcome.json["kind"] == "synology-archive"


def test_unpack_refuses_what_is_no_package_and_leaves_nothing(tmp_path: Path, spk: Spk) -> None:
    rubbish = tmp_path / "rubbish.spk"
    rubbish.write_bytes(bytes(range(256)) * 40)

    outcome = spk("unpack", rubbish, tmp_path / "out")

    assert outcome.code == 3
    assert outcome.err.startswith("spk: ")
    assert str(rubbish) in outcome.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rubbish.spk"]


def test_unpack_refuses_a_full_folder(tmp_path: Path, spk: Spk, folder: Path) -> None:
    spk("build", folder, "-o", tmp_path / "a.spk")

    assert spk("unpack", tmp_path / "a.spk", folder).code == 2


def test_new_refuses_an_unknown_template_and_bad_values(tmp_path: Path, spk: Spk) -> None:
    assert spk("new", tmp_path / "a", "--template", "no-such").code == 2
    assert spk("new", tmp_path / "a", "--template", "minimal-dsm7", "--set", "package").code == 2
    assert spk("new", tmp_path / "a", "--template", "minimal-dsm7", "--set", "package=a/b").code == 2
    assert not (tmp_path / "a").exists()


def test_new_lists_the_templates(spk: Spk) -> None:
    outcome = spk("new", "--list")

    assert outcome.code == 0
    for template in ("minimal-dsm7", "minimal-dsm6", "service", "web-application", "spk-tracer"):
        assert f"{template}: " in outcome.out


def test_inspect_says_that_a_folder_is_no_package(tmp_path: Path, spk: Spk) -> None:
    outcome = spk("inspect", tmp_path, "--json")

    assert outcome.code == 1
    assert outcome.json["readable"] is False
    assert outcome.json["payload"] is None
    assert "no package" in outcome.json["explanation"]


@pytest.mark.parametrize("kind", ["missing", "folder"])
def test_inspect_says_that_info_is_missing(spk: Spk, folder: Path, kind: str) -> None:
    (folder / "INFO").unlink()
    if kind == "folder":
        (folder / "INFO").mkdir()

    outcome = spk("inspect", folder)

    assert outcome.code == 1
    assert "without the file INFO" in outcome.out
    assert spk("build", folder).code == 2


def test_inspect_names_the_compression_that_a_build_will_use(spk: Spk, folder: Path) -> None:
    assert spk("inspect", folder, "--json").json["payload"]["compression"] == "gzip"


def test_messages_hold_no_full_stop_before_the_place(tmp_path: Path, spk: Spk) -> None:
    (tmp_path / "a.spk").write_bytes(b"")

    assert ".:" not in spk("unpack", tmp_path / "a.spk", tmp_path / "out").err
