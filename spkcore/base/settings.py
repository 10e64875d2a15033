"""The user's settings: every one declared once with type, default and meaning, kept in one versioned JSON file."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spkcore.base.errors import WriteError
from spkcore.base.files import make_folder, write_bytes

SCHEMA = 1
"""The number of the file's layout. Raise it together with a converter in `CONVERTERS`."""

HOME_VARIABLE = "SPK_CREATOR_HOME"
"""Environment variable naming the folder of the settings; tests set it."""

PORTABLE_MARKER = "portable.txt"
"""A file of this name beside the program keeps the settings beside the program."""

Data = dict[str, Any]


def _anything(_value: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Setting:
    """One declared setting. A stored value of another type, or one that `is_valid` refuses, counts as not set."""

    key: str
    type: type
    default: Any
    description: str
    is_valid: Callable[[Any], bool] = _anything

    def accepts(self, value: object) -> bool:
        """Whether `value` may be stored."""
        if isinstance(value, bool) and self.type is not bool:
            return False
        return isinstance(value, self.type) and self.is_valid(value)


def _is_list_of(members: Mapping[str, type], required: tuple[str, ...]) -> Callable[[Any], bool]:
    """A check for a list of objects that have the `required` members, and no others than `members`."""

    def check(value: Any) -> bool:
        return all(
            isinstance(item, dict)
            and all(key in item for key in required)
            and all(key in members and isinstance(member, members[key]) for key, member in item.items())
            for item in value
        )

    return check


def _is_text_map(value: Any) -> bool:
    return all(isinstance(key, str) and isinstance(member, str) for key, member in value.items())


def _is_text_list(value: Any) -> bool:
    return all(isinstance(item, str) for item in value)


_RECENT = {"path": str, "title": str, "version": str, "pinned": bool}
_PROFILE = {"host": str, "port": int, "user": str, "key_file": str, "agent_key": str, "label": str}

REGISTRY: Mapping[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting(
            "theme", str, "system", "Light, dark, or as the system has it", {"system", "light", "dark"}.__contains__
        ),
        Setting(
            "font_size", int, 0, "Size of text in the code editors, in points; 0: the system's", range(73).__contains__
        ),
        Setting("autosave_seconds", int, 15, "Seconds between two autosaves; 0 is never", range(3601).__contains__),
        Setting(
            "recents",
            list,
            [],
            "Packages that were open, the last one first: path, title, version, pinned",
            _is_list_of(_RECENT, ("path",)),
        ),
        Setting(
            "nas_profiles",
            list,
            [],
            "NAS that were connected: host, port, user, key_file, agent_key, label; never a password",
            _is_list_of(_PROFILE, ("host",)),
        ),
        Setting("last_folder", str, "", "The folder that the last file dialog showed"),
        Setting("author", str, "", "The maintainer of the last new package: the next one begins with it"),
        Setting("author_url", str, "", "The web page of that maintainer"),
        Setting("last_folders", dict, {}, "Purpose of a file dialog → the folder it showed last", _is_text_map),
        Setting("capture_folder", str, "", "The folder that captured packages go to"),
        Setting("capture_until", str, "package", "When a capture ends: package, downloaded, installed or stopped"),
        Setting("capture_way", str, "sftp", "How captured files come home: sftp, or exec for the command channel"),
        Setting("capture_keep", str, "parts", "What is kept of what DSM unpacked: needed, parts or everything"),
        Setting(
            "capture_space", int, 500, "Megabytes that stay free on each volume", range(50, 1_000_001).__contains__
        ),
        Setting("capture_volumes", dict, {}, "NAS → the volumes to watch there, by blanks; others: all", _is_text_map),
        Setting("capture_open", bool, default=True, description="Whether a captured package opens by itself"),
        Setting("capture_at_once", bool, default=True, description="Whether F9 connects to the last NAS and starts"),
        Setting("build_compression", str, "as it came", "gzip, xz, or anything else: as the package came"),
        Setting("build_fast", bool, default=False, description="Whether builds trade size for speed"),
        Setting("build_outputs", dict, {}, "Package folder → the .spk that was built from it last", _is_text_map),
        Setting(
            "migration_offered", list, [], "Packages for DSM 6 whose user was told of the migration", _is_text_list
        ),
        Setting("window_geometry", str, "", "Place and size of the main window, base64 of Qt's own form"),
        Setting("window_state", str, "", "Docks and toolbars of the main window, base64 of Qt's own form"),
        Setting("window_sides", str, "", "Widths of the parts of the main window, base64 of Qt's own form"),
        Setting("window_panel", str, "", "Height of the lower panel, base64 of Qt's own form"),
        Setting("window_panel_open", bool, default=False, description="Whether the lower panel is open"),
        Setting("script_side", str, "", "Width of the pane beside scripts, base64 of Qt's own form"),
        Setting("script_side_open", bool, default=True, description="Whether the pane beside scripts is open"),
        Setting("script_side_tab", int, 0, "Which tab of the pane beside scripts is on top", range(8).__contains__),
        Setting("wizard_designer", int, 432, "Width of the wizard designer in pixels", range(1, 10000).__contains__),
    )
}

