"""What a patient does through the link in a message: confirms, or cancels. Looking changes nothing; replays neither."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.table import Actor, Scope
from clinnet.table.errors import NotFound, Refused, Stale
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import states
from scheduling.messages.services.links import Link, start_of
from scheduling.models import BOOKED, CANCELLED, COMING, MOVED, Appointment
from scheduling.waitlist.services.parking import WITHDRAWN

ACTOR = Actor("system:patient link", "the patient")
REASON = "By the link in a message"
TRIES = 3

Status = Literal["ask", "confirmed", "off", "parked", "earlier", "over"]  # over: whatever else; it is not told what


@dataclass(frozen=True, slots=True, repr=False)
class Standing:
    """What can be said to whoever holds a link. Nothing but `status` where it is over."""

    status: Status
    clinic: Clinic | None = None
    wall: datetime | None = None
    language: str = ""


OVER = Standing("over")


def look(link: Link | None) -> Standing:
    """Where the appointment of a link stands. One read, none for a link that is forged or past."""
    found = _find(link) if link and not link.is_over else None
    return _standing(link, *found) if link and found else OVER


def _find(link: Link) -> tuple[Clinic, appointment_queries.PatientVisit] | None:
    try:
        return accounts.clinic(link.clinic), appointment_queries.visit(
            _scope(link), link.patient_id, link.appointment_id
        )
    except NotFound:
        return None


def _scope(link: Link) -> Scope:
    return Scope(link.clinic, ACTOR)


def _standing(link: Link, clinic: Clinic, visit: appointment_queries.PatientVisit) -> Standing:
    appointment, language = visit.appointment, visit.patient.language or ""
    status = _status(link, appointment)
    shown = status not in ("over", "earlier") and appointment.wall
    return Standing(status, clinic, datetime.fromisoformat(appointment.wall or "") if shown else None, language)


def _status(link: Link, appointment: Appointment) -> Status:
    if appointment.is_parked:
        return "parked"
    if appointment.state in (CANCELLED, MOVED):
        instead = (appointment.cancelled or {}).get("then", WITHDRAWN)
        return "off" if instead == WITHDRAWN else "earlier"
    if appointment.state not in COMING:
        return "over"
    if link.start not in (start_of(appointment), *appointment.earlier_grains):
        return "earlier"
    if appointment.start and clock.moment(appointment.start) <= clock.now():
        return "over"  # the link names a later moment: by older rules of the time zone
    return "ask" if link.purpose == "cancel" or appointment.state == BOOKED else "confirmed"


def answer(link: Link | None) -> None:
    """Does what the link is for, if that can still be done. Somebody at the desk may be doing something too."""
    for _ in range(TRIES):
        found = _find(link) if link and not link.is_over else None
        if link is None or found is None or _status(link, found[1].appointment) != "ask":
            return
        try:
            _act(link, found[1].appointment)
        except (Refused, Stale):
            continue
        return


def _act(link: Link, appointment: Appointment) -> None:
    if link.purpose == "confirm":
        states.confirm(_scope(link), appointment=appointment)
    else:
        states.cancel(_scope(link), appointment=appointment, by="patient", reason=REASON)
