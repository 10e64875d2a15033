"""Packages for the wizard rules: for each rule one that fails and one that passes."""

from __future__ import annotations

from tests.data.recipes.spk import Case

CASES: dict[str, Case] = {}
