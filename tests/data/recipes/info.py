"""Packages for the info rules: for each rule one that fails and one that passes."""

from __future__ import annotations

from tests.data.recipes.spk import Case, case, elf, spk

CASES: dict[str, Case] = {
    "I036": case(spk(payload={"bin/program": elf(62)})),
    "I037": case(
        spk(info={"arch": "rtd1296"}, payload={"bin/program": elf(62)}),
        spk(info={"arch": "rtd1296"}, payload={"bin/program": elf(183)}),
    ),
}
