"""Tests of where scripts define and use names, across the files that they read in."""

from __future__ import annotations

from itertools import pairwise

import pytest

from spkcore.base.errors import Cancelled
from spkcore.base.tasks import TaskContext
from spkcore.checks.scriptmap import Occurrence, ScriptMap, Symbol, SymbolKind, script_map
from spkcore.checks.subject import Subject
from spkcore.package.entries import Entry, file_entry

COMMON = b"""#!/bin/sh
# Says $1
# to the user.
say() {
    echo "$1" "$NAME"
}
NAME=x
"""
POSTINST = b"""#!/bin/sh
. "$(dirname "$0")/common"
. "$SYNOPKG_PKGDEST/lib/functions.sh"
say hello
if more; then say "${NAME:-a}"; fi
trap say EXIT
echo "$SYNOPKG_PKGDEST" "$folder"
"""
ENTRIES: dict[str, Entry] = {
    "INFO": file_entry(b'package="a"\n'),
    "scripts/common": file_entry(COMMON),
    "scripts/postinst": file_entry(POSTINST),
    "scripts/preinst": file_entry(b'#!/bin/sh\nsay() { :; }\nsay "$SYNOPKG_PKGDEST" "$NAME"\n'),
    "package/lib/functions.sh": file_entry(b"more() { :; }\n"),
    "package/other/functions.txt": file_entry(b"no script\n"),
    "WIZARD_UIFILES/install_uifile": file_entry(b'[{"items": [{"subitems": [{"key": "folder"}]}]}]'),
}


@pytest.fixture(scope="module")
def names() -> ScriptMap:
    return script_map(Subject.of(ENTRIES))


def function(name: str) -> Symbol:
    return Symbol(SymbolKind.FUNCTION, name)


def variable(name: str) -> Symbol:
    return Symbol(SymbolKind.VARIABLE, name)


def places(found: list[Occurrence]) -> list[tuple[str, int, int]]:
    return [(item.path.removeprefix("scripts/"), item.line, item.column) for item in found]


def test_files_that_are_read_in_are_known_by_name_and_by_the_end_of_their_path(names: ScriptMap) -> None:
    assert names.reads["scripts/postinst"] == ("scripts/common", "package/lib/functions.sh")
    assert names.read_by("scripts/postinst") == ["scripts/postinst", "scripts/common", "package/lib/functions.sh"]


def test_a_definition_is_found_where_the_script_reads_it_in(names: ScriptMap) -> None:
    assert places(names.definitions(function("say"), "scripts/postinst")) == [("common", 4, 1)]
    assert places(names.definitions(function("say"), "scripts/preinst")) == [("preinst", 2, 1)]
    assert places(names.definitions(function("more"), "scripts/postinst")) == [("package/lib/functions.sh", 1, 1)]
    assert places(names.definitions(variable("NAME"), "scripts/postinst")) == [("common", 7, 1)]
    assert names.definitions(function("echo"), "scripts/postinst") == []


def test_uses_are_those_of_the_scripts_that_share_the_name(names: ScriptMap) -> None:
    assert places(names.uses(function("say"), "scripts/postinst")) == [
        ("postinst", 4, 1),
        ("postinst", 5, 15),
        ("postinst", 6, 6),
        ("common", 4, 1),
    ]
    assert places(names.uses(variable("NAME"), "scripts/common")) == [
        ("common", 5, 17),
        ("common", 7, 1),
        ("postinst", 5, 22),
    ]


def test_variables_of_the_environment_are_the_same_everywhere(names: ScriptMap) -> None:
    found = names.uses(variable("SYNOPKG_PKGDEST"), "scripts/postinst")
    assert {item.path for item in found} == {"scripts/postinst", "scripts/preinst"}
    answer = names.answer("folder")
    assert answer is not None
    assert answer.path == "WIZARD_UIFILES/install_uifile"
    assert "folder" in names.environment


def test_the_outline_tells_functions_with_their_comment_and_calls(names: ScriptMap) -> None:
    (say,) = names.outline("scripts/common")
    assert say.definition.symbol.name == "say"
    assert say.about == "Says $1 to the user."
    assert [item.path for item in say.calls] == ["scripts/postinst"] * 3
    assert names.outline("scripts/none") == []


def test_a_place_tells_the_function_around_it(names: ScriptMap) -> None:
    found = names.uses(variable("NAME"), "scripts/common")
    assert [item.function for item in found] == ["say", "", ""]


def test_of_functions_in_each_other_the_innermost_counts() -> None:
    text = b"outer() {\n: $A\ninner() { : $A; }\n: $A\n}\n: $A\nf() { : $A; }; g() { : $A; }\n"
    found = script_map(Subject.of({"scripts/x": file_entry(text)})).uses(variable("A"), "scripts/x")
    assert [item.function for item in found] == ["outer", "inner", "outer", "", "f", "g"]


def test_reading_can_be_stopped() -> None:
    context = TaskContext()
    context.cancel()
    with pytest.raises(Cancelled):
        script_map(Subject.of(ENTRIES, context=context))


def test_scripts_in_any_state_are_read() -> None:
    cuts = range(0, len(POSTINST), 7)
    for start, end in pairwise(cuts):
        broken = {**ENTRIES, "scripts/postinst": file_entry(POSTINST[:start] + POSTINST[end:])}
        script_map(Subject.of(broken))
