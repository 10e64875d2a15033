"""PyInstaller: all stores of passwords that keyring knows, with its metadata, by whose entry points it finds them."""

from PyInstaller.utils.hooks import collect_submodules, copy_metadata

hiddenimports = collect_submodules("keyring.backends")
datas = copy_metadata("keyring")
