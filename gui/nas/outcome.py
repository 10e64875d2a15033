"""What came of a capture, as the result page shows it: package by package, with what can be opened and why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QLocale

from gui.qt.i18n import tr
from spkcore.archive.identify import ArchiveKind, Identity, identify
from spkcore.nas.capture import CapturedFile, CapturedPackage, CaptureResult
from spkcore.nas.feeds import PackageUrl, merge


@dataclass(frozen=True, slots=True)
class ResultFile:
    """One file or folder that arrived. `title` says what it is; `path` is where it lies now, size in bytes (0 for a
    folder); `readable` means that the editor can open it."""

    path: Path
    title: str
    size: int
    complete: bool
    is_package: bool
    readable: bool = False
    url: str = ""
    """Where Package Center got it from; empty if that is unknown."""
    package: str = ""
    """The package that it belongs to, such as "Git 2.1"; several of one queue stay apart."""
    explanation: str = ""
    """Why the editor cannot open it, and what can be done."""
    problems: tuple[str, ...] = ()
    """What its check found; it does not open by itself then."""
    is_listed: bool = False
    """Whether a package list names the very checksum that it has."""
    was_here: bool = False
    """Whether the same bytes lay there before."""
    remark: str = ""
    """That it was here already, or in what it differs from the file that has its name."""


@dataclass(frozen=True, slots=True)
class CaptureOutcome:
    """What came of a capture: files in the user's folder, warnings, and the addresses of packages that were seen."""

    files: tuple[ResultFile, ...]
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    urls: tuple[PackageUrl, ...] = ()

    @property
    def package(self) -> ResultFile | None:
        """The package that counts: the first that can be opened, else the first."""
        packages = [file for file in self.files if file.is_package]
        openable = [file for file in packages if file.readable]
        return next(iter((*openable, *packages)), None)

    @property
    def opens(self) -> Path | None:
        """What the editor should open by itself: a package file, else what DSM unpacked of one."""
        openable = [file for file in self.files if file.readable and not file.problems]
        openable.sort(key=lambda file: not file.is_package)
        return openable[0].path if openable else None

    @property
    def groups(self) -> tuple[tuple[str, tuple[ResultFile, ...]], ...]:
        """The files of each package, in the order of their coming; what belongs to none comes last."""
        names = dict.fromkeys(file.package for file in self.files if file.package)
        groups = [(name, tuple(file for file in self.files if file.package == name)) for name in names]
        rest = sorted((file for file in self.files if not file.package), key=lambda file: not file.is_package)
        return (*groups, *((("", tuple(rest)),) if rest else ()))


def outcome_of(result: CaptureResult) -> CaptureOutcome:
    """What the result page shows of a result. Looks at the first bytes of each package; what its check found stands
    with the package, not with what is to be said of the whole capture."""
    listed = {url.md5 for url in result.urls if url.md5}
    known = {file.path: file for file in result.files}
    shown: list[ResultFile] = []
    warnings = list(result.warnings)
    for package in result.packages:
        spk = known.pop(package.spk, None) if package.spk is not None else None
        shown += _files_of(package, spk, warnings)
    shown += [_spk(file, "", "", identify(file.path)) for file in known.values() if file.path.suffix == ".spk"]
    shown += [_plain(file) for file in known.values() if file.path.suffix != ".spk"]
    if result.unpacked is not None and not any(file.path == result.unpacked for file in shown):
        shown.append(_unpacked(result.unpacked, ""))
    sums = {file.path: file.md5 for file in result.files}
    files = [replace(_checked(file, warnings), is_listed=sums.get(file.path) in listed) for file in shown]
    told = {problem for file in files for problem in file.problems}
    rest = tuple(warning for warning in warnings if warning not in told)
    return CaptureOutcome(tuple(files), rest, result.seconds, result.urls)


def _checked(file: ResultFile, warnings: Sequence[str]) -> ResultFile:
    """The file with the warnings that are about it: they begin with its name."""
    starts = f"{file.path.name} ", f"{file.path.name}:"
    return replace(file, problems=tuple(warning for warning in warnings if warning.startswith(starts)))


def join_outcomes(outcomes: Iterable[CaptureOutcome]) -> CaptureOutcome:
    """Several captures shown as one."""
    outcomes = list(outcomes)
    return CaptureOutcome(
        tuple(file for outcome in outcomes for file in outcome.files),
        tuple(warning for outcome in outcomes for warning in outcome.warnings),
        sum(outcome.seconds for outcome in outcomes),
        merge(url for outcome in outcomes for url in outcome.urls),
    )


def _files_of(package: CapturedPackage, spk: CapturedFile | None, warnings: list[str]) -> list[ResultFile]:
    """The package file and the unpacked tree of one package. A warning that the explanation repeats is taken out."""
    title = f"{package.package} {package.version}".strip()
    tree = _unpacked(package.unpacked, title) if package.unpacked is not None else None
    if spk is None:
        return [tree] if tree is not None else []
    identity = identify(spk.path)
    file = _spk(spk, title, package.url, identity)
    if identity.kind is ArchiveKind.SYNOLOGY and spk.complete:
        repeated = f"{spk.path.name}: {identity.explanation}"
        warnings[:] = [warning for warning in warnings if not warning.startswith(repeated)]
        file = replace(file, explanation=_encrypted_text(tree))
    return [file, *([tree] if tree is not None else [])]


def _spk(file: CapturedFile, title: str, url: str, identity: Identity) -> ResultFile:
    readable = file.complete and identity.readable
    return ResultFile(
        file.path,
        title,
        file.size,
        file.complete,
        is_package=True,
        readable=readable,
        url=url,
        package=title,
        was_here=file.was_here,
        remark=_kept_text(file),
    )


def _kept_text(file: CapturedFile) -> str:
    """What is to be said of the files that lay there before."""
    if file.was_here:
        return tr("This very file was here already, with the same size and checksum. It was kept once.")
    if file.other is None:
        return ""
    name, other = file.other.path.name, file.other
    if other.md5:
        text = tr(
            "{name} was here already and is another file: just as large, but with the MD5 checksum {other}, not {own}.",
            name=name, other=other.md5, own=file.md5,
        )  # fmt: skip
    else:
        text = tr(
            "{name} was here already and is another file: {other} bytes large, not {own}.",
            name=name, other=QLocale().toString(other.size), own=QLocale().toString(file.size),
        )  # fmt: skip
    return f"{text} {tr('Both were kept.')}"


def _plain(file: CapturedFile) -> ResultFile:
    return ResultFile(file.path, "", file.size, file.complete, is_package=False)


def _unpacked(folder: Path, title: str) -> ResultFile:
    opens = (folder / "INFO").is_file() and (folder / "package").is_dir()
    what = tr("Unpacked by Package Center") if opens else tr("Unpacked by Package Center, without the payload")
    return ResultFile(folder, what, 0, complete=True, is_package=False, readable=opens, package=title)


def _encrypted_text(tree: ResultFile | None) -> str:
    whole = tr(
        "This is an original package of Synology, signed and encrypted. It came whole and was kept unchanged: it can "
        "be installed on a NAS, but nobody can look into it."
    )
    if tree is not None and tree.readable:
        return f"{whole} {tr('To see and edit what is inside, open what Package Center unpacked of it.')}"
    return f"{whole} {tr('To get what is inside, capture it while Package Center installs it.')}"
