"""Tests of the rules about the variables and the language of scripts: odd cases, and what they leave alone."""

from __future__ import annotations

import time

import pytest

from spkcore.base.tasks import quiet
from spkcore.checks.engine import Options, check, find_problems
from spkcore.checks.subject import Subject
from spkcore.package.findings import Severity
from tests.unit.spkcore.checks.scripttexts import HEAD, lines, mended, package, problems

# ---------------------------------------------------------------------------------------------- variables


WIZARD = '[{"step_title": "a", "items": [{"type": "%s", "subitems": [{"key": "%s", "desc": "x"}]}]}]'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('echo "$wizard_a" "$pkgwizard_b" "$other"\necho "$pkgwizard_b"\n', [1]),
        ('echo "${wizard_x:-no}"\n', []),
        ('wizard_x=1\necho "$wizard_x"\n', []),
        ('read -r wizard_x\necho "$wizard_x"\n', []),
        ('echo "$wizard_from_helper"\n', []),
    ],
)
def test_answers_that_nobody_asks_for(body: str, expected: list[int]) -> None:
    files = {"WIZARD_UIFILES/install_uifile": WIZARD % ("textfield", "wizard_a"), "helper": "wizard_from_helper=1\n"}
    found = problems("S010", {**files, "postinst": HEAD + body})
    assert [item.line - 1 for item in found] == expected


def test_wizards_that_are_scripts_may_ask_for_anything() -> None:
    files = {"WIZARD_UIFILES/install_uifile.sh": HEAD, "postinst": HEAD + 'echo "$wizard_x"\n'}
    assert problems("S010", files) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('rm -rf "$SYNOPKG_PKGVAR/data"\n', [1]),
        ('RM="/bin/rm -rf"\n$RM "$SYNOPKG_PKGHOME"\n', [2]),
        ('find "$SYNOPKG_PKGVAR" -mindepth 1 -delete\n', [1]),
        ('rm -rf "/var/packages/$SYNOPKG_PKGNAME/var"\nrm -r /volume1/music\n', [1, 2]),
        ('rm -f "$SYNOPKG_PKGVAR/pid"\nrm -rf "$SYNOPKG_PKGDEST/x" "$SYNOPKG_PKGTMP" /volume1/@tmp/x\n', []),
        ('if [ "$wizard_delete" = true ]; then\nrm -rf "$SYNOPKG_PKGVAR"\nfi\n', []),
        ('. "$(dirname "$0")/upgrade-guard"\nrm -rf "$SYNOPKG_PKGVAR"\n', []),
        ('. /somewhere/else\nrm -rf "$SYNOPKG_PKGVAR"\n', []),
    ],
)
def test_data_that_an_upgrade_deletes(body: str, expected: list[int]) -> None:
    files = {"postuninst": HEAD + body, "upgrade-guard": '[ "$SYNOPKG_PKG_STATUS" = UPGRADE ] && exit 0\n'}
    assert [item.line - 1 for item in problems("S011", files)] == expected
    assert lines("S011", 'rm -rf "$SYNOPKG_PKGVAR"\n', name="preupgrade") == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('touch "$SYNOPKG_PKGVAR"\ntouch "$SYNOPKG_PKGVAR"\n', [1]),
        ('touch "${SYNOPKG_PKGVAR:-/x}"\n', []),
        ("SYNOPKG_PKGVAR=/x\ntouch $SYNOPKG_PKGVAR\n", []),
        ('if [ -n "$SYNOPKG_PKGVAR" ]; then\ntouch "$SYNOPKG_PKGVAR"\nfi\n', []),
        ('if [ "$SYNOPKG_DSM_VERSION_MAJOR" -ge 7 ]; then\ntouch "$SYNOPKG_PKGTMP"\nfi\n', []),
        ('echo "$SYNOPKG_PKGDEST_VOL"\n', []),
    ],
)
def test_variables_of_later_dsm(body: str, expected: list[int]) -> None:
    assert lines("S014", body, dsm="6.0:7.2") == expected


