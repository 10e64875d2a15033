"""Tests of the model of found places: ticks, and how much is told to the view."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gui.models.hits import Found, HitsModel
from gui.qt.modelindex import NOWHERE
from spkcore.package.search import Hit

_CHECK = int(Qt.ItemDataRole.CheckStateRole)


def test_a_tick_repaints_the_rows_of_its_file_only(qapp: QApplication) -> None:
    """With 400 files in the list every tick took 0.3 s."""
    model = HitsModel(ticks=True)
    found = [Found(Hit(f"f{file}", 1, 1, 0, 1, "", "x", "")) for file in range(50) for _place in range(2)]
    model.set_found(found, found)
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last, _roles: told.append((first.internalId(), last.row())))
    assert model.setData(model.row_index(7, 0), Qt.CheckState.Unchecked, _CHECK)
    assert told == [(0, 7), (8, 1)]  # the file, and its places
    assert model.data(model.group_index(7), _CHECK) == Qt.CheckState.PartiallyChecked
    assert model.setData(model.group_index(8), Qt.CheckState.Unchecked, _CHECK)
    assert told[2:] == [(0, 8), (9, 1)]
    assert model.ticked() == [*found[:14], found[15], *found[18:]]
    assert model.flags(model.row_index(0, 0)) & Qt.ItemFlag.ItemNeverHasChildren
    assert not model.flags(model.group_index(0)) & Qt.ItemFlag.ItemNeverHasChildren


def test_nothing_is_found_nowhere(qapp: QApplication) -> None:
    model = HitsModel(ticks=True)
    assert model.data(NOWHERE) is None
    assert model.data(NOWHERE, _CHECK) is None
