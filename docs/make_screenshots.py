"""Takes the pictures of docs/images, every window, light and dark: xvfb-run -a python docs/make_screenshots.py

Each entry of SHOTS is a name and a function that brings the window into the state to show and returns the widget to
take. `--scale 2` takes them at 200 %, `--only NAME` one of them, `--out FOLDER` puts them elsewhere.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QFont
    from PySide6.QtWidgets import QWidget

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
LOOKS = ("light", "dark")
PATIENCE = 20
"""Seconds to wait for a state before giving up."""


class Stage:
    """One program with a package from a template, and the means to bring it into a state."""

    def __init__(self, place: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from gui.app.bootstrap import Ports, Program
        from tests.fakes.secrets import FakeSecrets

        self.place = place
        application = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(application, QApplication)
        application.setFont(_font())
        self.application = application
        self.program = Program(application, place / "home", Ports(secrets=FakeSecrets()))
        self.window = self.program.window
        self.window.resize(1280, 800)
        self.program.start()

    def wait(self, condition: Callable[[], object]) -> None:
        """Let the program run until `condition` holds. Raises `TimeoutError`."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError("the state never came")
            self.let_run(0.02)

    def let_run(self, seconds: float) -> None:
        """Let the program run for a while."""
        from PySide6.QtTest import QTest

        QTest.qWait(int(seconds * 1000))

    def settle(self) -> None:
        """Wait until nothing runs and everything is painted."""
        self.wait(self.is_idle)
        self.let_run(0.5)

    def is_idle(self) -> bool:
        """Whether no task runs."""
        return not self.program.context.tasks.running()

    def open_sample(self, template_id: str = "web-application") -> None:
        """Open a fresh package made from this template."""
        from spkcore.base.tasks import quiet
        from spkcore.package.templates import create_package, find_template

        template = find_template(template_id)
        folder = self.place / "Photo Frame"
        if not folder.exists():
            values = template.complete({"package": "PhotoFrame", "display_name": "Photo Frame"})
            create_package(template, values, folder, quiet())
        self.program.workbench.open(folder)
        self.wait(self._is_open)

    def _is_open(self) -> bool:
        return self.window.package_page is not None

    def run(self, command_id: str) -> None:
        """Run a command."""
        self.program.context.commands.action(command_id).trigger()

    def dialog(self, name: str) -> QWidget:
        """The open dialog of this class."""
        from PySide6.QtWidgets import QWidget

        found = [item for item in self.window.findChildren(QWidget) if type(item).__name__ == name]
        return found[-1]


def welcome(stage: Stage) -> QWidget:
    """The first window."""
    stage.window.show_welcome()
    return stage.window


def package(stage: Stage) -> QWidget:
    """An open package."""
    stage.open_sample()
    return stage.window


def problems(stage: Stage) -> QWidget:
    """Problems, with unsaved changes."""
    from spkcore.package.changes import remove, set_content

    stage.open_sample()
    document = stage.program.workbench.document
    assert document is not None
    info = document.content("INFO")
    document.push(set_content(document.entries, "INFO", info.replace(b"version=", b"versoin=")), "Change version")
    document.push(remove(document.entries, ["PACKAGE_ICON.PNG"]), "Remove PACKAGE_ICON.PNG")
    document.push(set_content(document.entries, "conf/privilege", b'{\n  "defaults": {"run-as": 7\n'), "Edit")
    current = stage.program.workbench.current
    assert current is not None
    stage.wait(lambda: len(current.validation.problems) > 2)
    page = stage.window.package_page
    assert page is not None
    page.show_part("INFO")
    return stage.window


def palette(stage: Stage) -> QWidget:
    """The command palette."""
    stage.open_sample()
    stage.run("go.commands")
    stage.window.palette_box.field.setText("pa")
    return stage.window


def build(stage: Stage) -> QWidget:
    """The result of a build."""
    stage.open_sample()
    stage.run("package.build")
    stage.settle()
    return stage.dialog("BuildDialog")


def new_package(stage: Stage) -> QWidget:
    """A new package."""
    stage.run("file.new")
    return stage.dialog("NewPackageDialog")


def preferences(stage: Stage) -> QWidget:
    """The preferences."""
    stage.run("tools.preferences")
    return stage.dialog("PreferencesDialog")


def about(stage: Stage) -> QWidget:
    """About."""
    stage.run("help.about")
    return stage.dialog("AboutDialog")


