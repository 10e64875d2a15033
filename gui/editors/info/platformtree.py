"""The tree of families, platforms and models that the platform dialog shows; knows no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gui.editors.info.ranges import DsmRange
from gui.qt.i18n import tr
from spkcore.package.arch import NOARCH, Family, Platform, arch_problem, families, platforms
from spkcore.package.platformchoice import (
    Words,
    covering,
    has_model,
    members_of,
    model_words,
    runs_on,
    unknown_models,
    unknown_words,
    with_model,
    with_platform,
)
from spkcore.package.version import DsmVersion

UNCHECKED, PARTLY, CHECKED = range(3)
"""The values of Qt.CheckState."""


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the tree. `kind` is family, platform, model, word (one that no table knows) or heading."""

    kind: str
    name: str
    title: str
    cpu: str = ""
    dsm: str = ""
    models: tuple[str, ...] = ()
    platform: str = ""
    note: str = ""
    """What is shown where platforms have their models."""
    is_dim: bool = False
    """Whether the chosen DSM versions do not run on it."""
    can_be_chosen: bool = True
    children: tuple[Node, ...] = ()

    def state(self, words: Sequence[str]) -> int:
        """How its box is ticked; a family of which some platforms are named is ticked partly."""
        if self.kind == "model":
            return CHECKED if has_model(words, self.platform, self.name) else UNCHECKED
        if self.kind == "platform" and NOARCH not in words:
            return CHECKED if covering(words, self.name) else UNCHECKED
        if self.name in words:
            return CHECKED
        return PARTLY if self.kind == "family" and any(child.name in words for child in self.children) else UNCHECKED

    def state_below(self, words: Sequence[str]) -> bool:
        """Whether something below it is ticked by itself."""
        return any(
            child.name in words or child.state_below(words) or _is_model(child, words) for child in self.children
        )

    def toggled(self, words: Words, *, chosen: bool) -> Words:
        """`words` after a click on its box."""
        if self.kind == "model":
            return with_model(words, self.platform, self.name, chosen=chosen)
        if self.kind == "word":
            others = tuple(word for word in words if word != self.name)
            return (*others, self.name) if chosen else others
        return with_platform(words, self.name, chosen=chosen)

    def fits(self, needle: Sequence[str]) -> bool:
        """Whether it has all words of a search (folded)."""
        text = f"{self.name} {self.title} {self.cpu} {' '.join(self.models)}".casefold()
        return all(word in text for word in needle)


def nodes(words: Sequence[str], dsm: DsmRange, *, models: bool, all_names: bool) -> list[Node]:
    """The tree: noarch (with `all_names`), the families with their platforms, the others, and unknown words."""
    found: list[Node] = []
    inside: set[str] = set()
    for family in families().values():
        if family.members:
            inside.update(family.members)
            found.append(_family(family, dsm, models=models))
        elif all_names and not models:
            found.append(Node("family", family.name, f"{family.name}   {family.title}", note=family.description))
    rest = [item for item in platforms().values() if item.name not in inside]
    known = [_platform(item, dsm, models=models) for item in rest if not item.is_router]
    found.append(Node("heading", "", tr("Platforms without a family"), can_be_chosen=False, children=tuple(known)))
    routers = tuple(_platform(item, dsm, models=models) for item in rest if item.is_router)
    found.append(Node("heading", "", tr("Routers (SRM)"), can_be_chosen=False, children=routers))
    strange = unknown_models(words) if models else unknown_words(words)
    if strange:
        lines = tuple(Node("word", word, word) for word in strange)
        found.insert(
            0, Node("heading", "", tr("In the value, but not in the table"), can_be_chosen=False, children=lines)
        )
    return found


def explanation(node: Node) -> str:
    """What a line of the tree is, in a sentence or two."""
    match node.kind:
        case "family":
            return _about_family(families()[node.name])
        case "platform":
            return _about_platform(platforms()[node.name])
        case "model":
            forms = " ".join(model_words(node.platform, node.name))
            two = " " + tr("Old and new models spell it differently, so both forms are given.") if " " in forms else ""
            return tr("{model} is written as {forms}.", model=node.name, forms=forms) + two
        case "word":
            return arch_problem(node.name) or tr("{word} is kept as it is.", word=node.name)
        case _:
            return ""


def warning(words: Sequence[str], dsm: DsmRange) -> str:
    """What is to be known about the choice as it stands, for these DSM versions."""
    named = [word for word in words if word in families() and families()[word].members]
    if named and dsm.low < DsmVersion(7, 0) and dsm.high >= DsmVersion(6, 0):
        return tr(
            "DSM 6 on some NAS refuses {names}: there a DS412+ takes cedarview, but not x86_64. "
            "Write families as platforms to be safe.",
            names=", ".join(named),
        )
    if NOARCH in words and len(words) > 1:
        return tr("noarch already stands for every NAS: the other names add nothing.")
    return ""


def _is_model(node: Node, words: Sequence[str]) -> bool:
    return node.kind == "model" and has_model(words, node.platform, node.name)


def _family(family: Family, dsm: DsmRange, *, models: bool) -> Node:
    children = tuple(_platform(item, dsm, models=models) for item in members_of(family))
    return Node(
        "family",
        family.name,
        f"{family.name}   {family.title}",
        note=family.description,
        is_dim=all(child.is_dim for child in children),
        can_be_chosen=not models,
        children=children,
    )


def _platform(item: Platform, dsm: DsmRange, *, models: bool) -> Node:
    leaves = tuple(Node("model", name, name, platform=item.name) for name in item.models) if models else ()
    versions = item.dsm
    shown = f"{versions[0]} – {versions[-1]}" if len(versions) > 1 else "".join(versions)
    is_dim = item.is_router or not runs_on(item, dsm.low, dsm.high)
    return Node(
        "platform",
        item.name,
        item.name,
        cpu=item.cpu,
        dsm=shown,
        models=item.models,
        is_dim=is_dim,
        can_be_chosen=not models,
        children=leaves,
    )


def _about_family(family: Family) -> str:
    if not family.members:
        return family.description
    stands = tr(
        "It stands for {n} platform: {names}.",
        "It stands for {n} platforms: {names}.",
        n=len(family.members),
        names=", ".join(family.members),
    )
    return f"{family.title}. {family.description} {stands}"


def _about_platform(item: Platform) -> str:
    parts = [item.cpu or item.name]
    if item.family:
        parts.append(tr("covered by {family}", family=item.family))
    if item.dsm:
        parts.append(tr("DSM {first} to {last}, as far as known", first=item.dsm[0], last=item.dsm[-1]))
    else:
        parts.append(tr("its DSM versions are not known"))
    said = ", ".join(parts) + "."
    note = f" {item.note}" if item.note else ""
    shown = ", ".join(item.models)
    return f"{said}{note} " + (tr("Models: {models}.", models=shown) if shown else tr("No model is known."))
