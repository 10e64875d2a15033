"""PyInstaller: the plugins that a window of ours needs. Its own hook looks at all of Qt, for minutes under Wine."""

from installer.contents import plugins

hiddenimports = ["PySide6.QtCore"]
binaries = plugins("platforms/qwindows", "imageformats/qgif", "imageformats/qico", "imageformats/qjpeg")
