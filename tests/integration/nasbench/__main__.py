"""A bench NAS for tests that run elsewhere, as in Windows' Python under Wine: up until standard input ends.

Prints one line of JSON: the port on 127.0.0.1 and the passwords by user.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.integration.nasbench.files import FILES
from tests.integration.nasbench.nas import PASSWORDS, missing_requirement, running_nas


def main() -> int:
    """Serve one NAS."""
    reason = missing_requirement()
    if reason:
        sys.stderr.write(f"{reason}\n")
        return 2
    with tempfile.TemporaryDirectory() as folder, running_nas(Path(folder) / "nas") as nas:
        fill(nas.path("/volume1/@appstore/outside"))
        sys.stdout.write(json.dumps({"port": nas.port, "passwords": PASSWORDS}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    return 0


def fill(folder: Path) -> None:
    """Files to pull, which only root may read."""
    folder.mkdir(mode=0o700)
    for name, data in FILES.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
