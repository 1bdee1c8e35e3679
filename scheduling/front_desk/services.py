"""What a patient does through the link in a message: confirms, or cancels. Looking changes nothing; replays neither."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.table import Actor, Scope, get
from clinnet.table.errors import NotFound, Refused, Stale
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import states
from scheduling.messages.services.links import Link, start_of
from scheduling.models import BOOKED, CANCELLED, COMING, MOVED, Appointment, VisitType
from scheduling.waitlist.services.parking import WITHDRAWN

ACTOR = Actor("system:patient link", "the patient")
REASON = "By the link in a message"
TRIES = 3

Status = Literal["ask", "confirmed", "off", "parked", "earlier", "over"]  # over: whatever else; it is not told what


@dataclass(frozen=True, slots=True, repr=False)
class Standing:
    """What can be said to whoever holds a link. Of one that is over the clinic at most: whom to call.

    `visit` and its `visit_type` are given with `wall`: whose it is, where, and what to prepare.
    """

    status: Status
    clinic: Clinic | None = None
    wall: datetime | None = None
    visit: appointment_queries.PatientVisit | None = None
    visit_type: VisitType | None = None

    @property
    def language(self) -> str:
        return (self.visit.patient.language or "") if self.visit else ""

    @property
    def remote(self) -> str:
        """Phone or video: nobody comes."""
        return (self.visit_type.remote or "") if self.visit_type else ""


OVER = Standing("over")


def look(link: Link | None) -> Standing:
    """Where the appointment of a link stands. Of one that is forged nothing is read, of a past one the clinic alone."""
    if link is None:
        return OVER
    if link.is_over:
        return Standing("over", _clinic(link))
    found = _find(link)
    return _standing(link, *found) if found else OVER


def _clinic(link: Link) -> Clinic | None:
    try:
        return accounts.clinic(link.clinic)
    except NotFound:
        return None


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
    appointment = visit.appointment
    status = _status(link, appointment)
    if status in ("over", "earlier") or not appointment.wall:
        return Standing(status, clinic, visit=visit)
    return Standing(status, clinic, datetime.fromisoformat(appointment.wall), visit, _visit_type(link, appointment))


def _visit_type(link: Link, appointment: Appointment) -> VisitType | None:
    try:
        return get(_scope(link), VisitType, VisitType.at(link.clinic, appointment.visit_type_id or ""))
    except NotFound:
        return None


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
