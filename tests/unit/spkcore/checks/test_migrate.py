"""Tests for spkcore.checks.migrate: a DSM 6 package becomes one for DSM 7; what is left is listed with its place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from spkcore.archive.build import BuildOptions, build_package
from spkcore.base.errors import UsageError
from spkcore.base.tasks import quiet
from spkcore.checks.engine import Options, check
from spkcore.checks.migrate import Migration, dsm6_target, is_for_dsm6, migrate
from spkcore.checks.spkfile import read_spk
from spkcore.checks.subject import Subject
from spkcore.checks.targets import asked_targets
from spkcore.checks.verdict import Outcome, verdict
from spkcore.package.buildtargets import read_target, write_target
from spkcore.package.changes import apply
from spkcore.package.entries import Entry, Kind
from spkcore.package.parts import read_info
from spkcore.package.project import open_package, save_package
from spkcore.package.state import Package
from spkcore.package.templates import create_package, find_template
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
        'if [ "$SYNOPKG_DSM_VERSION_MAJOR" = 6 ]; then\nln -s "$SYNOPKG_PKGDEST/bin/tool" /usr/local/bin/tool\nfi',
        'test -e x && ln -s "$SYNOPKG_PKGDEST/bin/tool" /usr/local/bin/tool',
        'ln -s "$SOURCE/bin/tool" /usr/local/bin/tool',
    ],
)
def test_a_link_that_is_not_plain_is_left_to_a_person(tmp_path: Path, line: str) -> None:
    migration, after = migrated(old(tmp_path, files={"scripts/postinst": f"#!/bin/sh\n{line}\nexit 0\n"}))
    assert "conf/resource" not in after
    assert line in text(after, "scripts/postinst")
    is_made_for_both = "DSM_VERSION" in line
    told = [todo for todo in migration.todos if todo.path == "scripts/postinst" and "usr-local-linker" in todo.how]
    assert bool(told) is not is_made_for_both


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


OLD_STYLE = """#!/bin/sh
PACKAGE="sample"
INSTALL_DIR="/usr/local/${PACKAGE}"
PORTS=/var/packages/sample/target/etc/sample.sc
ln -s ${SYNOPKG_PKGDEST} ${INSTALL_DIR}
mkdir -p /usr/local/bin
ln -s ${INSTALL_DIR}/bin/tool /usr/local/bin/tool
/usr/syno/bin/servicetool --install-configure-file --package ${PORTS} >> /dev/null 2>&1
adduser -h ${INSTALL_DIR}/var -S -D sample
chown -R sample:root ${SYNOPKG_PKGDEST}
synoshare --add music Music /volume1/music "" admin "" 1 0
cp -R ${SYNOPKG_PKGDEST}/web /var/services/web/sample
mysql -u root -e "create database sample"
systemctl restart nginx
exit 0
"""
UNDOING = """#!/bin/sh
rm -f /usr/local/bin/tool
/usr/syno/bin/servicetool --remove-configure-file --package sample.sc >> /dev/null
exit 0
"""
SERVICE = """#!/bin/sh
PID=/var/run/sample.pid
case "$1" in
    start) su - sample -s /bin/sh -c "/usr/local/sample/bin/tool -p ${PID}" ;;
    stop) sudo kill "$(cat ${PID})" ;;
    status) test -f ${PID} && exit 0; exit 3 ;;
    log) echo /var/log/sample.log ;;
