"""Reads of recalls."""

from collections.abc import Iterable
from functools import partial

from clinnet.table import Page, Scope, get, keys, query
from patients import timeline
from patients.models import Patient
from records.recalls.models import Recall

MOST = 100


def due_asked(scope: Scope, until: str) -> partial[Page]:
    """Those of the clinic that are due up to a date, the longest overdue first."""
    return partial(query, scope, keys.recalls_due(scope.clinic_id, until), limit=MOST)


def of_patient_asked(scope: Scope, patient: Patient) -> list[partial[Page]]:
    """All of a record and of those that were folded into it, to be asked beside others."""
    return [partial(query, scope, keys.recalls_of(id), limit=MOST) for id in timeline.all_ids(patient)]


def still_open(pages: Iterable[Page | None]) -> list[Recall]:
    """The earliest first."""
    found = [each for page in pages if page for each in page.of(Recall) if each.state == "open"]
    return sorted(found, key=lambda each: each.due)


def recall(scope: Scope, patient: Patient, id: str) -> Recall:
    """Of the record or of one that was folded into it. Raises NotFound."""
    own, *folded = timeline.all_ids(patient)
    for each in folded:
        page = query(scope, keys.recalls_of(each), limit=MOST)
        if found := next((one for one in page.of(Recall) if one.id == id), None):
            return found
    return get(scope, Recall, Recall.at(own, id))
