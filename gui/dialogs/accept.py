"""Asks why problems do not count in this package, and where they do not."""

from __future__ import annotations

import glob
from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPlainTextEdit, QRadioButton, QWidget

from gui.dialogs.base import BaseDialog
from gui.models.problems import place_text
from gui.qt.forms import GRID, column, fill, make_button, make_label
from gui.qt.i18n import tr
from spkcore.checks.engine import Problem
from spkcore.checks.overrides import Override

_SHOWN = 3


class AcceptDialog(BaseDialog):
    """Gives the overrides that accept `problems`; there is at least one."""

    chosen = Signal(object)
    """tuple[Override, ...]"""

    def __init__(self, problems: Sequence[Problem], parent: QWidget | None) -> None:
        super().__init__(tr("Accept with a reason"), parent, heading=tr("Why does this not count here?"))
        self._problems = problems
        self.reason = QPlainTextEdit()
        self.here = QRadioButton(self._here_text())
        self.everywhere = QRadioButton(self._everywhere_text())
        self.setMinimumWidth(66 * GRID)
        self._lay_out()
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.accept_button = self.add_button(make_button(tr("Accept"), "primary"), default=True)
        self.accept_button.clicked.connect(self.accept)
        self.reason.textChanged.connect(self._on_reason_changed)
        self.accepted.connect(self._on_accepted)
        self._on_reason_changed()
        self.reason.setFocus()

    def overrides(self) -> tuple[Override, ...]:
        """What was chosen."""
        reason = " ".join(self.reason.toPlainText().split())
        exact = self.here.isChecked()
        found = [Override(item.rule, reason, _pattern(item.path) if exact else "") for item in self._problems]
        return tuple(dict.fromkeys(found))

    def _lay_out(self) -> None:
        texts = column(spacing=2)
        for problem in self._problems[:_SHOWN]:
            fill(texts, make_label(f"{problem.message} ({place_text(problem)}, {problem.rule})", wrap=True))
        more = len(self._problems) - _SHOWN
        if more > 0:
            fill(texts, make_label(tr("and {n} more", "and {n} more", n=more), "muted"))
        caption = make_label(tr("Reason"), "strong")
        caption.setBuddy(self.reason)
        self.reason.setAccessibleName(tr("Reason"))
        self.reason.setPlaceholderText(tr("For the next person who looks at this package"))
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(9 * GRID)
        scope = column(spacing=0)
        fill(scope, self.here, self.everywhere)
        has_place = all(problem.path for problem in self._problems)
        self.here.setEnabled(has_place)
        (self.here if has_place else self.everywhere).setChecked(True)
        note = tr(
            "The reason is kept in .spkcreator/settings.json in the package folder. What DSM says does not change: "
            "DSM knows no exceptions."
        )
        self.body.addLayout(texts)
        fill(self.body, GRID // 2, caption, self.reason, GRID // 2)
        self.body.addLayout(scope)
        fill(self.body, GRID // 2, make_label(note, "small", wrap=True))

    def _here_text(self) -> str:
        paths = list(dict.fromkeys(problem.path for problem in self._problems))
        if len(paths) == 1:
            return tr("Only in {path}", path=paths[0]) if paths[0] else tr("Only in this file")
        return tr("Only in these {n} files", "Only in these {n} files", n=len(paths))

    def _everywhere_text(self) -> str:
        names = list(dict.fromkeys(problem.rule for problem in self._problems))
        return tr("Everywhere in this package: rule {names}", names=", ".join(names[:_SHOWN]))

    @Slot()
    def _on_reason_changed(self) -> None:
        self.accept_button.setEnabled(bool(self.reason.toPlainText().strip()))

    @Slot()
    def _on_accepted(self) -> None:
        self.chosen.emit(self.overrides())


def _pattern(path: str) -> str:
    """`path` so that it matches nothing but itself; it may hold brackets."""
    return glob.escape(path)
