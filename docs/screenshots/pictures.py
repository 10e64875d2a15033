"""The pictures of the icon editor, of making icons, and of the screenshots editor."""

from __future__ import annotations

import base64

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QImageWriter, QLinearGradient, QPainter, QPainterPath
from PySide6.QtWidgets import QWidget

from docs.screenshots.sample import Sample
from docs.screenshots.stage import Shot, Stage
from gui.editors.icons.dialog import MakeIconsDialog
from gui.editors.icons.view import IconsEditor
from gui.editors.screenshots.view import ScreenshotsEditor
from gui.qt.picturesource import PictureSource


def photo(width: int, height: int, hour: int = 0) -> bytes:
    """A landscape with a sun, as PNG; `hour` changes its light."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    sky = QLinearGradient(0, 0, 0, height)
    sky.setColorAt(0, QColor.fromHsv((205 + 40 * hour) % 360, 150, 230))
    sky.setColorAt(1, QColor.fromHsv((35 + 40 * hour) % 360, 90, 250))
    painter.fillRect(image.rect(), sky)
    painter.setPen(QColor(0, 0, 0, 0))
    painter.setBrush(QColor("#ffe9a8"))
    painter.drawEllipse(QPointF(width * 0.68, height * 0.36), height * 0.13, height * 0.13)
    for number, color in enumerate(("#5b7fa6", "#3f6486", "#27455f")):
        hill = QPainterPath(QPointF(0, height))
        base = height * (0.52 + 0.14 * number)
        hill.lineTo(0, base)
        hill.cubicTo(width * 0.3, base - height * 0.2, width * 0.5, base + height * 0.15, width, base - height * 0.08)
        hill.lineTo(width, height)
        painter.setBrush(QColor(color))
        painter.drawPath(hill)
    painter.end()
    return _png(image)


def logo(side: int) -> bytes:
    """A camera on white ground, as PNG."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(0, 0, 0, 0))
    painter.setBrush(QColor("#2f6fd0"))
    painter.drawRoundedRect(QRectF(side * 0.12, side * 0.28, side * 0.76, side * 0.52), side * 0.08, side * 0.08)
    painter.drawRoundedRect(QRectF(side * 0.36, side * 0.18, side * 0.28, side * 0.2), side * 0.05, side * 0.05)
    for color, radius in (("#ffffff", 0.18), ("#f2a93b", 0.13), ("#7a3fb5", 0.07)):
        painter.setBrush(QColor(color))
        painter.drawEllipse(QPointF(side / 2, side * 0.54), side * radius, side * radius)
    painter.end()
    return _png(image)


def _png(image: QImage) -> bytes:
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(store.data())


def icons_trouble(stage: Stage) -> QWidget:
    """Icons that are missing, of a wrong size, and inside INFO."""
    sample = Sample(files=(("PACKAGE_ICON_256.PNG", None), ("PACKAGE_ICON.PNG", logo(48))))
    stage.open_sample(sample)

    text = base64.b64encode(logo(72)).decode()
    stage.edit("INFO", stage.document.content("INFO") + f'package_icon="{text}"\n'.encode())
    stage.show("PACKAGE_ICON.PNG")
    return stage.window


def make_icons_empty(stage: Stage) -> QWidget:
    """The dialog before there is a picture."""
    _open_dialog(stage)
    return stage.dialog("MakeIconsDialog")


def make_icons(stage: Stage) -> QWidget:
    """Icons of a part of a photo with round corners."""
    dialog = _open_dialog(stage)
    dialog.take([PictureSource("landscape.png", data=photo(1600, 1000))])
    stage.wait(lambda: dialog.crop.crop.width() == 1600)
    dialog.square.setChecked(True)
    dialog.crop.set_crop(QRect(700, 80, 800, 800))
    dialog.controls.padding.set_value(4)
    dialog.controls.rounding.set_value(22)
    stage.wait(lambda: dialog.is_ready)
    stage.let_run(0.3)
    return dialog


def make_icons_dsm(stage: Stage) -> QWidget:
    """A logo whose white ground becomes transparent, as DSM shows it."""
    dialog = _open_dialog(stage)
    dialog.take([PictureSource("camera.png", data=logo(600))])
    stage.wait(lambda: dialog.crop.crop.width() == 600)
    dialog.controls.clearing.setChecked(True)
    dialog.controls.tolerance.set_value(10)
    dialog.views.setCurrentIndex(1)
    stage.wait(lambda: dialog.is_ready)
    stage.let_run(0.3)
    return dialog


def _open_dialog(stage: Stage) -> MakeIconsDialog:
    editor = stage.open_editor(IconsEditor, part="PACKAGE_ICON.PNG")
    editor.open_maker()
    assert editor.dialog is not None
    return editor.dialog


def screenshots(stage: Stage) -> QWidget:
    """Three screenshots, of which one is too large for package sources."""
    _open_screenshots(stage)
    return stage.window


def screenshots_empty(stage: Stage) -> QWidget:
    """A package without screenshots."""
    stage.open_sample(Sample(files=(("screen_1.png", None),)), part="screen_1.png")
    return stage.window


def screenshots_edit(stage: Stage) -> QWidget:
    """A part of a screenshot is cropped."""
    editor = _open_screenshots(stage)
    editor.edit_button.click()
    dialog = editor.dialog
    assert dialog is not None
    stage.wait(dialog.ok.isEnabled)
    dialog.shape.setCurrentIndex(2)
    dialog.crop.set_crop(QRect(300, 120, 1120, 630))
    dialog.fit.click()
    stage.let_run(0.3)
    return dialog


def _open_screenshots(stage: Stage) -> ScreenshotsEditor:
    sizes = ((1600, 1000), (1024, 640), (800, 600))
    files = tuple((f"screen_{at}.png", photo(*size, at)) for at, size in enumerate(sizes, start=1))
    editor = stage.open_editor(ScreenshotsEditor, Sample(files=files), part="screen_1.png")
    stage.wait(lambda: editor.list.count() == len(files) and not editor.is_reading)
    return editor


SHOTS: dict[str, Shot] = {
    "icons-trouble": icons_trouble,
    "make-icons": make_icons,
    "make-icons-dsm": make_icons_dsm,
    "make-icons-empty": make_icons_empty,
    "screenshots": screenshots,
    "screenshots-edit": screenshots_edit,
    "screenshots-empty": screenshots_empty,
}
