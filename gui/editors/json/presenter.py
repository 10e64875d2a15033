"""What the JSON editor knows beyond text: where a member stands, tidy layout, what a part is for; knows no widgets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gui.editors.text.presenter import TextPresenter
from gui.qt.i18n import tr
from spkcore.package.jsontext import Node, parse

_GAP = re.compile(r"[\s,:{}\[\]\ufeff]*")
_SHORT = 88


def place_of(text: str, pointer: str) -> tuple[int, int]:
    """Line and column of a JSON pointer in `text`; (1, 1) when it is not there."""
    return parse(text).position(pointer, of_name=True)


def format_refusal(text: str) -> str:
    """Why the text cannot be laid out anew; empty when it can."""
    document = parse(text)
    if document.root is None or not document.is_readable:
        return tr("Correct the errors first: the text cannot be read.")
    if any(not _GAP.fullmatch(gap) for gap in _gaps(text, document.root)):
        return tr("The file has comments, and those would be lost.")
    return ""


def formatted(text: str) -> str:
    """The same values in the same order and spelling, one member a line; the text itself where `format_refusal`."""
    document = parse(text)
    if document.root is None or format_refusal(text):
        return text
    return _layout(text, document.root, "", _unit(text)) + "\n"


def tidy(presenter: TextPresenter) -> None:
    """Lay the file out anew as one undo step."""
    presenter.edit(formatted(presenter.source.text), typed=False)


def purpose(path: str) -> str:
    """One sentence about a JSON part."""
    name = path.rpartition("/")[2]
    if path.startswith("WIZARD_UIFILES/"):
        action = name.partition("_")[0]
        return {
            "install": tr("The pages that Package Center shows while the package is installed."),
            "upgrade": tr("The pages that Package Center shows while the package is upgraded."),
            "uninstall": tr("The pages that Package Center shows while the package is uninstalled."),
        }.get(action, "")
    return {
        "privilege": tr("Which user the programs of the package run as. DSM 7 does not allow root."),
        "resource": tr("What the package asks of the NAS: ports, shared folders, databases, web pages."),
        "config": tr("The icons that the package puts on the DSM desktop, and what they open."),
        "helptoc.conf": tr("The table of contents of the package's help."),
        "index.conf": tr("What the search of DSM finds of the package."),
    }.get(name, "")


def _gaps(text: str, root: Node) -> Iterator[str]:
    """Everything in `text` that is neither name nor plain value."""
    end = 0
    for start, stop in sorted(_tokens(root)):
        yield text[end:start]
        end = stop
    yield text[end:]


def _tokens(root: Node) -> Iterator[tuple[int, int]]:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.kind not in {"object", "array"}:
            yield node.start, node.end
        for member in node.members:
            yield member.start, member.end
            pending.append(member.node)
        pending.extend(node.items)


def _unit(text: str) -> str:
    found = re.search(r"\n([ \t]+)\S", text)
    return "\t" if found and found.group(1).startswith("\t") else "    "


def _layout(text: str, node: Node, indent: str, unit: str) -> str:
    if node.kind not in {"object", "array"}:
        return text[node.start : node.end]
    opener, closer = "{}" if node.kind == "object" else "[]"
    inner = indent + unit
    children = [
        *(f"{text[member.start : member.end]}: {_layout(text, member.node, inner, unit)}" for member in node.members),
        *(_layout(text, item, inner, unit) for item in node.items),
    ]
    if not children:
        return opener + closer
    line = opener + ", ".join(children) + closer
    if node.kind == "array" and "\n" not in line and "{" not in line and len(indent) + len(line) <= _SHORT:
        return line
    return f"{opener}\n{inner}" + f",\n{inner}".join(children) + f"\n{indent}{closer}"
