"""The editor of help contents and search index: pages inside pages, which open, and begin where they are missing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QScrollArea, QWidget

from gui.app.context import AppContext
from gui.editors.desktop.host import text_input
from gui.editors.desktop.presenter import DesktopPart
from gui.editors.formeditor import FormEditor
from gui.editors.jsonpart import JsonPart
from gui.editors.schemaform.forms import ObjectForm
from gui.editors.schemaform.host import FormHost
from gui.editors.schemaform.inputs import PickInput
from gui.editors.schemaform.problems import ProblemsAt
from gui.qt.forms import GRID, column, make_tool
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.fields import FieldInput, FieldSpec
from spkcore.base.errors import SpkError
from spkcore.checks.engine import Problem
from spkcore.package.desktop import CONFIG, DEFINITIONS, SCHEMA
from spkcore.package.formspecs import shape_of
from spkcore.package.helppages import help_pages, new_page, page_path

_WIDEST = 110 * GRID


class PageInput(PickInput):
    """The name of a help page, with a button that opens it."""

    open_wanted = Signal(str)

    def __init__(self, spec: FieldSpec, host: HelpHost) -> None:
        theme = host.theme
        super().__init__(spec, theme.icon("file"), tr("Pick a page: {label}", label=spec.label), host.page_choices)
        self.open = make_tool(theme.icon("open"), tr("Open the page, or begin it: {label}", label=spec.label))
        self.open.clicked.connect(self._on_open)
        self.line.addWidget(self.open)

    def show_value(self, value: object) -> None:
        super().show_value(value)
        self.open.setEnabled(bool(value) and isinstance(value, str))

    @Slot()
    def _on_open(self) -> None:
        self.open_wanted.emit(self.edit.text())


class HelpHost(FormHost):
    """The inputs know the pages, the desktop entries and the texts of the folder."""

    open_wanted = Signal(str)
    """A page as the table of contents names it."""

    def make_input(self, spec: FieldSpec) -> FieldInput:
        if spec.name == "content":
            made = PageInput(spec, self)
            made.open_wanted.connect(self.open_wanted)
            return made
        desktop = DesktopPart(f"{self.folder}/{CONFIG}", self.part.document)
        if spec.name == "app":
            tip = tr("Pick a desktop entry: {label}", label=spec.label)
            return PickInput(spec, self.theme.icon("desktop"), tip, partial(_entries, desktop))
        return text_input(self.theme, desktop, spec) or super().make_input(spec)

    @property
    def folder(self) -> str:
        """The desktop folder."""
        return self.part.path.rpartition("/")[0]

    def page_choices(self) -> list[tuple[str, str]]:
        """The pages that are there, each with its languages."""
        pages = help_pages(self.part.document.entries, self.folder)
        return [(page, ", ".join(found)) for page, found in pages.items()]


class HelpEditor(FormEditor):
    """Edits helptoc.conf or index.conf."""

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(JsonPart(path, document), document, context, parent)
        self.host = HelpHost(self.part, context, self)
        self.host.open_wanted.connect(self.open_page)
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

    @Slot(str)
    def open_page(self, content: str) -> None:
        """Show a page of the help; begin it first where no language has it."""
        entries = self.document.entries
        if not page_path(entries, self.host.folder, content):
            try:
                self.document.push(new_page(entries, self.host.folder, content), tr("Begin {name}", name=content))
            except SpkError as error:
                self.context.notifier.inform(f"{error.what}. {error.what_to_do}")
                return
        self.place_wanted.emit(page_path(self.document.entries, self.host.folder, content), "", 0, 0)

    def focus_pointer(self, pointer: str) -> bool:
        done = self.form.focus_pointer(pointer)
        focus = self._area.focusWidget()
        if done and focus is not None:
            self._area.ensureWidgetVisible(focus, 0, 8 * GRID)
        return done

    def show_form_problems(self, problems: Sequence[Problem]) -> None:
        self.host.problems = ProblemsAt(problems)
        self.form.show_problems()


def _entries(part: DesktopPart) -> list[tuple[str, str]]:
    part.reload()
    return [(entry.name, part.title(entry)) for entry in part.entries()]
