"""What Package Center and synopkg answer: the table error_codes, for the verdict and for explaining an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from spkcore.base.reference import table


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of DSM. `code` is 0 where none is known; `log` are the words of the log, `message` what a person
    sees in Package Center; `rules` lead to it, the likeliest first. `installs` means that DSM installs the package all
    the same."""

    code: int
    log: str
    message: str
    meaning: str
    advice: str
    rules: tuple[str, ...]
    is_uncertain: bool = False
    installs: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A line of a log that tells something without a code."""

    match: re.Pattern[str]
    meaning: str
    advice: str
    rules: tuple[str, ...]


@cache
def answers() -> tuple[Answer, ...]:
    """All answers, in the order of the table."""
    messages = table("error_codes")["messages"] | {"": ""}
    return tuple(
        Answer(
            row["code"],
            row["text"],
            messages[row["shown"]],
            row["meaning"],
            row["advice"],
            tuple(row["rules"]),
            row.get("uncertain", False),
            row.get("installs", False),
        )
        for row in table("error_codes")["errors"]
    )


def messages() -> tuple[str, ...]:
    """What Package Center shows people, each message once."""
    return tuple(dict.fromkeys(item.message for item in answers() if item.message))


@cache
def patterns() -> tuple[Pattern, ...]:
    """All patterns, in the order of the table."""
    rows = table("error_codes")["patterns"]
    return tuple(
        Pattern(re.compile(row["match"], re.IGNORECASE), row["meaning"], row["advice"], tuple(row["rules"]))
        for row in rows
    )


def answer_to(rule: str, code: int) -> Answer:
    """How DSM refuses with `code` what `rule` found: the row that names the rule, else the first of that code."""
    same = [item for item in answers() if item.code == code]
    if not same:
        raise LookupError(f"error_codes has no row for {code}")
    named = (item for item in same if rule in item.rules)
    return next(named, same[0])


def platform_answer() -> Answer:
    """How DSM refuses a package for other platforms, models or versions."""
    return next(item for item in answers() if not item.code)
