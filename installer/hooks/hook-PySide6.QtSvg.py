"""PyInstaller: the plugins that let Qt read SVG wherever it reads pictures."""

from installer.contents import plugins

hiddenimports = ["PySide6.QtGui"]
binaries = plugins("imageformats/qsvg", "iconengines/qsvgicon")
