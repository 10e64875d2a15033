"""What the INFO form shows between its keys: the link that three keys make, and the way to the files of relations."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from gui.editors.info.rows import caption_width
from gui.qt.forms import GRID, column, fill, make_button, make_label
from gui.qt.i18n import tr

LINK_KEYS = ("adminprotocol", "adminport", "adminurl")
RELATION_KEYS = (
    "install_dep_packages",
    "install_conflict_packages",
    "install_break_packages",
    "install_replace_packages",
)


class Extra(QWidget):
    """Something in the section `group`, shown behind the rows of `mates` while one of them is."""

    def __init__(self, name: str, group: str, mates: tuple[str, ...]) -> None:
        super().__init__()
        self.name = name
        self.group = group
        self.mates = mates

    def stops(self) -> list[QWidget]:
        """The widgets that Tab reaches, in order."""
        return []

    def set_narrow(self, *, narrow: bool) -> None:
        """Begin where the controls of the rows do."""
        inside = self.layout()
        if inside is not None:
            inside.setContentsMargins(0 if narrow else caption_width(self) + 2 * GRID, 0, 0, 0)


class LinkPreview(Extra):
    """The address that protocol, port and path make together."""

    def __init__(self) -> None:
        super().__init__("#link", "links", LINK_KEYS)
        self.address = QLabel()
        self.address.setProperty("role", "strong")
        self.address.setTextFormat(Qt.TextFormat.PlainText)
        self.address.setWordWrap(True)
        self.address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.address.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.address.setAccessibleName(tr("Link to the web page of the package"))
        self._about = make_label("", "muted", wrap=True)
        lines = column(self, spacing=2)
        fill(lines, self.address, self._about)

    def show_link(self, link: str) -> None:
        """Show this address; nothing says that there is none."""
        self.address.setText(link)
        self.address.setVisible(bool(link))
        where = tr("This is the link that Package Center shows; nas stands for the name or address of the NAS.")
        self._about.setText(where if link else tr("Without a port and a path Package Center shows no link."))


class RelationFiles(Extra):
    """Says what conf/PKG_DEPS and conf/PKG_CONX hold, and leads to all relations in one place."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__("#relations", "dependencies", RELATION_KEYS)
        self.about = make_label("", "muted", wrap=True)
        self.button = make_button(tr("Edit all relations…"))
        self.button.clicked.connect(self.wanted)
        lines = column(self, spacing=GRID)
        fill(lines, self.about)
        lines.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_files(self, files: dict[str, int]) -> None:
        """Show how many packages each file names."""
        said = [
            tr("{path} names {n} package.", "{path} names {n} packages.", path=path, n=files[path]) for path in files
        ]
        rule = tr("DSM goes by these files instead of the lists above.")
        none = tr("Relations that hold for some DSM versions only go into conf/PKG_DEPS and conf/PKG_CONX.")
        self.about.setText(" ".join([*said, rule]) if said else none)

    def stops(self) -> list[QWidget]:
        return [self.button]