CONVERTERS: Mapping[int, Callable[[Data], Data]] = {}
"""Schema number → what makes values of the next schema out of values of this one."""


class Settings:
    """The settings of one user. Reading or writing a key that is not declared is a bug (`KeyError`)."""

    def __init__(
        self,
        path: Path,
        registry: Mapping[str, Setting] = REGISTRY,
        converters: Mapping[int, Callable[[Data], Data]] = CONVERTERS,
        schema: int = SCHEMA,
    ) -> None:
        """Read the file `path`. A file of an older schema is converted, and kept beside as .schema<N>.bak; one that
        cannot be understood is kept beside as .bad, and the defaults count."""
        self.path = path
        self.was_unreadable = False
        self._registry = registry
        self._converters = converters
        self._schema = schema
        self._values: Data = {}
        self._foreign: Data = {}
        self._load()

    def get(self, key: str) -> Any:
        """The value of `key`, or its default; a copy that may be changed."""
        setting = self._registry[key]
        return deepcopy(self._values.get(key, setting.default))

    def set(self, key: str, value: object, *, write: bool = True) -> None:
        """Set `key` and write the file, unless that is to be done later with `write`.

        Raises `ValueError` for a value that the setting does not accept, and `WriteError`.
        """
        setting = self._registry[key]
        if not setting.accepts(value):
            raise ValueError(f"{value!r} is no value of the setting {key}")
        if self.get(key) == value:
            return
        self._values[key] = deepcopy(value)
        if write:
            self.write()

    def reset(self, key: str) -> None:
        """Go back to the default of `key`. Raises `WriteError`."""
        if self._values.pop(self._registry[key].key, None) is not None:
            self.write()

    def write(self) -> None:
        """Write the file, atomically. Raises `WriteError`."""
        values = {**self._foreign, **self._values}
        text = json.dumps({"schema": self._schema, "values": values}, indent=1, ensure_ascii=True, sort_keys=True)
        make_folder(self.path.parent)
        write_bytes(self.path, text.encode() + b"\n")

    def _load(self) -> None:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return
        except OSError:
            self.was_unreadable = True
            return
        try:
            values = self._converted(json.loads(data), data)
        except (ValueError, TypeError, KeyError, AttributeError):
            self.was_unreadable = True
            self._keep_aside(data, ".bad")
            return
        for key, value in values.items():
            setting = self._registry.get(key)
            if setting is None:
                self._foreign[key] = value  # a newer version's: kept for it
            elif setting.accepts(value):
                self._values[key] = value

    def _converted(self, stored: Data, data: bytes) -> Data:
        schema = stored["schema"]
        values: Data = dict(stored["values"])
        if not isinstance(schema, int) or schema < 1:
            raise ValueError(f"{schema!r} is no schema number")
        if schema != self._schema:
            self._keep_aside(data, f".schema{schema}.bak")
        for number in range(schema, self._schema):
            values = self._converters[number](values)
        return values

    def _keep_aside(self, data: bytes, suffix: str) -> None:
        try:
            write_bytes(self.path.with_name(self.path.name + suffix), data)
        except WriteError:
            self.was_unreadable = True  # a read-only place: nothing gets lost there, because nothing can be written


def user_folder() -> Path:
    """The folder of this user's settings, known hosts and logs: SPK_CREATOR_HOME, beside a portable program if that
    can be written, or where the system keeps such things."""
    chosen = os.environ.get(HOME_VARIABLE)
    if chosen:
        return Path(chosen)
    portable = portable_folder()
    if portable is not None and can_write_into(portable):
        return portable
    from platformdirs import user_data_path

    return user_data_path("SPK Creator", appauthor=False)


def portable_folder() -> Path | None:
    """Where a portable program keeps its settings; None when this one is not portable."""
    program = Path(sys.executable).parent
    if getattr(sys, "frozen", False) and (program / PORTABLE_MARKER).exists():
        return program / "settings"
    return None


def refused_portable_folder() -> Path | None:
    """The folder of a portable program that has to keep its settings elsewhere, because nothing can be written there
    (a CD, a write-protected stick, Program Files); None when all is well. Tell the user."""
    portable = None if os.environ.get(HOME_VARIABLE) else portable_folder()
    return portable if portable is not None and not can_write_into(portable) else None


def can_write_into(folder: Path) -> bool:
    """Whether files can be made in `folder`, which is made if it is missing. Only trying tells on Windows."""
    probe = folder / f".{secrets.token_hex(4)}.probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError:
        return False
    return True


def user_settings() -> Settings:
    """The settings of this user."""
    return Settings(user_folder() / "settings.json")
