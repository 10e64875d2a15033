"""The questions of one starter package, and the files that the answers make."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from gui.qt.forms import GRID, align_caption, column, fill, make_label, restyle
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from spkcore.package.templates import Parameter, Template, file_paths


class TemplateForm(QWidget):
    """The questions of one template; what is wrong stands below its field."""

    changed = Signal()

    def __init__(self, template: Template, remembered: Mapping[str, str]) -> None:
        super().__init__()
        self.template = template
        self.fields: dict[str, QLineEdit] = {}
        self._notes: dict[str, QLabel] = {}
        self._help: dict[str, str] = {}
        self._touched: set[str] = set()
        lines = column(self, spacing=GRID)
        lines.setContentsMargins(0, 0, GRID, 0)
        fill(lines, make_label(template.title, "heading", wrap=True), make_label(template.summary, "muted", wrap=True))
        lines.addWidget(make_label(tr("DSM {versions}", versions=template.dsm), "keys"), 0, Qt.AlignmentFlag.AlignLeft)
        form = QGridLayout()
        form.setVerticalSpacing(GRID + GRID // 2)
        form.setHorizontalSpacing(2 * GRID)
        form.setColumnStretch(1, 1)
        defaults = template.complete({})
        for parameter in template.parameters:
            self._add_field(form, parameter, defaults[parameter.name])
        fill(lines, GRID, form, None)
        self.take(remembered)

    def values(self) -> dict[str, str]:
        """The answers."""
        return {name: field.text().strip() for name, field in self.fields.items()}

    def given(self) -> dict[str, str]:
        """The answers that somebody typed, now or once."""
        return {name: value for name, value in self.values().items() if name in self._touched}

    def take(self, answers: Mapping[str, str]) -> None:
        """Take over the answers that are asked for here, too."""
        for name, value in answers.items():
            if name in self.fields and value:
                self._touched.add(name)
                self.fields[name].setText(value)
                self.fields[name].setCursorPosition(0)
        self._fill_in_defaults()

    def show_problems(self) -> str:
        """Mark bad answers; the first one with what to do, or nothing when all are good."""
        problems = self.template.problems(self.values())
        for name, field in self.fields.items():
            problem = problems.get(name, "")
            restyle(field, "state", "error" if problem else "")
            note = self._notes[name]
            note.setText(problem or self._help[name])
            restyle(note, "role", "error" if problem else "small")
            field.setAccessibleDescription(problem or self._help[name])
        labels = {parameter.name: parameter.label for parameter in self.template.parameters}
        return next((f"{labels[name]}: {problem}" for name, problem in problems.items()), "")

    def _add_field(self, form: QGridLayout, parameter: Parameter, value: str) -> None:
        field = QLineEdit(value)
        field.setCursorPosition(0)
        field.setAccessibleName(parameter.label)
        if parameter.optional:
            field.setPlaceholderText(tr("May stay empty"))
        note = make_label(parameter.help, "small", wrap=True)
        box = column(spacing=2)
        fill(box, field, note)
        caption = make_label(parameter.label)
        caption.setBuddy(field)
        align_caption(caption, field)
        line = form.rowCount()
        form.addWidget(caption, line, 0, Qt.AlignmentFlag.AlignTop)
        form.addLayout(box, line, 1)
        field.textEdited.connect(self._on_edited)
        field.setObjectName(parameter.name)
        self.fields[parameter.name] = field
        self._notes[parameter.name] = note
        self._help[parameter.name] = parameter.help

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        sender = self.sender()
        if isinstance(sender, QLineEdit):
            self._touched.add(sender.objectName())
            self._fill_in_defaults()
        self.changed.emit()

    def _fill_in_defaults(self) -> None:
        """Answers that nobody touched follow from the others: the path follows the package name."""
        for name, value in self.template.complete(self.given()).items():
            if name not in self._touched and self.fields[name].text() != value:
                self.fields[name].setText(value)


class FilePreview(QTreeWidget):
    """The files that will be made."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = theme.icon("folder")
        self._file = theme.icon("file")
        self._shown: list[str] = []
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setAccessibleName(tr("Files of the new package"))

    def show_files(self, template: Template, values: Mapping[str, str]) -> None:
        """Show what these answers make."""
        paths = file_paths(template, values)
        if paths == self._shown:
            return
        self._shown = paths
        self.clear()
        folders: dict[str, QTreeWidgetItem] = {}
        for path in sorted(paths, key=_folders_first):
            self._add(path, folders)
        for name, item in folders.items():
            item.setExpanded(not name.endswith(("images", "texts")))

    def paths(self) -> list[str]:
        """What is shown."""
        return self._shown

    def _add(self, path: str, folders: dict[str, QTreeWidgetItem]) -> None:
        parent = self.invisibleRootItem()
        *above, name = path.split("/")
        for depth, folder in enumerate(above, 1):
            key = "/".join(above[:depth])
            if key not in folders:
                folders[key] = QTreeWidgetItem(parent, [folder])
                folders[key].setIcon(0, self._folder)
            parent = folders[key]
        QTreeWidgetItem(parent, [name]).setIcon(0, self._file)


def _folders_first(path: str) -> tuple[tuple[bool, str], ...]:
    *above, name = path.split("/")
    return (*((False, folder.casefold()) for folder in above), (True, name.casefold()))
