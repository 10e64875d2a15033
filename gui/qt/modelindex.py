"""What every model of Qt is asked with: a place in it, and the place of no row."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
"""Qt's own default for the row above: there is none."""
