"""Tests of conf/privilege and conf/resource: who runs what, when workers act, and what a new one begins with."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spkcore.base.errors import UsageError
from spkcore.package.entries import Entry, Kind, file_entry
from spkcore.package.jsontext import parse
from spkcore.package.portfile import PortFile, first_service, free_name
from spkcore.package.privilege import account, actions, call_users
from spkcore.package.resource import (
    moments,
    note_of,
    port_file_name,
    spans,
    starter_for,
    worker_named,
    workers,
)
from spkcore.package.schemas import validate

PAYLOAD = {
    "package": Entry(Kind.DIRECTORY),
    "package/bin/tool": file_entry(b"\x7fELF"),
    "package/etc/attic.sc": file_entry(b"[a]\n"),
}


def _users(value: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {item.action: (item.dsm6, item.dsm7) for item in call_users(parse(json.dumps(value)), "attic")}


def test_everything_runs_as_the_packages_user() -> None:
    users = _users({"defaults": {"run-as": "package"}, "username": "sc-attic"})
    assert set(users) == set(actions())
    assert set(users.values()) == {("sc-attic", "sc-attic")}


def test_scripts_with_a_user_of_their_own_count_on_dsm6_and_are_refused_on_dsm7() -> None:
    users = _users({"defaults": {"run-as": "package"}, "ctrl-script": [{"action": "postinst", "run-as": "root"}, 7]})
    assert users["postinst"] == ("root", "")
    assert users["start"] == ("attic", "")
    assert _users({"defaults": {"run-as": "root"}})["start"] == ("root", "")
    assert _users({})["start"] == ("", "")
    assert _users({"defaults": {"run-as": "package"}, "executable": []})["start"] == ("attic", "")


def test_without_names_dsm_takes_the_package_id() -> None:
    assert account(parse("{}"), "attic").group == "attic"
    assert account(parse('{"groupname": "g", "join-groupname": "http", "username": 7}'), "attic").user == "attic"


def test_moments_and_scripts_come_in_the_order_of_a_life() -> None:
    order = [moment.name or moment.script for moment in moments() if moment.name or moment.script]
    assert order.index("PREINST") < order.index("preinst") < order.index("POSTINST") < order.index("postinst")
    assert order.index("STARTUP") < order.index("start") < order.index("stop") < order.index("HALT")
    assert order.index("preuninst") < order.index("PREUNINST")
    assert order.index("POSTUNINST") < order.index("postuninst")


def test_documented_workers_say_when_they_act() -> None:
    for worker in workers():
        assert bool(spans(worker.timing)) == worker.is_documented, worker.name
    ports = worker_named("port-config")
    assert ports is not None
    ((start, end),) = spans(ports.timing)
    assert (start.text, end.text) == ("before postinst", "before postuninst")


def test_the_pattern_of_php_workers_is_known() -> None:
    php = worker_named("php74")
    assert php is not None
    assert (php.provider, php.is_documented) == ("PHP7.4", False)
    assert worker_named("web-service") is None
    assert note_of("data-share")


@pytest.mark.parametrize("worker", workers(), ids=lambda worker: worker.name)
def test_a_new_worker_follows_its_schema_in_the_words_of_the_package(worker: Any) -> None:
    value = starter_for(worker, "attic", "sc-attic", PAYLOAD)
    assert validate(parse(json.dumps({worker.name: value})), "resource") == []
    assert "my-tool" not in json.dumps(value)


def test_new_workers_use_what_the_payload_has() -> None:
    linker, share = worker_named("usr-local-linker"), worker_named("data-share")
    assert linker is not None
    assert share is not None
    assert starter_for(linker, "attic", "sc-attic", PAYLOAD) == {"bin": ["bin/tool"]}
    assert starter_for(share, "attic", "sc-attic", PAYLOAD)["shares"][0]["permission"] == {"rw": ["sc-attic"]}
    assert port_file_name("attic", PAYLOAD) == "etc/attic.sc"
    assert port_file_name("attic", {}) == "etc/attic.sc"


PORTS = b'; all\n[web]\ndst.ports=80/tcp ; http\n\n; the other\n[dns]\ntitle="DNS"\ndst.ports="53"\n'


def test_ports_are_added_and_removed_without_touching_the_rest() -> None:
    file = PortFile.parse(PORTS)
    added = file.add("ssh", {"dst.ports": "22/tcp"})
    assert added.to_bytes() == PORTS + b'\n[ssh]\ndst.ports="22/tcp"\n'
    assert added.remove("ssh").to_bytes() == PORTS + b"\n"
    assert file.remove("web").to_bytes() == PORTS[PORTS.index(b"; the other") :]
    assert file.remove("dns").to_bytes() == PORTS[: PORTS.index(b"; the other")]
    assert file.unset("dns", "title").to_bytes() == PORTS.replace(b'title="DNS"\n', b"")
    assert file.unset("dns", "desc") is file
    with pytest.raises(UsageError):
        file.add("web", {})
    with pytest.raises(UsageError):
        file.remove("ftp")


def test_a_new_port_file_is_one_that_dsm_reads() -> None:
    data = first_service("my_attic", 'The "attic"', "8099")
    file = PortFile.parse(data)
    assert file.flaws() == []
    assert file.services()[0].name == "my-attic"
    assert str(file.services()[0].ports) == "8099/tcp"
    assert PortFile.parse(first_service("", "", "nonsense")).services()[0].values["dst.ports"] == "8080/tcp"
    assert free_name(file, "my-attic") == "my-attic2"
