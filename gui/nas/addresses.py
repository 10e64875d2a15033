"""The collected addresses of packages: found in captures, lists, logs and any text; no widgets."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spkcore.base.errors import UnreadableError
from spkcore.base.files import write_bytes
from spkcore.base.tasks import TaskContext
from spkcore.nas.feeds import PackageUrl, as_csv, as_text, find_urls, find_urls_in_file, matching, merge

_MOST_FILES = 5_000
_LARGEST_FILE = 64 << 20


class AddressBook:
    """Each address once, in the order of their coming."""

    def __init__(self) -> None:
        self.urls: tuple[PackageUrl, ...] = ()

    def add(self, found: Iterable[PackageUrl]) -> int:
        """Add what is new, and learn what is new about the others; returns how many addresses came."""
        before = len(self.urls)
        self.urls = merge([*self.urls, *found])
        return len(self.urls) - before

    def remove(self, gone: Collection[PackageUrl]) -> None:
        """Take these out."""
        addresses = {url.url for url in gone}
        self.urls = tuple(url for url in self.urls if url.url not in addresses)

    def matching(self, words: str) -> tuple[PackageUrl, ...]:
        """Those in which every word is found."""
        return matching(self.urls, words)


@dataclass(frozen=True, slots=True)
class Reading:
    """Finds addresses in texts and files, in a worker thread."""

    text: str = ""
    paths: tuple[Path, ...] = ()

    def run(self, context: TaskContext) -> tuple[PackageUrl, ...]:
        """What was found. Raises `UnreadableError` for a file that was named; in folders such files are left out."""
        found = list(find_urls(self.text.encode("utf-8", "surrogatepass")))
        for path in self.paths:
            context.check()
            if path.is_dir():
                found += self._in_folder(path, context)
            else:
                found += find_urls_in_file(path)
        return merge(found)

    def _in_folder(self, folder: Path, context: TaskContext) -> Iterator[PackageUrl]:
        for number, file in enumerate(_files(folder)):
            context.check()
            if number >= _MOST_FILES:
                return
            try:
                if file.stat().st_size <= _LARGEST_FILE:
                    yield from find_urls_in_file(file)
            except (OSError, UnreadableError):
                continue


@dataclass(frozen=True, slots=True)
class Exporting:
    """Writes addresses to a file: a table for a spreadsheet if it ends with .csv, else text."""

    urls: Sequence[PackageUrl]
    path: Path

    def run(self, _context: TaskContext) -> Path:
        """Write it. Raises `WriteError`."""
        is_table = self.path.suffix.lower() == ".csv"
        # Excel takes a file for UTF-8 only with a byte order mark.
        data = as_csv(self.urls).encode("utf-8-sig") if is_table else as_text(self.urls).encode()
        write_bytes(self.path, data)
        return self.path


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(place) / name for name in sorted(names))
