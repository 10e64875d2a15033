"""Tests of the check that drawings pass before they are drawn."""

from __future__ import annotations

import base64

import pytest

from spkcore.base.errors import UnreadableError
from spkcore.package.drawings import require_harmless

_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
_PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(60)).decode()


def _svg(inner: str) -> bytes:
    return f"{_HEAD}{inner}</svg>".encode()


@pytest.mark.parametrize(
    "inner",
    [
        '<rect id="a" width="9" height="9"/><use xlink:href="#a"/>',
        f'<image xlink:href="data:image/png;base64,{_PNG}"/>',
        f'<image href="data:image/png;base64,\n  {_PNG}"/>',
        '<a href="https://example.com/"><rect width="1" height="1"/></a>',
        '<linearGradient id="g"><stop/></linearGradient>' + '<path fill="url(#g)" d="M0 0"/>' * 3000,
        '<g id="a"><use href="#a"/></g>',
    ],
)
def test_ordinary_drawings_pass(inner: str) -> None:
    require_harmless(_svg(inner))


@pytest.mark.parametrize(
    "link",
    [
        "photo.png",
        "/etc/photo.png",
        "file:///C:/photo.png",
        r"\\server\share\photo.png",
        "//server/share/photo.png",
        "http://example.com/photo.png",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/png;base64," + base64.b64encode(b"<svg><image href='x'/></svg>").decode(),
        "data:image/png;base64," + base64.b64encode(b"\x1f\x8b\x08" + bytes(30)).decode(),
    ],
)
@pytest.mark.parametrize("key", ["href", "xlink:href"])
def test_what_reads_other_files_is_refused(link: str, key: str) -> None:
    with pytest.raises(UnreadableError, match="not part of it") as caught:
        require_harmless(_svg(f'<image {key}="{link}" width="9" height="9"/>'))
    assert caught.value.where == link[:200]


@pytest.mark.parametrize("step", ['<use href="#g{}"/>', '<rect fill="url(#g{})"/>', '<rect style="mask: url(#g{})"/>'])
def test_drawings_that_multiply_are_refused(step: str) -> None:
    groups = "".join(f'<g id="g{level}">{step.format(level - 1) * 10}</g>' for level in range(1, 9))
    with pytest.raises(UnreadableError, match="too often"):
        require_harmless(_svg(f'<rect id="g0"/>{groups}<use href="#g8"/>'))


def test_long_chains_are_refused() -> None:
    chain = "".join(f'<g id="g{level}"><use href="#g{level + 1}"/></g>' for level in range(3000))
    with pytest.raises(UnreadableError, match="too often"):
        require_harmless(_svg(chain))


@pytest.mark.parametrize("data", [b"<svg", b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&y;</svg>'])
def test_what_is_no_xml_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="damaged"):
        require_harmless(data)
