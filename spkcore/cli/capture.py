"""`spk capture`: catches a package on a NAS while Package Center installs it."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spkcore.base.errors import UsageError
from spkcore.cli.output import human_size, json_option, print_json, task_context

if TYPE_CHECKING:
    from spkcore.base.tasks import TaskContext
    from spkcore.nas.capture import Capture, CaptureRequest, CaptureResult
    from spkcore.nas.events import CaptureEvent
    from spkcore.nas.hostkeys import HostKeyQuestion
    from spkcore.nas.login import Login
    from spkcore.nas.session import Session
    from spkcore.nas.synopkg import Installation


@click.command("capture")
@click.argument("host")
@click.option("-u", "--user", help="An administrator of the NAS. Default: your name on this computer.")
@click.option("--port", default=22, show_default=True, type=click.IntRange(1, 65535), help="The SSH port of the NAS.")
@click.option("--volume", "volumes", multiple=True, metavar="V", help="Watch only this volume, for example /volume1.")
@click.option("--install", "package", metavar="PKG", help="Let the NAS install this package from its package sources.")
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to fill.")
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Log in with this key file.")
@click.option("--host-key", metavar="SHA256:…", help="Trust the NAS only with this fingerprint, without asking.")
@click.option("--via", type=click.Choice(["sftp", "exec"]), default="sftp", show_default=True, help="The way home.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@json_option
def command(
    *,
    host: str,
    user: str | None,
    port: int,
    volumes: tuple[str, ...],
    package: str | None,
    output: Path,
    key: Path | None,
    host_key: str | None,
    via: str,
    password_stdin: bool,
    as_json: bool,
) -> int:
    """Catch what Package Center installs on the NAS HOST, and bring it to the folder given with -o.

    Start it, then install the package in Package Center, or name it with --install. It ends by itself when the
    package is whole. Exit code 1: nothing was caught.
    """
    from spkcore.nas.hostkeys import HostKeys
    from spkcore.nas.session import Target, connect
    from spkcore.nas.synopkg import Installation

    target = Target(host, user or getpass.getuser(), port)
    login = _login(key, from_stdin=password_stdin)
    context = task_context()
    with connect(target, login, HostKeys(_known_hosts()), _confirmation(host_key), context) as session:
        request = _request(session, volumes, output, via)
        installation = Installation(session, package, volumes[0] if volumes else "") if package else None
        result = _capture(session, request, installation, context)
    if as_json:
        print_json(_document(result))
    else:
        _print_text(result)
    return 0 if result.files else 1


def _known_hosts() -> Path:
    from spkcore.base.settings import user_folder

    return user_folder() / "known_hosts"


def _login(key: Path | None, *, from_stdin: bool) -> Login:
    from spkcore.nas.login import KnownLogin

    if from_stdin:
        secret = sys.stdin.readline().rstrip("\r\n")
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
        click.echo("\n".join(text for text in (title, instructions) if text), err=True)
        return [_ask(prompt.strip(": "), hidden=not shown) for prompt, shown in prompts]


def _ask(text: str, *, hidden: bool = True) -> str:
    answer: str = click.prompt(text, hide_input=hidden, err=True)
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


def _capture(
    session: Session, request: CaptureRequest, installation: Installation | None, context: TaskContext
) -> CaptureResult:
    from spkcore.nas.capture import Capture

    listener = Listener(installation)
    capture = Capture(session, request, context, listener.hear)
    listener.capture = capture
    try:
        result = capture.run()
    except BaseException:
        if installation is not None:
            installation.abandon()
        raise
    if installation is not None:
        installation.wait()
    return result


class Listener:
    """Says on stderr what happens, starts the installation when the agent watches, ends the capture if that fails."""

    def __init__(self, installation: Installation | None) -> None:
        self.capture: Capture | None = None
        self._installation = installation
        self._said: tuple[str, str] | None = None

    def hear(self, event: CaptureEvent) -> None:
        from spkcore.nas.events import PackageSeen, Step, StepChanged

        if isinstance(event, StepChanged):
            click.echo(event.text, err=True)
            if event.step is Step.WAITING and self._installation is not None and not self._installation.has_started:
                click.echo(f"The NAS installs {self._installation.package}", err=True)
                self._installation.start()
        elif isinstance(event, PackageSeen) and (event.path, event.state) != self._said:
            self._said = event.path, event.state
            click.echo(f"  {event.volume}: {event.path}, {human_size(event.size)}, {event.state}", err=True)
        if self._installation is not None and self._installation.failure is not None and self.capture is not None:
            self.capture.stop()


def _document(result: CaptureResult) -> dict[str, Any]:
    return {
        "files": [
            {"path": str(file.path), "size": file.size, "md5": file.md5, "complete": file.complete}
            for file in result.files
        ],
        "packages": [
            {
                "package": package.package,
                "version": package.version,
                "spk": str(package.spk) if package.spk else None,
                "url": package.url,
            }
            for package in result.packages
        ],
        "seconds": round(result.seconds, 3),
        "warnings": list(result.warnings),
    }


def _print_text(result: CaptureResult) -> None:
    for warning in result.warnings:
        click.echo(f"spk: warning: {warning}", err=True)
    if not result.files:
        click.echo("Nothing was caught.")
    for file in result.files:
        state = "whole" if file.complete else "NOT whole"
        click.echo(f"{file.path}  {human_size(file.size)}, {state}, MD5 {file.md5}")
    for package in result.packages:
        if package.url:
            click.echo(f"{package.package} {package.version}: {package.url}")
