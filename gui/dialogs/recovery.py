"""What is asked when a crash left unsaved changes."""

from __future__ import annotations

from gui.qt.i18n import tr
from gui.services.notifier import Choice, Question
from spkcore.package.changes import Change
from spkcore.package.journal import Recovery

_SHOWN = 8


def recovery_question(title: str, recovery: Recovery) -> Question:
    """The question for the package `title`, with what would come back and what cannot."""
    change = recovery.change
    paths = sorted(change.paths)
    lines = [_line(change, path) for path in paths[:_SHOWN]]
    if len(paths) > _SHOWN:
        lines.append(tr("and {n} more", n=len(paths) - _SHOWN))
    lines += [tr("{path} (lost: its file is gone)", path=path) for path in recovery.lost]
    text = tr("SPK Creator ended unexpectedly while {title} had unsaved changes. They were kept.", title=title)
    if recovery.lost:
        text = tr(
            "SPK Creator ended unexpectedly while {title} had unsaved changes. {n} of them cannot be brought back.",
            title=title,
            n=len(recovery.lost),
        )
    return Question(
        tr("Recover unsaved changes?"),
        text,
        (
            Choice("recover", tr("&Recover"), "primary"),
            Choice("forget", tr("&Forget them"), "danger"),
            Choice("later", tr("Decide &later")),
        ),
        detail="\n".join(lines),
        cancel="later",
    )


def _line(change: Change, path: str) -> str:
    edit = next(edit for edit in change.edits if edit.path == path)
    if edit.before is None:
        return tr("{path} (new)", path=path)
    if edit.after is None:
        return tr("{path} (removed)", path=path)
    return path
