"""What the commands about the view do: palette, parts, panes, size and look."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from gui.app.context import AppContext
from gui.models.parts import ICONS, OVERVIEW
from gui.qt.i18n import tr
from gui.services.commands import Command
from gui.services.settings import FONT_SIZE, THEME
from gui.windows.main import MainWindow
from gui.windows.palette import Choice
from spkcore.package.adding import words_for
from spkcore.package.parts import Part

_SMALLEST, _LARGEST = 7, 24
"""Points."""


def _shown_choice(part: Part) -> Choice:
    """A part that the window shows already: whoever looks for it is led to it, after all that can be added."""
    note = tr("there already") if part.present else part.path
    words = f"{part.path} {words_for(part)}"
    return Choice(f"part:{part.path}", part.title, note, ICONS[part.kind], words=words, last=True)


class ViewHandlers(QObject):
    """Made before the window; `attach` gives it the window to work on."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._window: MainWindow | None = None
        self._last_used: list[str] = []
        context.commands.ran.connect(self._on_command_ran)

    def attach(self, window: MainWindow) -> None:
        """The window that the commands work on."""
        self._window = window
        window.palette_box.chosen.connect(self._on_palette_chosen)

    @property
    def window(self) -> MainWindow:
        """The window; commands cannot run before there is one."""
        assert self._window is not None
        return self._window

    def table(self) -> dict[str, Callable[[], object]]:
        """What each command does."""
        return {
            "go.commands": self.show_commands,
            "go.part": self.show_parts,
            "package.add_part": self.show_addable,
            "go.next_part": self.next_part,
            "go.previous_part": self.previous_part,
            "go.welcome": self.toggle_welcome,
            "view.next_pane": self.next_pane,
            "view.sidebar": self.toggle_sidebar,
            "view.panel": self.toggle_panel,
            "view.tasks": self.show_tasks,
            "view.larger": self.larger,
            "view.smaller": self.smaller,
            "view.normal": self.normal_size,
            "view.light": self.light,
            "view.dark": self.dark,
            "view.system": self.system_look,
        }

    def show_commands(self) -> None:
        commands = self._context.commands
        known = [command for command in commands.commands() if command.in_palette]
        known.sort(key=self._age)
        choices = [
            Choice(
                command.id,
                command.plain_text,
                commands.action(command.id).shortcut().toString(),
                command.icon,
                commands.reason(command.id),
            )
            for command in known
        ]
        self.window.palette_box.open_with(choices, tr("What do you want to do?"))

    def show_parts(self) -> None:
        page = self.window.package_page
        if page is not None:
            parts = page.sidebar.model.parts
            choices = [Choice(f"part:{part.path}", part.title, part.path, "file") for part in parts]
            self.window.palette_box.open_with(choices, tr("Which part?"))

    @Slot()
    def show_addable(self) -> None:
        page = self.window.package_page
        if page is not None:
            addable = page.addable()
            choices = [
                Choice(f"add:{part.path}", part.title, part.path, ICONS[part.kind], words=words_for(part))
                for part in addable
            ]
            script = self._context.commands.command("script.new")
            choices.append(Choice(script.id, script.plain_text, "scripts/", script.icon, words=tr("helper scripts")))
            known = {OVERVIEW, *(part.path for part in addable)}
            choices += [_shown_choice(part) for part in page.sidebar.model.parts if part.path not in known]
            self.window.palette_box.open_with(choices, tr("What do you want to add?"))

    def next_part(self) -> None:
        if self.window.package_page is not None:
            self.window.package_page.step_part(1)

    def previous_part(self) -> None:
        if self.window.package_page is not None:
            self.window.package_page.step_part(-1)

    def toggle_welcome(self) -> None:
        if self.window.pages.currentWidget() is self.window.welcome:
            self.window.show_package()
        else:
            self.window.show_welcome()

    def show_tasks(self) -> None:
        self.window.task_chip.open_list()

    def next_pane(self) -> None:
        self.window.focus_next_pane()

    def toggle_sidebar(self) -> None:
        page = self.window.package_page
        if page is not None:
            page.sidebar.setVisible(page.sidebar.isHidden())

    def toggle_panel(self) -> None:
        self.window.set_panel_open(not self.window.panel.is_open)

    def larger(self) -> None:
        self._set_size(self._size() + 1)

    def smaller(self) -> None:
        self._set_size(self._size() - 1)

    def normal_size(self) -> None:
        self._set_size(0)

    def light(self) -> None:
        self._set_look("light")

    def dark(self) -> None:
        self._set_look("dark")

    def system_look(self) -> None:
        self._set_look("system")

    def _size(self) -> int:
        return self._context.settings.get(FONT_SIZE) or self.window.font().pointSize()

    def _set_size(self, points: int) -> None:
        self._context.settings.put(FONT_SIZE, min(max(points, _SMALLEST), _LARGEST) if points else 0)

    def _set_look(self, name: str) -> None:
        self._context.settings.put(THEME, name)

    def _age(self, command: Command) -> int:
        return -self._last_used.index(command.id) - 1 if command.id in self._last_used else 0

    @Slot(str)
    def _on_palette_chosen(self, choice: str) -> None:
        kind, _, path = choice.partition(":")
        page = self.window.package_page
        if kind == "part" and page is not None:
            page.show_place(path)
        elif kind == "add" and page is not None:
            page.add_part(path)
        else:
            self._context.commands.action(choice).trigger()

    @Slot(str)
    def _on_command_ran(self, command_id: str) -> None:
        if command_id in self._last_used:
            self._last_used.remove(command_id)
        if self._context.commands.command(command_id).in_palette:
            self._last_used.append(command_id)
