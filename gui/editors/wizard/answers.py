"""What a wizard exchanges with other files: answers that scripts read, and texts from disk; knows no widgets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gui.editors.wizard.presenter import WizardPresenter
from gui.models.sourcetext import decode
from gui.qt.i18n import tr
from spkcore.base.errors import UnreadableError
from spkcore.base.tasks import TaskContext
from spkcore.package import scripts
from spkcore.package.changes import set_content
from spkcore.package.jsontext import require_node
from spkcore.package.wizardedit import kind_of
from spkcore.package.wizardsnippets import insert_snippet, scripts_that_see, snippet

_FIRST = ("scripts/postinst", "scripts/postupgrade", "scripts/preuninst")
"""What most packages use, before the others."""
_LARGEST = 8 << 20
"""Bytes of a file with pages or a bundle; real ones are far below."""


@dataclass(frozen=True, slots=True)
class ScriptChoice:
    """A script that gets the answer; one that is not there is made."""

    path: str
    is_there: bool

    @property
    def text(self) -> str:
        """For the list of scripts."""
        name = self.path.removeprefix("scripts/")
        return name if self.is_there else tr("{name} (is made)", name=name)


def read_text(path: Path, context: TaskContext) -> str:
    """The text of a file on disk. Raises `UnreadableError`."""
    context.check()
    try:
        if path.stat().st_size > _LARGEST:
            raise UnreadableError("This file is too large for a wizard", str(path), "Choose another file.")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        what = error.strerror or str(error)
        raise UnreadableError("The file cannot be read", str(path), what) from error
    except UnicodeDecodeError as error:
        raise UnreadableError("The file is no UTF-8 text", str(path), "Save it as UTF-8 first.") from error


def script_choices(presenter: WizardPresenter) -> list[ScriptChoice]:
    """The scripts that see the answers of this wizard: those that are there first."""
    entries = presenter.document.entries
    found = [ScriptChoice(path, path in entries) for path in scripts_that_see(presenter.file.action)]
    return sorted(found, key=lambda item: (not item.is_there, item.path not in _FIRST))


def lines_for(presenter: WizardPresenter, pointer: str) -> str:
    """The lines that read the answer of the field at `pointer`."""
    node = require_node(presenter.tree, pointer)
    return snippet(presenter.key(pointer), kind_of(presenter.tree, pointer), node)


def use_in_script(presenter: WizardPresenter, path: str, lines: str) -> int:
    """Put the lines into a script as one undo step; returns where they begin."""
    document = presenter.document
    data = document.content(path) if path in document.entries else scripts.starter(path)
    source = decode(data)
    text, line = insert_snippet(source.text, lines)
    change = set_content(document.entries, path, source.with_text(text).encode())
    document.push(change, tr("Use an answer in {name}", name=path.rpartition("/")[2]))
    return line
