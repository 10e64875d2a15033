"""`spk urls`: package URLs out of captured feed lists, logs or any text."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from spkcore.cli.output import human_size, json_option, print_json


@click.command("urls")
@click.argument(
    "files", metavar="FILE…", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@json_option
def command(files: tuple[Path, ...], as_json: bool) -> int:
    """Find package URLs in FILE…: feed lists of Package Center, synopkg.log, or any text.

    Exit code 1: the files were read, but there is no package URL in them.
    """
    from spkcore.nas.feeds import find_urls_in_file, merge

    found = merge(url for file in files for url in find_urls_in_file(file))
    if as_json:
        print_json({"urls": [asdict(url) for url in found]})
    else:
        for url in found:
            known = (url.package, url.version, human_size(url.size) if url.size else "", url.md5)
            click.echo("\t".join([url.url, *known]).rstrip("\t"))
    return 0 if found else 1
