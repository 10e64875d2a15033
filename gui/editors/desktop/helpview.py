"""The editor of help contents and search index: one form from the schema, with pages inside pages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from gui.app.context import AppContext
from gui.editors.formeditor import FormEditor
from gui.editors.jsonpart import JsonPart
from gui.editors.schemaform.forms import ObjectForm
from gui.editors.schemaform.host import FormHost
from gui.editors.schemaform.problems import ProblemsAt
from gui.qt.forms import GRID, column
from gui.services.document import Document
from spkcore.checks.engine import Problem
from spkcore.package.desktop import DEFINITIONS, SCHEMA
from spkcore.package.formspecs import shape_of

_WIDEST = 110 * GRID


class HelpEditor(FormEditor):
    """Edits helptoc.conf or index.conf."""

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(JsonPart(path, document), document, context, parent)
        self.host = FormHost(self.part, context, self)
        self.host.fix_wanted.connect(self.fix_wanted)
        self.form = ObjectForm(self.host, shape_of(SCHEMA, DEFINITIONS[path.rpartition("/")[2]]))
        body = QWidget()
        body.setMaximumWidth(_WIDEST)
        lines = column(body, margin=3 * GRID)
        lines.addWidget(self.form)
        lines.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidget(body)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.set_form(self._area)

    def show_part(self) -> None:
        self.host.look_again()
        self.form.show_at("", self.part.value(""))
        self.form.show_problems()

    def focus_pointer(self, pointer: str) -> bool:
        done = self.form.focus_pointer(pointer)
        focus = self._area.focusWidget()
        if done and focus is not None:
            self._area.ensureWidgetVisible(focus, 0, 8 * GRID)
        return done

    def show_form_problems(self, problems: Sequence[Problem]) -> None:
        self.host.problems = ProblemsAt(problems)
        self.form.show_problems()
