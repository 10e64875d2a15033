"""What a captured package says about itself, and how its file is called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spkcore.base.files import short_name
from spkcore.package.info import Info

_PACKAGE_FILE = re.compile(r"(^|/)(@SYNOPKG_DOWNLOAD_(?P<package>[^/]+?)|upload_tmp\.[^/]+?)(\.~\d+~)?$")


@dataclass(frozen=True, slots=True)
class Naming:
    """What a package says about itself."""

    package: str = ""
    version: str = ""
    arch: str = ""

    @classmethod
    def of(cls, info: Info) -> Naming:
        """From INFO."""
        return cls(info.value("package"), info.value("version"), info.value("arch"))

    @property
    def file_name(self) -> str:
        """`<package>-<version>-<arch>.spk`, as far as it is known; Windows can hold it."""
        words = self.arch.split()
        arch = "_".join(words) if len(words) <= 3 else f"{words[0]}_and_{len(words) - 1}_more"
        parts = [part for part in (self.package, self.version, arch) if part]
        return short_name(f"{'-'.join(parts) or 'package'}.spk")

    @property
    def folder_name(self) -> str:
        """The name of the folder with its unpacked members."""
        return f"{self.file_name.removesuffix('.spk')} unpacked"


def is_package_file(path: str) -> bool:
    """Whether a caught file (path below @tmp) is a package file by its name."""
    return _PACKAGE_FILE.search(path) is not None


def name_from_path(path: str) -> Naming:
    """What the name of a package file on the NAS tells: Package Center puts the package's name in it."""
    match = _PACKAGE_FILE.search(path)
    return Naming(match["package"] or "") if match else Naming()
