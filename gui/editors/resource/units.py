"""The unit files of systemd-user-unit, which lie beside conf/resource: listed, opened, added."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from gui.editors.resource.presenter import ResourcePart
from gui.editors.schemaform.host import FormHost
from gui.qt.forms import GRID, column, make_button, make_label
from gui.qt.i18n import tr
from spkcore.package.changes import set_content
from spkcore.package.resource import new_unit, unit_paths


class UnitsForm(QWidget):
    """One link for each unit file, and a button that adds one."""

    place_wanted = Signal(str)
    """The path of a unit file that is to be opened."""

    def __init__(self, host: FormHost, part: ResourcePart) -> None:
        super().__init__()
        self.host = host
        self.part = part
        self.links: list[QPushButton] = []
        self.none = make_label(tr("There is no unit file yet, so nothing is started."), "muted", wrap=True)
        self.add_button = make_button(tr("Add a unit file"), "link", host.theme.icon("plus", "accent"))
        self._links = column(spacing=GRID // 2)
        lines = column(self, spacing=GRID)
        lines.addWidget(make_label(tr("Unit files"), "strong"))
        lines.addWidget(self.none)
        lines.addLayout(self._links)
        lines.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_button.clicked.connect(self._on_add)

    def show_state(self) -> None:
        """List the unit files that the package has now."""
        paths = unit_paths(self.part.document.entries)
        self.none.setVisible(not paths)
        if [link.toolTip() for link in self.links] == paths:
            return
        while self.links:
            old = self.links.pop()
            self._links.removeWidget(old)
            old.hide()
            old.deleteLater()
        for path in paths:
            link = make_button(path.rpartition("/")[2], "link", self.host.theme.icon("text", "accent"))
            link.setToolTip(path)
            link.clicked.connect(partial(self._open, path))
            self._links.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
            self.links.append(link)

    def _open(self, path: str, _checked: bool = False) -> None:
        self.place_wanted.emit(path)

    def _on_add(self) -> None:
        document = self.part.document
        path, data = new_unit(self.part.package, self.part.title, document.entries)
        document.push(set_content(document.entries, path, data), tr("Add a unit file"))
        self.place_wanted.emit(path)
