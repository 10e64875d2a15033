"""Tests of finding and renaming the keys of wizards where scripts, conf and other wizards use them."""

from __future__ import annotations

import pytest

from spkcore.checks.wizarduses import key_uses, near, renamed_key, renamed_uses
from spkcore.package.changes import apply
from spkcore.package.entries import Entry, file_entry
from spkcore.package.jsontext import parse

SCRIPT = b"""#!/bin/sh\r
PORT="${WIZ_P:-80}"
WIZ_P=3 WIZ_PX=1 # WIZ_P in words
export WIZ_P
echo "a $WIZ_P b" 'x $WIZ_P'
cat <<E
$WIZ_P
E
[ -n "$WIZ_P" ] && unset WIZ_P\r
"""
OTHER = (
    '[{"activate_v2": "{ getComponent(\\"WIZ_P\\") }", "items":'
    ' [{"type": "textfield", "subitems": [{"key": "WIZ_P", "desc": "ä WIZ_P"}]}]}]'
).encode()
PRINTED = b"""#!/bin/sh
cat >"$SYNOPKG_TEMP_LOGFILE" <<'E'
[{"items": [{"type": "textfield", "subitems": [{"key": "WIZ_P"}]}]}]
E
"""


def _entries() -> dict[str, Entry]:
    return {
        "scripts/postinst": file_entry(SCRIPT),
        "conf/resource": file_entry(b'{"port": "{{WIZ_P}}", "x": "WIZ_P"}'),
        "WIZARD_UIFILES/install_uifile": file_entry(OTHER),
        "WIZARD_UIFILES/install_uifile_ger": file_entry(OTHER),
        "WIZARD_UIFILES/upgrade_uifile.sh": file_entry(PRINTED),
        "package/bin/tool": file_entry(b"echo $WIZ_P\n"),
        "scripts/binary": file_entry(b"\0\xff WIZ_P"),
    }


def _renamed(path: str) -> bytes:
    entries = _entries()
    apply(entries, renamed_uses(entries, "WIZ_P", "NEW_KEY", [path]))
    content = entries[path].content
    assert content is not None
    return content.read()


def test_every_use_has_its_place() -> None:
    uses = key_uses(_entries(), "WIZ_P", without="WIZARD_UIFILES/install_uifile")
    places = [(use.path.rpartition("/")[2], use.line) for use in uses]
    assert places == [
        ("postinst", 2), ("postinst", 3), ("postinst", 4), ("postinst", 5), ("postinst", 7), ("postinst", 9),
        ("postinst", 9), ("resource", 1), ("install_uifile_ger", 1), ("install_uifile_ger", 1),
        ("upgrade_uifile.sh", 3),
    ]  # fmt: skip
    assert uses[0].text == 'PORT="${WIZ_P:-80}"'
    assert not key_uses(_entries(), "")
    assert "package/bin/tool" not in near(_entries())


def test_renaming_touches_only_the_names() -> None:
    expected = SCRIPT.replace(b"${WIZ_P:", b"${NEW_KEY:").replace(b"\nWIZ_P=3", b"\nNEW_KEY=3")
    expected = expected.replace(b"export WIZ_P", b"export NEW_KEY").replace(b"a $WIZ_P b", b"a $NEW_KEY b")
    expected = expected.replace(b"\n$WIZ_P\n", b"\n$NEW_KEY\n").replace(b'-n "$WIZ_P"', b'-n "$NEW_KEY"')
    assert _renamed("scripts/postinst") == expected.replace(b"unset WIZ_P", b"unset NEW_KEY")
    assert _renamed("conf/resource") == b'{"port": "{{NEW_KEY}}", "x": "WIZ_P"}'
    assert _renamed("WIZARD_UIFILES/upgrade_uifile.sh") == PRINTED.replace(b"WIZ_P", b"NEW_KEY")


def test_other_languages_keep_their_texts() -> None:
    new = _renamed("WIZARD_UIFILES/install_uifile_ger").decode()
    assert new == OTHER.decode().replace('"WIZ_P"', '"NEW_KEY"').replace('\\"WIZ_P\\"', '\\"NEW_KEY\\"')


def test_code_that_asks_for_the_field_follows() -> None:
    renamed = renamed_key(parse(OTHER.decode()), "WIZ_P", "X")
    assert renamed.value()[0]["activate_v2"] == '{ getComponent("X") }'


@pytest.mark.parametrize(
    "line",
    [
        "if true; then export WIZ_P; fi",
        "f() { unset WIZ_P; }",
        'x=$((WIZ_P+1)) y="$(( WIZ_P * WIZ_P ))"',
        "((WIZ_P++)); let WIZ_P=1",
        "[[ -v WIZ_P ]] && declare -i WIZ_P",
        'echo "${WIZ_P[@]}" ${#WIZ_P}',
        "case $WIZ_P in *) local a WIZ_P=1 ;; esac",
        'if [ "$WIZ_P"; then\necho "it\'s ${WIZ_P}"',
    ],
)
def test_no_use_is_left_with_the_old_name(line: str) -> None:
    entries = {"scripts/postinst": file_entry(f"#!/bin/bash\n{line}\n".encode())}
    apply(entries, renamed_uses(entries, "WIZ_P", "NEW_KEY", ["scripts/postinst"]))
    assert _text_of(entries) == f"#!/bin/bash\n{line}\n".replace("WIZ_P", "NEW_KEY")


@pytest.mark.parametrize(
    "line",
    [
        "# export WIZ_P",
        "echo hi # unset WIZ_P",
        "echo '$((WIZ_P))'",
        'echo "a; export WIZ_P"',
        "echo WIZ_P_2 $WIZ_P2 xWIZ_P",
        "cat <<'E'\n$WIZ_P\nE",
        'echo "\\$WIZ_P"',
        'if [ "$X"; then # $WIZ_P',
    ],
)
def test_what_is_no_variable_keeps_its_name(line: str) -> None:
    entries = {"scripts/postinst": file_entry(f"#!/bin/bash\n{line}\n".encode())}
    assert not key_uses(entries, "WIZ_P")


def _text_of(entries: dict[str, Entry]) -> str:
    content = entries["scripts/postinst"].content
    assert content is not None
    return content.read().decode()
