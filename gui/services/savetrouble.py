"""What to do when saving fails: each obstacle has its own way out, and the document stays as it is meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from gui.qt.i18n import tr
from gui.services.notifier import Choice, Notifier, Question
from gui.services.saving import Saving
from spkcore.base.errors import Obstacle, WriteError

RETRY, UNPROTECT, ELSEWHERE, CANCEL = "retry", "unprotect", "elsewhere", "cancel"


class SaveTrouble(QObject):
    """Asks about one failed save. Lives as long as its `saving`."""

    def __init__(self, saving: Saving, notifier: Notifier, give_up: Callable[[], object]) -> None:
        super().__init__(saving)
        self._saving = saving
        self._notifier = notifier
        self._give_up = give_up

    def ask(self, error: WriteError) -> None:
        """Tell why it failed, and offer the ways out."""
        self._notifier.ask(question(error), self._answered)

    def _answered(self, answer: str) -> None:
        if answer == RETRY:
            self._saving.try_again()
        elif answer == UNPROTECT:
            self._saving.try_again(unprotecting=True)
        elif answer == ELSEWHERE:
            self._give_up()
            self._saving.save_as()
        else:
            self._give_up()


def question(error: WriteError) -> Question:
    """The question for this error: its obstacle decides which way out comes first."""
    text = "\n\n".join(part for part in (error.where, _text(error)) if part)
    return Question(error.what, text, (*_choices(error.obstacle), Choice(CANCEL, tr("Cancel"))), cancel=CANCEL)


def _choices(obstacle: Obstacle) -> tuple[Choice, ...]:
    retry, elsewhere = tr("&Try again"), tr("Save to &another place…")
    if obstacle is Obstacle.READ_ONLY:
        return Choice(UNPROTECT, tr("&Clear the mark and save"), "primary"), Choice(ELSEWHERE, elsewhere)
    if obstacle in {Obstacle.GONE, Obstacle.FULL}:
        return Choice(ELSEWHERE, elsewhere, "primary"), Choice(RETRY, retry)
    return Choice(RETRY, retry, "primary"), Choice(ELSEWHERE, elsewhere)


def _text(error: WriteError) -> str:
    if error.obstacle is Obstacle.GONE:
        return tr("Connect the drive again, or save to another place. Until then your changes stay in this window.")
    if error.obstacle is Obstacle.READ_ONLY:
        return tr("Somebody marked it so that it is not changed by mistake. What was saved so far is kept.")
    return error.what_to_do
