"""Brings home what a capture caught: package files under their real names, unpacked members, package URLs; verified."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from spkcore.archive.identify import ArchiveKind, Identity, identify
from spkcore.archive.read import INFO_MEMBER, PAYLOAD_MEMBER, open_archive
from spkcore.archive.streams import Readable
from spkcore.archive.tarstream import EndMark
from spkcore.base.errors import NasError, UnreadableError
from spkcore.base.reference import table
from spkcore.base.tasks import TaskContext
from spkcore.nas.agents import named_command
from spkcore.nas.errors import CommandFailedError
from spkcore.nas.events import Step
from spkcore.nas.feeds import PackageUrl, find_urls, merge, url_of
from spkcore.nas.keeping import Other, keep_file
from spkcore.nas.lease import work_folder
from spkcore.nas.members import MOST_INFO, keep_loose, make_folder_of, sort_members
from spkcore.nas.naming import Naming, is_package_file, name_from_path
from spkcore.nas.session import Session
from spkcore.nas.sessionlog import mask_credentials
from spkcore.nas.transfer import Pulled, Way, pull
from spkcore.package.info import Info

_READABLE = frozenset({ArchiveKind.SPK, ArchiveKind.SIGNED, ArchiveKind.COMPRESSED})
_CHUNK = 1 << 20
_MAX_FEED = 64 << 20
_SELECT_SECONDS = 600.0
_FEED_FOLDER = "pkglist.tmp"

# Makes a folder of links to what shall come, so that nothing else is hashed or copied. "home" takes package files and
# small members; "unpacked" takes package.tgz or, without one, the payload as DSM unpacked it.
_SELECT = r"""
folder=$1 mode=$2
shift 2
rm -rf "$folder/home" "$folder/unpacked"
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

LISTS = r"""
for pattern in "$@"; do
    for file in $pattern; do
        [ ! -f "$file" ] || head -c 16000000 "$file"
        echo
    done
done
"""


class Keep(StrEnum):
    """What comes home of what DSM unpacked. NEEDED: nothing where every package file can be opened. PARTS: the small
    parts (scripts, wizards, settings), and all of it where a package file cannot be opened. EVERYTHING: all of it."""

    NEEDED = "needed"
    PARTS = "parts"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class CapturedFile:
    """A file that came home. Size in bytes; `complete` says that size, checksum and container are as they must be.

    `was_here`: the same bytes lay there before, and were kept once. `other` is another file that has its name.
    """

    path: Path
    size: int
    md5: str
    complete: bool
    was_here: bool = False
    other: Other | None = None


@dataclass(frozen=True, slots=True)
class CapturedPackage:
    """A package that came home. `spk` is its file (None: only unpacked members came), `url` where Package Center got it
    from, as people may see it, "" if that is unknown. `unpacked` is the folder with what DSM unpacked of it: a package
    folder to open where the payload is in it, else scripts, wizards and other small members; None if nothing was
    caught."""

    package: str
    version: str
    spk: Path | None
    url: str
    unpacked: Path | None = None


