"""What the script editor says about a script, and the names it offers; knows no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.completion import Completion
from spkcore.base.errors import SpkError
from spkcore.base.reference import table
from spkcore.package import scripts
from spkcore.package.info import Info
from spkcore.package.parts import read_info
from spkcore.package.wizard import wizard_file

_SAMPLE_PACKAGE = "my-tool"
"""What the table of variables calls the package."""
_OWN_VALUES = {"SYNOPKG_PKGVER": "version", "SYNOPKG_PKGPORT": "adminport"}
"""Variables whose value is a key of INFO."""


@dataclass(frozen=True, slots=True)
class About:
    """Sentences about a script; any of them may be empty."""

    when: str
    user: str
    failure: str
    need: str


def about_script(path: str) -> About:
    """When DSM runs the script, what happens when it fails, and whether the package needs it."""
    known = scripts.lifecycle().get(path.removeprefix("scripts/"))
    if known is not None and known.path == path:
        return _about(known.when, known.user, known.failure, _need(known.needed))
    wizard = wizard_file(path)
    if wizard is not None and wizard.is_script:
        row = table("scripts")["wizard_script"]
        return _about(row["when"], row["user"], row["failure"])
    return About(tr("A helper: DSM does not run it by itself, other scripts may."), "", "", "")


def starter(path: str) -> bytes:
    """The text of a new script."""
    return scripts.starter(path)


def environment(path: str, document: Document) -> list[scripts.Variable]:
    """The variables that the script finds in its environment, with samples as this package has them."""
    try:
        found = scripts.variables(path, document.entries)
    except SpkError:
        return []
    info = read_info(document.entries)
    return [_with_own_sample(variable, info) for variable in found]


def completions(path: str, document: Document) -> list[Completion]:
    """What is offered while a name is typed in the script."""
    return completions_of(environment(path, document))


def completions_of(variables: Sequence[scripts.Variable]) -> list[Completion]:
    """These variables with their meaning, to be offered while a name is typed."""
    return [Completion(variable.name, _meaning(variable)) for variable in variables]


def _with_own_sample(variable: scripts.Variable, info: Info) -> scripts.Variable:
    """The sample with the name, version and port that INFO has."""
    own = info.get(_OWN_VALUES.get(variable.name, ""))
    package = info.get("package")
    sample = own or (variable.sample.replace(_SAMPLE_PACKAGE, package) if package else variable.sample)
    return variable if sample == variable.sample else replace(variable, sample=sample)


def _about(when: str, user: str, failure: str, need: str = "") -> About:
    told = tr("User: {user}", user=user) if user else ""
    return About(when, told, tr("When it fails: {what}", what=failure) if failure else "", need)


def _need(needed: str) -> str:
    if needed == "dsm7":
        return tr("DSM 7 refuses a package without it.")
    if needed == "guide":
        return tr("Synology's guide asks for it.")
    return ""


def _meaning(variable: scripts.Variable) -> str:
    sample = tr("For example {sample}.", sample=variable.sample) if variable.sample else ""
    since = tr("Since DSM {version}.", version=variable.since) if variable.since else ""
    return " ".join(part for part in (variable.meaning, sample, since) if part)
