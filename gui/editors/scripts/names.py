"""What a name in a script means, where it is defined, and what to put in for a variable or a snippet; no widgets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gui.qt.i18n import tr
from spkcore.checks.scriptmap import Occurrence, ScriptMap, Symbol, SymbolKind
from spkcore.package.answers import Answer
from spkcore.package.scripts import Variable
from spkcore.package.snippets import PLACEHOLDER, Snippet

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[-.][A-Za-z0-9_]+)*")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DOLLAR = re.compile(r"\$(?:\{[#!]?)?$")
_SHOWN_DEFINITIONS = 3


@dataclass(frozen=True, slots=True)
class Destination:
    """A place of the package. Lines and columns count from 1."""

    path: str
    line: int
    column: int


def symbol_at(line: str, column: int, path: str, names: ScriptMap) -> Symbol | None:
    """The function or variable at a column (from 1) of a line of the script `path`."""
    match = next((item for item in _NAME.finditer(line) if item.start() <= column - 1 <= item.end()), None)
    if match is None:
        return None
    identifier = _IDENTIFIER.match(match.group())
    short = identifier.group() if identifier else match.group()
    if _DOLLAR.search(line[: match.start()]) or line[match.start() + len(short) :][:1] == "=":
        return Symbol(SymbolKind.VARIABLE, short)
    for name in (match.group(), short):
        if names.has_function(name, path):
            return Symbol(SymbolKind.FUNCTION, name)
    if short in names.environment or names.uses(Symbol(SymbolKind.VARIABLE, short), path):
        return Symbol(SymbolKind.VARIABLE, short)
    return None


def destinations(symbol: Symbol, path: str, names: ScriptMap) -> list[Destination]:
    """Where it is defined: in scripts, or in the wizard that asks for it."""
    found = [Destination(item.path, item.line, item.column) for item in names.definitions(symbol, path)]
    answer = names.answer(symbol.name) if symbol.kind is SymbolKind.VARIABLE else None
    if answer is not None:
        found.insert(0, Destination(answer.path, answer.line, answer.column))
    return found


def nothing_found_text(symbol: Symbol | None, variables: Mapping[str, Variable]) -> str:
    """Why there is no definition to go to."""
    if symbol is None:
        return tr("There is no name of a function or variable here.")
    if symbol.name in variables:
        return tr("{name} is set by DSM.", name=symbol.name)
    return tr("No script of this package defines {name}.", name=symbol.name)


def explain(symbol: Symbol, path: str, names: ScriptMap, variables: Mapping[str, Variable]) -> str:
    """What a name means, for the pointer that rests on it."""
    if symbol.kind is SymbolKind.VARIABLE and symbol.name in variables:
        return variable_text(variables[symbol.name])
    answer = names.answer(symbol.name) if symbol.kind is SymbolKind.VARIABLE else None
    if answer is not None:
        text = tr("The user's answer in the wizard ({where}); this script does not get it.", where=origin_text(answer))
        return f"{symbol.name}\n{text}"
    if symbol.kind is SymbolKind.VARIABLE and symbol.name in names.environment:
        return f"{symbol.name}\n" + tr("DSM does not set it for this script.")
    found = names.definitions(symbol, path)
    return _definitions_text(symbol, path, found, names) if found else ""


def variable_text(variable: Variable) -> str:
    """All that is known about a variable of the environment, in lines."""
    parts = [variable.name, variable.meaning, *variable_facts(variable)]
    return "\n".join(part for part in parts if part)


def variable_facts(variable: Variable) -> list[str]:
    """Where it comes from, samples, values and the DSM since which it is there, a sentence each."""
    facts = []
    if variable.answer is not None:
        facts.append(origin_text(variable.answer))
    if variable.values:
        facts.append(tr("Can be: {values}.", values=", ".join(value or tr("empty") for value in variable.values)))
    elif variable.sample:
        facts.append(tr("For example {sample}.", sample=variable.sample))
    if variable.since:
        facts.append(tr("Since DSM {version}.", version=variable.since))
    if variable.certainty:
        facts.append(tr("Synology does not document that this script gets it."))
    return facts


def origin_text(answer: Answer) -> str:
    """The page and the field of a wizard that ask for an answer."""
    if answer.page or answer.field:
        return tr(
            "Page “{page}”, field “{field}” of {path}", page=answer.page, field=answer.field or answer.name,
            path=answer.path,
        )  # fmt: skip
    return tr("From {path}, line {line}", path=answer.path, line=answer.line)


def place_text(item: Occurrence) -> str:
    """Script and line of an occurrence."""
    return f"{item.path.removeprefix('scripts/')}:{item.line}"


def reference_to(name: str, before: str) -> str:
    """What to insert for a variable behind the text `before` of its line: quoted, unless it is in quotes already."""
    quotes = len(re.findall(r'(?<!\\)"', before))
    return f"${{{name}}}" if quotes % 2 else f'"${name}"'


def insertion(snippet: Snippet, before: str, answer: str = "") -> str:
    """The text of a snippet for a caret with `before` to its left in the line: on lines of its own, indented alike."""
    text = snippet.text.replace(PLACEHOLDER, answer) if answer else snippet.text
    white = before[: len(before) - len(before.lstrip())]
    lines = [white + line if line and number else line for number, line in enumerate(text.split("\n"))]
    body = "\n".join(lines)
    return f"\n{white}{body}" if before.strip() else body


def _definitions_text(symbol: Symbol, path: str, found: list[Occurrence], names: ScriptMap) -> str:
    first = found[0]
    if symbol.kind is SymbolKind.FUNCTION:
        facts = names.scripts.get(first.path)
        about = facts.abouts.get(symbol.name, "") if facts is not None else ""
        calls = sum(not item.is_definition for item in names.uses(symbol, path))
        counted = tr("Called in {n} place", "Called in {n} places", n=calls)
        head = tr("Function {name}, defined in {place}", name=symbol.name, place=place_text(first))
        return "\n".join(text for text in (head, about, counted) if text)
    shown = [f"{place_text(item)}  {item.text.strip()}" for item in found[:_SHOWN_DEFINITIONS]]
    if len(found) > len(shown):
        shown.append("…")
    return "\n".join([symbol.name, *shown])
