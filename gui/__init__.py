"""The window: everything that uses Qt. Importing it first puts right what PySide6 breaks under Python 3.11."""

from gui.qt.immortal import keep_singletons_alive

keep_singletons_alive()
