"""The dialog that makes a new package from a template."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.dialogs.base import BaseDialog
from gui.qt.forms import GRID, align_caption, column, fill, make_button, make_label, restyle, row
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.services.settings import LAST_FOLDER
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.package.templates import Template, create_package, list_templates

_NAME = "package"


class NewPackageDialog(BaseDialog):
    """Template on the left, its questions on the right, the folder below."""

    created = Signal(object)
    """Path of the new package folder."""

    def __init__(self, context: AppContext, template_id: str = "", parent: QWidget | None = None) -> None:
        super().__init__(tr("New package"), parent)
        self._context = context
        self._task: Task | None = None
        self._folder = Path()
        self.setMinimumSize(112 * GRID, 70 * GRID)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Template"))
        self.list.setIconSize(QSize(24, 24))
        self.list.setFixedWidth(38 * GRID)
        self._pages = QStackedWidget()
        self.forms = [TemplateForm(template) for template in list_templates()]
        for form in self.forms:
            self._pages.addWidget(form)
            form.changed.connect(self._validate)
            self.list.addItem(_item(form.template))
        self.place = QLineEdit(str(self._start_folder()))
        self.place.textChanged.connect(self._validate)
        self._where = make_label("", "small", wrap=True)
        self._lay_out()
        self.list.currentRowChanged.connect(self._on_row_changed)
        ids = [form.template.id for form in self.forms]
        self.list.setCurrentRow(ids.index(template_id) if template_id in ids else 0)
        self.form.fields[_NAME].setFocus()
        self.form.fields[_NAME].selectAll()

    @property
    def form(self) -> TemplateForm:
        """The questions of the chosen template."""
        return self.forms[self.list.currentRow()]

    @property
    def folder(self) -> Path:
        """The folder that will be made."""
        return Path(self.place.text()).expanduser() / self.form.values().get(_NAME, "package")

    def _lay_out(self) -> None:
        halves = row(spacing=3 * GRID)
        halves.addWidget(self.list)
        halves.addWidget(self._pages, 1)
        self.body.addLayout(halves, 1)
        line = row(spacing=GRID)
        caption = make_label(tr("Make it &in"))
        caption.setTextFormat(Qt.TextFormat.AutoText)
        caption.setBuddy(self.place)
        browse = make_button(tr("&Browse…"))
        browse.clicked.connect(self._on_browse_clicked)
        line.addWidget(caption)
        line.addWidget(self.place, 1)
        line.addWidget(browse)
        fill(self.body, line, self._where)
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.create_button = self.add_button(make_button(tr("&Create package"), "primary"), default=True)
        self.create_button.clicked.connect(self._on_create_clicked)

    def _start_folder(self) -> Path:
        last = self._context.settings.get(LAST_FOLDER)
        return Path(last) if last else Path.home() / "Packages"

    @Slot(int)
    def _on_row_changed(self, current: int) -> None:
        self._pages.setCurrentIndex(current)
        self._validate()

    @Slot()
    def _validate(self) -> None:
        good = self.form.show_problems()
        self._where.setText(tr("New folder: {path}", path=self.folder))
        self.create_button.setEnabled(good and bool(self.place.text().strip()) and self._task is None)

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
        self.created.emit(self._folder)
        self.accept()

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self._task = None
        self._validate()
        if isinstance(error, SpkError):
            self._context.notifier.error(error)


class TemplateForm(QWidget):
    """The questions of one template; what is wrong stands below its field."""

    changed = Signal()

    def __init__(self, template: Template) -> None:
        super().__init__()
        self.template = template
        self.fields: dict[str, QLineEdit] = {}
        self._notes: dict[str, QLabel] = {}
        self._help: dict[str, str] = {}
        self._touched: set[str] = set()
        lines = column(self, spacing=GRID)
        fill(lines, make_label(template.title, "heading"), make_label(template.summary, "muted", wrap=True), GRID)
        form = QGridLayout()
        form.setVerticalSpacing(GRID + GRID // 2)
        form.setHorizontalSpacing(2 * GRID)
        form.setColumnStretch(1, 1)
        defaults = template.complete({})
        for parameter in template.parameters:
            self._add_field(form, parameter.name, parameter.label, parameter.help, defaults[parameter.name])
        fill(lines, form, None)

    def values(self) -> dict[str, str]:
        """The answers."""
        return {name: field.text().strip() for name, field in self.fields.items()}

    def show_problems(self) -> bool:
        """Mark bad answers; whether all are good."""
        problems = self.template.problems(self.values())
        for name, field in self.fields.items():
            problem = problems.get(name, "")
            restyle(field, "state", "error" if problem else "")
            note = self._notes[name]
            note.setText(problem or self._help[name])
            restyle(note, "role", "error" if problem else "small")
            field.setAccessibleDescription(problem or self._help[name])
        return not problems

    def _add_field(self, form: QGridLayout, name: str, label: str, help_text: str, value: str) -> None:
        field = QLineEdit(value)
        field.setCursorPosition(0)
        note = make_label(help_text, "small", wrap=True)
        box = column(spacing=2)
        fill(box, field, note)
        caption = make_label(label)
        caption.setBuddy(field)
        align_caption(caption, field)
        line = form.rowCount()
        form.addWidget(caption, line, 0, Qt.AlignmentFlag.AlignTop)
        form.addLayout(box, line, 1)
        field.textEdited.connect(self._on_edited)
        field.setObjectName(name)
        self.fields[name] = field
        self._notes[name] = note
        self._help[name] = help_text

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        sender = self.sender()
        if isinstance(sender, QLineEdit):
            self._touched.add(sender.objectName())
            self._fill_in_defaults()
        self.changed.emit()

    def _fill_in_defaults(self) -> None:
        """Answers that nobody touched follow from the others: the package name follows the display name."""
        known = {name: value for name, value in self.values().items() if name in self._touched}
        for name, value in self.template.complete(known).items():
            if name not in self._touched:
                self.fields[name].setText(value)


def _item(template: Template) -> QListWidgetItem:
    item = QListWidgetItem(template.title)
    picture = QPixmap()
    if picture.loadFromData(template.icon):
        item.setIcon(QIcon(picture))
    item.setToolTip(template.summary)
    item.setSizeHint(QSize(0, 5 * GRID))
    return item


def _create(template: Template, values: dict[str, str], folder: Path, context: TaskContext) -> None:
    create_package(template, values, folder, context)
