"""The three pages of the migration: what the package is now, what will be done, what is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QProgressBar,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.models.verdicttexts import TONE_ICONS, chips
from gui.qt.forms import GRID, column, fill, make_button, make_label, row
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.services.migrating import MigrationPlan
from gui.widgets.changeview import ChangeView
from gui.widgets.todolist import TodoList
from spkcore.checks.migrate import Todo
from spkcore.checks.preview import FilePreview
from spkcore.checks.targets import releases
from spkcore.checks.verdict import Verdict

_PATH = int(Qt.ItemDataRole.UserRole)
_TEXT = _PATH + 1


class VerdictLines(QWidget):
    """What the releases say, one line for each group of them: a sign and a sentence."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines = column(self, spacing=GRID // 2)

    def show_verdicts(self, title: str, verdicts: Sequence[Verdict], more: str = "") -> None:
        """Say what these say, below `title`."""
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._lines.addWidget(make_label(title, "strong"))
        for chip in chips(verdicts):
            why = chip.verdicts[0].why
            self._add(chip.tone, f"{chip.text}. {why}" if why else f"{chip.text}.")
        if more:
            self._add("", more)

    def _add(self, tone: str, text: str) -> None:
        line = QWidget()
        inner = row(line, spacing=GRID)
        sign = make_label()
        sign.setFixedWidth(2 * GRID + 2)
        if tone:
            sign.setPixmap(self._theme.icon(TONE_ICONS[tone], tone).pixmap(QSize(18, 18)))
        inner.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        inner.addWidget(make_label(text, wrap=True), 1)
        self._lines.addWidget(line)


class NowPage(QWidget):
    """What the package is now, and the two choices."""

    version_chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.versions = QComboBox()
        self.versions.setAccessibleName(tr("Newest DSM to check for"))
        for name in minor_releases():
            self.versions.addItem(f"DSM {name}", name)
        self.versions.setCurrentIndex(self.versions.count() - 1)
        self.keep = QCheckBox(tr("&Keep building for DSM 6, too"))
        self.keep.setChecked(True)
        self._verdict = VerdictLines(theme)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(tr("Working out the migration"))
        self._kept = make_label("", "muted", wrap=True)
        self._lay_out()
        self.versions.currentIndexChanged.connect(self._on_version_chosen)

    @property
    def version(self) -> str:
        """The chosen version: "7.2"."""
        return str(self.versions.currentData())

    def show_working(self) -> None:
        """Nothing is known yet."""
        self._bar.show()

    def show_plan(self, plan: MigrationPlan, *, has_target: bool) -> None:
        """Say how the package stands, and what can be chosen."""
        self._bar.hide()
        count = plan.migration.problems_before
        problems = tr("{n} problem for DSM 7 was found.", "{n} problems for DSM 7 were found.", n=count)
        if not count:
            problems = tr("No problem for DSM 7 was found.")
        self._verdict.show_verdicts(tr("What DSM 7 says to the package as it is"), plan.migration.before, problems)
        self.keep.setEnabled(plan.target is not None and not has_target)
        self._kept.setText(_kept_text(plan, has_target=has_target))

    def _lay_out(self) -> None:
        choice = row(spacing=GRID)
        caption = make_label(tr("Check for every DSM from 7.0 to"))
        caption.setBuddy(self.versions)
        fill(choice, caption, self.versions, None)
        kept = row(spacing=0)
        kept.addSpacing(3 * GRID)
        kept.addWidget(self._kept, 1)
        text = tr(
            "DSM 7 takes no package that was made for DSM 6, and no single .spk serves both. What can be done by "
            "itself is done in one step that can be undone; the rest becomes a list with the places."
        )
        lines = column(self, spacing=GRID)
        fill(lines, make_label(text, wrap=True), GRID, self._verdict, self._bar, 2 * GRID)
        fill(lines, choice, GRID, self.keep, kept, None)

    @Slot()
    def _on_version_chosen(self) -> None:
        self.version_chosen.emit(self.version)


