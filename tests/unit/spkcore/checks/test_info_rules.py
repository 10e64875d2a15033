"""Tests for the rules about INFO's values, and INFO and the rest: edge cases, places, guards against false alarms."""

from __future__ import annotations

import pytest

from spkcore.archive.identify import ArchiveKind, Identity
from spkcore.archive.tarstream import Member
from spkcore.base.tasks import quiet
from spkcore.checks.engine import Options, check
from spkcore.checks.rulebook import Profile, rules
from spkcore.checks.subject import SpkFacts, Subject
from spkcore.package.entries import Attributes, file_entry
from spkcore.package.findings import Severity
from spkcore.package.infokeys import InfoKey, info_keys
from tests.unit.spkcore.checks.infotexts import INFO_RULES, find, ids, mended, subject_of, text


def test_a_sound_info_has_no_problem_in_any_profile() -> None:
    served = text(displayname="Tool")
    assert all(find(served, profile=profile) == [] for profile in (Profile.DSM, Profile.GUIDE, Profile.PUBLICATION))
    assert find(served, profile=Profile.SPKREPO) == []


def test_a_missing_or_unreadable_info_is_another_rules_matter() -> None:
    assert check(Subject.of({}), Options(only=INFO_RULES)) == []
    assert ids(find(b"")) == ["I001"] * 2 + ["I002"] * 4


# ------------------------------------------------------------------------------------------------ every key's value

BAD: dict[str, str] = {
    "bool": "perhaps",
    "int": "many",
    "version": "first",
    "url": "somewhere",
    "deps": "a,b",
    "base64": "?!",
}


def _bad_value(key: InfoKey) -> str:
    if key.choices == "architectures":
        return "z80"
    if key.choices == "services":
        return "nothing"
    if key.values or key.pattern or key.item_pattern:
        return ":no:"
    return BAD.get(key.type, "")


@pytest.mark.parametrize("key", [key for key in info_keys().values() if _bad_value(key)], ids=lambda key: key.name)
def test_a_bad_value_is_shown_at_its_field(key: InfoKey) -> None:
    info = text(**{key.name: _bad_value(key)})
    found = [problem for problem in find(info) if problem.field == key.name and problem.line]
    line = next(number for number, row in enumerate(info.splitlines(), 1) if row.startswith(f"{key.name}="))
    assert found
    assert {(problem.path, problem.line) for problem in found} == {("INFO", line)}
    assert any(problem.column > len(key.name) + 2 for problem in found)


@pytest.mark.parametrize("key", [key for key in info_keys().values() if key.required != "no"], ids=lambda key: key.name)
def test_a_missing_key_is_shown_at_its_field(key: InfoKey) -> None:
    found = [problem for problem in find(text(**{key.name: None})) if problem.field == key.name]
    assert ids(found) == ["I001" if key.required == "always" else "I002"]
    assert found[0].line == 0
    assert found[0].severity is (Severity.WARNING if key.name == "arch" else Severity.ERROR)


# ------------------------------------------------------------------------------------------------ versions


@pytest.mark.parametrize(
    ("keys", "dsm", "expected"),
    [
        ({"os_min_ver": "6.2-23739"}, "7.2", ["I008"]),
        ({"os_min_ver": "6.2-23739", "os_max_ver": "7.2-79999"}, "", ["I008"]),
        ({"os_min_ver": "6.2-23739"}, "6.2", []),
        ({"os_min_ver": None, "firmware": "6.2-23739"}, "7.1", ["I008"]),
        ({"os_min_ver": None, "firmware": "7.0-40000"}, "7.1", []),
        ({"os_min_ver": "7.0-39999"}, "", ["I008"]),
        ({"os_min_ver": "7.0"}, "", ["I009"]),
        ({"os_min_ver": "8.0-90000"}, "7.2", ["I008"]),
        ({"os_min_ver": "8.0-90000"}, "", []),
        ({"os_min_ver": "7.2.1-69057"}, "7.2", []),
        ({"os_min_ver": "7.2-64570"}, "7.1", ["I057"]),
        ({"os_min_ver": "7.2-64570"}, "7.1-7.3", []),
        ({"os_max_ver": "7.1-42661"}, "7.2", ["I057"]),
        ({"os_max_ver": "7.1"}, "7.1", ["I009"]),
        ({"os_max_ver": ""}, "", []),
        ({}, "6.2", ["I057"]),
        ({"os_min_ver": "7.1-42661", "os_max_ver": "7.1"}, "", ["I009"]),
    ],
)
def test_the_range_of_dsm_versions(keys: dict[str, str | None], dsm: str, expected: list[str]) -> None:
    versions = [
        problem for problem in find(text(**keys), dsm=dsm) if problem.field in {"os_min_ver", "os_max_ver", "firmware"}
    ]
    assert ids(versions) == expected


