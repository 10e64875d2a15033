"""Tests for spkcore.checks.migrate: a DSM 6 package becomes one for DSM 7; what is left is listed with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from spkcore.base.errors import UsageError
from spkcore.base.tasks import quiet
from spkcore.checks.migrate import Migration, migrate
from spkcore.package.changes import apply
from spkcore.package.entries import Entry
from spkcore.package.parts import read_info
from tests.unit.spkcore.checks.packages import entries

LINKING = """#!/bin/sh
if [ ! -e /usr/local/bin/tool ]; then
    ln -s "${SYNOPKG_PKGDEST}/bin/tool" /usr/local/bin/tool
fi
synouser --add service
exit 0
"""


def old(tmp_path: Path, **recipe: object) -> dict[str, Entry]:
    """A package as DSM 6 has them: deprecated keys, root scripts, no privilege, scripts missing, a big icon."""
    info = {"os_min_ver": None, "firmware": "6.1-15047", "startable": "no", "ctl_stop": None, "arch": "noarch"}
    files = {"conf/privilege": None, "scripts/preupgrade": None, "scripts/postinst": LINKING}
    extra = recipe.pop("files", {})
    assert isinstance(extra, dict)
    return entries(tmp_path, dsm=6, info=info, files=files | extra, **recipe)


def migrated(before: dict[str, Entry]) -> tuple[Migration, dict[str, Entry]]:
    migration = migrate(before, "7.2", quiet())
    after = dict(before)
    apply(after, migration.change)
    return migration, after


def text(found: dict[str, Entry], path: str) -> str:
    content = found[path].content
    assert content is not None
    return content.read().decode()


def test_dsm_7_takes_what_it_refused(tmp_path: Path) -> None:
    before = old(tmp_path)
    untouched = dict(before)
    migration, after = migrated(before)
    assert before == untouched
    assert not any(item.accepted for item in migration.before)
    assert all(item.accepted for item in migration.after)
    assert migration.problems_after < migration.problems_before
    assert "scripts/preupgrade" in after
    assert '"run-as": "package"' in text(after, "conf/privilege")


def test_info_names_dsm_7_and_loses_old_keys(tmp_path: Path) -> None:
    _, after = migrated(old(tmp_path))
    info = read_info(after)
    assert info.get("os_min_ver") == "7.0-40000"
    assert info.get("ctl_stop") == "no"
    assert "firmware" not in info
    assert "startable" not in info


def test_a_plain_link_moves_to_the_resource_worker(tmp_path: Path) -> None:
    migration, after = migrated(old(tmp_path))
    assert '"usr-local-linker"' in text(after, "conf/resource")
    assert '"bin/tool"' in text(after, "conf/resource")
    line = text(after, "scripts/postinst").splitlines()[2]
    assert line.startswith("    : #")
    assert any("usr-local-linker links bin/tool" in detail for step in migration.steps for _, detail in step.details)


@pytest.mark.parametrize(
    "line",
    [
        'ln -s "$SYNOPKG_PKGDEST/bin/tool" /usr/local/bin/other',
        'ln -s "$SYNOPKG_PKGDEST/bin/missing" /usr/local/bin/missing',
        'test -e x && ln -s "$SYNOPKG_PKGDEST/bin/tool" /usr/local/bin/tool',
        'ln -s "$SOURCE/bin/tool" /usr/local/bin/tool',
    ],
)
def test_a_link_that_is_not_plain_is_left_to_a_person(tmp_path: Path, line: str) -> None:
    migration, after = migrated(old(tmp_path, files={"scripts/postinst": f"#!/bin/sh\n{line}\nexit 0\n"}))
    assert "conf/resource" not in after
    assert line in text(after, "scripts/postinst")
    assert any(todo.path == "scripts/postinst" and "usr-local-linker" in todo.how for todo in migration.todos)


def test_what_needs_root_is_on_the_list_with_its_line(tmp_path: Path) -> None:
    migration, _ = migrated(old(tmp_path))
    todo = next(todo for todo in migration.todos if (todo.path, todo.line) == ("scripts/postinst", 5))
    assert "user" in todo.how
    assert len([item for item in migration.todos if item.line == 5]) == 1


def test_links_are_added_to_a_resource_file_that_is_there(tmp_path: Path) -> None:
    resource = '{\n    "port-config": {"protocol-file": "a.sc"},\n    "usr-local-linker": {"bin": ["bin/tool"]}\n}\n'
    before = old(tmp_path, files={"conf/resource": resource}, payload={"a.sc": "", "lib/x.so": "x"})
    _, after = migrated(before)
    assert text(after, "conf/resource") == resource


def test_a_package_for_dsm_7_stays_as_it_is(tmp_path: Path) -> None:
    migration = migrate(entries(tmp_path), "7.2", quiet())
    assert migration.change.is_empty
    assert migration.steps == ()
    assert migration.todos == ()


def test_only_dsm_7_is_a_goal(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="DSM 7"):
        migrate(entries(tmp_path), "6.2", quiet())
