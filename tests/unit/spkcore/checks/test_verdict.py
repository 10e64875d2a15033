"""Tests for spkcore.checks.verdict: what each DSM says, with message, code and reason."""

from __future__ import annotations

import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spkcore.base.errors import UsageError
from spkcore.checks.answers import answer_to, answers
from spkcore.checks.rulebook import rules
from spkcore.checks.subject import Subject
from spkcore.checks.targets import asked_targets
from spkcore.checks.verdict import Outcome, group, is_refused_everywhere, range_text, verdict
from tests.data.recipes.spk import Member, Rework
from tests.unit.spkcore.checks.packages import entries, subject

ROOT = '{"defaults": {"run-as": "root"}}'


def test_a_sound_package_is_accepted_everywhere_in_its_range(tmp_path: Path) -> None:
    found = verdict(subject(tmp_path))
    assert [item.dsm for item in found] == ["7.0", "7.1", "7.2", "7.2.1", "7.2.2", "7.3"]
    assert {item.outcome for item in found} == {Outcome.ACCEPTED}
    assert not is_refused_everywhere(found)


def test_a_missing_script_is_refused_with_message_code_and_log(tmp_path: Path) -> None:
    answer = verdict(subject(tmp_path, asked_targets("7.2"), files={"scripts/preupgrade": None}))[0]
    assert not answer.accepted
    assert (answer.dsm, answer.code) == ("7.2", 261)
    assert answer.message.startswith("Invalid file format")
    assert "preupgrade" in answer.log
    assert [problem.rule for problem in answer.causes] == ["S001"]
    assert "preupgrade" in answer.why


def test_a_package_that_wants_root_is_refused_with_its_own_message(tmp_path: Path) -> None:
    answer = verdict(subject(tmp_path, asked_targets("7.1"), files={"conf/privilege": ROOT}))[0]
    assert answer.code == 319
    assert "root privileges" in answer.message


def test_dsm_6_takes_what_dsm_7_refuses(tmp_path: Path) -> None:
    package = subject(tmp_path, asked_targets("6.2", "7.0"), dsm=6, files={"conf/privilege": ROOT})
    found = {item.dsm: item for item in verdict(package)}
    assert found["6.2"].accepted
    assert not found["7.0"].accepted
    assert found["7.0"].code == 261
    assert {problem.rule for problem in found["7.0"].causes} >= {"I008", "P003"}


def test_another_generation_has_its_own_code(tmp_path: Path) -> None:
    answer = verdict(subject(tmp_path, asked_targets("7.2"), dsm=6))[0]
    assert answer.code == 261
    assert "same major number" in answer.log
    older = verdict(subject(tmp_path, asked_targets("6.2")))[0]
    assert (older.code, older.outcome) == (0, Outcome.REFUSED)
    assert "not supported on the platform" in older.message
    assert "7.0-40000" in older.why


def test_a_version_beyond_os_max_ver_is_refused(tmp_path: Path) -> None:
    package = subject(tmp_path, asked_targets("7.0", "7.2.2"), info={"os_max_ver": "7.1-42661"})
    assert [item.accepted for item in verdict(package)] == [True, True, False, False, False]


def test_os_max_ver_without_a_build_is_all_of_that_dsm(tmp_path: Path) -> None:
    package = subject(tmp_path, asked_targets("7.0", "7.3"), info={"os_max_ver": "7.2"})
    assert [item.dsm for item in verdict(package) if item.accepted] == ["7.0", "7.1", "7.2", "7.2.1", "7.2.2"]
    assert "7.2." in verdict(package)[-1].why


def without(name: str) -> Rework:
    return lambda members: [member for member in members if member.name != name]


def garbage(members: list[Member]) -> list[Member]:
    return [replace(item, data=b"nothing" * 99) if item.name == "package.tgz" else item for item in members]


@pytest.mark.parametrize(
    ("rule", "dsm", "recipe"),
    [
        ("I029", "7.2", {"info": {"checksum": "0" * 32}}),
        ("A006", "7.2", {"rework": without("package.tgz")}),
        ("A019", "7.2", {"rework": garbage}),
        ("A018", "5.2", {"compression": "xz", "raw_info": 'package="a"\nversion="1-1"\nfirmware="5.0-4458"\n'}),
        (
            "A009",
            "7.2",
            {
                "rework": lambda items: [replace(i, pax=(("comment", "x"),)) for i in items],
                "format": tarfile.PAX_FORMAT,
            },
        ),
        ("R001", "7.2", {"files": {"conf/resource": "{"}}),
    ],
)
def test_what_ends_the_installation_is_a_refusal(rule: str, dsm: str, recipe: dict[str, Any], tmp_path: Path) -> None:
    answer = verdict(subject(tmp_path, asked_targets(dsm), **recipe))[0]
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, 0)
    assert answer.causes[0].rule == rule
    assert answer.message.startswith("Invalid file format" if rule == "A009" else "Failed to install")


