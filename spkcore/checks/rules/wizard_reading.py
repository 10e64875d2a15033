"""What all wizard rules need: which files there are to read, and their pages."""

from __future__ import annotations

from collections.abc import Iterator

from spkcore.checks.memory import memory
from spkcore.checks.problem import Hit
from spkcore.checks.rules.jsonparts import is_known, readable
from spkcore.checks.subject import Check, Subject
from spkcore.package.jsontext import join_pointer
from spkcore.package.wizard import WizardField, WizardPage, wizard_pages


def json_wizards(subject: Subject) -> list[str]:
    """The paths of the wizard files that hold JSON and could be read, even if what is in them is no JSON."""
    paths = (wizard.path for wizard in subject.wizards if not wizard.is_script)
    return [path for path in paths if is_known(subject, path)]


def wizard_scripts(subject: Subject) -> list[str]:
    """The paths of the wizard files that are scripts."""
    return [wizard.path for wizard in subject.wizards if wizard.is_script]


def per_wizard(subject: Subject, check: Check) -> Iterator[Hit]:
    """The hits of `check` in each wizard file that holds JSON."""
    return subject.per_file(json_wizards(subject), check)


def pages(subject: Subject, path: str) -> tuple[WizardPage, ...]:
    """The pages of one file; none where its JSON has errors: the tree is a guess then."""
    return memory.get(("wizard pages", path), subject.entries.get(path), lambda: _read_pages(subject, path))


def _read_pages(subject: Subject, path: str) -> tuple[WizardPage, ...]:
    document = readable(subject, path)
    return wizard_pages(document) if document is not None else ()


def fields(subject: Subject, path: str) -> Iterator[WizardField]:
    """The fields of all pages of one file."""
    return (field for page in pages(subject, path) for field in page.fields)


def below(item: WizardField | WizardPage, *names: str) -> str:
    """The pointer of a member of a page or field."""
    return join_pointer(item.pointer, *names)
