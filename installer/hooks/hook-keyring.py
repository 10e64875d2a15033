"""PyInstaller: nothing but the store of passwords of this system; `contents.keyrings` names it."""

from installer.contents import keyrings

hiddenimports = keyrings()
