"""Packages with pages, made as the program makes them: from templates and the desktop editor's recipes, and built."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from spkcore.archive.build import BuildOptions, build_package
from spkcore.base.tasks import quiet
from spkcore.package.adding import add_part, addable_parts
from spkcore.package.changes import set_content
from spkcore.package.desktopedit import Wish, add_entry
from spkcore.package.helppages import new_page
from spkcore.package.project import Package
from spkcore.package.templates import create_package, find_template

CONFIG = "package/ui/config"


def from_template(name: str, folder: Path, **answers: str) -> Package:
    """A new package, as "New package" makes it."""
    return create_package(find_template(name), answers, folder, quiet())


def with_entry(version: int, recipe: str, title: str, folder: Path) -> Package:
    """A new package for DSM 6 or 7 with an entry of a recipe, as "Add an entry" makes it."""
    template = {6: "minimal-dsm6", 7: "minimal-dsm7"}[version]
    package = from_template(template, folder, package="demo")
    desktop = next(part for part in addable_parts(package.entries) if part.path == CONFIG)
    package.apply(add_part(package.entries, desktop))
    package.apply(add_entry(package.entries, CONFIG, Wish(recipe, title)))
    return package


def with_help(folder: Path, page: str) -> Package:
    """A new package with a page of help, as the help editor makes it."""
    package = with_entry(7, "page", "Page", folder)
    package.apply(new_page(package.entries, "package/ui", page))
    return package


def write(package: Package, files: Mapping[str, str]) -> None:
    """Change files, as people do in an editor."""
    for path, text in files.items():
        package.apply(set_content(package.entries, path, text.encode()))


def built(package: Package, folder: Path) -> Path:
    """The .spk of a package."""
    return build_package(package, folder / "made.spk", BuildOptions(), quiet()).path
