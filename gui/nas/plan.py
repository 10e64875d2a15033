"""What a capture shall do: the choices that stay in the settings, and the plan of one capture; no widgets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from gui.services.settings import Setting, Settings
from spkcore.nas.capture import Keep, Until
from spkcore.nas.facts import Volume
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.orphans import Orphan
from spkcore.nas.transfer import Way

CAPTURE_FOLDER = Setting("capture_folder", "")
"""Where captured files go; empty: a folder in the user's documents."""
CAPTURE_OPEN = Setting("capture_open", default=True)
"""Whether a captured package opens by itself."""
CAPTURE_AT_ONCE = Setting("capture_at_once", default=True)
"""Whether F9 connects to the NAS used last and starts."""
_UNTIL = Setting("capture_until", "package")
_WAY = Setting("capture_way", "sftp")
_KEEP = Setting("capture_keep", "parts")
_SPACE = Setting("capture_space", 500)
_VOLUMES: Setting[dict[str, str]] = Setting("capture_volumes", {})

CHOOSABLE = (Until.PACKAGE, Until.DOWNLOADED, Until.INSTALLED, Until.STOPPED)
"""When a capture may end by itself; the others come with what is captured."""


def capture_folder(settings: Settings) -> Path:
    """Where captured and downloaded files go."""
    chosen = settings.get(CAPTURE_FOLDER)
    if chosen:
        return Path(chosen)
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "SPK Creator" / "Captured"


@dataclass(frozen=True, slots=True)
class CaptureOptions:
    """The choices. `space` is how many megabytes stay free on each volume."""

    until: Until = Until.PACKAGE
    way: Way = "sftp"
    keep: Keep = Keep.PARTS
    space: int = 500


class OptionStore:
    """Keeps the choices in the settings; what cannot be understood there counts as not chosen."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def read(self) -> CaptureOptions:
        """The choices of now."""
        get, default = self._settings.get, CaptureOptions()
        until, way, keep = get(_UNTIL), get(_WAY), get(_KEEP)
        return CaptureOptions(
            Until(until) if until in CHOOSABLE else default.until,
            "exec" if way == "exec" else default.way,
            Keep(keep) if keep in set(Keep) else default.keep,
            get(_SPACE),
        )

    def write(self, options: CaptureOptions) -> None:
        """Remember them."""
        self._settings.put(_UNTIL, options.until.value)
        self._settings.put(_WAY, options.way)
        self._settings.put(_KEEP, options.keep.value)
        self._settings.put(_SPACE, options.space)

    def volumes(self, place: str, there: tuple[Volume, ...]) -> tuple[str, ...]:
        """The volumes to watch on the NAS `place`: those that were chosen and still are there, else all."""
        paths = tuple(volume.path for volume in there)
        chosen = self._settings.get(_VOLUMES).get(place, "").split()
        return tuple(path for path in paths if path in chosen) or paths

    def choose_volumes(self, place: str, there: tuple[Volume, ...], chosen: tuple[str, ...]) -> None:
        """Remember the volumes for the NAS `place`; all of them, or none, means all, whatever comes later."""
        known = self._settings.get(_VOLUMES)
        known.pop(place, None)
        if chosen and len(chosen) < len(there):
            known[place] = " ".join(chosen)
        self._settings.put(_VOLUMES, known)


@dataclass(frozen=True, slots=True)
class CapturePlan:
    """One capture: the volumes to watch, the folder for what is caught, the choices.

    `leftovers`: take what Package Center left there, and nothing else. `resume`: go on with a capture that still runs
    on the NAS. `offer`: let the NAS download this package of its list, or, with `installs`, install it.
    """

    volumes: tuple[str, ...]
    folder: Path
    options: CaptureOptions = field(default_factory=CaptureOptions)
    leftovers: bool = False
    resume: Orphan | None = None
    offer: PackageUrl | None = None
    installs: bool = False

    def installing(self) -> CapturePlan:
        """The same, but let the NAS install the package."""
        return replace(self, installs=True)

    @property
    def until(self) -> Until:
        """When it ends by itself."""
        if self.leftovers:
            return Until.FOUND
        if self.offer is not None and not self.installs:
            return Until.DOWNLOADED
        return self.options.until
