"""Messages about an appointment, as a person reads them."""

from dataclasses import dataclass
from datetime import datetime

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.table import Key, Scope, keys, query
from scheduling import words
from scheduling.appointments.queries import PatientVisit
from scheduling.calendar.queries.setup import setup
from scheduling.messages.queries.recipients import SMS, is_looked_after, obstacle, way_of
from scheduling.messages.rules.due import GRACE, Kind
from scheduling.messages.services import outbox
from scheduling.models import COMING, Appointment, Message

MOST = 20
BY = {"email": "by e-mail", "sms": "by text message"}
HANDED = ("message", "handed over")  # of a text: its service says no more
KINDS: dict[Kind, str] = {
    "booked": "Confirmation",
    "changed": "New time",
    "cancelled": "Cancellation",
    "late": "Delay",
    "reminder": "Reminder",
}
STATES = {
    "sent": ("mail", "sent"),
    "bounced": ("message-off", "came back"),
    "failed": ("message-off", "not sent"),
    "waiting": ("hourglass", "waits"),
    "called": ("phone-outgoing", ""),
}


def messages(scope: Scope, appointment: Appointment) -> list[Message]:
    """Oldest first."""
    asked = keys.messages_about(appointment.patient_id, appointment.id)
    return query(scope, asked, limit=MOST, backward=True).of(Message)[::-1]


def may_send(scope: Scope, visit: PatientVisit) -> bool:
    """Whether a confirmation can be sent, once more or at all: somebody is there to get it, and none waits."""
    appointment, now = visit.appointment, clock.now()
    if appointment.state not in COMING or not appointment.start or clock.moment(appointment.start) <= now + GRACE:
        return False
    waits = appointment.by_message and not appointment.unreached and not appointment.told
    today = clock.today(setup(scope).clinic.time_zone)
    return not waits and not obstacle(visit.patient, today, way_of(appointment.tell_by, visit.patient, today))


def by(scope: Scope, visit: PatientVisit) -> str:
    """In which way a confirmation would leave now, "by e-mail"; empty where it is the same as before."""
    told_by = visit.appointment.tell_by
    way = way_of(told_by, visit.patient, clock.today(setup(scope).clinic.time_zone))
    return "" if way == told_by else BY[way]


def becomes_of(scope: Scope, visit: PatientVisit) -> str:
    """Whether the patient hears of an appointment as it was just changed, and when: a sentence for a toast."""
    appointment = visit.appointment
    if appointment.is_parked:
        return "They are told when another time is booked, or when the request is withdrawn."
    if outbox.is_quiet(appointment):
        return "They are not told."
    due = outbox.next_due(scope, appointment, changed=clock.now() - GRACE)
    at = keys.parse_outbox(Key(appointment.gsi1pk or "", appointment.gsi1sk or ""))
    if due and at and due.kind != "reminder":
        clinic = setup(scope).clinic
        others = is_looked_after(visit.patient, clock.today(clinic.time_zone))
        who = "Their guardian is" if others else "They are"
        return f"{who} told {BY[appointment.tell_by or '']}: {formats.within(at, clinic)}."
    if appointment.unreached:
        return f"No message reaches them: {appointment.unreached}."
    return "" if appointment.by_message else "No message goes to them."


def waits(scope: Scope, appointment: Appointment) -> bool:
    """Whether a message about what was changed is on its way out: no reminder, and not sent yet."""
    due = outbox.next_due(scope, appointment, changed=clock.now())
    return bool(due and due.kind != "reminder" and appointment.gsi1pk)


@dataclass(frozen=True, slots=True)
class Line:
    """One message or call in words; `state` as of STATES."""

    state: str
    icon: str
    what: str
    detail: str
    when: str
    stamp: str


def lines(scope: Scope, visit: PatientVisit, clinic: Clinic) -> list[Line]:
    """What was sent, what waits or cannot leave, and who called: oldest first."""
    appointment = visit.appointment
    found = [_message(each, clinic) for each in messages(scope, appointment)]
    found += [_call(each, clinic) for each in appointment.calls or []]
    found.sort(key=lambda line: line.stamp)
    return [*found, *_waiting(scope, visit, clinic)]


def _message(message: Message, clinic: Clinic) -> Line:
    kind: Kind = message.kind  # type: ignore[assignment]  # as it was written
    icon, said = STATES.get(message.state or "", ("mail", message.state or ""))
    if message.way == SMS and message.state == "sent":
        icon, said = HANDED
    told = words.wall(datetime.fromisoformat(message.wall), clinic) if message.wall else ""
    detail = message.reason or f"{told}, to {', '.join(message.to)}"
    if message.parts and not message.reason:
        detail += f", {int(message.parts)} {'part' if message.parts == 1 else 'parts'}"
    return Line(
        message.state or "",
        icon,
        f"{KINDS.get(kind, kind)} {said}",
        detail,
        formats.when(message.at_time, clinic),
        message.at_time,
    )


def _call(call: dict[str, str], clinic: Clinic) -> Line:
    return Line(
        "called",
        "phone-outgoing",
        f"Called: {call['outcome']}",
        call["by"],
        formats.when(call["at"], clinic),
        call["at"],
    )


def _waiting(scope: Scope, visit: PatientVisit, clinic: Clinic) -> list[Line]:
    """What is due: of a reminder the day, of all else the minute. What will find nobody says so before it is tried."""
    appointment = visit.appointment
    due = outbox.next_due(scope, appointment, changed=clock.now() - GRACE)
    at = keys.parse_outbox(Key(appointment.gsi1pk or "", appointment.gsi1sk or ""))
    if due is None or not at:
        return []
    today = clock.today(clinic.time_zone)
    if why := obstacle(visit.patient, today, appointment.tell_by or ""):
        return [Line("failed", "message-off", f"{KINDS[due.kind]} cannot leave", why, "", at)]
    problem = (appointment.sending or {}).get("problem", "")
    by = BY[appointment.tell_by or ""]
    if is_looked_after(visit.patient, today):
        by += ", to their guardian"
    return [
        Line(
            "waiting",
            "hourglass",
            f"{KINDS[due.kind]} waits",
            problem or by,
            f"leaves {formats.within(at, clinic)}",
            at,
        )
    ]