class PlanPage(QWidget):
    """The steps on the left, the file that the chosen line is about on the right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._files: dict[str, FilePreview] = {}
        self.steps = QTreeWidget()
        self.steps.setHeaderHidden(True)
        self.steps.setAccessibleName(tr("What will be done"))
        self.steps.setUniformRowHeights(True)
        self.steps.setIndentation(2 * GRID)
        self.steps.currentItemChanged.connect(self._on_item_chosen)
        self.view = ChangeView(theme)
        self._about = make_label("", wrap=True)
        self._text = make_label("", wrap=True)
        right = QWidget()
        inner = column(right)
        inner.setContentsMargins(2 * GRID, 0, 0, 0)
        fill(inner, self._about)
        inner.addWidget(self.view, 1)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.steps)
        halves.addWidget(right)
        halves.setSizes([52 * GRID, 56 * GRID])
        lines = column(self, spacing=GRID)
        fill(lines, self._text)
        lines.addWidget(halves, 1)

    def show_plan(self, plan: MigrationPlan) -> None:
        """Show its steps."""
        self._files = {item.path: item for item in plan.previews}
        files, todos = len(plan.previews), len(plan.migration.todos)
        self._text.setText(
            tr(
                "{files} will change. {todos} you. Choose a line to see the file.",
                files=tr("{n} file", "{n} files", n=files),
                todos=tr("{n} thing is left to", "{n} things are left to", n=todos)
                if todos
                else tr("Nothing is left to"),
            )
        )
        self.steps.clear()
        for step in plan.migration.steps:
            self._add_step(step.title, step.details)
        told = {path for step in plan.migration.steps for path, _ in step.details}
        others = [(path, tr("Changes along with it")) for path in self._files if path not in told]
        if others:
            self._add_step(tr("Other files"), others)
        self.steps.expandAll()
        first = self.steps.topLevelItem(0)
        if first is not None:
            self.steps.setCurrentItem(first.child(0) or first)

    def _add_step(self, title: str, details: Sequence[tuple[str, str]]) -> None:
        heading = QTreeWidgetItem([title])
        font = self.steps.font()
        font.setBold(True)
        heading.setFont(0, font)
        for path, text in details:
            line = QTreeWidgetItem([f"{path}: {text}"])
            line.setData(0, _PATH, path)
            line.setData(0, _TEXT, text)
            line.setToolTip(0, f"{path}: {text}")
            heading.addChild(line)
        self.steps.addTopLevelItem(heading)

    @Slot(QTreeWidgetItem, QTreeWidgetItem)
    def _on_item_chosen(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        if item is None:
            return
        line = item if item.parent() is not None else item.child(0)
        found = self._files.get(str(line.data(0, _PATH))) if line is not None else None
        if line is not None and found is not None:
            self._about.setText(str(line.data(0, _TEXT)))
            self.view.show_file(found)


class DonePage(QWidget):
    """How the package stands now, and what is left."""

    def __init__(self, theme: Theme, is_done: Callable[[Todo], bool]) -> None:
        super().__init__()
        self._verdict = VerdictLines(theme)
        self._hint = make_label("", "muted", wrap=True)
        self.list = TodoList(theme, is_done)
        self.copy_button = make_button(tr("&Copy as text"), "", theme.icon("copy"))
        self.save_button = make_button(tr("Save as &text…"), "", theme.icon("save-as"))
        self._lines: QVBoxLayout = column(self, spacing=GRID)
        fill(self._lines, self._verdict, GRID, self._hint)
        self._lines.addWidget(self.list, 1)
        self._filler = QWidget()
        self._lines.addWidget(self._filler, 1)

    def show_plan(self, plan: MigrationPlan, *, keeps_dsm6: bool) -> None:
        """Show what became of it."""
        migration = plan.migration
        counts = tr(
            "Problems before: {before}. Now: {after}.", before=migration.problems_before, after=migration.problems_after
        )
        self._verdict.show_verdicts(tr("What DSM 7 says now"), migration.after, counts)
        self.list.show_todos(migration.todos)
        has_todos = bool(migration.todos)
        self.list.setVisible(has_todos)
        self._filler.setVisible(not has_todos)
        self._hint.setText(_hint_text(has_todos=has_todos, keeps_dsm6=keeps_dsm6))
        for button in (self.copy_button, self.save_button):
            button.setVisible(has_todos)


def minor_releases() -> list[str]:
    """The versions of DSM 7 that a migration can be checked for: "7.0" to the newest."""
    found = (f"{item.version.major}.{item.version.minor}" for item in releases() if item.version.major >= 7)
    return list(dict.fromkeys(found))


def _kept_text(plan: MigrationPlan, *, has_target: bool) -> str:
    if has_target:
        return tr("The package has a build target for DSM 6 already. It stays as it is.")
    if plan.target is None:
        return tr("The package is for DSM 7 already, so there is nothing to keep for DSM 6.")
    return tr(
        "The files and the keys of INFO that change are kept as they are in the build target “DSM 6”. F7 then builds "
        "for DSM 7, Package > Build for DSM 6 the package as it was. Version, description and everything else is "
        "written once. The target goes into the package folder when you save; undoing the migration takes it back."
    )


def _hint_text(*, has_todos: bool, keeps_dsm6: bool) -> str:
    texts = []
    if has_todos:
        texts.append(
            tr("This is left to you. Click on a place to go there; the list stays below, in the tab To do, and what is "
               "mended vanishes from it.")
        )  # fmt: skip
    else:
        texts.append(tr("Nothing is left to do. Build the package and try it on a NAS with DSM 7."))
    if keeps_dsm6:
        texts.append(tr("Package > Build for DSM 6 builds it as it was. Save to keep that."))
    texts.append(tr("One undo step takes the migration back."))
    return " ".join(texts)
