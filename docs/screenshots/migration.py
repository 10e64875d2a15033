"""The pictures of migration, build targets and explained errors."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PySide6.QtWidgets import QWidget

from docs.screenshots.stage import Stage
from gui.dialogs.explain import ExplainDialog
from gui.dialogs.migrate import MigrateDialog
from spkcore.base.tasks import quiet
from spkcore.package.templates import create_package, find_template

POSTINST = """#!/bin/sh
PACKAGE="WeatherStation"
ln -s "${SYNOPKG_PKGDEST}/bin/weather" /usr/local/bin/weather
/usr/syno/bin/servicetool --install-configure-file --package "${SYNOPKG_PKGDEST}/etc/weather.sc" >> /dev/null
adduser -S -D weather
synoshare --add weather "Weather data" /volume1/weather "" admin "" 1 0
cp -R "${SYNOPKG_PKGDEST}/web" /var/services/web/weather
exit 0
"""
SERVICE = """#!/bin/sh
case "$1" in
    start) su - weather -c "/var/packages/WeatherStation/target/bin/weather -d" ;;
    stop) killall weather ;;
    status) pidof weather > /dev/null && exit 0; exit 3 ;;
esac
exit 0
"""
FILES = {
    "scripts/postinst": POSTINST,
    "scripts/start-stop-status": SERVICE,
    "conf/privilege": '{\n    "defaults": {"run-as": "root"}\n}\n',
    "package/bin/weather": "#!/bin/sh\nexit 0\n",
    "package/etc/weather.sc": '[weather]\ntitle="Weather"\ndesc="Weather"\ndst.ports="8420/tcp"\n',
    "package/web/index.html": "<!doctype html>\n",
}
LOG = """2026/11/21 18:04:10\tinstall WeatherStation 2.1-0007 Begin
2026/11/21 18:04:11\t(system) [319] invalid package privilege content
"""


def make_old(folder: Path) -> None:
    """A package for DSM 6 as many are: everything as root."""
    template = find_template("minimal-dsm6")
    values = {"package": "WeatherStation", "display_name": "Weather Station", "version": "2.1-0007"}
    create_package(template, template.complete(values), folder, quiet())
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    (folder / "scripts" / "preupgrade").unlink()


def offered(stage: Stage) -> QWidget:
    """A package for DSM 6 was opened."""
    folder = stage.place / "Weather Station"
    make_old(folder)
    stage.program.workbench.open(folder)
    stage.wait(lambda: stage.window.package_page is not None and stage.page.shown_path)
    stage.settle()
    return stage.window


def first(stage: Stage) -> MigrateDialog:
    """How it stands."""
    offered(stage)
    stage.run("package.migrate")
    dialog = cast("MigrateDialog", stage.dialog("MigrateDialog"))
    stage.wait(dialog.next.isEnabled)
    return dialog


def second(stage: Stage) -> MigrateDialog:
    """What will be done."""
    dialog = first(stage)
    dialog.next.click()
    return dialog


def third(stage: Stage) -> MigrateDialog:
    """What is left."""
    dialog = second(stage)
    dialog.next.click()
    stage.settle()
    return dialog


def todo(stage: Stage) -> QWidget:
    """The list of what is left, beside the work."""
    third(stage).next.click()
    stage.show("scripts/postinst")
    return stage.window


def explain_start(stage: Stage) -> QWidget:
    """Nothing was asked yet."""
    return stage.open_by("help.explain", "ExplainDialog")


def explain(stage: Stage) -> QWidget:
    """Lines of a log, explained by the package."""
    offered(stage)
    dialog = cast("ExplainDialog", explain_start(stage))
    dialog.dsm.setCurrentIndex(dialog.dsm.findData("7.2"))
    dialog.set_text(LOG)
    stage.wait(lambda: dialog.cards)
    return dialog


def build_target(stage: Stage) -> QWidget:
    """The result of a build for DSM 6."""
    third(stage).next.click()
    stage.run("package.build_target")
    dialog = stage.dialog("BuildDialog")
    stage.settle()
    return dialog


SHOTS = {
    "migrate-offer": offered,
    "migrate-1": first,
    "migrate-2": second,
    "migrate-3": third,
    "todo": todo,
    "explain-start": explain_start,
    "explain": explain,
    "build-target": build_target,
}
