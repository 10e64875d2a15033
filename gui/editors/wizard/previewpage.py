"""One page of an imitated DSM wizard: its texts and fields, or the card of a page that is not drawn here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from gui.editors.wizard.previewfields import FieldRow, Place, RichLabel, make_row
from gui.editors.wizard.previewhtml import plain_text
from gui.editors.wizard.previewtexts import complaint_text
from gui.qt.forms import GRID, column, fill, make_label, row
from gui.qt.i18n import tr
from spkcore.package.wizard import WizardGroup, WizardPage, is_set, text_of
from spkcore.package.wizardrun import DSM_6, WizardRun

INDENT = 3 * GRID
_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


class PageView(QWidget):
    """The inside of the dialog. Built anew for each page and each change of the file."""

    edited = Signal(str, object)
    left = Signal(str)
    place_chosen = Signal(str)
    link_chosen = Signal(str)

    def __init__(self, run: WizardRun, page: WizardPage, link_color: str, parent: QWidget) -> None:
        # Each part gets its parent at once: a widget that changes its parent is styled anew, which takes longest.
        super().__init__(parent)
        self.page = page
        self.rows: dict[str, FieldRow] = {}
        self._dsm = run.dsm
        self._places: dict[str, Place] = {}
        self._labels: dict[str, RichLabel] = {}
        self._sources: list[tuple[str, str]] = []
        """Place and text of each group."""
        self._link_color = link_color
        self._lines: QVBoxLayout = column(self, margin=GRID, spacing=GRID)
        if page.is_vue:
            fill(self._lines, self._vue_card(run.dsm))
        for number, group in enumerate(page.groups):
            self._sources.append((group.pointer, run.source(group.node)))
            self._insert_group(number, group)
        self._lines.addStretch(1)

    def follow(self, run: WizardRun, page: WizardPage) -> bool:
        """Show the same page of a changed file, building only the groups that differ. False where the change is of
        another kind, and nothing was done."""
        is_same = (page.pointer, page.is_vue, run.dsm) == (self.page.pointer, self.page.is_vue, self._dsm)
        places = [pointer for pointer, _source in self._sources]
        if not is_same or page.is_vue or [group.pointer for group in page.groups] != places:
            return False
        self.page = page
        for number, group in enumerate(page.groups):
            source = group.pointer, run.source(group.node)
            if source != self._sources[number]:
                self._sources[number] = source
                if not self._follow_group(group):
                    self._drop_group(group.pointer)
                    self._insert_group(number, group)
        return True

    def _follow_group(self, group: WizardGroup) -> bool:
        """Show what changed in the widgets that are there; False where there must be others."""
        label, desc = self._labels.get(group.pointer), text_of(group.node, "desc")
        fields = group.fields if group.type else ()
        below = [place for place in self.rows if place.startswith(group.pointer + "/")]
        if [field.pointer for field in fields] != below or (label is None) == bool(desc or not group.type):
            return False
        if label is not None and label.has_text != bool(desc):
            return False
        if not all(self.rows[field.pointer].follow(field) for field in fields):
            return False
        if label is not None:
            label.show_source(desc)
        return True

    def show_run(self, run: WizardRun, shown: Collection[str]) -> None:
        """Show the answers, and why those in `shown` are refused."""
        complaints = run.complaints()
        for pointer, line in self.rows.items():
            line.show_value(run.value(pointer))
            found = complaints.get(pointer) if pointer in shown else None
            is_marked = found is not None and not is_set(line.field.node, "preventMark")
            line.show_error(complaint_text(found) if found is not None and is_marked else "")

    def mark(self, pointer: str) -> Place | None:
        """Mark the innermost part of the page that holds this place of the file, and no other; None for none."""
        best = max((place for place in self._places if _holds(place, pointer)), key=len, default="")
        for place, widget in self._places.items():
            widget.mark(is_chosen=place == best)
        return self._places.get(best)

    def stops(self) -> list[QWidget]:
        """Where Tab goes, from top to bottom, however often groups were built anew."""
        found: list[QWidget] = []
        for group in self.page.groups:
            place = self._places[group.pointer]
            found += [label for label in place.findChildren(RichLabel, options=_DIRECT) if label.has_link]
            for line in place.findChildren(FieldRow, options=_DIRECT):
                found += [line.caption] if line.caption.has_link else []
                found.append(line.input)
        return found

    def texts(self) -> Iterator[str]:
        """What people read on it, from top to bottom."""
        pointers = [self.page.pointer] if self.page.is_vue else [group.pointer for group in self.page.groups]
        for pointer in pointers:
            for label in self._places[pointer].findChildren(QLabel):
                if label.text() and label.isVisibleTo(self):
                    yield label.accessibleName() or plain_text(label.text())

    def mousePressEvent(self, event: object) -> None:
        self.place_chosen.emit(self.page.pointer)

    def _vue_card(self, dsm: str) -> QWidget:
        place = self._place(self.page.pointer)
        place.setObjectName("DsmCard")
        name = text_of(self.page.node, "custom_render_name")
        lines = column(place, margin=3 * GRID, spacing=GRID)
        text = tr("DSM draws this page with the package's own program (Vue), so there is nothing to show here.")
        if dsm == DSM_6:
            text = tr("DSM 6 cannot draw this page: it is a program of the package (Vue).")
        more = tr("Program: {name}. It needs DSM 7.2.2; which variables it sets only the program knows.", name=name)
        fill(lines, make_label(tr("A page of the package's own"), "strong"), make_label(text, wrap=True))
        muted = make_label(more, wrap=True)
        muted.setProperty("part", "muted")
        fill(lines, muted)
        return place

    def _drop_group(self, pointer: str) -> None:
        place = self._places[pointer]
        self._labels.pop(pointer, None)
        for name in [name for name in self._places if _holds(pointer, name)]:
            del self._places[name]
            self.rows.pop(name, None)
        self._lines.removeWidget(place)
        place.hide()
        place.deleteLater()

    def _insert_group(self, number: int, group: WizardGroup) -> None:
        place = self._place(group.pointer)
        self._lines.insertWidget(number, place)
        lines = column(place, margin=2, spacing=2)
        if text_of(group.node, "desc") or not group.type:
            self._labels[group.pointer] = self._label(text_of(group.node, "desc"), place)
            fill(lines, self._labels[group.pointer])
        inner = column(spacing=2)
        inner.setContentsMargins(INDENT if text_of(group.node, "desc") else 0, 0, 0, 0)
        for field in group.fields if group.type else ():
            line = make_row(field, self._link_color, place)
            if line is not None:
                self._add_row(line, inner)
        lines.addLayout(inner)
        if self.isVisible():
            place.show()  # Qt would do so a turn later, too late for the focus

    def _add_row(self, line: FieldRow, lines: QVBoxLayout) -> None:
        self.rows[line.pointer] = line
        self._places[line.pointer] = line
        line.chosen.connect(self.place_chosen)
        line.edited.connect(self.edited)
        line.left.connect(self.left)
        line.caption.linkActivated.connect(self._on_link)
        fill(lines, line)
        if line.field.is_hidden:
            line.hide()

    def _place(self, pointer: str) -> Place:
        place = Place(pointer, self)
        place.chosen.connect(self.place_chosen)
        self._places[pointer] = place
        return place

    def _label(self, text: str, place: Place) -> RichLabel:
        label = RichLabel(text, self._link_color, place)
        label.linkActivated.connect(self._on_link)
        return label

    @Slot(str)
    def _on_link(self, address: str) -> None:
        self.link_chosen.emit(address)


class SummaryView(QWidget):
    """DSM's own last page: what is about to be done."""

    def __init__(self, rows: Sequence[tuple[str, str]], action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        lines = column(self, margin=GRID, spacing=2 * GRID)
        frame = QFrame()
        frame.setObjectName("DsmCard")
        grid = QGridLayout(frame)
        grid.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        grid.setHorizontalSpacing(3 * GRID)
        grid.setColumnStretch(1, 1)
        for number, (name, value) in enumerate(rows):
            caption = make_label(name)
            caption.setProperty("part", "muted")
            grid.addWidget(caption, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(make_label(value, wrap=True), number, 1)
        fill(lines, make_label(tr("The wizard applies the following settings."), wrap=True), frame)
        frame.setVisible(bool(rows))
        if action == "install":
            box = QCheckBox(tr("Run after installation"))
            box.setChecked(True)
            fill(lines, box)
        lines.addStretch(1)


class EndView(QWidget):
    """What stands in the dialog when DSM would have closed it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = row(margin=0)
        line.addWidget(make_label(text, wrap=True), 1)
        fill(column(self, margin=GRID), line, None)


def _holds(place: str, pointer: str) -> bool:
    return bool(place) and (pointer == place or pointer.startswith(place + "/"))
