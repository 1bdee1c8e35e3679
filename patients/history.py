"""The trail of one patient, in sentences."""

from collections.abc import Iterable, Mapping
from typing import Any

from clinnet import formats
from clinnet.accounts.models import Clinic
from clinnet.conflicts import apart
from clinnet.table import Row
from clinnet.table.events import sentence
from patients import family
from patients.entries import LISTS
from patients.services.merging import MERGE, UNMERGE
from patients.services.people import CHANGE
from patients.words import Words, label

NUMBERED = (MERGE.name, UNMERGE.name)  # their note is the other record's number
PLAIN = (CHANGE.name, *NUMBERED)  # only these say which fields: the other sentences say it themselves
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
        "about": line.get("about", ""),
        "note": number or note,
    }


def _fields(names: Iterable[str]) -> list[str]:
    told = (label(name) for name in names if name not in UNTOLD)
    return [name[:1].lower() + name[1:] for name in told]


def values(changes: Mapping[str, Any], words: Words) -> list[dict[str, str]]:
    """Before and after, line by line and entry by entry, for those who may read the trail."""
    told = {name: pair for name, pair in changes.items() if name not in UNTOLD}
    before, after = (apart({name: _list(name, pair[side]) for name, pair in told.items()}, LISTS) for side in (0, 1))
    return [
        {
            "field": words.label(path),
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
