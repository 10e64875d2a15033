"""`spk capture`: catches a package on a NAS while Package Center installs it."""

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spkcore.base.errors import NasError, UsageError
from spkcore.cli.output import human_size, json_option, print_json, say, task_context

if TYPE_CHECKING:
    from spkcore.base.tasks import TaskContext
    from spkcore.nas.capture import CaptureRequest, CaptureResult
    from spkcore.nas.events import CaptureEvent
    from spkcore.nas.hostkeys import HostKeyQuestion
    from spkcore.nas.login import Login
    from spkcore.nas.order import Order
    from spkcore.nas.orphans import Orphan
    from spkcore.nas.session import Session


@click.command("capture")
@click.argument("host")
@click.option("-u", "--user", help="An administrator of the NAS. Default: your name on this computer.")
@click.option("--port", default=22, show_default=True, type=click.IntRange(1, 65535), help="The SSH port of the NAS.")
@click.option("--volume", "volumes", multiple=True, metavar="V", help="Watch only this volume, for example /volume1.")
@click.option("--install", "package", metavar="PKG", help="Let the NAS install this package from its package sources.")
@click.option("--download", metavar="PKG", help="Let the NAS download this package of its list without installing it.")
@click.option("--or-install", is_flag=True, help="Where the NAS cannot just download the package, let it install it.")
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to fill.")
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Log in with this key file.")
@click.option("--host-key", metavar="SHA256:…", help="Trust the NAS only with this fingerprint, without asking.")
@click.option("--via", type=click.Choice(["sftp", "exec"]), default="sftp", show_default=True, help="The way home.")
@click.option(
    "--earlier", type=click.Choice(["take", "remove"]), help="Take or remove what earlier captures left there."
)
@click.option("--leftovers", is_flag=True, help="Take package files, too, that Package Center had left there before.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@json_option
def command(
    *,
    host: str,
    user: str | None,
    port: int,
    volumes: tuple[str, ...],
    package: str | None,
    download: str | None,
    or_install: bool,
    output: Path,
    key: Path | None,
    host_key: str | None,
    via: str,
    earlier: str | None,
    leftovers: bool,
    password_stdin: bool,
    as_json: bool,
) -> int:
    """Catch what Package Center installs on the NAS HOST, and bring it to the folder given with -o.

    Start it, then install the package in Package Center, or name it with --install. It ends by itself when the
    package is whole; a connection that is lost meanwhile is opened again. With --earlier a capture that was cut off is
    brought to its end (one that still runs goes on), or cleared away. Exit code 1: nothing was caught.
    """
    from spkcore.nas.hostkeys import HostKeys
    from spkcore.nas.orphans import find_orphans
    from spkcore.nas.session import Target, connect
    from spkcore.nas.synopkg import Installation

    _require_volumes(volumes)
    if package and download:
        raise UsageError("--install and --download are two ways to one package", package, "Use one of them.")
    if or_install and not download:
        raise UsageError("--or-install belongs to --download", "", "Use --install to install the package.")
    target = Target(host, user or getpass.getuser(), port)
    login = _login(key, from_stdin=password_stdin)
    context = task_context()
    with connect(target, login, HostKeys(_known_hosts()), _confirmation(host_key), context) as session:
        request = replace(_request(session, volumes, output, via), take_leftovers=leftovers)
        left = find_orphans(session.root, request.volumes)
        if earlier == "take":
            return _print(_take_earlier(session, left, request, context), as_json=as_json)
        if earlier == "remove":
            return _remove_earlier(session, left)
        for orphan in left:
            say(_note_of(orphan))
        volume = volumes[0] if volumes else ""
        if download:
            result = _download(session, request, download, volume if or_install else None, context)
        else:
            result = _capture(session, request, Installation(session, package, volume) if package else None, context)
    return _print([result], as_json=as_json)


def _download(
    session: Session, request: CaptureRequest, package: str, volume: str | None, context: TaskContext
) -> CaptureResult:
    """Capture what the NAS downloads or, where it cannot, what it installs on `volume` (None: it must not install)."""
    from spkcore.nas.capture import Until
    from spkcore.nas.catalogue import NasDownload, NasDownloadFailedError, NoCatalogueError, find_offer
    from spkcore.nas.synopkg import Installation

    try:
        offer = find_offer(session, package, context)
        wanted = replace(request, until=Until.DOWNLOADED, known=(offer,))
        return _capture(session, wanted, NasDownload(session, offer), context)
    except (NoCatalogueError, NasDownloadFailedError) as error:
        if volume is None:
            advice = (
                "Add --or-install to let the NAS install it, or install it in Package Center while `spk capture` runs."
            )
            raise NasError(
                f"{error.what}; it cannot download {package} without installing it", error.where, advice
            ) from error
        click.echo(f"Note: {error.what}; the NAS installs {package} instead", err=True)
    return _capture(session, request, Installation(session, package, volume), context)


def _require_volumes(volumes: tuple[str, ...]) -> None:
    for volume in volumes:
        if not re.fullmatch(r"/volume[0-9]{1,3}", volume):
            raise UsageError(
                "This is not the path of a volume", volume, "Volumes are called /volume1, /volume2 and so on."
            )


def _known_hosts() -> Path:
    from spkcore.base.settings import user_folder

    return user_folder() / "known_hosts"


def _login(key: Path | None, *, from_stdin: bool) -> Login:
    from spkcore.nas.login import KnownLogin

    if from_stdin:
        secret = sys.stdin.readline().rstrip("\r\n")
        if not secret:
            raise UsageError("No password came on standard input", "", "Give it as the first line.")
        return KnownLogin(secret, key, secret if key else None)
    if not sys.stdin.isatty():
        raise UsageError("There is no terminal to ask for the password", "", "Use --password-stdin.")
    return TerminalLogin(key)


class TerminalLogin:
    """A login that asks on the terminal, after the host key was checked; nothing is kept."""

    def __init__(self, key_file: Path | None) -> None:
        self.key_file = key_file

    def password(self) -> str | None:
        return _ask("Password on the NAS")

    def passphrase(self, key: Path) -> str | None:
        return _ask(f"Passphrase of {key}")

    def answer(self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]) -> list[str] | None:
        say("\n".join(text for text in (title, instructions) if text))
        return [_ask(prompt.strip(": "), hidden=not shown) for prompt, shown in prompts]


