"""Tests for spkcore.checks.mending: one fix, all of a rule, all at once; and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from spkcore.base.errors import Cancelled, UsageError
from spkcore.base.tasks import TaskContext, quiet
from spkcore.checks.engine import find_problems
from spkcore.checks.mending import mend
from spkcore.checks.overrides import Override
from spkcore.package.changes import apply
from spkcore.package.entries import Entry, file_entry
from spkcore.package.state import Package
from tests.unit.spkcore.checks.packages import entries

CRLF = "#!/bin/sh\r\nexit 0\r\n"


def broken(tmp_path: Path) -> dict[str, Entry]:
    files = {"scripts/preinst": CRLF, "scripts/postinst": CRLF, "Thumbs.db": b"\0"}
    return entries(tmp_path, files=files, info={"beta": "true"})


def rules_of(tmp_path: Path, found: dict[str, Entry]) -> list[str]:
    return sorted(problem.rule for problem in find_problems(Package.from_entries(tmp_path, found), quiet()))


def test_everything_at_once_is_one_change(tmp_path: Path) -> None:
    before = broken(tmp_path)
    untouched = dict(before)
    mended = mend(before, quiet())
    assert before == untouched
    assert {problem.rule for problem in mended.fixed} >= {"S003", "I015", "A013"}
    apply(before, mended.change)
    assert rules_of(tmp_path, before) == sorted(problem.rule for problem in mended.left)
    assert not {"S003", "I015", "A013"} & set(rules_of(tmp_path, before))
    apply(before, mended.change.inverse())
    assert before == untouched


def test_one_rule(tmp_path: Path) -> None:
    mended = mend(broken(tmp_path), quiet(), chosen={"S003"})
    assert mended.change.paths == {"scripts/preinst", "scripts/postinst"}


def test_one_problem(tmp_path: Path) -> None:
    found = broken(tmp_path)
    package = Package.from_entries(tmp_path, found)
    problem = next(item for item in find_problems(package, quiet()) if item.path == "scripts/preinst")
    mended = mend(found, quiet(), problem=problem)
    assert mended.change.paths == {"scripts/preinst"}
    assert mended.fixed == (problem,)


def test_what_takes_a_decision_is_done_only_when_it_is_named(tmp_path: Path) -> None:
    found = entries(tmp_path, files={"conf/privilege": '{"defaults": {"run-as": "root"}}'})
    assert "conf/privilege" not in mend(found, quiet()).change.paths
    assert "conf/privilege" in mend(found, quiet(), chosen={"P003"}).change.paths


def test_what_is_overridden_stays(tmp_path: Path) -> None:
    mended = mend(broken(tmp_path), quiet(), overrides=[Override("S003", "why", "scripts/preinst")])
    assert "scripts/preinst" not in mended.change.paths
    assert "scripts/postinst" in mended.change.paths


def test_a_sound_package_is_left_alone(tmp_path: Path) -> None:
    mended = mend(entries(tmp_path), quiet())
    assert mended.change.is_empty
    assert mended.fixed == ()


def test_it_can_be_cancelled(tmp_path: Path) -> None:
    context = TaskContext()
    context.cancel()
    with pytest.raises(Cancelled):
        mend(broken(tmp_path), context)


def test_a_fix_that_cannot_be_done_keeps_nobody_from_the_others(tmp_path: Path) -> None:
    """A file in the place of the folder scripts: no script can be put into it."""
    package = {path: entry for path, entry in entries(tmp_path).items() if not path.startswith("scripts/")}
    package |= {"scripts": file_entry(b"x"), "INFO": file_entry(b'package="sample"\r\nversion="1-1"\r\n')}
    done = mend(package, quiet())
    assert "I023" in {problem.rule for problem in done.fixed}
    missing = next(problem for problem in done.left if problem.rule == "S001")
    with pytest.raises(UsageError):
        mend(package, quiet(), problem=missing)


def test_an_info_in_utf16_is_read_as_what_it_is(tmp_path: Path) -> None:
    package = entries(tmp_path)
    content = package["INFO"].content
    assert content is not None
    text = content.read()
    package["INFO"] = file_entry(text.decode().encode("utf-16"))
    assert {problem.rule for problem in mend(package, quiet()).fixed} == {"I020"}
    apply(package, mend(package, quiet()).change)
    assert package["INFO"] == file_entry(text)


def test_a_wizard_in_utf16_is_read_as_what_it_is(tmp_path: Path) -> None:
    text = '[{"step_title": "Größe", "items": [{"desc": "x"}]}]'
    package = entries(tmp_path, files={"WIZARD_UIFILES/install_uifile": text.encode("utf-16")})
    apply(package, mend(package, quiet()).change)
    content = package["WIZARD_UIFILES/install_uifile"].content
    assert content is not None
    assert content.read() == text.encode()
