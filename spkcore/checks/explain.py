"""From an error to its cause: what a message of Package Center, a result of synopkg or lines of a log mean."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from spkcore.checks.answers import Answer, answers, patterns
from spkcore.checks.problem import Problem
from spkcore.package.findings import Severity

_CODE = re.compile(r"(?:(?<!exit )\b(?:code|error|err|errno|result)\b\W{0,6}|\[)(2\d\d|3\d\d)\b", re.IGNORECASE)
_SCRIPT = re.compile(r"\b(preinst|postinst|preuninst|postuninst|preupgrade|postupgrade|start-stop-status)\b")
_LINE = re.compile(rf"{_SCRIPT.pattern}(?:: line |:)(\d+)")
_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing the text may mean. `problems` are those of this package that lead to it, the likeliest first; `said`
    is the part of the text that tells. `is_certain` is true where a code and its words, or a problem, confirm it."""

    said: str
    code: int
    meaning: str
    advice: str
    problems: tuple[Problem, ...] = ()
    is_certain: bool = False

    def as_json(self) -> dict[str, object]:
        """The object of docs/cli.md."""
        return {
            "said": self.said,
            "code": self.code or None,
            "meaning": self.meaning,
            "advice": self.advice,
            "certain": self.is_certain,
            "problems": [problem.as_json() for problem in self.problems],
        }


def explain(text: str, problems: Sequence[Problem] = ()) -> list[Cause]:
    """The likely causes of the error in `text`, the likeliest first: those that problems of the package confirm before
    those with a code, and those before patterns and mere messages. Empty where nothing in it is known."""
    found = [*_by_answers(text, problems), *_by_patterns(text, problems)]
    unique: dict[tuple[int, str], Cause] = {}
    for cause in found:
        unique.setdefault((cause.code, cause.meaning), cause)
    return sorted(unique.values(), key=_rank)


def _rank(cause: Cause) -> tuple[bool, bool, bool]:
    return not cause.problems, not cause.is_certain, not cause.code


def _by_answers(text: str, problems: Sequence[Problem]) -> Iterator[Cause]:
    """The rows whose words stand in the text; else those with its codes; else those with its message."""
    plain = _plain(text)
    by_words = [item for item in answers() if item.log and _plain(item.log) in plain]
    if by_words:
        yield from (_cause(item, item.log, problems, certain=True) for item in by_words)
        return
    codes = _codes(text)
    by_code = [item for item in answers() if item.code and item.code in codes]
    if by_code:
        yield from (_cause(item, str(item.code), problems) for item in by_code)
        return
    by_message = [item for item in answers() if item.message and _is_message(item.message, plain)]
    yield from (_cause(item, item.message, problems) for item in by_message)


def _by_patterns(text: str, problems: Sequence[Problem]) -> Iterator[Cause]:
    for pattern in patterns():
        match = pattern.match.search(text)
        if match is None:
            continue
        mine = _problems(pattern.rules, problems, text)
        line = next(line for line in text.splitlines() if match[0].splitlines()[0] in line).strip()
        yield Cause(line[:200], 0, pattern.meaning, pattern.advice, mine)


def _cause(item: Answer, said: str, problems: Sequence[Problem], *, certain: bool = False) -> Cause:
    mine = _problems(item.rules, problems, "")
    return Cause(said, item.code, item.meaning, item.advice, mine, is_certain=certain and not item.is_uncertain)


def _problems(rules: Sequence[str], problems: Sequence[Problem], text: str) -> tuple[Problem, ...]:
    """The problems of these rules; where the text names a script, those in that script come first, and of those the
    ones in the line that it names."""
    named = {f"scripts/{name}" for name in _SCRIPT.findall(text)}
    lines = {(f"scripts/{name}", int(line)) for name, line in _LINE.findall(text)}
    mine = [problem for problem in problems if problem.rule in rules]
    order = {rule: rank for rank, rule in enumerate(rules)}

    def rank(item: Problem) -> tuple[object, ...]:
        where = (item.path, item.line) not in lines, item.path not in named
        return *where, _RANK[item.severity], order[item.rule], item.path, item.line

    return tuple(sorted(mine, key=rank))


def _codes(text: str) -> set[int]:
    """The error codes in a text: in the JSON of synopkg, or behind a word that announces one."""
    found = {int(code) for code in _CODE.findall(text)}
    if text.strip().isdigit():
        found.add(int(text))
    for document in _documents(text):
        found.update(_codes_in(document))
    return found


def _documents(text: str) -> Iterator[Any]:
    """The JSON documents in a text: the output of synopkg, alone or between other lines."""
    decoder = json.JSONDecoder()
    start = text.find("{")
    while start >= 0:
        try:
            document, end = decoder.raw_decode(text, start)
        except ValueError:
            start = text.find("{", start + 1)
            continue
        yield document
        start = text.find("{", end)


def _codes_in(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        code = value.get("code")
        if isinstance(code, int):
            yield code
        for item in value.values():
            yield from _codes_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _codes_in(item)


def _is_message(message: str, plain: str) -> bool:
    """Whether the text has the first sentence of a message: people leave the rest away."""
    first = _plain(message.split(". ", maxsplit=1)[0])
    return first in plain or (len(plain) > 12 and plain in _plain(message))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())
