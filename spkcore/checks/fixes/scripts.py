"""Quick fixes for the rules about scripts/ and other shell scripts."""

from __future__ import annotations

from spkcore.checks.fixes import fix
from spkcore.checks.problem import Problem
from spkcore.checks.subject import Subject
from spkcore.package.changes import Change, set_content
from spkcore.package.scripts import LineEnd, with_line_end


@fix("S003")
def use_unix_line_ends(subject: Subject, problem: Problem) -> Change | None:
    """Write every line end as LF."""
    return set_content(subject.entries, problem.path, with_line_end(subject.data(problem.path), LineEnd.LF))
