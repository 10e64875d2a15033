"""What the privilege editor shows: what the file says, what DSM 7 forbids, and what comes out in words; no widgets."""

from __future__ import annotations

from dataclasses import dataclass

from gui.editors.jsonpart import JsonPart
from gui.qt.i18n import tr
from spkcore.base.reference import schema
from spkcore.checks.targets import Targets, targets_of
from spkcore.package import jsonedit
from spkcore.package.info import Info
from spkcore.package.parts import read_info
from spkcore.package.privilege import OWN, RUN_AS, SCHEMA, Account, CallUser, account, call_users

SECTIONS = ("ctrl-script", "executable", "tool")
ROOT_SECTIONS = ("ctrl-script", "executable")
"""Those that DSM 7 refuses whole."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes out on one DSM generation: a sentence, and whether DSM takes the package."""

    dsm: str
    text: str
    accepted: bool


class PrivilegePart(JsonPart):
    """conf/privilege for the DSM versions that INFO names."""

    @property
    def info(self) -> Info:
        """INFO as it is now."""
        return read_info(self.document.entries)

    @property
    def targets(self) -> Targets:
        """The DSM versions that the package is meant for."""
        return targets_of(self.info)

    @property
    def account(self) -> Account:
        """The accounts of the package."""
        return account(self.tree, self.info.get("package"))

    def call_users(self) -> tuple[CallUser, ...]:
        """As whom every call of a script runs."""
        return call_users(self.tree, self.info.get("package"))

    def forbidden_run_as(self) -> dict[str, str]:
        """The values of run-as that cannot be chosen for these DSM versions, with the reason."""
        if not self.targets.dsm7:
            return {}
        signed = tr("DSM 7 gives root only to packages that Synology signed.")
        return {"root": signed, "system": tr("system is a user of DSM 6; DSM 7 does not have it.")}

    def locked(self, section: str) -> str:
        """Why a section cannot be used for these DSM versions; empty where it can."""
        if section in ROOT_SECTIONS and self.targets.dsm7:
            return tr("DSM 7 refuses packages with this, unless Synology signed them. It is for DSM 6 only.")
        return ""

    def locked_columns(self) -> dict[str, str]:
        """The members of tools that cannot be chosen for these DSM versions, with the reason."""
        if not self.targets.dsm7:
            return {}
        reason = tr("DSM 7 refuses capabilities in packages that Synology did not sign.")
        return {"capabilities": reason}

    def use_package_user(self) -> None:
        """Let everything run as the package's own user: the only way that DSM 7 takes."""
        tree = self.tree
        value = dict(tree.value()) if isinstance(tree.value(), dict) else {}
        for name in ROOT_SECTIONS:
            if name in value:
                tree = jsonedit.remove(tree, f"/{name}")
        tree = jsonedit.set_value(tree, RUN_AS, OWN)
        self.put(tree, RUN_AS, tr("Use the package's user"))

    def remove_section(self, name: str, label: str) -> None:
        """Take a section out."""
        self.remove(f"/{name}", tr("Remove {name}", name=label))

    def needs_package_user(self) -> bool:
        """Whether the file asks DSM 7 for more than it gives."""
        wrong = self.value(RUN_AS) not in {OWN, None} or any(self.tree.node(f"/{name}") for name in ROOT_SECTIONS)
        return self.targets.dsm7 and wrong

    def outcomes(self) -> list[Outcome]:
        """What comes out on the DSM generations of the range, in words."""
        found = []
        if not self.targets.only_dsm7:
            found.append(Outcome("6", self._dsm6_text(), accepted=True))
        if self.targets.dsm7:
            found.append(self._dsm7_outcome())
        return found

    def _dsm6_text(self) -> str:
        own, run_as = self.account, self.value(RUN_AS)
        if run_as not in {OWN, "root", "system"}:
            return tr("The file does not say which user everything runs as on DSM 6.")
        who = self._who() if run_as == OWN else tr("the user {user}", user=run_as)
        special = [
            item
            for item in self.call_users()
            if item.is_special and item.dsm6 != (own.user if run_as == OWN else run_as)
        ]
        if not special:
            return tr("On DSM 6, everything runs as {who}.", who=who)
        by_user: dict[str, list[str]] = {}
        for item in special:
            by_user.setdefault(item.dsm6, []).append(item.action)
        others = "; ".join(f"{', '.join(names)}: {user}" for user, names in by_user.items())
        return tr("On DSM 6, everything runs as {who}, but these scripts do not: {others}.", who=who, others=others)

    def _dsm7_outcome(self) -> Outcome:
        value = self.value(RUN_AS)
        if value is None:
            text = tr(
                "DSM 7 refuses the package (code 319): "
                "the file has to say that everything runs as the package's own user."
            )
            return Outcome("7", text, accepted=False)
        if value != OWN:
            text = tr(
                "DSM 7 refuses the package (code 319): everything has to run as its own user, not {said}.", said=value
            )
            return Outcome("7", text, accepted=False)
        section = next((name for name in ROOT_SECTIONS if self.tree.node(f"/{name}") is not None), "")
        if section:
            text = tr("DSM 7 refuses the package (code 319): {section} must not be there.", section=section)
            return Outcome("7", text, accepted=False)
        return Outcome("7", tr("On DSM 7, everything runs as {who}.", who=self._who()), accepted=True)

    def _who(self) -> str:
        own = self.account
        if own.joined:
            return tr("the user {user} of the group {group}, who is also in {joined}", user=own.user, group=own.group,
                      joined=own.joined)  # fmt: skip
        return tr("the user {user} of the group {group}", user=own.user, group=own.group)


def section_help(name: str) -> str:
    """What a section is for."""
    text: str = schema(SCHEMA)["properties"][name].get("description", "")
    return text