def _ask(text: str, *, hidden: bool = True) -> str:
    plain = "".join(letter if letter.isprintable() else "?" for letter in text)
    answer: str = click.prompt(plain, hide_input=hidden, err=True)
    return answer


def _confirmation(fingerprint: str | None) -> Callable[[HostKeyQuestion], bool]:
    """What answers the question of the first connection: the given fingerprint, or the person at the terminal."""

    def confirm(question: HostKeyQuestion) -> bool:
        if fingerprint is not None:
            return question.fingerprint == fingerprint
        if not sys.stdin.isatty():
            advice = f"If it is your NAS, add --host-key {question.fingerprint}"
            raise UsageError("This NAS is not known yet, and there is no terminal to ask", question.host, advice)
        click.echo(f"First connection to {question.host}. Its {question.algorithm} key has the fingerprint", err=True)
        click.echo(f"  {question.fingerprint}", err=True)
        return click.confirm("Is this your NAS?", err=True)

    return confirm


def _request(session: Session, volumes: tuple[str, ...], output: Path, via: str) -> CaptureRequest:
    from spkcore.nas.capture import CaptureRequest
    from spkcore.nas.facts import read_facts

    facts = read_facts(session)
    click.echo(facts.title, err=True)
    watched = volumes or tuple(volume.path for volume in facts.volumes)
    return CaptureRequest(watched, output, prefer="exec" if via == "exec" else "sftp")


def _capture(session: Session, request: CaptureRequest, order: Order | None, context: TaskContext) -> CaptureResult:
    from spkcore.nas.capture import Capture
    from spkcore.nas.order import OrderedCapture

    listener = Listener(order.package if order is not None else "")
    if order is None:
        return Capture(session, request, context, listener.hear).run()
    return OrderedCapture(session, request, order, context, listener.hear).run()


