"""The languages of a wizard: which files there are, what they lack, adding one; the presenter and its bar."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from gui.qt.forms import GRID, ICON_AND_GAP, fill, make_button, make_label, plain_tip, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.services.document import Document
from gui.widgets.valueedits import CalmCombo
from spkcore.base.errors import SpkError
from spkcore.package.changes import set_content
from spkcore.package.infokeys import languages
from spkcore.package.jsontext import JsonDocument, parse
from spkcore.package.wizard import WizardFile
from spkcore.package.wizardlanguages import Lack, files_of, lacks


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """One file of the wizard: its path, what it is called, and what it lacks that the general file has."""

    path: str
    name: str
    lacks: tuple[Lack, ...]

    @property
    def text(self) -> str:
        """For the list of languages."""
        if not self.lacks:
            return self.name
        return tr("{name}: lacks {n} part", "{name}: lacks {n} parts", name=self.name, n=len(self.lacks))


class WizardLanguages:
    """The files of one wizard, seen from one of them."""

    def __init__(self, file: WizardFile, document: Document) -> None:
        self.file = file
        self.document = document

    @property
    def general(self) -> WizardFile:
        """The file for everybody whose language has none of its own."""
        return WizardFile(self.file.action)

    def rows(self) -> list[LanguageRow]:
        """The general file and its languages."""
        general = self.tree(self.general.path)
        found = []
        for file in files_of(self.document.entries, self.file.action):
            name = file.language_name or tr("All other languages")
            tree = self.tree(file.path) if file.language else None
            missing = lacks(general, tree) if general is not None and tree is not None else []
            found.append(LanguageRow(file.path, name, tuple(missing)))
        return found

    def to_add(self) -> list[tuple[str, str]]:
        """Codes and names of the languages without a file; "" for the general file where it is missing."""
        taken = {file.language for file in files_of(self.document.entries, self.file.action)}
        found = [(code, name) for code, name in languages().items() if code not in taken]
        return found if "" in taken else [("", tr("All other languages")), *found]

    def add(self, code: str) -> str:
        """Make the file of a language, as a copy to be translated; returns its path."""
        new = WizardFile(self.file.action, code)
        general = self.general.path
        source = general if general in self.document.entries else self.file.path
        change = set_content(self.document.entries, new.path, self.document.content(source))
        name = new.language_name or tr("All other languages")
        self.document.push(change, tr("Add {name} to the wizard", name=name))
        return new.path

    def tree(self, path: str) -> JsonDocument | None:
        """A file of the wizard; None where it cannot be read."""
        if path not in self.document.entries:
            return None
        try:
            found = parse(self.document.text(path))
        except SpkError:
            return None
        return found if found.is_readable else None


class LanguageBar(QWidget):
    """A list of the languages, "Add language", and "Add what is missing"."""

    path_wanted = Signal(str)
    language_wanted = Signal(str)
    """Code of the language to add."""
    complete_wanted = Signal()

    def __init__(self, theme: Theme, presenter: WizardLanguages) -> None:
        super().__init__()
        self.presenter = presenter
        self._rows: list[LanguageRow] = []
        self.choice = CalmCombo()
        self.choice.setAccessibleName(tr("Language of the wizard"))
        self.choice.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToContents)
        self.add = make_button(tr("Add language"), icon=theme.icon("globe"))
        self.complete = make_button(tr("Add what is missing"), icon=theme.icon("plus"))
        self.menu = QMenu(self)
        line = row(self, spacing=GRID)
        self.caption = make_label(tr("Language"), "muted")
        self.caption.setBuddy(self.choice)
        fill(line, self.caption, self.choice, self.add, self.complete)
        for button in (self.add, self.complete):
            button.setAccessibleName(button.text())
        self.choice.activated.connect(self._on_activated)
        self.add.clicked.connect(self._on_add)
        self.complete.clicked.connect(self.complete_wanted)
        self.menu.triggered.connect(self._on_language)

    def set_compact(self, *, is_compact: bool) -> None:
        """Signs instead of words, where there is little room."""
        self.caption.setVisible(not is_compact)
        for button in (self.add, self.complete):
            button.setText("" if is_compact else button.accessibleName())
            button.setIconSize(QSize(2 * GRID, 2 * GRID) if is_compact else ICON_AND_GAP)
        self.add.setToolTip(self.add.accessibleName() if is_compact else "")

    def show_languages(self) -> None:
        """Show the files that there are."""
        rows = self.presenter.rows()
        if rows == self._rows:
            return
        self._rows = rows
        here = self.presenter.file.path
        self.choice.clear()
        self.choice.addItems([found.text for found in self._rows])
        current = next((at for at, found in enumerate(self._rows) if found.path == here), -1)
        self.choice.setCurrentIndex(current)
        missing = self._rows[current].lacks if current >= 0 else ()
        self.complete.setVisible(bool(missing))
        names = ", ".join(lack.name for lack in missing)
        self.complete.setToolTip(plain_tip(tr("The file for all other languages also has: {names}", names=names)))
        self.complete.setAccessibleDescription(self.complete.toolTip())

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        wanted = self._rows[index].path
        here = next((at for at, found in enumerate(self._rows) if found.path == self.presenter.file.path), -1)
        self.choice.setCurrentIndex(here)
        if wanted != self.presenter.file.path:
            self.path_wanted.emit(wanted)

    @Slot()
    def _on_add(self) -> None:
        self.menu.clear()
        for code, name in self.presenter.to_add():
            self.menu.addAction(f"{name} ({code})" if code else name).setData(code)
        self.menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    @Slot(QAction)
    def _on_language(self, action: QAction) -> None:
        self.language_wanted.emit(str(action.data()))
