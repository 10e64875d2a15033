"""The inputs of desktop entries: titles can be picked from the texts of the folder, early texts ticked."""

from __future__ import annotations

from gui.editors.desktop.presenter import DesktopPart
from gui.editors.schemaform.host import FormHost
from gui.editors.schemaform.inputs import PickInput, TickInput
from gui.qt.i18n import tr
from gui.qt.theme import Theme
from gui.widgets.fields import FieldInput, FieldSpec

_TEXTS = frozenset({"title", "desc"})
_LISTS = frozenset({"preloadTexts"})


class DesktopHost(FormHost):
    """The inputs know the texts of the desktop folder."""

    part: DesktopPart

    def make_input(self, spec: FieldSpec) -> FieldInput:
        return text_input(self.theme, self.part, spec) or super().make_input(spec)


def text_input(theme: Theme, part: DesktopPart, spec: FieldSpec) -> FieldInput | None:
    """The input of a member that can name translated texts of the desktop folder; None for other members."""
    icon = theme.icon("globe")
    if spec.name in _TEXTS:
        return PickInput(spec, icon, tr("Pick a translated text: {label}", label=spec.label), part.texts)
    if spec.name in _LISTS:
        return TickInput(spec, icon, tr("Pick translated texts: {label}", label=spec.label), part.texts)
    return None
