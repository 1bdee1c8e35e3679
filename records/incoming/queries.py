"""Reads of documents that wait for a doctor."""

from collections.abc import Iterable, Iterator
from functools import partial

from clinnet.table import Page, Scope, get, keys, query
from clinnet.table.errors import NotFound
from clinnet.table.values import Raw, from_raw
from patients.models import Patient
from patients.timeline import all_ids
from records.incoming.models import Incoming
from records.lines import IncomingLine

MOST, MOST_OF_ONE = 100, 20
OPEN = "open"


def waiting_asked(scope: Scope) -> partial[Page]:
    """Of the whole clinic, the oldest first. A row's line is an IncomingLine."""
    return partial(query, scope, keys.all_incoming(scope.clinic_id), limit=MOST)


def of_patient_asked(scope: Scope, patient: Patient, *, fresh: bool = True) -> list[partial[Page]]:
    """The latest of a record and of those that were folded into it, to be asked beside others."""
    return [
        partial(query, scope, keys.incoming_of(id), limit=MOST_OF_ONE, backward=True, fresh=fresh)
        for id in all_ids(patient)
    ]


def still_waiting(pages: Iterable[Page | None]) -> dict[str, IncomingLine]:
    """By id, the oldest first."""
    rows = [row for page in pages if page for row in page.rows if row.get("state") == OPEN]
    found = {str(row["id"]): IncomingLine.unpack(row["line"]) for row in rows}
    return dict(sorted(found.items(), key=lambda each: (each[1].at, each[0])))


def incoming(scope: Scope, patient: Patient, id: str) -> Incoming:
    """Of the record or of one that was folded into it; also one that waits no more. Raises NotFound."""
    for each in all_ids(patient):
        try:
            return get(scope, Incoming, Incoming.at(each, id))
        except NotFound:
            continue
    raise NotFound


def files_named(raw: Raw) -> Iterator[str]:
    """By an Incoming, while it waits."""
    yield from (from_raw(raw[name]) for name in ("file", "thumb") if name in raw)
