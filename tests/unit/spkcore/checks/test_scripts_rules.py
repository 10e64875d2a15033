"""Tests of the rules about scripts as files, their status and their commands: odd cases, and what they leave alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spkcore.checks.engine import Options, check
from spkcore.checks.fixes import fixes
from spkcore.checks.rules import scripts_places
from spkcore.checks.subject import Subject
from spkcore.package.entries import Attributes, Entry, Kind, file_entry
from spkcore.package.findings import Severity
from tests.unit.spkcore.checks.scripttexts import HEAD, INFO, lines, mended, package, problems

# ---------------------------------------------------------------------------------------------- files


def test_old_dsm_is_only_asked_for_by_the_guide() -> None:
    entries = package({}, INFO.replace(b"7.0-40000", b"6.0-7321"))
    del entries["scripts/preupgrade"]
    found = check(Subject.of(entries), Options(only=frozenset({"S001", "S002"})))
    assert [(item.rule, item.path) for item in found] == [("S002", "scripts/preupgrade")]


def test_a_link_is_there_and_a_folder_is_not() -> None:
    entries = package({})
    entries["scripts/preupgrade"] = Entry(Kind.SYMLINK, target="preinst")
    entries["scripts/postupgrade"] = Entry(Kind.DIRECTORY)
    found = check(Subject.of(entries), Options(only=frozenset({"S001"})))
    assert [item.path for item in found] == ["scripts/postupgrade"]


def test_line_ends_and_marks_of_what_is_no_script_do_not_matter() -> None:
    files: dict[str, str | bytes] = {
        "notes.txt": "a\r\n",
        "data.json": b"\xef\xbb\xbf{}\r\n",
        "helper": "a\r\n",
        "tool.py": "#!/usr/bin/python3\r\n",
    }
    assert [item.path for item in problems("S003", files)] == ["scripts/helper", "scripts/tool.py"]
    assert problems("S021", files) == []


@pytest.mark.parametrize(
    ("data", "fixed"),
    [
        (b"exit 0\n", b"#!/bin/sh\nexit 0\n"),
        (b"exit 0\r\n", b"#!/bin/sh\r\nexit 0\r\n"),
        (b"", b"#!/bin/sh\n"),
        (b"\n\n#!/bin/bash\nexit 0\n", b"#!/bin/bash\nexit 0\n"),
        (b"\xef\xbb\xbfexit 0\n", b"\xef\xbb\xbf#!/bin/sh\nexit 0\n"),
    ],
)
def test_a_shell_is_named(data: bytes, fixed: bytes) -> None:
    assert mended("S004", {"postinst": data}) == fixed


def test_a_script_behind_a_byte_order_mark_names_its_shell() -> None:
    assert problems("S004", {"postinst": b"\xef\xbb\xbf#!/bin/sh\n"}) == []


def test_modes() -> None:
    entries = package({})
    for name, mode in (("preinst", 0o100644), ("postinst", 0o600), ("preuninst", 0o700), ("helper", 0o644)):
        entries[f"scripts/{name}"] = replace(file_entry(b"#!/bin/sh\n"), attributes=Attributes(mode))
    found = check(Subject.of(entries), Options(only=frozenset({"S005"})))
    assert [(item.path, item.argument("mode")) for item in found] == [
        ("scripts/preinst", "0644"),
        ("scripts/postinst", "0600"),
    ]
    for item, mode in zip(found, (0o100755, 0o700), strict=True):
        change = fixes()["S005"](Subject.of(entries), item)
        assert change is not None
        after = change.edits[0].after
        assert after is not None
        assert after.attributes is not None
        assert after.attributes.mode == mode


@pytest.mark.parametrize("name", ["postinst.sh", "PostInst", "post-inst", "post_inst.bash"])
def test_names_that_are_nearly_right(name: str) -> None:
    entries = package({name: HEAD})
    assert check(Subject.of(entries), Options(only=frozenset({"S026"}))) == []  # the right one is there, too
    del entries["scripts/postinst"]
    found = check(Subject.of(entries), Options(only=frozenset({"S026"})))
    assert [(item.path, item.argument("meant")) for item in found] == [(f"scripts/{name}", "postinst")]


# ---------------------------------------------------------------------------------------------- start-stop-status


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("exit 0\n", "start, stop, status"),
        ('case "$1" in\nst*) exit 0 ;;\nesac\n', None),
        ('if [ "$1" = start ] || [ "$1" = stop ]; then exit 0; fi\n', "status"),
        ('start() { :; }\nstop() { :; }\nstatus() { :; }\n"$1"\n', None),
        ('. "$(dirname "$0")/branches"\n', None),
        (". /var/packages/other/target/functions\n", None),
        ("case $1 in\n*) exit 0 ;;\nesac\n", "start, stop, status"),
    ],
)
def test_branches(text: str, missing: str | None) -> None:
    files = {"start-stop-status": HEAD + text, "branches": "case $1 in start) ;; stop) ;; status) ;; esac\n"}
    found = problems("S006", files)
    assert [item.argument("missing") for item in found] == ([missing] if missing else [])


def test_a_package_that_cannot_be_stopped_needs_no_branches() -> None:
    assert lines("S006", "exit 0\n", name="start-stop-status", info=INFO + b'ctl_stop="no"\n') == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("start) : ;;\n*) exit 1 ;;", [4]),
        ("start) : ;;\nprestart | prestop) : ;;\n*) exit 1 ;;", []),
        ("start) : ;;\npre*) : ;;\n*) exit 1 ;;", []),
        ("start) : ;;\n*) exit 0 ;;", []),
        ("red) : ;;\n*) exit 1 ;;", []),
    ],
)
def test_prestart(text: str, expected: list[int]) -> None:
    body = f'case "$1" in\n{text}\nesac\n'
    assert [line + 1 for line in lines("S007", body, name="start-stop-status")] == expected
    assert lines("S007", body, name="start-stop-status", info=INFO + b'precheckstartstop="no"\n') == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exit 3", []),
        ("exit 150", []),
        ("exit 5", ["exit 5"]),
        ("if x; then exit 0; else exit 1; fi", ["exit 1"]),
        ("[ -e pid ] && exit 1; exit 3", []),
        ("running\nexit $?", ["return 1"]),
        ("running", ["return 1"]),
        ("if running; then exit 0; fi\nexit 3", []),
        ("fail", ["exit 9"]),
        ('x=$(exit 7); exit "$code"', []),
    ],
)
def test_status_codes(text: str, expected: list[str]) -> None:
    helpers = "running() { kill -0 1 && return 0\nreturn 1\n}\nfail() {\nexit 9\n}\n"
    body = f'{helpers}case "$1" in\nstatus)\n{text}\n;;\nesac\n'
    found = problems("S008", {"start-stop-status": HEAD + body})
    rows = (HEAD + body).splitlines()
    assert [rows[item.line - 1][item.column - 1 :].split(";")[0] for item in found] == expected


@pytest.mark.parametrize(
    ("body", "variant"),
    [
        ("[ -e x ] && rm x\n", "and"),
        ("grep -q a b\n", "last"),
        ("if x; then\n[ -d y ]\nfi\n", "last"),
        ("f() { test -e x; }\nf\n", "last"),
        ("[ -e x ] && rm x\nexit 0\n", ""),
        ("[ -e x ] || mkdir x\n", ""),
        ("cp a b\n", ""),
        ("tool &\n", ""),
        ("exec grep a b\n", ""),
        (". ./helper\n", ""),
        ("[ -e x ] && exit 3\nmain\n", ""),
    ],
)
def test_endings(body: str, variant: str) -> None:
    found = problems("S024", {"postinst": HEAD + body})
    assert ["and" if "what follows" in item.message else "last" for item in found] == ([variant] if variant else [])


def test_a_status_script_may_end_with_a_question() -> None:
    assert lines("S024", '[ "$1" = status ]\n', name="start-stop-status") == []


# ---------------------------------------------------------------------------------------------- commands and places


@pytest.mark.parametrize(
    ("rule", "body", "expected"),
    [
        ("S009", "sudo rm x\n/usr/syno/sbin/synouser --add a\nSU=sudo\n$SU x\n", [1, 2, 4]),
        ("S009", "chown -R root:root x\nchown tool x\nchown $USER x\nchown -h http: y\n", [1, 4]),
        ("S009", "synouser --get a\nsynoacltool -get x\nmount\nmount /dev/x /mnt\n", [4]),
        ("S009", 'if [ "$SYNOPKG_DSM_VERSION_MAJOR" -lt 7 ]; then\nsynouser --add a\nfi\nsynouser --add b\n', [4]),
        ("S009", '[ "$SYNOPKG_DSM_VERSION_MAJOR" -ge 7 ] && exit 0\nsynouser --add a\n', []),
        ("S009", 'old() {\nsynouser --add a\n}\nif [ "$(id -u)" = 0 ]; then old; fi\n', []),
        ("S009", "old() {\nsynouser --add a\n}\nold\n", [2]),
        (
            "S009",
            'f() {\nif [ "$SYNOPKG_DSM_VERSION_MAJOR" -eq 7 ]; then\nreturn\nfi\nmknod a c 1 2\n}\nf\nmknod b c 1 2\n',
            [8],
        ),
        ("S009", "postinst() {\nsudo x\n}\n`basename $0`\n", [2]),
        ("S009", "sudo() { :; }\nsudo x\n", []),
        ("S009", "echo a >/etc/x\nC=/etc/y\nsed -i s/a/b/ $C/z\ncat /etc/VERSION >b\ncp /etc/a .\n", [1, 3]),
        ("S009", "echo 'sudo x'\n# sudo x\ncat <<E\nsudo\nE\n", []),
        ("S017", "synoservice --restart x\n/usr/syno/etc/rc.d/S99x.sh start\nservicetool --conf-x\n", [1, 2]),
        ("S017", "T=/bin/servicetool\n$T --install-configure-file --package x\nsudo synoservicectl --stop y\n", [2, 3]),
        ("S017", "if command -v synoservice; then\nsynoservice --restart x\nfi\n", []),
        ("S023", "cp a /usr/bin/b\nmkdir -p /usr/local/x\nln -s a /lib/b\nrm -rf /\ntouch /mark\n", [1, 2, 3, 4, 5]),
        ("S023", 'touch "$SYNOPKG_PKGVAR/x" /volume1/x /tmp/x /dev/null "/volume$N/x" "/$X" "//x"\n', []),
        ("S023", "echo a >/var/packages/tool/var/x 2>/dev/null\necho b >/var/log/packages/x\ncp /usr/bin/a .\n", []),
        ("S023", "echo a >/usr/x\necho b >>/usr/x\n", [1]),
        ("S025", "synosystemctl restart apache-web\nsynosystemctl restart nginx\nsystemctl stop pkgctl-tool\n", [1]),
        ("S025", "echo samba\nsystemctl restart samba.service\n", [2]),
        ("S013", 'cp /var/packages/other/target/a .\nP=/var/packages/third/var\ncat "$P/x"\n', [1, 2]),
        ("S013", "ls /var/packages/tool/target /var/packages/$X/var /var/packages/*/etc /var/packages/PHP8/var\n", []),
    ],
)  # fmt: skip
def test_commands(rule: str, body: str, expected: list[int]) -> None:
    assert lines(rule, body) == expected


def test_root_is_no_error_where_older_dsm_is_served_too() -> None:
    found = problems("S009", {"postinst": HEAD + "sudo x\n"}, dsm="6.2:7.2")
    assert [item.severity for item in found] == [Severity.WARNING]
    assert lines("S009", "sudo x\n", dsm="6.2") == []


def test_packages_before_dsm7_may_use_usr_local() -> None:
    body = "ln -s a /usr/local/b\necho a >/etc/x\ncp a /usr/bin/b\n"
    assert lines("S023", body, dsm="6.0:6.2") == [2, 3]
    assert lines("S025", "synoservice --restart nginx\nsynoservice --restart apache-web\n", dsm="6.0:6.2") == [2]


def test_packages_that_info_names_are_no_others() -> None:
    assert lines("S013", "ls /var/packages/other/target\n", info=INFO + b'install_dep_packages="other>1.0"\n') == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "system"), ("/x", "system"), ("/volume1", "free"), ("/volumeUSB1/x", "free"), ("/etc", "etc"),
        ("/etc/../tmp/x", "free"), ("/usr/local/bin/x", "local"), ("/var/log/x", "local"),
        ("/var/log/packages/x", "free"), ("/usr/syno/etc/x", "system"), ("/other/x", "free"),
    ],
)  # fmt: skip
def test_places(path: str, kind: str) -> None:
    assert scripts_places.place_kind(path) == kind


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (b"#!/bin/sh\r\ntr -d '\r' <a\r\n", b"#!/bin/sh\ntr -d '\r' <a\n"),
        (b"#!/bin/sh\nexit 0\r\r\n", b"#!/bin/sh\nexit 0\n"),
        (b"#!/bin/sh\rexit 0\r", b"#!/bin/sh\nexit 0\n"),
    ],
)
def test_line_ends_are_mended_and_nothing_else(text: bytes, after: bytes) -> None:
    assert mended("S003", {"postinst": text}) == after
    assert problems("S003", {"postinst": after}) == []


def test_utf16_is_read_as_what_it_is() -> None:
    text = "#!/bin/sh\necho Grün\n"
    assert mended("S021", {"postinst": text.encode("utf-16")}) == text.encode()
    wizard = {"WIZARD_UIFILES/install_uifile.sh": text.encode("utf-16")}
    assert [len(problems(rule, wizard)) for rule in ("S021", "S004")] == [1, 0]
    assert problems("S021", {"tool": b"\x7fELF\0"}) == []