esac
exit 0
"""
PRIVILEGE = """{
  "defaults": {"run-as": "root"},
  "ctrl-script": [{"action": "postinst", "run-as": "root"}],
  "executable": [{"relpath": "bin/tool", "run-as": "root"}]
}
"""
WIZARD = """[{
    "step_title": "Welcome",
    "invalid_next_disabled": true,
    "items": [{"type": "textfield", "subitems": [{"key": "wizard_name", "desc": "Name"}]}]
}]
"""


@pytest.fixture
def real(tmp_path: Path) -> dict[str, Entry]:
    """A package as spksrc made them for DSM 5 and 6: everything as root."""
    info = {
        "os_min_ver": None,
        "firmware": "5.0-4458",
        "thirdparty": "yes",
        "ctl_stop": None,
        "start_dep_services": "ssh",
        "instuninst_restart_services": "nginx apache-web",
        "own_key": "stays",
    }
    files = {
        "conf/privilege": PRIVILEGE,
        "scripts/start-stop-status": SERVICE,
        "scripts/postinst": OLD_STYLE.replace("\n", "\r\n"),
        "scripts/postuninst": UNDOING,
        "scripts/preupgrade": None,
        "WIZARD_UIFILES/install_uifile": WIZARD,
    }
    payload = {"etc/sample.sc": '[sample]\ntitle="x"\ndesc="y"\ndst.ports="9999/tcp"\n', "web/index.php": "<?php ?>"}
    return entries(tmp_path, dsm=6, info=info, files=files, payload=payload)


def test_a_real_package_of_dsm_6_is_taken_and_its_rest_is_listed(real: dict[str, Entry]) -> None:
    migration, after = migrated(real)
    assert all(item.accepted for item in migration.after)
    info = read_info(after)
    assert info.get("start_dep_services") == "ssh-shell"
    assert info.get("instuninst_restart_services") == "nginx.service"
    assert info.get("own_key") == "stays"
    assert "thirdparty" not in info
    assert text(after, "conf/privilege") == '{\n  "defaults": {"run-as": "package"}\n}\n'
    assert '"invalid_next_disabled_v2": true' in text(after, "WIZARD_UIFILES/install_uifile")
    hows = {(todo.path, todo.line): todo.how for todo in migration.todos}
    expected = {9: "user and group", 10: "belong to its user", 11: "data-share", 12: "webservice", 13: "mariadb10-db"}
    for line, words in expected.items():
        assert words in hows["scripts/postinst", line]
    assert "instuninst_restart_services" in hows["scripts/postinst", 14]
    assert "Start the program directly" in hows["scripts/start-stop-status", 4]
    assert "Start the program directly" in hows["scripts/start-stop-status", 5]
    assert "SYNOPKG_PKGVAR" in hows["scripts/start-stop-status", 2]
    assert len(hows) == len(migration.todos)
    grave = [todo.line for todo in migration.todos if todo.path == "scripts/postinst" and todo.severity == "error"]
    assert grave == [9, 11]


def test_links_and_ports_are_found_behind_variables_and_their_removal_with_them(real: dict[str, Entry]) -> None:
    _, after = migrated(real)
    resource = text(after, "conf/resource")
    assert '"usr-local-linker"' in resource
    assert '"protocol-file": "etc/sample.sc"' in resource
    done = [line for line in text(after, "scripts/postinst").splitlines() if line.startswith(": #")]
    assert len(done) == 3
    assert "\r" not in text(after, "scripts/postinst")
    removed = text(after, "scripts/postuninst").splitlines()
    assert [line[:3] for line in removed] == ["#!/", ": #", ": #", "exi"]


def test_migrating_twice_changes_nothing_more(real: dict[str, Entry]) -> None:
    migration, after = migrated(real)
    again = migrate(after, "7.2", quiet())
    assert again.change.is_empty
    assert again.todos == migration.todos


def test_what_is_fine_keeps_its_bytes(real: dict[str, Entry]) -> None:
    """Comments and line ends outside the files that are mended."""
    change = migrated(real)[0].change
    assert set(change.paths) == {
        "INFO",
        "PACKAGE_ICON.PNG",
        "conf/privilege",
        "conf/resource",
        "scripts/postinst",
        "scripts/postuninst",
        "scripts/preupgrade",
        "WIZARD_UIFILES/install_uifile",
    }


def test_two_generations_out_of_one_folder(real: dict[str, Entry], tmp_path: Path) -> None:
    _, after = migrated(real)
    target = dsm6_target(after, real)
    made = target.apply_to(Package.from_entries(tmp_path / "p", after)).entries
    assert {path for path in real if path not in made} == set()
    assert {path for path in made if path not in real} <= {"conf"}
    outside = [path for path, entry in made.items() if entry.kind is Kind.FILE and not path.startswith("package/")]
    for path in sorted(set(outside) - {"INFO"}):
        assert text_or_bytes(made, path) == text_or_bytes(real, path)
    assert read_info(made).as_dict() == read_info(real).as_dict()
    assert [item.outcome for item in verdict(Subject.of(made))] == [item.outcome for item in verdict(Subject.of(real))]


@pytest.mark.parametrize("to", ["7.0", "7.1", "7.2", "7.3"])
@pytest.mark.parametrize("template", ["minimal-dsm6", "spk-tracer-dsm6"])
def test_templates_become_sound_packages_for_every_dsm_7(template: str, to: str, tmp_path: Path) -> None:
    folder = tmp_path / "p"
    found = find_template(template)
    create_package(found, found.complete({}), folder, quiet())
    before = dict(open_package(folder, quiet()).entries)
    migration = migrate(before, to, quiet())
    assert is_for_dsm6(before)
    assert {item.outcome for item in migration.before} == {Outcome.REFUSED}
    assert {item.outcome for item in migration.after} == {Outcome.ACCEPTED}
    assert migration.after[-1].dsm.startswith(to)
    assert migration.problems_after == 0
    assert not migration.is_unfinished


def test_both_packages_are_built_and_taken_by_their_dsm(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    found = find_template("spk-tracer-dsm6")
    create_package(found, found.complete({}), folder, quiet())
    package = open_package(folder, quiet())
    before = dict(package.entries)
    package.apply(migrate(before, "7.3", quiet()).change)
    write_target(folder, dsm6_target(package.entries, before))
    save_package(package, quiet())
    main, other = tmp_path / "7.spk", tmp_path / "6.spk"
    build_package(open_package(folder, quiet()), main, BuildOptions(), quiet())
    build_package(read_target(folder, "dsm6").apply_to(open_package(folder, quiet())), other, BuildOptions(), quiet())
    for path, versions in ((main, ("7.0", "7.3")), (other, ("6.1", "6.2"))):
        subject = read_spk(path, quiet(), asked_targets(*versions))
        assert {item.outcome for item in verdict(subject)} == {Outcome.ACCEPTED}
        assert check(subject, Options(targets=subject.targets)) == []


def text_or_bytes(found: dict[str, Entry] | Mapping[str, Entry], path: str) -> bytes:
    content = found[path].content
    return content.read() if content is not None else b""
