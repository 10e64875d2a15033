"""Quick fixes for the rules about INFO; how each one is done is in spkcore/package/infomend.py."""

from __future__ import annotations

from collections.abc import Callable

from spkcore.base.reference import table
from spkcore.checks.fixes import fix
from spkcore.checks.problem import Problem
from spkcore.checks.subject import Subject
from spkcore.package import infomend
from spkcore.package.changes import Change, set_content
from spkcore.package.findings import from_utf16
from spkcore.package.info import PATH, Info
from spkcore.package.infokeys import find_key
from spkcore.package.scripts import LineEnd, with_line_end

Mend = Callable[[Info, str, Subject], Info]


def _mends(*names: str) -> Callable[[Mend], Mend]:
    """Make the function below the fix of the rules `names`: it gets INFO, the key that the problem is about, and the
    package, and gives INFO without the problem; the same INFO where it cannot."""

    def register(mend: Mend) -> Mend:
        def mended(subject: Subject, problem: Problem) -> Change | None:
            return _change(subject, mend(subject.info, problem.field, subject).to_bytes(), problem.field)

        fix(*names)(mended)
        return mend

    return register


@_mends("I009")
def complete_version(info: Info, key: str, _subject: Subject) -> Info:
    """Add the first build of the version."""
    full = infomend.completed_dsm_version(info.get(key))
    return infomend.with_value(info, key, full) if full else info


@_mends("I012", "I014")
def remove_old_twin(info: Info, key: str, _subject: Subject) -> Info:
    """Remove the old key; the new one counts."""
    return info.remove(key)


@_mends("I013")
def modernise(info: Info, key: str, _subject: Subject) -> Info:
    """Use the new key, or none."""
    return infomend.modern_keys(info, [key])


@_mends("I015")
def write_yes_or_no(info: Info, key: str, _subject: Subject) -> Info:
    """Write what is meant by true, 1 and the like."""
    return info.set(key, infomend.as_boolean(info.get(key)) or info.get(key))


@_mends("I016", "I018")
def write_plainly(info: Info, key: str, _subject: Subject) -> Info:
    """Write key="value", with single quotes inside."""
    return infomend.written_plainly(info, key)


@_mends("I017")
def close_values(info: Info, _key: str, _subject: Subject) -> Info:
    """Close every value, and join those that run over several lines."""
    return infomend.closed(info)


@_mends("I020")
def make_utf8(info: Info, key: str, _subject: Subject) -> Info:
    """Read the lines with the code page that Windows has for their language, or UTF-16 as what it is."""
    text = from_utf16(info.to_bytes())
    return Info.parse(text) if text is not None else infomend.read_as_windows(info, key)


@_mends("I022")
def remove_mark(info: Info, _key: str, _subject: Subject) -> Info:
    """Remove the byte order mark."""
    return infomend.without_bom(info)


@fix("I023")
def use_unix_line_ends(subject: Subject, problem: Problem) -> Change | None:
    """Write every line end as LF."""
    return _change(subject, with_line_end(subject.data(PATH), LineEnd.LF), problem.field)


@_mends("I024")
def keep_last(info: Info, key: str, _subject: Subject) -> Info:
    """Remove the lines that do not count."""
    return infomend.last_line_only(info, key)


@_mends("I025", "I026")
def correct_key(info: Info, key: str, _subject: Subject) -> Info:
    """Use the key that is meant."""
    meant = infomend.meant_key(key)
    return infomend.renamed(info, key, meant) if meant else info


@_mends("I027")
def take_english(info: Info, key: str, _subject: Subject) -> Info:
    """Use the English text for all other languages."""
    text = info.get(f"{key}_{table('languages')['fallback']}")
    return infomend.with_value(info, key, text) if text.strip() else info


@_mends("I034", "I035")
def write_platforms(info: Info, key: str, subject: Subject) -> Info:
    """Use DSM's names, and for DSM 6 those of the platforms themselves."""
    expanded = key == "arch" and subject.targets.below(7)
    return infomend.with_value(info, key, infomend.arch_values(info.get(key), expanded=expanded))


@_mends("I038")
def write_dependencies(info: Info, key: str, _subject: Subject) -> Info:
    """Separate packages by colons."""
    mended = infomend.mended_dependencies(info.get(key))
    return infomend.with_value(info, key, mended) if mended else info


@_mends("I039", "I040")
def rename_services(info: Info, key: str, subject: Subject) -> Info:
    """Use the names of DSM 7, unless older versions are served, too."""
    if not subject.targets.only_dsm7:
        return info
    return infomend.with_value(info, key, infomend.renamed_services(info.get(key)))


@_mends("I054")
def repair_letters(info: Info, key: str, _subject: Subject) -> Info:
    """Read the letters as the UTF-8 that they were."""
    return infomend.with_value(info, key, infomend.mended_letters(info.get(key)))


@_mends("I063")
def remove_computed(info: Info, key: str, _subject: Subject) -> Info:
    """Leave the key to the build."""
    known = find_key(key)
    return info.remove(key) if known is not None and known.generated else info


def _change(subject: Subject, data: bytes, key: str) -> Change | None:
    if data == subject.data(PATH):
        return None
    return set_content(subject.entries, PATH, data, place=f"{PATH}#{key}" if key else PATH)
