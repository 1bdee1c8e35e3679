"""One appointment: its card, what may be done to it now, what has been, and how that is told."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.table import Scope, keys, query
from patients.models import Patient
from patients.rules import names
from scheduling import words
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.rows.showing import word
from scheduling.appointments.services import reassign, urgent
from scheduling.appointments.services.changing import card_line
from scheduling.appointments.services.states import FROM
from scheduling.board.services import cards
from scheduling.board.services.cards import Card
from scheduling.calendar.queries.setup import Setup
from scheduling.calendar.rules import walltime
from scheduling.models import (
    BOOKED,
    CANCELLED,
    COMING,
    CONFIRMED,
    DOCTOR,
    FINISHED,
    HERE,
    LAPSED,
    LEFT,
    MOVED,
    NO_SHOW,
    READY,
    ROOM,
    WAITING,
    Appointment,
)

VERBS = {
    CONFIRMED: "Confirm",
    WAITING: "Arrive",
    ROOM: "To room",
    READY: "Ready",
    DOCTOR: "With doctor",
    FINISHED: "Finished",
    LEFT: "Left",
}
DUE_AFTER = timedelta(days=183)  # then phone, address and insurance are asked again on arrival
TIME_UNKNOWN = "time not known"  # of a visit that was imported with its day alone
MOVES, GIVEN = "Moved or changed", "Given to this patient"
RETYPED = "Type or length changed"
CALLED, CALMED = "Urgent", "Not urgent any more"


def card_of(scope: Scope, visit: PatientVisit) -> Card:
    """As the day's board has it, without reading it."""
    appointment = visit.appointment
    content = {name: value for name, value in card_line(appointment).items() if value not in (None, "", 0, {})}
    content["p"] = dict(visit.patient.line or {})
    return Card.of(cards.row(scope, appointment, content, appointment.updated_at or clock.stamp()))


def namesakes(scope: Scope, patient: Patient) -> list[dict[str, Any]]:
    """Others of exactly this name, as lines: a page says that they are there."""
    name = names.list_key_of(patient.data)
    asked = keys.patients_by_letter(scope.clinic_id, names.initial(name), f"{name}#")
    return [row["line"] for row in query(scope, asked, limit=5).rows if row["id"] != patient.id] if name else []


@dataclass(frozen=True)
class Allowed:
    """What the state, the day and the clinic's rules allow."""

    appointment: Appointment
    clinic: Clinic
    alive: bool = True

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Every step that is possible now, with its verb."""
        if self.elsewhere:
            return []
        able = [to for to in VERBS if self.appointment.state in FROM[to]]
        return [(to, VERBS[to]) for to in able if self.begun or to == CONFIRMED]

    @property
    def begun(self) -> bool:
        """Whether its day has come: nobody arrives tomorrow."""
        start = clock.moment(self.appointment.start) if self.appointment.start else None
        return walltime.has_come(self.appointment.day or "", start, clock.now(), formats.today(self.clinic))

    @property
    def elsewhere(self) -> bool:
        """It came from another system: it can be booked here, or taken off the list."""
        return self.appointment.is_from_elsewhere

    @property
    def confirm(self) -> bool:
        return self.appointment.state == BOOKED and not self.elsewhere

    @property
    def coming(self) -> bool:
        """It can be moved, cancelled or parked."""
        return self.appointment.state in COMING and not self.elsewhere

    @property
    def book(self) -> bool:
        return self.elsewhere and self.appointment.state in COMING and not self.past > 0

    @property
    def take_off(self) -> bool:
        return self.elsewhere and self.appointment.state in COMING

    @property
    def move(self) -> bool:
        return self.appointment.takes_time and self.appointment.state not in (FINISHED, LEFT)

    @property
    def no_show(self) -> bool:
        if not self.coming or not self.appointment.start:
            return False
        return self.past >= int(self.clinic.no_show_after)

    @property
    def no_show_from(self) -> str:
        """ "Thu 26 Nov, 10:50": when it will be offered; empty where it never is."""
        if not self.coming or not self.appointment.start:
            return ""
        moment = clock.moment(self.appointment.start) + timedelta(minutes=int(self.clinic.no_show_after))
        return words.wall(walltime.to_wall(moment, self.clinic.time_zone), self.clinic)

    @property
    def past(self) -> int:
        """Minutes since it should have begun."""
        return int((clock.now() - clock.moment(self.appointment.start or clock.stamp())).total_seconds() // 60)

    @property
    def retype(self) -> bool:
        return self.appointment.state in (*COMING, *HERE) and not self.elsewhere

    @property
    def urgent(self) -> bool:
        """It can become a call for help."""
        on_the_day = self.begun or self.appointment.state not in COMING
        return (
            self.appointment.state in urgent.CALLABLE
            and on_the_day
            and not (self.elsewhere or self.appointment.calls_for_help)
        )

    @property
    def came_late(self) -> bool:
        return self.appointment.state == NO_SHOW and not self.elsewhere and self.alive

    @property
    def undo(self) -> bool:
        returns = self.appointment.state in (CANCELLED, NO_SHOW)
        return bool(self.appointment.stamps) and self.appointment.state != MOVED and (self.alive or not returns)

    @property
    def give(self) -> bool:
        """It can be given to the patient for whom it was meant."""
        return not self.why_not_give

    @property
    def why_not_give(self) -> str:
        return reassign.obstacle(self.appointment)


def stamps(appointment: Appointment, known: Setup) -> list[dict[str, str]]:
    """What has been, oldest first: what, when (the true time), who."""
    clinic = known.clinic
    booked = {
        "what": "Booked",
        "when": formats.when(appointment.created_at, clinic) if appointment.created_at else "",
        "who": appointment.booked_by or "",
    }
    walked_in = bool(appointment.stamps) and (appointment.stamps or [])[0]["was"].get("state") == LAPSED
    return ([] if walked_in else [booked]) + [
        {
            "what": _what(each) + seen_by(appointment, known, at),
            "when": formats.when(each["at"], clinic),
            "who": each.get("by", ""),
        }
        for at, each in enumerate(appointment.stamps or [])
    ]


def seen_by(appointment: Appointment, known: Setup, at: int = -1) -> str:
    """ ": Dr Okafor, who took over from Dr Bernard", where the stamp `at` is that of another doctor's taking them."""
    all_ = appointment.stamps or []
    stamp, later = all_[at], all_[at + 1 :] if at >= 0 else []
    if stamp.get("to") != DOCTOR or "practitioner_id" not in stamp["was"]:
        return ""
    now = next(
        (each["was"]["practitioner_id"] for each in later if "practitioner_id" in each["was"]),
        appointment.practitioner_id,
    )
    before = stamp["was"]["practitioner_id"]
    name, other = (words.short(known.practitioner(id or "")) for id in (now, before))
    if before and before != now:
        return f": {name}, who took over from {other}"
    return "" if before else f": {name}"


