"""Rules about INFO (spk-format.md chapter 7), by topic in the modules that this one brings together."""

from __future__ import annotations

from spkcore.checks.rules import (
    info_file,
    info_keyset,
    info_others,
    info_payload,
    info_values,
    info_versions,
    info_writing,
)

__all__ = [
    "info_file",
    "info_keyset",
    "info_others",
    "info_payload",
    "info_values",
    "info_versions",
    "info_writing",
]
