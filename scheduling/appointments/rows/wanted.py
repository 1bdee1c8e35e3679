"""What the address of the booking page holds, resolved inside the clinic: ids, filters and a moment; never a name.

    ?patient=&type=&with=&minutes=&from=&part=&days=&start=&move=

`with` is a practitioner's id, "any" for whoever is first free, or empty for the usual one. `from` is one of WHEN or a
date. `days` are weekdays (Monday 0) as 0-4. `start` is a moment in UTC or a reading of the clinic's clock
("2026-11-26T10:30Z", "2026-11-26T10:30"), with "~" and the practitioner's id where that is not the one of `with`.
Times one after another or side by side, for a family, are joined by commas.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.table import Scope
from clinnet.table.errors import NotFound, Refused
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.rows.caller import Caller, caller
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.rows import is_known
from scheduling.calendar.rules import clocktext, slots, walltime
from scheduling.calendar.services.checks import LENGTHS
from scheduling.lines import AppointmentLine
from scheduling.models import Appointment, VisitType

ANY = "any"
WHEN = {
    "": "Soonest",
    "today": "Today",
    "tomorrow": "Tomorrow",
    "week": "This week",
    "2weeks": "In 2 weeks",
    "3months": "In 3 months",
}
ON = "on"  # the filter "a date", whose date is in a field of its own
PARTS = {"": "Any time", "am": "Morning", "pm": "Afternoon"}
HOW = {"after": "One after the other", "beside": "Side by side"}
WITHIN = 28
Moment = tuple[datetime, str]  # a start, and with whom


@dataclass(frozen=True, slots=True)
class Wanted:
    """As the page shows it. `practitioner` None: whoever is first free; `minutes` 0: the type's own length."""

    known: Setup
    caller: Caller | None
    moved: Appointment | None
    visit_type: VisitType | None
    practitioner: Staff | None
    minutes: int = 0
    since: str = ""
    part: str = ""
    days: frozenset[int] = frozenset()
    starts: tuple[Moment, ...] = ()
    also: tuple[str, ...] = ()  # ids of relatives
    how: str = "after"
    problem: str = ""
    mistyped: str = ""  # what was wrong with a time that was asked for

    @property
    def length(self) -> int:
        return self.minutes or int(self.visit_type.minutes if self.visit_type else 0)

    @property
    def people(self) -> int:
        return 1 + len(self.also)

    @property
    def today(self) -> date:
        return clock.today(self.known.clinic.time_zone)

    @property
    def stretch(self) -> tuple[date, int]:
        """The first day to look at, and how many from there."""
        today = self.today
        to_sunday = 7 - today.weekday()
        named = {
            "": (0, WITHIN),
            "today": (0, 1),
            "tomorrow": (1, 1),
            "week": (0, to_sunday),
            "2weeks": (14, WITHIN),
            "3months": (91, WITHIN),
        }
        if self.since in named:
            ahead, days = named[self.since]
            return today + timedelta(days=ahead), days
        return date.fromisoformat(self.since), WITHIN

    @property
    def wish(self) -> free_times.Wish | None:
        """What is looked for; None while something is missing."""
        if self.visit_type is None or self.problem:
            return None
        patient = self.caller.patient if self.caller else None
        rooms: tuple[str, ...] = ()
        if self.moved and self.moved.room_id:  # its own room first
            others = [each for each in self.visit_type.room_ids if each != self.moved.room_id]
            rooms = (self.moved.room_id, *others)
        who = (self.practitioner,) if self.practitioner else ()
        return free_times.Wish(
            self.visit_type,
            patient,
            who,
            self.minutes,
            weekdays=self.days,
            part=self.part,
            rooms=rooms,
            instead_of=self.moved,
        )

    def query(self, **changes: str) -> str:
        """The address's query for this, with some of it changed or (empty) left out."""
        holds: dict[str, str] = {
            "patient": self.caller.patient.id if self.caller else "",
            "type": self.visit_type.id if self.visit_type else "",
            "with": self.practitioner.id if self.practitioner else ANY,
            "minutes": str(self.minutes or ""),
            "from": self.since,
            "part": self.part,
            "days": "-".join(map(str, sorted(self.days))),
            "also": "-".join(self.also),
            "how": self.how if self.also else "",
            "start": value_of(self.starts),
            "move": self.moved.id if self.moved else "",
        }
        if self.moved:
            holds["patient"] = self.moved.patient_id
        return urlencode({name: value for name, value in (holds | changes).items() if value})


def value_of(starts: Iterable[Moment]) -> str:
    return ",".join(f"{start.isoformat()[:16]}Z~{who}" for start, who in starts)  # a third of strftime's time


def starts_of(text: str, zone: str, who: str = "") -> tuple[Moment, ...]:
    """The moments that a value names. Raises ValueError."""
    return tuple(_start(each, zone, who) for each in text.split(",")) if text else ()


def _start(text: str, zone: str, who: str) -> Moment:
    at, _, practitioner = text.partition("~")
    moment = datetime.fromisoformat(at)
    if not is_known(moment.year):
        raise ValueError("beyond the years of boards")
    if moment.tzinfo is None:
        moment = walltime.to_utc(moment, zone)
    return moment.astimezone(clock.now().tzinfo), practitioner or who


