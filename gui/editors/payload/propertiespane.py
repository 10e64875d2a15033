"""The pane beside the payload tree: mode, owner, time, link and checksums of what is selected, ready to edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from gui.app.context import AppContext
from gui.editors.payload.permissions import PermissionBoxes
from gui.editors.payload.planning import Plan
from gui.editors.payload.properties import Checksums, Common, PropertiesPresenter, Summary, checksums
from gui.qt.forms import GRID, ElidedLabel, column, fill, make_button, make_label, make_line, restyle, row
from gui.qt.i18n import tr
from gui.qt.progress import size_text
from gui.qt.tasks import Task
from spkcore.base.errors import SpkError
from spkcore.package.entries import PAYLOAD, Content
from spkcore.package.links import Leads

_MOST_PARTNERS = 8
_LINK_TONES = {Leads.INSIDE: "success", Leads.MISSING: "error", Leads.OUTSIDE: "warning", Leads.CIRCLE: "error"}


class PropertiesPane(QScrollArea):
    """`show_paths` says whose properties; edits come out as plans."""

    planned = Signal(object)
    """Plan"""
    path_wanted = Signal(str)
    """Show this entry in the tree."""

    def __init__(self, presenter: PropertiesPresenter, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._context = context
        self._summary: Summary | None = None
        self._sums: Checksums | None = None
        self._content: Content | None = None
        self.name = ElidedLabel("", "strong")
        self.about = make_label("", "muted", wrap=True)
        self.permissions = PermissionBoxes()
        self.by_build = make_label(tr("The build chooses this mode by what the file is."), "small", wrap=True)
        self.below = QCheckBox(tr("Also in everything below"))
        self.fields: dict[str, QLineEdit] = {}
        self.target = self._line(tr("Target of the link"), self._on_target_finished)
        self.leads = make_label("", wrap=True)
        self.go_there = make_button(tr("Show it"), "link")
        self.partners: list[str] = []
        self.error = make_label("", "error", wrap=True)
        self.sums_button = make_button(tr("Work out MD5 and SHA-256"))
        self.md5, self.sha256 = self._sum_line("MD5"), self._sum_line("SHA-256")
        self._partner_lines = column(spacing=0)
        self._set_up()
        self._lay_out()
        self.show_paths([], 0)

    # ------------------------------------------------------------------------------------------ showing

    def show_paths(self, paths: Sequence[str], size: int) -> None:
        """Show what these entries have in common; `size` are the bytes of all of them."""
        summary = self._presenter.summary(paths)
        self._summary = summary
        self._show_error("")
        self._body.setVisible(bool(summary.paths))
        self._nothing.setVisible(not summary.paths)
        if not summary.paths:
            return
        self._show_head(summary, size)
        self.permissions.show_bits(summary.all_on, summary.any_on)
        for widget in (self._mode_box, self.by_build):
            widget.setVisible(summary.has_bits)
        self.by_build.setVisible(summary.has_bits and summary.is_by_build)
        self.below.setVisible(bool(summary.folders))
        for name, common in self._commons(summary).items():
            self._show_common(self.fields[name], common)
        self._show_link(summary)
        self._show_partners(summary)
        self._show_sums(summary)
        # Letters may be larger, and texts longer in another language: nothing is to be cut off at the right.
        width = self._page.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(max(width, 30 * GRID))

    def _show_head(self, summary: Summary, size: int) -> None:
        parts = [
            tr("{n} file", "{n} files", n=summary.files) if summary.files else "",
            tr("{n} folder", "{n} folders", n=summary.folders) if summary.folders else "",
            tr("{n} link", "{n} links", n=summary.links) if summary.links else "",
        ]
        self.name.setText(
            summary.paths[0].rpartition("/")[2]
            if len(summary.paths) == 1
            else tr("{n} selected", "{n} selected", n=len(summary.paths))
        )
        self.about.setText(" · ".join([part for part in parts if part] + [size_text(size)]))

    def _commons(self, summary: Summary) -> dict[str, Common]:
        return {
            "uname": summary.user, "uid": summary.uid, "gname": summary.group, "gid": summary.gid,
            "mtime": summary.mtime,
        }  # fmt: skip

    def _show_common(self, line: QLineEdit, common: Common) -> None:
        hints = {"uname": "root", "gname": "root", "mtime": tr("chosen by the build")}
        line.setText(common.text)
        line.setModified(False)
        line.setPlaceholderText(tr("mixed") if common.is_mixed else hints.get(str(line.property("field")), ""))
        restyle(line, "state", "")

    def _show_link(self, summary: Summary) -> None:
        end = summary.end
        self._link_box.setVisible(end is not None)
        if end is None:
            return
        self.target.setText(summary.target)
        self.target.setModified(False)
        shown = end.path.removeprefix(PAYLOAD + "/")
        texts = {
            Leads.INSIDE: tr("Leads to {path} of this package.", path=shown),
            Leads.MISSING: tr("There is nothing at {path} in this package.", path=shown),
            Leads.OUTSIDE: tr("Leads out of the package, to a place on the NAS that may not be there."),
            Leads.CIRCLE: tr("Leads in a circle."),
        }
        self.leads.setText(texts[end.leads])
        restyle(self.leads, "role", _LINK_TONES[end.leads])
        self.go_there.setVisible(end.leads is Leads.INSIDE and end.path.startswith(PAYLOAD + "/"))

    def _show_partners(self, summary: Summary) -> None:
        self._partner_box.setVisible(bool(summary.partners))
        if list(summary.partners) == self.partners:
            return
        self.partners = list(summary.partners)
        while (item := self._partner_lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for path in self.partners[:_MOST_PARTNERS]:
            button = make_button(path.removeprefix(PAYLOAD + "/"), "link")
            button.setProperty("path", path)
            button.clicked.connect(self._on_partner_clicked)
            self._partner_lines.addWidget(button)
        more = len(self.partners) - _MOST_PARTNERS
        if more > 0:
            self._partner_lines.addWidget(make_label(tr("and {n} more", "and {n} more", n=more), "muted"))

    def _show_sums(self, summary: Summary) -> None:
        is_one = len(summary.paths) == 1 and summary.files == 1
        self._sum_box.setVisible(is_one)
        if not is_one:
            return
        known = self._sums
        is_known = known is not None and known.path == summary.paths[0] and known.content is self._content_here()
        self._sum_lines.setVisible(is_known)
        self.sums_button.setVisible(not is_known)
        self.sums_button.setEnabled(True)
        if is_known and known is not None:
            self.md5.setText(known.md5)
            self.sha256.setText(known.sha256)
            for line in (self.md5, self.sha256):
                line.setCursorPosition(0)

    def _content_here(self) -> Content | None:
        try:
            return self._presenter.content_of(self._paths()[0])
        except SpkError:
            return None

    def _show_error(self, text: str) -> None:
        self.error.setText(text)
        self.error.setVisible(bool(text))

    # ------------------------------------------------------------------------------------------ editing

    def _paths(self) -> tuple[str, ...]:
        return self._summary.paths if self._summary is not None else ()

    def _is_below(self) -> bool:
        return self.below.isChecked() and not self.below.isHidden()

    def _plan(self, make: Callable[[], Plan], line: QLineEdit | None = None) -> None:
        try:
            plan = make()
        except SpkError as error:
            self._show_error(f"{error.what}. {error.what_to_do}")
            if line is not None:
                restyle(line, "state", "error")
            return
        self._show_error("")
        self.planned.emit(plan)

    @Slot(int, int)
    def _on_bits(self, mask: int, bits: int) -> None:
        self._plan(partial(self._presenter.set_bits, self._paths(), mask, bits, below=self._is_below()))

    @Slot()
    def _on_field_finished(self) -> None:
        line = self.sender()
        if not isinstance(line, QLineEdit) or not line.isModified():
            return
        line.setModified(False)
        field, text = str(line.property("field")), line.text()
        if field == "mtime":
            self._plan(partial(self._presenter.set_mtime, self._paths(), text, below=self._is_below()), line)
        else:
            self._plan(partial(self._presenter.set_owner, self._paths(), field, text, below=self._is_below()), line)

    @Slot()
    def _on_target_finished(self) -> None:
        if self.target.isModified() and self._paths():
            self.target.setModified(False)
            self._plan(partial(self._presenter.set_target, self._paths()[0], self.target.text()), self.target)

    @Slot()
    def _on_go_there(self) -> None:
        if self._summary is not None and self._summary.end is not None:
            self.path_wanted.emit(self._summary.end.path)

    @Slot()
    def _on_partner_clicked(self) -> None:
        button = self.sender()
        self.path_wanted.emit(str(button.property("path")))

    @Slot()
    def _on_sums_wanted(self) -> None:
        content = self._content_here()
        if content is None:
            return
        self.sums_button.setEnabled(False)
        work = partial(checksums, self._paths()[0], content)
        task: Task = self._context.tasks.start("checksums", tr("Work out checksums"), work)
        task.finished.connect(self._on_sums)
        task.failed.connect(self._on_sums_failed)

    @Slot(object)
    def _on_sums(self, found: object) -> None:
        if isinstance(found, Checksums):
            self._sums = found
        if self._summary is not None:
            self._show_sums(self._summary)

    @Slot(object)
    def _on_sums_failed(self, error: object) -> None:
        self.sums_button.setEnabled(True)
        if isinstance(error, SpkError):
            self._show_error(f"{error.what}. {error.what_to_do}")

    # ------------------------------------------------------------------------------------------ layout

    def _line(self, name: str, finished: Callable[[], None]) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.editingFinished.connect(finished)
        return line

    def _sum_line(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setReadOnly(True)
        line.setAccessibleName(name)
        line.setFont(self._context.theme.fixed_font())
        return line

    def _field(self, field: str, name: str) -> QLineEdit:
        line = self._line(name, self._on_field_finished)
        line.setProperty("field", field)
        self.fields[field] = line
        return line

    def _set_up(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(30 * GRID)
        self.setAccessibleName(tr("Properties of the selection"))
        self.below.setToolTip(tr("Files below keep whether they can be run, and their special bits."))
        self.permissions.committed.connect(self._on_bits)
        self.go_there.clicked.connect(self._on_go_there)
        self.sums_button.clicked.connect(self._on_sums_wanted)

    def _lay_out(self) -> None:
        self._page = page = QWidget()
        self._nothing = make_label(tr("Select files to see and change their modes and owners."), "muted", wrap=True)
        self._body = QWidget()
        lines = column(self._body, spacing=GRID)
        self._link_box, link = _box(tr("Link"))
        fill(link, self.target, self.leads, _left(self.go_there))
        self._mode_box, mode = _box(tr("Mode"))
        fill(mode, self.permissions)
        owner_box, owner = _box(tr("Owner and group"))
        owner.addLayout(self._owner_grid())
        note = tr("DSM 6 and 7 give the files to the user of conf/privilege; DSM 5 and older keep these.")
        fill(owner, make_label(note, "small", wrap=True))
        time_box, time = _box(tr("Modified"))
        fill(time, self._field("mtime", tr("Time of the last change")))
        self._partner_box, partner = _box(tr("The same file (hard links)"))
        partner.addLayout(self._partner_lines)
        self._sum_box, sums = _box(tr("Checksums"))
        self._sum_lines = QWidget()
        fill(column(self._sum_lines, spacing=GRID // 2), self.md5, self.sha256)
        fill(sums, _left(self.sums_button), self._sum_lines)
        head = column(spacing=0)
        fill(head, self.name, self.about)
        fill(lines, head, self.error, self._link_box, self._partner_box, self._mode_box, self.by_build)
        fill(lines, owner_box, time_box, self.below, self._sum_box)
        outer = column(page, margin=2 * GRID)
        fill(outer, self._nothing, self._body, None)
        self.setWidget(page)

    def _owner_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        for line, (caption, name, number) in enumerate(
            ((tr("User"), "uname", "uid"), (tr("Group"), "gname", "gid"))
        ):  # fmt: skip
            grid.addWidget(make_label(caption), line, 0)
            grid.addWidget(self._field(name, tr("{who}, name", who=caption)), line, 1)
            field = self._field(number, tr("{who}, number", who=caption))
            field.setMaximumWidth(9 * GRID)
            grid.addWidget(field, line, 2)
        grid.setColumnStretch(1, 1)
        return grid


def _box(title: str) -> tuple[QWidget, QVBoxLayout]:
    box = QWidget()
    lines = column(box, spacing=GRID // 2)
    fill(lines, make_line(), make_label(title, "section"))
    return box, lines


def _left(widget: QWidget) -> QWidget:
    holder = QWidget()
    fill(row(holder), widget, None)
    return holder