def test_the_verdict_can_rely_on_the_code() -> None:
    assert rules()["I008"].code == rules()["I001"].code == rules()["I002"].code == 261
    assert rules()["I008"].dsm == rules()["I002"].dsm == ">=7.0"


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.2.3-0004", []),
        ("1_2-3", []),
        ("1.0", ["I006"]),
        ("1.0b", ["I005"]),
        ("1..0-1", ["I005"]),
        ("v1-1", ["I005"]),
        ("1.0-2147483647", []),
        ("1.0-2147483648", ["I007"]),
        ("1.0-0000000000001", []),
        ("9" * 40 + "-1", ["I007"]),
    ],
)
def test_versions_of_packages(version: str, expected: list[str]) -> None:
    assert ids(find(text(version=version))) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [("7.0", "7.0-40000"), ("6.1", "6.1-15047"), ("7.2", "7.2-64570"), ("7.2.1", "7.2-69057"), ("5.9", "5.9")],
)
def test_a_lowest_version_is_completed_where_its_first_build_is_known(before: str, after: str) -> None:
    assert f'os_min_ver="{after}"' in mended(text(os_min_ver=before), "I009")
    assert 'os_max_ver="7.2"' in mended(text(os_max_ver="7.2"), "I009")


# ------------------------------------------------------------------------------------------------ values


@pytest.mark.parametrize(
    ("value", "after"), [("true", "yes"), ("1", "yes"), ("YES", "yes"), ("Off", "no"), ("0", "no"), ("maybe", "maybe")]
)
def test_yes_and_no(value: str, after: str) -> None:
    found = find(text(support_move=value))
    assert [(problem.rule, problem.fixable) for problem in found] == [("I015", value != after)]
    assert mended(text(support_move=value), "I015") == text(support_move=after)


@pytest.mark.parametrize(
    ("arch", "dsm", "expected"),
    [
        ("x86_64", "", []),
        ("apollolake z80", "", [("I033", Severity.WARNING, 18)]),
        ("z80 pdp11", "", [("I033", Severity.ERROR, 7), ("I033", Severity.ERROR, 11)]),
        ("aarch64 apollolake", "", [("I034", Severity.WARNING, 7)]),
        ("aarch64 z80", "", [("I034", Severity.ERROR, 7), ("I033", Severity.WARNING, 15)]),
        ("  apollolake ", "", []),
    ],
)
def test_platforms(arch: str, dsm: str, expected: list[tuple[str, Severity, int]]) -> None:
    found = find(text(arch=arch), dsm=dsm)
    assert [(problem.rule, problem.severity, problem.column) for problem in found] == expected


def test_leaving_out_every_platform() -> None:
    found = find(text(arch="x86_64", exclude_arch="noarch"))
    assert [(problem.rule, problem.field, problem.severity) for problem in found] == [
        ("I033", "exclude_arch", Severity.WARNING)
    ]