def _note_of(orphan: Orphan) -> str:
    names = ", ".join(f"{path}, {human_size(size)}" for path, size in orphan.packages) or "no package file"
    state = "still runs in" if orphan.is_running else "left"
    return f"Note: an earlier capture was cut off and {state} {orphan.folder} ({names}); see --earlier"


def _take_earlier(
    session: Session, left: Sequence[Orphan], request: CaptureRequest, context: TaskContext
) -> list[CaptureResult]:
    """Go on with captures whose agent still runs, take what the others left."""
    from spkcore.nas.capture import Capture, take_orphan

    running = {orphan.session: orphan for orphan in left if orphan.is_running}
    listener = Listener()
    results = [
        Capture(session, replace(request, resume=orphan), context, listener.hear).run() for orphan in running.values()
    ]
    ended = [orphan for orphan in left if orphan.session not in running]
    return results + [take_orphan(session, orphan, request.folder, context, listener.hear) for orphan in ended]


def _remove_earlier(session: Session, left: Sequence[Orphan]) -> int:
    """Remove what earlier captures left; one that still runs is left alone."""
    from spkcore.nas.orphans import remove_orphan

    ended = [orphan for orphan in left if not orphan.is_running]
    for orphan in ended:
        if problem := remove_orphan(session.root, orphan):
            raise NasError("The folder could not be removed", orphan.folder, problem)
    click.echo(
        "".join(f"Removed {orphan.folder}\n" for orphan in ended) or "There was nothing to remove.\n",
        nl=False,
        err=True,
    )
    return 0


class Listener:
    """Says on stderr what happens; `ordered` is the package that the NAS is asked for once everything is watched."""

    def __init__(self, ordered: str = "") -> None:
        self._ordered = ordered
        self._said: tuple[str, str] | None = None

    def hear(self, event: CaptureEvent) -> None:
        """Take one event."""
        from spkcore.nas.events import ConnectionChanged, LowSpace, PackageSeen, Step, StepChanged, Trouble

        if isinstance(event, StepChanged | ConnectionChanged):
            say(event.text)
        if isinstance(event, StepChanged):
            if event.step is Step.WAITING and self._ordered:
                click.echo(f"Asking the NAS for {self._ordered}", err=True)
                self._ordered = ""
        elif isinstance(event, PackageSeen) and (event.path, event.state) != self._said:
            self._said = event.path, event.state
            say(f"  {event.volume}: {event.path}, {human_size(event.size)}, {event.state}")
        elif isinstance(event, Trouble):
            say(f"Note: {event.text}")
        elif isinstance(event, LowSpace):
            click.echo(f"Note: {event.volume} is nearly full: only package files are caught there", err=True)


def _print(results: Sequence[CaptureResult], *, as_json: bool) -> int:
    """Print what captures brought; returns the exit code."""
    if as_json:
        print_json(_document(results))
    else:
        for result in results:
            _print_text(result)
    return 0 if any(result.files for result in results) else 1


def _document(results: Sequence[CaptureResult]) -> dict[str, Any]:
    return {
        "files": [
            {"path": str(file.path), "size": file.size, "md5": file.md5, "complete": file.complete}
            for result in results
            for file in result.files
        ],
        "packages": [
            {
                "package": package.package,
                "version": package.version,
                "spk": str(package.spk) if package.spk else None,
                "url": package.url,
                "unpacked": str(package.unpacked) if package.unpacked else None,
            }
            for result in results
            for package in result.packages
        ],
        "seconds": round(sum(result.seconds for result in results), 3),
        "warnings": [warning for result in results for warning in result.warnings],
    }


def _print_text(result: CaptureResult) -> None:
    for warning in result.warnings:
        say(f"spk: warning: {warning}")
    if not result.files:
        click.echo("Nothing was caught.")
    for file in result.files:
        state = "whole" if file.complete else "NOT whole"
        state += ", was here already" if file.was_here else ""
        click.echo(f"{file.path}  {human_size(file.size)}, {state}, MD5 {file.md5}")
    for package in result.packages:
        if package.url:
            click.echo(f"{package.package} {package.version}: {package.url}")
