"""What the forms of one place share: the place, the host, and a note that says what is wrong with the whole."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from gui.editors.schemaform.host import FormHost
from gui.qt.forms import column, fill, make_label, restyle
from gui.widgets.fieldform import worst_severity
from gui.widgets.fixline import FixLine
from spkcore.checks.engine import Problem
from spkcore.package.formspecs import Shape


class SchemaForm(QWidget):
    """Edits the value at `pointer`, described by `shape`. With `prunes`, a value that becomes empty goes whole."""

    def __init__(self, host: FormHost, shape: Shape, *, prunes: bool = False) -> None:
        super().__init__()
        self.host = host
        self.shape = shape
        self.prunes = prunes
        self.pointer = ""

    def show_at(self, pointer: str, value: object) -> None:
        """Show `value`, which stands at `pointer`; None where there is nothing."""
        self.pointer = pointer

    def show_problems(self) -> None:
        """Show what `host.problems` says about this place and those below it."""

    def focus_pointer(self, pointer: str) -> bool:
        """Put the focus on the field of `pointer`, or near it; False where it is not here."""
        return False


class ProblemNote(QWidget):
    """What is wrong with a place as a whole, with its fixes; hidden while nothing is."""

    def __init__(self, host: FormHost) -> None:
        super().__init__()
        self.text = make_label("", "error", wrap=True)
        self.fixes = FixLine()
        self.fixes.fix_wanted.connect(host.fix_wanted)
        fill(column(self, spacing=2), self.text, self.fixes)
        self.hide()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say these."""
        self.text.setText("\n".join(problem.message for problem in problems))
        restyle(self.text, "role", {"error": "error", "warning": "warning"}.get(worst_severity(problems), "muted"))
        self.fixes.show_fixes(problems)
        self.setVisible(bool(problems))
