"""Tests for the rules about how INFO is written and which keys it has, and for what their fixes leave alone."""

from __future__ import annotations

import pytest

from spkcore.checks.rulebook import Profile
from tests.unit.spkcore.checks.infotexts import find, ids, mended, text

# ------------------------------------------------------------------------------------------------ writing


def test_each_kind_of_bad_writing_has_its_place() -> None:
    data = b'\xef\xbb\xbfpackage="a"\r\nnonsense\nversion = "1-1"\narch=noarch\ndescription="\xe9"\n'
    data += b'beta="yes\nmodel="x" y\n'
    wanted = {
        ("I022", 1, 1),
        ("I023", 1, 12),
        ("I017", 2, 1),
        ("I016", 3, 1),
        ("I016", 4, 6),
        ("I020", 5, 14),
        ("I017", 6, 10),
        ("I017", 7, 10),
    }
    assert {(item.rule, item.line, item.column) for item in find(data)} >= wanted


def test_lines_that_cannot_be_read_are_joined_or_closed() -> None:
    broken = text().replace('"A tool that keeps', '"A tool\nthat keeps').replace('"Jane Doe"', '"Jane Doe')
    found = [problem for problem in find(broken) if problem.rule == "I017"]
    assert [(problem.line, problem.column, problem.field) for problem in found] == [
        (4, 20, "description"),
        (5, 1, ""),
        (7, 21, "maintainer"),
    ]
    assert mended(broken, "I017") == text()


def test_what_cannot_be_understood_is_not_called_fixable() -> None:
    found = find(text() + 'nonsense\nsupport_url="https://example.org" and more\n')
    assert [(problem.rule, problem.line, problem.column, problem.fixable) for problem in found] == [
        ("I017", 7, 1, False),
        ("I017", 8, 34, False),
    ]


def test_the_usual_form_keeps_the_value_and_every_other_line() -> None:
    odd = text(arch=None) + "arch = 'x86_64'  \n\n# note\nextractsize=123\n"
    assert [(problem.rule, problem.line, problem.column) for problem in find(odd)] == [("I016", 6, 1), ("I016", 6, 8)]
    assert mended(odd, "I016") == odd.replace("arch = 'x86_64'  ", 'arch="x86_64"')


def test_quotes_inside_values_become_single_ones() -> None:
    odd = text(description='Says \\"hello\\" and "bye" to everybody.')
    assert ids(find(odd)) == ["I018"]
    assert mended(odd, "I018") == text(description="Says 'hello' and 'bye' to everybody.")


def test_line_ends_and_mark_in_one_file() -> None:
    odd = "\ufeff" + text().replace("\n", "\r\n")
    assert [(problem.rule, problem.line, problem.column) for problem in find(odd)] == [("I022", 1, 1), ("I023", 1, 15)]
    assert mended(odd, "I023") == "\ufeff" + text()
    assert mended(odd, "I022") == odd.removeprefix("\ufeff")


def test_old_code_pages_are_read_by_the_language_of_the_key() -> None:
    data = text().encode()
    data += 'description_fre="Été à la française"\n'.encode("cp1252") + 'description_rus="Привет"\n'.encode("cp1251")
    data += 'description_jpn="日本語の説明"\n'.encode("cp932") + 'displayname_ger="Für „Spaß“"\n'.encode("cp1252")
    found = [problem for problem in find(data) if problem.rule == "I020"]
    assert [problem.line for problem in found] == [7, 8, 9, 10]
    assert (found[0].field, found[0].column) == ("description_fre", 18)
    result = mended(data, "I020")
    for wanted in ("Été à la française", "Привет", "日本語の説明", "Für „Spaß“"):
        assert wanted in result


@pytest.mark.parametrize("lost", ["???? ??", "a ??? b", "Schl\ufffdssel", "what????"])
def test_lost_letters(lost: str) -> None:
    assert ids(find(text(displayname=lost))) == ["I021"]


@pytest.mark.parametrize(
    "fine", ["What?", "Really???", "Was? Wie?", "„Gruß“ MENÜ” ÄÖÜß", "à la « carte »", "日本語", "Ελλάδα"]
)
def test_letters_that_are_right(fine: str) -> None:
    assert find(text(displayname=fine)) == []


