"""One person is once in the house: what they have today is looked at before they are let in once more.

Looked at, not locked: two colleagues who let the same person in within one second are not told of one another.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from clinnet import clock
from clinnet.table import Page, Scope, Transaction, get_many, keys, side_by_side
from clinnet.table.errors import Refused
from patients.models import Patient
from patients.timeline import all_ids
from scheduling import words
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.services import changing
from scheduling.appointments.services.persons import with_survivor
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.models import COMING, HERE, LAPSED, WAITING, Appointment

BOTH, INSTEAD = "both", "instead"
STATES = {"waiting": "waiting", "room": "in a room", "ready": "ready", "doctor": "with the doctor"}


class HereAlready(Refused):
    """One person is once in the house: `visit` is the one for which they are here."""

    def __init__(self, sentence: str, visit: Appointment) -> None:
        super().__init__(sentence, field="who")
        self.visit = visit


class BookedToday(Refused):
    """Who came without an appointment has one: `visits`, of today and still to come."""

    sentence = "They are booked today. Say what they came for."

    def __init__(self, visits: Sequence[Appointment]) -> None:
        super().__init__(field="today")
        self.visits = list(visits)


def of_today(scope: Scope, patient_id: str) -> list[Appointment]:
    """Of all their records: the visit for which they are here, then those to come by their time."""
    found, page = side_by_side(
        partial(get_many, scope, [Patient.at(patient_id)]), partial(appointment_queries.day_of, scope, patient_id)
    )
    others = [each for record in found.of(Patient) for each in with_survivor(scope, record).others(patient_id)]
    return _among(scope, [page, *_days_of(scope, others)])


def _days_of(scope: Scope, ids: Sequence[str]) -> list[Page]:
    return side_by_side(*(partial(appointment_queries.day_of, scope, id) for id in ids)) if ids else []


def _among(scope: Scope, pages: Sequence[Page], but: str = "") -> list[Appointment]:
    """Those of today `but` for one, read anew where the index has any."""
    rows = [row for page in pages for row in page.rows if row["type"] == "APPOINTMENT" and row["id"] != but]
    wanted = [(keys.parse_patient(row["PK"]), row["id"]) for row in rows if row.get("state") in (*COMING, *HERE)]
    visits = appointment_queries.appointments(scope, wanted) if wanted else []
    today = clock.today(setup(scope).clinic.time_zone).isoformat()
    now = [each for each in visits if each.day == today and each.state in (*COMING, *HERE)]
    return sorted(now, key=lambda each: (not each.is_here, each.start or each.created_at or ""))


def check_walk_in(scope: Scope, patient_id: str, *, beside: bool) -> None:
    """Raises HereAlready; BookedToday unless what they came for is `beside` that."""
    found = of_today(scope, patient_id)
    _refuse_who_is_here(scope, found)
    if found and not beside:
        raise BookedToday(found)


def check_arrival(
    scope: Scope, appointment: Appointment, *, beside: str, seen: PatientVisit | None
) -> Appointment | None:
    """Raises HereAlready, unless it is said what is with the other visit; the place in the queue that is given up.

    `seen` is the appointment with its patient's day, where that was read with it.
    """
    if seen and seen.day is not None:
        others = [id for id in all_ids(seen.patient) if id != appointment.patient_id]
        found = _among(scope, [seen.day, *_days_of(scope, others)], but=appointment.id)
    else:
        found = [each for each in of_today(scope, appointment.patient_id) if each.id != appointment.id]
    if not beside:
        _refuse_who_is_here(scope, found)
    return next((each for each in found if may_give_up(each)), None) if beside == INSTEAD else None


def _refuse_who_is_here(scope: Scope, found: Sequence[Appointment]) -> None:
    if found and found[0].is_here:
        raise HereAlready(f"Here already: {for_what(found[0], setup(scope))}.", found[0])


def check_given(scope: Scope, appointment: Appointment, patient_id: str) -> None:
    """Somebody's visit is to be another's, who must not be in the house already. Raises HereAlready."""
    if appointment.is_here:
        _refuse_who_is_here(scope, of_today(scope, patient_id))


def may_give_up(visit: Appointment) -> bool:
    """Somebody in the queue who has not been called, and is no call for help."""
    return visit.state == WAITING and bool(visit.queued) and not visit.calls_for_help


def give_up(visit: Appointment, tx: Transaction) -> None:
    """The steps that take a place in the queue off the board: they are here for their appointment."""
    changing.add_step(tx, visit, {"state": LAPSED})


def since(visit: Appointment | None) -> datetime | None:
    """When they came, in UTC."""
    stamps = [each for each in (visit.stamps or [] if visit else []) if each.get("to") == WAITING]
    return clock.moment(stamps[-1]["at"]) if stamps else None


def when(visit: Appointment, known: Setup) -> str:
    """ "10:30 with Dr Okafor"; of a walk-in, who has no time, "with Dr Okafor"."""
    time = words.clock(clock.moment(visit.start), known.clinic) if visit.start else ""
    whom = f"with {words.short(known.practitioner(visit.practitioner_id))}" if visit.practitioner_id else ""
    return " ".join(filter(None, (time, whom)))


def for_what(visit: Appointment, known: Setup) -> str:
    """ "waiting since 10:05 for Dr Okafor, 10:30", "waiting since 10:05 without an appointment"."""
    came, state = since(visit), STATES.get(visit.state or "", "")
    told = f"{state} since {words.clock(came, known.clinic)}" if came and visit.state == WAITING else state
    whom = f" for {words.short(known.practitioner(visit.practitioner_id))}" if visit.practitioner_id else ""
    if not visit.start or visit.walk_in:
        return f"{told}{whom}, without an appointment"
    return f"{told}{whom}, {words.clock(clock.moment(visit.start), known.clinic)}"