def test_families_are_named_one_by_one_for_dsm_6_only() -> None:
    old = text(arch="armv5 qoriq x64", os_min_ver="6.2-23739")
    assert ids(find(old)) == ["I035", "I034"]
    assert 'arch="88f6281 qoriq x86 bromolow' in mended(old, "I034")
    assert 'arch="armv8"' in mended(text(arch="arm64"), "I034")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a, b", "a:b"),
        ("a=>1.0:b=<2", "a>=1.0:b<=2"),
        ("a b>=2.0", "a:b>=2.0"),
        ("a >= 1.0 b", "a>=1.0:b"),
        (":a::b:", "a:b"),
        ("a==1", "a=1"),
        ("a>=:b", ""),
    ],
)
def test_dependencies(before: str, after: str) -> None:
    found = find(text(install_dep_packages=before))
    assert [(problem.rule, problem.field, problem.fixable) for problem in found] == [
        ("I038", "install_dep_packages", bool(after))
    ]
    assert mended(text(install_dep_packages=before), "I038") == text(install_dep_packages=after or before)


@pytest.mark.parametrize(
    "fine", ["WebStation>=3.0.0-0323:PHP8.2", "a>2.2: b", "erlang>=26.0:erlang<26.3", "Node.js_v22"]
)
def test_sound_dependencies(fine: str) -> None:
    assert find(text(install_dep_packages=fine)) == []


@pytest.mark.parametrize(
    ("keys", "dsm", "expected"),
    [
        ({"start_dep_services": "ssh"}, "", [("I039", True)]),
        ({"start_dep_services": "ssh"}, "6.2", [("I057", False)]),
        ({"start_dep_services": "salt-master", "install_dep_packages": "salt-master"}, "", [("I039", False)]),
        ({"start_dep_services": "pgsql pkg-foo.service my.socket"}, "", []),
        ({"instuninst_restart_services": "mdns"}, "", [("I040", True)]),
        ({"instuninst_restart_services": "samba"}, "", [("I040", False)]),
        ({"instuninst_restart_services": "avahi.service pkgctl-X"}, "", []),
        ({"instuninst_restart_services": "nginx.service", "install_reboot": "yes"}, "", [("I041", False)]),
        ({"startstop_restart_services": "nginx.service", "ctl_stop": "no"}, "", [("I041", False)]),
        ({"instuninst_restart_services": "nginx.service", "ctl_stop": "no"}, "", []),
    ],
)
def test_services(keys: dict[str, str], dsm: str, expected: list[tuple[str, bool]]) -> None:
    assert [(problem.rule, problem.fixable) for problem in find(text(**keys), dsm=dsm)] == expected


def test_services_are_renamed_only_where_no_old_dsm_is_served() -> None:
    old = text(instuninst_restart_services="cron nginx", os_min_ver="6.2-23739", os_max_ver="7.2-79999")
    assert [problem.fixable for problem in find(old) if problem.rule == "I040"] == [False, False]
    new = text(instuninst_restart_services="cron nginx crond.service")
    assert 'restart_services="crond.service nginx.service"' in mended(new, "I040")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"adminport": "0"}, ["I042"]),
        ({"adminport": "80a"}, ["I042"]),
        ({"adminport": "8080", "adminurl": "x"}, []),
        ({"dsmuidir": "app1:ui1 app2:ui2"}, []),
        ({"install_type": "system_hidden"}, []),
        ({"package": "my tool"}, ["I003"]),
        ({"package": "Node.js_v22"}, []),
        ({"model": "synology_bromolow_3612xs DS918+"}, ["I061"]),
        ({"maintainer_url": "http://example.org"}, []),
        ({"auto_upgrade_from": "1.0-1", "silent_upgrade": "yes"}, []),
    ],
)
def test_other_values(keys: dict[str, str], expected: list[str]) -> None:
    assert ids(find(text(**keys))) == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"description": "Short."}, ["I049"]),
        ({"description": "x" * 1001}, ["I053"]),
        ({"description": "First line<br>second line of it."}, ["I053"]),
        ({"description": "1 < 2 and 3 > 2, always and ever."}, []),
        ({"adminport": "443"}, ["I043"]),
        ({"adminport": "443", "checkport": "no"}, []),
        ({"report_url": "https://example.org"}, ["I045"]),
        ({"helpurl": "ftp://example.org"}, ["I047"]),
        ({"displayname": "Cash $$$"}, ["I019"]),
    ],
)
def test_publication(keys: dict[str, str], expected: list[str]) -> None:
    assert ids(find(text(**keys), profile=Profile.PUBLICATION)) == expected


