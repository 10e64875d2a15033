"""The words around a problem: how sure its rule is, for which DSM, whose demand it is, and what its fix is called."""

from __future__ import annotations

import re

from gui.qt.i18n import tr
from spkcore.checks.engine import Problem
from spkcore.checks.rulebook import Certainty, Profile, Rule, rules

_BOUND = re.compile(r"(>=|<)(\S+)")


def certainty_text(certainty: Certainty) -> str:
    """How sure it is, as people say it."""
    return {
        Certainty.SEEN: tr("Seen on a NAS"),
        Certainty.DOCUMENTED: tr("Synology's guide says so"),
        Certainty.DERIVED: tr("Follows from how archives, JSON and shells work"),
        Certainty.UNCERTAIN: tr("Not certain: sources are few or disagree"),
    }[certainty]


def dsm_text(condition: str) -> str:
    """The DSM versions of a rule: ">=7.0" is "DSM 7.0 and later"."""
    bounds = {match[1]: match[2] for match in _BOUND.finditer(condition)}
    low, high = bounds.get(">=", ""), bounds.get("<", "")
    if low and high:
        return tr("From DSM {low} until before {high}", low=low, high=high)
    if low:
        return tr("DSM {low} and later", low=low)
    return tr("Before DSM {high}", high=high) if high else tr("Every DSM")


def profile_text(profile: Profile) -> tuple[str, str]:
    """Its name, and one line that explains it."""
    return {
        Profile.DSM: (tr("DSM only"), tr("What DSM refuses, and what cannot work")),
        Profile.GUIDE: (tr("Guide"), tr("Also what Synology's guide asks for: the usual choice")),
        Profile.PUBLICATION: (tr("Publication"), tr("Also what Synology's review of published packages looks at")),
        Profile.SPKREPO: (tr("spkrepo"), tr("The guide, and what SynoCommunity's package source demands")),
    }[profile]


def rule_of(problem: Problem) -> Rule:
    """The rule that found it."""
    return rules()[problem.rule]


def fix_text(problem: Problem) -> str:
    """What its quick fix does, as on a button; dots say that there is something to look at first. "" without a fix."""
    rule = rule_of(problem)
    if not problem.fixable or not rule.mend:
        return ""
    return f"{rule.mend}…" if rule.mend_alone else rule.mend


def copied_details(problem: Problem) -> str:
    """Everything about it as plain text, for a message to somebody."""
    rule = rule_of(problem)
    return "\n".join([
        f"{problem.rule}: {problem.message}",
        rule.why,
        rule.fix,
        f"{certainty_text(rule.certainty)}. {dsm_text(rule.dsm)}.",
    ])  # fmt: skip
