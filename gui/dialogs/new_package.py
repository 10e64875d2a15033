"""The dialog that makes a new package from a template."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QScrollArea, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.dialogs.base import BaseDialog
from gui.dialogs.templateform import FilePreview, TemplateForm
from gui.dialogs.templategallery import TemplateGallery
from gui.qt.forms import GRID, column, fill, make_button, make_label, restyle, row
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.services.settings import AUTHOR, AUTHOR_URL, LAST_FOLDER
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.package.templates import Template, create_package, list_templates

_NAME = "package"
_REMEMBERED = {"maintainer": AUTHOR, "maintainer_url": AUTHOR_URL}
"""Answers that are the same for the next package."""


class NewPackageDialog(BaseDialog):
    """Templates on the left, the questions of the chosen one and its files beside them, the folder below."""

    created = Signal(object)
    """Path of the new package folder."""

    def __init__(self, context: AppContext, template_id: str = "", parent: QWidget | None = None) -> None:
        super().__init__(tr("New package"), parent)
        self._context = context
        self._task: Task | None = None
        self._folder = Path()
        templates = list_templates()
        self.gallery = TemplateGallery(templates, context.theme)
        self._pages = QStackedWidget()
        remembered = {name: context.settings.get(setting) for name, setting in _REMEMBERED.items()}
        self.forms = [TemplateForm(template, remembered) for template in templates]
        for form in self.forms:
            self._pages.addWidget(_scrolling(form))
            form.changed.connect(self._validate)
        self.files = FilePreview(context.theme)
        self.place = QLineEdit(str(self._start_folder()))
        self.place.textChanged.connect(self._validate)
        self.where = make_label("", "small", wrap=True)
        self._lay_out()
        ids = [template.id for template in templates]
        self._row = ids.index(template_id) if template_id in ids else 0
        self.gallery.chosen.connect(self._on_chosen)
        self.gallery.accepted.connect(self._focus_form)
        self.gallery.choose(self._row)
        self._focus_form()

    @property
    def list(self) -> QListWidget:
        """The list of templates."""
        return self.gallery.list

    @property
    def form(self) -> TemplateForm:
        """The questions of the chosen template."""
        return self.forms[self._row]

    @property
    def folder(self) -> Path:
        """The folder that will be made."""
        return Path(self.place.text()).expanduser() / self.form.values().get(_NAME, "package")

    def _lay_out(self) -> None:
        letter = QFontMetrics(self.font()).averageCharWidth()
        parts = row(spacing=3 * GRID)
        parts.addWidget(self.gallery)
        parts.addWidget(self._pages, 1)
        parts.addWidget(self._preview(30 * letter))
        self.body.addLayout(parts, 1)
        line = row(spacing=GRID)
        caption = make_label(tr("Make it &in"))
        caption.setTextFormat(Qt.TextFormat.AutoText)
        caption.setBuddy(self.place)
        self.place.setAccessibleName(tr("Folder in which the package folder is made"))
        browse = make_button(tr("&Browse…"))
        browse.clicked.connect(self._on_browse_clicked)
        line.addWidget(caption)
        line.addWidget(self.place, 1)
        line.addWidget(browse)
        fill(self.body, line, self.where)
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.create_button = self.add_button(make_button(tr("&Create package"), "primary"), default=True)
        self.create_button.clicked.connect(self._on_create_clicked)
        wanted = QSize(self.gallery.wanted_width + 92 * letter + 14 * GRID, 90 * GRID)
        self.setMinimumSize(wanted.boundedTo(self.screen().availableSize() * 0.9))
        self.resize_within_screen(wanted)

    def _preview(self, width: int) -> QWidget:
        self._right = QWidget()
        self._right.setFixedWidth(width)
        caption = make_label(tr("What you will get"), "section")
        caption.setBuddy(self.files)
        lines = column(self._right, spacing=GRID)
        fill(lines, caption)
        lines.addWidget(self.files, 1)
        return self._right

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The questions need their room: on a small screen the files hide, and the gallery gets narrower."""
        width = event.size().width()
        questions = 48 * QFontMetrics(self.font()).averageCharWidth() + 12 * GRID
        self._right.setVisible(width >= self.gallery.wanted_width + questions + self._right.minimumWidth())
        self.gallery.setFixedWidth(min(self.gallery.wanted_width, width * 2 // 5))
        super().resizeEvent(event)

    def _start_folder(self) -> Path:
        last = self._context.settings.get(LAST_FOLDER)
        return Path(last) if last else Path.home() / "Packages"

    @Slot(int)
    def _on_chosen(self, current: int) -> None:
        """What was typed for one template counts for the next, too."""
        given = self.form.given()
        self._row = current
        self.form.take(given)
        self._pages.setCurrentIndex(current)
        self._validate()

    @Slot()
    def _focus_form(self) -> None:
        self.form.fields[_NAME].setFocus()
        self.form.fields[_NAME].selectAll()

    @Slot()
    def _validate(self) -> None:
        problem = self.form.show_problems()
        self.files.show_files(self.form.template, self.form.values())
        self.where.setText(problem or tr("New folder: {path}", path=self.folder))
        restyle(self.where, "role", "error" if problem else "small")
        self.create_button.setEnabled(not problem and bool(self.place.text().strip()) and self._task is None)

    @Slot()
    def _on_browse_clicked(self) -> None:
        self._context.notifier.choose_folder(tr("Folder for the new package"), Path(self.place.text()), self._chosen)

    def _chosen(self, folder: Path) -> None:
        self.place.setText(str(folder))

    @Slot()
    def _on_create_clicked(self) -> None:
        self._folder = self.folder
        work = partial(_create, self.form.template, self.form.values(), self._folder)
        title = tr("Create {name}", name=self._folder.name)
        self._task = self._context.tasks.start("open", title, work)
        self._task.finished.connect(self._on_created)
        self._task.failed.connect(self._on_failed)
        self._validate()

    @Slot(object)
    def _on_created(self, _result: object) -> None:
        self._context.settings.put(LAST_FOLDER, str(self._folder.parent))
        for name, value in self.form.given().items():
            if name in _REMEMBERED:
                self._context.settings.put(_REMEMBERED[name], value)
        self.created.emit(self._folder)
        self.accept()

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self._task = None
        self._validate()
        if isinstance(error, SpkError):
            self._context.notifier.error(error)


def _scrolling(form: TemplateForm) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName("Page")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(form)
    return area


def _create(template: Template, values: dict[str, str], folder: Path, context: TaskContext) -> None:
    create_package(template, values, folder, context)
