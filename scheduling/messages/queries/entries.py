"""What is due, as it is now: an appointment of the outbox with its patient, and those booked together with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clinnet import clock
from clinnet.table import Key, Row, Scope, get_many, keys
from patients.models import Patient
from patients.queries import survivors
from scheduling.messages.queries.recipients import EMAIL, Recipient
from scheduling.messages.rules.due import GRACE, Due, Kind
from scheduling.messages.services import outbox
from scheduling.models import Appointment

TOGETHER: tuple[Kind, ...] = ("booked", "reminder")  # a change or a cancellation is of one appointment
APART = timedelta(hours=3)  # so far apart reminders of one family become due


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """What is due about an appointment, as both are now."""

    appointment: Appointment
    patient: Patient
    due: Due | None  # None: nothing any more
    to: Sequence[Recipient] = ()
    mates: Sequence[Patient] = ()  # booked together with it, and told apart from it

    @property
    def kind(self) -> Kind:
        return self.due.kind if self.due else "reminder"

    @property
    def way(self) -> str:
        return self.appointment.tell_by or EMAIL

    @property
    def what_it_was(self) -> dict[str, str | int | None]:
        """The condition under which anything may be written about it."""
        return {"GSI1SK": self.appointment.gsi1sk, "version": int(self.appointment.version)}


def look(scope: Scope, row: Row) -> Entry | None:
    """None where the row is older than the item."""
    found = _read(scope, [f"{keys.parse_patient(row['PK'])}/{row['id']}"])
    return next((each for each in found if each.appointment.gsi1sk == row["GSI1SK"]), None)


def others(scope: Scope, entry: Entry, until: datetime) -> list[Entry]:
    """Those booked together with it of whom the same is to be told by now, by the order of booking."""
    mine = f"{entry.appointment.patient_id}/{entry.appointment.id}"
    names = [each for each in entry.appointment.together or [] if each != mine] if entry.kind in TOGETHER else []
    people = {entry.patient.id}
    found = []
    for each in _read(scope, names) if names else []:
        if _goes_with(entry, each, until) and each.patient.id not in people:
            people.add(each.patient.id)  # two records that are one by now have one contact log: each its own letter
            found.append(each)
    return found


def mates(scope: Scope, group: Sequence[Entry]) -> list[Patient]:
    """Who was booked together with these and is not among them: a mailbox or telephone of theirs may be the same."""
    here = {f"{each.appointment.patient_id}/{each.appointment.id}" for each in group}
    names = {name for each in group for name in each.appointment.together or [] if name not in here}
    people = survivors(scope, {name.partition("/")[0] for name in names}) if names else {}
    mine = {each.patient.id for each in group}
    return list({each.id: each for each in people.values() if each.id not in mine}.values())


def _goes_with(entry: Entry, other: Entry, until: datetime) -> bool:
    """Within its grace, or in another process's hands, it has a place ahead."""
    appointment = other.appointment
    at = keys.parse_outbox(Key(appointment.gsi1pk or "", appointment.gsi1sk or ""))
    if other.due is None or (other.due.kind, other.way) != (entry.kind, entry.way) or not at:
        return False
    if at <= clock.stamp(until):
        return True
    return entry.kind == "reminder" and not appointment.sending and other.due.at <= until + APART


def _read(scope: Scope, names: Iterable[str]) -> list[Entry]:
    """By "patient/appointment". The patient is the survivor of a merge."""
    asked = [name.split("/") for name in names]
    places = [key for patient, id in asked for key in (keys.appointment(patient, id), Patient.at(patient))]
    raws = get_many(scope, list(dict.fromkeys(places))).raws
    people = {each.id: each for each in (Patient.read(raw) for raw in raws if Patient.is_one(raw))}
    people |= survivors(scope, [id for id, each in people.items() if each.merged_into])
    visits = {each.id: each for each in (Appointment.read(raw) for raw in raws if Appointment.is_one(raw))}
    due = {id: outbox.next_due(scope, each, changed=clock.now() - GRACE) for id, each in visits.items()}
    return [Entry(visits[id], people[who], due[id]) for who, id in asked if id in visits and who in people]