def test_a_variable_that_another_script_sets_is_set() -> None:
    files = {"postinst": HEAD + 'touch "$SYNOPKG_PKGVAR"\n', "common": "SYNOPKG_PKGVAR=/x\n"}
    assert problems("S014", files, dsm="6.0:7.2") == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('echo "--password=$wizard_pin" >>"$LOG"\n', [1]),
        ('echo "$wizard_pin" >"$SYNOPKG_TEMP_LOGFILE"\n', [1]),
        ('printf "%s" "$DB_PASSWORD" >&2\n', [1]),
        ("cat <<E >>/var/log/x\n$wizard_pin\nE\n", [1]),
        ('logger "$wizard_pin"\n', [1]),
        ('set -x\nmysql -p"$wizard_pin"\n', [1]),
        ('env >>"$SYNOPKG_TEMP_LOGFILE"\n', [1]),
        ('echo "$wizard_pin" | tool --password-stdin\n', []),
        ('hash=$(printf "%s" "$wizard_pin" | sha256sum)\n', []),
        ('echo "pin=$wizard_pin" >"$SYNOPKG_PKGVAR/settings.conf"\n', []),
        ('cat <<E >"$SYNOPKG_PKGVAR/settings.conf"\n$wizard_pin\nE\n', []),
        ('echo "$PASSWORD_FILE" "${#wizard_pin}" "${wizard_pin:+set}"\n', []),
        ("env A=b tool\nset -e\nenv | grep X\n", []),
    ],
)
def test_secrets(body: str, expected: list[int]) -> None:
    files = {"WIZARD_UIFILES/install_uifile": WIZARD % ("password", "wizard_pin"), "postinst": HEAD + body}
    assert [item.line - 1 for item in problems("S019", files)] == expected


@pytest.mark.parametrize(
    ("body", "fixed"),
    [
        ("cp $SYNOPKG_PKGDEST/a $SYNOPKG_PKGVAR/b\n", None),
        ("[ $SYNOPKG_PKG_STATUS = UPGRADE ]\n", '[ "$SYNOPKG_PKG_STATUS" = UPGRADE ]\n'),
        ("ls ${SYNOPKG_PKGDEST}/bin/x\n", 'ls "${SYNOPKG_PKGDEST}/bin/x"\n'),
        ("ls $SYNOPKG_PKGDEST/*.conf\n", 'ls "$SYNOPKG_PKGDEST"/*.conf\n'),
        ("ls $SYNOPKG_PKGDEST/$OTHER\n", 'ls "$SYNOPKG_PKGDEST"/$OTHER\n'),
        ("for x in $SYNOPKG_PKGDEST/*; do :; done\n", 'for x in "$SYNOPKG_PKGDEST"/*; do :; done\n'),
        ("ls $SYNOPKG_PKGDEST $SYNOPKG_PKGDEST\n", 'ls "$SYNOPKG_PKGDEST" "$SYNOPKG_PKGDEST"\n'),
        ('ls "é" $SYNOPKG_PKGDEST\n', 'ls "é" "$SYNOPKG_PKGDEST"\n'),
        ('ls "a `ls $SYNOPKG_PKGDEST`"\n', None),
        ("X=$SYNOPKG_PKGDEST\ncase $SYNOPKG_PKG_STATUS in a) ;; esac\necho a >$SYNOPKG_TEMP_LOGFILE\n", None),
    ],
)
def test_quotes(body: str, fixed: str | None) -> None:
    found = problems("S022", {"postinst": HEAD + body})
    if fixed is None:
        assert len(found) == body.count("cp ") * 2 + body.count("`") // 2
        assert all(item.fixable != ("`" in body) for item in found)
    else:
        assert [item.fixable for item in found] == [True]
        assert mended("S022", {"postinst": HEAD + body}) == (HEAD + fixed).encode()


def test_answers_of_the_user_are_not_quoted_by_us() -> None:
    found = problems("S022", {"postinst": HEAD + "mkdir $wizard_folder\nfor x in $wizard_list; do :; done\n"})
    assert [(item.severity, item.line, item.fixable) for item in found] == [(Severity.WARNING, 2, False)]


@pytest.mark.parametrize(
    ("body", "fixed"),
    [
        ("rm -rf $SYNOPKG_PKGDEST/*\n", 'rm -rf "${SYNOPKG_PKGDEST:?}"/*\n'),
        ("rm -r ${SYNOPKG_PKGDEST%/}/x\n", 'rm -r "${SYNOPKG_PKGDEST%/}"/x\n'),
    ],
)
def test_deleting_stops_where_a_variable_is_empty(body: str, fixed: str) -> None:
    assert mended("S012", {"postinst": HEAD + body}) == (HEAD + fixed).encode()
    assert lines("S012", 'rm -f $SYNOPKG_PKGDEST/x\nrm -rf "$SYNOPKG_PKGDEST"\nrm -r ${SYNOPKG_PKGDEST:?}\n') == []


# ---------------------------------------------------------------------------------------------- language


@pytest.mark.parametrize(
    ("first", "expected"),
    [("#!/bin/sh", 2), ("#!/bin/bash", 0), ("#!/usr/bin/env bash", 0), ("#!/bin/ash", 2), ("", 0)],
)
def test_bash_under_sh(first: str, expected: int) -> None:
    body = f"{first}\n[[ a ]]\n[[ b ]]\necho -e x\n"
    assert len(problems("S015", {"postinst": body}, dsm="6.0:7.2")) == expected
    assert problems("S015", {"postinst": body}) == []


