"""The keys of wizard fields: names of variables of the scripts. Proposals, refusals, and what they are called by."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence

from spkcore.base.reference import table

_PREFIX = "WIZARD_"
_MARKUP = re.compile(r"<[^>]*>|&#?\w+;")
_WORDS = re.compile(r"[A-Za-z0-9]+")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST = 32
_FILLERS = frozenset({"a", "an", "the", "of", "for", "to", "your", "please", "enter", "choose", "is", "which", "what"})


def is_identifier(key: str) -> bool:
    """Whether a shell can have a variable of this name."""
    return _IDENTIFIER.fullmatch(key) is not None


def is_reserved(key: str) -> bool:
    """Whether DSM or the shell has a variable of this name, so that an answer must not have it."""
    known = table("wizard")["variables"]
    return key in known["reserved"] or key.startswith(tuple(known["prefixes"]))


def plain_text(text: str) -> str:
    """A label without its HTML, on one line."""
    return " ".join(_MARKUP.sub(" ", text).split())


def propose_key(label: str, taken: Sequence[str] = (), own: str = "") -> str:
    """A key for a field that is called `label`: "Port number" gives WIZARD_PORT_NUMBER. It follows the custom of the
    keys that are there, and of the `own` one that the field has: their beginning, and small or capital letters."""
    folded = unicodedata.normalize("NFKD", plain_text(label)).encode("ascii", "ignore").decode()
    words = [word for word in _WORDS.findall(folded) if word.lower() not in _FILLERS] or ["ANSWER"]
    name = ""
    for word in words[:4]:
        if len(name) + len(word) > _LONGEST:
            break
        name += ("_" if name else "") + word
    prefix = _common_prefix([*taken, own])
    name = (name or words[0][:_LONGEST]).lower() if prefix.islower() else (name or words[0][:_LONGEST]).upper()
    return unique_key(prefix + name, taken)


def unique_key(proposal: str, taken: Collection[str]) -> str:
    """`proposal`, with a number behind it where the name is taken."""
    if proposal not in taken:
        return proposal
    base = re.sub(r"_\d+\Z", "", proposal)
    number = 2
    while f"{base}_{number}" in taken:
        number += 1
    return f"{base}_{number}"


def _common_prefix(taken: Sequence[str]) -> str:
    """How most of the keys begin, up to the first underline; WIZARD_ where there are none."""
    starts = Counter(key[: key.index("_") + 1] for key in taken if "_" in key[1:])
    best = starts.most_common(1)
    return best[0][0] if best and len(best[0][0]) > 1 and best[0][0][0].isalpha() else _PREFIX
