"""The choices of a capture, folded away below "Options": when it ends, which volumes, what is kept, how it comes."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QFrame, QWidget

from gui.nas.plan import CAPTURE_AT_ONCE, CAPTURE_OPEN, CHOOSABLE, CaptureOptions, OptionStore
from gui.qt.forms import GRID, align_caption, column, fill, make_button, make_label, make_spin_box, row
from gui.qt.i18n import tr
from gui.qt.progress import size_text
from gui.qt.theme import Theme
from gui.services.settings import Settings
from gui.widgets.flow import FlowLayout
from spkcore.nas.capture import Keep, Until
from spkcore.nas.facts import Volume
from spkcore.nas.transfer import Way

_FIELD = 46 * GRID


class OptionsPanel(QWidget):
    """What is changed counts for the next capture, and stays. `changed` comes after every change."""

    changed = Signal()

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self._theme = theme
        self._settings = settings
        self._store = OptionStore(settings)
        self._place = ""
        self._volumes: tuple[Volume, ...] = ()
        self._is_loading = False
        self.volume_boxes: list[QCheckBox] = []
        self.button = make_button(tr("&Options"), "flat", theme.icon("chevron-right"))
        self.button.setCheckable(True)
        self.summary = make_label("", "muted")
        self._make_fields()
        self._lay_out()
        self._load()
        self._connect_signals()
        self._on_toggled(shown=False)

    def show_nas(self, place: str, volumes: tuple[Volume, ...]) -> None:
        """Show the volumes of the connected NAS; none while there is none."""
        if (place, volumes) != (self._place, self._volumes):
            self._place, self._volumes = place, volumes
            self._show_volumes()

    def _make_fields(self) -> None:
        self.until = QComboBox()
        for until in CHOOSABLE:
            self.until.addItem(_until_text(until), until.value)
        self.keep = QComboBox()
        for keep in Keep:
            self.keep.addItem(_keep_text(keep), keep.value)
        self.way = QComboBox()
        self.way.addItem(tr("by SFTP, else over the SSH connection"), "sftp")
        self.way.addItem(tr("always over the SSH connection"), "exec")
        self.space = make_spin_box(50, 1_000_000)
        self.space.setSingleStep(100)
        self.space.setSuffix(tr(" MB"))
        self.space.setToolTip(tr("Below this only package files are caught. Catching itself needs nearly no space."))
        self.open_box = QCheckBox(tr("Open the package in the editor when it is here"))
        self.at_once = QCheckBox(tr("F9 connects to the NAS used last and starts at once"))

    def _lay_out(self) -> None:
        self._card = QFrame()
        self._card.setProperty("role", "card")
        form = QFormLayout(self._card)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        form.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        self._volume_row = QWidget()
        self._volume_flow = FlowLayout(self._volume_row, 2 * GRID)
        self._volume_flow.setContentsMargins(0, 0, 0, 0)
        self._volume_label = make_label(tr("Volumes"))
        for text, field in (
            (tr("The c&apture ends"), self.until),
            (tr("&Keep what is unpacked"), self.keep),
            (tr("Files co&me"), self.way),
            (tr("Keep free on each vol&ume"), self.space),
        ):
            caption = make_label(text)
            caption.setBuddy(field)
            align_caption(caption, field)
            field.setMinimumWidth(_FIELD)
            form.addRow(caption, field)
        self._volume_row.setMinimumWidth(_FIELD)
        form.addRow(self._volume_label, self._volume_row)
        form.addRow("", self.open_box)
        form.addRow("", self.at_once)
        head = row()
        fill(head, self.button, self.summary, None)
        lines = column(self, spacing=GRID)
        fill(lines, head, self._card)

    def _load(self) -> None:
        options = self._store.read()
        self.until.setCurrentIndex(self.until.findData(options.until.value))
        self.keep.setCurrentIndex(self.keep.findData(options.keep.value))
        self.way.setCurrentIndex(self.way.findData(options.way))
        self.space.setValue(options.space)
        self.open_box.setChecked(self._settings.get(CAPTURE_OPEN))
        self.at_once.setChecked(self._settings.get(CAPTURE_AT_ONCE))
        self._show_volumes()
        self._show_summary()

    def _connect_signals(self) -> None:
        self.button.toggled.connect(self._on_toggled)
        for box in (self.until, self.keep, self.way):
            box.currentIndexChanged.connect(self._on_changed)
        self.space.valueChanged.connect(self._on_changed)
        self.open_box.toggled.connect(self._on_changed)
        self.at_once.toggled.connect(self._on_changed)

    def _show_volumes(self) -> None:
        self._is_loading = True
        for box in self.volume_boxes:
            self._volume_flow.removeWidget(box)
            box.deleteLater()
        self.volume_boxes = [self._volume_box(volume) for volume in self._volumes]
        for widget in (self._volume_label, self._volume_row):
            widget.setVisible(len(self._volumes) > 1)
        self._is_loading = False
        self._show_summary()

    def _volume_box(self, volume: Volume) -> QCheckBox:
        name = volume.path.lstrip("/")
        box = QCheckBox(tr("{name} ({size} free)", name=name, size=size_text(volume.free)) if volume.free else name)
        box.setChecked(volume.path in self._store.volumes(self._place, self._volumes))
        box.toggled.connect(self._on_volumes_changed)
        self._volume_flow.addWidget(box)
        return box

    @Slot(bool)
    def _on_toggled(self, shown: bool) -> None:
        self.button.setIcon(self._theme.icon("chevron-down" if shown else "chevron-right"))
        self._card.setVisible(shown)
        self.summary.setVisible(not shown)

    @Slot()
    def _on_changed(self) -> None:
        way: Way = "exec" if self.way.currentData() == "exec" else "sftp"
        until, keep = Until(self.until.currentData()), Keep(self.keep.currentData())
        self._store.write(CaptureOptions(until, way, keep, self.space.value()))
        self._settings.put(CAPTURE_OPEN, self.open_box.isChecked())
        self._settings.put(CAPTURE_AT_ONCE, self.at_once.isChecked())
        self._show_summary()
        self.changed.emit()

    @Slot()
    def _on_volumes_changed(self) -> None:
        if self._is_loading:
            return
        pairs = zip(self._volumes, self.volume_boxes, strict=True)
        chosen = tuple(volume.path for volume, box in pairs if box.isChecked())
        self._store.choose_volumes(self._place, self._volumes, chosen)
        if not chosen:
            self._show_volumes()
        self._show_summary()
        self.changed.emit()

    def _show_summary(self) -> None:
        """What is chosen, where it is not the usual."""
        options, usual = self._store.read(), CaptureOptions()
        parts = []
        if options.until is not usual.until:
            parts.append(tr("ends {when}", when=_until_text(options.until)))
        if options.keep is not usual.keep:
            parts.append(tr("keeps {what}", what=_keep_text(options.keep)))
        watched = self._store.volumes(self._place, self._volumes)
        if len(watched) < len(self._volumes):
            parts.append(", ".join(path.lstrip("/") for path in watched))
        self.summary.setText(" · ".join(parts))


def _until_text(until: Until) -> str:
    texts = {
        Until.PACKAGE: tr("when the package is whole"),
        Until.DOWNLOADED: tr("when the download is whole"),
        Until.INSTALLED: tr("when the installation is over"),
        Until.STOPPED: tr("when I stop it"),
    }
    return texts[until]


def _keep_text(keep: Keep) -> str:
    texts = {
        Keep.NEEDED: tr("only of packages that cannot be opened"),
        Keep.PARTS: tr("scripts, wizards and other small parts"),
        Keep.EVERYTHING: tr("everything"),
    }
    return texts[keep]
