"""A package for DSM 6 with scripts that use root, as a folder; for the tests of migration and explanation."""

from __future__ import annotations

from pathlib import Path

from tests.gui.conftest import make_package

POSTINST = """#!/bin/sh
ln -s "${SYNOPKG_PKGDEST}/bin/tool" /usr/local/bin/tool
adduser -S -D sample
synoshare --add music Music /volume1/music "" admin "" 1 0
exit 0
"""
PRIVILEGE = '{"defaults": {"run-as": "root"}}\n'


def make_old_package(folder: Path) -> Path:
    """Make it from the template for DSM 6."""
    make_package(folder, "minimal-dsm6")
    (folder / "scripts" / "postinst").write_bytes(POSTINST.encode())
    (folder / "scripts" / "preupgrade").unlink()
    (folder / "conf" / "privilege").write_bytes(PRIVILEGE.encode())
    tool = folder / "package" / "bin" / "tool"
    tool.parent.mkdir(parents=True)
    tool.write_bytes(b"#!/bin/sh\nexit 0\n")
    return folder
