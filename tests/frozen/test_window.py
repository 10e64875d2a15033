"""The frozen window program: start, files on the command line, edit and build by keyboard, one instance, secrets."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.frozen.conftest import make_package
from tests.frozen.program import Frozen, Outcome, wait_until


@pytest.fixture
def outputs(home: Path, frozen: Frozen, package_folder: Path, tmp_path: Path) -> Path:
    """Where the build of `package_folder` goes, so that no file dialog asks for it."""
    output = tmp_path / "gebaut für Tests.spk"
    places = {frozen.windows.name(package_folder): frozen.windows.name(output)}
    settings = {"schema": 1, "values": {"build_outputs": places, "autosave_seconds": 1}}
    (home / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    return output


def self_test(frozen: Frozen, report: Path, *paths: Path, home: Path) -> Outcome:
    """Run the program's own test."""
    return frozen.windows.run(frozen.window, "--self-test", report, *paths, home=home)


def test_the_self_test_passes(frozen: Frozen, package_folder: Path, tmp_path: Path, home: Path) -> None:
    """It opens, edits, undoes, builds, takes a dropped folder, saves, keeps a password and closes, all of it frozen."""
    report = tmp_path / "Bericht" / "self-test.json"
    outcome = self_test(frozen, report, package_folder, home=home)
    seen = json.loads(report.read_text(encoding="utf-8"))
    assert outcome.code == 0, seen["errors"]
    assert seen["passed"]
    assert seen["frozen"]
    assert seen["imported"] == [], "the first window needs none of the heavy libraries"
    assert seen["password"] == "geheim: größer & ⌘", "kept in Credential Manager and read again"
    built = report.parent / "self-test.spk"
    assert seen["built"]["sha256"] == hashlib.sha256(built.read_bytes()).hexdigest()
    reference = frozen.spk("build", package_folder, "-o", tmp_path / "console.spk", "--json")
    assert reference.document["sha256"] == seen["built"]["sha256"]


def test_a_folder_on_the_command_line_is_edited_and_built_by_keyboard(
    frozen: Frozen, package_folder: Path, outputs: Path, home: Path
) -> None:
    windows = frozen.windows
    with frozen.running(package_folder, home=home):
        title = windows.wait_for_title("mein Paket")
        windows.helper("front", title)
        windows.helper("press", "ctrl+p")
        windows.helper("type", "start-stop")
        windows.helper("press", "enter")
        windows.helper("type", "# von Hand geändert ")
        windows.helper("press", "ctrl+s", "f7")
        script = package_folder / "scripts" / "start-stop-status"
        wait_until(lambda: "# von Hand geändert " in script.read_text(encoding="utf-8"), "the edit to be saved")
        wait_until(outputs.exists, "the built package")
    outcome = frozen.spk("inspect", outputs, "--json")
    assert outcome.document["kind"] == "spk"


def test_a_second_start_hands_over_and_quit_closes(
    frozen: Frozen, package_folder: Path, tmp_path: Path, home: Path
) -> None:
    windows = frozen.windows
    second = make_package(tmp_path / "zweites Paket")
    with frozen.running(package_folder, home=home) as first:
        windows.wait_for_title("mein Paket")
        assert windows.run(frozen.window, second, home=home).code == 0
        windows.wait_for_title("zweites Paket")
        assert first.poll() is None
        assert sum("Paket" in title for title in windows.titles()) == 1
        assert windows.run(frozen.window, "--quit", home=home).code == 0
        assert first.wait(30) == 0


def test_settings_stay_beside_a_portable_program(frozen: Frozen, tmp_path: Path) -> None:
    """The marker file, and nothing else, decides."""
    import shutil

    from spkcore.base.settings import PORTABLE_MARKER

    folder = tmp_path / "Stick" / "SPK Creator"
    shutil.copytree(frozen.folder, folder)
    (folder / PORTABLE_MARKER).touch()
    portable = Frozen(frozen.windows, folder.parent)
    process = portable.windows.start(portable.window)
    portable.windows.wait_for_title("SPK Creator")
    assert portable.windows.run(portable.window, "--quit").code == 0
    process.wait(30)
    assert (folder / "settings" / "settings.json").is_file()
