"""The pictures of the main window: welcome page, panels, palette, banners, and the dialogs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from docs.screenshots.sample import Sample
from docs.screenshots.stage import Stage
from gui.dialogs.accept import AcceptDialog
from gui.dialogs.fix_preview import FixPreviewDialog
from gui.dialogs.recovery import recovery_question
from gui.qt.tasks import Task
from gui.services.opener import drop_answer
from spkcore.base.errors import WriteError
from spkcore.base.tasks import Progress, TaskContext
from spkcore.package.changes import remove, set_content
from spkcore.package.journal import Recovery


def welcome(stage: Stage) -> QWidget:
    """The first window."""
    stage.window.show_welcome()
    return stage.window


def recent(stage: Stage) -> QWidget:
    """The welcome page after some days."""
    recents = stage.context.recents
    recents.add(Path("/home/jane/Old things/Weather Station"), "Weather Station", "0.9.2-0017")
    recents.add(Path("/home/jane/Downloads/Tailscale-x86_64-1.78.1-700078001-dsm7.spk"), "Tailscale", "1.78.1")
    stage.open_sample(Sample("Long", "The package with the longest name that anybody ever thought of", "12.34.56-7890"))
    stage.run("file.close")
    stage.open_sample()
    stage.run("file.close")
    recents.set_pinned(recents.all()[0].path, pinned=True)
    return stage.window


def problems(stage: Stage) -> QWidget:
    """Problems of several kinds, with unsaved changes, and what is known about one of them."""
    _break(stage)
    panel = stage.window.panel.problems
    row = next(at for at, row in enumerate(panel.model.rows) if row.problem.rule == "S003")
    panel.table.selectRow(row)
    return stage.window


def verdict(stage: Stage) -> QWidget:
    """What opens below the verdict: why DSM refuses the package."""
    _break(stage)
    stage.window.panel.problems.strip.chips[0].open_popup()
    return stage.window


def fix_preview(stage: Stage) -> QWidget:
    """What all fixes together would change."""
    _break(stage)
    stage.run("problems.fix_all")
    dialog = stage.dialog("FixPreviewDialog")
    assert isinstance(dialog, FixPreviewDialog)
    paths = [dialog.files.item(at).text() for at in range(dialog.files.count())]
    dialog.files.setCurrentRow(paths.index("scripts/postinst"))
    return dialog


def accept(stage: Stage) -> QWidget:
    """A problem that does not count in this package."""
    _break(stage)
    stage.window.panel.problems.table.selectRow(2)
    stage.run("problems.accept")
    dialog = stage.dialog("AcceptDialog")
    assert isinstance(dialog, AcceptDialog)
    dialog.reason.setPlainText("Only for the NAS in our office, which has run DSM 7.2 from the start.")
    return dialog


def _break(stage: Stage) -> None:
    """Make mistakes that people make."""
    stage.open_sample()
    info = stage.document.content("INFO")
    stage.edit("INFO", info.replace(b"ctl_stop=", b"ctl_stopp=").replace(b'"7.0-40000"', b'"7.0"'))
    script = stage.document.content("scripts/postinst")
    stage.edit("scripts/postinst", script.replace(b"\n", b"\r\n").replace(b'mkdir -p "$CACHE"', b"mkdir -p $CACHE"))
    stage.document.push(remove(stage.document.entries, ["PACKAGE_ICON.PNG"]), "Remove PACKAGE_ICON.PNG")
    stage.edit("conf/privilege", b'{\n  "defaults": {"run-as": "root"}\n}\n')
    stage.wait_for_problems(5)
    stage.window.set_panel_open(is_open=True)
    stage.show("INFO")


def palette(stage: Stage) -> QWidget:
    """The command palette."""
    stage.open_sample()
    stage.run("go.commands")
    stage.window.palette_box.field.setText("pa")
    return stage.window


def build_result(stage: Stage) -> QWidget:
    """The result of a build."""
    stage.open_sample()
    stage.run("package.build")
    stage.settle()
    return stage.dialog("BuildDialog")


def tasks(stage: Stage) -> QWidget:
    """Tasks that are done, that failed, and a build that runs."""
    stage.open_sample()
    stage.run("package.build")
    stage.settle()
    stage.dialog("BuildDialog").hide()
    stage.context.tasks.start("pictures", "Build PlexMediaServer-1.41.3-9314.spk", _work)
    stage.context.tasks.start("elsewhere", "Build Weather Station-0.9.2-0017.spk", _fail)
    stage.window.panel.setCurrentWidget(stage.window.panel.tasks)
    stage.window.set_panel_open(is_open=True)
    stage.let_run(1.5)
    return stage.window


def _fail(_context: TaskContext) -> None:
    raise WriteError("The file could not be written: there is no room on the disk", "D:/Packages", "Make some room.")


def _work(context: TaskContext) -> None:
    context.log("package/lib/libtranscode.so")
    while not context.cancelled.wait(0.2):
        context.progress(740_000_000, 2_100_000_000, "Packing package/lib/libtranscode.so")
    context.check()


def changed_outside(stage: Stage) -> QWidget:
    """Another program wrote to the package folder."""
    stage.open_sample(part="scripts/postinst")
    page = stage.page
    actions = (("Reload", page.update), ("Keep mine", page.update))
    page.banner.show_message("warning", "Another program changed scripts/postinst.", actions)
    stage.context.notifier.inform("“holiday.jpg” is no package folder, no .spk and no INFO file.")
    return stage.window


def drop(stage: Stage) -> QWidget:
    """Something that can be opened hovers over the welcome page."""
    stage.window.show_welcome()
    stage.open_sample()
    stage.run("file.close")
    path, answer = drop_answer([stage.place / "Photo Frame"])
    stage.window.drops.overlay.show_answer(answer, is_good=path is not None)
    return stage.window


def drop_refused(stage: Stage) -> QWidget:
    """Something that cannot be opened hovers over an open package."""
    stage.open_sample()
    path, answer = drop_answer([stage.place / "holiday.jpg"])
    stage.window.drops.overlay.show_answer(answer, is_good=path is not None)
    return stage.window


def loading(stage: Stage) -> QWidget:
    """A large package is being opened."""
    task = Task("open", "Open Plex Media Server.spk", print, stage.program)
    stage.window.loading.follow(task)
    task.progressed.emit(Progress(740_000_000, 2_100_000_000, "Unpacking package/lib/libtranscode.so"))
    stage.window.pages.setCurrentWidget(stage.window.loading)
    return stage.window


def new_package(stage: Stage) -> QWidget:
    """A new package."""
    return stage.open_by("file.new", "NewPackageDialog")


def preferences(stage: Stage) -> QWidget:
    """The preferences."""
    return stage.open_by("tools.preferences", "PreferencesDialog")


def about(stage: Stage) -> QWidget:
    """About."""
    return stage.open_by("help.about", "AboutDialog")


def close_question(stage: Stage) -> QWidget:
    """What is asked before unsaved work is lost."""
    stage.open_sample()
    stage.edit("LICENSE", b"MIT\n")
    return stage.open_by("file.close", "MessageDialog")


def recovery(stage: Stage) -> QWidget:
    """What is asked after a crash."""
    stage.open_sample()
    entries = stage.document.entries
    change = set_content(entries, "scripts/postinst", b"").then(set_content(entries, "INFO", b""))
    stage.context.notifier.ask(recovery_question("Photo Frame", Recovery(change)), print)
    return stage.dialog("MessageDialog")


def crash_report(stage: Stage) -> QWidget:
    """After a bug."""
    stage.open_sample()
    try:
        stage.document.entries["scripts/none"]
    except KeyError as error:
        stage.program.crash.handle(error)
    return stage.dialog("CrashReportDialog")


def error(stage: Stage) -> QWidget:
    """A file that is no package."""
    nowhere = stage.place / "holiday.spk"
    nowhere.write_bytes(b"\xff\xd8\xff\xe0 not a package")
    stage.program.workbench.open(nowhere)
    return stage.dialog("MessageDialog")


SHOTS = {
    "welcome": welcome,
    "recent": recent,
    "loading": loading,
    "drop": drop,
    "drop-refused": drop_refused,
    "changed-outside": changed_outside,
    "tasks": tasks,
    "problems": problems,
    "verdict": verdict,
    "fix-preview": fix_preview,
    "accept": accept,
    "palette": palette,
    "build": build_result,
    "new-package": new_package,
    "preferences": preferences,
    "about": about,
    "close-question": close_question,
    "recovery": recovery,
    "crash-report": crash_report,
    "error": error,
}
