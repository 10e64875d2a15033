"""The designer of one wizard: its outline with a bar of actions, and below it the properties of what is selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QToolButton, QWidget

from gui.editors.wizard.members import type_names
from gui.editors.wizard.outline import OutlineTree
from gui.editors.wizard.panes import turn
from gui.editors.wizard.presenter import WizardPresenter, starters
from gui.editors.wizard.properties import Properties
from gui.editors.wizard.startpage import EMPTY, GENERAL, INSTALL, StartPage
from gui.qt.forms import GRID, column, fill, make_button, make_tool, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from spkcore.checks.engine import Problem
from spkcore.package.wizardedit import ITEM, PAGE, kind_of, level, owner

Action = Callable[[], object]


class WizardDesigner(QWidget):
    """Shows a `WizardPresenter`. What concerns other places of the window comes out as signals."""

    chosen = Signal(str)
    """Pointer of the page, item or field that was selected here."""
    refused = Signal(str)
    """Why something cannot be done."""
    key_wanted = Signal(str, str)
    """Pointer of a field, and the key that it is to get."""
    file_wanted = Signal()
    """Pages are to be read from a file of the user."""
    use_wanted = Signal(str)
    """Pointer of the field whose answer a script is to use."""

    def __init__(self, presenter: WizardPresenter, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.presenter = presenter
        self._theme = theme
        self._by_place: Mapping[str, Sequence[Problem]] = {}
        self.add_button = make_button(tr("Add"), icon=theme.icon("plus"))
        self.add_menu = QMenu(self)
        self.context_menu = QMenu(self)
        self.tools: dict[str, QToolButton] = {}
        self._start: StartPage | None = None
        self._stack = QStackedWidget(self)
        self._split = QSplitter(Qt.Orientation.Vertical, self._stack)
        self._upper = QWidget(self._split)
        self.outline = OutlineTree(theme, self._upper)
        self.properties = Properties(theme, self._split)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.outline)

    @property
    def start(self) -> StartPage:
        """What is offered while there are no pages; made when it is first needed."""
        if self._start is None:
            self._start = StartPage(self._theme, starters(self.presenter.file.action), self._stack)
            self._start.chosen.connect(self._on_started)
            self._stack.addWidget(self._start)
        return self._start

    @property
    def selected(self) -> str:
        """The pointer of what is selected; empty where nothing is."""
        return self.outline.selected

    def show_state(self) -> None:
        """Show the presenter's wizard; what was selected stays so, as far as it is there."""
        nodes = self.presenter.outline()
        if not nodes:
            self.start.offer_copies(self.presenter.models)
        shown = self._split if nodes else self.start
        if self._stack.currentWidget() is not shown:
            self._stack.setCurrentWidget(shown)
            self.setFocusProxy(self.outline if nodes else self.start)
        wanted = self._nearest(self.selected or "/0")
        self.outline.show_outline(nodes, wanted)
        self._show_selected()
        self.show_problems(self._by_place)

    def show_problems(self, by_place: Mapping[str, Sequence[Problem]]) -> None:
        """Mark the rows, and the form of what is selected."""
        self._by_place = by_place
        self.outline.show_problems(by_place)
        self.properties.show_problems(by_place.get(self.selected, ()) if self.selected else ())

    def select(self, pointer: str) -> None:
        """Select what is at `pointer`, or what is nearest to it, without telling anybody."""
        self.outline.select(self._nearest(pointer))
        self._show_selected()
        self.properties.show_problems(self._by_place.get(self.selected, ()) if self.selected else ())

    def focus_place(self, pointer: str) -> bool:
        """Select what the place belongs to, and put the focus into its row, or on the outline."""
        if not self.presenter.outline():
            self.start.setFocus()
            return True
        self.select(owner(pointer))
        self.chosen.emit(self.selected)
        if self.selected == pointer or not self.presenter.has(owner(pointer)):
            self.outline.setFocus()
            return True
        return self.properties.focus_field(pointer)

    def _nearest(self, pointer: str) -> str:
        """The place itself, the one before it where it is gone, or the one above."""
        while pointer and not self.presenter.has(pointer):
            above, _, index = pointer.rpartition("/")
            pointer = f"{above}/{int(index) - 1}" if index.isdecimal() and int(index) else owner(above)
        return pointer

    def _show_selected(self) -> None:
        pointer = self.selected
        self.properties.show_part(self.presenter, pointer)
        for name in ("duplicate", "remove", "up", "down"):
            self.tools[name].setEnabled(bool(pointer))

    # ------------------------------------------------------------------------------------------ actions

    def carry_out(self, place: str) -> None:
        """Show where an edit of the outline led, or why it could not be made."""
        if place:
            self.select(place)
            self.chosen.emit(self.selected)
            self.outline.setFocus()
        elif self.presenter.refusal:
            self.refused.emit(self.presenter.refusal)

    def _add(self, kind: str, _checked: bool = False) -> None:
        self.carry_out(self.presenter.add(kind, self.selected))

    def _add_starter(self, starter: str, _checked: bool = False) -> None:
        self.carry_out(self.presenter.add_starter(starter, self.selected))

    @Slot()
    def add_field(self) -> None:
        """One more field in the item that is selected, or around it."""
        if self.selected:
            self.carry_out(self.presenter.add_field(self.selected))

    @Slot()
    def remove(self) -> None:
        """Take away what is selected."""
        if self.selected:
            place = self.presenter.remove_part(self.selected)
            self.select(place)
            self.chosen.emit(self.selected)
            (self.outline if self.presenter.outline() else self.start).setFocus()

    @Slot()
    def duplicate(self) -> None:
        """Put a copy behind what is selected."""
        if self.selected:
            self.carry_out(self.presenter.duplicate(self.selected))

    @Slot()
    def copy(self) -> None:
        """Put what is selected on the clipboard, as JSON text."""
        if self.selected:
            QGuiApplication.clipboard().setText(self.presenter.copy_text(self.selected))

    @Slot()
    def cut(self) -> None:
        """Copy, and take away."""
        self.copy()
        self.remove()

    @Slot()
    def paste(self) -> None:
        """Put what the clipboard has behind what is selected."""
        self.paste_text(QGuiApplication.clipboard().text())

    @Slot(object)
    def paste_text(self, text: str) -> None:
        """Put parts given as JSON text behind what is selected."""
        self.carry_out(self.presenter.paste(text, self.selected))

    def set_bundle(self, pointer: str, text: str) -> None:
        """Give the Vue page at `pointer` another bundle, if it is there still."""
        if self.presenter.has(pointer) and kind_of(self.presenter.tree, pointer) == "vue":
            self.presenter.set_member(pointer, "custom_render_fn", text, typed=False)

    @Slot(int)
    def step(self, direction: int) -> None:
        """Move what is selected up or down."""
        if self.selected:
            self.presenter.refusal = ""
            self.carry_out(self.presenter.step(self.selected, direction))

    @Slot(str, str, int)
    def _on_moved(self, pointer: str, holder: str, index: int) -> None:
        self.carry_out(self.presenter.move_part(pointer, holder, index))

    @Slot(str, str)
    def _on_renamed(self, pointer: str, label: str) -> None:
        self.presenter.set_label(pointer, label)

    @Slot(str)
    def _on_chosen(self, pointer: str) -> None:
        self.presenter.document.break_merging()
        self._show_selected()
        self.properties.show_problems(self._by_place.get(pointer, ()))
        self.chosen.emit(pointer)

    @Slot(str, object, bool)
    def _on_edited(self, name: str, value: object, typed: bool) -> None:
        refusal = self.presenter.set_member(self.selected, name, value, typed=typed)
        self.properties.show_refusal(name, refusal)

    @Slot()
    def _on_focus_left(self) -> None:
        self.presenter.document.break_merging()
        if self.selected:
            self.presenter.finish_pattern(self.selected)

    @Slot(str)
    def _on_key_wanted(self, key: str) -> None:
        refusal = self.presenter.key_refusal(self.selected, key)
        self.properties.show_refusal("key", refusal)
        if refusal:
            self.refused.emit(tr("{key} stays: {why}", key=self.presenter.key(self.selected), why=refusal))
            self.take_back_key()
        else:
            self.key_wanted.emit(self.selected, key)

    @Slot()
    def _on_proposal(self) -> None:
        self.properties.show_refusal("key", "")
        self.key_wanted.emit(self.selected, self.presenter.proposed_key(self.selected))

    @Slot()
    def take_back_key(self) -> None:
        """Show the key that the file has."""
        found = self.properties.key_input()
        if found is not None:
            found.take_back()

    @Slot()
    def _on_use(self) -> None:
        self.use_wanted.emit(self.selected)

    @Slot(str)
    def _on_started(self, key: str) -> None:
        if key in {GENERAL, INSTALL}:
            place = self.presenter.copy_model(key)
        elif key == EMPTY:
            place = self.presenter.add(PAGE, "")
        else:
            place = self.presenter.add_starter(key)
        self.carry_out(place)

    # ------------------------------------------------------------------------------------------ menus

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        turn(self._split, self, (2, 3))

    @Slot()
    def fill_add_menu(self) -> None:
        """What can be added, with the options of the selected item first."""
        self._fill_add(self.add_menu)

    def _fill_add(self, menu: QMenu) -> None:
        menu.clear()
        names = type_names()
        if self._takes_fields():
            self._entry(menu, self.properties.add_field.text(), self.add_field)
            menu.addSeparator()
        for kind in ("page", "text", "textfield", "password", "singleselect", "multiselect"):
            self._entry(menu, names[kind], partial(self._add, kind))
        self._entry(menu, tr("Drop-down list"), partial(self._add, "combobox"))
        self._entry(menu, tr("Drop-down list that the NAS fills"), partial(self._add, "combobox_api"))
        menu.addSeparator()
        ready = menu.addMenu(tr("Ready-made pages"))
        for starter in starters(self.presenter.file.action):
            self._entry(ready, starter.title, partial(self._add_starter, starter.id))
        self._entry(menu, tr("Vue page (DSM 7.2.2)"), partial(self._add, "vue"))
        self._entry(menu, tr("Pages from a file…"), self.file_wanted.emit)

    def _takes_fields(self) -> bool:
        what = level(self.selected)
        is_text = what == ITEM and kind_of(self.presenter.tree, self.selected) == "text"
        return what not in {"", PAGE} and not is_text

    @Slot(QPoint)
    def _on_context_menu(self, point: QPoint) -> None:
        self.fill_context_menu()
        self.context_menu.popup(self.outline.viewport().mapToGlobal(point))

    def fill_context_menu(self) -> None:
        """What can be done with what is selected."""
        menu = self.context_menu
        menu.clear()
        adding = menu.addMenu(self._theme.icon("plus"), tr("Add"))
        self._fill_add(adding)
        menu.addSeparator()
        for text, action, keys in (
            (tr("Rename"), self.outline.rename_selected, "F2"),
            (tr("Duplicate"), self.duplicate, "Ctrl+D"),
            (tr("Cut"), self.cut, "Ctrl+X"),
            (tr("Copy"), self.copy, "Ctrl+C"),
            (tr("Paste"), self.paste, "Ctrl+V"),
            (tr("Move up"), partial(self.step, -1), "Alt+Up"),
            (tr("Move down"), partial(self.step, 1), "Alt+Down"),
            (tr("Remove"), self.remove, "Del"),
        ):
            entry = self._entry(menu, f"{text}\t{keys}", action)
            entry.setEnabled(bool(self.selected) or action == self.paste)

    def _entry(self, menu: QMenu, text: str, action: Action) -> QAction:
        entry = menu.addAction(text)
        entry.triggered.connect(action)
        return entry

    # ------------------------------------------------------------------------------------------ building

    def _lay_out(self) -> None:
        self.add_button.setAccessibleName(tr("Add a page, an item or a field"))
        self.add_button.setMenu(self.add_menu)
        bar = row(spacing=GRID // 2)
        bar.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        fill(bar, self.add_button, None)
        for name, icon, text in (
            ("up", "chevron-up", tr("Move up (Alt+Up)")),
            ("down", "chevron-down", tr("Move down (Alt+Down)")),
            ("duplicate", "copy", tr("Duplicate (Ctrl+D)")),
            ("remove", "trash", tr("Remove (Del)")),
        ):
            self.tools[name] = make_tool(self._theme.icon(icon), text)
            fill(bar, self.tools[name])
        lines = column(self._upper, spacing=0)
        lines.addLayout(bar)
        lines.addWidget(self.outline, 1)
        split = self._split
        split.setChildrenCollapsible(False)
        split.addWidget(self._upper)
        split.addWidget(self.properties)
        split.setSizes([32 * GRID, 40 * GRID])
        self._stack.addWidget(split)
        column(self, spacing=0).addWidget(self._stack)
        self.setMinimumWidth(40 * GRID)

    def _connect(self) -> None:
        outline, properties = self.outline, self.properties
        outline.chosen.connect(self._on_chosen)
        outline.moved.connect(self._on_moved)
        outline.step_wanted.connect(self.step)
        outline.removed.connect(self.remove)
        outline.copied.connect(self.copy)
        outline.cut.connect(self.cut)
        outline.pasted.connect(self.paste)
        outline.duplicated.connect(self.duplicate)
        outline.renamed.connect(self._on_renamed)
        outline.itemActivated.connect(properties.focus_first)
        outline.customContextMenuRequested.connect(self._on_context_menu)
        properties.edited.connect(self._on_edited)
        properties.focus_left.connect(self._on_focus_left)
        properties.key_wanted.connect(self._on_key_wanted)
        properties.proposal_wanted.connect(self._on_proposal)
        properties.field_wanted.connect(self.add_field)
        properties.uses.use_wanted.connect(self._on_use)
        properties.undo_wanted.connect(self.presenter.document.stack.undo)
        properties.redo_wanted.connect(self.presenter.document.stack.redo)
        self.add_menu.aboutToShow.connect(self.fill_add_menu)
        self.tools["up"].clicked.connect(partial(self._step_by, -1))
        self.tools["down"].clicked.connect(partial(self._step_by, 1))
        self.tools["duplicate"].clicked.connect(self.duplicate)
        self.tools["remove"].clicked.connect(self.remove)

    def _step_by(self, direction: int, _checked: bool = False) -> None:
        self.step(direction)
