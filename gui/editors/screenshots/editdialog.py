"""The dialog that crops and resizes a picture."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRect, QSignalBlocker, QSize, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QSpinBox, QVBoxLayout, QWidget

from gui.app.context import AppContext
from gui.dialogs.base import BaseDialog
from gui.editors.screenshots.presenter import largest_size
from gui.qt.forms import GRID, column, fill, make_button, make_label, make_spin_box, row
from gui.qt.i18n import tr
from gui.services.pictures import Latest, image_of
from gui.widgets.cropview import CropView
from spkcore.base.errors import SpkError
from spkcore.base.reference import table
from spkcore.base.tasks import TaskContext
from spkcore.package.entries import Content
from spkcore.package.icons import Artwork, Box, Pixels, load

_SIZE = QSize(140 * GRID, 88 * GRID)
_SHOWN_SIDE = 1400
_HIGHEST = 20_000
_RATIOS = (0.0, 4 / 3, 16 / 9, 1.0)


class EditPictureDialog(BaseDialog):
    """Opened with `open`; `edited` brings the bytes of the new picture, in the format it had."""

    edited = Signal(object)

    def __init__(self, name: str, content: Content, context: AppContext, parent: QWidget) -> None:
        super().__init__(tr("Crop and resize {name}", name=name), parent)
        self._art: Artwork | None = None
        self._scale = 1.0
        self.crop = CropView(context.theme)
        self.shape = QComboBox()
        self.fields: dict[str, QSpinBox] = {}
        self.note = make_label(tr("Reading the picture…"), "muted", wrap=True)
        self.fit = make_button(tr("Fit"))
        self._work = Latest(context.tasks, "pictures", tr("Change {name}", name=name), self)
        self._lay_out()
        self._connect()
        self._enable(on=False)
        self.resize_within_screen(_SIZE)
        self._work.start(partial(_opened, content))

    @property
    def result_size(self) -> tuple[int, int]:
        """Width and height of the new picture in pixels."""
        size = self.crop.crop.size() * self._scale
        return max(1, size.width()), max(1, size.height())

    # ------------------------------------------------------------------------------------------ building

    def _lay_out(self) -> None:
        self.shape.addItems([tr("Any shape"), tr("4 : 3"), tr("16 : 9"), tr("Square")])
        self.shape.setAccessibleName(tr("Shape of the part"))
        halves = row(spacing=3 * GRID)
        halves.addWidget(self.crop, 1)
        halves.addLayout(self._fields())
        self.body.addLayout(halves, 1)
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.ok = self.add_button(make_button(tr("Apply"), "primary"), default=True)

    def _fields(self) -> QVBoxLayout:
        width, height = table("icons")["screenshots"]["largest"]
        self.fit.setText(tr("Fit into {width} × {height}", width=width, height=height))
        hint = make_label(tr("Package sources show pictures of up to this size."), "small", wrap=True)
        part, size = QGridLayout(), QGridLayout()
        for grid in (part, size):
            grid.setColumnMinimumWidth(0, 11 * GRID)
            grid.setColumnStretch(1, 1)
        names = (
            ("left", tr("Left"), part),
            ("top", tr("Top"), part),
            ("width", tr("Width"), part),
            ("height", tr("Height"), part),
            ("new_width", tr("New width"), size),
            ("new_height", tr("New height"), size),
        )
        for key, name, form in names:
            box = make_spin_box(0 if key in {"left", "top"} else 1, _HIGHEST)
            box.setSuffix(tr(" px"))
            box.setAccessibleName(name)
            box.setKeyboardTracking(False)
            self.fields[key] = box
            line = form.rowCount()
            form.addWidget(make_label(name), line, 0)
            form.addWidget(box, line, 1)
        self.whole = make_button(tr("Whole picture"))
        lines = column(spacing=GRID)
        fill(lines, make_label(tr("Part"), "strong"), self.shape, part, self.whole)
        fill(lines, 2 * GRID, make_label(tr("Size"), "strong"), size, self.fit, hint, None, self.note)
        return lines

    def _connect(self) -> None:
        self._work.finished.connect(self._on_done)
        self._work.failed.connect(self._on_failed)
        self.crop.crop_changed.connect(self._on_crop_changed)
        self.shape.currentIndexChanged.connect(self._on_shape)
        self.whole.clicked.connect(self.crop.use_all)
        self.fit.clicked.connect(self._on_fit)
        self.ok.clicked.connect(self._on_ok)
        for key in ("left", "top", "width", "height"):
            self.fields[key].valueChanged.connect(self._on_part_typed)
        self.fields["new_width"].valueChanged.connect(self._on_width_typed)
        self.fields["new_height"].valueChanged.connect(self._on_height_typed)

    # ------------------------------------------------------------------------------------------ slots

    @Slot(object)
    def _on_done(self, result: object) -> None:
        if isinstance(result, bytes):
            self.edited.emit(result)
            self.accept()
        elif isinstance(result, tuple):
            self._show(*result)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if isinstance(error, SpkError):
            self.note.setText(f"{error.what}. {error.what_to_do}")
        self.ok.setEnabled(self._art is not None)

    @Slot(QRect)
    def _on_crop_changed(self, _crop: QRect) -> None:
        self._show_numbers()

    @Slot(int)
    def _on_shape(self, index: int) -> None:
        self.crop.set_ratio(_RATIOS[index])

    @Slot()
    def _on_part_typed(self) -> None:
        value = {key: box.value() for key, box in self.fields.items()}
        self.crop.set_crop(QRect(QPoint(value["left"], value["top"]), QSize(value["width"], value["height"])))
        self._show_numbers()

    @Slot(int)
    def _on_width_typed(self, value: int) -> None:
        self._set_scale(value / self.crop.crop.width())

    @Slot(int)
    def _on_height_typed(self, value: int) -> None:
        self._set_scale(value / self.crop.crop.height())

    @Slot()
    def _on_fit(self) -> None:
        crop = self.crop.crop
        width, _height = largest_size(crop.width(), crop.height())
        self._set_scale(width / crop.width())

    @Slot()
    def _on_ok(self) -> None:
        if self._art is None:
            return
        crop = self.crop.crop
        if self.crop.is_whole and self._scale == 1.0:
            self.reject()
            return
        box = (crop.left(), crop.top(), crop.right() + 1, crop.bottom() + 1)
        self.ok.setEnabled(False)
        self._work.start(partial(_edited, self._art, box, self.result_size))

    # ------------------------------------------------------------------------------------------ inner

    def _show(self, art: Artwork, pixels: Pixels) -> None:
        self._art = art
        self.crop.show_picture(image_of(pixels), QSize(art.picture.width, art.picture.height))
        self._enable(on=True)
        self._show_numbers()
        self.crop.setFocus()

    def _enable(self, *, on: bool) -> None:
        for widget in (*self.fields.values(), self.shape, self.whole, self.fit, self.ok):
            widget.setEnabled(on)

    def _set_scale(self, scale: float) -> None:
        self._scale = scale
        self._show_numbers()

    def _show_numbers(self) -> None:
        crop, (width, height) = self.crop.crop, self.result_size
        values = (crop.left(), crop.top(), crop.width(), crop.height(), width, height)
        for box, value in zip(self.fields.values(), values, strict=True):
            with QSignalBlocker(box):
                box.setValue(value)
        text = tr("The new picture has {width} × {height} pixels.", width=width, height=height)
        grows = tr("It grows, and becomes blurred.") if self._scale > 1 else ""
        self.note.setText(f"{text} {grows}".strip())


def _opened(content: Content, context: TaskContext) -> tuple[Artwork, Pixels]:
    art = load(content.read())
    context.check()
    return art, art.pixels(_SHOWN_SIDE)


def _edited(art: Artwork, box: Box, size: tuple[int, int], context: TaskContext) -> bytes:
    context.check()
    return art.edited(box, size)
