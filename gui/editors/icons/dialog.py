"""The dialog "Make icons from a picture": crop at the left, choices at the right, the icons as they will be below."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QFrame, QScrollArea, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from gui.app.context import AppContext
from gui.dialogs.base import BaseDialog
from gui.editors.icons.controls import MakeControls
from gui.editors.icons.making import Choices, Job, Made, Opened, files, make, opened, shown_sizes, wanted
from gui.editors.icons.presenter import IconsPresenter, Target
from gui.editors.icons.preview import DSM, SIZES, IconPreview
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.picturesource import PictureSource, dropped_sources, let_picture_in, sources_of
from gui.services.pictures import PATTERNS, Latest, load_picture
from gui.widgets.cropview import CropView
from gui.widgets.emptystate import EmptyState
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.package.icons import Box
from spkcore.package.parts import read_info

_VIEWS = (SIZES, DSM)
_SIZE = QSize(154 * GRID, 100 * GRID)


class MakeIconsDialog(BaseDialog):
    """Takes a picture from a file, a drop or the clipboard; `made` brings the icons, path → bytes."""

    made = Signal(object)

    def __init__(
        self, presenter: IconsPresenter, context: AppContext, parent: QWidget, chosen: frozenset[str] | None = None
    ) -> None:
        """`chosen` are the ids of the targets to tick; all of them without it."""
        super().__init__(tr("Make icons from a picture"), parent)
        self._presenter = presenter
        self._context = context
        self._opened: Opened | None = None
        self._made: Made | None = None
        self._accepting = False
        self._targets: list[Target] = []
        self.crop = CropView(context.theme)
        self.square = QCheckBox(tr("Square"))
        self.square.setAccessibleName(tr("Keep the part of the picture square"))
        self.whole = make_button(tr("Whole picture"), "flat")
        self.other = make_button(tr("Choose another…"), "flat")
        self.note = make_label("", "error", wrap=True)
        self.facts = make_label("", "small")
        self.empty = _empty_state(context)
        self.controls = MakeControls(context.theme)
        self.views = QTabBar()
        self.preview = IconPreview()
        self._loading = Latest(context.tasks, "pictures", tr("Read a picture"), self)
        self._making = Latest(context.tasks, "pictures", tr("Make icons"), self)
        self._stack = QStackedWidget()
        self._lay_out()
        self._offer_targets(chosen)
        self._connect()
        self._show_state()
        self.resize_within_screen(_SIZE)

    # ------------------------------------------------------------------------------------------ the picture

    def take(self, sources: list[PictureSource]) -> None:
        """Open this picture; none, or several, are refused."""
        if len(sources) != 1:
            self._say(tr("Icons are made from one picture.") if sources else tr("There is no picture in it."))
            return
        self._say("")
        self.facts.setText(tr("Reading {name}…", name=sources[0].name))
        self._loading.start(partial(_open, sources[0]))

    @property
    def is_ready(self) -> bool:
        """Whether the preview shows what is chosen."""
        return not self._loading.is_busy and not self._making.is_busy

    @property
    def choices(self) -> Choices:
        """What is chosen."""
        return self.controls.choices(self._box())

    # ------------------------------------------------------------------------------------------ building

    def _lay_out(self) -> None:
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.crop)
        self.setAcceptDrops(True)
        below = row(spacing=GRID)
        fill(below, self.square, self.whole, self.facts, None, self.other)
        left = column(spacing=GRID)
        left.addWidget(self._stack, 1)
        fill(left, below, self.note, self._preview_part())
        halves = row(spacing=3 * GRID)
        halves.addLayout(left, 1)
        halves.addWidget(self.controls)
        self.body.addLayout(halves, 1)
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.ok = self.add_button(make_button(tr("Make icons"), "primary"), default=True)

    def _preview_part(self) -> QVBoxLayout:
        self.views.setExpanding(False)
        self.views.addTab(tr("All sizes"))
        self.views.addTab(tr("In DSM"))
        self.views.setAccessibleName(tr("What the preview shows"))
        self._area = area = QScrollArea()
        area.setWidget(self.preview)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedHeight(self.preview.sizeHint().height() + 2 * GRID)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        lines = column(spacing=GRID)
        fill(lines, self.views, area)
        return lines

    def _offer_targets(self, chosen: frozenset[str] | None) -> None:
        major = self._presenter.dsm_major
        self._targets = self._presenter.targets(major)
        ticked = frozenset(target.id for target in self._targets) if chosen is None else chosen
        self.controls.set_targets(self._targets, major, ticked, extra=self._presenter.has_extra_icons())
        info = read_info(self._presenter.document.entries)
        self.preview.set_names(info.get("displayname") or info.get("package"), info.get("maintainer"))

    def _connect(self) -> None:
        self.empty.triggered.connect(self._on_choose)
        self.other.clicked.connect(self._on_choose)
        self.square.toggled.connect(self._on_square)
        self.whole.clicked.connect(self.crop.use_all)
        self.crop.crop_changed.connect(self._on_changed)
        self.crop.point_picked.connect(self._on_picked)
        self.controls.changed.connect(self._on_changed)
        self.controls.picking_changed.connect(self._on_picking)
        self.views.currentChanged.connect(self._on_view)
        self.ok.clicked.connect(self._on_ok)
        self._loading.finished.connect(self._on_opened)
        self._loading.failed.connect(self._on_failed)
        self._making.finished.connect(self._on_made)
        self._making.failed.connect(self._on_failed)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self._on_paste)

    # ------------------------------------------------------------------------------------------ slots

    @Slot()
    def _on_choose(self) -> None:
        self._context.notifier.open_files(
            tr("Choose a picture"), [(tr("Pictures"), PATTERNS)], None, self._on_files_chosen
        )

    def _on_files_chosen(self, paths: list[Path]) -> None:
        self.take([PictureSource(path.name, path) for path in paths])

    @Slot()
    def _on_paste(self) -> None:
        self.take(sources_of(QGuiApplication.clipboard().mimeData()))

    @Slot(bool)
    def _on_square(self, checked: bool) -> None:
        self.crop.set_ratio(1.0 if checked else 0.0)

    @Slot(bool)
    def _on_picking(self, checked: bool) -> None:
        self.crop.set_picking(on=checked)

    @Slot(QPoint)
    def _on_picked(self, pixel: QPoint) -> None:
        if self._opened is not None:
            self.controls.stop_picking()
            self.controls.set_corner(self._opened.art.color_at(pixel.x(), pixel.y()))

    @Slot(int)
    def _on_view(self, index: int) -> None:
        self.preview.set_view(_VIEWS[index])

    @Slot(object)
    def _on_opened(self, result: object) -> None:
        if isinstance(result, Opened):
            self._opened = result
            picture = result.art.picture
            self.square.setChecked(picture.is_square)
            self.controls.set_corner(result.corner)
            self.crop.show_picture(result.image, QSize(picture.width, picture.height))
            self._show_state()
            self.crop.setFocus()

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self._accepting = False
        if isinstance(error, SpkError):
            self._say(f"{error.what}. {error.what_to_do}")
        self._show_facts()

    @Slot()
    def _on_changed(self) -> None:
        self._show_facts()
        self._targets = self._presenter.targets(self.choices.dsm_major)
        self._refresh()

    @Slot(object)
    def _on_made(self, result: object) -> None:
        if isinstance(result, Made):
            self._made = result
            self.preview.show_icons(result.icons)
            if self._accepting:
                self._finish()

    @Slot()
    def _on_ok(self) -> None:
        self._accepting = True
        if self.is_ready:
            self._finish()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        let_picture_in(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.take(dropped_sources(event))

    # ------------------------------------------------------------------------------------------ inner

    def _refresh(self) -> None:
        """Make the preview anew, and say whether there is something to make."""
        choices = self.choices
        self.ok.setEnabled(self._opened is not None and bool(wanted(self._targets, choices)))
        if self._opened is None:
            return
        job = Job(choices.recipe, shown_sizes(self._targets, choices))
        if self._made is None or self._made.job != job or self._making.is_busy:
            self._making.start(partial(make, self._opened.art, job))

    def _finish(self) -> None:
        sizes = wanted(self._targets, self.choices)
        if self._made is not None and sizes:
            self.made.emit(files(sizes, self._made))
            self.accept()

    def _box(self) -> Box | None:
        crop: QRect = self.crop.crop
        if self.crop.is_whole or crop.isNull():
            return None
        return (crop.left(), crop.top(), crop.right() + 1, crop.bottom() + 1)

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _show_state(self) -> None:
        is_open = self._opened is not None
        self._stack.setCurrentIndex(1 if is_open else 0)
        for widget in (self.square, self.whole, self.other, self.views, self._area):
            widget.setVisible(is_open)
        self.controls.setEnabled(is_open)
        self._say("")
        self._show_facts()
        self._made = None
        self._refresh()

    def _show_facts(self) -> None:
        crop = self.crop.crop
        name = self._opened.name if self._opened else ""
        text = tr("{name}: {width} × {height} pixels", name=name, width=crop.width(), height=crop.height())
        self.facts.setText(text if name else "")


def _open(source: PictureSource, context: TaskContext) -> Opened:
    return opened(load_picture(source, context), source.name)


def _empty_state(context: AppContext) -> EmptyState:
    text = tr("Drop one here, paste one with Ctrl+V, or choose a file: PNG, JPEG, WebP, BMP, GIF, TIFF or SVG.")
    return EmptyState(context.theme, "image", tr("From which picture?"), text, action=tr("Choose a picture…"))