@pytest.mark.parametrize("right", ["für Größe", "Été – “cité”", "Привет", "日本語", "zażółć"])
def test_letters_that_were_converted_twice_are_repaired(right: str) -> None:
    raw = right.encode()
    wrong = "".join(
        bytes([byte]).decode("cp1252", "replace") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte) for byte in raw
    )
    found = [problem for problem in find(text(displayname=wrong)) if problem.rule == "I054"]
    assert [problem.field for problem in found] == ["displayname"]
    assert mended(text(displayname=wrong), "I054") == text(displayname=right)


def test_the_message_shows_the_word_that_was_converted_twice() -> None:
    found = find(text(displayname="Mein Gerät für Ärzte".encode().decode("cp1252")))
    assert "'GerÃ¤t' was probably 'Gerät'" in found[0].message
    assert found[0].column == len('displayname="Mein Ger') + 1


def test_the_last_of_several_lines_stays() -> None:
    twice = 'arch="x86_64"\n' + text()
    assert [(problem.rule, problem.line, problem.field) for problem in find(twice)] == [("I024", 1, "arch")]
    assert mended(twice, "I024") == text()


# ------------------------------------------------------------------------------------------------ keys


@pytest.mark.parametrize(
    ("key", "rule", "meant"),
    [
        ("install_dep_package", "I025", "install_dep_packages"),
        ("maintainer_ur", "I025", "maintainer_url"),
        ("SUPPORT_URL", "I025", "support_url"),
        ("description_de", "I026", "description_ger"),
        ("description_fra", "I026", "description_fre"),
        ("displayname_FRE", "I026", "displayname_fre"),
        ("description_xyz", "I026", ""),
        ("mystery", "I025", ""),
        ("size", "I025", ""),
    ],
)
def test_names_that_dsm_does_not_know(key: str, rule: str, meant: str) -> None:
    value = "https://example.org" if "ur" in key.lower() else "a"
    found = find(text(**{key: value}))
    assert [(problem.rule, problem.field, problem.column, problem.fixable) for problem in found] == [
        (rule, key, 1, bool(meant))
    ]
    assert (f"'{meant}' is probably meant" in found[0].message) == bool(meant)
    assert mended(text(**{key: value}), rule) == text(**{meant or key: value})


def test_a_key_is_not_renamed_onto_another() -> None:
    found = find(text(install_dep_package="a", install_dep_packages="b"))
    assert [(problem.rule, problem.fixable) for problem in found] == [("I025", False)]


def test_old_keys_are_outdated_only_when_no_target_needs_them() -> None:
    old = text(os_min_ver=None, firmware="6.2-23739", startable="no", support_conf_folder="yes")
    found = find(old, profile=Profile.PUBLICATION)
    assert [(problem.rule, problem.field) for problem in found] == [
        ("I013", "firmware"),
        ("I013", "startable"),
        ("I013", "support_conf_folder"),
    ]
    wanted = text(os_min_ver=None) + 'os_min_ver="6.2-23739"\nctl_stop="no"\n'
    assert sorted(mended(old, "I013").splitlines()) == sorted(wanted.splitlines())
    assert find(text(os_min_ver="6.0-7321", firmware="6.0-7321", startable="no"), profile=Profile.PUBLICATION) == []


def test_of_two_keys_that_disagree_the_new_one_counts_where_every_target_reads_it() -> None:
    both = {"startable": "yes", "ctl_stop": "no"}
    assert mended(text(**both), "I014") == text(ctl_stop="no")
    old = text(os_min_ver="5.2-5565", **both)
    assert [problem.fixable for problem in find(old) if problem.rule == "I014"] == [False]
    assert find(text(startable="no", ctl_stop="no")) == []


@pytest.mark.parametrize(
    ("low", "keys", "expected"),
    [
        ("7.0-40000", {"dsmapppage": "main"}, []),
        ("6.2-23739", {"dsmapppage": "main"}, ["I052"]),
        ("6.0-7321", {"ctl_stop": "no"}, ["I052"]),
        ("6.0-7321", {"ctl_stop": "no", "startable": "no"}, []),
        ("6.2-23739", {"dsmapppage": ""}, []),
    ],
)
def test_keys_that_are_too_new(low: str, keys: dict[str, str], expected: list[str]) -> None:
    assert ids(find(text(os_min_ver=low, **keys))) == expected


def test_the_english_text_serves_the_other_languages() -> None:
    only = text(displayname_ger="Werkzeug", displayname_enu="Tool")
    assert [(problem.rule, problem.field, problem.line) for problem in find(only)] == [("I027", "displayname", 7)]
    assert 'displayname="Tool"\n' in mended(only, "I027")
    assert [problem.fixable for problem in find(text(displayname_ger="Werkzeug"))] == [False]
