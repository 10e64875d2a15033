"""Asks before a build whose package no DSM of its range would take."""

from __future__ import annotations

from collections.abc import Callable

from gui.qt.i18n import tr
from gui.services.notifier import Choice, Notifier, Question
from gui.services.validation import Validation
from spkcore.checks.verdict import is_refused_everywhere

BUILD, SHOW, CANCEL = "build", "show", "cancel"


class BuildGate:
    """Waits for the verdict about the package as it is now; lets the build through, or asks."""

    def __init__(self, notifier: Notifier, show_problems: Callable[[], object]) -> None:
        self._notifier = notifier
        self._show_problems = show_problems

    def pass_through(self, validation: Validation, build: Callable[[], object]) -> None:
        """Call `build`, at once or when the user wants it anyway."""
        validation.when_fresh(lambda: self._judge(validation, build))

    def _judge(self, validation: Validation, build: Callable[[], object]) -> None:
        if not is_refused_everywhere(validation.verdicts):
            build()
            return
        last = validation.verdicts[-1]
        question = Question(
            tr("DSM {dsm} would refuse this package", dsm=last.dsm),
            tr("{why} Package Center would say: {message}", why=last.why, message=last.message),
            (
                Choice(SHOW, tr("Show the problems"), "primary"),
                Choice(BUILD, tr("Build anyway")),
                Choice(CANCEL, tr("Cancel")),
            ),
            cancel=CANCEL,
        )
        self._notifier.ask(question, lambda answer: self._answered(answer, build))

    def _answered(self, answer: str, build: Callable[[], object]) -> None:
        if answer == BUILD:
            build()
        elif answer == SHOW:
            self._show_problems()
