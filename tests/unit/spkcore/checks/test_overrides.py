"""Tests for spkcore.checks.overrides: accepted findings with a reason, kept in the package folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spkcore.base.errors import UnreadableError, UsageError
from spkcore.checks.overrides import CheckSettings, Override, read_settings, settings_path, split, write_settings
from spkcore.checks.problem import Problem
from spkcore.checks.rulebook import Profile
from spkcore.package.findings import Severity

ACCEPTED = Override("S003", "The generator writes it so.", "scripts/pre*")


def problem(rule: str, path: str) -> Problem:
    return Problem(rule, Severity.ERROR, path, 1, 1, "wrong")


def test_without_a_file_nothing_is_accepted(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == CheckSettings()


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    settings = CheckSettings(Profile.PUBLICATION, "6.2..7.2", (ACCEPTED, Override("A001", "Old servers want it.")))
    write_settings(tmp_path, settings)
    assert read_settings(tmp_path) == settings


def test_members_of_others_stay(tmp_path: Path) -> None:
    settings_path(tmp_path).parent.mkdir()
    settings_path(tmp_path).write_text('{"targets": {"a": 1}, "checks": {"later": true}}', encoding="utf-8")
    write_settings(tmp_path, CheckSettings())
    document = json.loads(settings_path(tmp_path).read_text(encoding="utf-8"))
    assert document["targets"] == {"a": 1}
    assert document["checks"]["later"] is True


def test_an_override_covers_its_rule_in_its_files_only() -> None:
    problems = [
        problem("S003", "scripts/preinst"),
        problem("S003", "scripts/postinst"),
        problem("A001", "scripts/preinst"),
    ]
    counting, accepted = split(problems, [ACCEPTED])
    assert [item.path for item, _ in accepted] == ["scripts/preinst"]
    assert counting == problems[1:]


def test_an_override_without_a_path_covers_everything() -> None:
    assert split([problem("S003", "a"), problem("S003", "")], [Override("S003", "why")])[0] == []


@pytest.mark.parametrize("override", [Override("S003", "  "), Override("Z999", "because")])
def test_an_override_needs_a_reason_and_a_rule(override: Override) -> None:
    with pytest.raises(UsageError):
        CheckSettings().with_override(override)


def test_a_second_override_for_the_same_place_replaces_the_first() -> None:
    settings = CheckSettings().with_override(ACCEPTED).with_override(Override("S003", "Other reason.", ACCEPTED.path))
    assert [item.reason for item in settings.overrides] == ["Other reason."]
    assert settings.without_override(settings.overrides[0]).overrides == ()


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"checks": []}',
        '{"checks": {"profile": "loose"}}',
        '{"checks": {"dsm": "x"}}',
        '{"checks": {"overrides": [{"rule": "S003"}]}}',
    ],
)
def test_a_damaged_file_is_told_and_kept(tmp_path: Path, text: str) -> None:
    settings_path(tmp_path).parent.mkdir()
    settings_path(tmp_path).write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match="settings"):
        read_settings(tmp_path)
    assert settings_path(tmp_path).read_text(encoding="utf-8") == text
