"""Tests of icons: description, sizes, determinism and hostile input."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms

from spkcore.base.errors import UnreadableError
from spkcore.package import icons


def picture(mode: str = "RGBA", size: tuple[int, int] = (300, 100), fmt: str = "PNG", color: Any = None) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, color or 0).save(stream, fmt)
    return stream.getvalue()


def decoded(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize(
    ("mode", "fmt", "alpha"),
    [("RGBA", "PNG", True), ("RGB", "JPEG", False), ("P", "GIF", False), ("LA", "PNG", True), ("RGB", "BMP", False)],
)
def test_describe_tells_format_size_and_transparency(mode: str, fmt: str, alpha: bool) -> None:
    assert icons.describe(picture(mode, fmt=fmt)) == icons.Picture(fmt, 300, 100, alpha)


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "P", "LA", "L", "1", "I;16"])
def test_all_sizes_are_square_png_with_alpha(mode: str) -> None:
    made = icons.make_sizes(picture(mode), icons.desktop_sizes())
    assert set(made) == set(icons.desktop_sizes())
    for size, data in made.items():
        assert icons.describe(data) == icons.Picture("PNG", size, size, True)


def test_a_wide_picture_is_centred_on_transparency() -> None:
    image = decoded(icons.make_sizes(picture(size=(300, 100), color=(255, 0, 0, 255)), [64])[64])
    assert image.getpixel((32, 32)) == (255, 0, 0, 255)
    assert image.getpixel((32, 2)) == (0, 0, 0, 0)
    assert image.getpixel((32, 61)) == (0, 0, 0, 0)


def test_padding_keeps_the_border_free() -> None:
    image = decoded(icons.make_sizes(picture(size=(64, 64), color=(0, 0, 255, 255)), [64], padding=0.25)[64])
    assert image.getbbox() == (16, 16, 48, 48)


def test_hidden_colours_do_not_bleed_into_edges() -> None:
    source = Image.new("RGBA", (128, 128), (0, 255, 0, 0))
    source.paste((255, 0, 0, 255), (0, 0, 63, 128))
    stream = io.BytesIO()
    source.save(stream, "PNG")
    image = decoded(icons.make_sizes(stream.getvalue(), [16])[16])
    visible = [image.getpixel((x, 8)) for x in range(16)]
    assert all(pixel[1] < 8 for pixel in visible if isinstance(pixel, tuple) and pixel[3] > 8)


def test_the_rotation_of_the_camera_is_applied() -> None:
    source = Image.new("RGB", (80, 40), (255, 0, 0))
    source.paste((0, 0, 255), (40, 0, 80, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise
    stream = io.BytesIO()
    source.save(stream, "JPEG", exif=exif, quality=95)
    assert icons.describe(stream.getvalue()).width == 40
    image = decoded(icons.make_sizes(stream.getvalue(), [80])[80])
    top, bottom = image.getpixel((40, 10)), image.getpixel((40, 70))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > top[2]
    assert bottom[2] > 200 > bottom[0]


def test_the_same_picture_gives_the_same_bytes_without_metadata() -> None:
    stream = io.BytesIO()
    Image.effect_noise((100, 100), 40).save(stream, "PNG", dpi=(300, 300))
    first, second = (icons.make_sizes(stream.getvalue(), [64])[64] for _ in range(2))
    assert first == second
    assert b"pHYs" not in first


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n", b"BM" + bytes(20), b"GIF89a"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        icons.make_sizes(data, [64])


def test_svg_gets_its_own_advice() -> None:
    with pytest.raises(UnreadableError) as caught:
        icons.describe(b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>')
    assert "PNG" in caught.value.what_to_do


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize("side", [8_000, 10_000, 14_000, 60_000])
def test_decompression_bombs_are_refused_before_decoding(side: int) -> None:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    with pytest.raises(UnreadableError, match="too large"):
        icons.describe(bomb)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow warns of the damage before it raises
@pytest.mark.parametrize("fmt", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "ICO", "TIFF"])
def test_damage_ends_in_an_error_for_people(fmt: str) -> None:
    chance = random.Random(7)
    whole = picture("RGB", (40, 40), fmt)
    for _ in range(60):
        damaged = bytearray(whole[: chance.randrange(1, len(whole) + 1)])
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        try:
            icons.describe(bytes(damaged))
            icons.make_sizes(bytes(damaged), [16])
        except UnreadableError:
            continue


def test_icon_roles_by_dsm() -> None:
    assert [(role.size, role.needed) for role in icons.package_icons(7)] == [(64, True), (256, True)]
    assert [(role.size, role.needed) for role in icons.package_icons(6)] == [(72, True), (256, True)]
    assert [(role.size, role.needed) for role in icons.package_icons(5)] == [(72, True), (256, False)]


def test_desktop_icon_paths() -> None:
    paths = icons.desktop_icon_paths("images/app_{0}.png")
    assert paths[48] == "images/app_48.png"
    assert len(paths) == 7
    assert icons.desktop_icon_paths("app.png") == {256: "app.png"}


def test_pillow_is_loaded_on_first_use_only() -> None:
    code = "import sys, spkcore.package.icons; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---------------------------------------------------------------------------------------------- recipes


def test_the_crop_is_all_that_is_used() -> None:
    source = Image.new("RGB", (100, 60), (255, 0, 0))
    source.paste((0, 0, 255), (40, 10, 60, 30))
    art = icons.load(encoded(source))
    image = decoded(art.make_icons([20], icons.Recipe(crop=(40, 10, 60, 30)))[20])
    assert image.getcolors() == [(400, (0, 0, 255, 255))]


def test_a_background_fills_what_the_picture_leaves_free() -> None:
    image = decoded(
        icons.load(picture(color=(255, 0, 0, 255))).make_icons([64], icons.Recipe(background="#102030"))[64]
    )
    assert image.getpixel((2, 2)) == (0x10, 0x20, 0x30, 255)
    assert image.getpixel((32, 32)) == (255, 0, 0, 255)


def test_round_corners_cut_the_icon_with_a_background_and_the_picture_without() -> None:
    art = icons.load(picture(size=(64, 64), color=(255, 0, 0, 255)))
    whole = decoded(art.make_icons([64], icons.Recipe(padding=0.25, rounding=0.5, background="#ffffff"))[64])
    assert alpha_at(whole, 0, 0) == 0
    assert alpha_at(whole, 32, 1) == 255
    inner = decoded(art.make_icons([64], icons.Recipe(padding=0.25, rounding=0.5))[64])
    assert alpha_at(inner, 17, 17) == 0
    assert alpha_at(inner, 32, 17) > 200
    assert alpha_at(inner, 32, 8) == 0


def test_a_colour_becomes_transparent_with_those_like_it() -> None:
    source = Image.new("RGB", (30, 10), (255, 255, 255))
    source.paste((240, 250, 245), (10, 0, 20, 10))
    source.paste((200, 0, 0), (20, 0, 30, 10))
    art = icons.load(encoded(source))
    exact = decoded(art.make_icons([30], icons.Recipe(cleared="#ffffff"))[30])
    assert [alpha_at(exact, x, 15) for x in (5, 15, 25)] == [0, 255, 255]
    loose = decoded(art.make_icons([30], icons.Recipe(cleared="#ffffff", tolerance=0.1))[30])
    assert [alpha_at(loose, x, 15) for x in (5, 15, 25)] == [0, 0, 255]


def test_the_colour_under_a_place() -> None:
    source = Image.new("RGB", (4, 4), (1, 2, 3))
    source.putpixel((0, 0), (255, 0, 128))
    art = icons.load(encoded(source))
    assert art.color_at(0, 0) == "#ff0080"
    assert art.color_at(-5, 99) == "#010203"


def test_greys_of_16_bits_are_scaled_and_not_clipped() -> None:
    source = Image.new("I;16", (8, 8), 0x8000)
    art = icons.load(encoded(source))
    assert art.color_at(3, 3) in {"#7f7f7f", "#808080"}


def test_a_print_picture_of_four_inks() -> None:
    source = Image.new("CMYK", (40, 20), (0, 255, 255, 0))
    art = icons.load(encoded(source, "JPEG"))
    red = art.color_at(5, 5)
    assert int(red[1:3], 16) > 200
    assert int(red[3:5], 16) < 60
    assert icons.describe(art.make_icons([16], icons.Recipe())[16]).width == 16


def swapping_profile() -> bytes:
    """The sRGB profile with the primaries of red and green exchanged, under another name."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", profile, 128)[0]
    places = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 136 + 12 * n for n in range(count)}
    red, green = places[b"rXYZ"], places[b"gXYZ"]
    profile[red : red + 8], profile[green : green + 8] = profile[green : green + 8], profile[red : red + 8]
    start, size = struct.unpack_from(">II", profile, places[b"desc"])
    name = bytes(profile[start : start + size])
    profile[start : start + size] = name.replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be"))
    return bytes(profile)


