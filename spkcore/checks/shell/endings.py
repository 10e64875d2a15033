"""Which commands give a shell script, or a function in it, its exit status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from spkcore.checks.shell.model import Command, End, Ending

if TYPE_CHECKING:
    from tree_sitter import Node

_DEEPEST = 60
_CLAUSES = frozenset({"elif_clause", "else_clause"})
_SEQUENCES = frozenset({"program", "compound_statement", "subshell", "pipeline"})


def endings(node: Node, commands: Mapping[int, Command], depth: int = 0) -> Iterator[Ending]:
    """The commands whose status becomes that of the statement `node`; `commands` go by node id."""
    if (command := commands.get(node.id)) is not None:
        yield Ending(command)
        return
    for last, kind in _last(node) if depth < _DEEPEST else ():
        for ending in endings(last, commands, depth + 1):
            yield Ending(ending.command, kind) if kind is End.AND else ending


def _last(node: Node) -> Iterator[tuple[Node, End]]:
    """The statements inside `node` that give it its status."""
    inner = _statements(node)
    if node.type == "list" and len(inner) == 2:
        if any(child.type == "&&" for child in node.children):
            yield inner[0], End.AND
        yield inner[1], End.LAST
    elif node.type == "if_statement":
        blocks = [node, *(child for child in inner if child.type in _CLAUSES)]
        yield from ((found, End.LAST) for block in blocks if (found := _end_of_block(block)))
    elif node.type == "case_statement":
        items = [child for child in inner if child.type == "case_item"]
        yield from ((item.named_children[-1], End.LAST) for item in items if len(item.named_children) > 1)
    elif node.type == "redirected_statement" and (body := node.child_by_field_name("body")) is not None:
        yield body, End.LAST
    elif node.type in _SEQUENCES and inner:
        follower = inner[-1].next_sibling
        if follower is None or follower.type != "&":
            yield inner[-1], End.LAST


def _end_of_block(node: Node) -> Node | None:
    """The last statement of a block of an if statement; the condition alone is none."""
    own = [child for child in _statements(node) if child.type not in _CLAUSES]
    has_condition = node.type != "else_clause"
    return own[-1] if len(own) > has_condition else None


def _statements(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]
