"""Takes the pictures of docs/images, every window, light and dark: xvfb-run -a python docs/make_screenshots.py

`--only NAME` takes one of them, `--look dark` one look, `--out FOLDER` puts them elsewhere. To look at the windows as
others see them: `--scale 2` takes them at 200 %, `--points 14` with larger letters, `--font Selawik` in another font,
`--pseudo` with texts as long as those of a translation.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
LOOKS = ("light", "dark")


def main() -> int:
    """Take all pictures, or those that were asked for; returns the number of those that failed."""
    options = _options()
    os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    if options.here:
        _take(options)
        return 0
    failed = 0
    for name in options.only or _names():
        for look in options.look or LOOKS:
            failed += _take_in_a_process_of_its_own(name, look, options)
    return failed


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Takes the pictures of docs/images.")
    parser.add_argument("--only", action="append")
    parser.add_argument("--look", action="append", choices=LOOKS)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--points", type=int, default=0)
    parser.add_argument("--font", default="")
    parser.add_argument("--pseudo", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _names() -> list[str]:
    return list(_shots())


def _shots() -> dict[str, Any]:
    """Every picture by its name: what the modules of docs/screenshots have in their SHOTS."""
    from docs import screenshots

    found: dict[str, Any] = {}
    for module in iter_modules(screenshots.__path__):
        try:
            found |= getattr(import_module(f"{screenshots.__name__}.{module.name}"), "SHOTS", {})
        except ImportError as error:  # the window that it shows is being rebuilt; the other pictures can be taken
            sys.stderr.write(f"{module.name}: {error}\n")
    return found


def _take(options: argparse.Namespace) -> None:
    """Take one picture in a program of its own."""
    from docs.screenshots.stage import Looks, Stage
    from docs.screenshots.taking import take

    (name,), (look,) = options.only, options.look
    shots = _shots()
    with _place() as place, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        os.environ["HOME"] = str(place)
        stage = Stage(place, Path(home), Looks(look, options.font, options.points, options.pseudo))
        try:
            widget = shots[name](stage)
            stage.let_run(0.7)
            take(widget, options.out / f"{name}-{look}.png")
        finally:
            stage.shut_down()


@contextmanager
def _place() -> Iterator[Path]:
    """A folder for packages with a name that looks well in a picture and is the same every time."""
    wanted = Path(tempfile.gettempdir()) / "jane"
    try:
        wanted.mkdir()
    except FileExistsError:
        wanted = Path(tempfile.mkdtemp(prefix="jane-"))
    try:
        yield wanted
    finally:
        import shutil

        shutil.rmtree(wanted, ignore_errors=True)


def _take_in_a_process_of_its_own(name: str, look: str, options: argparse.Namespace) -> bool:
    """Whether it failed."""
    command = [sys.executable, __file__, "--here", "--only", name, "--look", look, "--scale", str(options.scale)]
    command += ["--points", str(options.points), "--font", options.font, "--out", str(options.out)]
    command += ["--pseudo"] * options.pseudo
    outcome = subprocess.run(command, check=False)
    sys.stdout.write(f"{name}-{look}: {'ok' if outcome.returncode == 0 else 'FAILED'}\n")
    sys.stdout.flush()
    return outcome.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
