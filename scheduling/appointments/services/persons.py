"""A person is one, by however many records: those folded into another keep their own busy times.

Whoever takes time for one of the records looks at the others' in the same transaction, and at whether these still are
all there is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from clinnet.table import Key, Row, Scope, Transaction, get_many
from clinnet.table.errors import NotFound, Refused
from clinnet.table.values import row_from_raw
from patients.models import Patient
from patients.queries import current, folded
from patients.timeline import all_ids
from scheduling.calendar.services import busy, checks
from scheduling.calendar.services.busy import Hold
from scheduling.calendar.services.taking import Rows

JUST_CHANGED = Refused("This record was changed just now. Open it again.")
JUST_FOLDED = Refused("This record was just folded together with another one. Open it again.")


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """`records` that were read: the one in question, and the one into which it was folded."""

    records: list[Patient]

    def others(self, patient_id: str) -> list[str]:
        return [id for id in all_ids(self.records[-1]) if id != patient_id]

    def check_alive(self) -> None:
        """Nothing that a death stopped comes back by an undo. Raises Refused."""
        if self.records[-1].deceased_on:
            raise Refused(checks.DECEASED)


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
) -> None:
    """As busy.swap, for one person's time. Whoever only frees needs no `person`."""
    busy.swap(tx, old, new, lapsed=lapsed)
    if person and new:
        check_free(tx, [(person, hold) for hold in new], lapsed)
        check_records(tx, person.records)


def check_free(tx: Transaction, wanted: Iterable[tuple[Person, Hold]], lapsed: Rows | None = None) -> None:
    """Nothing is at those times by another of each person's records. A row can be looked at only once."""
    places: dict[Key, set[str]] = {}
    for person, hold in wanted:
        for id in person.others(hold.patient) if "patient" not in hold.squeezed else ():
            for key, names in replace(hold, practitioner="", room="", patient=id).places().items():
                places.setdefault(key, set()).update(names)
    for key, names in places.items():
        busy.check_free(tx, key, names, (lapsed or {}).get(key, {}))


def check_records(tx: Transaction, patients: Iterable[Patient]) -> None:
    """Since it was read nobody folded one of these into another record, or another into it, or recorded a death."""
    for patient in {each.id: each for each in patients}.values():
        same = {"mergedInto": patient.merged_into, "absorbed": patient.absorbed or None}
        tx.check(patient.key, when=same | {"deceasedOn": patient.deceased_on or None}, refusal=partial(_changed, same))


def _changed(same: Mapping[str, object], row: Row) -> Refused:
    return JUST_CHANGED if all((row.get(name) or None) == value for name, value in same.items()) else JUST_FOLDED
