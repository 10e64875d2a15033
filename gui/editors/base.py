"""What every editor of a part has in common: it shows one part, follows the document, and can be led to a place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.app.context import AppContext
from gui.services.document import Document
from spkcore.checks.engine import Problem
from spkcore.checks.verdict import Verdict


class Editor(QWidget):
    """One part of the package in the middle of the window.

    A subclass builds its widgets, fills them in its constructor, pushes changes onto `document`, and overrides what
    it needs: `refresh`, `reveal`, `set_problems`, `concerns`, and `start_find` where there is something to search in.
    """

    shows_problems = False
    """Whether `set_problems` shows them; else the page does it above the editor."""
    holds_others = False
    """Whether the part is a folder, whose editor also shows what lies below it."""
    status_changed = Signal(str)
    """Short text for the right end of the status bar: "Line 3, column 7", "12 files, 3 MB"."""
    fix_wanted = Signal(object)
    """Problem: carry out its quick fix."""
    problem_wanted = Signal(object)
    """Problem: show it in the list of all problems."""
    add_wanted = Signal()
    """Another part is to be added to the package."""
    place_wanted = Signal(str, str, int, int)
    """Path, field, line and column of another place of the package that the user wants to see; "" and 0: not known."""

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self.document = document
        self.context = context
        document.changed.connect(self._on_document_changed)

    @property
    def path(self) -> str:
        """The path of the part: "INFO", "scripts/postinst", "conf/privilege", "package" for the payload."""
        return self._path

    def concerns(self, paths: frozenset[str]) -> bool:
        """Whether a change of these paths must be shown; the part itself and what lies below it, unless overridden."""
        if self._path in paths:
            return True
        below = self._path + "/"
        return self.holds_others and any(path.startswith(below) for path in paths)

    def refresh(self, paths: frozenset[str]) -> None:
        """Show the document's state again; `paths` are those that changed. Keep focus, caret and scroll position."""

    def reveal(self, field: str = "", line: int = 0, column: int = 0) -> None:
        """Show this place and put the focus there. Lines and columns count from 1; 0 and "" mean: not known."""
        self.setFocus()

    def turn_to(self, path: str) -> None:
        """One editor for several parts: show this one of them. The focus stays where it is."""

    def set_package_state(self, problems: Sequence[Problem], verdicts: Sequence[Verdict]) -> None:
        """How the package as a whole stands; for editors that show more than their part."""

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Mark these problems of this part, and unmark all others."""

    def problems_here(self) -> Sequence[Problem]:
        """The problems of the place that has the focus: of the caret's line, of the field."""
        return ()

    def start_find(self) -> bool:
        """Open the search inside this editor; False when there is nothing to search in."""
        return False

    def compare_saved(self) -> bool:
        """Show how the part differs from the saved file; False when there is no text to compare."""
        return False

    @Slot(object)
    def _on_document_changed(self, paths: frozenset[str]) -> None:
        if self.concerns(paths):
            self.refresh(paths)
