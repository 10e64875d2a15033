"""A secret store in memory."""

from __future__ import annotations


class FakeSecrets:
    """Keeps passwords in `kept`; `place` can be emptied to play a computer without a store."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.place = "the test's memory"

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def put(self, name: str, secret: str) -> None:
        self.kept[name] = secret

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)
