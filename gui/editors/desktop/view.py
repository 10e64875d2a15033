"""The editor of desktop entries: the main menu on top, the entries on the left, the form of the chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QScrollArea, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.editors.desktop.adddialog import AddEntryDialog
from gui.editors.desktop.page import EntryPage
from gui.editors.desktop.presenter import DesktopPart, MenuItem
from gui.editors.desktop.preview import MainMenu
from gui.editors.formeditor import FormEditor
from gui.editors.schemaform.host import FormHost
from gui.editors.schemaform.problems import ProblemsAt
from gui.qt.forms import GRID, column, fill, make_button, make_label, make_tool, row
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.services.notifier import Choice, Question
from gui.widgets.emptystate import EmptyState
from gui.widgets.fieldform import worst_severity
from gui.widgets.segments import Segments
from gui.widgets.valueedits import CalmCombo
from spkcore.checks.engine import Problem
from spkcore.package.desktop import DesktopEntry
from spkcore.package.jsontext import join_pointer, split_pointer

_NAME = int(Qt.ItemDataRole.UserRole)
_SIGNS = {"error": ("error", "danger"), "warning": ("warning", "warning")}


class EntryList(QListWidget):
    """Del removes, F2 renames, Alt+Up and Alt+Down move."""

    def __init__(self, editor: DesktopEditor) -> None:
        super().__init__()
        self._editor = editor
        self.setAccessibleName(tr("Desktop entries"))
        self.setMinimumWidth(24 * GRID)
        self.setIconSize(QSize(18, 18))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if event.key() == Qt.Key.Key_Delete:
            self._editor.remove_shown()
        elif event.key() == Qt.Key.Key_F2:
            self._editor.rename_shown()
        elif alt and step:
            self._editor.move_shown(step)
        else:
            super().keyPressEvent(event)


class DesktopEditor(FormEditor):
    """Edits the file config of a desktop folder."""

    part: DesktopPart

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(DesktopPart(path, document), document, context, parent)
        self.host = FormHost(self.part, context, self)
        self.host.fix_wanted.connect(self.fix_wanted)
        self.menu = MainMenu()
        self.look = Segments(((7, tr("DSM 7")), (6, tr("DSM 6"))), tr("The look of which DSM"))
        self.look.choose(7)
        self.language = CalmCombo()
        self.language.setAccessibleName(tr("Language of the preview"))
        self.list = EntryList(self)
        self.add_button = make_button(tr("Add an entry…"), icon=context.theme.icon("plus"))
        self.rename_button = make_tool(context.theme.icon("rename"), tr("Rename this entry (F2)"))
        self.remove_button = make_tool(context.theme.icon("trash"), tr("Remove this entry (Del)"))
        text = tr("An entry is an icon in the main menu of DSM: a page, a program, a script with its output.")
        self.nothing = EmptyState(context.theme, "desktop", tr("No entries"), text, action=tr("Add an entry…"))
        self.pages: dict[str, EntryPage] = {}
        self._stack = QStackedWidget()
        self._stack.addWidget(self.nothing)
        self._connect()
        self.set_form(self._make_form())

    # ------------------------------------------------------------------------------------------ editor

    def concerns(self, paths: frozenset[str]) -> bool:
        """Icons and texts of the folder are shown, too."""
        below = self.part.folder + "/"
        return any(path.startswith(below) or path == "INFO" for path in paths)

    def show_part(self) -> None:
        self.host.look_again()
        self._show_languages()
        self._show_menu()
        self._show_list()
        self._show_page()
        self.show_form_problems(self._problems)

    def focus_pointer(self, pointer: str) -> bool:
        tokens = split_pointer(pointer)
        entry = next((entry for entry in self.part.entries() if tokens[:2] == [entry.file, entry.name]), None)
        if entry is None:
            self.list.setFocus()
            return len(tokens) < 2
        self.select(entry.name)
        if len(tokens) == 2:
            self.list.setFocus()
            return True
        return self.pages[entry.name].focus_pointer(pointer)

    def show_form_problems(self, problems: Sequence[Problem]) -> None:
        self.host.problems = ProblemsAt(problems)
        by_name = {entry.name: entry.pointer for entry in self.part.entries()}
        for at in range(self.list.count()):
            item = self.list.item(at)
            here = self.host.problems.within(by_name.get(item.data(_NAME), "/"))
            icon = _SIGNS.get(worst_severity(here), ("desktop", "icon"))
            item.setIcon(self.context.theme.icon(*icon))
            item.setToolTip("\n".join(problem.message for problem in here) or str(item.data(_NAME)))
        page = self.pages.get(self.shown_entry)
        if page is not None:
            page.show_problems()

    # ------------------------------------------------------------------------------------------ what people do

    @property
    def shown_entry(self) -> str:
        """The name of the entry whose form is shown; empty where there is none."""
        at = self.list.currentRow()
        return str(self.list.item(at).data(_NAME)) if at >= 0 else ""

    @Slot(str)
    def select(self, name: str) -> None:
        """Show the form of this entry."""
        for at in range(self.list.count()):
            if self.list.item(at).data(_NAME) == name:
                self.list.setCurrentRow(at)

    @Slot()
    def open_add_dialog(self) -> None:
        """Let people say what the new entry opens."""
        self.document.break_merging()
        known = {entry.name for entry in self.part.entries()}
        dialog = AddEntryDialog(self.part, self.window())
        dialog.accepted.connect(partial(self._select_new, known))
        dialog.open()

    @Slot()
    def rename_shown(self) -> None:
        """Ask for another name of the entry."""
        entry = self._entry()
        if entry is not None:
            self.context.notifier.ask_text(
                tr("Rename the entry"), tr("Its name, which no other entry of the NAS may have"), entry.name,
                partial(self._on_named, entry),
            )  # fmt: skip

    def remove_shown(self) -> None:
        """Take the entry out; where a folder belongs to it alone, ask about that, too."""
        entry = self._entry()
        if entry is None:
            return
        folder = self.part.own_folder(entry)
        if not folder:
            self._remove(entry, "entry")
            return
        question = Question(
            tr("Remove {title}?", title=self.part.title(entry)),
            tr("Only this entry opens the folder {folder}. Undo brings both back.", folder=folder),
            (
                Choice("all", tr("Remove it &with its folder"), "primary"),
                Choice("entry", tr("&Keep the folder")),
                Choice("", tr("Cancel")),
            ),
            cancel="",
        )
        self.context.notifier.ask(question, partial(self._remove, entry))

    def move_shown(self, step: int) -> None:
        """Move the entry up or down."""
        entry = self._entry()
        if entry is not None:
            self.part.move_entry(entry, step)

    def _remove(self, entry: DesktopEntry, answer: str) -> None:
        if answer:
            problem = self.part.remove_entry(entry, with_files=answer == "all")
            if problem:
                self.context.notifier.inform(problem)
            (self.list if self.list.count() else self.nothing).setFocus()

    def _on_named(self, entry: DesktopEntry, name: str) -> None:
        problem = self.part.rename_entry(entry, name.strip())
        if problem:
            self.context.notifier.inform(problem)
        else:
            self.select(name.strip())

    def _select_new(self, known: set[str]) -> None:
        new = next((entry.name for entry in self.part.entries() if entry.name not in known), "")
        self.select(new)
        if new in self.pages:
            self.pages[new].focus_pointer(join_pointer(self.pages[new].pointer, "title"))

    def _entry(self) -> DesktopEntry | None:
        return next((entry for entry in self.part.entries() if entry.name == self.shown_entry), None)

    # ------------------------------------------------------------------------------------------ what is shown

    def _show_languages(self) -> None:
        wanted = self.part.languages()
        shown = [(self.language.itemData(at), self.language.itemText(at)) for at in range(self.language.count())]
        if shown != wanted:
            kept = self.language.currentData()
            self.language.clear()
            for code, name in wanted:
                self.language.addItem(name, code)
            self.language.setCurrentIndex(max(self.language.findData(kept), 0))
        self.language.setVisible(len(wanted) > 1)

    @Slot()
    def _show_menu(self) -> None:
        self.menu.show_items(self._items(), 7 if self.look.chosen == 7 else 6)
        self.menu.select(self.shown_entry)

    def _items(self) -> list[MenuItem]:
        return self.part.items(str(self.language.currentData() or ""))

    def _show_list(self) -> None:
        items = self._items()
        names = [item.entry.name for item in items]
        kept = self.shown_entry
        shown = [self.list.item(at).data(_NAME) for at in range(self.list.count())]
        self.list.blockSignals(True)  # noqa: FBT003 - Qt's own signature
        if shown != names:
            self.list.clear()
            for name in names:
                line = QListWidgetItem()
                line.setData(_NAME, name)
                self.list.addItem(line)
            self.list.setCurrentRow(names.index(kept) if kept in names else min(len(names) - 1, 0))
        for at, item in enumerate(items):
            self.list.item(at).setText(item.title)
        self.list.blockSignals(False)  # noqa: FBT003 - Qt's own signature

    @Slot()
    def _on_current_changed(self) -> None:
        self._show_page()

    @Slot()
    def _on_remove_clicked(self) -> None:
        self.remove_shown()

    def _show_page(self) -> None:
        entries = {entry.name: entry for entry in self.part.entries()}
        for name in [name for name, page in self.pages.items() if not page.fits(entries.get(name))]:
            page = self.pages.pop(name)
            self._stack.removeWidget(page)
            page.hide()
            page.deleteLater()
        entry = entries.get(self.shown_entry)
        for button in (self.rename_button, self.remove_button):
            button.setEnabled(entry is not None)
        self.menu.select(self.shown_entry)
        if entry is None:
            self._stack.setCurrentWidget(self.nothing)
            return
        if entry.name not in self.pages:
            self.pages[entry.name] = EntryPage(self.host, self.part, entry)
            self._stack.addWidget(self.pages[entry.name])
        self.pages[entry.name].show_state(entry)
        self.pages[entry.name].show_problems()
        self._stack.setCurrentWidget(self.pages[entry.name])

    def _make_form(self) -> QWidget:
        form = QWidget()
        head = row(spacing=GRID)
        fill(head, make_label(tr("In the main menu of DSM"), "strong"), None, self.language, self.look)
        buttons = row(spacing=GRID // 2)
        buttons.addWidget(self.add_button, 1)
        fill(buttons, self.rename_button, self.remove_button)
        left = column(spacing=GRID)
        left.addWidget(self.list, 1)
        left.addLayout(buttons)
        sides = row(spacing=2 * GRID)
        sides.addLayout(left, 1)
        sides.addWidget(self._stack, 3)
        area = QScrollArea()
        area.setWidget(self.menu)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFixedHeight(18 * GRID)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        lines = column(form, margin=2 * GRID, spacing=GRID)
        lines.addLayout(head)
        fill(lines, area)
        lines.addLayout(sides, 1)
        form.setFocusProxy(self.list)
        return form

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._on_current_changed)
        self.add_button.clicked.connect(self.open_add_dialog)
        self.nothing.triggered.connect(self.open_add_dialog)
        self.rename_button.clicked.connect(self.rename_shown)
        self.remove_button.clicked.connect(self._on_remove_clicked)
        self.menu.chosen.connect(self.select)
        self.look.chosen_changed.connect(self._show_menu)
        self.language.activated.connect(self._on_language)

    @Slot()
    def _on_language(self) -> None:
        self._show_menu()
        self._show_list()
