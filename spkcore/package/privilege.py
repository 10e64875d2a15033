"""conf/privilege: as whom the scripts and programs of the package run (spk-format.md 5.1)."""

from __future__ import annotations

PATH = "conf/privilege"
SCHEMA = "privilege"
DSM7_DEFINITION = "dsm7Unsigned"
"""Part of the schema with the limits for packages that Synology did not sign, on DSM 7."""

STARTER = '{\n    "defaults": {\n        "run-as": "package"\n    }\n}\n'
"""The text of a new file: the only default that DSM 7 takes from third parties."""
