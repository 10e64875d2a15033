"""Tests of pictures without windows: what comes in, icons to make, screenshots and what is odd about them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from gui.editors.icons.making import Choices, Job, files, make, shown_sizes, sizes_text, wanted
from gui.editors.icons.presenter import IconsPresenter
from gui.editors.screenshots.presenter import ScreenshotsPresenter, Shot, largest_size, prepared, warnings_of
from gui.qt.picturesource import PictureSource, may_hold_picture, sources_of
from gui.services.document import Document
from gui.services.pictures import Thumbnail, clipboard_data, draw_svg, image_of, read_picture
from spkcore.base.errors import UnreadableError
from spkcore.base.tasks import quiet
from spkcore.package.entries import BytesContent, Entry, file_entry
from spkcore.package.icons import Picture, Pixels, Recipe, describe, load
from spkcore.package.project import Package
from tests.fakes.clock import FakeClock

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "ui_config"
INFO = b'package="x"\nos_min_ver="7.0-40000"\ndsmuidir="ui"\n'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="2" height="1"/></svg>'


def document(**entries: bytes) -> Document:
    made: dict[str, Entry] = {path.replace("__", "/"): file_entry(data) for path, data in entries.items()}
    return Document(Package.from_entries(Path("unsaved"), made), FakeClock())


def picture(width: int, height: int, fmt: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "#3080d0").save(stream, fmt)
    return stream.getvalue()


# ------------------------------------------------------------------------------------------ what comes in


def test_of_a_clipboard_the_real_picture_is_taken() -> None:
    mime = clipboard_data(picture(8, 8), QImage(4, 4, QImage.Format.Format_RGB32), "image/png")
    assert [source.data for source in sources_of(mime)] == [picture(8, 8)]
    assert may_hold_picture(mime)


def test_files_win_over_everything_else(tmp_path: Path) -> None:
    mime = clipboard_data(picture(8, 8), QImage(), "image/png", tmp_path / "a.png")
    assert [source.path for source in sources_of(mime)] == [tmp_path / "a.png"]


def test_what_holds_no_picture() -> None:
    mime = QMimeData()
    mime.setText("words")
    assert sources_of(mime) == []
    assert not may_hold_picture(mime)
    mime.setUrls([QUrl("https://example.com/a.png")])
    assert sources_of(mime) == []


def test_an_image_of_the_clipboard_is_read_as_png() -> None:
    image = QImage(5, 7, QImage.Format.Format_RGB32)
    image.fill(0)
    found = describe(read_picture(PictureSource("Clipboard", image=image)))
    assert (found.format, found.width, found.height) == ("PNG", 5, 7)


def test_drawings_keep_their_shape_and_are_large() -> None:
    found = describe(draw_svg(SVG))
    assert (found.width, found.height, found.has_alpha) == (1024, 512, True)
    assert describe(read_picture(PictureSource("a.svg", data=SVG))).width == 1024
    with pytest.raises(UnreadableError):
        draw_svg(b"<svg")


def test_files_that_are_missing_or_far_too_large(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        read_picture(PictureSource("x", tmp_path / "missing.png"))
    huge = tmp_path / "huge.png"
    with huge.open("wb") as stream:
        stream.truncate(65 * 1024 * 1024)
    with pytest.raises(UnreadableError, match="too large"):
        read_picture(PictureSource("x", huge))


def test_pixels_become_an_image() -> None:
    image = image_of(Pixels(2, 1, bytes((255, 0, 0, 255, 0, 0, 0, 0))))
    assert image.pixelColor(0, 0).red() == 255
    assert image.pixelColor(1, 0).alpha() == 0


# ------------------------------------------------------------------------------------------ icons


def test_targets_name_files_and_sizes() -> None:
    config = (
        b'{".url": {"a": {"title": "One", "icon": "images/a_{0}.png"},'
        b'"b": {"title": "Two", "icon": "images/a_{0}.png"},'
        b'"c": {"title": "Three", "icon": "c.png"}, "d": {"title": "Out", "icon": "../../d.png"}}}'
    )
    targets = IconsPresenter(document(INFO=INFO, package__ui__config=config)).targets(7)
    assert [target.title for target in targets] == ["Package Center", "One, Two", "Three"]
    assert targets[0].sizes == {"PACKAGE_ICON.PNG": 64, "PACKAGE_ICON_256.PNG": 256}
    assert targets[1].sizes["package/ui/images/a_48.png"] == 48
    assert targets[1].extra == {f"package/ui/images/a_{size}.png" for size in (96, 120, 128)}
    assert targets[2].sizes == {"package/ui/c.png": 256}


def test_wanted_and_shown_sizes() -> None:
    targets = IconsPresenter(document(INFO=INFO)).targets(6)
    assert wanted(targets, Choices(targets=frozenset({""}))) == {"PACKAGE_ICON.PNG": 72, "PACKAGE_ICON_256.PNG": 256}
    assert wanted(targets, Choices()) == {}
    assert shown_sizes(targets, Choices()) == {72, 256}


def test_only_an_unchanged_png_is_kept_byte_for_byte() -> None:
    art = load(picture(64, 64))
    plain = make(art, Job(Recipe(), frozenset({16, 64})), quiet())
    assert files({"a": 64, "b": 64}, plain) == {"a": art.data, "b": art.data}
    assert describe(plain.icons[16]).width == 16
    assert make(art, Job(Recipe(padding=0.1), frozenset({64})), quiet()).icons[64] != art.data


def test_sizes_in_words() -> None:
    assert sizes_text([64]) == "64 pixels"
    assert sizes_text([256, 64]) == "64 and 256 pixels"
    assert sizes_text([16, 256, 64]) == "3 sizes from 16 to 256 pixels"


@pytest.mark.parametrize("path", sorted(CORPUS.rglob("*")) if CORPUS.is_dir() else [], ids=lambda path: path.name)
def test_every_real_desktop_file_says_where_its_icons_go(path: Path) -> None:
    if not path.is_file():
        pytest.skip("a folder")
    data = path.read_bytes()
    made = document(INFO=INFO, package__ui__config=data)
    before = dict(made.entries)
    presenter = IconsPresenter(made)
    groups, targets = presenter.groups(), presenter.targets(7)
    assert len(groups) == len(targets)
    icons = {path: picture(size, size) for target in targets for path, size in target.sizes.items()}
    presenter.put_icons(icons, "make")
    assert made.content("package/ui/config") == data
    assert all(slot.is_present and not slot.note for group in presenter.groups() for slot in group.slots)
    made.stack.undo()
    assert dict(made.entries) == before


# ------------------------------------------------------------------------------------------ screenshots


def test_screenshots_keep_png_and_jpeg_and_convert_the_rest() -> None:
    sources = [PictureSource("x", data=picture(9, 9, kind)) for kind in ("PNG", "JPEG", "GIF")]
    found = prepared([*sources, PictureSource("x", data=SVG)], quiet())
    assert [suffix for suffix, _data in found] == [".png", ".jpg", ".png", ".png"]
    assert found[1][1] == picture(9, 9, "JPEG")
    assert describe(found[2][1]).format == "PNG"
    with pytest.raises(UnreadableError):
        prepared([], quiet())


@pytest.mark.parametrize(
    ("row", "to", "order", "place"),
    [(0, 3, "bca", 2), (2, 0, "cab", 0), (1, 1, "abc", 1), (1, 2, "abc", 1), (0, 99, "bca", 2), (0, 2, "bac", 1)],
)
def test_moving(row: int, to: int, order: str, place: int) -> None:
    made = document(**{f"screen_{number}.png": name.encode() for number, name in enumerate("abc", start=1)})
    presenter = ScreenshotsPresenter(made)
    assert presenter.move(row, to) == place
    assert "".join(shot.content.read().decode() for shot in presenter.shots()) == order
    assert made.stack.count() == (order != "abc")


def test_warnings_only_where_there_is_a_reason() -> None:
    shot = Shot("screen_1.png", BytesContent(b"x"))
    assert warnings_of(shot, None) == []
    assert warnings_of(shot, Thumbnail(Picture("PNG", 800, 600, has_alpha=False))) == []
    assert "WEBP" in warnings_of(shot, Thumbnail(Picture("WEBP", 800, 600, has_alpha=False)))[0]
    assert "small" in warnings_of(shot, Thumbnail(Picture("PNG", 10, 10, has_alpha=False)))[0]
    assert "1024 × 768" in warnings_of(shot, Thumbnail(Picture("PNG", 800, 900, has_alpha=False)))[0]
    assert warnings_of(shot, Thumbnail(problem="Damaged.")) == ["Damaged."]


def test_fitting_never_enlarges() -> None:
    assert largest_size(2048, 1000) == (1024, 500)
    assert largest_size(300, 200) == (300, 200)
    assert largest_size(1000, 7680) == (100, 768)
