"""The trail of one patient, in sentences."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from clinnet import contributions, formats
from clinnet.accounts.models import Clinic
from clinnet.conflicts import apart
from clinnet.table import Row
from patients import family
from patients.entries import LISTS
from patients.hooks import AuditSentences
from patients.words import Words, label

ACTIONS = {
    "patient.register": "registered this patient",
    "patient.import": "imported this from a file",
    "patient.change": "changed",
    "patient.photo": "changed the photo",
    "patient.check": "asked whether the details are still right: they are",
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
NUMBERED = ("patient.merge", "patient.unmerge")  # their note is the other record's number
PLAIN = ("patient.change", *NUMBERED)  # only these say which fields: the other sentences say it themselves
UNTOLD = {"absorbed", "archived", "merged_into", "extra", "sources"}  # the sentence says it, or only ids would be shown


def shown(row: Row, clinic: Clinic, patient_id: str) -> dict[str, Any]:
    """One event: when, who, the sentence, the fields by name, the reason given."""
    line = row["line"]
    action, note = line["action"], line.get("note", "")
    number = f"No. {note}" if action in NUMBERED and note else ""
    return {
        "at": line["at"],
        "when": formats.when(line["at"], clinic),
        "who": line["actor"],
        "what": sentence(action),
        "folded": row["of"] != patient_id,
        "fields": _fields(line.get("fields", [])) if action in PLAIN else [],
        "note": number or note,
    }


def sentence(action: str) -> str:
    """An action that nobody named is told by its own words."""
    return _sentences().get(action) or action.replace(".", " ").replace("-", " ")


@cache
def _sentences() -> Mapping[str, str]:
    others = [each.words for each in contributions.of(AuditSentences)]
    return {action: words for found in [ACTIONS, *others] for action, words in found.items()}


def _fields(names: Iterable[str]) -> list[str]:
    told = (label(name) for name in names if name not in UNTOLD)
    return [name[:1].lower() + name[1:] for name in told]


def values(changes: Mapping[str, Any], words: Words) -> list[dict[str, str]]:
    """Before and after, line by line and entry by entry, for those who may read the trail."""
    told = {name: pair for name, pair in changes.items() if name not in UNTOLD}
    before, after = (apart({name: _list(name, pair[side]) for name, pair in told.items()}, LISTS) for side in (0, 1))
    return [
        {
            "field": label(path),
            "before": _told(path, before.get(path), words),
            "after": _told(path, after.get(path), words),
        }
        for path in {**before, **after}
        if before.get(path) != after.get(path)
    ]


def _list(name: str, value: Any) -> Any:
    """The event of a link has that one alone."""
    return [value] if name in LISTS and isinstance(value, Mapping) else value


def _told(path: str, value: Any, words: Words) -> str:
    if path.startswith("links/") and value:
        return family.told(value)
    return words(path, value) or "nothing"
