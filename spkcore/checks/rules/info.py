"""Rules about INFO (spk-format.md chapter 7)."""

from __future__ import annotations

from spkcore.checks.rules import info_payload as info_payload  # registers I036 and I037