@dataclass(slots=True)
class Harvest:
    """What came home. `unpacked` is the folder with what DSM unpacked of the first package, None if there is none."""

    files: list[CapturedFile] = field(default_factory=list)
    packages: list[CapturedPackage] = field(default_factory=list)
    urls: tuple[PackageUrl, ...] = ()
    unpacked: Path | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look into a local package file told."""

    identity: Identity
    naming: Naming
    is_whole: bool
    warning: str = ""
    end: EndMark = EndMark.WHOLE


def verify_package(path: Path, context: TaskContext) -> Verdict:
    """Read a package file to its end: its container, and the checksum that INFO gives for package.tgz."""
    identity = identify(path)
    if identity.kind is ArchiveKind.SYNOLOGY:
        return Verdict(identity, Naming(), identity.is_complete is not False)
    if identity.kind not in _READABLE:
        return Verdict(identity, Naming(), is_whole=False, warning=identity.explanation)
    info, checksum, warning, end = Info(), "", "", EndMark.WHOLE
    try:
        with open_archive(path, context) as archive:
            for member, stream in archive.members():
                if stream is not None and member.path == INFO_MEMBER:
                    info = Info.parse(stream.read(MOST_INFO))
                elif stream is not None and member.path == PAYLOAD_MEMBER:
                    checksum = _md5(stream)
            end = archive.end
    except UnreadableError as error:
        warning = error.what
    expected = info.get("checksum").lower()
    if expected and checksum and expected != checksum:
        warning = "package.tgz does not have the checksum that INFO names"
    return Verdict(identity, Naming.of(info), is_whole=not warning, warning=warning, end=end)


class Harvester:
    """Fetches from the agent's folders on the NAS into a folder of the user, once."""

    def __init__(
        self,
        session: Session,
        folder: Path,
        context: TaskContext,
        on_step: Callable[[Step, str], None],
        prefer: Way = "sftp",
        *,
        keep: Keep = Keep.PARTS,
    ) -> None:
        self._session = session
        self._folder = folder
        self._context = context
        self._on_step = on_step
        self._prefer = prefer
        self._keep = keep
        self._result = Harvest()
        self._infos: list[Naming] = []
        self._found: list[tuple[Naming, Path]] = []
        self._folders: dict[Naming, Path] = {}
        self._urls: list[PackageUrl] = []

    def run(
        self, nas_folders: Sequence[str], skipped: Iterable[str], log_text: str, known: Iterable[PackageUrl] = ()
    ) -> Harvest:
        """Fetch everything but the `skipped` paths (below tree/). `log_text` is what DSM logged meanwhile, `known` what
        lists say of the packages.

        Raises what `transfer.pull` raises; nothing half-finished stays in the user's folder, except that after a lost
        connection a hidden one waits there for the next try.
        """
        self._urls += known
        with work_folder(self._folder, nas_folders[0].rpartition("-")[2]) as staging:
            self._on_step(Step.PULLING, "Fetching what was caught")
            pulled = self._pull_all(nas_folders, staging, "home", list(skipped))
            self._on_step(Step.VERIFYING, "Checking what came")
            files = [item for item in pulled if is_package_file(item.name)]
            packages = [(item, verify_package(item.path, self._context)) for item in files]
            members = [item for item in pulled if not is_package_file(item.name)]
            self._read_members(members, log_text)
            readable = [verdict.is_whole and verdict.identity.kind in _READABLE for _item, verdict in packages]
            is_enough = bool(readable) and all(readable)
            if is_enough and self._keep is Keep.NEEDED:
                members = []
            elif members and (not is_enough or self._keep is Keep.EVERYTHING):
                self._on_step(Step.PULLING, "Fetching the unpacked package")
                members += self._pull_all(nas_folders, staging, "unpacked", [])
            # From here on nothing is asked of the NAS: a lost connection cannot leave half of it in the user's folder.
            for item, verdict in packages:
                self._take_package(item, verdict)
            self._keep_members(members)
            self._name_packages()
        return self._result

    def _pull_all(self, nas_folders: Sequence[str], staging: Path, mode: str, skipped: list[str]) -> list[Pulled]:
        """Fetch one selection from every volume; the same paths on two volumes stay apart."""
        pulled = []
        for number, nas_folder in enumerate(nas_folders):
            command = named_command(_SELECT, "spkcap-select", [nas_folder, mode, *skipped])
            result = self._session.root.execute(command, timeout=_SELECT_SECONDS, context=self._context)
            if result.code != 0:
                raise CommandFailedError("Choosing the files", self._session.target.place, result.err)
            target = staging / f"{mode}{number}"
            came = pull(
                self._session, f"{nas_folder}/{mode}", target, self._context, prefer=self._prefer, resumable=True
            )
            above = f"{nas_folder.split('/')[-3]}/" if number else ""
            pulled += [replace(item, name=f"{above}{item.name}") for item in came]
        return pulled

    def _read_members(self, members: list[Pulled], log_text: str) -> None:
        """Learn names and URLs from INFO files, package lists and the log."""
        for item in members:
            parts = item.name.split("/")
            if parts[-1] == INFO_MEMBER and item.size <= MOST_INFO:
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
            command = named_command(LISTS, "spkcap-lists", patterns)
            return find_urls(self._session.root.execute(command, context=self._context).out, "package list")
        return ()

    def _take_package(self, item: Pulled, verdict: Verdict) -> None:
        """Give one package file its name in the user's folder."""
        naming = verdict.naming if verdict.naming.package else self._guess(name_from_path(item.name))
        if any(file.md5 == item.md5 for file in self._result.files):
            return
        kept = keep_file(item, self._folder, naming.file_name)
        file = CapturedFile(kept.path, item.size, item.md5, verdict.is_whole, kept.was_here, kept.other)
        self._result.files.append(file)
        self._found.append((naming, kept.path))
        self._judge(verdict, naming, item, kept.path)

    def _judge(self, verdict: Verdict, naming: Naming, item: Pulled, target: Path) -> None:
        listed = [url for url in self._result.urls if (url.package, url.version) == (naming.package, naming.version)]
        if not verdict.is_whole:
            self._result.warnings.append(
                f"{target.name} is not whole: {verdict.warning or verdict.identity.explanation}"
            )
        elif verdict.identity.kind is ArchiveKind.SYNOLOGY:
            self._result.warnings.append(f"{target.name}: {verdict.identity.explanation} {verdict.identity.advice}")
        elif verdict.end.note:
            # What has the checksum of the list is as its maker made it.
            end = EndMark.SHORT if any(url.md5 == item.md5 for url in listed) else verdict.end
            self._result.warnings.append(f"{target.name}: {end.note}")
        for url in listed:
            if url.md5 not in {"", item.md5}:
                self._result.warnings.append(
                    f"{target.name} differs from the package list ({url.shown}): another checksum"
                )
            elif url.size not in {0, item.size}:
                self._result.warnings.append(f"{target.name} differs from the package list ({url.shown}): another size")

    def _guess(self, naming: Naming) -> Naming:
        """The INFO that DSM unpacked knows the version of a package that cannot be read; the URL often does, too."""
        for info in self._infos:
            if info.package and naming.package in {"", info.package}:
                return info
        for url in self._result.urls:
            if url.version and url.package == naming.package:
                return Naming(url.package, url.version)
        return naming

    def _keep_members(self, members: list[Pulled]) -> None:
        """Keep what DSM unpacked, each package in a folder of its own; single files that belong to none beside them."""
        packages, loose = sort_members(members)
        for package in packages:
            folder, warning = make_folder_of(package, self._folder, self._context)
            self._folders[package.naming] = folder
            self._result.warnings += [warning] if warning else []
        if loose and len(packages) == 1 and not packages[0].is_openable:
            keep_loose(loose, self._folders[packages[0].naming])
        elif loose:
            keep_loose(loose, self._folder)
        self._result.unpacked = next(iter(self._folders.values()), None)

    def _name_packages(self) -> None:
        names: list[tuple[Naming, Path | None]] = [(naming, path) for naming, path in self._found if naming.package]
        packages = {naming.package for naming, _ in names}
        names += [(naming, None) for naming in self._folders if naming.package and naming.package not in packages]
        self._result.packages = [
            CapturedPackage(
                naming.package,
                naming.version,
                path,
                mask_credentials(url_of(self._urls, naming.package, naming.version)),
                self._folder_of(naming),
            )
            for naming, path in names
        ]

    def _folder_of(self, naming: Naming) -> Path | None:
        return next(
            (
                folder
                for known, folder in self._folders.items()
                if (known.package, known.version) == (naming.package, naming.version)
            ),
            None,
        )


def _md5(stream: Readable) -> str:
    state = hashlib.md5(usedforsecurity=False)
    for piece in _pieces(stream):
        state.update(piece)
    return state.hexdigest()


def _pieces(stream: Readable) -> Iterator[bytes]:
    while data := stream.read(_CHUNK):
        yield data
