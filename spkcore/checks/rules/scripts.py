"""Rules about scripts/ and other shell scripts (spk-format.md chapter 7)."""

from __future__ import annotations

from collections.abc import Iterator

from spkcore.checks.problem import Hit, hit
from spkcore.checks.rules import rule
from spkcore.checks.subject import Subject
from spkcore.package import scripts
from spkcore.package.scripts import LineEnd


@rule("S003")
def windows_line_ends(subject: Subject) -> Iterator[Hit]:
    """The kernel takes the carriage return for a part of the interpreter's name."""
    return subject.per_file(subject.scripts, _windows_line_ends)


def _windows_line_ends(subject: Subject, path: str) -> Iterator[Hit]:
    data = subject.data(path)
    if scripts.line_end(data) in {LineEnd.CRLF, LineEnd.MIXED}:
        yield hit(path, data[: data.index(b"\r")].count(b"\n") + 1, 1)
