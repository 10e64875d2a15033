"""Starter packages are sound: nothing to complain about, they build, GNU tar reads them, and their DSM takes them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from spkcore.archive.build import BuildOptions, build_package
from spkcore.archive.identify import ArchiveKind, identify
from spkcore.base.tasks import quiet
from spkcore.checks.engine import Options, Severity, check, find_problems
from spkcore.checks.rulebook import Profile
from spkcore.checks.spkfile import read_spk
from spkcore.checks.subject import Subject
from spkcore.checks.verdict import Outcome, verdict
from spkcore.package.project import Package
from spkcore.package.templates import Template, create_package, list_templates

TEMPLATES = list_templates()
ANSWERS = {
    "maintainer": "Jane Doe",
    "maintainer_url": "https://jane.example",
    "description": "Shows what is in the tea kettle, and how warm it is.",
}


def template_id(template: Template) -> str:
    return template.id


def made(template: Template, folder: Path) -> Package:
    return create_package(template, ANSWERS, folder / "package", quiet())


@pytest.mark.parametrize("template", TEMPLATES, ids=template_id)
@pytest.mark.parametrize("profile", list(Profile), ids=str)
def test_nobody_has_anything_to_complain_about(template: Template, profile: Profile, tmp_path: Path) -> None:
    assert find_problems(made(template, tmp_path), quiet(), Options(profile=profile)) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=template_id)
def test_only_the_placeholder_of_the_author_is_left(template: Template, tmp_path: Path) -> None:
    package = create_package(template, {}, tmp_path / "package", quiet())
    assert find_problems(package, quiet()) == []
    found = find_problems(package, quiet(), Options(profile=Profile.PUBLICATION))
    assert {item.rule for item in found} <= {"I049"}


@pytest.mark.parametrize("template", TEMPLATES, ids=template_id)
def test_starter_packages_build_and_their_dsm_takes_them(template: Template, tmp_path: Path) -> None:
    package = made(template, tmp_path)
    result = build_package(package, tmp_path / "out.spk", BuildOptions(), quiet())
    identity = identify(result.path)
    assert identity.kind is ArchiveKind.SPK
    assert identity.size == result.size

    spk = read_spk(result.path, quiet())
    assert check(spk, Options(profile=Profile.SPKREPO)) == []
    answers = {item.dsm: item.outcome for item in verdict(spk)}
    assert set(answers.values()) == {Outcome.ACCEPTED}
    first = {"6": "6.1", "7": "7.0"}[template.dsm[0]] if not template.dsm.startswith("7.2") else "7.2"
    assert next(iter(answers)).startswith(first)
    assert [item.outcome for item in verdict(Subject.of(package.entries))] == list(answers.values())


NASTY = {
    "package": "A.b_C-9",
    "display_name": "It's <b>ü & 'x' %s {0} 日本 – ; rm -rf ~ | & # !",
    "version": "0-1",
    "description": "[ü] <description> & 'more', " + "very long " * 150,
    "maintainer": "O'Hara & Söhne {{x}} @@package@@",
    "maintainer_url": "https://a.example/~x?a=1&b=%20#z",
    "alias": "Aa_B-1",
    "command": "7-y_z",
    "image": "ghcr.io/owner/Image:tag@sha256:0123",
    "container_port": "80",
    "mount_point": "/" + "x" * 199,
    "port": "65535",
    "user": "_User.Name-x",
    "log_file": "/tmp/a..b/" + "y" * 100 + ".log",
}
"""Answers that people give and nobody thinks of."""


@pytest.mark.parametrize("template", TEMPLATES, ids=template_id)
def test_nasty_answers_make_packages_without_errors(template: Template, tmp_path: Path) -> None:
    asked = {parameter.name for parameter in template.parameters}
    answers = {name: value for name, value in NASTY.items() if name in asked}
    package = create_package(template, answers, tmp_path / "package", quiet())
    found = [item for profile in Profile for item in find_problems(package, quiet(), Options(profile=profile))]
    assert [item for item in found if item.severity is Severity.ERROR] == []
    result = build_package(package, tmp_path / "out.spk", BuildOptions(), quiet())
    assert {item.outcome for item in verdict(read_spk(result.path, quiet()))} == {Outcome.ACCEPTED}


@pytest.mark.skipif(not shutil.which("tar"), reason="needs tar")
@pytest.mark.parametrize("template", TEMPLATES, ids=template_id)
def test_gnu_tar_lists_what_was_built(template: Template, tmp_path: Path) -> None:
    package = made(template, tmp_path)
    result = build_package(package, tmp_path / "out.spk", BuildOptions(), quiet())
    outer = listed(["tar", "-tvf", str(result.path)])
    names = {line.split()[-1].rstrip("/") for line in outer}
    assert names == {path for path in package.entries if not path.startswith("package")} | {"package.tgz"}
    subprocess.run(["tar", "-xf", str(result.path), "-C", str(tmp_path), "package.tgz"], check=True)
    inner = listed(["tar", "-tvzf", str(tmp_path / "package.tgz")])
    payload = {line.split()[-1].removeprefix("./").rstrip("/") for line in inner} - {"", "."}
    assert payload == {path.removeprefix("package/") for path in package.entries if path.startswith("package/")}
    modes = {line.split()[-1].removeprefix("./"): line.split()[0] for line in [*outer, *inner]}
    run = {name for name in modes if name.endswith((".cgi", ".sh", "/start-stop-status")) or name.startswith("bin/my")}
    assert all(modes[name] == "-rwxr-xr-x" for name in run), modes


def listed(command: list[str]) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
