"""The one function through which every text of the user interface passes: tr()."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

_CONTEXT = "SPK Creator"


def tr(text: str, plural: str = "", /, **values: object) -> str:
    """The translation of the literal `text`, with `{name}` filled in from `values`.

    With a `plural` the value `n` chooses the form: `tr("{n} file", "{n} files", n=3)`. Both must be literals, so
    that they can be collected for the translators; tests/architecture checks it.
    """
    count = values.get("n")
    source = plural if plural and count != 1 else text
    translated = QCoreApplication.translate(_CONTEXT, source)
    return translated.format_map(values) if values else translated
