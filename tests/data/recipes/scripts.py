"""Packages for the scripts rules: for each rule one that fails and one that passes."""

from __future__ import annotations

from tests.data.recipes.spk import Case, case, script, spk

CASES: dict[str, Case] = {
    "S003": case(spk(files={"scripts/postinst": script("exit 0\r\n")})),
}