def test_letters_that_no_screen_shows_do_not_reach_messages() -> None:
    found = find(text().encode() + b'beta="\xff\xfe"\nmystery\xff="x"\n')
    assert all(problem.message.encode() for problem in found)


# ------------------------------------------------------------------------------------------------ INFO and the rest

WIZARD = b'[{"items": [{"type": "textfield", "subitems": [{"key": "folder", "desc": "Where?"}]}]}]'


@pytest.mark.parametrize(
    ("script", "found"),
    [
        (b'mkdir "$folder"\n', True),
        (b"cp x ${folder}/y\n", True),
        (b'mkdir "${folder:-/tmp}"\n', False),
        (b'[ -z "$folder" ] && folder=/tmp\nmkdir "$folder"\n', False),
        (b'if [ "$folder" = "true" ]; then exit 0; fi\n', False),
        (b'if [ true = "${folder}" ]; then exit 0; fi\n', False),
        (b'case "$folder" in a) exit 0;; esac\n', False),
        (b"exit 0\n", False),
    ],
)
def test_silent_installation_and_the_answers_of_the_wizard(script: bytes, *, found: bool) -> None:
    files = {"WIZARD_UIFILES/install_uifile": WIZARD, "scripts/postinst": b"#!/bin/sh\n" + script}
    problems = find(text(silent_install="yes"), files=files)
    assert [(problem.rule, problem.field) for problem in problems] == ([("I048", "silent_install")] if found else [])
    assert find(text(silent_install="no"), files=files) == find(text(silent_upgrade="yes"), files=files) == []


def facts(*sizes: int) -> SpkFacts:
    members = tuple(Member(f"f{size}", f"f{size}", "file", size, Attributes(0o644)) for size in sizes)
    return SpkFacts(Identity(ArchiveKind.SPK, "", ""), members[:1], members, payload_md5="a" * 32)


@pytest.mark.parametrize(
    ("low", "value", "sizes", "is_wrong"),
    [
        ("7.0-40000", 20_000, (20 << 20,), False),
        ("7.0-40000", 20 << 20, (20 << 20,), True),
        ("7.0-40000", 100, (20 << 20,), True),
        ("7.0-40000", 40_000, (100,) * 10_000, False),
        ("7.0-40000", 1, (10,), False),
        ("5.2-5565", 20 << 20, (20 << 20,), False),
        ("5.2-5565", 20 << 10, (20 << 20,), True),
    ],
)
def test_space_needed(low: str, value: int, sizes: tuple[int, ...], *, is_wrong: bool) -> None:
    entries = {"INFO": file_entry(text(os_min_ver=low, extractsize=str(value)).encode())}
    subject = Subject.of(entries, spk=facts(*sizes), context=quiet())
    found = check(subject, Options(only=frozenset({"I029", "I030", "I031", "I032"})))
    assert [problem.field for problem in found] == ["extractsize"] * is_wrong


def test_checksum() -> None:
    def of(**keys: str) -> list[str]:
        subject = Subject.of({"INFO": file_entry(text(**keys).encode())}, spk=facts(10), context=quiet())
        return ids(check(subject, Options(Profile.SPKREPO, only=frozenset({"I029", "I030", "I032"}))))

    assert of(checksum="a" * 32, extractsize="4") == []
    assert of(checksum="b" * 32, extractsize="4") == ["I029"]
    assert sorted(of()) == ["I030", "I032"]


def test_rules_about_info_run_again_only_when_info_changes() -> None:
    subject = subject_of(text(version="1.0b"))
    first = check(subject, Options(only=INFO_RULES))
    again = check(Subject.of(dict(subject.entries)), Options(only=INFO_RULES))
    assert first == again
    assert ids(check(subject_of(text()), Options(only=INFO_RULES))) == []
