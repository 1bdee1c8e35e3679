"""An appointment for the person it was meant for: booked, or shown in, under another's name. And back.

It is the same appointment, with its id, its time and, of somebody who is here, its state and stamps. The other one's
item stays as a trace of it, and is taken up again if the appointment comes back.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, get_many, keys
from clinnet.table.errors import Refused, Stale
from clinnet.table.once import idempotent
from patients.models import Patient
from patients.timeline import all_ids
from scheduling import hooks
from scheduling.appointments.services import persons, presence, strip, trail
from scheduling.appointments.services.booking import line_of
from scheduling.appointments.services.changing import (
    ELSEWHERE,
    STAMPS,
    card_line,
    changed,
    hold_of,
    stale_or_gone,
    tried,
)
from scheduling.appointments.services.persons import Person, person_of
from scheduling.board.services import cards
from scheduling.calendar.services import checks
from scheduling.calendar.services.taking import Rows, explain, take
from scheduling.messages.services import outbox
from scheduling.models import BOOKED, COMING, DOCTOR, FINISHED, LEFT, MOVED, READY, ROOM, WAITING, Appointment
from scheduling.refusals import Taken

TAKEN_FROM = Action("appointment.taken-from", "gave an appointment to another patient")
GIVEN_TO = Action("appointment.given-to", "gave this patient another's appointment")

GIVEN = (*COMING, WAITING, ROOM, READY)
BEGUN = (
    "This visit has begun: what is written and billed for it is this patient's. If nothing was written yet, undo its "
    "last steps first."
)
OWN = {"pk", "sk", "id", "type", "clinic_id", "version", "schema", "created_at", "updated_at", "last_event"}


def obstacle(appointment: Appointment) -> str:
    """Why it cannot be given to somebody else; empty where it can."""
    if appointment.is_from_elsewhere:
        return ELSEWHERE
    if appointment.state in (DOCTOR, FINISHED, LEFT):
        return BEGUN
    return "" if appointment.state in GIVEN else stale_or_gone({"state": appointment.state}).sentence


def is_told(scope: Scope, appointment: Appointment) -> bool:
    """Whether the patient who has it knows of it, and is told when it is given away."""
    return outbox.next_due(scope, changed(appointment, {"state": MOVED}), changed=clock.now()) is not None


@idempotent
def change_patient(scope: Scope, *, appointment: Appointment, patient: Patient, once: Once | None = None) -> str:
    """Booked for the wrong person: the same appointment, of `patient`. The other one keeps a trace of it.

    Returns the id, which stays. Raises PatientBusy where `patient` has something else then, and Refused from the moment
    on in which somebody is with the doctor: records hang on the visit.
    """
    scope.require(Permission.BOOK)
    scope.must_hold(appointment)
    checks.check_patient(scope, patient)
    if appointment.patient_id in all_ids(patient):
        raise Refused("It is this patient's already.")
    if sentence := obstacle(appointment):
        raise Refused(sentence)
    presence.check_given(scope, appointment, patient.id)
    coming = appointment.state in COMING
    was = {"patient_id": appointment.patient_id, "state": appointment.state}
    stamp = {"to": "", "at": clock.stamp(), "by": scope.actor.name, "was": was}
    stamps = [*([] if coming else appointment.stamps or []), stamp][-STAMPS:]
    news = {"state": BOOKED if coming else appointment.state, "stamps": stamps}  # who confirmed was somebody else
    return _give(scope, appointment, Person([patient]), news, once=once).id


def give_back(scope: Scope, *, appointment: Appointment, once: Once | None = None) -> Appointment:
    """The undo of it: the one before has it again, as it was with them."""
    was = (appointment.stamps or [])[-1]["was"]
    person = person_of(scope, was["patient_id"])
    person.check_alive()
    return _give(scope, appointment, person, {"state": was["state"]}, once=once)


@dataclass(frozen=True, slots=True, repr=False)
class Gift:
    """What it was, what it will be, and the trace that `person` has of it from before."""

    appointment: Appointment
    after: Appointment
    trace: Appointment | None
    person: Person

    @property
    def patient(self) -> Patient:
        return self.person.records[-1]


def _give(
    scope: Scope, appointment: Appointment, person: Person, news: dict[str, Any], *, once: Once | None
) -> Appointment:
    place = Appointment.at(person.records[0].id, appointment.id)
    trace = next(iter(get_many(scope, [place]).of(Appointment)), None)
    line = keys.timeline(person.records[0].id, appointment.start or appointment.created_at or "", place.sk)
    after = changed(appointment, {
        "patient_id": person.records[0].id, "pk": place.pk, "sk": place.sk, "gsi2pk": line.pk, "gsi2sk": line.sk,
        "sequence": int(appointment.sequence) + 2, **outbox.NEW, "stamps": trace.stamps if trace else None,
        "new_patient": trace.new_patient if trace else None, **news,
    })  # fmt: skip
    after.version = trace.version + 1 if trace else 1
    gift = Gift(appointment, after, trace, person)
    try:
        take(partial(_write, scope, gift, once=once))
    except Taken as taken:
        raise explain(scope, taken, tried(scope, appointment, gift.patient)) from None
    except Stale as stale:
        raise stale_or_gone(dict(stale.theirs)) from None
    return after


def _write(scope: Scope, gift: Gift, lapsed: Rows, *, once: Once | None) -> str:
    tx, appointment, after = Transaction(scope, once=once), gift.appointment, gift.after
    before, held = hold_of(appointment), hold_of(after)
    persons.swap(tx, gift.person, [before] if before else [], [held] if held else [], lapsed=lapsed)
    if held is None:
        persons.check_records(tx, gift.person.records)
    hooks.add_followers(tx, appointment, after)
    _leave(tx, appointment)
    _take_up(tx, gift)
    filled = {name: value for name, value in card_line(after).items() if value not in (None, "", 0, {})}
    tx.put_row(cards.row(scope, after, filled | {"p": dict(gift.patient.line or {})}, tx.at))
    about = trail.named(scope, appointment)
    changes = {"patient": [appointment.patient_id, after.patient_id]}
    tx.also(
        Event(TAKEN_FROM, "APPOINTMENT", appointment.id, patient=appointment.patient_id, changes=changes, about=about)
    )
    event = Event(GIVEN_TO, "APPOINTMENT", appointment.id, patient=after.patient_id, changes=changes, about=about)
    return tx.commit(event, result=appointment.id)


def _leave(tx: Transaction, appointment: Appointment) -> None:
    """A trace with the patient who had it, who is told if they knew of it."""
    gone = changed(appointment, {"state": MOVED, "sequence": int(appointment.sequence) + 1})
    news = {
        "state": MOVED,
        "sequence": gone.sequence,
        "line": line_of(gone).pack(),
        **outbox.change(tx.scope, appointment, gone),
    }
    if appointment.calls_for_help:
        news |= {"gsi1pk": None, "gsi1sk": None}
    known: dict[str, Any] = (
        {"gsi1sk": appointment.gsi1sk} if appointment.by_message else {}
    )  # as in changing.add_change
    tx.update(appointment, news, **known)


def _take_up(tx: Transaction, gift: Gift) -> None:
    """The item of who has it now: new, or their own trace of it, with what they were told."""
    appointment, after, trace = gift.appointment, gift.after, gift.trace
    after.line = line_of(after).pack()
    if after.calls_for_help:
        after.gsi1pk, after.gsi1sk, after.line = (
            appointment.gsi1pk,
            appointment.gsi1sk,
            strip.line_with(after, gift.patient).pack(),
        )
    if trace is None:
        if after.state in COMING:
            outbox.enter(tx.scope, after, gift.patient)
        tx.put(after)
        return
    after.told, after.calls = trace.told, trace.calls
    sets = {name: getattr(after, name) for name in Appointment.get_attributes() if name not in OWN}
    sets |= outbox.change(tx.scope, trace, after)
    known: dict[str, Any] = {"gsi1sk": trace.gsi1sk} if trace.by_message else {}
    tx.update(trace, sets, state=MOVED, **known)
