"""The first page of a capture: which NAS, into which folder, and the button that starts it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gui.nas.foundcard import FoundCard
from gui.nas.optionspanel import OptionsPanel
from gui.qt.announce import announce
from gui.qt.forms import GRID, ElidedLabel, column, fill, make_button, make_card, make_label, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.services.settings import Settings
from gui.widgets.flow import FlowLayout


class SetupPanel(QWidget):
    """Says what was clicked; the workspace does it."""

    connect_clicked = Signal()
    demo_clicked = Signal()
    disconnect_clicked = Signal()
    folder_clicked = Signal()
    start_clicked = Signal()
    list_clicked = Signal()
    addresses_clicked = Signal()

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self._theme = theme
        self.found = FoundCard(theme)
        self.options = OptionsPanel(theme, settings)
        self.disconnect_button = make_button(tr("Disconnec&t"), "flat")
        nas_card, nas = self._card("nas", tr("NAS"), self.disconnect_button)
        self.status = make_label(wrap=True)
        self.connect_button = make_button(tr("&Choose a NAS…"), "primary")
        self.demo_button = make_button(tr("&Try without a NAS"))
        self.list_button = make_button(tr("Choose from the NAS's l&ist…"), "", theme.icon("list"))
        self.list_button.setToolTip(tr("What Package Center offers: download it, or let the NAS download it"))
        self.start_button = make_button(tr("&Start the capture"), "primary", theme.icon("play", "accent_text"))
        self.addresses_button = make_button(tr("Package a&ddresses…"), "", theme.icon("link"))
        self.addresses_button.setToolTip(tr("Where packages can be fetched: from the lists and logs of this NAS"))
        buttons = (self.connect_button, self.demo_button, self.start_button, self.list_button, self.addresses_button)
        line = QWidget()
        flow = FlowLayout(line, GRID)
        flow.setContentsMargins(0, 0, 0, 0)
        for button in buttons:
            flow.addWidget(button)
        fill(nas, self.status, self._explanation(), GRID // 2, line)
        folder_card, folder = self._card("folder", tr("Folder on this computer"))
        self._folder = ElidedLabel()
        self.folder_button = make_button(tr("Chan&ge…"))
        folder_line = row()
        folder_line.addWidget(self._folder, 1)
        folder_line.addWidget(self.folder_button)
        fill(folder, folder_line)
        lines = column(self, spacing=2 * GRID)
        fill(lines, self.found, nas_card, folder_card, self.options, None)
        # It stands above the buttons of the card, but comes behind them.
        QWidget.setTabOrder(self.addresses_button, self.disconnect_button)
        self._connect_signals()
        self.show_connection("", "", demo=False, busy=False)

    def show_connection(self, place: str, title: str, *, demo: bool, busy: bool) -> None:
        """Show which NAS is connected; an empty place means none, `busy` that it is not ready yet."""
        connected = bool(place)
        self._say(_nas_text(place, title, demo=demo, busy=busy))
        self.connect_button.setVisible(not connected)
        self.demo_button.setVisible(not connected)
        self.disconnect_button.setVisible(connected)
        for button in (self.list_button, self.addresses_button):
            button.setVisible(connected)
            button.setEnabled(not busy)
        for button in (self.connect_button, self.demo_button):
            button.setEnabled(not busy)
        self.start_button.setVisible(connected)
        self.start_button.setEnabled(connected and not busy)
        self.start_button.setToolTip("" if connected else tr("Choose a NAS first."))

    def show_reading(self, place: str) -> None:
        """The package lists of this NAS are being read, which takes a moment; an empty text: not now."""
        if place:
            self._say(tr("Reading the package lists of {place}…", place=place))

    def _say(self, text: str) -> None:
        if self.status.text() != text:
            self.status.setText(text)
            announce(self.status, text)

    def focus_next(self) -> None:
        """Put the focus on what comes next, so that Space is enough; while the NAS is looked at, on what tells so."""
        nexts = (self.start_button, self.connect_button)
        (next((button for button in nexts if button.isEnabled() and not button.isHidden()), self.status)).setFocus()

    def show_folder(self, folder: Path) -> None:
        """Show where the files will go."""
        self._folder.setText(str(folder))

    def _card(self, icon: str, title: str, *more: QWidget) -> tuple[QFrame, QVBoxLayout]:
        card, inside = make_card()
        picture = QLabel()
        picture.setPixmap(self._theme.icon(icon).pixmap(QSize(20, 20)))
        heading = row()
        fill(heading, picture, make_label(title, "strong"), None, *more)
        inside.addLayout(heading)
        return card, inside

    def _explanation(self) -> QLabel:
        text = tr(
            "Start the capture, then install or update the package in Package Center of DSM as usual. The .spk file "
            "is caught while Package Center works with it, comes to your folder and opens here. Nothing on the NAS "
            "is changed, and everything that the capture makes there is removed again."
        )
        label = make_label(text, "muted", wrap=True)
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        return label

    def _connect_signals(self) -> None:
        self.connect_button.clicked.connect(self.connect_clicked)
        self.demo_button.clicked.connect(self.demo_clicked)
        self.disconnect_button.clicked.connect(self.disconnect_clicked)
        self.folder_button.clicked.connect(self.folder_clicked)
        self.start_button.clicked.connect(self.start_clicked)
        self.list_button.clicked.connect(self.list_clicked)
        self.addresses_button.clicked.connect(self.addresses_clicked)


def _nas_text(place: str, title: str, *, demo: bool, busy: bool) -> str:
    if busy:
        return tr("Looking at {place}…", place=place) if place else tr("Starting the demo NAS…")
    if demo:
        return tr("The demo NAS inside this program. It installs a small package by itself once you start.")
    if place:
        return tr("Connected to {place}: {title}.", place=place, title=title)
    return tr("SSH has to be on in DSM (Control Panel > Terminal & SNMP). Log in as an administrator.")
