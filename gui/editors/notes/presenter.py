"""What the editors of licence and changelog do beyond text: texts to start from, and the way into INFO; no widgets."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from gui.editors.text.presenter import TextPresenter
from gui.qt.i18n import tr
from spkcore.base.errors import SpkError
from spkcore.base.reference import resources_folder
from spkcore.package.changelog import Release, info_text, releases, with_entry
from spkcore.package.changes import set_content
from spkcore.package.info import PATH as INFO_PATH
from spkcore.package.parts import info_to_edit, read_info

_LICENCES = ("mit", "bsd-2-clause", "as-is")


class InInfo(StrEnum):
    """How INFO's changelog stands to the newest entry."""

    SAME = "same"
    OTHER = "other"
    NONE = "none"
    NOTHING_TO_TAKE = "nothing"


def licences() -> list[tuple[str, str]]:
    """Ids and names of the texts a licence can start from."""
    return list(
        zip(_LICENCES, (tr("MIT License"), tr("BSD 2-Clause License"), tr("As it is, in three sentences")), strict=True)
    )


def use_licence(text: TextPresenter, chosen: str) -> None:
    """Make the chosen licence the text, with the year and the developer filled in."""
    raw = (resources_folder() / "licences" / f"{chosen}.txt").read_text(encoding="utf-8")
    owner = read_info(text.document.entries).get("maintainer") or tr("the developer")
    filled = raw.replace("@@year@@", str(datetime.now(UTC).year)).replace("@@owner@@", owner)
    text.edit(filled, typed=False)


def newest(text: TextPresenter) -> Release | None:
    """The newest entry of the changelog."""
    return next(iter(releases(text.source.text)), None)


def in_info(text: TextPresenter) -> InInfo:
    """Whether INFO says what the newest entry says."""
    entry = newest(text)
    if entry is None or not entry.lines:
        return InInfo.NOTHING_TO_TAKE
    said = read_info(text.document.entries).get("changelog")
    if not said:
        return InInfo.NONE
    return InInfo.SAME if said == info_text(entry) else InInfo.OTHER


def take_into_info(text: TextPresenter) -> str:
    """Make the newest entry the changelog of INFO. Returns why that cannot be, or nothing."""
    entry = newest(text)
    if entry is None:
        return ""
    document = text.document
    try:
        new = info_to_edit(document.entries).set("changelog", info_text(entry)).to_bytes()
    except SpkError as error:
        return f"{error.what}. {error.what_to_do}"
    document.push(
        set_content(document.entries, INFO_PATH, new, place=f"{INFO_PATH}#changelog"),
        tr("Take the changelog of {version} into INFO", version=entry.version or tr("this version")),
    )
    return ""


def version_of(text: TextPresenter) -> str:
    """The version of the package now."""
    return read_info(text.document.entries).get("version")


def has_entry(text: TextPresenter) -> bool:
    """Whether the newest entry is for the version of the package."""
    version = version_of(text)
    return not version or with_entry(text.source.text, version) == text.source.text


def add_entry(text: TextPresenter) -> None:
    """Add an empty entry for the version of the package on top."""
    text.edit(with_entry(text.source.text, version_of(text)), typed=False)
