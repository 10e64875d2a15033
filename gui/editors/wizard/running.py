"""A trial run of a script-made wizard: what runs, with which values, and what came of it; knows no widgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gui.editors.wizard.previewoccasion import Occasion, occasion_of
from gui.nas.engine import Connection, NasConnection
from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.base.errors import UsageError
from spkcore.base.tasks import TaskContext
from spkcore.package.changes import Entries
from spkcore.package.jsontext import JsonDocument, parse
from spkcore.package.parts import read_info
from spkcore.package.scripts import Variable, interpreter
from spkcore.package.shells import Shell
from spkcore.package.wizardscript import SECONDS, Output, Trial, files_for, require_shell, run, sample_environment

NasRun = Callable[[Connection, Trial, TaskContext], Output]
"""Runs a trial over an open connection, in a worker thread."""


@dataclass(frozen=True, slots=True)
class LocalJob:
    """A run on this PC, in a worker thread."""

    path: str
    entries: Entries
    environment: Mapping[str, str]
    shell: Shell

    def run(self, context: TaskContext) -> Output:
        """Carry it out."""
        files = files_for(self.path, self.entries)
        require_shell(self.path, files[self.path])
        return run(Trial(self.path, files, self.environment), self.shell, context)


@dataclass(frozen=True, slots=True)
class NasJob:
    """A run on the NAS, in a worker thread."""

    path: str
    entries: Entries
    environment: Mapping[str, str]
    connection: Connection
    run_there: NasRun

    def run(self, context: TaskContext) -> Output:
        """Carry it out."""
        trial = Trial(self.path, files_for(self.path, self.entries), self.environment)
        return self.run_there(self.connection, trial, context)


def run_over(connection: Connection, trial: Trial, context: TaskContext) -> Output:
    """Run a trial on a real NAS."""
    from spkcore.nas.wizardrun import run_on_nas

    if not isinstance(connection, NasConnection):
        raise UsageError("This connection is not one of a NAS", type(connection).__name__)
    return run_on_nas(connection.use(context), trial, context)


class ScriptTrial:
    """The wizard script at `path` of an open package."""

    def __init__(self, path: str, document: Document) -> None:
        self.path = path
        self._document = document
        self._run_at: dict[str, object] = {}

    @property
    def entries(self) -> Entries:
        """The package as it is now; later edits do not reach a run."""
        return dict(self._document.entries)

    def sample_values(self) -> list[Variable]:
        """DSM's variables with sample values that fit the package."""
        info = read_info(self._document.entries)
        return sample_environment(self.path, self._document.entries, {key: info.get(key) for key in info})

    def best_shell(self, shells: list[Shell]) -> int:
        """The position of the shell that is most like what the script asks for; 0 where any will do."""
        entry = self._document.entries.get(self.path)
        found = interpreter(entry.content.read()) if entry is not None and entry.content is not None else None
        wants_bash = found is not None and found.language == "bash"
        return next((place for place, shell in enumerate(shells) if shell.is_bash == wants_bash), 0)

    def occasion(self) -> Occasion:
        """What the preview of the pages needs to know of the package."""
        return occasion_of(self.path, self._document)

    def begin(self) -> None:
        """A run starts with the package as it is now."""
        self._run_at = dict(self._document.entries)

    @property
    def is_stale(self) -> bool:
        """Whether the script, or what lies beside it, was changed since the last run."""
        now = self._document.entries
        folder = self.path.rpartition("/")[0] + "/"
        return bool(self._run_at) and any(
            self._run_at.get(name) != now.get(name) for name in {*self._run_at, *now} if name.startswith(folder)
        )


def pages_of(output: Output) -> JsonDocument:
    """The pages that a run wrote; none where it wrote nothing, as DSM takes it."""
    return parse(output.pages if output.pages.strip() else "[]")


def summary_of(output: Output) -> tuple[str, str]:
    """What came of a run in one sentence, and its tone: success, info, warning or danger."""
    if output.ended == "time":
        return tr("The script was ended: it ran longer than {n} seconds.", n=int(SECONDS)), "danger"
    if output.ended:
        return tr("The script was ended: it wrote more than anybody could read."), "danger"
    if output.exit_code:
        return tr("The script failed with exit code {code}.", code=output.exit_code), "danger"
    if not output.pages.strip():
        return tr("The script wrote no pages: DSM goes on without a wizard."), "info"
    document = pages_of(output)
    if not document.is_readable:
        first = next(iter(document.problems))
        text = tr("The pages cannot be read. Line {line}: {message}", line=first.line, message=first.message)
        return text, "danger"
    return tr("The script wrote its pages."), "success"