@pytest.mark.parametrize("text", ["#!/bin/sh\r\nexit 0\r\n", "exit 0\n", "\ufeff#!/bin/sh\nexit 0\n"])
def test_a_preinst_that_cannot_run_ends_the_installation(text: str, tmp_path: Path) -> None:
    answer = verdict(subject(tmp_path, asked_targets("7.2"), files={"scripts/preinst": text}))[0]
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, 276)
    assert "preinst" in answer.log


def test_a_folder_without_a_payload_is_built_with_an_empty_one(tmp_path: Path) -> None:
    package = {path: entry for path, entry in entries(tmp_path).items() if path.split("/")[0] != "package"}
    assert verdict(Subject.of(package))[0].accepted


def test_the_generation_decides_whatever_else_is_missing(tmp_path: Path) -> None:
    package = subject(tmp_path, asked_targets("7.2"), dsm=6, info={"description": None})
    assert [problem.rule for problem in verdict(package)[0].causes][:2] == ["I008", "I002"]


def test_the_range_decides_before_what_dsm_sees_later(tmp_path: Path) -> None:
    package = subject(tmp_path, asked_targets("6.2"), files={"WIZARD_UIFILES/install_uifile": "[{"})
    answer = verdict(package)[0]
    assert "not supported on the platform" in answer.message
    assert [problem.rule for problem in answer.causes][:2] == ["I057", "W001"]


def test_a_platform_that_does_not_exist_is_named_as_the_cause(tmp_path: Path) -> None:
    answer = verdict(subject(tmp_path, asked_targets("7.2"), info={"arch": "x64"}))[0]
    assert "not supported on the platform" in answer.message
    assert [problem.rule for problem in answer.causes] == ["I034"]
    assert verdict(subject(tmp_path, asked_targets("7.2"), info={"arch": "x64 apollolake"}))[0].accepted


def test_an_error_that_dsm_does_not_see_is_a_consequence(tmp_path: Path) -> None:
    answer = verdict(subject(tmp_path, asked_targets("7.2"), files={"scripts/postinst": "#!/bin/sh\r\nexit 0\r\n"}))[0]
    assert answer.outcome is Outcome.CONSEQUENCES
    assert answer.accepted
    assert "S003" in {problem.rule for problem in answer.causes}
    assert answer.as_json()["code"] is None


def test_a_failing_resource_worker_is_a_consequence_too(tmp_path: Path) -> None:
    answer = verdict(subject(tmp_path, asked_targets("7.2"), files={"conf/resource": '{"port-config": "x"}'}))[0]
    assert answer.outcome is Outcome.CONSEQUENCES


def test_a_refusal_can_come_without_a_code(tmp_path: Path) -> None:
    wizard = {"WIZARD_UIFILES/install_uifile": "[{ nonsense"}
    answer = verdict(subject(tmp_path, asked_targets("7.2"), files=wizard))[0]
    assert not answer.accepted
    assert (answer.code, answer.log) == (0, "")
    assert answer.message.startswith("Invalid file format")


def test_the_platform_decides(tmp_path: Path) -> None:
    package = subject(tmp_path, asked_targets("7.2"), info={"arch": "apollolake geminilake"})
    assert verdict(package, "apollolake")[0].accepted
    other = verdict(package, "alpine")[0]
    assert not other.accepted
    assert "alpine" in other.why
    assert set(verdict(package)[0].platforms) == {"apollolake", "geminilake"}


def test_a_family_stands_for_its_platforms_as_far_as_they_run_this_dsm(tmp_path: Path) -> None:
    package = subject(tmp_path, asked_targets("7.2"), info={"arch": "x86_64", "exclude_arch": "v1000"})
    platforms = verdict(package)[0].platforms
    assert "apollolake" in platforms
    assert "v1000" not in platforms
    assert "cedarview" not in platforms


def test_a_platform_that_no_nas_has(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="amiga"):
        verdict(subject(tmp_path), "amiga")


def test_neighbours_that_say_the_same_are_read_together(tmp_path: Path) -> None:
    groups = group(verdict(subject(tmp_path, asked_targets("6.2", "7.1"))))
    assert [range_text(alike) for alike in groups] == ["DSM 6.2 to 6.2.4", "DSM 7.0 to 7.1"]


def test_every_refusal_of_the_rulebook_has_an_answer() -> None:
    for rule in rules().values():
        codes = {*([rule.code] if rule.code or rule.refuses else []), *rule.stops.values()}
        assert all(rule.id in answer_to(rule.id, code).rules for code in codes), rule.id
    for answer in answers():
        assert set(answer.rules) <= set(rules())