@pytest.mark.parametrize(("mode", "fmt"), [("RGB", "PNG"), ("RGB", "JPEG"), ("RGBA", "PNG")])
def test_the_colours_of_a_profile_are_turned_into_those_of_screens(mode: str, fmt: str) -> None:
    stream = io.BytesIO()
    Image.new(mode, (32, 32), (255, 0, 0, 128)[: len(mode)]).save(stream, fmt, icc_profile=swapping_profile())
    art = icons.load(stream.getvalue())
    icon = decoded(art.make_icons([32], icons.Recipe())[32]).convert("RGBA")
    red, green, blue, alpha = pixel(icon, 16, 16)
    assert red < 8
    assert green > 247
    assert blue < 8
    assert alpha == (128 if mode == "RGBA" else 255)
    edited = decoded(art.edited(None, None))
    assert "icc_profile" not in edited.info
    assert edited.mode == mode
    assert pixel(edited.convert("RGBA"), 16, 16)[1] > 240


@pytest.mark.parametrize("profile", [b"broken", b""])
def test_a_damaged_profile_changes_nothing(profile: bytes) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), (255, 0, 0)).save(stream, "PNG", icc_profile=profile)
    assert icons.load(stream.getvalue()).color_at(4, 4) == "#ff0000"


def test_the_profile_of_greys_does_not_fit_colours() -> None:
    stream = io.BytesIO()
    Image.new("L", (8, 8), 100).save(stream, "PNG", icc_profile=swapping_profile())
    assert icons.load(stream.getvalue()).color_at(4, 4) == "#646464"


