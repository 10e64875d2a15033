"""What the overview says about the package; knows no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gui.models.parts import missing_text
from gui.qt.i18n import tr
from gui.qt.progress import size_text
from gui.services.document import Document
from spkcore.checks.problem import Problem
from spkcore.checks.targets import Targets, targets_of
from spkcore.package.entries import Content
from spkcore.package.info import Info
from spkcore.package.parts import Need, is_info_too_large, list_parts, read_info
from spkcore.package.summary import (
    Card,
    Platforms,
    Size,
    Wish,
    card,
    card_languages,
    platforms,
    size,
    wishes,
)

_MOST_PICTURES = 6


@dataclass(frozen=True, slots=True)
class Fact:
    """One line beside the card: what it is, the value, and the field of INFO that it leads to."""

    title: str
    value: str
    path: str
    field: str


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that has to be done: what, where it is done, and how grave it is (error, warning, info)."""

    text: str
    path: str
    field: str
    severity: str
    problem: Problem | None = None


class OverviewPresenter:
    """Reads the document anew for each question; nothing is kept."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def card(self, language: str, dsm_major: int) -> Card:
        """What Package Center shows."""
        return card(self._document.entries, language, dsm_major)

    def languages(self) -> list[tuple[str, str]]:
        """The languages in which the card differs, after all others."""
        return [("", tr("All other languages")), *card_languages(self._document.entries)]

    def pictures(self, paths: Sequence[str]) -> list[Content]:
        """The first pictures of `paths` that fit into the card and are there."""
        found = (self._document.entries.get(path) for path in paths[:_MOST_PICTURES])
        return [entry.content for entry in found if entry is not None and entry.content is not None]

    def facts(self) -> list[Fact]:
        """What people want to know at once."""
        entries = self._document.entries
        payload = Fact(tr("Payload"), _size_text(size(entries)), "package", "")
        if is_info_too_large(entries):
            return [
                Fact("INFO", tr("Too large to be read: {size}", size=size_text(entries["INFO"].size)), "INFO", ""),
                payload,
            ]
        info = read_info(entries)
        return [
            Fact(tr("ID"), info.get("package") or tr("none yet"), "INFO", "package"),
            Fact(tr("Version"), info.get("version") or tr("none yet"), "INFO", "version"),
            Fact(tr("For"), _targets_text(targets_of(info)), "INFO", "os_min_ver"),
            Fact(tr("NAS platforms"), _platforms_text(platforms(info)), "INFO", "arch"),
            payload,
        ]

    def first_dsm(self) -> int:
        """The DSM generation whose look is shown first: the newest that the package is for."""
        return 7 if targets_of(self._info()).dsm7 else 6

    def wishes(self) -> list[Wish]:
        """The checklist."""
        return wishes(self._document.entries)

    def missing(self) -> list[Lack]:
        """Parts that the package must or should have and has not."""
        parts = (part for part in list_parts(self._document.entries) if not part.present and part.need is not Need.MAY)
        return [
            Lack(
                f"{part.title}. {missing_text(part)}",
                part.path,
                "",
                "error" if part.need is Need.MUST else "warning",
            )
            for part in parts
        ]

    def _info(self) -> Info:
        return read_info(self._document.entries)


def gravest(problems: Sequence[Problem], most: int) -> list[Lack]:
    """The first problems, the gravest ones first; one for each rule and file."""
    rank = {"error": 0, "warning": 1, "info": 2}
    ordered = sorted(problems, key=lambda problem: rank[str(problem.severity)])
    single = {(problem.rule, problem.path): problem for problem in reversed(ordered)}
    chosen = [problem for problem in ordered if single.get((problem.rule, problem.path)) is problem]
    return [
        Lack(problem.message, problem.path, problem.field, str(problem.severity), problem)
        for problem in chosen[:most]
        if str(problem.severity) != "info"
    ]


def _targets_text(targets: Targets) -> str:
    names = [release.name for release in targets.releases()]
    if names[0] == names[-1]:
        return tr("DSM {version}", version=names[0])
    return tr("DSM {first} to {last}", first=names[0], last=names[-1])


def _platforms_text(found: Platforms) -> str:
    if not found.count:
        return tr("Every NAS")
    words = ", ".join(found.words[:4]) + (" …" if len(found.words) > 4 else "")
    if found.count == len(found.words):
        return words
    return tr("{words} ({n} platform)", "{words} ({n} platforms)", n=found.count, words=words)


def _size_text(found: Size) -> str:
    if not found.files:
        return tr("Empty")
    files = tr("{n} file", "{n} files", n=found.files)
    return tr("{files}, {size}", files=files, size=size_text(found.bytes))
