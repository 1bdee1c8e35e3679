"""A person is one, by however many records: those folded into another keep their own busy times.

Whoever takes time for one of the records looks at the others' in the same transaction, and at whether these still are
all there is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from clinnet.table import Key, Row, Scope, Transaction, get_many
from clinnet.table.errors import NotFound, Refused
from clinnet.table.values import row_from_raw
from patients.models import Patient
from patients.queries import all_ids, current, folded
from scheduling import busy
from scheduling.busy import Hold
from scheduling.services.taking import Rows

JUST_FOLDED = Refused("This record was just folded together with another one. Open it again.")


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """`records` that were read: the one in question, and the one into which it was folded."""

    records: list[Patient]

    def others(self, patient_id: str) -> list[str]:
        return [id for id in all_ids(self.records[-1]) if id != patient_id]


def person_of(scope: Scope, patient_id: str) -> Person:
    """Raises NotFound."""
    return with_survivor(scope, folded(scope, patient_id))


def with_survivor(scope: Scope, record: Patient) -> Person:
    return Person([record, current(scope, record.merged_into)] if record.merged_into else [record])


def person_and_row(scope: Scope, patient_id: str, key: Key) -> tuple[Person, Row]:
    """In one call; an empty row where there is none. Raises NotFound."""
    raws = get_many(scope, [Patient.at(patient_id), key]).raws
    record = next((Patient.read(raw) for raw in raws if Patient.is_one(raw)), None)
    if record is None:
        raise NotFound
    row = next((row_from_raw(raw) for raw in raws if not Patient.is_one(raw)), {})
    return with_survivor(scope, record), row


def swap(
    tx: Transaction, person: Person | None, old: Sequence[Hold], new: Sequence[Hold], *, lapsed: Rows | None = None
) -> None:  # fmt: skip
    """As busy.swap, for one person's time. Whoever only frees needs no `person`."""
    busy.swap(tx, old, new, lapsed=lapsed)
    if person and new:
        for hold in new:
            check_free(tx, person, hold, lapsed)
        check_records(tx, person.records)


def check_free(tx: Transaction, person: Person, hold: Hold, lapsed: Rows | None = None) -> None:
    """Nothing is at that time by another of the person's records."""
    if "patient" in hold.squeezed:
        return
    for id in person.others(hold.patient):
        for key, names in replace(hold, practitioner="", room="", patient=id).places().items():
            busy.check_free(tx, key, names, (lapsed or {}).get(key, {}))


def check_records(tx: Transaction, patients: Iterable[Patient]) -> None:
    """Nobody folded one of these into another record, or another into it, since it was read."""
    for patient in {each.id: each for each in patients}.values():
        when = {"mergedInto": patient.merged_into, "absorbed": patient.absorbed or None}
        tx.check(patient.key, when=when, refusal=JUST_FOLDED)
