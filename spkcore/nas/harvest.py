"""Brings home what a capture caught: package files under their real names, unpacked members, package URLs; verified."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from spkcore.archive.identify import ArchiveKind, Identity, identify
from spkcore.archive.read import INFO_MEMBER, PAYLOAD_MEMBER, open_archive
from spkcore.archive.streams import Readable
from spkcore.base.errors import NasError, UnreadableError
from spkcore.base.files import free_path, windows_safe, write_error
from spkcore.base.reference import table
from spkcore.base.tasks import TaskContext
from spkcore.nas.agents import named_command
from spkcore.nas.errors import CommandFailedError
from spkcore.nas.events import Step
from spkcore.nas.feeds import PackageUrl, find_urls, merge, url_of
from spkcore.nas.session import Session
from spkcore.nas.transfer import Pulled, Way, pull
from spkcore.package.info import Info

_READABLE = frozenset({ArchiveKind.SPK, ArchiveKind.SIGNED, ArchiveKind.COMPRESSED})
_CHUNK = 1 << 20
_MAX_INFO = 4 << 20
_MAX_FEED = 64 << 20
_SELECT_SECONDS = 600.0
_PACKAGE_FILE = re.compile(r"(^|/)(@SYNOPKG_DOWNLOAD_(?P<package>[^/]+?)|upload_tmp\.[^/]+?)(\.~\d+~)?$")
_FEED_FOLDER = "pkglist.tmp"

# Makes a folder of links to what shall come, so that nothing else is hashed or copied. "home" takes package files and
# small members; "unpacked" takes package.tgz or, without one, the payload as DSM unpacked it.
_SELECT = r"""
folder=$1 mode=$2
shift 2
mkdir "$folder/$mode" && cd "$folder/tree" || exit 1
unpacked() {
    if [ -n "$(find . -name package.tgz -type f)" ]; then
        find . -name package.tgz -type f
    else
        find . -type f -path '*/package/*'
    fi
}
case $mode in
    home) find . -type f \( -name '@SYNOPKG_DOWNLOAD_*' -o -path './upload_tmp.*' -o -size -2048k \
        ! -path '*/package/*' ! -name package.tgz \) ;;
    *) unpacked ;;
