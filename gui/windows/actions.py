"""The commands of the window: their texts, icons and shortcuts. What they do is in gui/windows/main.py."""

from __future__ import annotations

from gui.qt.i18n import tr
from gui.services.commands import Command

SEPARATOR = ""

NEEDS_PACKAGE = (
    "file.save", "file.save_as", "file.close", "file.show_folder", "edit.find", "edit.search", "edit.compare",
    "package.rename", "script.new", "package.add_part",
    "package.build", "package.build_as",
    "package.check", "package.compare", "package.migrate", "problems.fix", "problems.fix_all", "problems.accept",
    "problems.next",
    "problems.previous", "go.part", "go.next_part", "go.previous_part",
)  # fmt: skip
"""Commands that make sense only with an open package."""


def menus() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The menus from left to right: their text, and the ids of their commands."""
    return (
        (tr("&File"), (
            "file.new", "file.open_folder", "file.open_spk", SEPARATOR, "file.save", "file.save_as", SEPARATOR,
            "file.show_folder", "file.close", SEPARATOR, "tools.preferences", SEPARATOR, "file.quit",
        )),
        (tr("&Edit"), ("edit.undo", "edit.redo", SEPARATOR, "edit.find", "edit.search", SEPARATOR, "edit.compare")),
        (tr("&View"), (
            "go.commands", "go.part", SEPARATOR, "go.next_part", "go.previous_part", "view.next_pane", SEPARATOR,
            "view.sidebar", "view.panel", "view.tasks", SEPARATOR,
            "view.larger", "view.smaller", "view.normal", SEPARATOR,
            "view.light", "view.dark", "view.system",
        )),
        (tr("&Package"), (
            "package.build", "package.build_as", "package.build_target", SEPARATOR, "package.migrate", "package.rename",
            "package.add_part", "script.new", "package.compare", SEPARATOR,
            "package.check", "problems.fix_all", SEPARATOR,
            "problems.next", "problems.previous", "problems.fix", "problems.accept",
        )),
        (tr("&NAS"), ("nas.capture", "nas.addresses", SEPARATOR, "nas.demo")),
        (tr("&Help"), ("help.open", "help.explain", "go.welcome", SEPARATOR, "help.about")),
    )  # fmt: skip


def file_commands() -> tuple[Command, ...]:
    """Commands about files and the program."""
    return (
        Command("file.new", tr("&New package…"), "new", ("Ctrl+N",), tr("Start a package from a template")),
        Command(
            "file.open_folder", tr("&Open package folder…"), "open", ("Ctrl+O",), tr("Open the folder that holds INFO")
        ),
        Command("file.open_spk", tr("Open .sp&k…"), "package", ("Ctrl+Shift+O",), tr("Unpack an .spk and open it")),
        Command("file.save", tr("&Save"), "save", ("Ctrl+S",), tr("Write the changes into the package folder")),
        Command(
            "file.save_as", tr("Save &as…"), "save-as", ("Ctrl+Shift+S",), tr("Save a full copy into another folder")
        ),
        Command(
            "file.show_folder", tr("Show package &folder"), "reveal", ("Alt+Return",), tr("Open it in the file manager")
        ),
        Command("file.close", tr("&Close package"), "close", ("Ctrl+W",), tr("Go back to the welcome page")),
        Command("tools.preferences", tr("&Preferences…"), "settings", ("Ctrl+,",)),
        Command("file.quit", tr("&Quit"), "exit", ("Ctrl+Q",)),
        Command("help.open", tr("&Help"), "help", ("F1",), tr("About what you see; quick start; shortcuts")),
        Command(
            "help.explain", tr("E&xplain an error…"), "bug", ("Shift+F1",), tr("What a message of Package Center means")
        ),
        Command("help.about", tr("&About SPK Creator"), "info"),
    )


def package_commands() -> tuple[Command, ...]:
    """Commands about the open package."""
    return (
        Command("edit.undo", tr("&Undo"), "undo", ("Ctrl+Z",)),
        Command("edit.redo", tr("&Redo"), "redo", ("Ctrl+Y", "Ctrl+Shift+Z")),
        Command("edit.find", tr("&Find"), "search", ("Ctrl+F",), tr("Search in the editor")),
        Command(
            "edit.search",
            tr("&Search in the package…"),
            "search",
            ("Ctrl+Shift+F",),
            tr("Find and replace in all its texts"),
        ),
        Command(
            "package.rename", tr("R&ename the package…"), "rename", (), tr("Give it another ID, everywhere it stands")
        ),
        Command("package.build", tr("&Build"), "build", ("F7",), tr("Make the .spk and verify it")),
        Command(
            "package.build_as", tr("Build &to…"), "build", ("Ctrl+F7",), tr("Choose where the .spk goes, and build it")
        ),
        Command(
            "package.build_target",
            tr("Build anothe&r target…"),
            "build",
            ("Shift+F7",),
            tr("Build what this folder keeps for DSM 6"),
        ),
        Command(
            "package.migrate",
            tr("&Migrate to DSM 7…"),
            "upload",
            (),
            tr("Turn a package for DSM 6 into one for DSM 7, step by step"),
        ),
        Command("package.add_part", tr("A&dd a part…"), "plus", ("Ctrl+Shift+A",), tr("A wizard, a script, texts")),
        Command("edit.compare", tr("&Compare with the saved file…"), "refresh", (), tr("What changed since the save")),
        Command("script.new", tr("New &script…"), "script", (), tr("One that DSM runs, or a helper for the others")),
        Command(
            "package.compare", tr("C&ompare with…"), "list", (), tr("See what differs from another .spk or folder")
        ),
        Command("package.check", tr("&Check now"), "success", ("F5",), tr("Look for problems at once")),
        Command(
            "problems.fix_all",
            tr("Fix &all…"),
            "wand",
            (),
            tr("See every fix that takes no decision"),
        ),
        Command("problems.fix", tr("&Fix selected problem"), "wand", ("Ctrl+.",), tr("Or the one at the caret")),
        Command("problems.accept", tr("Accept &with a reason…"), "check", (), tr("It does not count here")),
        Command("problems.next", tr("&Next problem"), "chevron-down", ("F8",)),
        Command("problems.previous", tr("&Previous problem"), "chevron-up", ("Shift+F8",)),
        Command("nas.capture", tr("&Capture from NAS…"), "capture", ("F9",), tr("Keep what Package Center downloads")),
        Command("nas.addresses", tr("Package &addresses…"), "link", (), tr("Where packages can be downloaded")),
        Command("nas.demo", tr("&Try without a NAS…"), "play", (), tr("Capture from a NAS inside this program")),
    )


def view_commands() -> tuple[Command, ...]:
    """Commands about what is shown."""
    return (
        Command("go.commands", tr("&All commands…"), "command", ("Ctrl+Shift+P",), in_palette=False),
        Command("go.part", tr("&Go to part…"), "list", ("Ctrl+P",)),
        Command("go.next_part", tr("&Next part"), "chevron-down", ("Ctrl+Tab",)),
        Command("go.previous_part", tr("&Previous part"), "chevron-up", ("Ctrl+Shift+Tab",)),
        Command("go.welcome", tr("&Welcome page"), "home", (), tr("Templates and recent packages")),
        Command("view.next_pane", tr("Next pan&e"), "panel", ("F6",), tr("From the tree to the editor to the panel")),
        Command("view.sidebar", tr("Parts on the le&ft"), "sidebar", ("Ctrl+B",)),
        Command("view.panel", tr("Panel &below"), "panel", ("Ctrl+`",), tr("Problems, tasks and log")),
        Command("view.tasks", tr("Tas&ks…"), "tasks", ("Ctrl+Shift+T",), tr("What runs, from every page; cancel it")),
        Command("view.larger", tr("&Larger text"), "plus", ("Ctrl++", "Ctrl+=")),
        Command("view.smaller", tr("&Smaller text"), "minus", ("Ctrl+-",)),
        Command("view.normal", tr("Normal text s&ize"), "text", ("Ctrl+0",)),
        Command("view.light", tr("Ligh&t look"), "palette"),
        Command("view.dark", tr("&Dark look"), "palette"),
        Command("view.system", tr("Look of the s&ystem"), "palette"),
    )
