"""Tests of JSON parts as forms edit them: one place changes, cleared members come back, JSON is taken as typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gui.editors.jsonpart import JsonPart
from gui.editors.privilege.presenter import PrivilegePart
from gui.editors.resource.presenter import ResourcePart, facts
from gui.services.document import Document
from spkcore.base.errors import SpkError
from spkcore.package.entries import file_entry
from spkcore.package.project import Package
from spkcore.package.resource import worker_named
from tests.fakes.clock import FakeClock

PATH = "conf/resource"
TEXT = b'{\r\n  "a": {\r\n    "x": 1,\r\n    "y": [1, 2]\r\n  }, // why\r\n  "b": "t"\r\n}\r\n'


def _document(tmp_path: Path, **files: bytes) -> Document:
    entries = {name.replace("__", "/"): file_entry(data) for name, data in files.items()}
    return Document(Package.from_entries(tmp_path / "p", entries), FakeClock())


def _part(tmp_path: Path, data: bytes = TEXT) -> JsonPart:
    return JsonPart(PATH, _document(tmp_path, conf__resource=data))


def _bytes(part: JsonPart) -> bytes:
    return part.document.content(PATH)


def test_an_edit_changes_its_place_only(tmp_path: Path) -> None:
    part = _part(tmp_path)
    part.set("/b", "u", "Edit")
    assert _bytes(part) == TEXT.replace(b'"t"', b'"u"')
    part.set("/a/x", None, "Clear")
    part.set("/a/x", 7, "Type")
    assert _bytes(part) == TEXT.replace(b'"t"', b'"u"').replace(b": 1,", b": 7,"), "back in its place"
    assert part.insert("/a/y", 3, "Add") == "/a/y/2"
    part.move("/a/y", 2, 0, "Move")
    assert b"[3, 1, 2]" in _bytes(part)
    assert part.insert("/new", 1, "Add") == "/new/0"
    part.rename("/new", "old", "Rename")
    assert part.value("/old") == [1]
    assert part.value("/gone", 5) == 5


def test_an_object_that_went_whole_comes_back_to_its_place(tmp_path: Path) -> None:
    part = _part(tmp_path)
    part.remove("/a", "Clear")
    part.set("/a/z", 1, "Type")
    assert _bytes(part).index(b'"a"') < _bytes(part).index(b'"b"')


def test_json_is_taken_as_it_was_typed(tmp_path: Path) -> None:
    part = _part(tmp_path)
    assert part.text_at("/a") == '{\n  "x": 1,\n  "y": [1, 2]\n}', "without the indentation of its place"
    assert part.replace_text("/a", '{\n  "x":  2\n}', "Edit") == ""
    assert _bytes(part) == TEXT.replace(b'"x": 1,\r\n    "y": [1, 2]', b'"x":  2')
    assert part.replace_text("/a", "{", "Edit").startswith("Line 1")
    assert part.replace_text("/a", "", "Edit")
    assert b'"x":  2' in _bytes(part)


def test_blanks_inside_a_text_are_not_moved(tmp_path: Path) -> None:
    part = _part(tmp_path, b'{\n  "a": {\n    "t": "one\n  two"\n  }\n}\n')
    text = part.text_at("/a")
    assert "one\n  two" in text
    assert part.replace_text("/a", text, "Same") == ""
    assert _bytes(part) == b'{\n  "a": {\n    "t": "one\n  two"\n  }\n}\n'


def test_why_a_file_cannot_be_shown(tmp_path: Path) -> None:
    assert _part(tmp_path).trouble == ""
    assert "Line 1" in _part(tmp_path, b"{").trouble
    assert _part(tmp_path, b"").trouble
    with pytest.raises(SpkError):
        _part(tmp_path).set("/b/deeper", 1, "Edit")
    assert "no object" in _part(tmp_path).attempt("/b/deeper", 1, "Edit", typed=False)


# ---------------------------------------------------------------------------------------------- conf


def _privilege(tmp_path: Path, text: bytes, low: bytes, high: bytes = b"") -> PrivilegePart:
    info = b'package="attic"\nos_min_ver="' + low + b'"\n' + (b'os_max_ver="' + high + b'"\n' if high else b"")
    return PrivilegePart("conf/privilege", _document(tmp_path, INFO=info, conf__privilege=text))


def test_both_generations_are_told_when_both_are_meant(tmp_path: Path) -> None:
    part = _privilege(tmp_path, b'{"defaults": {"run-as": "system"}}', b"6.2-23739", b"7.2-64570")
    texts = [outcome.text for outcome in part.outcomes()]
    assert texts[0] == "On DSM 6, everything runs as the user system."
    assert "not system" in texts[1]
    assert [outcome.accepted for outcome in part.outcomes()] == [True, False]
    assert part.needs_package_user()


def test_a_file_without_a_default_says_nothing(tmp_path: Path) -> None:
    part = _privilege(tmp_path, b"{}", b"6.2-23739", b"7.2-64570")
    assert [outcome.text for outcome in part.outcomes()] == [
        "The file does not say which user everything runs as on DSM 6.",
        "DSM 7 refuses the package (code 319): the file has to say that everything runs as the package's own user.",
    ]
    assert not part.outcomes()[1].accepted
    assert not part.needs_package_user()
    part.use_package_user()
    assert part.value("/defaults/run-as") == "package"
    assert part.outcomes()[1].accepted


def test_no_form_is_needed_to_add_what_fits(tmp_path: Path) -> None:
    info = b'package="attic"\ndisplayname="Attic"\nadminport="8099"\nos_min_ver="7.0-40000"\n'
    part = ResourcePart(PATH, _document(tmp_path, INFO=info, conf__resource=b"{}\n"))
    part.add_worker("port-config")
    assert part.value("") == {"port-config": {"protocol-file": "etc/attic.sc"}}
    assert b'dst.ports="8099/tcp"' in part.document.content("package/etc/attic.sc")
    part.add_worker("port-config")
    part.add_worker("no-such-worker")
    assert part.document.stack.count() == 1
    refused = {offer.worker.name: offer.refusal for offer in part.offers()}
    assert refused.pop("port-config")
    assert refused.pop("certificate-config") == "On DSM 7 only Synology's own packages may have this."
    assert not any(refused.values())
    part.remove_worker("port-config")
    assert _bytes(part) == b"{}\n"


def test_what_dsm_does_not_do_is_said_before_it_is_added(tmp_path: Path) -> None:
    def warnings(low: bytes) -> dict[str, str]:
        info = b'package="attic"\nos_min_ver="' + low + b'"\n'
        part = ResourcePart(PATH, _document(tmp_path, INFO=info, conf__resource=b"{}\n"))
        return {offer.worker.name: offer.warning for offer in part.offers() if offer.warning}

    too_old = "DSM 6.2, which the package allows, is too old for this."
    old = warnings(b"6.2-23739")
    assert old["webservice"] == old["docker-project"] == old["systemd-user-unit"] == too_old
    assert "data-share" not in old
    assert set(warnings(b"7.0-40000")) == {"docker-project"}
    assert warnings(b"7.2-64570") == {}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("data-share", "since DSM 6.0-5914"),
        ("webservice", "needs the package WebStation 3.0.0-0214 or later"),
        ("docker", "needs the package Docker 18.09.0-1018 or later, or ContainerManager"),
        ("php74", "needs the package PHP7.4, not in Synology's guide"),
    ],
)
def test_the_facts_of_a_worker_say_who_brings_it(name: str, said: str) -> None:
    worker = worker_named(name)
    assert worker is not None
    assert facts(worker) == said


def test_letters_that_no_editor_shows_are_read_as_they_are_written(tmp_path: Path) -> None:
    part = _part(tmp_path)
    part.set("/b", "a\u2028b", "Type")
    assert '"a\u2028b"'.encode() in _bytes(part)
    again = JsonPart(PATH, part.document)
    assert (part.tree.text, part.source) == (again.tree.text, again.source)


def test_the_whole_file_is_no_member_that_could_go(tmp_path: Path) -> None:
    part = _part(tmp_path)
    assert part.attempt("", None, "Clear", typed=False)
    assert _bytes(part) == TEXT
