"""The editor of desktop entries: the main menu on top, the entries on the left, the form of the chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from gui.app.context import AppContext
from gui.editors.desktop.adddialog import AddEntryDialog
from gui.editors.desktop.entrylist import EntryList
from gui.editors.desktop.host import DesktopHost
from gui.editors.desktop.page import EntryPage
from gui.editors.desktop.presenter import DesktopPart, MenuItem, is_silent
from gui.editors.desktop.preview import MainMenu
from gui.editors.formeditor import FormEditor
from gui.editors.schemaform.problems import ProblemsAt
from gui.qt.forms import GRID, column, fill, make_button, make_label, make_tool, row
from gui.qt.i18n import tr
from gui.services.document import Document
from gui.services.notifier import Choice, Question
from gui.widgets.emptystate import EmptyState
from gui.widgets.fieldform import worst_severity
from gui.widgets.languagecombo import LanguageCombo
from gui.widgets.segments import Segments
from spkcore.checks.engine import Problem
from spkcore.package.desktop import DesktopEntry
from spkcore.package.jsontext import join_pointer, split_pointer

_STRIP = 18 * GRID
_LOW = 58 * GRID
"""Height of the editor below which the preview of the menu goes."""
_SIGNS = {"error": ("error", "danger"), "warning": ("warning", "warning")}


class DesktopEditor(FormEditor):
    """Edits the file config of a desktop folder."""

    part: DesktopPart

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(DesktopPart(path, document), document, context, parent)
        self.host = DesktopHost(self.part, context, self)
        self.host.fix_wanted.connect(self.fix_wanted)
        self.menu = MainMenu()
        self.look = Segments(((7, tr("DSM 7")), (6, tr("DSM 6"))), tr("The look of which DSM"))
        self.look.choose(7)
        self.language = LanguageCombo(tr("Language of the preview"))
        self.list = EntryList()
        self.add_button = make_button(tr("Add an entry…"), icon=context.theme.icon("plus"))
        self.rename_button = make_tool(context.theme.icon("rename"), tr("Rename this entry (F2)"))
        self.remove_button = make_tool(context.theme.icon("trash"), tr("Remove this entry (Del)"))
        text = tr("An entry is an icon in the main menu of DSM: a page, a program, a script with its output.")
        self.nothing = EmptyState(context.theme, "desktop", tr("No entries"), text, action=tr("Add an entry…"))
        self.pages: dict[str, EntryPage] = {}
        self._stack = QStackedWidget()
        self._stack.addWidget(self.nothing)
        self._form = self._make_form()
        self._connect()
        self.set_form(self._form)

    # ------------------------------------------------------------------------------------------ editor

    def concerns(self, paths: frozenset[str]) -> bool:
        """Icons and texts of the folder are shown, too."""
        below = self.part.folder + "/"
        return any(path.startswith(below) or path == "INFO" for path in paths)

    def show_part(self) -> None:
        self.host.look_again()
        self.language.show_languages(self.part.languages())
        items = self._items()
        self.list.show_items(items)
        self._form.setFocusProxy(self.list if items else self.nothing)
        self._show_in_menu(items)
        self._show_page()
        self.show_form_problems(self._problems)

    def focus_pointer(self, pointer: str) -> bool:
        tokens = split_pointer(pointer)
        place = join_pointer("", *tokens[:2])
        if len(tokens) < 2 or not any(entry.pointer == place for entry in self.part.entries()):
            self._form.setFocus()
            return len(tokens) < 2
        self.select(place)
        if len(tokens) == 2:
            self.list.setFocus()
            return True
        return self.pages[place].focus_pointer(pointer)

    def show_form_problems(self, problems: Sequence[Problem]) -> None:
        self.host.problems = ProblemsAt(problems)
        for at in range(self.list.count()):
            item = self.list.item(at)
            here = self.host.problems.within(self.list.pointer_at(at))
            icon = _SIGNS.get(worst_severity(here), ("desktop", "icon"))
            item.setIcon(self.context.theme.icon(*icon))
            item.setToolTip(
                "\n".join(problem.message for problem in here) or split_pointer(self.list.pointer_at(at))[-1]
            )
        page = self.page
        if page is not None:
            page.show_problems()

    # ------------------------------------------------------------------------------------------ what people do

    @property
    def page(self) -> EntryPage | None:
        """The form that is shown; None while there is no entry."""
        return self.pages.get(self.list.pointer)

    @Slot(str)
    def select(self, pointer: str) -> None:
        """Show the form of this entry."""
        self.list.select(pointer)

    @Slot()
    def open_add_dialog(self) -> None:
        """Let people say what the new entry opens."""
        self.document.break_merging()
        known = {entry.pointer for entry in self.part.entries()}
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

    @Slot()
    def remove_shown(self) -> None:
        """Take the entry out; where a folder belongs to it alone, ask about that, too."""
        entry = self._entry()
        if entry is None:
            return
        folder = self.part.own_folder(entry)
        if folder:
            self._ask_about(entry, folder)
        else:
            self._remove(entry, "entry")

    def _ask_about(self, entry: DesktopEntry, folder: str) -> None:
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

    @Slot(str, str)
    def move_entry(self, pointer: str, other: str) -> None:
        """Move an entry to the place of another one."""
        entries = {entry.pointer: entry for entry in self.part.entries()}
        problem = self.part.move_entry(entries[pointer], entries[other])
        if problem:
            self.context.notifier.inform(problem)

    @Slot()
    def make_icons(self) -> None:
        """Make the icons of the entry from one picture."""
        from gui.editors.icons.dialog import MakeIconsDialog
        from gui.editors.icons.presenter import IconsPresenter

        entry = self._entry()
        pattern = self.part.icon_pattern(entry) if entry is not None else ""
        if pattern:
            self.document.break_merging()
            icons = IconsPresenter(self.document)
            dialog = MakeIconsDialog(icons, self.context, self.window(), frozenset({pattern}))
            dialog.made.connect(partial(icons.put_icons, text=tr("Make icons from a picture")))
            dialog.open()

    def _remove(self, entry: DesktopEntry, answer: str) -> None:
        if answer:
            problem = self.part.remove_entry(entry, with_files=answer == "all")
            if problem:
                self.context.notifier.inform(problem)
            self._form.setFocus()

    def _on_named(self, entry: DesktopEntry, name: str) -> None:
        problem = self.part.rename_entry(entry, name.strip())
        if problem:
            self.context.notifier.inform(problem)
        else:
            self.select(join_pointer("", entry.file, name.strip()))

    def _select_new(self, known: set[str]) -> None:
        new = next((entry.pointer for entry in self.part.entries() if entry.pointer not in known), "")
        self.select(new)
        if new in self.pages:
            self.pages[new].focus_pointer(join_pointer(new, "title"))

    def _entry(self) -> DesktopEntry | None:
        return next((entry for entry in self.part.entries() if entry.pointer == self.list.pointer), None)

    # ------------------------------------------------------------------------------------------ what is shown

    @Slot()
    def _show_menu(self) -> None:
        self._show_in_menu(self._items())

    def _show_in_menu(self, items: list[MenuItem]) -> None:
        """Parts of programs are nothing that people could look for there."""
        shown = [item for item in items if not is_silent(item.entry)]
        self.menu.show_items(shown, 7 if self.look.chosen == 7 else 6)

    def _items(self) -> list[MenuItem]:
        return self.part.items(self.language.code)

    @Slot()
    def _on_current_changed(self) -> None:
        self._show_page()

    def _show_page(self) -> None:
        entries = {entry.pointer: entry for entry in self.part.entries()}
        for pointer in [pointer for pointer, page in self.pages.items() if not page.fits(entries.get(pointer))]:
            page = self.pages.pop(pointer)
            self._stack.removeWidget(page)
            page.hide()
            page.deleteLater()
        entry = entries.get(self.list.pointer)
        for button in (self.rename_button, self.remove_button):
            button.setEnabled(entry is not None)
        self.menu.select(self.list.pointer)
        if entry is None:
            self._stack.setCurrentWidget(self.nothing)
            return
        page = self.pages.get(entry.pointer) or self._make_page(entry)
        page.show_state(entry)
        page.show_problems()
        self._stack.setCurrentWidget(page)

    def _make_page(self, entry: DesktopEntry) -> EntryPage:
        page = self.pages[entry.pointer] = EntryPage(self.host, self.part, entry)
        page.icons_wanted.connect(self.make_icons)
        self._stack.addWidget(page)
        return page

    def _make_form(self) -> QWidget:
        form = QWidget()
        self._preview = QWidget()
        preview = column(self._preview, spacing=GRID)
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
        area.setFixedHeight(_STRIP)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        lines = column(form, margin=2 * GRID, spacing=GRID)
        preview.addLayout(head)
        fill(preview, area)
        fill(lines, self._preview)
        lines.addLayout(sides, 1)
        return form

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._on_current_changed)
        self.add_button.clicked.connect(self.open_add_dialog)
        self.nothing.triggered.connect(self.open_add_dialog)
        self.rename_button.clicked.connect(self.rename_shown)
        self.remove_button.clicked.connect(self.remove_shown)
        self.list.rename_wanted.connect(self.rename_shown)
        self.list.remove_wanted.connect(self.remove_shown)
        self.list.move_wanted.connect(self.move_entry)
        self.menu.chosen.connect(self.select)
        self.look.chosen_changed.connect(self._show_menu)
        self.language.activated.connect(self._on_language)

    @Slot()
    def _on_language(self) -> None:
        self._show_menu()
        self.list.show_items(self._items())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the window is low, the form needs the room more than the preview."""
        super().resizeEvent(event)
        self._preview.setVisible(self.height() >= _LOW)
