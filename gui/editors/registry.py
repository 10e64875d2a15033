"""Which editor opens which part of a package."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.icons.view import IconsEditor
from gui.editors.info.view import InfoEditor
from gui.editors.json.view import JsonEditor
from gui.editors.payload.view import PayloadEditor
from gui.editors.scripts.view import ScriptEditor
from gui.editors.text.languages import head_of
from gui.editors.text.opening import open_file
from gui.models.sourcetext import is_binary
from gui.services.document import Document
from spkcore.package.parts import Part, PartKind

_JSON = {PartKind.WIZARD, PartKind.PRIVILEGE, PartKind.RESOURCE, PartKind.DESKTOP}
_SCRIPTS = {PartKind.SCRIPT, PartKind.WIZARD_SCRIPT}


def create_editor(part: Part, document: Document, context: AppContext, parent: QWidget | None = None) -> Editor:
    """The editor for `part`. A text part that holds bytes instead of text gets the page for binary files."""
    if part.kind is PartKind.INFO:
        return InfoEditor(document, context, part.path, parent)
    if part.kind is PartKind.PAYLOAD:
        return PayloadEditor(document, context, part.path, parent)
    if part.kind in {PartKind.ICON, PartKind.SCREENSHOT}:
        return IconsEditor(part.path, document, context, parent)
    if not is_binary(head_of(part.path, document)):
        if part.kind in _SCRIPTS:
            return ScriptEditor(part.path, document, context, parent)
        if part.kind in _JSON:
            return JsonEditor(part.path, document, context, parent)
    return open_file(part.path, document, context, parent)