def test_of_an_animation_the_first_frame_counts() -> None:
    frames = [Image.new("RGB", (10, 10), color) for color in ("#ff0000", "#00ff00")]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], duration=100)
    assert icons.load(stream.getvalue()).color_at(5, 5) == "#ff0000"


def test_a_png_that_fits_is_known() -> None:
    assert icons.load(picture(size=(64, 64))).fits(64)
    assert not icons.load(picture(size=(64, 63))).fits(64)
    assert not icons.load(picture("RGB", (64, 64), "BMP")).fits(64)


def test_pixels_for_the_screen_are_small_and_upright() -> None:
    shown = icons.load(picture("RGB", (300, 100), "JPEG")).pixels(60)
    assert (shown.width, shown.height, len(shown.data)) == (60, 20, 60 * 20 * 4)
    assert icons.load(picture()).pixels(9999).width == 300


@pytest.mark.parametrize(("fmt", "kept"), [("PNG", "PNG"), ("JPEG", "JPEG"), ("BMP", "PNG")])
def test_an_edited_picture_keeps_its_format(fmt: str, kept: str) -> None:
    made = icons.load(picture("RGB", (300, 100), fmt)).edited((50, 0, 250, 100), (100, 50))
    assert icons.describe(made) == icons.Picture(kept, 100, 50, False)


@pytest.mark.parametrize("recipe", [icons.Recipe(padding=0.5), icons.Recipe(padding=-1)])
def test_impossible_recipes_are_a_bug(recipe: icons.Recipe) -> None:
    with pytest.raises(ValueError, match="padding"):
        icons.load(picture()).make_icons([16], recipe)


def test_what_dsm_does_without_an_icon_is_known_of_each() -> None:
    assert all(role.without for role in icons.all_package_icons(7))
    assert [role.path for role in icons.all_package_icons(6)][-1] == "PACKAGE_ICON_120.PNG"


def encoded(image: Image.Image, fmt: str = "PNG") -> bytes:
    stream = io.BytesIO()
    image.save(stream, fmt)
    return stream.getvalue()


def alpha_at(image: Image.Image, x: int, y: int) -> int:
    pixel = image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return int(pixel[3])


def pixel(image: Image.Image, x: int, y: int) -> tuple[int, int, int, int]:
    red, green, blue, alpha = image.crop((x, y, x + 1, y + 1)).tobytes()
    return red, green, blue, alpha
