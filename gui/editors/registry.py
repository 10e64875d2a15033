"""Which editor opens which part of a package. Each is imported when the first part of its kind is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from gui.app.context import AppContext
from gui.editors.base import Editor
from gui.editors.text.languages import head_of
from gui.models.sourcetext import is_binary
from gui.services.document import Document
from spkcore.package.desktop import CONFIG
from spkcore.package.parts import Part, PartKind

EditorMaker = Callable[[str, Document, AppContext, QWidget | None], Editor]


def _overview() -> EditorMaker:
    from gui.editors.overview.view import OverviewEditor

    return OverviewEditor


def _info() -> EditorMaker:
    from gui.editors.info.view import InfoEditor

    return lambda path, document, context, parent: InfoEditor(document, context, path, parent)


def _payload() -> EditorMaker:
    from gui.editors.payload.view import PayloadEditor

    return lambda path, document, context, parent: PayloadEditor(document, context, path, parent)


def _icons() -> EditorMaker:
    from gui.editors.icons.view import IconsEditor

    return IconsEditor


def _screenshots() -> EditorMaker:
    from gui.editors.screenshots.view import ScreenshotsEditor

    return ScreenshotsEditor


def _script() -> EditorMaker:
    from gui.editors.scripts.view import ScriptEditor

    return ScriptEditor


def _wizard() -> EditorMaker:
    from gui.editors.wizard.view import WizardEditor

    return WizardEditor


def _privilege() -> EditorMaker:
    from gui.editors.privilege.view import PrivilegeEditor

    return PrivilegeEditor


def _resource() -> EditorMaker:
    from gui.editors.resource.view import ResourceEditor

    return ResourceEditor


def _wizard_script() -> EditorMaker:
    from gui.editors.wizard.scriptview import WizardScriptEditor

    return WizardScriptEditor


def _desktop() -> EditorMaker:
    from gui.editors.desktop.helpview import HelpEditor
    from gui.editors.desktop.view import DesktopEditor

    def make(path: str, document: Document, context: AppContext, parent: QWidget | None) -> Editor:
        made = DesktopEditor if path.rpartition("/")[2] == CONFIG else HelpEditor
        return made(path, document, context, parent)

    return make


def _strings() -> EditorMaker:
    from gui.editors.strings.view import StringsEditor

    return StringsEditor


def _license() -> EditorMaker:
    from gui.editors.notes.view import LicenseEditor

    return LicenseEditor


def _changelog() -> EditorMaker:
    from gui.editors.notes.view import ChangelogEditor

    return ChangelogEditor


def _file() -> EditorMaker:
    from gui.editors.text.opening import open_file

    return open_file


_EDITORS: Mapping[PartKind, Callable[[], EditorMaker]] = {
    PartKind.OVERVIEW: _overview,
    PartKind.INFO: _info,
    PartKind.PAYLOAD: _payload,
    PartKind.ICON: _icons,
    PartKind.SCREENSHOT: _screenshots,
}
"""Editors of parts that may hold anything."""
_TEXT_EDITORS: Mapping[PartKind, Callable[[], EditorMaker]] = {
    PartKind.SCRIPT: _script,
    PartKind.WIZARD_SCRIPT: _wizard_script,
    PartKind.WIZARD: _wizard,
    PartKind.PRIVILEGE: _privilege,
    PartKind.RESOURCE: _resource,
    PartKind.DESKTOP: _desktop,
    PartKind.STRINGS: _strings,
}
"""Editors of parts that hold text."""
_NAMED: Mapping[str, Callable[[], EditorMaker]] = {"LICENSE": _license, "CHANGELOG": _changelog}
"""Editors of single text files."""


def create_editor(part: Part, document: Document, context: AppContext, parent: QWidget | None = None) -> Editor:
    """The editor for `part`. A text part that holds bytes instead of text gets the page for binary files."""
    load = _EDITORS.get(part.kind)
    if load is None and not is_binary(head_of(part.path, document)):
        load = _NAMED.get(part.path) or _TEXT_EDITORS.get(part.kind)
    return (load or _file)()(part.path, document, context, parent)


def import_editors() -> None:
    """Import every editor now, so that showing the first of a kind takes no time."""
    for load in {*_EDITORS.values(), *_TEXT_EDITORS.values(), *_NAMED.values(), _file}:
        load()
