"""The controls of the INFO form, one for each kind of field."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRegularExpression, Signal, Slot
from PySide6.QtGui import QAction, QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from gui.editors.info.choices import Choice, choices, toggled_words
from gui.editors.info.fields import Field
from gui.qt.forms import GRID, make_button, make_tool
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.pickbutton import PickButton
from gui.widgets.valueedits import CalmCombo, LongEdit, ValueEdit
from spkcore.package.version import next_versions

Suggest = Callable[[str], Sequence[Choice]]
"""What may be suggested for a key now."""
DIALOGS = frozenset({"arch", "exclude_arch", "model", "exclude_model"})
"""Keys of lists that have a dialog of their own to choose from."""


class ValueControl(QWidget):
    """Edits one value in `main`, the widget that takes the focus. An empty value means that the key is not set."""

    edited = Signal(str, bool)
    """The new value, and whether it was typed."""
    undo_wanted = Signal()
    redo_wanted = Signal()
    focus_left = Signal()
    dialog_wanted = Signal()

    def __init__(self, field: Field, main: ValueEdit | LongEdit | ChoiceEdit) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID // 2)
        self.field = field
        self._main = main
        main.setAccessibleName(field.label)
        self.setFocusProxy(main)
        if isinstance(main, ValueEdit | LongEdit):
            self._adopt(main)

    def show_value(self, value: str) -> None:
        """Show the value without announcing it."""
        self._main.show_value(value)

    def focus_widget(self) -> QWidget:
        """The widget that takes the focus."""
        return self._main

    def stops(self) -> list[QWidget]:
        """The widgets that Tab reaches, in order."""
        return [self._main]

    def _adopt(self, widget: ValueEdit | LongEdit) -> None:
        widget.setPlaceholderText(self.field.placeholder)
        widget.undo_wanted.connect(self.undo_wanted)
        widget.redo_wanted.connect(self.redo_wanted)
        widget.focus_left.connect(self.focus_left)
        self._row.addWidget(widget, 1)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self.edited.emit(text, True)  # noqa: FBT003 - signals take no keywords

    @Slot(str)
    def _on_chosen(self, value: str) -> None:
        self.show_value(value)
        self.edited.emit(value, False)  # noqa: FBT003 - signals take no keywords


class LineControl(ValueControl):
    """One line of text; read-only for what the build writes."""

    def __init__(self, field: Field) -> None:
        self.line = ValueEdit()
        super().__init__(field, self.line)
        self.line.setReadOnly(field.kind == "computed")
        if field.kind == "int":
            self.line.setMaximumWidth(26 * GRID)
            self.line.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]*"), self))
            self._row.addStretch(1)
        self.line.textEdited.connect(self._on_typed)


class LongControl(ValueControl):
    """A long text."""

    def __init__(self, field: Field) -> None:
        self.area = LongEdit()
        super().__init__(field, self.area)
        self.area.edited.connect(self._on_typed)


class ChoiceEdit(CalmCombo):
    """One of a few values, or not set. A value that is none of them is shown as it is."""

    chosen = Signal(str)
    """Another value than the one that was shown."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.addItem(field.placeholder or tr("Not set"), "")
        for value, text in _options(field):
            self.addItem(text, value)
        self._known = self.count()
        self._shown = ""
        self.activated.connect(self._on_activated)

    def show_value(self, value: str) -> None:
        """Show the value without announcing it."""
        self._shown = value
        while self.count() > self._known:
            self.removeItem(self._known)
        index = self.findData(value)
        if index < 0:
            self.addItem(tr("{value} (not a known value)", value=value), value)
            index = self._known
        self.setCurrentIndex(index)

    @Slot(int)
    def _on_activated(self, _index: int) -> None:
        value = str(self.currentData())
        if value != self._shown:
            self.chosen.emit(value)


class ChoiceControl(ValueControl):
    """A choice, as wide as its longest text."""

    def __init__(self, field: Field) -> None:
        self.combo = ChoiceEdit(field)
        super().__init__(field, self.combo)
        self._row.addWidget(self.combo)
        self._row.addStretch(1)
        self.combo.chosen.connect(self._on_chosen)


