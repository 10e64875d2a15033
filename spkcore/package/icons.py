"""Pictures for packages: what a picture is, which icon files a package has, and icons of all sizes from one picture.

The only module that imports Pillow, and only on first use.
"""

from __future__ import annotations

import contextlib
import io
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spkcore.base.errors import UnreadableError
from spkcore.base.reference import table

if TYPE_CHECKING:
    from PIL import Image

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "ICO", "TIFF")
_MAXIMUM_PIXELS = 50_000_000
_MAXIMUM_BYTES = 64 * 1024 * 1024
_MAXIMUM_SIZE = 1024
_PNG_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_OTHER_STARTS = (b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"\0\0\1\0", b"II*\0", b"MM\0*")
"""What the files of `_FORMATS` beside PNG start with."""
_SVG_START = re.compile(rb"\s*(\xef\xbb\xbf)?\s*(<\?xml|<!--|<!DOCTYPE|<svg)")
_LARGEST_BASE = 1024
"""Pixels of the picture that icons are scaled from: four times the largest icon."""
_JPEG_QUALITY = 92
_ALPHA_MODES = frozenset({"LA", "PA", "La", "RGBA", "RGBa"})
_COLOR_SPACES = {"RGB": "RGB", "RGBA": "RGB", "P": "RGB", "L": "GRAY", "LA": "GRAY", "CMYK": "CMYK"}
"""Mode of a picture → the colour space of the profiles that fit."""
_ADVICE = "Choose a PNG, JPEG, GIF, BMP, WebP, ICO or TIFF picture."


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture is: its format ("PNG"), its size in pixels as it is shown, and whether it can be transparent."""

    format: str
    width: int
    height: int
    has_alpha: bool

    @property
    def is_square(self) -> bool:
        """Whether it fits an icon without padding."""
        return self.width == self.height


@dataclass(frozen=True, slots=True)
class IconRole:
    """One icon file of the package itself. `size` is in pixels; `needed` means that the guide asks for it; `without`
    says what DSM does when it is missing."""

    path: str
    size: int
    needed: bool
    without: str = ""


Box = tuple[int, int, int, int]
"""Left, top, right and bottom of a part of a picture, in its pixels; right and bottom lie outside."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an icon is made of a picture. `padding` is the share of each side that stays free, 0.0 to 0.4; `rounding` the
    radius of the corners as a share of the side, 0.0 to 0.5. `background` is "#rrggbb", or "" for transparent; with one
    the whole icon gets round corners, else the picture. `cleared` is the colour that becomes transparent, with all that
    differ from it by at most `tolerance` (0.0 to 1.0 of the range of red, green and blue)."""

    crop: Box | None = None
    padding: float = 0.0
    rounding: float = 0.0
    background: str = ""
    cleared: str = ""
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture for the screen: four bytes for each pixel (red, green, blue, alpha), line by line from the top."""

    width: int
    height: int
    data: bytes


def package_icons(dsm_major: int) -> tuple[IconRole, ...]:
    """The package icons that a DSM version wants (spk-format 1.2): the small one is 64 pixels from DSM 7, else 72."""
    return tuple(role for role in all_package_icons(dsm_major) if role.path in _asked_for())


def all_package_icons(dsm_major: int) -> tuple[IconRole, ...]:
    """Every package icon that DSM knows, also those that nobody asks for."""
    return tuple(
        IconRole(row["path"], _size_for(row["sizes"], dsm_major), dsm_major >= row.get("needed", 99), row["without"])
        for row in table("icons")["package"]
    )


def desktop_sizes() -> tuple[int, ...]:
    """Sizes in pixels that DSM asks of desktop icons (developer guide, dsmuidir)."""
    return tuple(table("icons")["desktop"]["sizes"])


def extra_desktop_sizes() -> tuple[int, ...]:
    """Sizes in pixels that some packages bring as well."""
    return tuple(table("icons")["desktop"]["extra"])


def desktop_icon_paths(pattern: str, sizes: Iterable[int] = ()) -> dict[int, str]:
    """Size in pixels → path, for the icon pattern of a desktop entry; a pattern without {0} is one file for all.

    `sizes` replace those that DSM asks for.
    """
    wanted = tuple(sizes) or desktop_sizes()
    if "{0}" not in pattern:
        return {max(wanted): pattern}
    return {size: pattern.replace("{0}", str(size)) for size in wanted}


def _asked_for() -> frozenset[str]:
    return frozenset(row["path"] for row in table("icons")["package"] if "needed" in row)


def _size_for(sizes: list[list[int]], dsm_major: int) -> int:
    return next(size for since, size in reversed(sizes) if dsm_major >= since)


