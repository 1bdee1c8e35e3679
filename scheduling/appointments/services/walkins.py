"""Who comes without an appointment, and who cannot wait. They take no time until called."""

from typing import Any

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.once import idempotent
from patients.models import Patient
from scheduling import hooks
from scheduling.appointments.services import presence, trail
from scheduling.appointments.services.booking import line_of
from scheduling.appointments.services.strip import line_with
from scheduling.appointments.services.urgent import CALL_FOR_HELP
from scheduling.board.services import cards
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.services import checks
from scheduling.models import WAITING, Appointment, VisitType

WALK_IN = Action("appointment.walk-in", "put the patient into the queue")

WHOEVER_MINUTES = 15


@idempotent
def walk_in(
    scope: Scope,
    *,
    patient: Patient,
    visit_type: VisitType | None = None,
    practitioner: Staff | None = None,
    reason: str = "",
    urgent: bool = False,
    new_patient: bool = False,
    beside: bool = False,
    once: Once | None = None,
) -> str:
    """Into the queue, waiting from now, for one practitioner or for whoever is free; returns the appointment's id.

    Raises HereAlready for who is in the house; BookedToday for who is to come today, unless this is `beside` that.
    """
    scope.require(Permission.BOOK)
    checks.check_patient(scope, patient, urgent=urgent)
    for item in filter(None, (visit_type, practitioner)):
        scope.must_hold(item)
    presence.check_walk_in(scope, patient.id, beside=beside)
    tx, id = Transaction(scope, once=once), clock.new_id()
    need = visit_type.need() if visit_type else None
    place, line = Appointment.at(patient.id, id), keys.timeline(patient.id, tx.at, Appointment.at(patient.id, id).sk)
    stamp: dict[str, Any] = {"to": WAITING, "at": tx.at, "by": scope.actor.name, "was": {"state": "lapsed"}}
    appointment = Appointment(
        pk=place.pk, sk=place.sk, gsi2pk=line.pk, gsi2sk=line.sk, id=id, state=WAITING, patient_id=patient.id,
        practitioner_id=practitioner.id if practitioner else None, visit_type_id=visit_type.id if visit_type else None,
        day=clock.today(setup(scope).clinic.time_zone).isoformat(), minutes=need.minutes if need else WHOEVER_MINUTES,
        reason=reason or None, booked_by=scope.actor.name, urgent=urgent or None, walk_in=True, queued=True,
        new_patient=new_patient or None, stamps=[stamp],
    )  # fmt: skip
    appointment.line = line_of(appointment).pack()
    if urgent:
        called = keys.urgent(scope.clinic_id, appointment.day or "", id)
        appointment.gsi1pk, appointment.gsi1sk, appointment.line = (
            called.pk,
            called.sk,
            line_with(appointment, patient).pack(),
        )
    hooks.add_followers(tx, None, appointment)
    tx.put(appointment)
    tx.put_row(cards.row(scope, appointment, cards.line(appointment, patient.line, since=tx.at, arrived=tx.at), tx.at))
    action = CALL_FOR_HELP if urgent else WALK_IN
    return tx.commit(
        Event(action, "APPOINTMENT", id, patient=patient.id, note=reason[:200], about=trail.named(scope, appointment)),
        result=id,
    )