class ListControl(LineControl):
    """A line with a button that opens the suggestions: tick boxes where several words are allowed."""

    def __init__(self, field: Field, theme: Theme, suggest: Suggest) -> None:
        super().__init__(field)
        self._suggest = suggest
        several = not field.name.startswith(("os_", "firmware"))
        tip = tr("Choose {label}", label=field.label)
        self.button = PickButton(
            theme.icon("chevron-down"), tip, self.line, self._offered, self._words, several=several
        )
        self.button.picked.connect(self._on_chosen)
        self.button.ticked.connect(self._on_ticked)
        self._row.addWidget(self.button)

    def stops(self) -> list[QWidget]:
        return [self.line, self.button]

    def _offered(self) -> list[tuple[str, str]]:
        return [(choice.value, choice.meaning) for choice in self._suggest(self.field.name)]

    def _words(self) -> list[str]:
        return self.line.text().split()

    @Slot(str, bool)
    def _on_ticked(self, value: str, ticked: bool) -> None:
        self._on_chosen(" ".join(toggled_words(self._words(), value, ticked=ticked)))


class DialogControl(LineControl):
    """A line with a button that opens a dialog to choose in."""

    def __init__(self, field: Field, theme: Theme) -> None:
        super().__init__(field)
        self.button = make_tool(theme.icon("list"), tr("Choose {label}…", label=field.label))
        self.button.clicked.connect(self.dialog_wanted)
        self._row.addWidget(self.button)

    def stops(self) -> list[QWidget]:
        return [self.line, self.button]


class VersionControl(LineControl):
    """The version, with a button for the next build number and a menu for what else could come next."""

    def __init__(self, field: Field, theme: Theme) -> None:
        super().__init__(field)
        self.next_build = make_button("")
        self.more = make_tool(theme.icon("chevron-down"), tr("Other next versions"))
        self.menu = QMenu(self)
        self._row.addWidget(self.next_build)
        self._row.addWidget(self.more)
        self.next_build.clicked.connect(self._on_next_build)
        self.more.clicked.connect(self._on_more)
        self.menu.triggered.connect(self._on_picked)
        self.line.textChanged.connect(self._on_text_changed)
        self._on_text_changed("")

    def stops(self) -> list[QWidget]:
        return [self.line, self.next_build, self.more]

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        found = next_versions(text)
        first = found[0].version if found else ""
        self.next_build.setText(tr("Next: {version}", version=first) if first else tr("Next build"))
        self.next_build.setEnabled(bool(found))
        self.more.setEnabled(bool(found))
        nothing = tr("Only a version made of numbers can be raised.")
        tip = tr("Raise the build number to {version}", version=first) if first else nothing
        self.next_build.setToolTip(tip)
        self.next_build.setAccessibleName(tip)

    @Slot()
    def _on_next_build(self) -> None:
        self._on_chosen(next_versions(self.line.text())[0].version)

    @Slot()
    def _on_more(self) -> None:
        titles = {
            "build": tr("Next build number") if "-" in self.line.text() else tr("Add a build number"),
            "patch": tr("Next patch: the third number"),
            "minor": tr("Next minor version: the second number"),
            "major": tr("Next major version: the first number"),
        }
        self.menu.clear()
        for item in next_versions(self.line.text()):
            self.menu.addAction(f"{titles[item.part]}\t{item.version}").setData(item.version)
        place = self.more.mapToGlobal(self.more.rect().bottomRight())
        self.menu.popup(place - QPoint(self.menu.sizeHint().width(), 0))

    @Slot(QAction)
    def _on_picked(self, action: QAction) -> None:
        self._on_chosen(str(action.data()))


def make_control(field: Field, theme: Theme, suggest: Suggest = choices) -> ValueControl:
    """The control that fits the field."""
    if field.kind == "long":
        return LongControl(field)
    if field.kind in {"bool", "choice"}:
        return ChoiceControl(field)
    if field.kind == "deps" or field.name in DIALOGS:
        return DialogControl(field, theme)
    if field.kind == "version":
        return VersionControl(field, theme)
    if field.kind == "list" and suggest(field.name):
        return ListControl(field, theme, suggest)
    return LineControl(field)


def _options(field: Field) -> list[tuple[str, str]]:
    if field.kind == "bool":
        return [("yes", tr("Yes")), ("no", tr("No"))]
    return [(choice.value, choice.value) for choice in choices(field.name)]
