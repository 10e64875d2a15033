"""The editor of a wizard that holds JSON: languages, designer, and beside it the working preview or the text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from gui.app.context import AppContext
from gui.editors.formeditor import FormEditor
from gui.editors.wizard.answers import lines_for, read_text, script_choices, use_in_script
from gui.editors.wizard.designer import WizardDesigner
from gui.editors.wizard.dialogs import RenameKeyDialog, UseInScriptDialog
from gui.editors.wizard.languages import LanguageBar, WizardLanguages
from gui.editors.wizard.panes import DESIGN, PREVIEW, TEXT, PaneSwitch, has_room_for_two
from gui.editors.wizard.presenter import WizardPresenter
from gui.editors.wizard.preview import WizardPreview
from gui.editors.wizard.previewoccasion import occasion_of
from gui.qt.forms import GRID, make_label
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.services.document import Document
from gui.services.settings import WIZARD_DESIGNER
from gui.widgets.fixline import FixLine
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.checks.engine import Problem
from spkcore.checks.wizarduses import KeyUse, key_uses, near
from spkcore.package.changes import Entries
from spkcore.package.wizard import FOLDER, wizard_pages
from spkcore.package.wizardedit import all_fields, split_page

_MATTER = (FOLDER + "/", "scripts/", "conf/")


class WizardEditor(FormEditor):
    """Edits one install, upgrade or uninstall wizard in one language."""

    _is_ready = False

    def __init__(self, path: str, document: Document, context: AppContext, parent: QWidget | None = None) -> None:
        self.presenter = WizardPresenter(path, document)
        super().__init__(self.presenter, document, context, parent)
        self.languages = LanguageBar(context.theme, WizardLanguages(self.presenter.file, document))
        # At home from the start: what moves to another parent is styled anew.
        self.designer = WizardDesigner(self.presenter, context.theme, self)
        self.preview = WizardPreview(context, self.splitter)
        self.panes = PaneSwitch()
        self.switch = self.panes.buttons
        self.file_problems = make_label("", "warning", wrap=True)
        self.file_fixes = FixLine()
        self.fields_shown = ""
        self._pending: Task | None = None
        self._bundle_for = ""
        self._front = DESIGN
        """The pane that is seen where there is room for one only."""
        self._is_narrow = False
        self._behind: frozenset[str] = frozenset()
        self._asked: tuple[str, Entries] = ("", {})
        self._fill_bar()
        self._connect()
        self.splitter.addWidget(self.preview)
        self.splitter.setStretchFactor(1, 1)
        self.languages.show_languages()
        self._show_occasion()
        self.set_form(self.designer)
        self._is_ready = True
        self._arrange()

    # ------------------------------------------------------------------------------------------ form editor

    def concerns(self, paths: frozenset[str]) -> bool:
        """Other languages and the scripts matter too: they share the keys."""
        return super().concerns(paths) or any(path.startswith(_MATTER) or path == "INFO" for path in paths)

    def refresh(self, paths: frozenset[str]) -> None:
        if self.path in paths:
            super().refresh(paths)
        self._behind |= paths
        if self.isVisible():
            self._catch_up()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._catch_up()

    def _catch_up(self) -> None:
        """Show what other files of the package say; an editor that nobody sees waits with it."""
        paths, self._behind = self._behind, frozenset()
        if any(path.startswith(FOLDER + "/") for path in paths):
            self.languages.show_languages()
        if "INFO" in paths:
            self._show_occasion()
        if paths:
            self._look_for_uses()

    def show_part(self) -> None:
        self.designer.show_state()
        self.preview.show_document(self.presenter.tree)
        self.preview.select(self.designer.selected)
        self._look_for_uses()
        self._tell_status()

    def show_state(self) -> None:
        super().show_state()
        if self.part.trouble:
            self.preview.show_document(self.presenter.tree)

    def focus_pointer(self, pointer: str) -> bool:
        if not self.designer.focus_place(pointer):
            return False
        if self._is_narrow and self._front != DESIGN:
            self._on_pane_wanted(DESIGN)
            self.designer.focus_place(pointer)  # what is not seen takes no focus
        return True

    def show_form_problems(self, problems: Sequence[Problem]) -> None:
        by_place = self.presenter.problems_by_place(problems)
        self.designer.show_problems(by_place)
        here = by_place.get("", [])
        self.file_problems.setText("\n".join(problem.message for problem in here))
        self.file_problems.setVisible(bool(here))
        self.file_fixes.show_fixes(here)

    def problems_here(self) -> Sequence[Problem]:
        found = super().problems_here()
        focus: QWidget | None = self.focusWidget()
        if found or focus is None or not self.designer.isAncestorOf(focus):
            return found
        return self.presenter.problems_by_place(self._problems).get(self.designer.selected, ())

    # ------------------------------------------------------------------------------------------ showing

    def _show_occasion(self) -> None:
        self.preview.set_occasion(occasion_of(self.path, self.document))

    def _tell_status(self) -> None:
        pages = len(wizard_pages(self.presenter.tree))
        fields = sum(1 for _ in all_fields(self.presenter.tree))
        page_text = tr("{n} page", "{n} pages", n=pages)
        self.status_changed.emit(page_text + ", " + tr("{n} field", "{n} fields", n=fields))

    def _look_for_uses(self) -> None:
        """Reading scripts takes a moment: it is done beside the window."""
        pointer = self.designer.selected
        key = self.presenter.key(pointer) if pointer and not self.part.trouble else ""
        if not key:
            return
        path = self.path
        entries = {name: entry for name, entry in near(self.document.entries).items() if name != path}
        if key == self._asked[0] and _are_same(entries, self._asked[1]):
            return  # they are shown, or on their way
        self._asked = key, entries

        def look(_context: TaskContext) -> list[KeyUse]:
            return key_uses(entries, key, without=path)

        self._pending = self.context.tasks.start("wizard-keys", tr("Look for uses"), look, hidden=True)
        self._pending.finished.connect(self._on_uses)
        self._pending.ended.connect(self._on_looked)

    @Slot(object)
    def _on_uses(self, uses: list[KeyUse]) -> None:
        if self.sender() is self._pending:
            self.designer.properties.uses.show_uses(uses)
            self._pending = None

    @Slot()
    def _on_looked(self) -> None:
        if self.sender() is self._pending:  # it failed, or was cancelled
            self._pending, self._asked = None, ("", {})

    # ------------------------------------------------------------------------------------------ slots

    @Slot(str)
    def _on_chosen(self, pointer: str) -> None:
        self.preview.select(pointer)
        self._show_in_text(pointer)
        self._look_for_uses()

    def _show_in_text(self, pointer: str) -> None:
        """The text follows what is selected, unless somebody writes there."""
        if self._text is not None and self._text.isVisible() and not self._text.pane.editor.hasFocus():
            self._text.pane.editor.go_to(*self.presenter.tree.position(pointer))

    @Slot(str)
    def _on_place_chosen(self, pointer: str) -> None:
        if self.part.trouble:
            return  # the preview shows an older state
        self.designer.select(pointer)
        self._look_for_uses()

    @Slot(int)
    def _on_page_shown(self, index: int) -> None:
        pages = wizard_pages(self.presenter.tree) if not self.part.trouble else ()
        if index < len(pages) and split_page(self.designer.selected) != pages[index].pointer:
            self.designer.select(pages[index].pointer)
            self.preview.select(pages[index].pointer)

    @Slot(str)
    def _on_refused(self, text: str) -> None:
        self.context.notifier.inform(text)

    @Slot()
    def _on_file_wanted(self) -> None:
        self.context.notifier.open_files(tr("Read pages"), [(tr("All files"), "*")], None, self._read_pages)

    def _read_pages(self, paths: list[Path]) -> None:
        self._start_reading(paths[0]).finished.connect(self.designer.paste_text)

    @Slot()
    def _on_bundle_wanted(self) -> None:
        self._bundle_for = self.designer.selected
        patterns = [(tr("JavaScript"), "*.js"), (tr("All files"), "*")]
        self.context.notifier.open_files(tr("Read a Vue bundle"), patterns, None, self._read_bundle)

    def _read_bundle(self, paths: list[Path]) -> None:
        self._start_reading(paths[0]).finished.connect(self._on_bundle)

    @Slot(object)
    def _on_bundle(self, text: str) -> None:
        self.designer.set_bundle(self._bundle_for, text)

    def _start_reading(self, path: Path) -> Task:
        """Files may lie on a slow share: they are read beside the window."""
        task = self.context.tasks.start(
            "texts", tr("Read {name}", name=path.name), partial(read_text, path), hidden=True
        )
        task.failed.connect(self._on_unreadable)
        return task

    @Slot(object)
    def _on_unreadable(self, error: SpkError) -> None:
        self.context.notifier.error(error)

    @Slot(str, str)
    def _on_key_wanted(self, pointer: str, key: str) -> None:
        old = self.presenter.key(pointer)
        uses = self.presenter.uses(old)
        if not uses:
            self.presenter.rename_key(pointer, key)
            return
        dialog = RenameKeyDialog(old, key, uses, self.window())
        dialog.chosen.connect(self._rename_key)
        dialog.rejected.connect(self.designer.take_back_key)
        self._renaming = (pointer, key)
        dialog.open()

    @Slot(object)
    def _rename_key(self, paths: list[str]) -> None:
        pointer, key = self._renaming
        self.presenter.rename_key(pointer, key, paths)

    @Slot(str)
    def _on_use_wanted(self, pointer: str) -> None:
        lines = lines_for(self.presenter, pointer)
        dialog = UseInScriptDialog(self.presenter.key(pointer), script_choices(self.presenter), lines, self.window())
        dialog.chosen.connect(self._use_in_script)
        dialog.open()

    @Slot(str, str, bool)
    def _use_in_script(self, path: str, lines: str, is_shown: bool) -> None:
        line = use_in_script(self.presenter, path, lines)
        if is_shown:
            self.place_wanted.emit(path, "", line, 1)

    @Slot(str, int, int)
    def _on_use_clicked(self, path: str, line: int, column: int) -> None:
        self.place_wanted.emit(path, "", line, column)

    @Slot(str)
    def _on_path_wanted(self, path: str) -> None:
        self.place_wanted.emit(path, self.designer.selected, 0, 0)

    @Slot(str)
    def _on_language_wanted(self, code: str) -> None:
        self.place_wanted.emit(self.languages.presenter.add(code), self.designer.selected, 0, 0)

    @Slot()
    def _on_complete_wanted(self) -> None:
        languages = self.languages.presenter
        general = languages.tree(languages.general.path)
        if general is not None:
            self.presenter.complete(general)

    @Slot(bool)
    def _on_show_text(self, shown: bool) -> None:
        """The text takes the place of the preview."""
        if shown:
            self._front = TEXT
            self.splitter.setStretchFactor(self.splitter.indexOf(self.text), 1)
        elif self._front == TEXT:
            self._front = PREVIEW
        self._arrange()
        self._show_in_text(self.designer.selected)

    @Slot(str)
    def _on_pane_wanted(self, name: str) -> None:
        self._front = name
        self.show_text.setChecked(name == TEXT)
        self._arrange()

    @Slot()
    def _on_splitter_moved(self) -> None:
        if not self._is_narrow:
            self.context.settings.put(WIZARD_DESIGNER, self.splitter.sizes()[0])

    # ------------------------------------------------------------------------------------------ room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_ready:
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._is_ready and event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def _fit(self) -> None:
        """Two panes beside each other where there is room for two."""
        is_narrow = not has_room_for_two(self)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.languages.set_compact(is_compact=is_narrow)
            self._arrange()

    def _arrange(self) -> None:
        second = TEXT if self.show_text.isChecked() else PREVIEW
        front = self._front if self._is_narrow else ""
        self._pages.setVisible(front in {"", DESIGN})
        self.preview.setVisible(second == PREVIEW and front != DESIGN)
        if second == TEXT or self._text is not None:
            self.text.setVisible(second == TEXT and front != DESIGN)
        self.panes.show_pane(front or second, is_narrow=self._is_narrow)
        width = self.context.settings.get(WIZARD_DESIGNER)
        rest = max(self.splitter.width() - width, width)
        self.splitter.setSizes([width, *([0, rest] if second == TEXT else [rest, 0])])

    # ------------------------------------------------------------------------------------------ building

    def _fill_bar(self) -> None:
        self.show_text.hide()
        self.purpose.hide()
        at = self.bar.count() - 1
        self.bar.insertWidget(0, self.languages)
        self.bar.insertStretch(at + 1, 1)
        self.bar.insertWidget(self.bar.count() - 1, self.panes)
        self.bar.setSpacing(GRID)
        lines = self.layout()
        assert isinstance(lines, QBoxLayout)
        for offset, widget in enumerate((self.file_problems, self.file_fixes)):
            lines.insertWidget(1 + offset, widget)
        self.file_problems.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID // 2)
        self.file_fixes.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID // 2)
        self.file_problems.hide()

    def _connect(self) -> None:
        designer, languages = self.designer, self.languages
        designer.chosen.connect(self._on_chosen)
        designer.refused.connect(self._on_refused)
        designer.key_wanted.connect(self._on_key_wanted)
        designer.use_wanted.connect(self._on_use_wanted)
        designer.file_wanted.connect(self._on_file_wanted)
        designer.properties.bundle_wanted.connect(self._on_bundle_wanted)
        designer.properties.uses.place_wanted.connect(self._on_use_clicked)
        designer.properties.fix_wanted.connect(self.fix_wanted)
        self.file_fixes.fix_wanted.connect(self.fix_wanted)
        languages.path_wanted.connect(self._on_path_wanted)
        languages.language_wanted.connect(self._on_language_wanted)
        languages.complete_wanted.connect(self._on_complete_wanted)
        self.panes.wanted.connect(self._on_pane_wanted)
        self.splitter.splitterMoved.connect(self._on_splitter_moved)
        self.preview.place_chosen.connect(self._on_place_chosen)
        self.preview.page_shown.connect(self._on_page_shown)


def _are_same(some: Entries, others: Entries) -> bool:
    """Whether these are the very same entries: an edit makes another one."""
    return some.keys() == others.keys() and all(entry is others[path] for path, entry in some.items())
