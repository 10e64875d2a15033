"""The rules and fixes about conf and the desktop folder stand whatever a person types into the files."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from spkcore.checks.fixes import fixes
from spkcore.checks.subject import Subject
from spkcore.package.changes import apply
from spkcore.package.entries import Entry
from tests.unit.spkcore.checks.confpackages import PACKAGE, entries, problems

TOOL = {"relpath": "bin/tool", "user": "root", "group": "package", "permission": "755", "capabilities": "cap_chown"}
PRIVILEGE = PACKAGE | {"username": "http", "join-groupname": "admin", "ctrl-script": [], "tool": [TOOL]}
PHP = {"profile_name": "a", "profile_desc": "", "backend": 11, "user": "http", "group": "http"}
RESOURCE = {
    "port-config": {"protocol-file": "a.sc"},
    "data-share": {"shares": [{"name": "{{share}}", "permission": {"rw": ["http"]}, "once": True}]},
    "webservice": {
        "services": [{"service": "s", "display_name": "a", "type": "nginx_php", "root": "a", "php": PHP}],
        "portals": [{"service": "t", "name": "a", "type": "alias", "alias": "a", "app": "b.B"}],
        "pkg_dir_prepare": [{"source": "/var/package/x/target", "target": "a", "mode": "1", "user": "a", "group": "a"}],
    },
    "web-config": {"nginx-static-config": {"disable": [{"alias": ["a"]}]}},
    "docker": {"services": [{"service": "a", "image": "a", "tag": "1", "ports": [{"host_port": 80}]}]},
    "indexdb": {"app-index": {"conf-relpath": "ui/index.conf", "db-relpath": "db"}},
    "mariadb10-db": {"admin-pw-m10": "secret"},
}
CONFIG = {
    ".url": {"a.A": {"type": "url", "title": "app:title", "icon": "i_{0}.png", "url": "3rdparty/x/a", "port": 8080}},
    "a.js": {"a.B": {"type": "app", "title": "a", "icon": "b.png", "preloadTexts": ["a:b"], "texts": "texts"}},
}
INDEX = {"app": "c.C", "title": "app:title"}
FILES: dict[str, Any] = {
    "conf/privilege": PRIVILEGE,
    "conf/resource": RESOURCE,
    "package/ui/config": CONFIG,
    "package/ui/index.conf": INDEX,
}
OTHERS = {
    "package/a.sc": "[a b]\ndst.ports=80 81\nport_forward=1\n",
    "package/ui/texts/enu/strings": "[a]\nb=c\nd=e\n",
    "package/ui/texts/ger/strings": "[a]\nf=g",
    "package/ui/x.cgi": "#!/bin/sh\n",
    "conf/PKG_DEPS": "[A]\ndsm_min_ver=5\nx",
}
VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    99999,
    "",
    "a",
    "{{x}}",
    "/a/../b",
    "3rdparty/",
    [],
    [[]],
    {},
    {"a": []},
    ["a", {}],
)


def mutated(value: Any, dice: random.Random) -> Any:
    """`value` with something else in one place."""
    if not isinstance(value, dict | list) or not value or dice.random() < 0.2:
        return dice.choice(VALUES)
    copy: Any = value.copy()
    key: Any = dice.choice(list(value)) if isinstance(value, dict) else dice.randrange(len(value))
    copy[key] = mutated(copy[key], dice)
    return copy


def damaged(text: str, dice: random.Random) -> str:
    """`text` with one stretch of it lost, doubled, or full of rubbish."""
    start = dice.randrange(len(text) + 1)
    end = min(len(text), start + dice.randrange(6))
    return text[:start] + dice.choice(["", text[start:end] * 2, "\udce9", "//", ",", '"', "{"]) + text[end:]


def package(dice: random.Random) -> dict[str, Entry]:
    """A package of many faults, with one more."""
    files: dict[str, str] = {path: json.dumps(value, indent=2) for path, value in FILES.items()} | OTHERS
    path = dice.choice(list(files))
    if path in FILES and dice.random() < 0.7:
        files[path] = json.dumps(mutated(FILES[path], dice))
    else:
        files[path] = damaged(files[path], dice)
    data = {name: text.encode("utf-8", "surrogateescape") for name, text in files.items()}
    return entries(data, 'dsmuidir="ui"\ndsmappname="a"\nadminport="90"\n')


@pytest.mark.parametrize("seed", range(60))
def test_no_file_breaks_a_rule_or_a_fix(seed: int) -> None:
    dice = random.Random(seed)
    found = package(dice)
    dsm = dice.choice(["", "5.2", "6.2", "7.2"])
    for problem in problems(found, dsm):
        assert problem.message
        if problem.fixable and (change := fixes()[problem.rule](Subject.of(found), problem)) is not None:
            after = dict(found)
            apply(after, change)
            left = [item for item in problems(after, dsm, problem.rule) if item.path == problem.path]
            assert problem not in left, problem
