"""Tests of the order in which DSM calls scripts."""

from __future__ import annotations

import pytest

from spkcore.package import scripts
from spkcore.package.lifecycle import DSM_6, DSM_7, Operation, StepKind, operations, wizards_of


def _calls(operation: Operation) -> list[str]:
    steps = (step for step in operation.steps if step.kind is StepKind.SCRIPT)
    return [" ".join(word for word in (step.of, step.script, step.argument) if word) for step in steps]


def _operation(name: str, dsm: int) -> Operation:
    return next(item for item in operations(dsm) if item.id == name)


def test_the_order_of_an_upgrade_is_the_one_of_synologys_guide() -> None:
    assert _calls(_operation("upgrade", DSM_7)) == [
        "old start-stop-status prestop",
        "old start-stop-status stop",
        "new preupgrade",
        "old preuninst",
        "old postuninst",
        "new prereplace",
        "new preinst",
        "new postinst",
        "new postreplace",
        "new postupgrade",
        "new start-stop-status prestart",
        "new start-stop-status start",
    ]


def test_dsm_6_does_not_know_scripts_for_replacing() -> None:
    names = {step.script for operation in operations(DSM_6) for step in operation.steps}
    assert names - {""} == set(scripts.lifecycle()) - {"prereplace", "postreplace"}
    assert {step.script for operation in operations(DSM_7) for step in operation.steps} - {""} == set(
        scripts.lifecycle()
    )


@pytest.mark.parametrize("name", sorted(scripts.lifecycle()))
def test_the_order_agrees_with_what_the_table_of_scripts_says(name: str) -> None:
    runs_in = {item.id for item in operations(DSM_7) if any(step.script == name for step in item.steps)}
    told = set(scripts.lifecycle()[name].runs)
    if name == "start-stop-status":
        told |= {"install", "upgrade", "uninstall"}
    assert runs_in == told


@pytest.mark.parametrize("dsm", [DSM_6, DSM_7])
def test_every_step_that_can_fail_says_what_then_happens(dsm: int) -> None:
    for operation in operations(dsm):
        for step in operation.steps:
            assert step.failure or step.kind in {StepKind.DSM, StepKind.WIZARD}
            assert step.text or step.script or step.wizard


def test_workers_act_where_the_guide_says() -> None:
    steps = [step.moment or step.script for step in _operation("install", DSM_7).steps]
    assert steps.index("PREINST") < steps.index("preinst") < steps.index("POSTINST") < steps.index("postinst")
    start = [step.moment or step.argument for step in _operation("start", DSM_7).steps]
    assert start == ["prestart", "ENABLE", "STARTUP", "start"]


@pytest.mark.parametrize("dsm", [DSM_6, DSM_7])
def test_an_upgrade_says_that_workers_act_though_no_source_tells_their_steps(dsm: int) -> None:
    upgrade = _operation("upgrade", dsm)
    assert StepKind.WORKER not in {step.kind for step in upgrade.steps}
    assert "Resource workers act" in upgrade.note


def test_starting_at_boot_is_told_for_dsm_7() -> None:
    assert "boots" in _operation("start", DSM_7).note
    assert "boots" not in _operation("start", DSM_6).note


def test_the_wizard_of_an_operation_is_found_the_one_for_all_languages_first() -> None:
    paths = dict.fromkeys(
        (
            "WIZARD_UIFILES/install_uifile_ger",
            "WIZARD_UIFILES/install_uifile.sh",
            "WIZARD_UIFILES/upgrade_uifile",
            "INFO",
        )
    )
    step = _operation("install", DSM_7).steps[0]
    assert wizards_of(step, paths) == ["WIZARD_UIFILES/install_uifile.sh", "WIZARD_UIFILES/install_uifile_ger"]
