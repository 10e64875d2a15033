"""The document of a JSON text in which one plain value changed, without reading the rest again: typing stays fluid."""

from __future__ import annotations

from dataclasses import replace

from spkcore.package.findings import Finding, Severity
from spkcore.package.jsontext import MAX_PROBLEMS, JsonDocument, Member, Node, parse, read, remember


def spliced(document: JsonDocument, start: int, end: int, new: str) -> JsonDocument:
    """The document of the text with `new` in the place of what stands from `start` to `end`.

    The same as reading it all, and much faster where a text, number or word takes the place of another one.
    """
    text = document.text[:start] + new + document.text[end:]
    root = _replaced(document, start, end, new)
    if root is None:
        return parse(text)
    made = JsonDocument(text, root, ())
    made.problems = tuple(
        _moved(problem, document, made, end, len(new) - (end - start)) for problem in document.problems
    )
    return remember(made)


def _replaced(document: JsonDocument, start: int, end: int, new: str) -> Node | None:
    """The tree with the new value; None where only reading tells what becomes of it."""
    value = _plain(new)
    if value is None or document.root is None or not _can_be_spliced(document, start, end):
        return None
    return _with(document.root, start, end, value)


def _plain(new: str) -> Node | None:
    """The value that is written there, if it is a plain one and nothing else, without anything to report."""
    read_alone = read(new)
    node = read_alone.root
    if (
        node is None
        or read_alone.problems
        or node.kind in {"object", "array"}
        or (node.start, node.end) != (0, len(new))
    ):
        return None
    return node


def _can_be_spliced(document: JsonDocument, start: int, end: int) -> bool:
    """Behind an error places are not certain; a list of problems that is full may lack some; and the problems of the
    value itself go with it."""
    if len(document.problems) >= MAX_PROBLEMS:
        return False
    offsets = (document.offset(problem.line, problem.column) for problem in document.problems)
    is_sound = all(problem.severity is not Severity.ERROR for problem in document.problems)
    return is_sound and not any(start <= offset < end for offset in offsets)


def _with(node: Node, start: int, end: int, value: Node) -> Node | None:
    by = value.end - (end - start)
    if (node.start, node.end) == (start, end):
        is_plain = node.kind not in {"object", "array"}
        return replace(value, start=start, end=start + value.end) if is_plain else None
    for index, (low, high) in enumerate(node.spans):
        if low <= start and end <= high:
            return _with_child(node, index, _child_with(node, index, start, end, value), by)
    return None


def _child_with(node: Node, index: int, start: int, end: int, value: Node) -> Node | None:
    child = node.members[index].node if node.members else node.items[index]
    return _with(child, start, end, value) if child.start <= start else None


def _with_child(node: Node, index: int, child: Node | None, by: int) -> Node | None:
    if child is None:
        return None
    if node.members:
        old = node.members[index]
        members = (*node.members[:index], Member(old.name, old.start, old.end, child))
        behind = (_moved_member(member, by) for member in node.members[index + 1 :])
        return Node(node.kind, node.start, node.end + by, members=(*members, *behind))
    items = (*node.items[:index], child, *(_moved_node(item, by) for item in node.items[index + 1 :]))
    return Node(node.kind, node.start, node.end + by, items=items)


def _moved_member(member: Member, by: int) -> Member:
    return Member(member.name, member.start + by, member.end + by, _moved_node(member.node, by)) if by else member


def _moved_node(node: Node, by: int) -> Node:
    if not by:
        return node
    items = tuple([_moved_node(item, by) for item in node.items])
    members = tuple([_moved_member(member, by) for member in node.members])
    return Node(node.kind, node.start + by, node.end + by, node.scalar, items, members)


def _moved(problem: Finding, old: JsonDocument, new: JsonDocument, end: int, by: int) -> Finding:
    offset = old.offset(problem.line, problem.column)
    if offset < end:
        return problem
    line, column = new.line_column(offset + by)
    return replace(problem, line=line, column=column)
