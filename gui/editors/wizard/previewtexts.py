"""What the preview says: why an input is refused, what it cannot know, and the words of DSM's own pages."""

from __future__ import annotations

from gui.qt.i18n import tr
from spkcore.checks.rules.wizard_fields import is_usable
from spkcore.package.wizard import WizardField, text_of
from spkcore.package.wizardfields import Complaint, Unknown, Wrong, unknowns
from spkcore.package.wizardrun import Answer, WizardRun


def complaint_text(complaint: Complaint) -> str:
    """Why the input is refused: in the package's words, else in words like DSM's."""
    if complaint.text:
        return complaint.text.replace("{0}", str(complaint.limit))
    if complaint.reason is Wrong.BLANK:
        return tr("This field is required.")
    if complaint.reason is Wrong.SHORT:
        return tr("At least {n} character.", "At least {n} characters.", n=complaint.limit)
    if complaint.reason is Wrong.LONG:
        return tr("At most {n} character.", "At most {n} characters.", n=complaint.limit)
    if complaint.reason is Wrong.VTYPE:
        return _vtype_text(complaint.vtype)
    return tr("The value of this field is not valid.")


def _vtype_text(vtype: str) -> str:
    if vtype == "email":
        return tr("This must be an e-mail address like user@example.com.")
    if vtype == "url":
        return tr("This must be an address like http://www.example.com.")
    if vtype == "alphanum":
        return tr("Only letters, numbers and _ are allowed.")
    return tr("Only letters and _ are allowed.")


def unknown_text(unknown: Unknown, field: WizardField) -> str:
    """What the preview cannot know about a field."""
    name = field.key or text_of(field.node, "desc") or field.type
    if unknown is Unknown.JAVASCRIPT:
        return tr("{name}: its JavaScript check runs in DSM only; here every value passes it.", name=name)
    if unknown is Unknown.PATTERN:
        return tr("{name}: its pattern cannot be tried here; every value passes it.", name=name)
    if unknown is Unknown.VTYPE:
        return tr("{name}: DSM has no check of this name (vtype); every value passes it.", name=name)
    if unknown is Unknown.LIST:
        return tr("{name}: the NAS fills this list; the entries are samples.", name=name)
    return tr("{name}: whether DSM hands on a greyed out field is not documented.", name=name)


def answer_note(answer: Answer, field: WizardField) -> str:
    """The remark beside a variable; empty where there is nothing to say."""
    notes = []
    if not is_usable(answer.name):
        notes.append(tr("Scripts cannot use this name"))
    if answer.is_repeated:
        notes.append(tr("Several fields have this key; the last one counts"))
    if field.is_hidden:
        notes.append(tr("Hidden field"))
    if Unknown.LIST in answer.unknowns:
        notes.append(tr("Sample: the NAS fills the list"))
    if Unknown.DISABLED in answer.unknowns:
        notes.append(tr("Greyed out: not documented whether scripts get it"))
    return "; ".join(notes)


def page_notes(run: WizardRun) -> list[str]:
    """What the preview cannot show of this page."""
    page = run.page
    if page is None or run.is_finished:
        return []
    notes = []
    if run.hooks:
        notes.append(tr("The page has JavaScript ({names}); the preview does not run it.", names=", ".join(run.hooks)))
    for field in page.fields:
        notes += [unknown_text(unknown, field) for unknown in unknowns(field)]
    return notes


def hidden_trouble(run: WizardRun) -> str:
    """What to say where a field that nobody sees keeps the wizard from going on."""
    for pointer in run.complaints():
        field = run.field(pointer)
        if field is not None and field.is_hidden:
            return tr("A hidden field is refused, so nobody gets past this page. Some packages do that on purpose.")
    return ""
