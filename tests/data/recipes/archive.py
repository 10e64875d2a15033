"""Packages for the archive rules: for each rule one that fails and one that passes."""

from __future__ import annotations

from tests.data.recipes.spk import Case, case, spk

CASES: dict[str, Case] = {
    "A001": case(spk(wrap="gzip")),
}
