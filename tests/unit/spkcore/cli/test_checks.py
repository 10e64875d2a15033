"""Tests for spk check, fix, migrate, explain, and the build that refuses: exit codes, text and JSON (docs/cli.md)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from spkcore.checks.overrides import CheckSettings, Override, write_settings
from spkcore.checks.rulebook import rules
from tests.data.recipes.spk import spk as make
from tests.unit.spkcore.cli.conftest import Outcome

Spk = Callable[..., Outcome]
CRLF = b"#!/bin/sh\r\nexit 0\r\n"


def test_a_sound_folder_is_good(spk: Spk, folder: Path) -> None:
    outcome = spk("check", folder)
    assert outcome.code == 0
    assert "DSM 7.0 to 7.3: accepts it" in outcome.out
    assert "no problems" in outcome.out


def test_problems_have_a_place_and_end_with_1(spk: Spk, folder: Path) -> None:
    (folder / "scripts" / "postinst").write_bytes(CRLF)
    outcome = spk("check", folder)
    assert outcome.code == 1
    assert "scripts/postinst:1:1: error: " in outcome.out
    assert "[S003, fixable]" in outcome.out
    assert f"spk fix {folder}" in outcome.out


def test_the_document_of_a_check(spk: Spk, folder: Path) -> None:
    (folder / "scripts" / "preupgrade").unlink()
    outcome = spk("check", folder, "--dsm", "7.2", "--format", "json")
    assert outcome.code == 1
    verdict = outcome.json["verdict"]
    assert [(item["dsm"], item["accepted"], item["code"]) for item in verdict] == [("7.2", False, 261)]
    assert verdict[0]["message"].startswith("Invalid file format")
    problem = next(item for item in outcome.json["problems"] if item["rule"] == "S001")
    assert {"rule", "severity", "path", "line", "column", "message", "fixable"} <= set(problem)
    assert problem["path"] == "scripts/preupgrade"


def test_an_spk_is_checked_as_it_is(spk: Spk, tmp_path: Path) -> None:
    (tmp_path / "a.spk").write_bytes(make(wrap="gzip"))
    outcome = spk("check", tmp_path / "a.spk", "--json")
    assert outcome.code == 1
    assert [item["rule"] for item in outcome.json["problems"]] == ["A001"]
    assert {item["code"] for item in outcome.json["verdict"]} == {263}


@pytest.mark.parametrize("data", [b"", b"\x00" * 2000, b"<html>login</html>"])
def test_what_is_no_package_at_all_is_unreadable(spk: Spk, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.spk").write_bytes(data)
    outcome = spk("check", tmp_path / "a.spk")
    assert outcome.code == 3
    assert outcome.err.startswith("spk: ")


@pytest.mark.parametrize("words", [("check",), ("fix",), ("migrate", "--to", "7.2"), ("build",)])
def test_a_folder_that_is_no_package_is_unreadable_for_all_that_open_it(
    spk: Spk, tmp_path: Path, words: tuple[str, ...]
) -> None:
    outcome = spk(words[0], tmp_path, *words[1:])
    assert outcome.code == 3
    assert str(tmp_path) in outcome.err
    assert "INFO" in outcome.err
    assert not list(tmp_path.iterdir())


def test_a_path_that_is_not_there_is_wrong_usage(spk: Spk, tmp_path: Path) -> None:
    assert spk("check", tmp_path / "missing").code == 2


def test_a_platform_is_asked(spk: Spk, tmp_path: Path) -> None:
    (tmp_path / "a.spk").write_bytes(make(info={"arch": "apollolake"}))
    assert spk("check", tmp_path / "a.spk", "--platform", "apollolake").code == 0
    outcome = spk("check", tmp_path / "a.spk", "--platform", "alpine")
    assert outcome.code == 1
    assert "not supported on the platform" in outcome.out


def test_overrides_count_and_can_be_shown(spk: Spk, folder: Path) -> None:
    (folder / "scripts" / "postinst").write_bytes(CRLF)
    write_settings(folder, CheckSettings(overrides=(Override("S003", "On purpose."),)))
    outcome = spk("check", folder, "--json")
    assert outcome.code == 0
    assert [item["reason"] for item in outcome.json["overridden"]] == ["On purpose."]
    assert spk("check", folder, "--no-overrides").code == 1


def test_sarif(spk: Spk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "scripts" / "postinst").write_bytes(CRLF)
    monkeypatch.chdir(folder.parent)
    document = spk("check", folder, "--format", "sarif").json
    place = document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "My%20Package/scripts/postinst"


def test_the_rules_are_listed(spk: Spk) -> None:
    outcome = spk("check", "--list-rules")
    assert outcome.code == 0
    assert all(f"{name}  " in outcome.out for name in rules())
    listed = spk("check", "--format", "json", "--list-rules").json["rules"]
    assert [row["rule"] for row in listed] == list(rules())
    by_id = {row["rule"]: row for row in listed}
    assert (by_id["W001"]["code"], by_id["W001"]["refuses"]) == (None, True)
    assert by_id["S003"]["stops"]


def test_fix_shows_and_then_does(spk: Spk, folder: Path) -> None:
    script = folder / "scripts" / "postinst"
    script.write_bytes(CRLF)
    dry = spk("fix", folder, "--dry-run")
    assert dry.code == 0
    assert "+++ b/scripts/postinst" in dry.out
    assert script.read_bytes() == CRLF
    done = spk("fix", folder, "--json")
    assert [item["rule"] for item in done.json["fixed"]] == ["S003"]
    assert done.json["left"] == 0
    assert b"\r" not in script.read_bytes()
    assert spk("fix", folder).out.startswith("Nothing to fix")


@pytest.mark.parametrize("rule", ["Z1", "I008"])
def test_a_rule_without_a_fix_is_wrong_usage(spk: Spk, folder: Path, rule: str) -> None:
    outcome = spk("fix", folder, "--rule", rule)
    assert outcome.code == 2
    assert rule in outcome.err


def test_build_refuses_what_no_dsm_takes_unless_told(spk: Spk, folder: Path, tmp_path: Path) -> None:
    (folder / "conf" / "privilege").unlink()
    outcome = spk("build", folder, "-o", tmp_path / "a.spk")
    assert outcome.code == 1
    assert "would refuse" in outcome.err
    assert not (tmp_path / "a.spk").exists()
    assert spk("build", folder, "-o", tmp_path / "a.spk", "--anyway").code == 0
    assert (tmp_path / "a.spk").exists()


def test_migrate_shows_does_and_keeps_the_old_package(spk: Spk, tmp_path: Path) -> None:
    folder = tmp_path / "six"
    assert spk("new", folder, "--template", "minimal-dsm6").code == 0
    before = (folder / "INFO").read_bytes()
    dry = spk("migrate", folder, "--to", "7.2", "--dry-run")
    assert "os_min_ver" in dry.out
    assert (folder / "INFO").read_bytes() == before
    done = spk("migrate", folder, "--to", "7.2", "--keep-dsm6", "--json")
    assert done.code == 0
    assert all(item["accepted"] for item in done.json["after"])
    assert not any(item["accepted"] for item in done.json["before"])
    assert spk("check", folder).code == 0
    new = spk("build", folder, "-o", tmp_path, "--json").json["path"]
    old = spk("build", folder, "-o", tmp_path, "--target", "dsm6", "--json").json["path"]
    assert json.loads(spk("inspect", old, "--json").out)["info"]["os_min_ver"].startswith("6")
    assert spk("check", old, "--dsm", "6.2").code == 0
    assert spk("check", new, "--dsm", "7.2").code == 0


def test_explain_reads_arguments_and_standard_input(spk: Spk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "conf" / "privilege").unlink()
    outcome = spk("explain", "Invalid file format. Please contact the package developer.", "--package", folder)
    assert outcome.code == 0
    assert outcome.out.startswith("319: ")
    assert "[P001]" in outcome.out
    monkeypatch.setattr("sys.stdin", io.StringIO('{"error": {"code": 275}}'))
    assert spk("explain", "-", "--json").json["causes"][0]["code"] == 275
    assert spk("explain", "good morning").code == 1
    assert spk("explain", " ").code == 2


def test_one_note_is_no_info(spk: Spk, tmp_path: Path) -> None:
    (tmp_path / "a.spk").write_bytes(bytes.fromhex("68adbeef") + bytes(4000))
    outcome = spk("check", tmp_path / "a.spk")
    assert outcome.code == 0
    assert outcome.out.rstrip().endswith("1 note.")
