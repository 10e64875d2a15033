"""Quick fixes for the rules about package icons and LICENSE."""

from __future__ import annotations

from spkcore.base.errors import UnreadableError
from spkcore.checks.fixes import fix
from spkcore.checks.problem import Problem
from spkcore.checks.rules.icons import as_utf8, best_picture, head_of, size_of
from spkcore.checks.subject import Subject
from spkcore.package import icons
from spkcore.package.changes import Change, set_content
from spkcore.package.findings import decode, undecodable


@fix("G001", "G002", "G003", "G004")
def make_icon(subject: Subject, problem: Problem) -> Change | None:
    """The icon in the size that DSM wants, of the best picture at hand."""
    path = problem.path
    size = size_of(path, subject)
    source = _source(subject, path, size)
    try:
        data = icons.make_sizes(subject.data(source), [size])[size] if source else None
    except UnreadableError:
        return None
    return set_content(subject.entries, path, data) if data is not None else None


@fix("G005")
def license_in_utf8(subject: Subject, problem: Problem) -> Change | None:
    """The same text in UTF-8."""
    data = subject.data(problem.path)
    text = as_utf8(data) if undecodable(decode(data)) is not None else None
    return set_content(subject.entries, problem.path, text) if text is not None else None


def _source(subject: Subject, path: str, size: int) -> str:
    """The picture to take: another one only where the icon itself is missing, no picture, or smaller than that one."""
    is_there = subject.is_file(path)
    own = icons.png_size(head_of(path, subject)) if is_there else None
    if own is not None and min(own) >= size:
        return path
    other = best_picture(subject, size, path if is_there and own is None else "")
    if own is not None and (not other or min(icons.png_size(head_of(other, subject)) or (0, 0)) <= min(own)):
        return path
    return other
