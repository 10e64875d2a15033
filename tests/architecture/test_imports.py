"""Who may import what: the layers of pyproject.toml, and one home for each library."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, Source, sources

HOMES = {
    "paramiko": ("spkcore/nas/",),
    "click": ("spkcore/cli/",),
    "PIL": ("spkcore/package/icons.py",),
    "keyring": ("gui/services/secrets.py",),
    "PySide6": ("gui/",),
    "shiboken6": ("gui/",),
}


def _imported(source: Source) -> Iterator[tuple[str, ast.stmt]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0], node


@pytest.mark.parametrize("library", sorted(HOMES))
def test_each_library_has_one_home(library: str) -> None:
    strays = [
        source.at(node)
        for source in sources()
        for name, node in _imported(source)
        if name == library and not source.path.startswith(HOMES[library])
    ]
    assert not strays


def test_engine_tests_know_no_qt() -> None:
    strays = [
        source.at(node)
        for source in sources("tests/unit/spkcore")
        for name, node in _imported(source)
        if name in {"PySide6", "gui", "pytestqt"}
    ]
    assert not strays


def test_import_contracts_hold() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert outcome.returncode == 0, outcome.stdout


def test_the_engine_runs_without_qt() -> None:
    """A second head proves independence: every engine module imports while PySide6 and keyring cannot."""
    modules = [
        source.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for source in sources("spkcore")
        if not source.path.endswith("__main__.py")
    ]
    program = (
        "import sys, importlib\n"
        "for name in ('PySide6', 'shiboken6', 'keyring'): sys.modules[name] = None\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
    )
    outcome = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:spkcore", "-c", program],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert outcome.returncode == 0, outcome.stderr


def test_version_is_quick_because_it_imports_little() -> None:
    program = "import sys; from spkcore.cli.main import run; run(['--version']); print(*sys.modules)"
    outcome = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(outcome.stdout.split())

    assert outcome.stdout.startswith("spk ")
    assert not loaded & {"paramiko", "cryptography", "jsonschema", "PIL", "pygments", "PySide6", "isal", "deflate"}
