"""The installer: everything that it puts somewhere goes away again, and nothing else does."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer.build import FILE_LIST
from installer.product import CONSOLE_PROGRAM, INTERNALS, NAME, WINDOW_PROGRAM, read_product
from tests.frozen import setup as places
from tests.frozen.conftest import make_package
from tests.frozen.program import Frozen, Windows, wait_until
from tests.frozen.setup import APPS_ENTRY, ID, PROGID, Setup, Snapshot


@pytest.fixture(scope="module")
def setup(frozen: Frozen) -> Setup:
    """The installer that users get."""
    return Setup(frozen, places.plan_of(frozen).setup)


@pytest.fixture(scope="module")
def old_setup(frozen: Frozen, tmp_path_factory: pytest.TempPathFactory) -> Setup:
    """An installer of an older version, with files that the newer one does not have."""
    place = tmp_path_factory.mktemp("old")
    return places.make_setup(frozen, places.make_small_folder(frozen, place / "files"), place / "work", "0.0.9")


@pytest.fixture(scope="module")
def seen() -> list[Snapshot]:
    """What was looked at, the last one last: looking takes seconds, and after one test is before the next one."""
    return []


@pytest.fixture
def untouched(setup: Setup, seen: list[Snapshot]) -> Iterator[Snapshot]:
    """After the test, files and registry are as they were before; the uninstaller may take a moment to end."""
    before = seen[-1] if seen else places.take_snapshot(setup)
    yield before

    def is_as_before() -> bool:
        seen.append(places.take_snapshot(setup))
        return seen[-1] == before

    with contextlib.suppress(AssertionError):
        wait_until(is_as_before, "everything to be as before", 20)
    assert sorted(seen[-1].files ^ before.files) == []
    assert sorted(seen[-1].registry ^ before.registry) == []


def test_install_upgrade_and_uninstall(setup: Setup, old_setup: Setup, untouched: Snapshot) -> None:
    folder = setup.user_folder
    settings = setup.local_data / NAME / "settings.json"
    settings.parent.mkdir()
    settings.write_text("{}", encoding="utf-8")

    assert old_setup() == 0
    assert (folder / INTERNALS / "alter Ordner" / "überholt.txt").is_file()
    assert "0.0.9" in setup.query(rf"HKCU\{APPS_ENTRY}", "DisplayVersion")
    (folder / "eigene Notiz.txt").write_text("the user's", encoding="utf-8")

    assert setup() == 0
    installed = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    product = {
        path.relative_to(setup.frozen.folder).as_posix() for path in setup.frozen.folder.rglob("*") if path.is_file()
    }
    assert installed == product | {"Uninstall.exe", FILE_LIST, "eigene Notiz.txt"}
    assert not (folder / INTERNALS / "alter Ordner").exists()
    assert setup.start_menu.is_file()
    if not setup.windows.is_wine:  # Wine 8 keeps no properties in shortcuts
        assert "SPKCreator.SPKCreator".encode("utf-16-le") in setup.start_menu.read_bytes()
    entry = setup.query(rf"HKCU\{APPS_ENTRY}")
    assert read_product().version in entry
    assert "/S" in setup.query(rf"HKCU\{APPS_ENTRY}", "QuietUninstallString")
    assert PROGID in setup.query(r"HKCU\Software\Classes\.spk\OpenWithProgids")
    assert PROGID not in setup.query(r"HKCU\Software\Classes\.spk", ""), "nobody asked to be the default"
    assert '"%1"' in setup.query(rf"HKCU\Software\Classes\{PROGID}\shell\open\command", "")
    assert '"%1"' in setup.query(r"HKCU\Software\Classes\Directory\shell\EditWithSPKCreator\command", "")

    assert old_setup() == places.NEWER_INSTALLED
    assert setup.windows.run(folder / f"{CONSOLE_PROGRAM}.exe", "--version").out.split() == [
        "spk",
        read_product().version,
    ]

    setup.uninstall(folder)
    assert [path.name for path in folder.iterdir()] == ["eigene Notiz.txt"]
    assert settings.is_file(), "a silent uninstaller keeps the settings"
    shutil.rmtree(folder)
    shutil.rmtree(settings.parent)


def test_switches_folder_and_the_earlier_default(old_setup: Setup, untouched: Snapshot, windows: Windows) -> None:
    folder = windows.drive / "Größere Programme" / "SPK Creator hier"
    desktop = old_setup.local_data.parents[1] / "Desktop" / f"{NAME}.lnk"
    windows.run("reg", "add", r"HKCU\Software\Classes\.spk", "/ve", "/d", "Other.Program", "/f")

    place = f"/D={windows.name(folder)}".split(" ")  # as words without quotes: NSIS takes the rest of the line
    assert old_setup("/Desktop", "/DefaultApp", "/NoStartMenu", "/NoExplorerMenu", *place) == 0
    assert (folder / f"{WINDOW_PROGRAM}.exe").is_file()
    assert desktop.is_file()
    assert not old_setup.start_menu.exists()
    assert PROGID in old_setup.query(r"HKCU\Software\Classes\.spk", "")
    assert not old_setup.query(r"HKCU\Software\Classes\Directory\shell\EditWithSPKCreator")

    assert old_setup() == 0, "the same version again, without switches"
    assert (folder / f"{WINDOW_PROGRAM}.exe").is_file(), "it goes where it was"
    assert desktop.is_file(), "what was ticked stays ticked"
    assert not old_setup.start_menu.exists()

    old_setup.uninstall(folder)
    assert "Other.Program" in old_setup.query(r"HKCU\Software\Classes\.spk", "")
    windows.run("reg", "delete", r"HKCU\Software\Classes\.spk", "/f")
    folder.parent.rmdir()


def test_for_all_users(old_setup: Setup, untouched: Snapshot, windows: Windows) -> None:
    folder = windows.drive / "Program Files" / NAME
    assert old_setup("/AllUsers") == 0
    assert (folder / f"{WINDOW_PROGRAM}.exe").is_file()
    assert "0.0.9" in old_setup.query(rf"HKLM\{APPS_ENTRY}", "DisplayVersion")
    assert not old_setup.query(rf"HKCU\{APPS_ENTRY}")
    assert PROGID in old_setup.query(r"HKLM\Software\Classes\.spk\OpenWithProgids")
    assert ID in old_setup.query(r"HKLM\Software\RegisteredApplications")
    old_setup.uninstall(folder)
    assert not folder.exists()


def test_a_double_click_opens_the_package(setup: Setup, untouched: Snapshot, tmp_path: Path) -> None:
    windows = setup.windows
    file = setup.local_data / "für den Doppelklick.spk"
    make_package(tmp_path / "paket")
    assert setup.frozen.spk("build", tmp_path / "paket", "-o", file).code == 0
    assert setup("/DefaultApp") == 0
    with shown_to_wine(setup):
        opened = windows.start(*(["start"] if windows.is_wine else ["cmd", "/c", "start", ""]), file)
        windows.wait_for_title("paket")
        windows.run(setup.user_folder / f"{WINDOW_PROGRAM}.exe", "--quit")
        opened.wait(30)
    setup.uninstall(setup.user_folder)
    file.unlink()
    shutil.rmtree(setup.local_data / NAME, ignore_errors=True)


def test_a_running_program_is_asked_to_close(setup: Setup, untouched: Snapshot, tmp_path: Path) -> None:
    windows = setup.windows
    assert setup() == 0
    program = setup.user_folder / f"{WINDOW_PROGRAM}.exe"
    running = windows.start(program, make_package(tmp_path / "offenes Paket"))
    windows.wait_for_title("offenes Paket")
    assert setup() == 0, "it was upgraded while it ran"
    assert running.wait(10) == 0
    running = windows.start(program)
    windows.wait_for_title(NAME)
    setup.uninstall(setup.user_folder)
    assert running.wait(10) == 0
    assert not setup.user_folder.exists()
    shutil.rmtree(setup.local_data / NAME, ignore_errors=True)


@contextlib.contextmanager
def shown_to_wine(setup: Setup) -> Iterator[None]:
    """Wine 8 looks for file types in HKLM only: it gets a copy of the user's there."""
    keys = [r"Software\Classes\.spk", rf"Software\Classes\{PROGID}"] if setup.windows.is_wine else []
    for key in keys:
        setup.windows.run("reg", "copy", rf"HKCU\{key}", rf"HKLM\{key}", "/s", "/f")
    yield
    for key in keys:
        setup.windows.run("reg", "delete", rf"HKLM\{key}", "/f")
