"""PyInstaller: no plugins; we use local sockets, and those for TLS and network changes have nothing to do."""

hiddenimports = ["PySide6.QtCore"]
