"""The two commands for newcomers, `python dev.py demo` and `python dev.py test`: both install into .venv first."""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")


def main() -> int:
    """Install, then run what was asked for; the exit code is that of the first command that fails."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the check is for people who run this with an older Python
        print("SPK Creator needs Python 3.11 or newer; this is", sys.version.split()[0])
        return 2
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["demo", "test", "window", "spk", "lint", "wine", "install"])
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="passed on to what is run")
    choice = parser.parse_args()
    install(with_tools=choice.action in {"test", "lint", "wine", "install"})
    return perform(choice.action, choice.arguments)


def perform(action: str, arguments: list[str]) -> int:
    """Do one of the actions; everything is installed by now."""
    match action:
        case "demo":
            return run(PYTHON, "-m", "spkcore.cli", "demo", *arguments)
        case "spk":
            return run(PYTHON, "-m", "spkcore.cli", *arguments)
        case "window":
            return run(PYTHON, "-m", "gui", *arguments)
        case "test":
            return lint() or test(arguments)
        case "lint":
            return lint()
        case "wine":
            return run(PYTHON, "-m", "installer.wine.check", *arguments)
        case _:
            return 0


def install(*, with_tools: bool) -> None:
    """Make .venv and install the project into it; done again only when pyproject.toml has changed."""
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = VENV / ("installed-with-tools" if with_tools else "installed")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print(f"Installing into {VENV} …", flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    calm = {**os.environ, "PYTHONWARNINGS": "ignore"}  # setuptools warns about editable installs, at length
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    if with_tools:
        subprocess.run([*pip, "--upgrade", "pip>=25.1"], check=True, env=calm)  # the first pip that knows --group
    subprocess.run([*pip, "--editable", str(ROOT)], check=True, env=calm)
    if with_tools:
        subprocess.run([*pip, "--group", f"{ROOT / 'pyproject.toml'}:dev"], check=True, env=calm)
    stamp.write_text(wanted, encoding="utf-8")


def lint() -> int:
    """ruff, mypy and the import contracts."""
    return (
        run(PYTHON, "-m", "ruff", "check", ".")
        or run(PYTHON, "-m", "ruff", "format", "--check", ".")
        or run(PYTHON, "-m", "mypy")
        or run(PYTHON, "-c", "from importlinter.cli import lint_imports_command as c; c()")
    )


def test(arguments: list[str]) -> int:
    """The whole test suite; its summary is the last thing printed. Some tests always wait, so there is one more worker
    than cores."""
    chosen = any(word.startswith(("-n", "--dist")) for word in arguments)
    workers = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "loadgroup"]
    return run(PYTHON, "-m", "pytest", *([] if chosen else workers), *arguments)


def run(*command: str | Path) -> int:
    """Run one command in the project's folder and return its exit code."""
    environment = {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.run([str(word) for word in command], cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