def close_question(stage: Stage) -> QWidget:
    """What is asked before unsaved work is lost."""
    from spkcore.package.changes import set_content

    stage.open_sample()
    document = stage.program.workbench.document
    assert document is not None
    document.push(set_content(document.entries, "LICENSE", b"MIT\n"), "Edit the licence")
    stage.run("file.close")
    return stage.dialog("MessageDialog")


def recent(stage: Stage) -> QWidget:
    """The welcome page after some days."""
    recents = stage.program.context.recents
    recents.add(Path("/home/jane/Old things/Weather Station"), "Weather Station", "0.9.2-0017")
    recents.add(Path("/home/jane/Downloads/Tailscale-x86_64-1.78.1-700078001-dsm7.spk"), "Tailscale", "1.78.1")
    stage.open_sample()
    stage.run("file.close")
    recents.set_pinned(recents.all()[0].path, pinned=True)
    return stage.window


def drop(stage: Stage) -> QWidget:
    """Something that cannot be opened hovers over an open package."""
    from gui.services.opener import drop_answer

    stage.open_sample()
    path, answer = drop_answer([stage.place / "Weather Station.spk"])
    stage.window.drops.overlay.show_answer(answer, is_good=path is not None)
    return stage.window


def loading(stage: Stage) -> QWidget:
    """A large package is being opened."""
    from gui.qt.tasks import Task
    from spkcore.base.tasks import Progress

    task = Task("open", "Open Plex Media Server.spk", print, stage.program)
    stage.window.loading.follow(task)
    task.progressed.emit(Progress(740_000_000, 2_100_000_000, "Unpacking package/lib/libtranscode.so"))
    stage.window.pages.setCurrentWidget(stage.window.loading)
    return stage.window


def tasks(stage: Stage) -> QWidget:
    """The tasks of an open package, and a change by another program."""
    stage.open_sample()
    stage.run("package.build")
    stage.settle()
    stage.dialog("BuildDialog").hide()
    stage.program.workbench.open(stage.place)
    stage.settle()
    page = stage.window.package_page
    if page is not None:
        actions = (("Reload", page.update), ("Keep mine", page.update))
        page.banner.show_message("warning", "Another program changed scripts/postinst.", actions)
        page.show_part("conf/resource")
    stage.program.context.notifier.inform("“holiday.jpg” is no package folder, no .spk and no INFO file.")
    stage.window.panel.setCurrentWidget(stage.window.panel.tasks)
    return stage.window


def missing(stage: Stage) -> QWidget:
    """A part that is not there yet."""
    from spkcore.package.changes import remove

    stage.open_sample()
    document = stage.program.workbench.document
    page = stage.window.package_page
    assert document is not None
    assert page is not None
    document.push(remove(document.entries, ["scripts/postinst"]), "Remove postinst")
    page.show_part("scripts/postinst")
    return stage.window


def capture(stage: Stage) -> QWidget:
    """The capture workspace."""
    stage.run("nas.capture")
    return stage.window


SHOTS: dict[str, Callable[[Stage], QWidget]] = {
    "welcome": welcome,
    "package": package,
    "recent": recent,
    "loading": loading,
    "drop": drop,
    "tasks": tasks,
    "missing": missing,
    "capture": capture,
    "problems": problems,
    "palette": palette,
    "build": build,
    "new-package": new_package,
    "preferences": preferences,
    "about": about,
    "close-question": close_question,
}


def take(name: str, look: str, out: Path) -> None:
    """Take one picture in a program of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        stage = Stage(Path(place))
        stage.run(f"view.{look}")
        widget = SHOTS[name](stage)
        stage.settle()
        out.mkdir(parents=True, exist_ok=True)
        widget.grab().save(str(out / f"{name}-{look}.png"))
        stage.program.shut_down()


def _font() -> QFont:
    from PySide6.QtGui import QFont

    return QFont(["Segoe UI", "Noto Sans", "DejaVu Sans"], 9)


def main() -> None:
    """Take all pictures, or those that were asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", choices=sorted(SHOTS))
    parser.add_argument("--look", action="append", choices=LOOKS)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    for name in options.only or SHOTS:
        for look in options.look or LOOKS:
            if options.here:
                take(name, look, options.out)
            else:
                _take_in_a_process_of_its_own(name, look, options)


def _take_in_a_process_of_its_own(name: str, look: str, options: argparse.Namespace) -> None:
    import subprocess

    command = [sys.executable, __file__, "--here", "--only", name, "--look", look]
    command += ["--scale", str(options.scale), "--out", str(options.out)]
    outcome = subprocess.run(command, check=False)
    sys.stdout.write(f"{name}-{look}: {'ok' if outcome.returncode == 0 else 'FAILED'}\n")


if __name__ == "__main__":
    main()
