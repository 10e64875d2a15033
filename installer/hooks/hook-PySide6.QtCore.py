"""PyInstaller: the translations of Qt's own texts, in the languages that we speak."""

from installer.contents import translations

hiddenimports = ["shiboken6"]
datas = translations()
