"""The preferences: look, size of text, autosave, how to build. Everything counts at once."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from gui.app.context import AppContext
from gui.dialogs.base import BaseDialog
from gui.qt.forms import GRID, fill, make_button, make_label, make_spin_box
from gui.qt.i18n import tr
from gui.services.settings import AUTOSAVE_SECONDS, BUILD_COMPRESSION, BUILD_FAST, FONT_SIZE, THEME


class PreferencesDialog(BaseDialog):
    """No OK and no Cancel: what is changed is changed."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Preferences"), parent)
        self._settings = context.settings
        self.setMinimumWidth(64 * GRID)
        self.look = QComboBox()
        for name, text in (("system", tr("Like the system")), ("light", tr("Light")), ("dark", tr("Dark"))):
            self.look.addItem(text, name)
        self.font_size = make_spin_box(6, 24)
        self.font_size.setSpecialValueText(tr("Like the system"))
        self.font_size.setSuffix(tr(" points"))
        self.autosave = make_spin_box(0, 600)
        self.autosave.setSpecialValueText(tr("Never"))
        self.autosave.setSuffix(tr(" seconds"))
        self.compression = QComboBox()
        pairs = (("as it came", tr("As the package came, else gzip")), ("gzip", tr("gzip")), ("xz", tr("xz")))
        for name, text in pairs:
            self.compression.addItem(text, name)
        self.fast = QCheckBox(tr("Build &faster, larger files"))
        self._grid = QGridLayout()
        self._lay_out()
        self._load()
        self._connect()
        self.look.setFocus()

    def _lay_out(self) -> None:
        grid = self._grid
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        self._add_heading(tr("Look"))
        self._add_field(tr("&Colours"), self.look)
        self._add_field(tr("&Text size"), self.font_size)
        self._add_heading(tr("Safety"))
        self._add_field(tr("&Keep unsaved changes every"), self.autosave)
        hint = tr("After a crash they are offered again. They never change the package itself.")
        grid.addWidget(make_label(hint, "small", wrap=True), grid.rowCount(), 1)
        self._add_heading(tr("Build"))
        self._add_field(tr("C&ompression of the payload"), self.compression)
        grid.addWidget(self.fast, grid.rowCount(), 1)
        self.body.addLayout(grid)
        fill(self.body, None)
        close = self.add_button(make_button(tr("Close"), "primary"), default=True)
        close.clicked.connect(self.accept)

    def _add_heading(self, text: str) -> None:
        label = make_label(text, "strong")
        at = self._grid.rowCount()
        label.setContentsMargins(0, 0 if at == 1 else GRID, 0, 0)
        self._grid.addWidget(label, at, 0, 1, 2)

    def _add_field(self, text: str, field: QWidget) -> None:
        caption = make_label(text)
        caption.setTextFormat(Qt.TextFormat.AutoText)
        caption.setBuddy(field)
        at = self._grid.rowCount()
        self._grid.addWidget(caption, at, 0)
        self._grid.addWidget(field, at, 1)

    def _load(self) -> None:
        settings = self._settings
        self.look.setCurrentIndex(max(self.look.findData(settings.get(THEME)), 0))
        self.font_size.setValue(settings.get(FONT_SIZE))
        self.autosave.setValue(settings.get(AUTOSAVE_SECONDS))
        self.compression.setCurrentIndex(max(self.compression.findData(settings.get(BUILD_COMPRESSION)), 0))
        self.fast.setChecked(settings.get(BUILD_FAST))

    def _connect(self) -> None:
        self.look.currentIndexChanged.connect(self._on_look_changed)
        self.font_size.valueChanged.connect(self._on_font_size_changed)
        self.autosave.valueChanged.connect(self._on_autosave_changed)
        self.compression.currentIndexChanged.connect(self._on_compression_changed)
        self.fast.toggled.connect(self._on_fast_toggled)

    @Slot(int)
    def _on_look_changed(self, _index: int) -> None:
        self._settings.put(THEME, str(self.look.currentData()))

    @Slot(int)
    def _on_font_size_changed(self, points: int) -> None:
        self._settings.put(FONT_SIZE, 0 if points == self.font_size.minimum() else points)

    @Slot(int)
    def _on_autosave_changed(self, seconds: int) -> None:
        self._settings.put(AUTOSAVE_SECONDS, seconds)

    @Slot(int)
    def _on_compression_changed(self, _index: int) -> None:
        self._settings.put(BUILD_COMPRESSION, str(self.compression.currentData()))

    @Slot(bool)
    def _on_fast_toggled(self, fast: bool) -> None:
        self._settings.put(BUILD_FAST, fast)
