"""Names and descriptions in all languages of DSM as one table: what is there, and what is missing; knows no widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gui.qt.i18n import tr
from spkcore.base.reference import table
from spkcore.package.info import Info
from spkcore.package.infokeys import InfoKey, info_keys


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """One language; its code is empty in the row of the general texts. `values` are those that the file has, by key."""

    code: str
    name: str
    native: str
    values: Mapping[str, str]

    def key(self, base: str) -> str:
        """The key of INFO for one text of this language."""
        return f"{base}_{self.code}" if self.code else base


def localised_keys() -> list[InfoKey]:
    """The keys that can have a value for each language."""
    return [key for key in info_keys().values() if key.localised]


def language_rows(info: Info) -> list[LanguageRow]:
    """The general texts first, then the languages in DSM's order, then those of the file that DSM does not have."""
    known = table("languages")["languages"]
    found = {key.name: info.localised(key.name) for key in localised_keys()}
    general = {key: info.get(key) for key in found if key in info}
    rows = [LanguageRow("", tr("All other languages"), "", general)]
    strange = dict.fromkeys(code for texts in found.values() for code in texts if code not in known)
    for code in [*known, *strange]:
        names = known.get(code, {"name": tr("DSM has no such language"), "native": ""})
        values = {key: texts[code] for key, texts in found.items() if code in texts}
        rows.append(LanguageRow(code, names["name"], names["native"], values))
    return rows


def coverage_text(rows: list[LanguageRow]) -> str:
    """How many languages have texts of their own."""
    known = [row for row in rows if row.code]
    parts = [f"{key.label}: {sum(key.name in row.values for row in known)}/{len(known)}" for key in localised_keys()]
    return tr("Languages with a text of their own. {parts}", parts=", ".join(parts))
