"""`spk urls`: package URLs out of captured feed lists, logs or any text; shows, exports or downloads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spkcore.base.errors import SpkError
from spkcore.cli.output import human_size, json_option, print_json, task_context

if TYPE_CHECKING:
    from spkcore.nas.download import Downloaded
    from spkcore.nas.feeds import PackageUrl


@click.command("urls")
@click.argument(
    "files", metavar="FILE…", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--filter", "words", default="", metavar="WORDS", help="Only URLs in whose line all these words are.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for a spreadsheet.")
@click.option(
    "--download", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Download them to this folder."
)
@json_option
def command(files: tuple[Path, ...], words: str, as_csv: bool, download: Path | None, as_json: bool) -> int:
    """Find package URLs in FILE…: feed lists of Package Center, synopkg.log, or any text.

    Exit code 1: the files were read, but there is no package URL in them; with --download: one of them did not come.
    """
    from spkcore.nas import feeds

    found = feeds.matching(feeds.merge(url for file in files for url in feeds.find_urls_in_file(file)), words)
    if download is not None:
        return _download(found, download, as_json=as_json)
    if as_json:
        print_json({"urls": [{**asdict(url), "url": url.shown} for url in found]})
    elif as_csv:
        click.echo(feeds.as_csv(found).replace("\r\n", "\n"), nl=False)
    else:
        for url in found:
            known = (url.package, url.version, human_size(url.size) if url.size else "", url.md5)
            click.echo("\t".join([url.shown, *known]).rstrip("\t"))
    return 0 if found else 1


def _download(urls: Sequence[PackageUrl], folder: Path, *, as_json: bool) -> int:
    """Download one after the other; one that fails keeps no other from coming."""
    from spkcore.nas.download import DownloadError, download

    came: list[tuple[PackageUrl, Downloaded]] = []
    failed: list[tuple[PackageUrl, SpkError]] = []
    for url in urls:
        try:
            came.append((url, download(url, folder, task_context())))
        except DownloadError as error:
            failed.append((url, error))
            click.echo(f"spk: {error}", err=True)
        else:
            if not as_json:
                _path = came[-1][1]
                click.echo(f"{_path.path}  {human_size(_path.size)}, MD5 {_path.md5}")
    if as_json:
        files = [
            {"path": str(file.path), "size": file.size, "md5": file.md5, "verified": file.is_verified, "url": url.shown}
            for url, file in came
        ]
        print_json({"files": files, "failed": [{"url": url.shown, "what": error.what} for url, error in failed]})
    return 0 if came and not failed else 1