esac | while IFS= read -r file; do
    for skipped in "$@"; do
        [ "$file" != "./$skipped" ] || continue 2
    done
    target=$folder/$mode/${file#./}
    [ -d "${target%/*}" ] || mkdir -p "${target%/*}"
    ln "$file" "$target" || exit 1
done
"""

_LISTS = r"""
for pattern in "$@"; do
    for file in $pattern; do
        [ ! -f "$file" ] || head -c 16000000 "$file"
        echo
    done
done
"""


@dataclass(frozen=True, slots=True)
class CapturedFile:
    """A file that came home. Size in bytes; `complete` says that size, checksum and container are as they must be."""

    path: Path
    size: int
    md5: str
    complete: bool


@dataclass(frozen=True, slots=True)
class CapturedPackage:
    """A package that came home. `spk` is its file (None: only unpacked members came), `url` where Package Center got it
    from, "" if that is unknown."""

    package: str
    version: str
    spk: Path | None
    url: str


@dataclass(slots=True)
class Harvest:
    """What came home. `unpacked` is the folder with the unpacked members, None if there were none."""

    files: list[CapturedFile] = field(default_factory=list)
    packages: list[CapturedPackage] = field(default_factory=list)
    urls: tuple[PackageUrl, ...] = ()
    unpacked: Path | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Naming:
    """What a package says about itself."""

    package: str = ""
    version: str = ""
    arch: str = ""

    @classmethod
    def of(cls, info: Info) -> Naming:
        """From INFO."""
        return cls(info.value("package"), info.value("version"), info.value("arch"))

    @property
    def file_name(self) -> str:
        """`<package>-<version>-<arch>.spk`, as far as it is known; Windows can hold it."""
        words = self.arch.split()
        arch = "_".join(words) if len(words) <= 3 else f"{words[0]}_and_{len(words) - 1}_more"
        parts = [part for part in (self.package, self.version, arch) if part]
        return windows_safe(f"{'-'.join(parts) or 'package'}.spk")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look into a local package file told."""

    identity: Identity
    naming: Naming
    is_whole: bool
    warning: str = ""


def is_package_file(path: str) -> bool:
    """Whether a caught file (path below @tmp) is a package file by its name."""
    return _PACKAGE_FILE.search(path) is not None


def name_from_path(path: str) -> Naming:
    """What the name of a package file on the NAS tells: Package Center puts the package's name in it."""
    match = _PACKAGE_FILE.search(path)
    return Naming(match["package"] or "") if match else Naming()


def verify_package(path: Path, context: TaskContext) -> Verdict:
    """Read a package file to its end: its container, and the checksum that INFO gives for package.tgz."""
    identity = identify(path)
    if identity.kind is ArchiveKind.SYNOLOGY:
        return Verdict(identity, Naming(), identity.is_complete is not False)
    if identity.kind not in _READABLE:
        return Verdict(identity, Naming(), is_whole=False, warning=identity.explanation)
    info, checksum, warning = Info(), "", ""
    try:
        with open_archive(path, context) as archive:
            for member, stream in archive.members():
                if stream is not None and member.path == INFO_MEMBER:
                    info = Info.parse(stream.read(_MAX_INFO))
                elif stream is not None and member.path == PAYLOAD_MEMBER:
                    checksum = _md5(stream)
    except UnreadableError as error:
        warning = error.what
    expected = info.get("checksum").lower()
    if expected and checksum and expected != checksum:
        warning = "package.tgz does not have the checksum that INFO names"
    return Verdict(identity, Naming.of(info), is_whole=not warning, warning=warning)


class Harvester:
    """Fetches from the agent's folders on the NAS into a folder of the user, once."""

    def __init__(
        self,
        session: Session,
        folder: Path,
        context: TaskContext,
        on_step: Callable[[Step, str], None],
        prefer: Way = "sftp",
    ) -> None:
        self._session = session
        self._folder = folder
        self._context = context
        self._on_step = on_step
        self._prefer = prefer
        self._result = Harvest()
        self._infos: list[Naming] = []
        self._found: list[tuple[Naming, Path]] = []
        self._urls: list[PackageUrl] = []

    def run(self, nas_folders: Sequence[str], skipped: Iterable[str], log_text: str) -> Harvest:
        """Fetch everything but the `skipped` paths (below tree/). `log_text` is what DSM logged meanwhile.

        Raises what `transfer.pull` raises; nothing half-finished stays in the user's folder.
        """
        staging = self._folder / f".{PurePosixPath(nas_folders[0]).name}"
        try:
            self._on_step(Step.PULLING, "Fetching what was caught")
            pulled = self._pull_all(nas_folders, staging, "home", list(skipped))
            self._on_step(Step.VERIFYING, "Checking what came")
            packages = [item for item in pulled if is_package_file(item.name)]
            members = [item for item in pulled if not is_package_file(item.name)]
            self._read_members(members, log_text)
            readable = [self._take_package(item) for item in packages]
            if members and not (readable and all(readable)):
                self._on_step(Step.PULLING, "Fetching the unpacked package")
                members += self._pull_all(nas_folders, staging, "unpacked", [])
            self._keep_members(members, staging)
            self._name_packages()
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        return self._result

    def _pull_all(self, nas_folders: Sequence[str], staging: Path, mode: str, skipped: list[str]) -> list[Pulled]:
        """Fetch one selection from every volume; the same paths on two volumes stay apart."""
        pulled = []
        for number, nas_folder in enumerate(nas_folders):
            command = named_command(_SELECT, "spkcap-select", [nas_folder, mode, *skipped])
            result = self._session.root.execute(command, timeout=_SELECT_SECONDS, context=self._context)
            if result.code != 0:
                raise CommandFailedError("Choosing the files", self._session.target.place, result.err)
            target = staging / str(number)
            pulled += pull(self._session, f"{nas_folder}/{mode}", target, self._context, prefer=self._prefer)
        return pulled

    def _read_members(self, members: list[Pulled], log_text: str) -> None:
        """Learn names and URLs from INFO files, package lists and the log."""
        for item in members:
            parts = item.name.split("/")
            if parts[-1] == INFO_MEMBER and item.size <= _MAX_INFO:
                self._infos.append(Naming.of(Info.parse(item.path.read_bytes())))
            elif _FEED_FOLDER in parts and item.size <= _MAX_FEED:
                self._urls += find_urls(item.path.read_bytes(), parts[-1])
        self._urls += find_urls(log_text.encode("utf-8", "surrogateescape"), "synopkg.log")
        self._urls += self._read_lists()
        self._result.urls = merge(self._urls)

    def _read_lists(self) -> tuple[PackageUrl, ...]:
        """The package lists that DSM keeps outside its volumes; an extra, so none where that fails."""
        patterns = [feed["path"] for feed in table("capture_places")["feed_list"]]
        with contextlib.suppress(NasError):
            command = named_command(_LISTS, "spkcap-lists", patterns)
            return find_urls(self._session.root.execute(command, context=self._context).out, "package list")
        return ()

    def _take_package(self, item: Pulled) -> bool:
        """Verify one package file and give it its name. Whether it can be read."""
        verdict = verify_package(item.path, self._context)
        naming = verdict.naming if verdict.naming.package else self._guess(name_from_path(item.name))
        known = next((path for path in self._result.files if path.md5 == item.md5), None)
        if known is not None:
            return verdict.identity.kind in _READABLE
        target = free_path(self._folder, naming.file_name)
        _move(item.path, target)
        self._result.files.append(CapturedFile(target, item.size, item.md5, verdict.is_whole))
        self._found.append((naming, target))
        self._judge(verdict, naming, item, target)
        return verdict.identity.kind in _READABLE and verdict.is_whole

    def _judge(self, verdict: Verdict, naming: Naming, item: Pulled, target: Path) -> None:
        if not verdict.is_whole:
            self._result.warnings.append(
                f"{target.name} is not whole: {verdict.warning or verdict.identity.explanation}"
            )
        elif verdict.identity.kind is ArchiveKind.SYNOLOGY:
            self._result.warnings.append(f"{target.name}: {verdict.identity.explanation} {verdict.identity.advice}")
        for url in self._result.urls:
            if (url.package, url.version) == (naming.package, naming.version) and url.md5 not in {"", item.md5}:
                self._result.warnings.append(
                    f"{target.name} differs from the package list ({url.url}): another checksum"
                )

    def _guess(self, naming: Naming) -> Naming:
        """The INFO that DSM unpacked knows the version of a package that cannot be read; the URL often does, too."""
        for info in self._infos:
            if info.package and naming.package in {"", info.package}:
                return info
        for url in self._result.urls:
            if url.version and url.package == naming.package:
                return Naming(url.package, url.version)
        return naming

    def _keep_members(self, members: list[Pulled], staging: Path) -> None:
        """Move the unpacked members beside the packages; empty ones alone are not worth a folder."""
        if not members:
            return
        naming = self._found[0][0] if self._found else next(iter(self._infos), Naming())
        target = free_path(self._folder, f"{naming.file_name.removesuffix('.spk')} unpacked")
        for item in members:
            relative = item.path.relative_to(staging)
            path = target.joinpath(*relative.parts[1:])
            _move(item.path, path if not path.exists() else free_path(path.parent, path.name))
        self._result.unpacked = target

    def _name_packages(self) -> None:
        names = [(naming, path) for naming, path in self._found if naming.package]
        packages = {naming.package for naming, _ in names}
        unpacked = {info: None for info in self._infos if info.package and info.package not in packages}
        self._result.packages = [
            CapturedPackage(naming.package, naming.version, path, url_of(self._urls, naming.package, naming.version))
            for naming, path in [*names, *unpacked.items()]
        ]


def _move(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
    except OSError as error:
        raise write_error(target, error) from error


def _md5(stream: Readable) -> str:
    state = hashlib.md5(usedforsecurity=False)
    for piece in _pieces(stream):
        state.update(piece)
    return state.hexdigest()


def _pieces(stream: Readable) -> Iterator[bytes]:
    while data := stream.read(_CHUNK):
        yield data
