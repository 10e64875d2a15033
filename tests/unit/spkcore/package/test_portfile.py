"""Tests for port files: reading with places, edits that leave the rest alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkcore.base.errors import UsageError
from spkcore.package.portfile import PortFile, is_guide_name, parse_ports, repaired_ports

TEXT = b"; ports\r\n[web]\r\ntitle='It''s'\r\n  dst.ports = 80/tcp\r\n\r\n[dns]\r\ndst.ports=\"53\" ; both"


def test_reading() -> None:
    services = PortFile.parse(TEXT).services()
    assert [(service.name, service.values) for service in services] == [
        ("web", {"title": "It", "dst.ports": "80/tcp"}),
        ("dns", {"dst.ports": "53"}),
    ]
    assert [(service.place.line, service.places["dst.ports"].column) for service in services] == [(2, 15), (6, 12)]
    assert str(services[1].ports) == "53"
    assert services[0].ports is not None
    assert 80 in services[0].ports
    assert 81 not in services[0].ports


@given(st.binary(max_size=200) | st.text("[]=\"'; \r\nab./,0", max_size=60).map(str.encode))
def test_every_file_survives(data: bytes) -> None:
    found = PortFile.parse(data)
    assert found.to_bytes() == data
    found.flaws()


@pytest.mark.parametrize(
    ("text", "read", "repaired"),
    [
        ("6000,7000:8000/tcp,udp", "6000,7000:8000", "6000,7000:8000/tcp,udp"),
        ("53/udp,53/tcp", "", "53/tcp,udp"),
        ("8080 / tcp", "", "8080/tcp"),
        ("8080-8090/TCP", "", "8080:8090/tcp"),
        ("1/tcp,2/tcp", "", "1,2/tcp"),
        ("1/tcp,2/udp", "", ""),
        ("0/tcp", "", ""),
        ("65536", "", ""),
        ("9:8", "", ""),
        ("80/tcp,tcp", "", "80/tcp"),
        ("80/sctp", "", ""),
        ("", "", ""),
    ],
)
def test_port_lists(text: str, read: str, repaired: str) -> None:
    ports = parse_ports(text)
    assert (str(ports) if ports else "") == read
    assert repaired_ports(text) == repaired


def test_edits_change_one_line() -> None:
    found = PortFile.parse(TEXT)
    assert found.set("web", "dst.ports", "8080/tcp").to_bytes() == TEXT.replace(b"80/tcp", b'"8080/tcp"')
    assert found.set("dns", "dst.ports", "5353").to_bytes() == TEXT.replace(b'"53"', b'"5353"')
    assert found.set("web", "dst.ports", "80/tcp") is found
    assert found.rename("dns", "my.dns").to_bytes() == TEXT.replace(b"[dns]", b"[my.dns]")


def test_new_keys_go_to_the_end_of_their_section() -> None:
    found = PortFile.parse(TEXT)
    assert found.set("web", "desc", "x").to_bytes() == TEXT.replace(b"/tcp\r\n", b'/tcp\r\ndesc="x"\r\n')
    assert found.set("dns", "desc", "x").to_bytes() == TEXT + b'\r\ndesc="x"'


def test_refusals() -> None:
    found = PortFile.parse(TEXT)
    with pytest.raises(UsageError):
        found.set("none", "desc", "x")
    with pytest.raises(UsageError):
        found.set("web", "desc", 'a "b"')
    with pytest.raises(UsageError):
        found.rename("web", "dns")


def test_names_of_the_guide() -> None:
    assert is_guide_name("my-tool.1")
    assert not is_guide_name("my_tool")
