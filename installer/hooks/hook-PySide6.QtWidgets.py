"""PyInstaller: the styles windows11 and windowsvista."""

from installer.contents import plugins

hiddenimports = ["PySide6.QtGui"]
binaries = plugins("styles/qmodernwindowsstyle")
