"""Starter packages are sound: nothing to complain about, and they build into a package that reads back."""

from __future__ import annotations

from pathlib import Path

import pytest

from spkcore.archive.build import BuildOptions, build_package
from spkcore.archive.identify import ArchiveKind, identify
from spkcore.base.tasks import quiet
from spkcore.checks.engine import find_problems
from spkcore.package.templates import Template, create_package, list_templates


def template_id(template: Template) -> str:
    return template.id


@pytest.mark.parametrize("template", list_templates(), ids=template_id)
def test_starter_packages_have_no_problems_and_build(template: Template, tmp_path: Path) -> None:
    package = create_package(template, {}, tmp_path / "package", quiet())
    assert find_problems(package, quiet()) == []
    result = build_package(package, tmp_path / "out.spk", BuildOptions(), quiet())
    identity = identify(tmp_path / "out.spk")
    assert identity.kind is ArchiveKind.SPK
    assert identity.size == result.size
