"""An appointment's place in the outbox: where it stands while a message about it is due."""

from datetime import datetime
from typing import Any

from clinnet import clock
from clinnet.table import Scope, keys
from patients.models import Patient
from scheduling.calendar.queries.setup import setup
from scheduling.messages.queries.recipients import NEVER, obstacle
from scheduling.messages.rules.due import Due, Kind, Now, State, Told, due
from scheduling.models import CANCELLED, COMING, MOVED, Appointment

EMAIL = "email"
# Of somebody not told anything yet, nor with anybody else.
NEW = dict.fromkeys(("told", "sending", "unreached", "calls", "together", "gsi1pk", "gsi1sk"))
OFF = (CANCELLED, MOVED)  # moved: it is another patient's by now


def next_due(scope: Scope, appointment: Appointment, *, changed: datetime) -> Due | None:
    """The next message about an appointment that became what it is at `changed`."""
    if appointment.tell_by != EMAIL or not appointment.start or _knows_by_list(appointment):
        return None
    now = Now(
        state_of(appointment), appointment.wall or "", clock.moment(appointment.start), int(appointment.late or 0)
    )
    return due(told_of(appointment), now, changed=changed, reminders=setup(scope).clinic.remind_before)


def _knows_by_list(appointment: Appointment) -> bool:
    """A visit of a series of which no message was sent, cancelled by the patient: with the others, most often."""
    cancelled = appointment.state == CANCELLED and (appointment.cancelled or {}).get("by") == "patient"
    return cancelled and bool((appointment.told or {}).get("list"))


def state_of(appointment: Appointment) -> State:
    if appointment.state in COMING:
        return "coming"
    return "off" if appointment.state in OFF else "over"


def told_of(appointment: Appointment) -> Told | None:
    told = appointment.told
    if not told:
        return None
    late = int(told.get("late", 0))
    return Told(told["state"], told["wall"], clock.moment(told["at"]), told.get("reminded", ""), late)


def telling(appointment: Appointment, at: str, kind: Kind | None = None) -> dict[str, Any]:
    """What the patient was told, as the appointment keeps it."""
    state = state_of(appointment)
    reminded = appointment.wall if kind in ("reminder", "late") else ""
    told = {"state": state, "wall": appointment.wall, "sequence": int(appointment.sequence), "at": at,
            "reminded": reminded, "late": int(appointment.late or 0)}  # fmt: skip
    return {name: value for name, value in told.items() if value not in ("", None)}


def place(scope: Scope, appointment: Appointment, *, changed: datetime | None = None) -> dict[str, str | None]:
    """The attributes that put an appointment into the outbox, or take it out."""
    return at(scope, appointment, next_due(scope, appointment, changed=changed or clock.now()))


def at(scope: Scope, appointment: Appointment, found: Due | None) -> dict[str, str | None]:
    key = keys.outbox(scope.clinic_id, clock.stamp(found.at), appointment.id) if found else None
    return {"gsi1pk": key.pk if key else None, "gsi1sk": key.sk if key else None}


def enter(scope: Scope, appointment: Appointment, patient: Patient) -> None:
    """A new appointment is put into the outbox, or says why nobody can be told. A series was told as a list."""
    if appointment.tell_by != EMAIL:
        return
    reason = obstacle(patient, clock.today(setup(scope).clinic.time_zone))
    appointment.unreached = reason if reason not in NEVER else None
    if not reason:
        appointment.told = telling(appointment, clock.stamp()) | {"list": True} if appointment.series_id else None
        found = place(scope, appointment)
        appointment.gsi1pk, appointment.gsi1sk = found["gsi1pk"], found["gsi1sk"]


def change(scope: Scope, appointment: Appointment, after: Appointment) -> dict[str, Any]:
    """The attributes that follow from a change. Whoever was not reached is not tried again without news."""
    if appointment.tell_by != EMAIL or (appointment.unreached and appointment.sequence == after.sequence):
        return {}
    found = place(scope, after)
    if found["gsi1pk"]:
        after.unreached = None
    return {**found, "unreached": after.unreached}