@pytest.mark.parametrize(
    ("first", "fixed"),
    [("#!/bin/sh -e", "#!/bin/bash -e"), ("#! /bin/ash", "#!/bin/bash"), ("#!/usr/bin/env sh", "#!/bin/bash")],
)
def test_bash_is_named(first: str, fixed: str) -> None:
    assert mended("S015", {"postinst": first + "\n[[ a ]]\n"}, dsm="6.0:6.2") == (fixed + "\n[[ a ]]\n").encode()
    assert not problems("S015", {"postinst": first + "\n[[ a ]]\n"}, dsm="5.0:6.2")[0].fixable


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("if true; then\nexit 0\n", 1), ("case $1 in\na) exit 0 ;;\n", 1), ("echo 'a\nexit 0\n", 1), ("fi\n", 1),
        ("f() {\n", 1),
    ],
)  # fmt: skip
def test_syntax_errors(body: str, line: int) -> None:
    assert lines("S016", body) == [line]
    assert problems("S020", {"postinst": HEAD + body}) == []


@pytest.mark.parametrize(
    "body",
    ["exit 0\n)(\x01binary (\n", "exec tool\nmy ($x) = @_;\n", 'echo "${A:-x}" $(( 1 )) <<E\n(\nE\n', "local x=$1\n"],
)
def test_what_can_be_read(body: str) -> None:
    assert lines("S016", body) == []


def test_shellcheck_speaks_of_what_matters() -> None:
    quiet_ones = 'echo $SYNOPKG_PKGDEST "$wizard_x"\nX=1\n. ./helper\nlocal y=$(ls)\nread x\n'
    assert problems("S020", {"postinst": HEAD + quiet_ones}) == []
    found = problems("S020", {"postinst": HEAD + 'cd x\nrm y\nfor f in $@; do rm "$f/"*; done\n[ $a =~ b ]\n'})
    severities = {item.argument("code"): item.severity for item in found}
    assert severities["SC2164"] is Severity.WARNING
    spaceless = problems("S020", {"postinst": HEAD + "if !(true | grep -q x); then\nls\nfi\n"})
    assert {item.severity for item in spaceless} <= {Severity.WARNING}
    assert severities["SC2068"] is Severity.WARNING


def test_silenced_where_the_script_says_so() -> None:
    assert lines("S020", "# shellcheck disable=SC2164\ncd x\nrm y\n") == []


def test_scripts_of_the_payload() -> None:
    script = HEAD + "cd x\nrm y\n"
    few = {
        "package/bin/a.sh": script.replace("\n", "\r\n"),
        "package/ui/b.cgi": HEAD + "if x; then\n",
        "package/c.txt": "a\r\n",
    }
    assert [item.path for item in problems("S003", few)] == ["package/bin/a.sh"]
    assert [item.path for item in problems("S016", few)] == ["package/ui/b.cgi"]
    assert problems("S020", few) == []
    many = {f"package/lib/{number}.sh": "#!/bin/sh\r\n" for number in range(21)}
    assert problems("S003", many) == []


def test_other_languages_are_left_alone() -> None:
    text = "#!/usr/bin/python3\nif x:\n    sudo = rm\n"
    files = {"postinst": text, "start-stop-status": text}
    subject = Subject.of(package(files))
    found = check(subject, Options())
    assert [item.rule for item in found if item.rule.startswith("S")] == []


def test_many_scripts_are_read_once() -> None:
    body = "".join(f"if [ -e /tmp/{number} ]; then\n    cp a b{number}\nfi\n" for number in range(20))
    entries = package({f"helper{number}": f"{HEAD}# {number}\n{body}" for number in range(60)})
    subject = type("Folder", (), {"entries": entries})()
    first = find_problems(subject, quiet())
    start = time.process_time()
    assert find_problems(subject, quiet()) == first
    assert time.process_time() - start < 0.5


def test_a_script_with_an_archive_behind_it_is_not_read() -> None:
    """Reading megabytes takes minutes; and nothing is said about variables that it may set."""
    large = HEAD + "a=1; rm -rf $SYNOPKG_PKGVAR/x; sudo y\n" * 100_000
    started = time.perf_counter()
    entries = package({"postinst": large, "preinst": HEAD + 'echo "$wizard_x"\n'})
    found = {item.rule for item in check(Subject.of(entries))}
    assert time.perf_counter() - started < 5
    assert not found & {"S009", "S010", "S012"}


def test_a_redirection_alone_deletes_nothing() -> None:
    assert lines("S011", '>"$SYNOPKG_PKGVAR/log"\n', name="postuninst") == []
