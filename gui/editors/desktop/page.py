"""The form of one desktop entry: what it opens and who sees it in words, its icons, and its members."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from gui.editors.desktop.iconstrip import IconStrip
from gui.editors.desktop.presenter import DesktopPart, is_silent, shape_for
from gui.editors.schemaform.forms import ObjectForm
from gui.editors.schemaform.host import FormHost
from gui.editors.schemaform.others import JsonRow
from gui.qt.forms import GRID, ElidedLabel, column, fill, make_button, make_label
from gui.qt.i18n import tr
from gui.widgets.flow import FlowLayout
from spkcore.package.desktop import DesktopEntry


class EntryPage(QScrollArea):
    """Lives as long as the entry has this name and stands in this file."""

    icons_wanted = Signal()
    """The icons of the entry are to be made from a picture."""

    def __init__(self, host: FormHost, part: DesktopPart, entry: DesktopEntry) -> None:
        super().__init__()
        self.pointer = entry.pointer
        self._host = host
        self._part = part
        self.name = ElidedLabel(entry.name, "strong", Qt.TextElideMode.ElideMiddle)
        self.does = make_label("", "muted", wrap=True)
        self.opens = make_label("", wrap=True)
        self.audience = make_label("", wrap=True)
        self.icons = IconStrip(host.theme)
        self.icons_button = make_button(tr("Make icons…"), icon=host.theme.icon("image"))
        self.icons_button.clicked.connect(self.icons_wanted)
        self.form = ObjectForm(host, shape_for(entry))
        self.json = JsonRow(host, entry.name, tr("It has no members that a form could show."))
        self.json.remove_button.hide()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        lines = column(body, spacing=GRID)
        lines.setContentsMargins(0, 0, 2 * GRID, 2 * GRID)
        pictures = QWidget()
        flow = FlowLayout(pictures)
        flow.setContentsMargins(0, 0, 0, 0)
        flow.addWidget(self.icons)
        flow.addWidget(self.icons_button)
        fill(lines, self.name, self.does, self.opens, self.audience, pictures, GRID, self.form, self.json, None)
        self.setWidget(body)

    def fits(self, entry: DesktopEntry | None) -> bool:
        """Whether this page can show the entry."""
        return entry is not None and entry.pointer == self.pointer

    def show_state(self, entry: DesktopEntry) -> None:
        """Show the entry as it is in the file now."""
        value = self._part.value(self.pointer)
        opens = self._part.opens(entry)
        has_form = isinstance(value, dict)
        silent = is_silent(entry) and not entry.type
        self.does.setText(
            tr("A class that the program loads. It has no icon.") if silent else self._part.kind(entry).does
        )
        self.opens.setText(tr("Opens {address}", address=opens))
        self.opens.setVisible(bool(opens))
        self.audience.setText(self._part.audience(entry))
        self.audience.setVisible(has_form and not is_silent(entry))
        icons = self._part.icons(entry)
        self.icons.show_icons(icons)
        self.icons.setVisible(bool(icons))
        self.icons_button.setVisible(bool(icons))
        self.form.setVisible(has_form)
        self.json.setVisible(not has_form)
        if has_form:
            self.form.show_at(self.pointer, value)
        else:
            self.json.show_at(self.pointer)

    def show_problems(self) -> None:
        """Show what is wrong, at its fields."""
        if self.form.isHidden():
            self.json.show_problems()
        else:
            self.form.show_problems()

    def focus_pointer(self, pointer: str) -> bool:
        """Put the focus on a member, and scroll there."""
        if self.form.isHidden():
            self.json.input.inner.setFocus()
            done = True
        else:
            done = self.form.focus_pointer(pointer)
        focus = self.focusWidget()
        if done and focus is not None:
            self.ensureWidgetVisible(focus, 0, 8 * GRID)
        return done