def png_size(head: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG by its first 24 bytes, without Pillow; None for everything else."""
    if not head.startswith(_PNG_START) or len(head) < 24:
        return None
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def looks_like_picture(head: bytes) -> bool:
    """Whether a file of these first bytes is probably a picture that `make_sizes` can read."""
    return png_size(head) is not None or head.startswith(_OTHER_STARTS)


def describe(data: bytes) -> Picture:
    """What the picture in `data` is, without decoding its pixels. Raises `UnreadableError`."""
    with _open(data) as image, _damage_as_error():
        width, height = image.size
        if _is_turned(image):
            width, height = height, width
        return Picture(image.format or "", width, height, _has_alpha(image))


def looks_like_svg(data: bytes) -> bool:
    """Whether this is an SVG drawing, which has to be drawn as a PNG before icons are made of it."""
    return bool(_SVG_START.match(data[:200])) and b"<svg" in data[:4096]


def make_sizes(data: bytes, sizes: Iterable[int], padding: float = 0.0) -> dict[int, bytes]:
    """Square PNG icons of the picture in `data`: size in pixels → bytes, the same bytes every time.

    The whole picture fits into the square, centred; what is left over is transparent. `padding` is the share of
    each side that stays free, 0.0 to 0.4. The rotation that a camera noted is applied, and all other metadata goes.
    Raises `UnreadableError` for what is no picture, is damaged or is too large.
    """
    return load(data).make_icons(sizes, Recipe(padding=padding))


def load(data: bytes) -> Artwork:
    """Decode a picture, upright, in sRGB and with 8 bits for each colour; of an animation the first frame.

    Raises `UnreadableError` for what is no picture, is damaged or is too large.
    """
    from PIL import ImageOps

    with _open(data) as image, _damage_as_error():
        alpha, kind, profile = _has_alpha(image), image.format or "", image.info.get("icc_profile")
        ImageOps.exif_transpose(image, in_place=True)  # a copy of a photo is hundreds of megabytes
        upright = _with_alpha(_in_colors_of_screens(image, profile) if profile else image)
        return Artwork(Picture(kind, *upright.size, alpha), data, upright)


class Artwork:
    """A decoded picture that icons, thumbnails and edited pictures are made of. Not for two threads at once."""

    def __init__(self, picture: Picture, data: bytes, image: Image.Image) -> None:
        self.picture = picture
        self.data = data
        self._image = image
        self._prepared: tuple[object, Image.Image] = (None, image)

    def make_icons(self, sizes: Iterable[int], recipe: Recipe) -> dict[int, bytes]:
        """Square PNG icons: size in pixels → bytes. Raises `ValueError` for impossible sizes and recipes."""
        wanted = sorted(set(sizes))
        if not all(1 <= size <= _MAXIMUM_SIZE for size in wanted) or not 0.0 <= recipe.padding <= 0.4:
            raise ValueError(f"sizes {wanted}, {recipe}")
        base = self._base(recipe)
        return {size: _png(_composed(base, size, recipe)) for size in wanted}

    def fits(self, size: int) -> bool:
        """Whether the file itself is an icon of this size, to be kept byte for byte."""
        return self.picture.format == "PNG" and (self.picture.width, self.picture.height) == (size, size)

    def color_at(self, x: int, y: int) -> str:
        """The colour of a pixel as "#rrggbb"; places outside mean the nearest pixel."""
        place = (min(max(x, 0), self.picture.width - 1), min(max(y, 0), self.picture.height - 1))
        red, green, blue = self._image.crop((*place, place[0] + 1, place[1] + 1)).convert("RGB").tobytes()
        return f"#{red:02x}{green:02x}{blue:02x}"

    def pixels(self, largest: int) -> Pixels:
        """The picture for the screen, scaled down to at most `largest` pixels on its longer side."""
        scale = min(1.0, largest / max(self._image.size))
        width, height = (max(1, round(side * scale)) for side in self._image.size)
        return Pixels(width, height, _resized(self._image, width, height).tobytes())

    def edited(self, crop: Box | None, size: tuple[int, int] | None) -> bytes:
        """The part `crop` scaled to `size`; a JPEG stays one, everything else becomes a PNG."""
        image = self._image.crop(crop) if crop else self._image
        image = _resized(image, *size) if size else image
        if self.picture.format == "JPEG":
            stream = io.BytesIO()
            image.convert("RGB").save(stream, "JPEG", quality=_JPEG_QUALITY)
            return stream.getvalue()
        return _png(image if self.picture.has_alpha else image.convert("RGB"))

    def _base(self, recipe: Recipe) -> Image.Image:
        """What all sizes are made of; kept, because people move one slider after the other."""
        key = (recipe.crop, recipe.cleared, recipe.tolerance)
        if self._prepared[0] != key:
            image = self._image.crop(recipe.crop) if recipe.crop else self._image
            scale = min(1.0, _LARGEST_BASE / max(image.size))
            image = _resized(image, *(max(1, round(side * scale)) for side in image.size))
            if recipe.cleared:
                image = _cleared(image, recipe.cleared, recipe.tolerance)
            self._prepared = (key, image)
        return self._prepared[1]


def _open(data: bytes) -> Image.Image:
    from PIL import Image, UnidentifiedImageError

    if len(data) > _MAXIMUM_BYTES:
        raise UnreadableError("The picture file is too large", f"{len(data)} bytes", "Choose one below 64 MB.")
    if looks_like_svg(data):
        advice = "Export it as PNG of at least 256 × 256 pixels first: package icons have to be PNG files."
        raise UnreadableError("SVG pictures cannot be turned into icons", "", advice)
    width, height = png_size(data[:24]) or (0, 0)
    if width * height > _MAXIMUM_PIXELS:  # known before Pillow says so without telling the size
        raise _too_large(f"{width} × {height} pixels")
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise UnreadableError("This is not a picture that can be read", "", _ADVICE) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large("") from error
    width, height = image.size
    if width * height > _MAXIMUM_PIXELS:
        raise _too_large(f"{width} × {height} pixels")
    return image


@contextlib.contextmanager
def _damage_as_error() -> Iterator[None]:
    """What Pillow raises on damaged pixels or metadata, as an `UnreadableError`."""
    try:
        yield
    except (OSError, ValueError, SyntaxError, EOFError, LookupError, struct.error) as error:
        raise UnreadableError("The picture is damaged", str(error), "Save it again and retry.") from error


def _too_large(where: str) -> UnreadableError:
    return UnreadableError("The picture is too large", where, "Scale it down to at most 50 million pixels.")


def _is_turned(image: Image.Image) -> bool:
    """Whether the camera noted a quarter turn (EXIF tag 0x0112, values 5 to 8)."""
    return image.getexif().get(0x0112, 1) in {5, 6, 7, 8}


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in _ALPHA_MODES or "transparency" in image.info


def _in_colors_of_screens(image: Image.Image, profile: bytes) -> Image.Image:
    """With the colours of the profile turned into sRGB, which browsers take icons for; a profile that does not fit, or
    is damaged, changes nothing."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if _COLOR_SPACES.get(image.mode) != space or ImageCms.getProfileDescription(source).startswith("sRGB"):
            return image
        alpha = image.convert("RGBA").getchannel("A") if _has_alpha(image) else None
        colors = image.convert({"GRAY": "L"}.get(space, space))
        target = ImageCms.createProfile("sRGB")
        turned = ImageCms.profileToProfile(colors, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    if turned is not None and alpha is not None:
        turned.putalpha(alpha)
    return turned or image


def _with_alpha(image: Image.Image) -> Image.Image:
    """As red, green, blue and alpha of 8 bits. Pillow clips greys of 16 bits instead of scaling them."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(_scale_16_bits).convert("L")
    return image.convert("RGB").convert("RGBA") if image.mode == "CMYK" else image.convert("RGBA")


def _scale_16_bits(value: float) -> float:
    return value * (1 / 257)


def _composed(base: Image.Image, size: int, recipe: Recipe) -> Image.Image:
    from PIL import Image, ImageChops

    room = max(1, round(size * (1 - 2 * recipe.padding)))
    scale = room / max(base.size)
    width, height = (max(1, round(side * scale)) for side in base.size)
    left, top = (size - width) // 2, (size - height) // 2
    square = Image.new("RGBA", (size, size), recipe.background or (0, 0, 0, 0))
    scaled = _resized(base, width, height)
    if recipe.background:
        square.alpha_composite(scaled, (left, top))
    else:
        square.paste(scaled, (left, top))
    if recipe.rounding:
        shape = (0, 0, size, size) if recipe.background else (left, top, left + width, top + height)
        square.putalpha(ImageChops.multiply(square.getchannel("A"), _rounded(size, shape, recipe.rounding)))
    return square


def _rounded(size: int, shape: Box, rounding: float) -> Image.Image:
    """A mask with round corners, drawn large and scaled down for smooth edges."""
    from PIL import Image, ImageDraw

    factor = 4
    mask = Image.new("L", (size * factor, size * factor), 0)
    left, top, right, bottom = (side * factor for side in shape)
    radius = rounding * min(right - left, bottom - top)
    ImageDraw.Draw(mask).rounded_rectangle((left, top, right - 1, bottom - 1), radius, fill=255)
    return mask.resize((size, size), Image.Resampling.BOX)


def _cleared(image: Image.Image, color: str, tolerance: float) -> Image.Image:
    """With this colour transparent; colours a little further away become half transparent, for smooth edges."""
    from PIL import Image, ImageChops

    bands = ImageChops.difference(image.convert("RGB"), Image.new("RGB", image.size, color)).split()
    distance = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    limit = round(255 * tolerance)
    soft = min(limit, 32)
    opacity = [min(255, max(0, (value - limit) * 255 // (soft + 1))) for value in range(256)]
    result = image.copy()
    result.putalpha(ImageChops.multiply(image.getchannel("A"), distance.point(opacity)))
    return result


def _resized(image: Image.Image, width: int, height: int) -> Image.Image:
    """Scaled with premultiplied alpha, so that invisible colours do not bleed into the edges."""
    from PIL import Image

    if (width, height) == image.size:
        return image
    premultiplied = image.convert("RGBa")
    return premultiplied.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0).convert("RGBA")


def _png(image: Image.Image) -> bytes:
    image.info.clear()
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()
