"""The texts of a desktop folder in all languages, as rows and columns, and the edits; knows no widgets."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gui.editors.jsonpart import JsonPart
from gui.qt.i18n import tr
from gui.services.document import Document
from spkcore.base.errors import SpkError
from spkcore.package import jsonedit
from spkcore.package.changes import Change, apply, remove, set_content
from spkcore.package.desktop import CONFIG, DesktopEntry, desktop_entries
from spkcore.package.infokeys import languages
from spkcore.package.jsontext import JsonDocument, join_pointer
from spkcore.package.texts import DEFAULT_LANGUAGE, FOLDER, NAME, Texts, reference, value_problem

PRELOAD = "preloadTexts"
_PATH = re.compile(rf"(?P<folder>.+)/{FOLDER}/(?P<language>[a-z]+)/{NAME}")


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text: "section:key", and its value in each language that has one."""

    reference: str
    values: dict[str, str]


def strings_place(path: str) -> tuple[str, str]:
    """The desktop folder and the language of a strings file; empty texts for any other path."""
    match = _PATH.fullmatch(path)
    return (match["folder"], match["language"]) if match else ("", "")


class StringsPresenter:
    """All strings files of the desktop folder `folder`. Every edit is one undo step, and returns why it cannot
    be, or nothing."""

    def __init__(self, folder: str, document: Document) -> None:
        self.folder = folder
        self.document = document

    def path(self, language: str) -> str:
        """The strings file of a language."""
        return f"{self.folder}/{FOLDER}/{language}/{NAME}"

    def languages(self) -> list[str]:
        """Codes of the languages that have a file, the one that DSM falls back to first."""
        present = [code for code in languages() if self.path(code) in self.document.entries]
        return sorted(present, key=lambda code: code != DEFAULT_LANGUAGE)

    def free_languages(self) -> list[tuple[str, str]]:
        """Codes and names of the languages without a file."""
        return [(code, name) for code, name in languages().items() if self.path(code) not in self.document.entries]

    def rows(self) -> list[TextRow]:
        """Every text that any language has, in the order of the first language."""
        files = {code: self._file(code) for code in self.languages()}
        known = dict.fromkeys(name for file in files.values() for name in file.texts)
        return [TextRow(name, {code: file.get(name) for code, file in files.items() if name in file}) for name in known]

    def missing(self) -> int:
        """How many texts are missing in some language."""
        codes = self.languages()
        return sum(len(codes) - len(row.values) for row in self.rows())

    def set(self, name: str, language: str, value: str) -> str:
        """Give a text a value in a language; an empty one takes its line away."""
        problem = value_problem(value)
        if problem:
            return problem
        file = self._file(language)
        if not value and name in file:
            return self._push(language, file.without(name), tr("Remove {name}", name=name))
        if value and value != file.get(name):
            return self._push(language, file.with_value(name, value), tr("Change {name}", name=name))
        return ""

    def preloaded(self) -> frozenset[str]:
        """The texts that DSM loads before the application is open: those that entries name in preloadTexts."""
        part = self._config()
        lists = [part.value(join_pointer(entry.pointer, PRELOAD)) for entry in desktop_entries(part.tree)]
        return frozenset(str(name) for found in lists if isinstance(found, list) for name in found)

    def set_preloaded(self, name: str, *, wanted: bool) -> str:
        """Name a text in preloadTexts of the first entry that has such a list, or of the first one; or in none."""
        part = self._config()
        entries = desktop_entries(part.tree)
        if not entries or part.trouble:
            return part.trouble or tr("There is no desktop entry that could need it.")
        tree = part.tree
        for entry in entries:
            place = join_pointer(entry.pointer, PRELOAD)
            known = part.value(place)
            while not wanted and isinstance(known, list) and name in known:
                tree = jsonedit.remove(tree, join_pointer(place, known.index(name)))
                known.remove(name)
        if wanted:
            owner = _owner(part, entries)
            if owner is None:
                return tr("The preloadTexts of the desktop entries are no lists. Correct them there first.")
            tree = _with_item(tree, join_pointer(owner.pointer, PRELOAD), name)
        if tree is not part.tree:
            part.put(tree, "", tr("Load {name} early", name=name) if wanted else tr("Load {name} later", name=name))
        return ""

    def add(self, name: str) -> str:
        """Add a text, "section:key", to the language that DSM falls back to."""
        if not reference(name):
            return tr("Write section, colon, key: app:title.")
        if any(row.reference == name for row in self.rows()):
            return tr("This text is there already.")
        codes = self.languages() or [DEFAULT_LANGUAGE]
        return self._push(codes[0], self._file(codes[0]).with_texts({name: ""}), tr("Add {name}", name=name))

    def rename(self, name: str, key: str) -> str:
        """Call a text something else in its section, in every language; the desktop entries that use it follow,
        programs do not."""
        section = name.partition(":")[0]
        if not reference(f"{section}:{key}"):
            return tr("A key has letters, digits, dots, dashes and underscores.")
        if any(row.reference == f"{section}:{key}" for row in self.rows()):
            return tr("This text is there already.")
        return self._in_all(
            lambda file: file.renamed(name, key),
            tr("Rename {name}", name=name),
            self._followed(name, f"{section}:{key}"),
        )

    def remove(self, names: list[str]) -> str:
        """Take texts out of every language."""

        def without(file: Texts) -> Texts:
            for name in names:
                file = file.without(name)
            return file

        return self._in_all(without, tr("Remove {n} text", "Remove {n} texts", n=len(names)))

    def add_language(self, code: str) -> str:
        """Begin a language, with nothing translated yet."""
        return self._push(code, Texts(), tr("Add {language}", language=languages().get(code, code)))

    def remove_language(self, code: str) -> str:
        """Take a language away."""
        change = remove(self.document.entries, [f"{self.folder}/{FOLDER}/{code}"])
        self.document.push(change, tr("Remove {language}", language=languages().get(code, code)))
        return ""

    def _followed(self, old: str, new: str) -> Change:
        """The edit of config after which every value that was the reference `old` is `new`."""
        part = self._config()
        tree = part.tree
        if part.trouble:
            return Change(())
        for pointer, node in part.tree.walk():
            if node.kind == "string" and node.scalar == old:
                tree = jsonedit.set_value(tree, pointer, new)
        data = part.source.with_text(tree.text).encode()
        return Change(()) if tree is part.tree else set_content(self.document.entries, part.path, data)

    def _in_all(self, edit: Callable[[Texts], Texts], text: str, first: Change | None = None) -> str:
        now = dict(self.document.entries)
        change = first or Change(())
        apply(now, change)
        for code in self.languages():
            before = self._file(code)
            data = edit(before).to_bytes()
            if data != before.to_bytes():
                step = set_content(now, self.path(code), data)
                apply(now, step)
                change = change.then(step)
        if change.edits:
            self.document.push(change, text)
        return ""

    def _push(self, language: str, file: Texts, text: str) -> str:
        path = self.path(language)
        try:
            if path in self.document.entries:
                self.document.content(path)  # what cannot be read was shown as empty, and is not to be written over
            change = set_content(self.document.entries, path, file.to_bytes())
        except SpkError as error:
            return f"{error.what}. {error.what_to_do}".strip()
        self.document.push(change, text)
        return ""

    def _config(self) -> JsonPart:
        return JsonPart(f"{self.folder}/{CONFIG}", self.document)

    def _file(self, language: str) -> Texts:
        if self.path(language) not in self.document.entries:
            return Texts()
        try:
            return Texts.parse(self.document.content(self.path(language)))
        except SpkError:
            return Texts()


def _owner(part: JsonPart, entries: Sequence[DesktopEntry]) -> DesktopEntry | None:
    """The entry whose preloadTexts takes another text: the first with such a list, else the first that can have one."""
    values = [(entry, part.value(entry.pointer)) for entry in entries]
    lists = [(entry, value.get(PRELOAD)) for entry, value in values if isinstance(value, dict)]
    listed = next((entry for entry, known in lists if known and isinstance(known, list)), None)
    return listed or next((entry for entry, known in lists if known is None or known == []), None)


def _with_item(tree: JsonDocument, place: str, item: str) -> JsonDocument:
    node = tree.node(place)
    if node is not None and node.kind == "array":
        return jsonedit.insert_item(tree, place, item)
    return jsonedit.set_value(tree, place, [item])
