"""Renames the package everywhere: the new ID, and every place that names the old one, ticked where it has to follow."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from gui.dialogs.base import BaseDialog
from gui.models.hits import Found
from gui.models.sourcetext import shown
from gui.qt.forms import GRID, fill, make_button, make_label, restyle, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.services.searching import Searching
from gui.widgets.hitlist import HitList
from spkcore.package.renaming import PlaceKind, RenamePlace, RenamePlan, refusal
from spkcore.package.search import Hit

_MOST_PROGRAMS = 3


class RenamePackageDialog(BaseDialog):
    """Nothing is changed before "Rename" is pressed; then all of it is one undo step."""

    renamed = Signal(str)
    """The new ID."""

    def __init__(self, searching: Searching, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(tr("Rename the package"), parent)
        self._searching = searching
        self._old = ""
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("New ID"))
        self.error = make_label("", "error", wrap=True)
        self.count = make_label(tr("Looking for places that name the package…"), "muted", wrap=True)
        self.list = HitList(theme, ticks=True)
        self.list.setAccessibleName(tr("Places that name the package"))
        self.programs = make_label("", "warning", wrap=True)
        self.programs.hide()
        self._lay_out()
        cancel = self.add_button(make_button(tr("Cancel")))
        cancel.clicked.connect(self.reject)
        self.rename = self.add_button(make_button(tr("Rename"), "primary"), default=True)
        self.rename.clicked.connect(self._on_rename)
        self.name.textChanged.connect(self._on_typed)
        self.list.hits.ticks_changed.connect(self._show_state)
        searching.planned.connect(self._on_planned)
        searching.failed.connect(self._on_failed)
        searching.replaced.connect(self._on_renamed)
        searching.refused.connect(self._on_refused)
        self.resize_within_screen(QSize(112 * GRID, 76 * GRID))
        self._show_state()
        searching.plan_rename()

    def reject(self) -> None:
        """What is still being looked for or worked out is forgotten."""
        self._searching.stop()
        super().reject()

    @Slot(object)
    def _on_planned(self, plan: RenamePlan) -> None:
        self._old = plan.old
        found = [Found(place.hit, _note(place), place) for place in sorted(plan.places, key=_order)]
        self.list.hits.set_found(found, [item for item in found if _place(item).is_sure])
        self.name.setText(plan.old)
        self.name.selectAll()
        self.name.setFocus()
        self._show_programs(plan.programs)
        self._show_state()

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self.count.setText(reason)

    @Slot()
    def _on_typed(self) -> None:
        self.list.set_replacement(self._instead if self.name.text().strip() != self._old else None)
        self._show_state()

    @Slot()
    def _on_rename(self) -> None:
        self._lock(locked=True)
        self._searching.rename([_place(item) for item in self.list.hits.ticked()], self.name.text().strip())

    @Slot(int)
    def _on_renamed(self, _count: int) -> None:
        self.renamed.emit(self.name.text().strip())
        self.accept()

    @Slot(str)
    def _on_refused(self, reason: str) -> None:
        """Mostly a file that changed since: it is looked at anew, and what was typed stays."""
        self._lock(locked=False)
        self.error.setText(reason)
        self.error.show()

    def _lock(self, *, locked: bool) -> None:
        """While the change is worked out; Esc still leaves without one."""
        self.name.setReadOnly(locked)
        self.list.setEnabled(not locked)
        self.rename.setEnabled(not locked)

    @Slot()
    def _show_state(self) -> None:
        name, hits = self.name.text().strip(), self.list.hits
        problem = refusal(name) if self._old else ""
        self.error.setText(problem)
        self.error.setVisible(bool(problem))
        restyle(self.name, "state", "error" if problem else "")
        ticked = len(hits.ticked())
        self.rename.setEnabled(bool(self._old and name != self._old and not problem and ticked))
        if self._old:
            self.count.setText(_count_text(ticked, hits.count))

    def _instead(self, _hit: Hit) -> str:
        return self.name.text().strip()

    def _show_programs(self, programs: tuple[str, ...]) -> None:
        names = ", ".join(shown(path) for path in programs[:_MOST_PROGRAMS])
        if len(programs) > _MOST_PROGRAMS:
            names = tr("{names} and {n} more", names=names, n=len(programs) - _MOST_PROGRAMS)
        self.programs.setText(
            tr(
                "Programs hold the ID, too, and cannot be edited: {names}. They may look for the old folders.",
                names=names,
            )
        )
        self.programs.setVisible(bool(programs))

    def _lay_out(self) -> None:
        text = tr(
            "DSM takes a package with another ID for another package: it is installed beside the old one, and "
            "does not update it."
        )
        caption = QLabel(tr("New &ID"))
        caption.setBuddy(self.name)
        line = row(spacing=GRID)
        fill(line, caption)
        line.addWidget(self.name, 1)
        fill(self.body, make_label(text, "muted", wrap=True), line, self.error, GRID // 2, self.count)
        self.body.addWidget(self.list, 1)
        fill(self.body, self.programs)


def _count_text(ticked: int, count: int) -> str:
    if ticked == count:
        return tr("{n} place is ticked.", "All {n} places are ticked.", n=count)
    return tr("{n} of {all} places are ticked: those that have to follow. Look at the others.", n=ticked, all=count)


def _place(item: Found) -> RenamePlace:
    assert isinstance(item.key, RenamePlace)
    return item.key


def _order(place: RenamePlace) -> tuple[bool, str]:
    """INFO first, then by path, so that those of one file stand together."""
    return (place.hit.path != "INFO", place.hit.path)


def _note(place: RenamePlace) -> str:
    kinds = {PlaceKind.LINK: tr("Where the link leads."), PlaceKind.NAME: tr("The name of the file.")}
    return " ".join(text for text in (place.why or kinds.get(place.kind, ""),) if text)