def wanted(scope: Scope, given: QueryDict) -> Wanted:
    """From an address, or from the page's own form. Raises NotFound for what is not of this clinic or is no date."""
    known, moved, who = setup(scope), None, None
    patient_id = given.get("patient", "")
    if move := given.get("move", ""):
        visit = appointment_queries.visit(scope, patient_id, move)
        moved, patient_id = visit.appointment, visit.patient.id
    if patient_id:
        who = caller(scope, patient_id)
    visit_type, practitioner, problem = _both(known, who, moved, given.get("type", ""), given.get("with", ""))
    minutes, wrong = _minutes(given, visit_type, moved)
    usual = practitioner.id if practitioner else ""
    try:
        typed, mistyped = _typed(given, usual)
        starts = starts_of(typed or given.get("start", ""), known.clinic.time_zone, usual)
    except (ValueError, OverflowError):
        raise NotFound from None
    also = _several(given, "also")
    relatives = {each.id for each in who.relatives} if who else set[str]()
    part = _one_of(given.get("part", ""), PARTS)
    return Wanted(
        known, who, moved, visit_type, practitioner, minutes, _since(given, known), part,
        frozenset(int(each) for each in _several(given, "days") if each in "0123456"), starts,
        () if moved else tuple(each for each in also if each in relatives),
        _one_of(given.get("how", "") or "after", HOW), problem or wrong, mistyped,
    )  # fmt: skip


def _typed(given: QueryDict, usual: str) -> tuple[str, str]:
    """A time that was asked for by typing it, as `start` has it; and what was wrong with it."""
    if "ask" not in given:
        return "", ""
    if not usual:
        return "", "Choose with whom first."
    try:
        day = date.fromisoformat(given.get("at_day", "")).isoformat()
        return f"{day}T{clocktext.read(given.get('at_time', ''))}", ""
    except ValueError:
        return "", "Write a day, and the time as 10:40."


def _several(given: QueryDict, name: str) -> list[str]:
    """Tick boxes of one name, or one value with dashes."""
    return [part for value in given.getlist(name) for part in value.split("-") if part]


def _one_of(value: str, known: Mapping[str, Any]) -> str:
    if value not in known:
        raise NotFound
    return value


def _since(given: QueryDict, known: Setup) -> str:
    since = given.get("later") or given.get("from", "")
    since = given.get("on", "") if since == ON else since
    if since in WHEN:
        return since
    try:
        day = date.fromisoformat(since)
    except ValueError:
        raise NotFound from None
    return "" if day <= clock.today(known.clinic.time_zone) or day.year == date.max.year else day.isoformat()


def _minutes(given: QueryDict, visit_type: VisitType | None, moved: Appointment | None) -> tuple[int, str]:
    if visit_type is None:
        return 0, ""
    try:
        return minutes_of(given, visit_type, moved), ""
    except Refused as refused:
        return 0, refused.sentence


def minutes_of(given: QueryDict, visit_type: VisitType, moved: Appointment | None) -> int:
    """The length where it is not the type's own; what was typed for another type is not meant any more.

    Raises Refused for one that cannot be.
    """
    text, of = given.get("minutes", ""), given.get("minutes_of", "")
    if not text or (of and of != visit_type.id):
        return int(moved.minutes or 0) if moved and not of else 0
    minutes = int(text) if text.isdecimal() and len(text) < 4 else 0
    if not 0 < minutes <= slots.LONGEST or minutes % walltime.GRAIN:
        raise Refused(LENGTHS, field="minutes")
    return 0 if minutes == visit_type.minutes else minutes


def type_of(known: Setup, id: str) -> VisitType:
    """Raises NotFound."""
    if id not in known.visit_types:
        raise NotFound
    return known.visit_types[id]


def _both(
    known: Setup, who: Caller | None, moved: Appointment | None, type_id: str, with_id: str
) -> tuple[VisitType | None, Staff | None, str]:
    """The type and with whom: what was chosen, else what was last, so far as they go together; and why not."""
    chosen = None
    if with_id not in ("", ANY):
        chosen = known.practitioner(with_id)
        if chosen is None:
            raise NotFound
    if moved and moved.visit_type_id in known.visit_types:
        type_id = str(moved.visit_type_id)
    if type_id:
        visit_type: VisitType | None = type_of(known, type_id)
    else:
        types = types_of(known, who)
        visit_type = next((each for each in types if not chosen or chosen in known.who_does(each)), None)
        visit_type = visit_type or next(iter(types), None)
    if visit_type is None:
        return None, chosen, "No types of visit are set up yet. An administrator adds them under Manage."
    able = known.who_does(visit_type)
    if not able:
        return visit_type, None, f"Nobody does “{visit_type.name}” here. Choose another type."
    if not with_id:
        chosen = _usual(known, who, moved)
    return visit_type, chosen if chosen in able else None, ""


def _usual(known: Setup, who: Caller | None, moved: Appointment | None) -> Staff | None:
    """Whose appointment it is; else the patient's own practitioner; else who saw them last."""
    ids = [moved.practitioner_id] if moved else []
    if who:
        lines = (AppointmentLine.unpack(row["line"]) for row in who.visits)
        ids += [who.patient.practitioner_id, *(line.practitioner_id for line in lines)]
    return next((person for id in ids if id and (person := known.practitioner(id))), None)


def types_of(known: Setup, who: Caller | None) -> list[VisitType]:
    """Those that are booked: the patient's last one first, for somebody new what is kept for new patients; by name."""
    visits = who.visits if who else []
    last = next((id for row in visits if (id := AppointmentLine.unpack(row["line"]).visit_type_id)), "")
    new = who is not None and not visits

    def place(each: VisitType) -> tuple[bool, bool, str]:
        return each.id != last, not (new and each.kept_for == "new"), str(each.name)

    return sorted((each for each in known.visit_types.values() if each.active), key=place)