def _what(stamp: dict[str, Any]) -> str:
    was = stamp.get("was", {})
    if "urgent" in was:
        return CALMED if was["urgent"] else CALLED
    if stamp.get("to"):
        return word(stamp["to"])
    if "visit_type_id" in was:
        return RETYPED
    return GIVEN if "patient_id" in was else MOVES


def is_due(patient: Patient) -> bool:
    """Whether to ask on arrival if what is known is still right: half a year after it was asked or registered."""
    last = patient.checked_at or patient.created_at
    return bool(last) and clock.now() - clock.moment(last or "") >= DUE_AFTER


# --- In sentences ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Telling:
    """Sentences about a visit, for toasts: each names the person and the birth date."""

    visit: PatientVisit
    known: Setup

    @property
    def who(self) -> str:
        born = formats.date(self.visit.patient.birth_date or "", self.known.clinic)
        name = names.in_sentence(self.visit.patient.data)
        return f"{name}, {born}," if born else name

    @property
    def called(self) -> str:
        """As one speaks to them."""
        patient = self.visit.patient
        return patient.preferred_name or patient.given_name or "the patient"

    @property
    def _taken_over(self) -> str:
        appointment = self.visit.appointment
        _, found, other = (seen_by(appointment, self.known) if appointment.stamps else "").partition(", who took over")
        return f"{found}{other}"

    @property
    def doctor(self) -> str:
        id = self.visit.appointment.practitioner_id
        return words.short(self.known.practitioner(id)) if id else "any doctor"

    @property
    def time(self) -> str:
        start = self.visit.appointment.start
        return words.clock(clock.moment(start), self.known.clinic) if start else ""

    @property
    def day_and_time(self) -> str:
        """ "Thu 26 Nov, 10:30"."""
        start = self.visit.appointment.start
        if not start:
            return "no time"
        wall = walltime.to_wall(clock.moment(start), self.known.clinic.time_zone)
        if self.visit.appointment.day_only:
            return f"{formats.date(wall.date().isoformat(), self.known.clinic)}, {TIME_UNKNOWN}"
        return words.wall(wall, self.known.clinic)

    @property
    def room(self) -> str:
        room = self.known.rooms.get(self.visit.appointment.room_id or "")
        return room.name if room else "a room"

    def step(self, to: str) -> str:
        """What has just happened."""
        if to == CANCELLED:
            return f"Cancelled: {self.who} {self.day_and_time}."
        said = {
            CONFIRMED: f"is confirmed for {self.day_and_time} with {self.doctor}",
            WAITING: f"is here for {self.doctor}" + (f", {self.time}" if self.time else ""),
            ROOM: f"is in {self.room}",
            READY: f"is ready for {self.doctor}",
            DOCTOR: f"is with {self.doctor}{self._taken_over}",
            FINISHED: "is finished",
            LEFT: "has left",
            NO_SHOW: "is marked as no-show",
            BOOKED: f"is booked for {self.day_and_time} with {self.doctor}",
            MOVED: "does not have this appointment any more",
        }.get(to, "has changed")
        return f"{self.who} {said}."

    def given(self) -> str:
        """It is somebody else's now, in the same state."""
        return f"Changed: {self.step(self.visit.appointment.state or '')}"

    def undone(self) -> str:
        return f"Undone. {self.step(self.visit.appointment.state or '')}"


def day_of(appointment: Appointment) -> date:
    """The clinic's day of an appointment; of an older application's item, that of its start."""
    return date.fromisoformat(appointment.day or (appointment.start or clock.stamp())[:10])
