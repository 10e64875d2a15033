"""Settings are declared, typed, versioned and never lost."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from spkcore.base.errors import WriteError
from spkcore.base.settings import (
    REGISTRY,
    SCHEMA,
    Setting,
    Settings,
    refused_portable_folder,
    user_folder,
    user_settings,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "settings.json"


def stored(path: Path, values: dict[str, Any], schema: int = SCHEMA) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"schema": schema, "values": values}), encoding="utf-8")


def test_every_default_is_a_value_of_its_setting() -> None:
    for key, setting in REGISTRY.items():
        assert setting.key == key
        assert setting.accepts(setting.default), key
        assert setting.description


def test_values_survive_a_restart(path: Path) -> None:
    Settings(path).set("theme", "dark")
    assert Settings(path).get("theme") == "dark"


def test_nothing_is_written_before_something_is_set(path: Path) -> None:
    settings = Settings(path)
    settings.set("theme", settings.get("theme"))
    assert not path.exists()


def test_writing_can_wait(path: Path) -> None:
    settings = Settings(path)
    settings.set("theme", "dark", write=False)
    assert settings.get("theme") == "dark"
    assert not path.exists()
    settings.write()
    assert Settings(path).get("theme") == "dark"


def test_reset_brings_the_default_back(path: Path) -> None:
    settings = Settings(path)
    settings.set("theme", "dark")
    settings.reset("theme")
    assert settings.get("theme") == Settings(path).get("theme") == "system"


def test_an_undeclared_key_is_a_bug(path: Path) -> None:
    settings = Settings(path)
    for call in (lambda: settings.get("colour"), lambda: settings.set("colour", 1), lambda: settings.reset("colour")):
        with pytest.raises(KeyError):
            call()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("theme", "pink"),
        ("theme", 1),
        ("font_size", True),
        ("font_size", "12"),
        ("autosave_seconds", -1),
        ("build_fast", 1),
        ("last_folders", {"open": 1}),
        ("recents", [{"title": "no path"}]),
        ("nas_profiles", [{"host": "nas", "password": "secret"}]),
        ("nas_profiles", [{"host": "nas", "port": "22"}]),
    ],
)
def test_values_of_other_types_are_refused_and_ignored(path: Path, key: str, value: object) -> None:
    with pytest.raises(ValueError, match=key):
        Settings(path).set(key, value)
    stored(path, {key: value})
    assert Settings(path).get(key) == REGISTRY[key].default


def test_a_value_that_was_handed_out_is_a_copy(path: Path) -> None:
    settings = Settings(path)
    settings.get("recents").append({"path": "x"})
    assert settings.get("recents") == []


def test_an_unreadable_file_is_kept_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"schema": 1, "values": {"theme": "da')
    settings = Settings(path)
    assert settings.was_unreadable
    assert settings.get("theme") == "system"
    settings.set("theme", "light")
    assert path.with_name("settings.json.bad").read_bytes() == b'{"schema": 1, "values": {"theme": "da'
    assert not Settings(path).was_unreadable


@pytest.mark.parametrize("text", ["[]", "3", '{"schema": "x", "values": {}}', '{"values": {}}', '{"schema": 1}'])
def test_a_file_of_another_shape_is_unreadable(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    assert Settings(path).was_unreadable


def test_older_files_are_converted_step_by_step_and_backed_up(path: Path) -> None:
    stored(path, {"look": "black"}, schema=1)
    before = path.read_bytes()
    converters = {
        1: lambda values: {"theme": values["look"]},
        2: lambda values: {"theme": {"black": "dark"}[values["theme"]]},
    }
    settings = Settings(path, converters=converters, schema=3)
    assert settings.get("theme") == "dark"
    assert path.with_name("settings.json.schema1.bak").read_bytes() == before
    settings.set("build_fast", value=True)
    assert json.loads(path.read_text(encoding="utf-8"))["schema"] == 3
    assert Settings(path, converters=converters, schema=3).get("theme") == "dark"


def test_every_older_schema_has_a_converter() -> None:
    from spkcore.base.settings import CONVERTERS

    assert set(CONVERTERS) == set(range(1, SCHEMA))


def test_a_newer_file_is_backed_up_and_its_unknown_keys_stay(path: Path) -> None:
    stored(path, {"theme": "dark", "hologram": 3}, schema=SCHEMA + 1)
    settings = Settings(path)
    assert settings.get("theme") == "dark"
    settings.set("theme", "light")
    assert json.loads(path.read_text(encoding="utf-8"))["values"] == {"theme": "light", "hologram": 3}
    assert path.with_name(f"settings.json.schema{SCHEMA + 1}.bak").exists()


def test_a_failed_write_keeps_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(path)
    settings.set("theme", "dark")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(WriteError):
        settings.set("theme", "light")
    assert Settings(path).get("theme") == "dark"


def test_own_registries_work(path: Path) -> None:
    settings = Settings(path, {"n": Setting("n", int, 3, "a number")})
    settings.set("n", 4)
    assert Settings(path, {"n": Setting("n", int, 3, "a number")}).get("n") == 4


def test_the_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPK_CREATOR_HOME", str(tmp_path))
    assert user_folder() == tmp_path
    assert user_settings().path == tmp_path / "settings.json"


def test_a_portable_program_keeps_its_settings_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPK_CREATOR_HOME", raising=False)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "spk.exe"))
    assert tmp_path not in user_folder().parents
    (tmp_path / "portable.txt").touch()
    assert user_folder() == tmp_path / "settings"
    assert refused_portable_folder() is None


def test_a_portable_program_that_cannot_write_keeps_its_settings_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPK_CREATOR_HOME", raising=False)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "spk.exe"))
    (tmp_path / "portable.txt").touch()
    (tmp_path / "settings").write_bytes(b"a file where the folder should be: nothing can be made in it")

    assert not user_folder().is_relative_to(tmp_path)
    assert refused_portable_folder() == tmp_path / "settings"
    monkeypatch.setenv("SPK_CREATOR_HOME", str(tmp_path / "own"))
    assert refused_portable_folder() is None
