"""conf/privilege: as whom the scripts and programs of the package run (spk-format.md 5.1)."""

from __future__ import annotations

from spkcore.package.jsontext import JsonDocument

PATH = "conf/privilege"
SCHEMA = "privilege"
DSM7_DEFINITION = "dsm7Unsigned"
"""Part of the schema with the limits for packages that Synology did not sign, on DSM 7."""

STARTER = '{\n    "defaults": {\n        "run-as": "package"\n    }\n}\n'
"""The text of a new file: the only default that DSM 7 takes from third parties."""


def run_as(document: JsonDocument) -> str:
    """As whom scripts run by default: package, root or system; empty when the file does not say."""
    node = document.node("/defaults/run-as")
    return node.scalar if node is not None and isinstance(node.scalar, str) else ""


def account(document: JsonDocument, package_name: str) -> str:
    """The user that DSM makes for the package: named in the file, else called as the package."""
    node = document.node("/username")
    return node.scalar if node is not None and isinstance(node.scalar, str) and node.scalar else package_name
