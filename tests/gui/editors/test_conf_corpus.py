"""Every privilege, resource and desktop file of the corpus opens in its editor, stays; an edit changes one value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gui.editors.base import Editor
from gui.editors.desktop.view import DesktopEditor
from gui.editors.formeditor import FormEditor
from gui.editors.privilege.view import PrivilegeEditor
from gui.editors.resource.view import ResourceEditor
from gui.services.document import Document
from spkcore.package.changes import set_content
from spkcore.package.jsontext import Node, parse
from tests.gui.editors.conftest import Opener

pytestmark = pytest.mark.gui

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
PLACES = {"privilege": "conf/privilege", "resource": "conf/resource", "ui_config": "package/ui/config"}
FILES = [path for kind in PLACES for path in sorted((CORPUS / kind).glob("*"))]


def _texts(text: str) -> Iterator[tuple[str, Node]]:
    return ((pointer, node) for pointer, node in parse(text).walk() if node.kind == "string")


@pytest.mark.skipif(not FILES, reason="the corpus is not here")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_files_of_others_are_kept(opened: Opener, document: Document, path: Path) -> None:
    data, name = path.read_bytes(), PLACES[path.parent.name]
    document.push(set_content(document.entries, name, data), "Take it in")
    editor = opened(name)
    _look_at_everything(editor)
    assert document.content(name) == data

    assert isinstance(editor, FormEditor)
    text = editor.part.source.text
    for pointer, node in _texts(text):
        editor.part.set(pointer, "changed", "Change")
        assert editor.part.source.text == f'{text[: node.start]}"changed"{text[node.end :]}'
        document.stack.undo()
        assert document.content(name) == data


def _look_at_everything(editor: Editor) -> None:
    """Put the focus on every place of the file."""
    assert isinstance(editor, FormEditor)
    assert editor.part.trouble == ""
    for pointer, _node in editor.part.tree.walk():
        shown: Any = editor.focus_pointer(pointer)
        assert shown, pointer
    if isinstance(editor, ResourceEditor):
        assert not [page for page in editor.pages.values() if page.json.isVisible()], "every worker has a form"
    elif isinstance(editor, DesktopEditor):
        assert len(editor.pages) == len(editor.part.entries()) == editor.list.count()
        assert not [page for page in editor.pages.values() if page.form.others.rows], "every member has a field"
    else:
        assert isinstance(editor, PrivilegeEditor)
        assert not editor.others.rows
