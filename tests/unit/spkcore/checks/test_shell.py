"""Tests of reading shell scripts: commands, words, variables with their quotes, functions, cases, endings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.checks.shell import Command, End, Role, ShellScript, parse


def read(text: str) -> ShellScript:
    return parse(text.encode())


def command(text: str, name: str) -> Command:
    return next(item for item in read(text).commands if item.name == name)


def test_commands_with_words_and_places() -> None:
    found = read("#!/bin/sh\ncp  -r \"$A/x\" 'b c' d\\ e\n").commands
    assert [item.name for item in found] == ["cp"]
    assert [word.literal for word in found[0].words] == ["cp", "-r", None, "b c", "d e"]
    assert [(word.place.line, word.place.column) for word in found[0].words][:3] == [(2, 1), (2, 5), (2, 8)]
    assert [part if isinstance(part, str) else part and part.name for part in found[0].words[2].parts] == ["A", "/x"]


def test_columns_count_characters() -> None:
    assert command("é=ü; echo 'ä' b # ö\n", "echo").words[2].place.column == 15


def test_windows_line_ends_and_byte_order_mark_do_not_matter() -> None:
    assert parse(b"\xef\xbb\xbf#!/bin/sh\r\necho a\r\n") == parse(b"#!/bin/sh\necho a\n")


@pytest.mark.parametrize(
    ("text", "name", "role", "is_quoted", "operator"),
    [
        ("echo $A", "A", Role.ARGUMENT, False, ""),
        ('echo "x $A"', "A", Role.ARGUMENT, True, ""),
        ("[ $A = x ]", "A", Role.TEST, False, ""),
        ("test -n $A", "A", Role.TEST, False, ""),
        ("[[ $A == x ]]", "A", Role.CONDITION, False, ""),
        ("B=$A", "A", Role.VALUE, False, ""),
        ("export B=$A", "A", Role.VALUE, False, ""),
        ("echo x >$A", "A", Role.TARGET, False, ""),
        ("case $A in x) ;; esac", "A", Role.SUBJECT, False, ""),
        ("for x in $A; do :; done", "A", Role.LIST, False, ""),
        ("cat <<E\n$A\nE", "A", Role.TEXT, True, ""),
        ("echo ${A:-x}", "A", Role.ARGUMENT, False, ":-"),
        ("echo ${#A}", "A", Role.ARGUMENT, False, "#"),
        ('echo "$(ls $A)"', "A", Role.ARGUMENT, False, ""),
        ("echo $((A + $A))", "A", Role.OTHER, False, ""),
    ],
)
def test_where_variables_are_read(text: str, name: str, role: Role, is_quoted: bool, operator: str) -> None:
    found = [item for item in read(text + "\n").expansions if item.name == name]
    assert [(item.role, item.is_quoted, item.operator) for item in found] == [(role, is_quoted, operator)]


def test_single_quotes_comments_and_quoted_documents_hide_variables() -> None:
    assert read("echo '$A' # $B\ncat <<'E'\n$C\nE\n").used == frozenset()


def test_conditions_guard_what_follows() -> None:
    text = 'if [ -n "$A" ]; then a; elif b; then c; else d; fi\ne && f || { g; }\ncase $1 in x | y) h ;; esac\n'
    assert command(text, "a").guards == ('[ -n "$A" ]',)
    assert command(text, "c").guards[-1] == "b"
    assert command(text, "d").guards == ('[ -n "$A" ]',)
    assert command(text, "f").guards == ("e",)
    assert command(text, "h").guards == ("$1 x|y",)
    assert command(text, "e").is_condition
    assert not command(text, "g").is_condition


def test_redirections_belong_to_the_last_command_of_a_list() -> None:
    text = "a && b >c 2>&1\nd | e >f\n{ g; h; } >>i\n"
    targets = {
        item.name: [row.target.text for row in item.redirections if row.writes and row.target]
        for item in read(text).commands
    }
    assert targets == {"a": [], "b": ["c"], "d": [], "e": ["f"], "g": ["i"], "h": ["i"]}
    assert command(text, "d").is_piped
    assert not command(text, "e").is_piped


def test_a_document_before_a_pipe_is_piped() -> None:
    found = command("cat <<E | tool\n$A\nE\n", "cat")
    assert found.is_piped
    assert [item.name for item in found.heredoc] == ["A"]


def test_constants_are_put_in() -> None:
    shell = read('RM="/bin/rm -rf"\nA=/etc\nB=$A/x\nC=1\nC=2\n[ -d x ] && D=/y\n$RM "$B/z" "$C" "$D"\n')
    found = shell.commands[-1]
    assert shell.program(found) == "rm"
    assert [shell.value(word) for word in found.words[1:]] == ["/etc/x/z", None, None]
    assert shell.beginning(read("cp a /etc/$X\n").commands[0].words[2]) == "/etc/"


def test_constants_that_hold_each_other_end() -> None:
    shell = read("A=$B\nB=$A\necho $A\n")
    assert shell.value(shell.commands[0].words[1]) is None


@pytest.mark.parametrize(
    "text",
    ['. "$(dirname "$0")/common"', "source ./common", 'F=$(dirname "$0")"/common"\n. "${F}"', ". `dirname $0`/common"],
)
def test_files_that_are_read_in(text: str) -> None:
    shell = read(text + "\n")
    assert [shell.file_name(word) for word in shell.sourced()] == ["common"]


def test_functions_and_cases() -> None:
    shell = read("f() { a; }\nfunction g { b; }\ncase \"$1\" in\nstart | 'stop') f ;;\n*) g ;;\nesac\n")
    assert [(item.name, item.place.line) for item in shell.functions] == [("f", 1), ("g", 2)]
    assert [branch.patterns for branch in shell.cases[0].branches] == [("start", "stop"), ("*",)]
    assert [item.name for item in shell.inside(shell.cases[0].branches[0].place)] == ["f"]
    assert command("f() { a; }\n", "a").function == "f"


@pytest.mark.parametrize(
    ("text", "endings"),
    [
        ("a\nb", [("b", End.LAST)]),
        ("a && b", [("a", End.AND), ("b", End.LAST)]),
        ("a || b", [("b", End.LAST)]),
        ("if a; then b; else c; fi", [("b", End.LAST), ("c", End.LAST)]),
        ("if a; then :; elif b; then c; fi # end", [(":", End.LAST), ("c", End.LAST)]),
        ("case x in a) b ;; c) ;; esac", [("b", End.LAST)]),
        ("a | b", [("b", End.LAST)]),
        ("a &", []),
        ("f() { a; }", []),
        ("{ a; b; } >c", [("b", End.LAST)]),
        ("a=b", []),
    ],
)
def test_what_gives_a_script_its_status(text: str, endings: list[tuple[str, End]]) -> None:
    assert [(item.command.name, item.kind) for item in read(text + "\n").endings] == endings


def test_bash_is_noticed() -> None:
    text = "[[ a ]]; (( 1 )); x=(a); echo ${x[0]} ${y//a/b} ${y:1:2} $'a' {1..3}; cat <(a) <<<b &>c\n[ a == b ]\n"
    expected = "[[ (( array replace substring ansi_c_string brace_expression process_substitution <<< &> =="
    assert {item.kind for item in read(text).constructs} == set(expected.split())
    assert read('[ "${A:-x}" = b ] && echo "${B%/*}" $(( 1 + 2 ))\n').constructs == ()


@pytest.mark.parametrize("piece", ["$(", "((", "{ ", "if a; then ", "a && ", '"$(', "case x in y) ", "f() { "])
def test_endless_nesting_does_not_hurt(piece: str) -> None:
    assert read(piece * 3000).commands is not None


@given(st.text(alphabet="ab$(){}[]|&;<>'\"\\\n #=`!*-"), st.binary(max_size=40))
@settings(max_examples=100, deadline=None)
def test_anything_can_be_read(text: str, data: bytes) -> None:
    for shell in (parse(text.encode()), parse(data)):
        assert all(0 <= item.place.start <= item.place.end <= len(shell.data) for item in shell.commands)
