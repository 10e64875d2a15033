"""The palette's search: letters in order, word starts first."""

from __future__ import annotations

from gui.qt.fuzzy import best_matches

TEXTS = ["New package", "Open package folder", "Build", "Build to", "Capture from NAS", "Next problem"]


def found(pattern: str) -> list[str]:
    return [TEXTS[position] for position in best_matches(pattern, TEXTS)]


def test_nothing_typed_shows_everything_in_order() -> None:
    assert found("") == TEXTS


def test_word_starts_come_first() -> None:
    assert found("np")[:2] == ["New package", "Next problem"]
    assert found("nas") == ["Capture from NAS"]
    assert found("build")[0] == "Build"


def test_letters_must_come_in_order() -> None:
    assert found("dliub") == []
    assert found("opf") == ["Open package folder"]
