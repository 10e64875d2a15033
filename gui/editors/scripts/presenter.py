"""What the script editor says about a script, and the names it offers; knows no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gui.qt.i18n import tr
from gui.services.document import Document
from gui.widgets.completion import Completion
from spkcore.base.errors import SpkError
from spkcore.package import scripts


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
        user = tr("User: {user}", user=known.user) if known.user else ""
        failure = tr("When it fails: {what}", what=known.failure) if known.failure else ""
        return About(known.when, user, failure, _need(known.needed))
    if path.startswith("WIZARD_UIFILES/"):
        return About(tr("Runs when Package Center opens the wizard, and prints the pages of the wizard."), "", "", "")
    return About(tr("A helper: DSM does not run it by itself, other scripts may."), "", "", "")


def starter(path: str) -> bytes:
    """The text of a new script."""
    return scripts.starter(path)


def environment(path: str, document: Document) -> list[scripts.Variable]:
    """The variables that the script finds in its environment."""
    try:
        return scripts.variables(path, document.entries)
    except SpkError:
        return []


def completions(path: str, document: Document) -> list[Completion]:
    """What is offered while a name is typed in the script."""
    return completions_of(environment(path, document))


def completions_of(variables: Sequence[scripts.Variable]) -> list[Completion]:
    """These variables with their meaning, to be offered while a name is typed."""
    return [Completion(variable.name, _meaning(variable)) for variable in variables]


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
