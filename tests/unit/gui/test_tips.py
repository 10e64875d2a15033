"""Names out of foreign packages stay text in tooltips: Qt would take them for HTML, and read pictures for them."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QApplication

from gui.models.hits import Found, HitsModel
from gui.models.parts import PartsModel
from gui.models.problemfilter import rows_of
from gui.models.problems import ProblemsModel
from gui.qt.theme import Theme
from spkcore.checks.engine import Problem
from spkcore.package.findings import Severity
from spkcore.package.parts import Part, PartGroup, PartKind
from spkcore.package.search import Hit

BAD = "<img src='//server/share/x.png'>"


def hits() -> HitsModel:
    model = HitsModel(ticks=False)
    model.set_found([Found(Hit(BAD, 1, 1, 0, 1, "", BAD, ""))], [])
    return model


def parts(theme: Theme) -> PartsModel:
    model = PartsModel(theme)
    model.set_parts([Part(PartKind.OTHER, BAD, BAD, PartGroup.OTHER)])
    return model


def problems(theme: Theme) -> ProblemsModel:
    model = ProblemsModel(theme)
    model.set_rows(rows_of([Problem("I001", Severity.ERROR, BAD, 1, 1, BAD)]))
    return model


def test_names_that_look_like_html_stay_text(qapp: QApplication) -> None:
    theme = Theme(qapp)
    models: list[QAbstractItemModel] = [hits(), parts(theme), problems(theme)]
    for model in models:
        tips = [str(tip) for tip in _tips(model) if tip]
        assert any("&lt;img" in tip for tip in tips)
        assert not any("<img" in tip for tip in tips)
    theme.deleteLater()


def _tips(model: QAbstractItemModel) -> list[object]:
    tops = [model.index(row, column) for row in range(model.rowCount()) for column in range(model.columnCount())]
    below = [model.index(row, 0, top) for top in tops if top.column() == 0 for row in range(model.rowCount(top))]
    return [index.data(Qt.ItemDataRole.ToolTipRole) for index in (*tops, *below)]
