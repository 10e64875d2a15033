"""What the keys of the code editor do to a text, without widgets: indent, comment, find brackets."""

from __future__ import annotations

import re

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
_REACH = 50_000
"""Characters looked at for a matching bracket: caret moves stay instant in files of any size."""

_WORD_BEFORE = re.compile(r"[A-Za-z_]\w*$")


def indent_unit(text: str) -> str:
    """One step of indentation as this text does it: a tab, or two or four spaces."""
    head = text[:20_000]
    tabs = len(re.findall(r"^\t+\S", head, re.MULTILINE))
    spaces = re.findall(r"^( {2,8})(?=\S)", head, re.MULTILINE)
    if spaces and len(spaces) >= tabs:
        return "  " if min(map(len, spaces)) == 2 else "    "
    return "\t"


def indented(lines: list[str], unit: str) -> list[str]:
    """The lines one step further in; empty ones stay empty."""
    return [unit + line if line else line for line in lines]


def unindented(lines: list[str], unit: str) -> list[str]:
    """The lines one step further out, as far as they can go."""
    width = max(len(unit), 2) if unit != "\t" else 4
    return [re.sub(rf"^(\t| {{1,{width}}})", "", line) for line in lines]


def next_indent(line_before_caret: str, unit: str) -> str:
    """The white space that a new line below this one starts with."""
    match = re.match(r"[ \t]*", line_before_caret)
    white = match.group() if match else ""
    opens = re.search(r"(?:[{(\[]|\b(?:then|do|else|in))\s*$", line_before_caret)
    return white + (unit if opens else "")


def toggled_comment(lines: list[str], mark: str = "#") -> list[str]:
    """The lines as comments, or without the mark when all of them are comments already."""
    filled = [line for line in lines if line.strip()]
    if filled and all(line.lstrip().startswith(mark) for line in filled):
        return [re.sub(rf"^(\s*){re.escape(mark)} ?", r"\1", line) for line in lines]
    depth = min((len(line) - len(line.lstrip()) for line in filled), default=0)
    return [f"{line[:depth]}{mark} {line[depth:]}" if line.strip() else line for line in lines]


def matching_bracket(text: str, caret: int) -> tuple[int, int] | None:
    """The indices of the bracket at or before `caret` and of its partner; None if there is none, or no partner."""
    for at in (caret, caret - 1):
        if 0 <= at < len(text):
            partner = _partner(text, at)
            if partner is not None:
                return at, partner
    return None


def _partner(text: str, at: int) -> int | None:
    character = text[at]
    if character in _PAIRS:
        return _scan(text, at, 1, character, _PAIRS[character])
    if character in _CLOSERS:
        return _scan(text, at, -1, character, _CLOSERS[character])
    return None


def _scan(text: str, at: int, step: int, same: str, other: str) -> int | None:
    depth = 0
    stop = min(len(text), at + _REACH) if step > 0 else max(-1, at - _REACH)
    for index in range(at, stop, step):
        if text[index] == same:
            depth += 1
        elif text[index] == other:
            depth -= 1
            if depth == 0:
                return index
    return None


def word_before(line_before_caret: str) -> str:
    """The name that ends at the caret, or an empty string."""
    match = _WORD_BEFORE.search(line_before_caret)
    return match.group() if match else ""


def word_length(line: str, start: int) -> int:
    """How many characters to underline from `start`: the word there, at least one."""
    match = re.match(r"[\w.$-]+|\"[^\"]*\"?|\S", line[start:])
    return max(1, len(match.group())) if match else 1


def foldable(lines: list[str], head: int) -> int:
    """The last of the lines that are indented further than the line `head` (from 0) and follow it; `head` where none
    is. Empty lines at the end do not count."""
    own = lines[head] if head < len(lines) else ""
    depth = _depth(own)
    last = head
    for index in range(head + 1, len(lines) if own.strip() else 0):
        if lines[index].strip():
            if _depth(lines[index]) <= depth:
                break
            last = index
    return last


def _depth(line: str) -> int:
    text = line.expandtabs(4)
    return len(text) - len(text.lstrip())
