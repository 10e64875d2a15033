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

if TYPE_CHECKING:
    from PIL import Image

DESKTOP_SIZES = (16, 24, 32, 48, 64, 72, 256)
"""Sizes in pixels that DSM asks of desktop icons (developer guide, dsmuidir)."""

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "ICO", "TIFF")
_MAXIMUM_PIXELS = 50_000_000
_MAXIMUM_BYTES = 64 * 1024 * 1024
_MAXIMUM_SIZE = 1024
_PNG_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_OTHER_STARTS = (b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"\0\0\1\0", b"II*\0", b"MM\0*")
"""What the files of `_FORMATS` beside PNG start with."""
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
    """One icon file of the package itself. `size` is in pixels; `needed` means that the guide asks for it."""

    path: str
    size: int
    needed: bool


def package_icons(dsm_major: int) -> tuple[IconRole, ...]:
    """The package icons that a DSM version wants (spk-format 1.2): the small one is 64 pixels from DSM 7, else 72."""
    return (
        IconRole("PACKAGE_ICON.PNG", 64 if dsm_major >= 7 else 72, needed=True),
        IconRole("PACKAGE_ICON_256.PNG", 256, needed=dsm_major >= 6),
    )


def desktop_icon_paths(pattern: str) -> dict[int, str]:
    """Size in pixels → path, for the icon pattern of a desktop entry; a pattern without {0} is one file for all."""
    if "{0}" not in pattern:
        return {max(DESKTOP_SIZES): pattern}
    return {size: pattern.replace("{0}", str(size)) for size in DESKTOP_SIZES}


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


def make_sizes(data: bytes, sizes: Iterable[int], padding: float = 0.0) -> dict[int, bytes]:
    """Square PNG icons of the picture in `data`: size in pixels → bytes, the same bytes every time.

    The whole picture fits into the square, centred; what is left over is transparent. `padding` is the share of
    each side that stays free, 0.0 to 0.4. The rotation that a camera noted is applied, and all other metadata goes.
    Raises `UnreadableError` for what is no picture, is damaged or is too large.
    """
    from PIL import ImageOps

    wanted = sorted(set(sizes))
    if not all(1 <= size <= _MAXIMUM_SIZE for size in wanted) or not 0.0 <= padding <= 0.4:
        raise ValueError(f"sizes {wanted}, padding {padding}")
    with _open(data) as image, _damage_as_error():
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    return {size: _png(_fitted(upright, size, padding)) for size in wanted}


def _open(data: bytes) -> Image.Image:
    from PIL import Image, UnidentifiedImageError

    if len(data) > _MAXIMUM_BYTES:
        raise UnreadableError("The picture file is too large", f"{len(data)} bytes", "Choose one below 64 MB.")
    if re.match(rb"\s*(\xef\xbb\xbf)?\s*(<\?xml|<!--|<!DOCTYPE|<svg)", data[:200]) and b"<svg" in data[:4096]:
        advice = "Export it as PNG of at least 256 × 256 pixels first: package icons have to be PNG files."
        raise UnreadableError("SVG pictures cannot be turned into icons", "", advice)
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
    return "A" in image.getbands() or "transparency" in image.info


def _fitted(image: Image.Image, size: int, padding: float) -> Image.Image:
    from PIL import Image

    room = max(1, round(size * (1 - 2 * padding)))
    scale = room / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    scaled = _resized(image, width, height)
    if (width, height) == (size, size):
        return scaled
    square = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    square.paste(scaled, ((size - width) // 2, (size - height) // 2))
    return square


def _resized(image: Image.Image, width: int, height: int) -> Image.Image:
    """Scaled with premultiplied alpha, so that invisible colours do not bleed into the edges."""
    from PIL import Image

    if (width, height) == image.size:
        return image
    premultiplied = image.convert("RGBa")
    return premultiplied.resize((width, height), Image.Resampling.LANCZOS).convert("RGBA")


def _png(image: Image.Image) -> bytes:
    image.info.clear()
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()
