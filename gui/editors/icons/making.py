"""What "Make icons from a picture" makes: the choices, the files that follow from them, and the work; no widgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from PySide6.QtGui import QImage

from gui.editors.icons.presenter import Target
from gui.qt.i18n import tr
from gui.services.pictures import image_of
from spkcore.base.tasks import TaskContext
from spkcore.package.icons import Artwork, Recipe

SHOWN_SIDE = 1024
"""Pixels of the longer side of the copy that is shown for cropping."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen. `targets` are their ids."""

    recipe: Recipe = field(default_factory=Recipe)
    dsm_major: int = 7
    targets: frozenset[str] = frozenset()
    with_extra: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture that is ready to be cropped. `corner` is the colour of its first pixel, as #rrggbb."""

    art: Artwork
    image: QImage
    corner: str
    name: str


@dataclass(frozen=True, slots=True)
class Job:
    """One making of icons; two that are equal make the same."""

    recipe: Recipe
    sizes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Made:
    """The icons of a job: size in pixels → PNG bytes."""

    job: Job
    icons: Mapping[int, bytes] = field(default_factory=dict)


def opened(art: Artwork, name: str) -> Opened:
    """Prepare a decoded picture for cropping. Runs in the background."""
    return Opened(art, image_of(art.pixels(SHOWN_SIDE)), art.color_at(0, 0), name)


def wanted(targets: Iterable[Target], choices: Choices) -> dict[str, int]:
    """Path → size in pixels of all icons that were asked for."""
    return {
        path: size
        for target in targets
        if target.id in choices.targets
        for path, size in target.sizes.items()
        if choices.with_extra or path not in target.extra
    }


def shown_sizes(targets: Iterable[Target], choices: Choices) -> frozenset[int]:
    """The sizes to show: those that were asked for, or all, so that nobody looks at an empty place."""
    targets = list(targets)
    some = wanted(targets, choices)
    whole = Choices(targets=frozenset(target.id for target in targets), with_extra=choices.with_extra)
    return frozenset((some or wanted(targets, whole)).values())


def make(art: Artwork, job: Job, context: TaskContext) -> Made:
    """Make the icons; a PNG that fits and is used as it is stays byte for byte. Runs in the background."""
    kept = {size for size in job.sizes if job.recipe == Recipe() and art.fits(size)}
    context.check()
    made = art.make_icons(job.sizes - kept, job.recipe)
    return Made(job, made | dict.fromkeys(kept, art.data))


def files(sizes: Mapping[str, int], made: Made) -> dict[str, bytes]:
    """Path → bytes of the icons that were asked for."""
    return {path: made.icons[size] for path, size in sizes.items()}


def sizes_text(sizes: Iterable[int]) -> str:
    """Sizes for people: "64 and 256 pixels", "16 to 256 pixels"."""
    found = sorted(set(sizes))
    if len(found) == 1:
        return tr("{n} pixels", n=found[0])
    if len(found) == 2:
        return tr("{small} and {large} pixels", small=found[0], large=found[1])
    return tr("{count} sizes from {small} to {large} pixels", count=len(found), small=found[0], large=found[-1])
