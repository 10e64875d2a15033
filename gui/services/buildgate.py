"""Asks before a build whose package no DSM of its range would take."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gui.qt.i18n import tr
from gui.services.notifier import Choice, Notifier, Question
from gui.services.validation import Validation
from spkcore.checks.verdict import Verdict, is_refused_everywhere

BUILD, SHOW, CANCEL = "build", "show", "cancel"


class BuildGate:
    """Waits for the verdict about the package as it is now; lets the build through, or asks."""

    def __init__(self, notifier: Notifier, show_problems: Callable[[], object]) -> None:
        self._notifier = notifier
        self._show_problems = show_problems
        self._waiting: list[Callable[[], object]] = []

    def pass_through(self, validation: Validation, build: Callable[[], object]) -> None:
        """Call `build`, at once or when the user wants it anyway. It takes the place of one that still waits."""
        self._waiting = [build]  # the key was pressed again: one build, and one question
        validation.when_fresh(lambda: self._judge(validation, build))

    def let_through(self) -> None:
        """Call the builds that wait for a verdict: the package is about to be closed, and they were asked for."""
        waiting, self._waiting = self._waiting, []
        for build in waiting:
            build()

    def _judge(self, validation: Validation, build: Callable[[], object]) -> None:
        if build not in self._waiting:
            return
        self._waiting.remove(build)
        if not is_refused_everywhere(validation.verdicts):
            build()
            return
        question = refusal_question(validation.verdicts)
        self._notifier.ask(question, lambda answer: self._answered(answer, build))

    def _answered(self, answer: str, build: Callable[[], object]) -> None:
        if answer == BUILD:
            build()
        elif answer == SHOW:
            self._show_problems()


def refusal_question(verdicts: Sequence[Verdict], *, can_show: bool = True) -> Question:
    """The question before a build that no DSM of `verdicts` takes; `can_show`: its problems are in the list."""
    last = verdicts[-1]
    choices = (
        Choice(SHOW, tr("Show the problems"), "primary"),
        Choice(BUILD, tr("Build anyway")),
        Choice(CANCEL, tr("Cancel")),
    )
    text = tr("{why} Package Center would say: {message}", why=last.why, message=last.message)
    title = tr("DSM {dsm} would refuse this package", dsm=last.dsm)
    return Question(title, text, choices if can_show else choices[1:], cancel=CANCEL)
