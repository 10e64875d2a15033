"""Rules about the archive: the outer tar, package.tgz, names and modes (spk-format.md chapter 7)."""

from __future__ import annotations

from collections.abc import Iterator

from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.subject import Subject


@rule("A001")
def compressed_for_dsm7(subject: Subject) -> Iterator[Hit]:
    """DSM 7 takes only a plain tar."""
    if subject.spk is not None and subject.spk.identity.outer != "none":
        yield hit(compression=subject.spk.identity.outer)
