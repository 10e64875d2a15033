"""Draws the icons of the starter packages with Pillow; run it again after changing a drawing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

HERE = Path(__file__).resolve().parent
UNIT = 4
"""Drawings use a 256 x 256 grid and are made this much larger, then scaled down."""

INK = (255, 255, 255, 255)
SOFT = (255, 255, 255, 150)


def canvas(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    """A rounded tile that runs from `top` to `bottom`."""
    side = 256 * UNIT
    column = Image.new("RGBA", (1, side))
    for y in range(side):
        share = y / (side - 1)
        mixed = [round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True)]
        column.putpixel((0, y), (*mixed, 255))
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).rounded_rectangle(scaled(12, 12, 244, 244), 52 * UNIT, fill=255)
    tile = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    tile.paste(column.resize((side, side)), mask=mask)
    return tile


def scaled(*numbers: float) -> list[float]:
    return [number * UNIT for number in numbers]


def points(*pairs: tuple[float, float]) -> list[tuple[float, float]]:
    return [(x * UNIT, y * UNIT) for x, y in pairs]


def stroke(
    pen: ImageDraw.ImageDraw, *pairs: tuple[float, float], width: float = 13, fill: tuple[int, ...] = INK
) -> None:
    """A line with round joints and ends."""
    pen.line(points(*pairs), fill=fill, width=round(width * UNIT), joint="curve")
    for x, y in pairs:
        pen.ellipse(scaled(x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=fill)


def package(pen: ImageDraw.ImageDraw) -> None:
    """A parcel seen from a corner."""
    pen.polygon(points((128, 58), (196, 92), (128, 126), (60, 92)), fill=INK)
    pen.polygon(points((54, 104), (121, 138), (121, 206), (54, 172)), fill=(255, 255, 255, 205))
    pen.polygon(points((202, 104), (135, 138), (135, 206), (202, 172)), fill=(255, 255, 255, 165))


def service(pen: ImageDraw.ImageDraw) -> None:
    """Two shelves of a server with their lights."""
    for y, light in ((66, (134, 239, 172, 255)), (136, (134, 239, 172, 255))):
        pen.rounded_rectangle(scaled(52, y, 204, y + 54), 14 * UNIT, fill=INK)
        pen.ellipse(scaled(70, y + 19, 86, y + 35), fill=(16, 122, 87, 255))
        stroke(pen, (122, y + 27), (184, y + 27), width=10, fill=(16, 122, 87, 110))
        pen.ellipse(scaled(74, y + 23, 82, y + 31), fill=light)


def web(pen: ImageDraw.ImageDraw) -> None:
    """A browser window with a page."""
    pen.rounded_rectangle(scaled(46, 62, 210, 194), 18 * UNIT, fill=INK)
    pen.rectangle(scaled(46, 96, 210, 102), fill=(124, 58, 237, 90))
    for x, colour in ((68, (244, 114, 182, 255)), (90, (167, 139, 250, 255)), (112, (96, 165, 250, 255))):
        pen.ellipse(scaled(x - 7, 73, x + 7, 87), fill=colour)
    pen.rounded_rectangle(scaled(64, 118, 120, 176), 8 * UNIT, fill=(124, 58, 237, 130))
    for y, right in ((125, 190), (147, 190), (169, 168)):
        stroke(pen, (140, y), (right, y), width=11, fill=(124, 58, 237, 90))


def tracer(pen: ImageDraw.ImageDraw) -> None:
    """Lines of a log under a magnifying glass."""
    for y, right in ((76, 186), (106, 116), (136, 104), (166, 116)):
        stroke(pen, (62, y), (right, y), fill=SOFT)
    pen.ellipse(scaled(110, 92, 182, 164), fill=(194, 65, 12, 255), outline=INK, width=14 * UNIT)
    stroke(pen, (176, 158), (202, 186), width=20)


def site(pen: ImageDraw.ImageDraw) -> None:
    """A globe with its circles."""
    line = 12 * UNIT
    pen.ellipse(scaled(56, 56, 200, 200), outline=INK, width=line)
    pen.ellipse(scaled(98, 56, 158, 200), outline=INK, width=line)
    stroke(pen, (66, 104), (190, 104), width=10)
    stroke(pen, (66, 152), (190, 152), width=10)


def containers(pen: ImageDraw.ImageDraw) -> None:
    """Stacked containers on the water."""
    for x, y in ((58, 116), (108, 116), (158, 116), (108, 68)):
        pen.rounded_rectangle(scaled(x, y, x + 42, y + 40), 6 * UNIT, fill=INK)
        for offset in (13, 21, 29):
            stroke(pen, (x + offset, y + 11), (x + offset, y + 29), width=4, fill=(8, 100, 145, 150))
    stroke(pen, (50, 178), (76, 190), (102, 178), (128, 190), (154, 178), (180, 190), (206, 178), width=12, fill=SOFT)


def terminal(pen: ImageDraw.ImageDraw) -> None:
    """The prompt of a terminal."""
    pen.rounded_rectangle(scaled(46, 62, 210, 194), 18 * UNIT, outline=INK, width=12 * UNIT)
    stroke(pen, (78, 102), (106, 128), (78, 154), width=14)
    stroke(pen, (122, 158), (176, 158), width=14)


def save(tile: Image.Image, side: int, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    tile.resize((side, side), Image.Resampling.LANCZOS).save(path, "PNG", optimize=True)


def draw(
    top: tuple[int, int, int], bottom: tuple[int, int, int], figure: Callable[[ImageDraw.ImageDraw], None]
) -> Image.Image:
    tile = canvas(top, bottom)
    layer = Image.new("RGBA", tile.size, (0, 0, 0, 0))
    figure(ImageDraw.Draw(layer))
    return Image.alpha_composite(tile, layer)


def main() -> None:
    blue = draw((56, 152, 236), (29, 98, 190), package)
    tracer_tile = draw((251, 146, 60), (220, 78, 20), tracer)
    tiles = {
        "minimal-dsm7": (blue, 64),
        "minimal-dsm6": (blue, 72),
        "service": (draw((45, 190, 140), (13, 128, 98), service), 64),
        "web-application": (draw((150, 98, 246), (98, 50, 210), web), 64),
        "web-site": (draw((72, 120, 246), (38, 66, 190), site), 64),
        "docker-project": (draw((34, 178, 214), (8, 112, 160), containers), 64),
        "command-line": (draw((92, 104, 122), (42, 50, 66), terminal), 64),
        "spk-tracer": (tracer_tile, 64),
        "spk-tracer-dsm6": (tracer_tile, 72),
    }
    for template, (tile, side) in tiles.items():
        files = HERE / template / "files"
        save(tile, side, files / "PACKAGE_ICON.PNG")
        if side == 64:  # the templates for DSM 6 inherit the large icon
            save(tile, 256, files / "PACKAGE_ICON_256.PNG")
    for template in ("service", "web-application", "web-site", "docker-project", "spk-tracer"):
        for side in (16, 24, 32, 48, 64, 72, 256):
            save(tiles[template][0], side, HERE / f"{template}/files/package/ui/images/icon_{side}.png")


if __name__ == "__main__":
    main()
