"""The trail of one patient, in sentences. An app adds its own actions by setting `patient_history` on its AppConfig."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.apps import apps

from clinnet.accounts.models import Clinic
from clinnet.table import Row
from patients import moments

ACTIONS = {
    "patient.register": "registered this patient",
    "patient.import": "imported this patient",
    "patient.change": "changed",
    "patient.photo": "changed the photo",
    "patient.archive": "archived this record",
    "patient.restore": "restored this record",
    "patient.deceased": "recorded the death",
    "patient.not-deceased": "took back the record of the death",
    "patient.test": "marked this as a test patient",
    "patient.not-test": "said that this is not a test patient",
    "patient.restrict": "restricted the chart",
    "patient.not-restrict": "lifted the restriction of the chart",
    "patient.link": "linked a relative",
    "patient.change-link": "changed what a relative may do",
    "patient.unlink": "unlinked a relative",
    "patient.merge": "folded another record into this one",
    "patient.unmerge": "took a folded record out of this one again",
    "contact.log": "logged a contact",
    "contact.called-back": "marked a call-back as done",
}
FIELDS = {
    "birth_date": "birth date", "birth_estimated": "whether the birth date is estimated", "mrn": "record number",
    "email": "e-mail", "phones": "phones", "policies": "insurance", "practitioner_id": "usual practitioner",
    "links": "family", "deceased_on": "date of death", "test": "test patient", "restricted": "restricted chart",
    "absorbed": "folded records",
}  # fmt: skip
NUMBERED = ("patient.merge", "patient.unmerge")  # their note is the other record's number
PLAIN = ("patient.change", *NUMBERED)  # only these say which fields: the other sentences say it themselves
HIDDEN = {"id", "patient_id"}


def shown(row: Row, clinic: Clinic) -> dict[str, Any]:
    """One event: when, who, the sentence, the fields by name, the reason given."""
    line = row["line"]
    action, note = line["action"], line.get("note", "")
    number = f"No. {note}" if action in NUMBERED and note else ""
    return {
        "at": line["at"],
        "when": moments.show(line["at"], clinic),
        "who": line["actor"],
        "what": sentence(action),
        "fields": [field(name) for name in line.get("fields", [])] if action in PLAIN else [],
        "note": number or note,
    }


def sentence(action: str) -> str:
    """An action that nobody named is told by its own words."""
    return _sentences().get(action) or action.replace(".", " ").replace("-", " ")


@cache
def _sentences() -> Mapping[str, str]:
    others = [getattr(config, "patient_history", {}) for config in apps.get_app_configs()]
    return {action: words for found in [ACTIONS, *others] for action, words in found.items()}


def field(name: str) -> str:
    return FIELDS.get(name, name.replace("_", " "))


def values(changes: Mapping[str, Any]) -> list[dict[str, str]]:
    """Before and after of each field, for those who may read the trail."""
    return [
        {"field": field(name), "before": told(before), "after": told(after)}
        for name, (before, after) in sorted(changes.items())
    ]


def told(value: Any) -> str:
    """A value as words."""
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        parts = [f"{field(str(name))} {told(each)}" for name, each in value.items() if each and name not in HIDDEN]
        return ", ".join(parts)
    if isinstance(value, list | tuple):
        return "; ".join(told(each) for each in value)
    return str(value)
