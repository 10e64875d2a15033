"""Progress, sizes and times in words, and on a progress bar."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QProgressBar

from gui.qt.i18n import tr
from spkcore.base.tasks import Progress

_STEPS = 1000


def show_progress(bar: QProgressBar, progress: Progress) -> None:
    """Let the bar show how far it is, or only that something happens."""
    fraction = progress.fraction
    if fraction is None:
        bar.setRange(0, 0)
        return
    bar.setRange(0, _STEPS)
    bar.setValue(int(fraction * _STEPS))


def progress_text(progress: Progress) -> str:
    """What happens and how far it is: "Packing the payload · 3.1 MB of 12.4 MB"."""
    amount = _amount(progress)
    return " · ".join(part for part in (progress.text, amount) if part)


def size_text(size: int) -> str:
    """A number of bytes for people, in the user's locale."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def seconds_text(seconds: float) -> str:
    """A time span for people: "a moment", "0.4 s", "12 s", "3 min 20 s"."""
    if seconds < 0.1:
        return tr("a moment")
    if seconds < 10:
        return tr("{n} s", n=QLocale().toString(seconds, "f", 1))
    if seconds < 60:
        return tr("{n} s", n=round(seconds))
    return tr("{minutes} min {seconds} s", minutes=int(seconds) // 60, seconds=int(seconds) % 60)


def _amount(progress: Progress) -> str:
    if not progress.done and not progress.total:
        return ""
    if progress.unit == "bytes":
        done, total = size_text(progress.done), size_text(progress.total)
    else:
        done, total = QLocale().toString(progress.done), QLocale().toString(progress.total)
    if not progress.total:
        return done
    return tr("{done} of {total}", done=done, total=total)
