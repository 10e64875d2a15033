"""Pygments lexers that work line by line: shell, JSON and INI. Imported on first use: pygments is slow to load."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from pygments.lexer import ExtendedRegexLexer, LexerContext, RegexLexer
from pygments.lexers.configs import IniLexer
from pygments.lexers.shell import BashLexer
from pygments.token import Keyword, Name, Number, Punctuation, String, Whitespace, _TokenType

Token = tuple[int, _TokenType, str]
State = tuple[str, ...]
"""The stack of lexer states at the end of a line; the first line starts with ("root",)."""

START: State = ("root",)

_HEREDOC = re.compile(r"<<-?[ \t]*(['\"\\]?)(\w+)\1?")
_HEREDOC_STATE = "heredoc "


def _shell_tokens() -> dict[str, Any]:
    """Bash's rules with the two that span lines (single quotes, here-documents) cut into lines."""
    tokens: dict[str, Any] = dict(BashLexer.tokens)
    tokens["basic"] = [
        (_HEREDOC.pattern, String.Heredoc) if isinstance(rule, tuple) and rule[0].startswith("<<-?") else rule
        for rule in tokens["basic"]
    ]
    tokens["data"] = [
        ("'", String.Single, "single") if isinstance(rule, tuple) and rule[0].startswith("(?s)'") else rule
        for rule in tokens["data"]
    ]
    tokens["single"] = [("[^']+", String.Single), ("'", String.Single, "#pop")]
    return tokens


class ShellLines(ExtendedRegexLexer):
    """Shell scripts."""

    tokens: ClassVar[dict[str, Any]] = _shell_tokens()


class IniLines(ExtendedRegexLexer):
    """INFO, *.sc and other key=value files."""

    tokens: ClassVar[dict[str, Any]] = dict(IniLexer.tokens)


class JsonLines(ExtendedRegexLexer):
    """JSON as DSM reads it: strings may go on over several lines."""

    tokens: ClassVar[dict[str, Any]] = {
        "root": [
            (r"\s+", Whitespace),
            (r'"(?:\\.|[^"\\\n])*"(?=\s*:)', Name.Tag),
            (r'"', String.Double, "string"),
            (r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", Number),
            (r"\b(?:true|false|null)\b", Keyword.Constant),
            (r"[{}\[\],:]", Punctuation),
            (r"[^\s\"{}\[\],:]+", Name),
        ],
        "string": [(r'[^"\\]+', String.Double), (r"\\.", String.Escape), (r'"', String.Double, "#pop")],
    }


_LEXERS: dict[str, type[RegexLexer]] = {"shell": ShellLines, "json": JsonLines, "ini": IniLines}


def lexer_for(language: str) -> ExtendedRegexLexer | None:
    """The lexer of "shell", "json" or "ini"; None for plain text."""
    found = _LEXERS.get(language)
    lexer = found() if found else None
    return lexer if isinstance(lexer, ExtendedRegexLexer) else None


def lex_line(lexer: ExtendedRegexLexer, line: str, state: State) -> tuple[list[Token], State]:
    """The tokens of one line (without its line end), and the state that the next line starts with."""
    if state[-1].startswith(_HEREDOC_STATE):
        delimiter = state[-1].removeprefix(_HEREDOC_STATE)
        after = state[:-1] if line.lstrip("\t") == delimiter else state
        return [(0, String.Heredoc, line)], after
    context = LexerContext(line + "\n", 0, list(state))
    tokens = list(_tokens(lexer, context))
    after = tuple(context.stack) or START
    opened = [_HEREDOC.match(text) for _, kind, text in tokens if kind is String.Heredoc]
    opened.reverse()
    return tokens, after + tuple(_HEREDOC_STATE + match.group(2) for match in opened if match)


def _tokens(lexer: ExtendedRegexLexer, context: LexerContext) -> Iterator[Token]:
    yield from lexer.get_tokens_unprocessed(context=context)
