"""Every file says what it owns, and every exception from the linters says why."""

from __future__ import annotations

import ast
import io
import re
import tokenize

from tests.architecture.sources import ROOT, Source, sources

_UNEXPLAINED = re.compile(r"#\s*(type:\s*ignore(\[[\w, -]+\])?|noqa(:\s*[\w, ]+?)?)\s*$")


def _comments(source: Source) -> list[tuple[int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(source.text).readline)
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]


def test_every_module_says_what_it_owns() -> None:
    silent = [source.path for source in sources("spkcore", "gui", "benchmarks") if not _owner_idea(source)]
    assert not silent


def _owner_idea(source: Source) -> str | None:
    if not source.text.strip() and source.path.startswith("benchmarks/"):
        return "a package marker"
    return ast.get_docstring(source.tree)


def test_exceptions_from_the_linters_have_a_reason() -> None:
    unexplained = [
        f"{source.path}:{line} {comment}"
        for source in sources("spkcore", "gui", "tests", "benchmarks")
        for line, comment in _comments(source)
        if _UNEXPLAINED.search(comment)
    ]
    assert not unexplained


def test_nothing_of_the_corpus_is_copied() -> None:
    """The corpus beside the project belongs to others; our resources and test data share no file with it."""
    corpus = ROOT.parent / "shared" / "corpus"
    theirs = {path.read_bytes() for path in corpus.rglob("*") if path.is_file()} if corpus.exists() else set()
    ours = [path for folder in ("resources", "tests") for path in (ROOT / folder).rglob("*") if path.is_file()]

    assert [path for path in ours if path.stat().st_size > 40 and path.read_bytes() in theirs] == []
